"""What the shims of this package share: a moved name is looked up at its canonical path.

Each use of a legacy path warns at the line that uses it. The environment variable
@ENV@ changes that: `warn`, `error`, `ignore`, or `record=FILE`, which adds a
line of JSON for each use to FILE, for `rehome preview --recorded FILE`.
"""
# pyright: reportPrivateUsage=false

from __future__ import annotations

import functools
import importlib
import importlib.util
import json
import linecache
import os
import sys
import types
import warnings
from typing import Any, Callable, Iterable, Mapping

__all__ = ["MovedWarning", "install", "moved_names"]

_ENV = "@ENV@"
# By this the runtimes of all packages know each other, of whatever version: their frames stand
# between a shim and a shim that it leads to.
__moved_runtime__ = 1

# Frames of the standard library are never the line that uses a legacy path, nor those of these
# modules: they act for another one.
_PLUMBING = frozenset(
    [
        "_pytest.monkeypatch",
        "importlib_metadata",
        "mock",
        "mock.mock",
        "pkg_resources",
        "pytest_mock",
        "pytest_mock.plugin",
        "typing_extensions",
    ]
)
# By two of its modules: where an environment has copies, those are not of all.
_LIBRARY = tuple(
    {
        os.path.dirname(os.__file__) + os.sep,
        os.path.dirname(os.path.dirname(json.__file__)) + os.sep,
    }
)
_INSTALLED = (os.sep + "site-packages" + os.sep, os.sep + "dist-packages" + os.sep)
_MOCK = frozenset(["mock", "mock.mock", "unittest.mock"])
_PATCHERS = _MOCK | {"_pytest.monkeypatch"}
# Their functions that take back what others of them did.
_ENDS = frozenset(["__exit__", "undo"])
_IMPORTS = frozenset(["_frozen_importlib", "importlib._bootstrap"])
# They look at every name of a module, and use none.
_LOOKERS = frozenset(
    ["doctest", "inspect", "jedi.inference.compiled.access", "pydoc", "rlcompleter"]
)
# It looks up names by `dir`, and then reads what stands in the module without asking it.
_PLUGGY = frozenset(["pluggy._manager"])
# What each module has of its own: by its type, for the import machinery, or of its own code. Other
# names with two underscores are data.
_OWN = frozenset(dir(types.ModuleType)) | {
    "__all__",
    "__annotate__",
    "__annotations__",
    "__builtins__",
    "__cached__",
    "__conditional_annotations__",
    "__dir__",
    "__doc__",
    "__file__",
    "__getattr__",
    "__loader__",
    "__moved__",
    "__moved_runtime__",
    "__name__",
    "__package__",
    "__path__",
    "__spec__",
    "__warningregistry__",
}
# What code does with the object that it has read last, and what may stand before that.
_OF_OBJECT = frozenset(["DELETE_ATTR", "LOAD_ATTR", "LOAD_METHOD", "STORE_ATTR"])
_PREFIXES = frozenset(["CACHE", "EXTENDED_ARG"])
_LOADS = ("LOAD_FAST", "LOAD_FAST_BORROW", "LOAD_NAME", "LOAD_GLOBAL", "LOAD_DEREF")
_ABSENT = object()
_recorded: set[tuple[str, int, str]] = set()
# The names that modules lost that have others, by the modules' names.
_live: dict[str, _Moves] = {}


class MovedWarning(DeprecationWarning):
    """A name was used by a path that it has moved away from."""


