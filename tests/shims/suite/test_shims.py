"""What a generated shim promises, one test for each row of docs/shims.md; run on every Python."""

import doctest
import functools
import importlib
import inspect
import json
import os
import pickle
import pydoc
import runpy
import subprocess
import sys
import threading
import types
import unittest
import warnings
from unittest import mock

import pytest

from caught import Caught, here

HERE = os.path.abspath(__file__)


def python(*arguments, **env):
    """A run of this Python: its exit code, and what it said."""
    done = subprocess.run(
        [sys.executable, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, **env},
        universal_newlines=True,
    )
    return done.returncode, done.stdout, done.stderr


# warns at every call site, with the user's file and line


def test_every_use_warns_at_its_own_line():
    with Caught() as caught:
        from wsc.unified import UnifiedManager, open_ws  # noqa: F401
        import wsc.unified

        wsc.unified.UnifiedManager
        getattr(wsc.unified, "open_ws")
        first = here(-5)
    assert caught.lines() == [first, first + 3, first + 4]


def test_a_place_warns_once_and_another_place_again():
    import wsc.unified as old

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("default")
        for _ in range(3):
            old.bump
        old.bump
    assert len({one.lineno for one in caught}) == len(caught) == 2


def test_the_text_names_both_paths_and_the_versions():
    with Caught() as caught:
        from wsc.names import Old  # noqa: F401
        from wsc.unified import UnifiedManager, open_ws  # noqa: F401
    assert caught.texts() == [
        "wsc.names.Old moved to wsc.manager.Manager in 0.2.0",
        "wsc.unified.UnifiedManager moved to wsc.manager.Manager in 0.3.0",
        "wsc.unified.open_ws moved to wsc.manager.connect in 0.2.0;"
        " the old path goes away in 0.9.0",
    ]
    import wsc._moved

    assert issubclass(wsc._moved.MovedWarning, DeprecationWarning)


@pytest.mark.parametrize("code", [
    "import wsc.names\nwsc.names.Old",
    "from unittest import mock\nmock.patch('wsc.names.Old').start()",
    "import pickle\npickle.loads(b'cwsc.names\\nOld\\n.')",
    "import wsc.names as n\ndef f(n=n): getattr(n, 'Old')\nx = [f()]",
])
def test_a_command_is_a_place(code):
    status, _, said = python("-Walways", "-c", code)
    assert status == 0 and "<string>:2: MovedWarning: wsc.names.Old" in said, said


def test_the_canonical_path_and_a_bare_import_are_silent():
    with Caught() as caught:
        import wsc.manager
        import wsc.unified

        wsc.manager.Manager, wsc.unified.__name__, wsc.unified.__file__
        assert not hasattr(wsc.unified, "__path__")
        assert not hasattr(wsc.unified, "__wrapped__")
    assert not caught.list


# the same through import_module, relative imports, runpy and mock


def test_import_module_is_not_the_place():
    with Caught() as caught:
        old = importlib.import_module("wsc.unified")
        old.Manager
    assert caught.lines() == [here(-1)]


def test_relative_imports(tmp_path):
    code = (
        "import warnings\n"
        "with warnings.catch_warnings(record=True) as caught:\n"
        "    warnings.simplefilter('always')\n"
        "    from .unified import UnifiedManager\n"
        "    from . import unified\n"
        "    unified.open_ws\n"
        "    from .old_net.frames import Frame\n"
        "    from .old_net import Frame, sockets\n"
        "lines = [(one.filename, one.lineno) for one in caught]\n"
    )
    file = str(tmp_path / "relative.py")
    module = types.ModuleType("wsc.relative")
    module.__package__ = "wsc"
    importlib.import_module("wsc")
    exec(compile(code, file, "exec"), module.__dict__)
    assert module.lines == [(file, 4), (file, 6), (file, 7), (file, 8)]


def test_runpy():
    with Caught() as caught:
        names = runpy.run_module("wsc.unified")
    assert caught.lines() == [here(-1)]
    assert names["LIMIT"] == 8 and names["__name__"] == "wsc.unified"


def test_exec_and_typing():
    import typing

    importlib.import_module("wsc.unified")
    with Caught() as caught:
        exec("from wsc.unified import UnifiedManager")

        def function(x: "sys.modules['wsc.unified'].UnifiedManager"):
            pass

        typing.get_type_hints(function)
    assert caught.lines() == [here(-6), here(-1)]


