"""What is patched through a legacy path is patched at its canonical one, and given back."""

import asyncio
import importlib
import sys
import types
import unittest
from random import Random
from unittest import mock

import pytest

from caught import Caught, here


# the place of a patch, in every form


class Decorated(unittest.TestCase):
    __test__ = False
    first = sys._getframe().f_lineno

    @mock.patch("wsc.unified.open_ws")
    def test_one(self, patched):
        from wsc import user

        user.dial()
        patched.assert_called_once_with("ws://user")

    @mock.patch.object(sys, "argv", [])
    @mock.patch("wsc.unified.UnifiedManager")
    async def awaited(self, patched):
        assert sys.modules["wsc.manager"].Manager is patched

    def test_awaited(self):
        asyncio.run(self.awaited())

    @mock.patch.dict("wsc.unified.SETTINGS", debug=True)
    def test_dict(self):
        assert sys.modules["wsc.manager"].SETTINGS == {"debug": True}

    lines = [first + 2, first + 9, first + 17]


@mock.patch("wsc.unified.bump", return_value=7)
class Class(unittest.TestCase):
    __test__ = False
    lines = [sys._getframe().f_lineno + 2]

    def test_class(self, patched):
        assert sys.modules["wsc.manager"].bump() == 7


def test_mock_in_every_form():
    with Caught() as caught:
        with mock.patch("wsc.unified.open_ws"):
            pass
        patcher = mock.patch("wsc.unified.open_ws")
        patcher.start()
        patcher.stop()
        old = importlib.import_module("wsc.unified")
        with mock.patch.object(old, "bump"):
            pass
        with mock.patch.multiple("wsc.unified", LIMIT=1, counter=7):
            assert old.__dict__["__name__"] == "wsc.unified"
        first = here(-10)
    assert caught.lines() == [first, first + 3, first + 6, first + 8]


@pytest.mark.parametrize("case", [Decorated, Class])
def test_the_place_of_a_decorator_is_the_function_below(case):
    with Caught() as caught:
        result = unittest.defaultTestLoader.loadTestsFromTestCase(case).run(unittest.TestResult())
    assert result.testsRun and result.wasSuccessful(), result
    assert caught.lines() == case.lines


# mock.patch("old.X") reaches users of the canonical name, also when renamed


def test_a_patch_through_the_old_path_reaches_users_of_the_new_one():
    from wsc import manager, user

    real = manager.connect, manager.Manager
    with Caught(), mock.patch("wsc.unified.open_ws", return_value=1):
        with mock.patch("wsc.unified.UnifiedManager") as class_:
            assert user.dial() == 1
            assert user.make() is class_.return_value
            with mock.patch("wsc.names.Old", return_value=2):
                assert user.make() == 2
            assert user.make() is class_.return_value
    assert (manager.connect, manager.Manager) == real
    assert "open_ws" not in vars(sys.modules["wsc.unified"])


def test_mock_from_the_package_index():
    package = pytest.importorskip("mock")
    from wsc import manager, user

    real = manager.connect
    with Caught() as caught:
        with package.patch("wsc.unified.open_ws", return_value=1):
            assert user.dial() == 1
    assert caught.lines() == [here(-2)]
    assert manager.connect is real


def test_pytest_mock(request):
    pytest.importorskip("pytest_mock")
    mocker = request.getfixturevalue("mocker")
    from wsc import manager, user

    real = manager.connect
    with Caught() as caught:
        mocker.patch("wsc.unified.open_ws", return_value=1)
    assert caught.lines() == [here(-1)] and user.dial() == 1
    mocker.stopall()
    assert manager.connect is real


# setattr and monkeypatch through the old path, undone right


def test_setting_sets_the_canonical_name():
    from wsc import manager, user
    import wsc.unified as old

    with Caught() as caught:
        saved = old.open_ws
        old.open_ws = lambda url: url
        assert user.dial() == "ws://user"
        old.open_ws = saved
        old.counter += 1
        old.fresh = 1
        del old.fresh
    first = here(-7)
    assert caught.lines() == [first, first + 1, first + 3, first + 4, first + 5]
    assert manager.connect is saved and manager.counter == 1
    assert not hasattr(manager, "fresh")
    with pytest.raises(AttributeError):
        del old.fresh


