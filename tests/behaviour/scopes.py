"""Single modules that bind, shadow, delete and read a few names in every kind of scope."""

import contextlib
import random
import sys
import types
from pathlib import Path

import migrate

NAMES = ["Old"] * 9 + ["New", "New", "x"]


class Maker:
    """Makes one module; every read of a name is recorded under a number of its own."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.number = 0
        self.in_class = False

    def count(self) -> int:
        self.number += 1
        return self.number

    def name(self) -> str:
        return self.chance.choice(NAMES)

    def expression(self, depth: int = 0) -> str:
        def inner() -> str:
            return self.expression(depth + 1)

        name = self.name
        plain = [name] * 10
        if depth > 2:
            return name()
        forms = plain + [
            lambda: f"[{inner()} for {name()} in [{inner()}, 1]]",
            lambda: f"[{inner()} for {name()} in [1] if {name()} for {name()} in [{inner()}]]",
            lambda: f"{{'k': {inner()} for {name()} in [2]}}",
            lambda: f"(lambda {name()}: {inner()})({inner()})",
            lambda: f"(lambda {name()}={inner()}: {inner()})()",
            lambda: f"identity({name()}={inner()})",
            lambda: f"attribute.{name()}",
            lambda: f"({inner()}, {inner()})",
        ]
        if not self.in_class:
            forms += [
                lambda: f"({name()} := {inner()})",
                lambda: f"[({name()} := {inner()}) for i in [1]]",
            ]
        return self.chance.choice(forms)()

    def use(self) -> list[str]:
        return [f"record({self.count()}, {self.expression()})"]

    def imports(self) -> list[str]:
        plain = ["from legacy.ws import Old"]
        return self.chance.choice(
            [plain] * 6
            + [
                ["from legacy.ws import Old as New"],
                ["from legacy.ws import Old as x"],
                ["from legacy.ws import other, Old"],
                ["from modern.ws import New"],
                ["try:", "    from legacy.ws import Old", "except ImportError:", "    Old = None"],
                ["if True:", "    from legacy.ws import Old", "else:", "    Old = None"],
                ["import legacy.ws", f"record({self.count()}, legacy.ws.Old)"],
                ["import legacy.ws as x", f"record({self.count()}, x.Old)"],
                ["from legacy import ws", f"record({self.count()}, ws.Old)"],
            ]
        )

    def binding(self) -> list[str]:
        name, number = self.name(), self.count()
        return self.chance.choice(
            [
                [f"{name} = {number}"],
                [f"for {name} in [{number}]:", f"    record({number}, {name})"],
                [f"with manager({number}) as {name}:", "    pass"],
                ["try:", "    1 / 0", f"except ZeroDivisionError as {name}:", "    pass"],
                [f"import other as {name}"],
                [f"from other import {name}"],
                [f"match {number}:", f"    case {name}:", f"        record({number}, {name})"],
                [f"first, *{name} = 1, 2"],
                ["try:", f"    del {name}", "except NameError:", "    pass"],
                [f"{name}: int"],
            ]
        )

    def guarded(self, lines: list[str]) -> list[str]:
        """What fails is recorded, and the rest goes on."""
        inner = [f"    {line}" for line in lines]
        caught = f"    record({self.count()}, type(error).__name__)"
        return ["try:", *inner, "except Exception as error:", caught]

    def function(self, depth: int) -> list[str]:
        name = self.name() if self.chance.random() < 0.08 else f"f{self.count()}"
        parameter = self.name() if self.chance.random() < 0.3 else ""
        default = self.chance.choice([self.name(), "7"])
        annotation = self.chance.choice(["", "", "", f" -> {self.name()}", ' -> "Old"'])
        outer, self.in_class = self.in_class, False
        declared = [
            f"global {name}"
            for name in ("Old", "New")
            if name != parameter and self.chance.random() < 0.12
        ]
        body = declared + self.block(depth + 1)
        self.in_class = outer
        head = f"def {name}({parameter}{'=' if parameter else ''}{default if parameter else ''})"
        inner = [f"    {line}" for line in body]
        return self.guarded([f"{head}{annotation}:", *inner, f"{name}()"])

    def class_(self, depth: int) -> list[str]:
        base = f"({self.name()})" if self.chance.random() < 0.2 else ""
        outer, self.in_class = self.in_class, True
        body = self.block(depth + 1)
        self.in_class = outer
        inner = [f"    {line}" for line in body]
        return self.guarded([f"class C{self.count()}{base}:", *inner])

    def block(self, depth: int) -> list[str]:
        lines: list[str] = []
        for _ in range(self.chance.randint(1, 4)):
            forms = [lambda: self.guarded(self.use())] * 5
            forms += [self.imports, self.imports, self.binding]
            if depth < 3:
                forms += [lambda: self.function(depth)] * 2 + [lambda: self.class_(depth)]
            lines += self.chance.choice(forms)()
        return lines

    def module(self) -> str:
        lines = self.imports() if self.chance.random() < 0.95 else []
        for _ in range(self.chance.randint(1, 2)):
            lines += self.block(0)
        return "\n".join(lines) + "\n"


class Moved:
    """The thing that has two names."""


class Attribute:
    def __getattr__(self, name: str) -> int:
        return 5


def shown(value: object) -> object:
    """A value as it compares: functions and classes have no names here, for they may be renamed."""
    match value:
        case type():
            return "moved" if value is Moved else "class"
        case list() | tuple():
            return [shown(item) for item in value]
        case dict():
            return [[shown(key), shown(item)] for key, item in value.items()]
        case int() | str():
            return value
        case types.ModuleType():
            return value.__name__
        case _:
            return type(value).__name__


def stand_ins() -> dict[str, types.ModuleType]:
    names = ("legacy", "legacy.ws", "modern", "modern.ws", "other")
    modules = {name: types.ModuleType(name) for name in names}
    modules["legacy"].ws, modules["modern"].ws = modules["legacy.ws"], modules["modern.ws"]
    vars(modules["legacy.ws"]).update(Old=Moved, other=11)
    vars(modules["modern.ws"]).update(New=Moved)
    vars(modules["other"]).update(Old=101, New=102, x=103)
    return modules


def run(text: str) -> list[tuple[object, object]]:
    """What the module records."""
    trace: list[tuple[object, object]] = []

    def record(number: int, value: object) -> None:
        trace.append((number, shown(value)))
        if len(trace) > 2000:
            raise SystemExit

    @contextlib.contextmanager
    def manager(value: object):
        yield value

    sys.modules.update(stand_ins())
    names = {
        "__name__": "made",
        "record": record,
        "manager": manager,
        "attribute": Attribute(),
        "identity": lambda **names: list(names.items()),
    }
    try:
        exec(compile(text, "made.py", "exec"), names)
    except BaseException as error:
        trace.append(("end", type(error).__name__))
    return trace


def is_comparable(trace: list[tuple[object, object]]) -> bool:
    """A name that is read before it is bound may be found bound afterwards: no fault of a move."""
    said = repr(trace)
    return "NameError" not in said and "UnboundLocal" not in said


def check(chance: random.Random, count: int, root: Path, rehome: Path) -> tuple[int, list[str]]:
    """How many modules were compared, and the faults."""
    files: migrate.Files = {}
    while len(files) < count:
        text = Maker(chance).module()
        try:
            compile(text, "made.py", "exec")
        except SyntaxError:
            continue
        if is_comparable(run(text)):
            files[f"f{len(files)}.py"] = text
    migrate.write(root, files)
    moves = migrate.manifest({"legacy.ws:Old": "modern.ws:New"})
    (root / "rehome.toml").write_text(moves, encoding="utf-8")
    migrate.apply(rehome, root)
    after = migrate.read(root, files)
    faults = []
    for path, text in files.items():
        before, now = run(text), run(after[path])
        if before != now:
            what = [pair for pair in zip(before, now) if pair[0] != pair[1]][:2]
            change = migrate.difference({path: text}, after)
            faults.append(f"{what}\n{change}")
    return count, faults