def test_names_that_are_looked_up_for_somebody():
    import pkgutil

    with Caught() as caught:
        if sys.version_info >= (3, 9):
            pkgutil.resolve_name("wsc.unified:UnifiedManager")
            from importlib.metadata import EntryPoint

            EntryPoint("name", "wsc.unified:open_ws", "group").load()
    first = here(-3)
    assert caught.lines() == ([first - 1, first + 2] if sys.version_info >= (3, 9) else [])


def test_what_the_standard_library_looks_up_for_somebody(tmp_path):
    import dbm.dumb
    import logging.config
    import shelve

    handler = {"class": "wsc.unified.UnifiedManager"}
    with dbm.dumb.open(str(tmp_path / "shelf"), "c") as shelf:
        shelf[b"key"] = b"cwsc.unified\nUnifiedManager\n."
    with Caught() as caught:
        logging.config.dictConfig({"version": 1, "handlers": {"handler": handler}})
        unittest.defaultTestLoader.loadTestsFromName("wsc.live")
        with pytest.raises(TypeError):  # it is called, and is no test
            unittest.defaultTestLoader.loadTestsFromName("wsc.unified.UnifiedManager")
        with shelve.Shelf(dbm.dumb.open(str(tmp_path / "shelf"))) as shelf:
            shelf["key"]
        first = here(-6)
    assert caught.lines() == [first, first + 3, first + 5]


def annotated(x: "sys.modules['wsc.unified'].UnifiedManager"):
    """Says its type by the old path."""


class Entering(unittest.TestCase):
    __test__ = False
    first = here()

    @classmethod
    def setUpClass(cls):
        cls.enterClassContext(mock.patch("wsc.unified.bump"))

    def test_entered(self):
        self.enterContext(mock.patch("wsc.unified.open_ws"))

    lines = [first + 4, first + 7]


def test_contexts_that_a_test_case_enters(monkeypatch, tmp_path):
    if sys.version_info < (3, 11):
        return  # there is no such thing

    def run():
        result = unittest.TestResult()
        unittest.defaultTestLoader.loadTestsFromTestCase(Entering).run(result)
        assert result.testsRun == 1 and result.wasSuccessful(), result

    with Caught() as caught:
        run()
    assert caught.lines() == Entering.lines
    file = tmp_path / "uses.jsonl"
    monkeypatch.setenv("WSC_SHIMS", "record=%s" % file)
    run()
    uses = [json.loads(line) for line in file.read_text().splitlines()]
    assert [(use["file"], use["line"]) for use in uses] == [(HERE, line) for line in Entering.lines]


def test_annotations_that_the_standard_library_evaluates():
    importlib.import_module("wsc.unified")
    with Caught() as caught:
        generic = functools.singledispatch(lambda x: None)
        generic.register(annotated)
        first = here(-1)
        if sys.version_info >= (3, 10):
            inspect.signature(annotated, eval_str=True)
            inspect.get_annotations(annotated, eval_str=True)
    later = [first + 3, first + 4] if sys.version_info >= (3, 10) else []
    assert caught.lines() == [first] + later


def test_a_use_that_nobody_outside_of_the_standard_library_asks_for():
    import wsc.unified as old

    with Caught() as caught:
        thread = threading.Thread(target=getattr, args=(old, "bump"))
        thread.start()
        thread.join()
    assert [os.path.basename(one.filename) for one in caught.list] == ["threading.py"]
    setup = "import wsc.unified as old"
    status, _, said = python("-Walways", "-m", "timeit", "-n1", "-r1", "-s", setup, "old.bump")
    assert status == 0 and "<timeit-src>:6: MovedWarning" in said, said
    command = "import code; code.InteractiveConsole().runsource('import wsc.unified; wsc.unified.bump')"
    status, _, said = python("-Walways", "-c", command)
    assert status == 0 and "<input>:1: MovedWarning" in said, said


def test_a_filter_by_module_is_one_of_the_users():
    old = importlib.import_module("wsc.unified")
    with Caught() as caught:
        warnings.filterwarnings("ignore", category=DeprecationWarning, module="unittest|functools")
        with mock.patch("wsc.unified.bump"):
            pass
        warnings.filterwarnings("ignore", category=DeprecationWarning, module=__name__)
        with mock.patch("wsc.unified.bump"):
            old.bump
    assert caught.lines() == [here(-5)]


# identity; unpickles by the old path