def test_monkeypatch_gives_everything_back():
    from wsc import manager, user
    import wsc.unified as old

    before = dict(vars(manager))
    with Caught() as caught, pytest.MonkeyPatch.context() as patch:
        patch.setattr("wsc.unified.open_ws", lambda url: 1)
        assert user.dial() == 1
        patch.setattr(old, "open_ws", lambda url: 2)
        assert user.dial() == 2
        patch.setattr(old, "_secret", "")
        patch.delattr("wsc.unified.LIMIT")
        assert not hasattr(manager, "LIMIT")
        patch.setattr("wsc.unified.added", 3, raising=False)
        assert manager.added == 3
    first = here(-9)
    assert caught.lines() == [first, first + 2, first + 4, first + 5]
    assert dict(vars(manager)) == before
    assert user.dial().url == "ws://user"
    with Caught(), mock.patch("wsc.unified.LIMIT", 1):
        assert manager.LIMIT == 1
    assert dict(vars(manager)) == before


def test_a_write_in_a_loop_keeps_nothing_alive():
    import wsc.unified as old

    with Caught():
        for value in range(1000):
            old.counter = value
        with mock.patch("wsc.unified.counter", 1):
            old.counter = old.counter
    assert not vars(old)["__moved__"].undo


def test_a_name_that_was_deleted_through_the_old_path_can_be_patched_again():
    from wsc import manager
    import wsc.unified as old

    with Caught():
        with pytest.MonkeyPatch.context() as patch:
            patch.delattr("wsc.unified.LIMIT")
            assert not hasattr(manager, "LIMIT")
        assert manager.LIMIT == 8
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("wsc.unified.LIMIT", manager.LIMIT)
            assert manager.LIMIT == 8
        old.LIMIT = old.LIMIT
        assert manager.LIMIT == 8
        with mock.patch("wsc.unified.LIMIT", 9):
            with pytest.MonkeyPatch.context() as patch:
                patch.delattr("wsc.unified.LIMIT")
                assert not hasattr(manager, "LIMIT")
            assert manager.LIMIT == 9
        old.LIMIT = 7
        del old.LIMIT
    assert not hasattr(manager, "LIMIT")


@pytest.mark.parametrize("module", ["unified", "live"])
def test_a_reload_under_a_patch_forgets_nothing(module):
    old = importlib.import_module("wsc." + module)
    name = "Gone" if module == "live" else "Manager"
    from wsc import manager

    real = manager.Manager
    with Caught():
        with mock.patch.object(old, name, create=True), pytest.MonkeyPatch.context() as patch:
            patch.setattr(old, name, 5)
            importlib.reload(old)
        assert manager.Manager is real


def apply(patches, how, module, name, value):
    """Begins a patch in one of the ways there are; nothing where it cannot begin."""
    if how.startswith("mock"):
        patch = mock.patch(module + "." + name, value, create=how == "mock create")
        end = patch.stop
    else:
        patch = pytest.MonkeyPatch()
        end = patch.undo
    try:
        if how.startswith("mock"):
            patch.start()
        elif how == "delattr":
            patch.delattr(module + "." + name)
        else:
            patch.setattr(module + "." + name, value, raising=how == "setattr")
            if how == "setattr twice":
                patch.delattr(module + "." + name)
                patch.setattr(module + "." + name, value + 1, raising=False)
    except AttributeError:
        if how.startswith("mock"):
            return
    patches.append(end)


WAYS = ["mock", "mock create", "setattr", "setattr new", "setattr twice", "delattr", "bare"]