class _Moves:
    """What moved away from one module, and where to."""

    def __init__(
        self,
        module: str,
        target: str,
        names: Mapping[str, str],
        since: str,
        remove_in: str,
        versions: Mapping[str, tuple[str, str]],
    ) -> None:
        self.module = module
        self.target = target
        self.names = dict(names)
        self.versions = dict(versions)
        self.version = (since, remove_in)
        # What patches took the place of, by name: who patches, in which module, and what was there.
        self.undo: dict[str, list[tuple[object, types.ModuleType, object]]] = {}

    def where(self, name: str) -> tuple[str, str] | None:
        """The canonical module of a name, and its name there."""
        if name in self.names:
            module, _, new = self.names[name].partition(":")
            return module, new
        return (self.target, name) if self.target and name not in _OWN else None

    def read(self, name: str, caller: types.FrameType) -> Any:
        if name == "__all__":
            return self.public()
        where = self.where(name)
        if where is None:
            raise AttributeError(f"module {self.module!r} has no attribute {name!r}")
        home = importlib.import_module(where[0])
        value = getattr(home, where[1], _ABSENT)
        own = self.submodule(name)
        if own is None and value is _ABSENT and name in self.names:
            value = _submodule(*where)
        module = sys.modules.get(".".join(where), _ABSENT)
        is_module = value is _ABSENT or value is module
        if own is None and is_module and value is not _ABSENT:
            # What moved from a submodule its own shim alone knows.
            own = _shim(f"{self.module}.{name}")
        if own is not None and (is_module or self.goes_on(name, value, own, caller)):
            value = own
        if value is _ABSENT:
            raise AttributeError(
                f"module {self.module!r} has no attribute {name!r}:"
                f" {where[0]!r} does not have {where[1]!r}"
            )
        if value is not own and not _only_looks(caller):
            self.used(name, where, caller)
        return value

    def submodule(self, name: str) -> object:
        """The module below this one that somebody has imported, also while that goes on."""
        return sys.modules.get(f"{self.module}.{name}")

    def leads_below(self, name: str) -> bool:
        """Whether a name moved into a module that is called so, or below that."""
        home = self.names.get(name, "").partition(":")[0]
        return f"{home}.".startswith(f"{self.module}.{name}.")

    def goes_on(
        self, name: str, value: object, module: object, caller: types.FrameType
    ) -> bool:
        """Whether a name that moved into a module of its own means that module here.

        That is so in `import app.tick as t`, and in `app.tick.Tock` if only the module has that.
        """
        if not self.leads_below(name):
            return False
        imported, following = _step(caller.f_code, caller.f_lasti)
        if imported:
            return f"{imported}.".startswith(f"{self.module}.{name}.")
        following = following or _sought(caller)
        return (
            following != ""
            and hasattr(module, following)
            and not hasattr(value, following)
        )

    def write(self, name: str, value: object, caller: types.FrameType) -> None:
        """Sets the canonical name, so that a patch reaches those who use it."""
        module, new = self.where(name) or (self.module, name)
        if self.ends_patch(name, new, caller):
            return
        # A patch has read the name before, and was told.
        if not _is_by(caller, _PATCHERS):
            self.used(name, (module, new), caller)
        home = importlib.import_module(module)
        # A submodule is to this module what the one in its place is to the canonical one.
        if value is self.submodule(name):
            value = sys.modules.get(f"{module}.{new}", value)
        before = vars(home).get(new, _ABSENT)
        setattr(home, new, value)
        self.begins_patch(name, home, before, caller)

    def delete(self, name: str, caller: types.FrameType) -> None:
        """Deletes the canonical name, or gives back what a patch took the place of."""
        module, new = self.where(name) or (self.module, name)
        if self.ends_patch(name, new, caller):
            return
        home = importlib.import_module(module)
        before = vars(home).get(new, _ABSENT)
        delattr(home, new)
        self.begins_patch(name, home, before, caller)

    def begins_patch(
        self,
        name: str,
        home: types.ModuleType,
        before: object,
        caller: types.FrameType,
    ) -> None:
        if _is_by(caller, _PATCHERS) and caller.f_code.co_name not in _ENDS:
            patch = caller.f_locals.get("self")
            self.undo.setdefault(name, []).append((patch, home, before))

    def ends_patch(self, name: str, new: str, caller: types.FrameType) -> bool:
        """Undoes what a patch did last, if it is one that ends.

        It has looked for the name in this module, where it is not, or has read what the canonical
        module only makes: it would delete what it did not bind, or bind what was not there.
        """
        if not _is_by(caller, _PATCHERS) or caller.f_code.co_name not in _ENDS:
            return False
        patch = caller.f_locals.get("self")
        entries = self.undo.get(name, [])
        for at in reversed(range(len(entries))):
            if entries[at][0] is patch:
                _, home, before = entries.pop(at)
                if not entries:
                    del self.undo[name]
                if before is not _ABSENT:
                    setattr(home, new, before)
                    return True
                try:
                    delattr(home, new)
                except AttributeError:
                    pass  # somebody else has taken it away
                return True
        return False

    def public(self) -> list[str]:
        """The names that `from module import *` takes."""
        names = set(_public(self.names))
        if self.target:
            home = importlib.import_module(self.target)
            names.update(getattr(home, "__all__", _public(vars(home))))
        return sorted(names)

    def all(self) -> set[str]:
        names = set(self.names)
        if self.target:
            home = importlib.import_module(self.target)
            names.update(name for name in dir(home) if self.where(name) is not None)
        return names

    def bind_hooks(self, namespace: dict[str, Any], caller: types.FrameType) -> None:
        """Puts the hooks of a plugin where pluggy finds them: it asks no `__getattr__`."""
        if not _is_by(caller, _PLUGGY):
            return
        for name in self.all() - namespace.keys():
            module, new = self.where(name) or (self.module, name)
            home = importlib.import_module(module)
            value = getattr(home, new, None)
            if _is_hook(name, value):
                namespace[name] = self.read(name, caller)

    def used(self, name: str, where: tuple[str, str], caller: types.FrameType) -> None:
        since, remove_in = self.versions.get(name, self.version)
        path = f"{self.module}.{name}"
        _used(
            path, _text(path, ".".join(where), since, remove_in), *_user(caller, caller)
        )