def test_both_paths_lead_to_one_thing():
    import wsc.manager as new
    import wsc.names
    import wsc.old_net
    import wsc.old_net.frames
    import wsc.unified as old

    with Caught():
        assert old.UnifiedManager is new.Manager is old.Manager is wsc.names.Old
        assert old.open_ws is new.connect is wsc.names.open_it
        assert wsc.old_net.Frame is wsc.old_net.frames.Frame is wsc.net.frames.Frame
        assert wsc.names.OLD_LIMIT == 8 and old.__version__ == "4"


@pytest.mark.parametrize("load", [pickle.loads, pickle._loads])
def test_what_was_pickled_by_the_old_path_is_loaded(load):
    with Caught() as caught:
        loaded = load(b"cwsc.unified\nUnifiedManager\n.")
    assert caught.lines() == [here(-1)]
    assert loaded is sys.modules["wsc.manager"].Manager
    assert pickle.loads(pickle.dumps(loaded("x"))).url == "x"


# live state


def test_a_global_that_is_rebound_is_seen():
    import wsc.unified as old

    with Caught():
        assert (old.counter, old.bump(), old.counter) == (0, 1, 1)


# from old import *, dir, help, inspect


def test_a_star_takes_the_public_names():
    names, of_package = {}, {}
    with Caught() as caught:
        exec("from wsc.unified import *", names)
        exec("from wsc.old_net import *", of_package)
    assert set(caught.lines()) == {here(-2), here(-1)}
    names.pop("__builtins__"), of_package.pop("__builtins__")
    public = {"Box", "LIMIT", "Manager", "UnifiedManager", "bump", "connect", "open_ws"}
    assert public < set(names) and not [name for name in names if name[0] == "_"]
    assert sorted(of_package) == ["Frame", "pack", "plugs"]


def test_data_with_two_underscores_is_that_of_the_new_module():
    import wsc.metadata as old

    names = {}
    with Caught() as caught:
        exec("from wsc.metadata import *", names)
        assert old.__version_info__ == (4, 0) and old.__test__ == {}
        with mock.patch("wsc.metadata.__title__", "patched"):
            assert sys.modules["wsc.about"].__title__ == "patched"
    assert caught.lines() == [here(-4), here(-3), here(-2)]
    assert (names["__title__"], names["__version__"]) == ("wsc", "4")
    assert sys.modules["wsc.about"].__title__ == "wsc"
    assert {"__title__", "__version__", "__version_info__", "size"} <= set(dir(old))


def test_what_each_module_has_of_its_own_stays_its_own(tmp_path):
    import wsc.metadata as old
    import wsc.unified

    with Caught() as caught:
        assert old.__name__ == old.__spec__.name == "wsc.metadata"
        assert os.path.basename(old.__file__) == "metadata.py"
        assert old.__doc__ != importlib.import_module("wsc.about").__doc__
        assert not hasattr(old, "__path__") and not hasattr(old, "__wrapped__")
        # An annotation is of the code that stands in a file.
        assert not getattr(old, "__annotations__", {})
        old.__warningregistry__ = {}
        old.__path__ = [str(tmp_path)]
        (tmp_path / "below.py").write_text("here = 1\n")
        assert importlib.import_module("wsc.metadata.below").here == 1
    assert caught.lines() == []
    own = vars(sys.modules["wsc.about"])
    assert not {"__warningregistry__", "__path__"} & set(own)
    assert not {"__wrapped__", "__path__", "__warningregistry__"} & set(dir(wsc.unified))


def test_dir_help_and_inspect_see_the_names_in_silence():
    import wsc.unified as old

    with Caught() as caught:
        names = dir(old)
        assert {"UnifiedManager", "open_ws", "bump", "_secret", "__name__"} <= set(names)
        assert not {"install", "__moved__", "MovedWarning"} & set(names)
        text = pydoc.render_doc(old, renderer=pydoc.plaintext)
        assert "open_ws" in text and "wsc.manager" in text and "A manager that is" in text
        assert dict(inspect.getmembers(old))["open_ws"] is sys.modules["wsc.manager"].connect
        assert inspect.getsourcefile(old) == old.__file__
        assert doctest.DocTestFinder().find(old) is not None
        from wsc import live

        assert {"Gone", "KEPT", "__name__"} <= set(dir(live))
        assert dict(inspect.getmembers(live))["Gone"] is sys.modules["wsc.manager"].Manager
        for module in [old, live]:
            assert not unittest.defaultTestLoader.loadTestsFromModule(module).countTestCases()
    assert not [one for one in caught.list if "moved to" in str(one.message)]