@pytest.mark.parametrize("paths", [
    [("wsc.unified", "LIMIT"), ("wsc.manager", "LIMIT"), ("wsc.names", "OLD_LIMIT")],
    [("wsc.unified", "open_ws"), ("wsc.manager", "connect"), ("wsc.bar", "tick")],
    [("wsc.live", "Gone"), ("wsc.manager", "Manager"), ("first.names", "X"), ("first.live", "X")],
    [("wsc.unified", "absent"), ("wsc.manager", "absent"), ("first.whole", "absent")],
], ids=lambda paths: paths[1][1])  # fmt: skip
@pytest.mark.parametrize("nested", [True, False], ids=["nested", "in any order"])
def test_patches_through_all_paths_do_what_they_do_to_one_module(chain, paths, nested, monkeypatch):
    class Forgiving(types.ModuleType):
        """A patch that ends after another one has deleted the name is nobody's error."""

        def __delattr__(self, name):
            if name in vars(self):
                super().__delattr__(name)

    manager, name = importlib.import_module("wsc.manager"), paths[1][1]
    plain = Forgiving("plain")
    monkeypatch.setitem(sys.modules, "plain", plain)
    if hasattr(manager, name):
        setattr(plain, name, getattr(manager, name))
    before = dict(vars(manager))
    for module, _ in paths:
        importlib.import_module(module)

    def state(module, name):
        return vars(module).get(name, "absent")

    for seed in range(60):
        random, ends, controls, story = Random(seed), [], [], []
        began = []
        with Caught():
            for step in range(random.randrange(2, 12)):
                if ends and random.random() < 0.4:
                    at = -1 if nested else random.randrange(len(ends))
                    ends.pop(at)(), controls.pop(at)()
                    was = began.pop(at)
                    story.append(("end", at))
                    if nested:
                        assert state(manager, name) == was, (seed, story)
                else:
                    how, path = random.choice(WAYS), random.choice(paths)
                    story.append((how, path))
                    value = step % 3 if random.random() < 0.8 else state(manager, name)
                    if how == "bare":
                        # Only what leaves all as it is: nobody would undo it.
                        if hasattr(plain, name):
                            module = sys.modules[path[0]]
                            setattr(module, path[1], getattr(module, path[1]))
                        continue
                    if how == "setattr twice":
                        value = step
                    now = state(manager, name)
                    apply(ends, how, *path, value)
                    apply(controls, how, "plain", name, value)
                    began.extend([now] * (len(ends) - len(began)))
                assert len(ends) == len(controls) == len(began), (seed, story)
                assert state(manager, name) == state(plain, name), (seed, story)
            while ends:
                ends.pop()(), controls.pop()()
            assert state(manager, name) == state(plain, name), (seed, story)
        if nested:
            assert dict(vars(manager)) == before, (seed, story)
        vars(manager).clear(), vars(manager).update(before)
        vars(plain).pop(name, None)
        if name in before:
            setattr(plain, name, before[name])


# modules of packages, live modules, names that are made


def test_a_module_of_a_package_that_moved_can_be_patched():
    import wsc.net.sockets as canonical
    import wsc.old_net.sockets as old

    with Caught(), mock.patch("wsc.old_net.sockets") as patched:
        assert sys.modules["wsc.net"].sockets is patched
    with Caught(), pytest.MonkeyPatch.context() as patch:
        patch.setattr("wsc.old_net.sockets", 1)
        assert sys.modules["wsc.net"].sockets == 1
    assert sys.modules["wsc.net"].sockets is canonical
    assert sys.modules["wsc.old_net"].sockets is old


@pytest.mark.parametrize("name", ["wsc.live", "wsc.answers"])
def test_a_patch_through_a_live_module_reaches_users_of_the_new_path(name):
    from wsc import manager, user

    live, real = importlib.import_module(name), manager.Manager
    with Caught() as caught:
        with mock.patch(name + ".Gone") as patched:
            assert manager.Manager is patched and user.make() is patched.return_value
            with mock.patch.object(live, "Gone", return_value=2):
                assert user.make() == 2
            assert user.make() is patched.return_value
        assert manager.Manager is real and "Gone" not in vars(live)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(name + ".Gone", lambda url: 3)
            assert user.make() == 3
        assert manager.Manager is real and "Gone" not in vars(live)
        live.Gone = dict
        assert manager.Manager is dict and live.Gone is dict
        live.Gone = real
        del live.Gone
        with pytest.raises(AttributeError):
            live.Gone
    first = here(-16)
    assert caught.lines() == [first + at for at in (0, 2, 7, 10, 11, 12)]
    assert not hasattr(manager, "Manager") and "Gone" not in vars(live)


@pytest.mark.parametrize("name", ["made", "FULL"])
def test_a_patch_of_a_name_that_is_made_is_undone(name):
    from wsc import dynamic

    with Caught():
        with mock.patch("wsc.was_dynamic." + name, 5, create=True):
            assert getattr(dynamic, name) == 5
        assert name not in vars(dynamic)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("wsc.was_dynamic." + name, 5, raising=False)
            with mock.patch("wsc.was_dynamic." + name, 6):
                assert getattr(dynamic, name) == 6
            assert getattr(dynamic, name) == 5
        assert name not in vars(dynamic)