class _MovedModule(types.ModuleType):
    """A module all of whose names moved away."""

    def __getattr__(self, name: str) -> Any:
        moves: _Moves = self.__dict__["__moved__"]
        return moves.read(name, _caller())

    def __setattr__(self, name: str, value: object) -> None:
        moves: _Moves = self.__dict__["__moved__"]
        if name in self.__dict__ or moves.where(name) is None:
            super().__setattr__(name, value)
        elif moves.submodule(name) is not value or not _is_by(_caller(), _IMPORTS):
            moves.write(name, value, _caller())
        # An import binds a submodule in its package; whether the name means that is up to the
        # canonical package, which may call a function so.

    def __delattr__(self, name: str) -> None:
        moves: _Moves = self.__dict__["__moved__"]
        if name in self.__dict__ or moves.where(name) is None:
            super().__delattr__(name)
        else:
            moves.delete(name, _caller())

    def __dir__(self) -> list[str]:
        moves: _Moves = self.__dict__["__moved__"]
        moves.bind_hooks(self.__dict__, _caller())
        return sorted(moves.all().union(self.__dict__) - {"__moved__"})


class _LiveModule(types.ModuleType):
    """A module that lost some names and has others: to read those costs as much as without it.

    Only writes are looked at, so that a patch of a moved name reaches its canonical path.
    """

    def __setattr__(self, name: str, value: object) -> None:
        moves = self.__moves(name)
        if moves is None:
            super().__setattr__(name, value)
        elif moves.submodule(name) is not value:
            moves.write(name, value, _caller())
        elif not (moves.leads_below(name) and _is_by(_caller(), _IMPORTS)):
            super().__setattr__(name, value)
        # An import binds a submodule in its package. What moved into a module of its own name stays
        # what the name means, as where the package imports it from there.

    def __delattr__(self, name: str) -> None:
        moves = self.__moves(name)
        if moves is None:
            super().__delattr__(name)
        else:
            moves.delete(name, _caller())

    def __dir__(self) -> list[str]:
        moves = _live.get(self.__name__)
        if moves is not None:
            moves.bind_hooks(self.__dict__, _caller())
        return sorted({*super().__dir__(), *(moves.names if moves else ())})

    def __moves(self, name: str) -> _Moves | None:
        """Those of a name that is the module's no more."""
        moves = _live.get(self.__name__)
        is_moved = moves is not None and name in moves.names
        return moves if is_moved and name not in self.__dict__ else None


def install(
    namespace: dict[str, Any],
    module: str,
    *,
    target: str = "",
    names: Mapping[str, str] = types.MappingProxyType({}),
    since: str = "",
    remove_in: str = "",
    versions: Mapping[str, tuple[str, str]] = types.MappingProxyType({}),
) -> None:
    """Makes the module of this namespace a shim: its names are those of `target`, and `names`."""
    moves = _Moves(module, target, names, since, remove_in, versions)
    namespace.pop("install", None)
    shim = sys.modules.get(namespace["__name__"])
    is_module = shim is not None and shim.__dict__ is namespace
    is_main = namespace["__name__"] == "__main__"
    if is_main or (not is_module and _is_run(sys._getframe(1))):
        _run(moves, namespace)
    elif shim is None or not is_module:
        namespace["__getattr__"] = moved_names(
            module,
            target=target,
            names=names,
            since=since,
            remove_in=remove_in,
            versions=versions,
        )
    else:
        # Never a new module in `sys.modules`: imports in other threads hold this one.
        before = namespace.get("__moved__")
        if isinstance(before, _Moves):  # it is reloaded, maybe under a patch
            moves.undo = before.undo
        namespace["__moved__"] = moves
        shim.__class__ = _MovedModule