def test_what_is_not_there_is_an_attribute_error():
    import wsc.names
    import wsc.unified as old

    for module in [old, wsc.names]:
        with pytest.raises(AttributeError, match="has no attribute 'nonsense'"):
            module.nonsense
        with pytest.raises(ImportError):
            exec("from %s import nonsense" % module.__name__)


# private names of a moved module


def test_private_names():
    with Caught() as caught:
        from wsc.unified import _secret
    assert caught.lines() == [here(-1)] and _secret == "s3cret"


# -W error raises; python -m old runs the canonical module


@pytest.mark.parametrize("code", ["from wsc.unified import bump", "import wsc.old_net as o; o.Frame"])
def test_warnings_can_be_errors(code):
    status, _, said = python("-Werror::DeprecationWarning", "-c", code)
    assert status == 1 and "MovedWarning: wsc." in said.splitlines()[-1]
    assert python("-Werror::DeprecationWarning", "-c", "import wsc.unified")[0] == 0


def test_python_m_runs_the_canonical_module():
    status, out, said = python("-m", "wsc.unified")
    assert (status, out) == (0, "canonical ran as __main__\n")
    assert "MovedWarning: wsc.unified moved to wsc.manager in 0.2.0" in said
    assert python("-m", "wsc.old_net")[1] == "the package ran as __main__\n"
    assert python("-Werror", "-m", "wsc.unified")[:2] == (1, "")


# lazy; 16 threads at once


def test_a_shim_imports_nothing_before_it_is_used():
    for name in ["wsc.unified", "wsc.names", "wsc.old_net", "wsc.old_net.frames"]:
        importlib.import_module(name)
    canonical = {"wsc.manager", "wsc.net", "wsc.net.frames"}
    assert not canonical & set(sys.modules)


def test_who_looks_through_all_modules_wakes_none():
    import wsc.names as names
    import wsc.unified as old

    with unittest.TestCase().assertWarns(DeprecationWarning):
        names.Old
    del sys.modules["wsc.manager"]
    with unittest.TestCase().assertWarns(UserWarning):
        warnings.warn("this")
    inspect.getmodule(old), inspect.getmodule(test_sixteen_threads_at_once)
    assert "wsc.manager" not in sys.modules


def test_sixteen_threads_at_once():
    code = (
        "import sys, threading, warnings\n"
        "warnings.simplefilter('ignore')\n"
        "sys.setswitchinterval(1e-6)\n"
        "barrier, good = threading.Barrier(16), []\n"
        "def work(at):\n"
        "    barrier.wait()\n"
        "    if at % 2:\n"
        "        from wsc.unified import UnifiedManager as got\n"
        "    else:\n"
        "        from wsc.old_net.frames import Frame as got\n"
        "    good.append(got.__name__)\n"
        "threads = [threading.Thread(target=work, args=(at,)) for at in range(16)]\n"
        "[thread.start() for thread in threads], [thread.join() for thread in threads]\n"
        "assert sorted(good) == ['Frame'] * 8 + ['Manager'] * 8, good\n"
    )
    for _ in range(3):
        assert python("-c", code)[0] == 0, python("-c", code)


def test_a_reload_keeps_the_shim():
    import wsc.unified as old

    assert importlib.reload(old) is old
    with Caught() as caught:
        old.bump
    assert caught.lines() == [here(-1)]


def test_a_module_that_is_not_in_sys_modules_still_answers():
    import importlib.util

    spec = importlib.util.find_spec("wsc.unified")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    with Caught() as caught:
        assert module.open_ws is importlib.import_module("wsc.manager").connect
    assert caught.lines() == [here(-1)]


# plugins


@pytest.mark.parametrize("plugin", ["wsc.plugin", "wsc.live"])
@pytest.mark.parametrize("by", ["-p", "pytest_plugins"])
def test_a_plugin_that_moved(plugin, by, tmp_path):
    has_all = plugin == "wsc.plugin"
    (tmp_path / "conftest.py").write_text(
        "" if by == "-p" else f"pytest_plugins = [{plugin!r}]\n"
    )
    (tmp_path / "test_it.py").write_text(
        "def test_it(depot, request):\n    assert request.config.wsc_configured\n"
        if has_all
        else "def test_it(): pass\n"
    )
    options = ["-p", plugin] if by == "-p" else []
    always = "-Walways::DeprecationWarning"
    ran = python(always, "-m", "pytest", "-p", "no:cacheprovider", *options, str(tmp_path))
    assert ran[0] == 0 and "1 passed" in ran[1], ran
    assert "wsc is plugged in" in ran[1] and "MovedWarning" in ran[1] + ran[2], ran


