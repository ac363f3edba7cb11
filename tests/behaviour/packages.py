"""Small packages whose modules give each other the moved thing, by every kind of import.

Each module is imported first in turn, so that a new cycle or a lost name shows.
"""

import builtins
import importlib
import random
import shutil
import sys
from pathlib import Path

import migrate

MODULES = ["m0", "m1", "m2", "m3", "sub.m4", "sub.m5"]
LEGACY, MODERN = "legacy", "home.modern"

#: A move of the symbol, and one of the module in which its name changes as well.
MANIFESTS = [
    migrate.manifest({"pkg.legacy:Old": "pkg.home.modern:New"}),
    migrate.manifest({"pkg.legacy": "pkg.home.modern"}, rename='rename = { Old = "New" }\n'),
]

CANONICAL_DEFINES = {
    "home.modern": "class New:\n    pass\n\n\nother = 11\n",
    "legacy": "from .home.modern import New as Old, other\n",
}
LEGACY_DEFINES = {
    "legacy": "class Old:\n    pass\n\n\nother = 11\n",
    "home.modern": "from pkg.legacy import Old as New, other\n",
}


class Maker:
    """Makes one module of the package."""

    def __init__(self, chance: random.Random, name: str, exports: dict[str, list[str]]) -> None:
        self.chance = chance
        self.name = name
        self.exports = exports
        self.lines: list[str] = []
        self.number = 0

    def spelled(self, module: str) -> str:
        """A module of the package, absolute or relative."""
        dots = ".." if "." in self.name else "."
        absolute = f"pkg.{module}" if module else "pkg"
        return self.chance.choice([absolute, f"{dots}{module}"])

    def record(self, what: str, indent: str = "") -> None:
        self.number += 1
        self.lines.append(f"{indent}record('{self.name}', {self.number}, {what})")

    def imports(self, indent: str = "") -> list[str]:
        """One import; gives the expressions that read what it binds."""
        chance = self.chance
        given = [module for module, names in self.exports.items() if names]
        if given and chance.random() < 0.5:
            line, reads = self.from_another(chance.choice(given), indent)
        else:
            legacy = self.spelled(LEGACY)
            line, reads = chance.choice(
                [(f"from {legacy} import Old", ["Old"])] * 4
                + [
                    (f"from {legacy} import Old as New", ["New"]),
                    (f"from {legacy} import Old as Manager", ["Manager"]),
                    (f"from {legacy} import other, Old", ["Old", "other"]),
                    (f"from {self.spelled(MODERN)} import New", ["New"]),
                    ("import pkg.legacy", ["pkg.legacy.Old"]),
                    ("import pkg.legacy", ["pkg.legacy.Old", "pkg.legacy.other"]),
                    ("import pkg.legacy as L", ["L.Old"]),
                    (f"from {self.spelled('')} import legacy", ["legacy.Old", "legacy.other"]),
                ]
            )
        self.lines.append(f"{indent}{line}")
        return reads

    def from_another(self, module: str, indent: str) -> tuple[str, list[str]]:
        name = self.chance.choice(self.exports[module])
        where = self.spelled(module)
        forms = [(f"from {where} import {name}", [name])] * 3
        forms += [(f"from {where} import {name} as Z", ["Z"])]
        if not indent:
            forms += [(f"from {where} import *", [name])]
        dotted = f"pkg.{module}".rstrip(".")
        forms += [(f"import {dotted}", [f"{dotted}.{name}"])]
        if module:
            parent, _, last = dotted.rpartition(".")
            forms += [(f"import {dotted} as q", [f"q.{name}"])]
            forms += [(f"from {parent} import {last}", [f"{last}.{name}"])]
        return self.chance.choice(forms)

    def module(self) -> tuple[str, list[str]]:
        """Its text, and the names that others may import from it."""
        bound: list[str] = []
        for _ in range(self.chance.randint(1, 3)):
            bound += self.imports()
        for expression in bound:
            self.record(expression)
        if self.chance.random() < 0.4:
            self.lines.append("def later():")
            for expression in self.imports("    "):
                self.record(expression, "    ")
            self.lines.append("on_later(later)")
        names = [expression for expression in bound if "." not in expression]
        if bound and self.chance.random() < 0.15:
            self.lines.append(f"Mine = {self.chance.choice(bound)}")
            names.append("Mine")
        if names and self.chance.random() < 0.25:
            self.lines.append(f"__all__ = {sorted(set(names))!r}")
        return "\n".join(self.lines) + "\n", sorted(set(names))


def package(chance: random.Random) -> migrate.Files:
    modules = dict(chance.choice([CANONICAL_DEFINES, LEGACY_DEFINES]))
    exports: dict[str, list[str]] = {}
    modules["__init__"], exports[""] = chance.choice(
        [("", [])] * 3
        + [
            ("from .legacy import Old\n", ["Old"]),
            ("from pkg.legacy import Old as Manager\n__all__ = ['Manager']\n", ["Manager"]),
            ("from .legacy import *\n", ["Old", "other"]),
        ]
    )
    modules["home.__init__"] = modules["sub.__init__"] = ""
    for name in chance.sample(MODULES, k=len(MODULES)):
        modules[name], exports[name] = Maker(chance, name, exports).module()
    return {f"pkg/{name.replace('.', '/')}.py": text for name, text in modules.items()}


def shown(value: object) -> object:
    match value:
        case type():
            return "moved" if value.__name__ in ("Old", "New") else "class"
        case int():
            return value
        case _:
            return type(value).__name__


def run(root: Path, first: str) -> dict[str, list[object]]:
    """What each module records when `first` is imported into a fresh program."""
    for name in [name for name in sys.modules if name.split(".")[0] == "pkg"]:
        del sys.modules[name]
    importlib.invalidate_caches()
    traces: dict[str, list[object]] = {}
    later = []
    builtins.record = lambda name, number, value: traces.setdefault(name, []).append(
        (number, shown(value))
    )
    builtins.on_later = later.append
    sys.path.insert(0, str(root))
    try:
        importlib.import_module(f"pkg.{first}".rstrip("."))
        for function in later:
            function()
    except Exception as error:
        traces["error"] = [repr(error)]
    finally:
        sys.path.remove(str(root))
    return traces


def check(chance: random.Random, count: int, root: Path, rehome: Path) -> tuple[int, list[str]]:
    """How many first imports were compared, and the faults."""
    compared, faults = 0, []
    for number in range(count):
        tree = root / str(number)
        files = package(chance)
        migrate.write(tree, files)
        moves = MANIFESTS[number % len(MANIFESTS)]
        (tree / "rehome.toml").write_text(moves, encoding="utf-8")
        firsts = [*MODULES, "", LEGACY, MODERN]
        before = {first: run(tree, first) for first in firsts}
        migrate.apply(rehome, tree)
        for first in firsts:
            if "error" in before[first]:
                continue
            compared += 1
            now = run(tree, first)
            # A module that is not imported any more records nothing; the first one always is.
            same = all(before[first].get(name) == trace for name, trace in now.items())
            if not same or (first in before[first] and first not in now):
                change = migrate.difference(files, migrate.read(tree, files))
                faults.append(f"{first} first: {before[first]} became {now}\n{change}")
                break
        shutil.rmtree(tree)
    return compared, faults