def moved_names(
    module: str,
    *,
    target: str = "",
    names: Mapping[str, str] = types.MappingProxyType({}),
    since: str = "",
    remove_in: str = "",
    versions: Mapping[str, tuple[str, str]] = types.MappingProxyType({}),
) -> Callable[[str], Any]:
    """A `__getattr__` for a module that has names of its own besides those that moved away."""
    moves = _Moves(module, target, names, since, remove_in, versions)
    own = sys._getframe(1).f_globals
    live = sys.modules.get(module)
    # A module that is of another class already, or that is run as a script, keeps its own.
    if type(live) is types.ModuleType and live.__dict__ is own:
        live.__class__ = _LiveModule
    elif isinstance(live, _LiveModule) and module in _live:
        moves.undo = _live[module].undo
    if isinstance(live, _LiveModule):
        _live[module] = moves
    for name in moves.names:
        # What the module itself imports is bound before its own names are.
        if name in own and own[name] is moves.submodule(name):
            del own[name]

    def __getattr__(name: str) -> Any:
        caller = _caller()
        by = caller.f_globals.get("__name__"), caller.f_code.co_name
        if by == (module, "__getattr__"):
            # The module's own `__getattr__` asks for somebody.
            caller = _beyond(caller.f_back or caller)
        if name == "__all__" and not target:
            # A star takes what the module has, and what it had.
            return sorted({*_public(own), *moves.public()})
        return moves.read(name, caller)

    return __getattr__


@functools.lru_cache(maxsize=1024)
def _step(code: types.CodeType, at: int) -> tuple[str, str]:
    """What the code imports at a place, and what it reads of what it reads there."""
    import dis

    imported = ""
    steps = iter(dis.get_instructions(code))
    for step in steps:
        if step.opname == "IMPORT_NAME":
            imported = str(step.argval)
        if step.offset == at:
            break
    else:
        return "", ""
    if step.opname == "IMPORT_FROM":
        return imported, ""
    behind = (it for it in steps if it.opname not in _PREFIXES)
    does = next(behind, None)
    if does and does.opname.startswith("STORE_") and does.opname not in _OF_OBJECT:
        # `t = app.tick; t.Tock`, which is also how pytest compiles its assertions.
        kept, _, read = does.argrepr.partition(", ")
        if not read:
            loads = next(behind, None)
            read = loads.argrepr if loads and loads.opname in _LOADS else ""
        does = next(behind, None) if kept == read else None
    return "", str(does.argval) if does and does.opname in _OF_OBJECT else ""


def _sought(frame: types.FrameType) -> str:
    """What pytest looks for in what it reads on the way to a name that is to be patched."""
    if not _is_by(frame, _PATCHERS) or frame.f_code.co_name != "resolve":
        return ""
    outer = frame.f_back.f_locals if frame.f_back else {}
    used, whole = str(frame.f_locals.get("used")), str(frame.f_locals.get("name"))
    return f"{whole}.{outer.get('attr', '')}"[len(used) + 1 :].partition(".")[0]


def _text(old: str, new: str, since: str, remove_in: str) -> str:
    text = f"{old} moved to {new}"
    if since:
        text += f" in {since}"
    if remove_in:
        text += f"; the old path goes away in {remove_in}"
    return text


def _public(names: Iterable[str]) -> list[str]:
    return [name for name in names if not name.startswith("_")]


def _submodule(package: str, name: str) -> object:
    """A submodule that was renamed, and that nobody has imported so far."""
    module = f"{package}.{name}"
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name != module:
            raise
        return _ABSENT


def _shim(module: str) -> object:
    """The shim at a path, if there is one: no other module is imported for its sake."""
    spec = importlib.util.find_spec(module)
    loader: Any = spec and spec.loader
    code = loader.get_code(module) if hasattr(loader, "get_code") else None
    is_shim = code is not None and {__name__, "install"} <= {*code.co_names}
    return importlib.import_module(module) if is_shim else None


def _caller() -> types.FrameType:
    """Who asks the function that calls this."""
    return _beyond(sys._getframe(2))


def _beyond(frame: types.FrameType) -> types.FrameType:
    """The frame, or the first one behind those of shims."""
    while "__moved_runtime__" in frame.f_globals and frame.f_back is not None:
        frame = frame.f_back
    return frame


def _is_by(frame: types.FrameType, modules: frozenset[str]) -> bool:
    return frame.f_globals.get("__name__") in modules


def _is_plumbing(frame: types.FrameType) -> bool:
    if "__moved_runtime__" in frame.f_globals:
        return True
    return _is_by(frame, _PLUMBING) or _is_of_library(frame)


def _is_of_library(frame: types.FrameType) -> bool:
    """Whether it runs code of the standard library, and none that is typed in or made there."""
    code = frame.f_code.co_filename
    if code.startswith("<") and not code.startswith("<frozen "):
        return False
    # A module that is frozen, or lies in an archive, says by this alone where it is from.
    file = str(frame.f_globals.get("__file__"))
    below = next(
        (file[len(path) - 1 :] for path in _LIBRARY if file.startswith(path)), ""
    )
    return below != "" and not below.startswith(_INSTALLED)