# packages


def test_submodules_of_a_package_that_moved():
    import wsc.old_net
    import wsc.old_net.sockets

    assert isinstance(wsc.old_net.sockets, types.ModuleType)
    assert wsc.old_net.sockets is sys.modules["wsc.old_net.sockets"]
    with Caught() as caught:
        from wsc.old_net import sockets

        assert sockets.OPEN
    assert caught.lines() == [here(-1)]


@pytest.mark.parametrize("first", ["import wsc.old_net.pack", "import wsc.net.pack", "pass"])
def test_a_name_that_a_module_has_too_means_what_it_does_in_the_new_package(first):
    exec(first)
    with Caught() as caught:
        from wsc.old_net.pack import WIDTH
        from wsc.old_net import pack

        assert pack() == WIDTH == 80
        import wsc.old_net.pack as same
        import wsc.old_net

        assert same is wsc.old_net.pack is pack
        assert sys.modules["wsc.old_net.pack"].pack is pack
    first = here(-9)
    assert caught.lines() == [first, first + 1, first + 4, first + 7, first + 8]


@pytest.mark.parametrize(
    "code",
    [
        "from wsc.old_kit import text; text.slug",
        "from wsc.old_kit import text; text.TRIMMED",
        "import wsc.old_kit; wsc.old_kit.text.slug",
        "from wsc import old_kit; old_kit.text.slug",
        "import wsc.kit.text; from wsc import old_kit; old_kit.text.slug",
        "import wsc.old_kit.text as text; text.slug",
        "from wsc.old_kit import iso; iso.WEEK",
        "import wsc.old_kit; wsc.old_kit.iso.WEEK",
        "import wsc.old_kit; wsc.old_kit.deep.loud.calm",
        "from wsc.old_kit.deep.loud import calm",
    ],
)
def test_a_submodule_knows_what_moved_from_it_by_whatever_way_it_is_reached(code):
    ran = python("-Walways::DeprecationWarning", "-c", code)
    assert ran[0] == 0 and ran[2].count("MovedWarning") == 1, ran
    assert python("-Werror::DeprecationWarning", "-c", code)[0] == 1


def test_a_submodule_is_one_module_by_whatever_way_it_is_reached():
    with Caught() as caught:
        from wsc import old_kit
        from wsc.old_kit import iso, text

        assert old_kit.text is text is sys.modules["wsc.old_kit.text"]
        assert old_kit.iso is iso is sys.modules["wsc.old_kit.iso"]
    assert caught.lines() == []
    with Caught(), mock.patch("wsc.old_kit.text.slug", len):
        assert sys.modules["wsc.kit.text"].slugify is len
        with mock.patch("wsc.old_kit.iso") as patched:
            assert sys.modules["wsc.kit"].isodates is patched is old_kit.iso
    assert old_kit.iso is iso


def test_a_distribution_that_moved():
    with Caught() as caught:
        import old_wsc.manager
        from old_wsc.net.frames import Frame
        from old_wsc import manager

        assert manager.Manager is old_wsc.manager.connect().__class__
    first = here(-5)
    assert caught.lines() == [first + 1, first + 4]
    assert Frame is sys.modules["wsc.net.frames"].Frame
    with pytest.raises(ImportError):
        import old_wsc.nonsense  # noqa: F401


# two packages that ship shims

@pytest.mark.parametrize("module, name", [("names", "X"), ("whole", "UnifiedManager"), ("live", "X")])
def test_a_shim_that_leads_to_a_shim_warns_at_the_users_line(chain, module, name):
    from wsc import manager, user

    real = manager.Manager
    with Caught() as caught:
        old = importlib.import_module("first." + module)
        assert getattr(old, name) is real
        exec("from first.%s import %s" % (module, name))
        with mock.patch("first.%s.%s" % (module, name)) as patched:
            assert user.make() is patched.return_value
        assert manager.Manager is real
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(old, name, dict)
            assert manager.Manager is dict
        assert manager.Manager is real
        setattr(old, name, dict)
        assert manager.Manager is dict
        setattr(old, name, real)
        assert manager.Manager is real
    first = here(-13)
    assert caught.lines() == [first + at for at in (0, 1, 2, 6, 9, 11)]
    assert {text.split(".")[0] for text in caught.texts()} == {"first", "wsc"}


def test_a_chain_is_recorded_at_the_users_line(chain, monkeypatch, tmp_path):
    files = [tmp_path / "first.jsonl", tmp_path / "wsc.jsonl"]
    monkeypatch.setenv("FIRST_SHIMS", "record=%s" % files[0])
    monkeypatch.setenv("WSC_SHIMS", "record=%s" % files[1])
    with Caught() as caught:
        from first.names import X  # noqa: F401
    line = here(-1)
    uses = [json.loads(file.read_text()) for file in files]
    assert [(use["file"], use["line"], use["path"]) for use in uses] == [
        (HERE, line, "first.names.X"), (HERE, line, "wsc.names.Old")
    ]
    assert not caught.list


# a module that is still alive


def test_a_live_module_loses_one_name_and_keeps_the_others():
    with Caught() as caught:
        from wsc import live

        assert live.KEPT == 1 and live.typed
        live.KEPT = 2
        assert not caught.list
        assert live.Gone is sys.modules["wsc.manager"].Manager
        from wsc.live import Gone  # noqa: F401
    assert caught.lines() == [here(-2), here(-1)]
    assert isinstance(live, types.ModuleType) and live.KEPT == 2
    # Whoever reads what it still has pays nothing for what it lost.
    assert "__getattribute__" not in vars(type(live)) and "__getattr__" not in vars(type(live))
    with pytest.raises(AttributeError, match="has no attribute 'nonsense'"):
        live.nonsense


@pytest.mark.parametrize("first", ["import wsc.bar", "import wsc.manager"])
def test_an_import_below_a_live_module_changes_nothing_of_what_it_lost(first):
    exec(first)
    from wsc import manager

    tick, spin = manager.connect, manager.bump
    with Caught() as caught:
        import wsc.bar

        assert wsc.bar.tick is tick and wsc.bar.spin is spin and wsc.bar.FULL == 8
    assert caught.lines() == [here(-1)]
    import wsc.bar.spin
    import wsc.bar.tick

    assert (manager.connect, manager.bump) == (tick, spin)
    # As if the name were a function of the package: a module of its name comes over it.
    assert wsc.bar.tick is sys.modules["wsc.bar.tick"] and wsc.bar.tick.WIDTH == 80
    with Caught():
        assert wsc.bar.spin is spin


def test_what_moved_into_a_module_of_its_name_is_that_and_the_module_where_it_is_meant(
    monkeypatch,
):
    with Caught() as caught:
        from wsc.bar import tock

        assert tock() == 60
        import wsc.bar

        assert wsc.bar.tock() == 60
        import wsc.bar.tock

        assert wsc.bar.tock() == 60 and wsc.bar.tock.__name__ == "tock"
    assert caught.lines() == [here(-9), here(-4), here(-1)]
    with Caught() as caught:
        from wsc.bar.tock import STEP, tock as canonical
        import wsc.bar.tock as module

        assert wsc.bar.tock.STEP == STEP == 60 and wsc.bar.tock.tock is canonical
        assert module is sys.modules["wsc.bar.tock"] and canonical is tock
        monkeypatch.setattr("wsc.bar.tock.STEP", 61)
        assert tock() == 61
        wsc.bar.tock.STEP = 62
        assert tock() == 62
        monkeypatch.undo()
        assert tock() == 60
    assert not caught.list
    with Caught() as caught:
        from wsc.bar import tock as again

        assert again is tock
    assert caught.lines() == [here(-3)]


def test_a_star_of_a_live_module_takes_what_it_has_and_what_it_had():
    names = {}
    with Caught() as caught:
        exec("from wsc.live import *", names)
    assert caught.lines() == [here(-1)]
    assert set(names) - {"__builtins__"} == {
        "Gone", "KEPT", "Pairs", "T", "TYPE_CHECKING", "Typed", "open_it", "pytest_report_header",
        "typed", "wsc",
    }