def _is_hook(name: str, value: object) -> bool:
    """Whether a name is that of a hook: pytest knows its own by their names, others are marked."""
    marks = getattr(value, "__dict__", {})
    is_marked = any(mark.endswith(("_impl", "_spec")) for mark in marks)
    return isinstance(value, types.FunctionType) and (
        is_marked or name.startswith("pytest_")
    )


def _is_made(frame: types.FrameType) -> bool:
    """Whether it runs code that some function put together, and not that of `python -c`."""
    names = frame.f_globals
    is_command = names.get("__name__") == "__main__" and "__file__" not in names
    return frame.f_code.co_filename == "<string>" and not is_command


def _only_looks(caller: types.FrameType) -> bool:
    by = caller.f_globals.get("__name__")
    function = caller.f_code.co_name
    if function == "_handle_fromlist":  # it asks whether a package has the name
        return _is_plumbing(caller)
    if function == "loadTestsFromModule":
        return by == "unittest.loader"
    return by in _LOOKERS or (function == "__exit__" and by in _MOCK)


def _user(
    caller: types.FrameType, otherwise: types.FrameType
) -> tuple[str, int, dict[str, Any]]:
    """The file and the line that use a legacy path, and their module's namespace."""
    frame: types.FrameType | None = caller
    while frame is not None:
        if not _is_plumbing(frame) and not _is_made(frame):
            return frame.f_code.co_filename, frame.f_lineno, frame.f_globals
        decorates = frame.f_code.co_name in ("patched", "_inner")
        if decorates and frame.f_globals.get("__name__") in _MOCK:
            # `@patch("old.name")` acts when the function is called: its decorator is the line.
            function: Any = frame.f_locals.get("func", frame.f_locals.get("f"))
            function = getattr(function, "__func__", function)
            while hasattr(function, "__wrapped__"):
                function = function.__wrapped__
            if isinstance(function, types.FunctionType):
                code = function.__code__
                return code.co_filename, code.co_firstlineno, function.__globals__
        frame = frame.f_back
    return otherwise.f_code.co_filename, otherwise.f_lineno, otherwise.f_globals


def _used(
    path: str, text: str, file: str, line: int, namespace: dict[str, Any]
) -> None:
    mode, _, target = os.environ.get(_ENV, "").partition("=")
    if mode == "ignore":
        return
    if mode == "error":
        raise MovedWarning(text)
    if mode == "record" and _record(target, file, line, path):
        return
    # Without `module_globals`: of the main module they have a loader that finds no source.
    warnings.warn_explicit(
        text,
        MovedWarning,
        file,
        line,
        module=str(namespace.get("__name__", "<unknown>")),
        registry=namespace.setdefault("__warningregistry__", {}),
    )


def _record(target: str, file: str, line: int, path: str) -> bool:
    """Notes a use, each place once; says whether it could be."""
    # JSON is text, and a file name may be bytes that are none.
    name = os.path.abspath(file).encode(errors="replace").decode()
    use = (name, line, path)
    if use in _recorded:
        return True
    # What the line says tells it where the file stands elsewhere, or is another one by now.
    said = linecache.getline(file, line).strip()
    entry = {"file": use[0], "line": line, "path": path, "text": said}
    try:
        # One write to a file that is only added to: lines of several processes do not mix.
        file_descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
        try:
            os.write(file_descriptor, (json.dumps(entry) + "\n").encode())
        finally:
            os.close(file_descriptor)
    except OSError:
        return False
    _recorded.add(use)
    return True


def _is_run(module: types.FrameType) -> bool:
    """Whether `runpy` runs a module without it being imported."""
    by = module.f_back
    return by is not None and by.f_globals.get("__name__") == "runpy"


def _run(moves: _Moves, namespace: dict[str, Any]) -> None:
    """Runs the canonical module in place of the legacy one: `python -m old`."""
    import runpy

    homes = {to.partition(":")[0] for to in moves.names.values()}
    target = moves.target or (homes.pop() if len(homes) == 1 else "")
    name = namespace["__name__"]
    if not target:
        return
    shim = sys._getframe(2)
    text = _text(moves.module, target, *moves.version)
    _used(moves.module, text, *_user(shim.f_back or shim, shim))
    ran = runpy.run_module(target, run_name=name, alter_sys=name == "__main__")
    namespace.update({key: ran[key] for key in ran.keys() - namespace.keys()})