def test_a_live_module_sets_its_own_names():
    from wsc import live

    with Caught() as caught, pytest.MonkeyPatch.context() as patch:
        patch.setattr(live, "KEPT", 5)
        patch.setattr("wsc.live.added", 6, raising=False)
        assert (live.KEPT, live.added) == (5, 6)
        live.__dict__["Gone"] = "its own again"
        live.Gone = "and set"
        assert vars(live)["Gone"] == "and set"
        del live.Gone
        assert importlib.reload(live) is live
    assert not caught.list and live.KEPT == 1 and not hasattr(live, "added")
    with Caught():
        assert live.Gone is sys.modules["wsc.manager"].Manager


def test_a_live_module_of_another_class_keeps_it(tmp_path, monkeypatch):
    (tmp_path / "classy.py").write_text(
        "import sys, types\n"
        "class Own(types.ModuleType): pass\n"
        "sys.modules[__name__].__class__ = Own\n"
        "from wsc._moved import moved_names\n"
        "__getattr__ = moved_names('classy', names={'Gone': 'wsc.manager:Manager'})\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    classy = importlib.import_module("classy")
    with Caught() as caught:
        assert classy.Gone is sys.modules["wsc.manager"].Manager
    assert caught.lines() == [here(-1)] and type(classy).__name__ == "Own"
    del sys.modules["classy"]


def test_a_module_that_answers_for_itself_still_does():
    with Caught() as caught:
        from wsc import answers

        assert answers.lazy == "made when it is asked for"
        assert not caught.list
        assert answers.Gone is sys.modules["wsc.manager"].Manager
    assert caught.lines() == [here(-1)]
    with pytest.raises(AttributeError, match="nonsense"):
        answers.nonsense


# WSC_SHIMS


def test_the_variable_says_what_a_use_does(monkeypatch):
    import wsc.unified as old

    monkeypatch.setenv("WSC_SHIMS", "ignore")
    with Caught() as caught:
        old.bump
    assert not caught.list
    monkeypatch.setenv("WSC_SHIMS", "error")
    with pytest.raises(DeprecationWarning, match="wsc.unified.bump moved to"):
        old.bump
    for other in ["warn", "", "nonsense"]:
        monkeypatch.setenv("WSC_SHIMS", other)
        with Caught() as caught:
            old.bump
        assert caught.lines() == [here(-1)]


def test_uses_are_recorded(monkeypatch, tmp_path):
    file = tmp_path / "uses.jsonl"
    monkeypatch.setenv("WSC_SHIMS", "record=%s" % file)
    with Caught() as caught:
        for _ in range(3):
            from wsc.unified import open_ws  # noqa: F401
        with mock.patch("wsc.live.Gone", create=True):
            pass
        first = here(-3)
    assert not caught.list
    uses = [json.loads(line) for line in file.read_text().splitlines()]
    said = "from wsc.unified import open_ws  # noqa: F401"
    patched = 'with mock.patch("wsc.live.Gone", create=True):'
    assert uses == [
        {"file": HERE, "line": first, "path": "wsc.unified.open_ws", "text": said},
        {"file": HERE, "line": first + 1, "path": "wsc.live.Gone", "text": patched},
    ]
    # Where nothing can be written, it is said as ever.
    monkeypatch.setenv("WSC_SHIMS", "record=%s" % tmp_path)
    with Caught() as caught:
        from wsc.unified import bump  # noqa: F401
    assert caught.lines() == [here(-1)]


def test_processes_that_record_into_one_file_do_not_mix_their_lines(tmp_path):
    file = tmp_path / "uses.jsonl"
    lines = 300
    script = tmp_path / "script.py"
    script.write_text("import wsc.unified as old\n" + "old.bump\n" * lines)
    env = {**os.environ, "WSC_SHIMS": "record=%s" % file}
    running = [subprocess.Popen([sys.executable, str(script)], env=env) for _ in range(4)]
    assert [one.wait() for one in running] == [0] * 4
    uses = [json.loads(line) for line in file.read_text().splitlines()]
    assert sorted(use["line"] for use in uses) == sorted([*range(2, lines + 2)] * 4)


def test_sixteen_threads_record_each_use(monkeypatch, tmp_path):
    file = tmp_path / "uses.jsonl"
    monkeypatch.setenv("WSC_SHIMS", "record=%s" % file)
    import wsc.unified as old

    def work():
        old.bump
        old.connect

    threads = [threading.Thread(target=work) for _ in range(16)]
    [thread.start() for thread in threads], [thread.join() for thread in threads]
    uses = [json.loads(line) for line in file.read_text().splitlines()]
    assert {use["path"] for use in uses} == {"wsc.unified.bump", "wsc.unified.connect"}
