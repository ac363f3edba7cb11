"""Programs made from a seed: scopes in scopes, where legacy names, canonical names and a module's own
names of the same spelling hide each other.

Whatever a name stands for, its uses compile, because all things of one name have the same shape; what
it stands for is what the program prints. So the generator needs to know what is in scope, and nothing
of how the tool works.
"""

import random
from dataclasses import dataclass, field
from pathlib import Path

from case import Case

#: Legacy names to canonical names of `depot`, by shape.
FUNCTIONS = {"old_make": "make", "keep": "keep"}
TYPES = {"Old": "New"}
PAIRS = {"OldPair": "Pair"}
UNITS = {"OldUnit": "Unit"}
CONSTANTS = {"OLD_MAX": "MAX", "KEEP": "KEEP"}
ENUMS = {"OldState": "State"}

SHAPES = {
    name: shape
    for shape, names in {
        "fn": FUNCTIONS,
        "type": TYPES,
        "pair": PAIRS,
        "unit": UNITS,
        "const": CONSTANTS,
        "enum": ENUMS,
    }.items()
    for pair in names.items()
    for name in pair
}
LEGACY = {**FUNCTIONS, **TYPES, **PAIRS, **UNITS, **CONSTANTS, **ENUMS}
CANONICAL = set(LEGACY.values())

#: Every name in a variant of its own, and what shows which thing was reached.
MINE = """\
pub trait Tell {
    fn tell(&self) -> String;
}
macro_rules! debug {
    ($($kind:ty),*) => { $(impl Tell for $kind {
        fn tell(&self) -> String { format!("{self:?}") }
    })* };
}
debug!(u32, depot::new::New, depot::new::Pair, depot::new::Unit, depot::new::State, depot::new::Kept);
pub fn tell(what: impl Tell) {
    println!("{}", what.tell());
}
pub trait Shape: Tell {
    fn new(n: u32) -> Self;
}
#[derive(Clone, Copy, Debug)]
pub struct M(pub u32);
debug!(M);
impl Shape for M {
    fn new(n: u32) -> Self { M(n + 9000) }
}
#[derive(Clone, Copy)]
pub struct Table<F, G> {
    pub old_make: F,
    pub make: G,
}
"""


def own_item(name: str, number: int) -> str:
    """An item of that name and the shape that its uses expect, which prints `number`."""
    match SHAPES[name]:
        case "fn":
            return f"pub fn {name}(n: u32) -> crate::mine::M {{ crate::mine::M(n + {number}) }}"
        case "const":
            return f"pub const {name}: u32 = {number};"
        case "type":
            fields = f"pub struct {name}(pub u32);"
            body = f"impl {name} {{ pub fn new(n: u32) -> Self {{ {name}(n + {number}) }} }}"
        case "pair":
            fields = f"pub struct {name}(pub u32, pub u32);"
            body = ""
        case "unit":
            fields = f"pub struct {name};"
            body = ""
        case "enum":
            fields = f"pub enum {name} {{ Idle, Busy(u32) }}"
            body = ""
    tell = f'impl crate::mine::Tell for {name} {{ fn tell(&self) -> String {{ format!("{{self:?}} of {number}") }} }}'
    return f"#[derive(Clone, Copy, Debug)] {fields} {body} {tell}"


@dataclass
class Scope:
    """What the names stand for, as far as it matters to what may be written."""

    #: Names of items and imports: seen by nested functions as well.
    items: set[str] = field(default_factory=set)
    #: Names of variables, parameters and generics.
    locals: set[str] = field(default_factory=set)
    #: Those of them that no pattern may hold: constants among the generics.
    fixed: set[str] = field(default_factory=set)
    #: Modules by the names that they can be asked for.
    modules: dict[str, set[str]] = field(default_factory=dict)

    def nested(self) -> "Scope":
        return Scope(set(self.items), set(self.locals), set(self.fixed), dict(self.modules))

    def names(self) -> set[str]:
        return self.items | self.locals

    def declare(self, name: str) -> None:
        self.items.add(name)
        self.locals.discard(name)
        self.fixed.discard(name)

    def bind(self, name: str) -> None:
        self.locals.add(name)
        self.items.discard(name)


class Program:
    """One program in the making."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.number = 0
        self.calls: list[str] = []
        self.files: dict[str, str] = {}

    def next(self) -> int:
        self.number += 1
        return self.number

    def maybe(self, percent: int) -> bool:
        return self.chance.randrange(100) < percent

    # Declarations

    def import_of(self, scope: Scope, taken: set[str], parent: Scope | None) -> str | None:
        """An import that is legal where `taken` is what the scope itself declares already."""
        sources = ["old", "old", "old", "new", "mine"] + (["super"] if parent else [])
        source = self.chance.choice(sources)
        pool = {"old": set(LEGACY), "new": CANONICAL, "mine": set(SHAPES)}
        names = sorted(parent.items & set(SHAPES) if source == "super" and parent else pool[source])
        names = self.chance.sample(names, min(len(names), self.chance.choice([1, 1, 2, 3])))
        members = []
        for name in names:
            local = name
            if self.maybe(15):
                alike = [other for other in SHAPES if SHAPES[other] == SHAPES[name]]
                local = self.chance.choice(alike)
            if local in taken:
                continue
            taken.add(local)
            scope.declare(local)
            members.append(name if local == name else f"{name} as {local}")
        if not members:
            return None
        prefix = {"old": "depot::old", "new": "depot::new", "mine": "crate::mine", "super": "super"}[source]
        if source == "old" and self.maybe(20):
            members.insert(self.chance.randrange(len(members) + 1), self.chance.choice(["rest as _", "Rest as _"]))
        public = self.chance.choice(["", "", "", "pub(crate) "]) if parent is not None and source != "super" else ""
        if len(members) > 1 and self.maybe(20) and source in ("old", "new"):
            return f"{public}use depot::{{{source}::{{{', '.join(members)}}}, v2 as _}};"
        if len(members) == 1 and self.maybe(80):
            return f"{public}use {prefix}::{members[0]};"
        return f"{public}use {prefix}::{{{', '.join(members)}}};"

    def module_import(self, scope: Scope, taken: set[str]) -> str | None:
        source, names = self.chance.choice([("depot::old", set(LEGACY)), ("depot::new", CANONICAL), ("crate::mine", set(SHAPES))])
        local = self.chance.choice(["old", "new", "legacy"])
        if local in taken:
            return None
        taken.add(local)
        scope.modules[local] = names
        last = source.split("::")[1]
        return f"use {source};" if last == local else f"use {source} as {local};"

    def glob(self, scope: Scope, taken: set[str], parent: Scope | None) -> str:
        sources = [("depot::old", set(LEGACY)), ("depot::old", set(LEGACY)), ("depot::new", CANONICAL), ("crate::mine", set(SHAPES))]
        if parent:
            sources.append(("super", parent.items & set(SHAPES)))
        source, names = self.chance.choice(sources)
        for name in names - taken:
            scope.declare(name)
        if source == "super" and parent:
            for local, inside in parent.modules.items():
                if local not in taken:
                    scope.modules[local] = inside
        return f"use {source}::*;"

    def declarations(self, scope: Scope, many: int, parent: Scope | None = None) -> list[str]:
        """Imports and items of one scope; `parent` is the module above, where this one is a module."""
        taken: set[str] = set()
        lines = []
        for _ in range(self.chance.randrange(many + 1)):
            match self.chance.randrange(10):
                case 0 | 1:
                    name = self.chance.choice(sorted(SHAPES))
                    if name not in taken:
                        taken.add(name)
                        scope.declare(name)
                        lines.append(own_item(name, 100 * self.next()))
                case 2:
                    if line := self.module_import(scope, taken):
                        lines.append(line)
                case _:
                    if line := self.import_of(scope, taken, parent):
                        lines.append(line)
        if self.maybe(15):
            lines.append(self.glob(scope, taken, parent))
        self.chance.shuffle(lines)
        return lines

    # Uses

    def use(self, scope: Scope) -> str | None:
        """A statement that tells what a name stands for."""
        names = sorted(scope.names() & set(SHAPES))
        modules = sorted(scope.modules)
        form = self.chance.randrange(12)
        if form == 0:
            return self.tell(f"depot::old::{self.chance.choice(sorted(LEGACY))}")
        if form == 1 and modules:
            module = self.chance.choice(modules)
            return self.tell(f"{module}::{self.chance.choice(sorted(scope.modules[module]))}")
        if form == 2 and {"old_make", "make"} <= scope.names():
            return f"let table = crate::mine::Table {{ old_make, make }}; {self.tell('(table.old_make)', 'fn')} {self.tell('(table.make)', 'fn')}"
        if form == 3 and "old_make" in scope.items and "old_make" not in scope.locals:
            return f"bare!({self.next()});"
        if not names:
            return None
        name = self.chance.choice(names)
        return f"crate::mine::tell({name} + 1);" if name in scope.fixed else self.tell(name)

    def tell(self, path: str, shape: str = "") -> str:
        name = path.rsplit("::", 1)[-1]
        shape = shape or SHAPES[name]
        n = self.next()
        match shape:
            case "fn":
                value = f"{path}({n})"
            case "type":
                value = f"{path}::new({n})"
            case "pair":
                value = f"{path}({n}, 1)"
                if self.maybe(30):
                    return f"let {path}(a, b) = {value}; crate::mine::tell(a + b);"
            case "enum":
                value = self.chance.choice([f"{path}::Idle", f"{path}::Busy({n})"])
                if self.maybe(30):
                    return f"if let {path}::Busy(n) = {path}::Busy({n}) {{ crate::mine::tell(n); }}"
            case "const":
                value = path
                if self.maybe(40):
                    return f'println!("{{}}", match {self.chance.choice([7, 11, n])}u32 {{ {path} => "it", _ => "not" }});'
                if "::" not in path and self.maybe(30):
                    return f'println!("{{{path}}}");'
            case _:
                value = path
        match self.chance.randrange(6):
            case 0:
                return f"run!({value});"
            case 1:
                return f'println!("{{}}", crate::mine::Tell::tell(&{value}));'
            case 2:
                return f"for one in vec![{value}] {{ crate::mine::tell(one); }}"
            case 3:
                return f"assert!(!crate::mine::Tell::tell(&{value}).is_empty(), \"{{}}\", {n});"
            case _:
                return f"crate::mine::tell({value});"

    # Statements

    def variable(self, scope: Scope) -> str:
        """A name that a pattern may bind here: one of a constant, seen or not, would be no variable."""
        free = [name for name in (*FUNCTIONS, *FUNCTIONS.values())]
        for name, shape in SHAPES.items():
            if shape in ("const", "unit") and name not in scope.items | scope.fixed:
                free.append(name)
        return self.chance.choice(free)

    def value_for(self, name: str) -> str:
        n = 1000 * self.next()
        match SHAPES[name]:
            case "fn":
                return f"(|n: u32| crate::mine::M(n + {n}))"
            case "unit":
                return f"crate::mine::M({n})"
            case _:
                return f"{n}u32"

    def block(self, outer: Scope, depth: int, indent: str) -> list[str]:
        """The statements of a block, braces left out."""
        scope = outer.nested()
        lines = self.declarations(scope, 2 if depth else 3) if self.maybe(60) else []
        for _ in range(self.chance.randrange(2, 5)):
            lines += self.statement(scope, depth)
        return [indent + line for line in lines]

    def statement(self, scope: Scope, depth: int) -> list[str]:
        form = self.chance.randrange(16 if depth < 3 else 6)
        if form < 6:
            use = self.use(scope)
            return [use] if use else []
        if form < 9:
            name = self.variable(scope)
            line = f"let {name} = {self.value_for(name)};"
            scope.bind(name)
            return [line]
        inner = scope.nested()
        name = self.variable(scope)
        inner.bind(name)
        body = self.block(inner, depth + 1, "    ")
        value = self.value_for(name)
        match form:
            case 9:
                return ["{", *self.block(scope, depth + 1, "    "), "}"]
            case 10:
                return [f"if let Some({name}) = Some({value}) {{", *body, "} else {", *self.block(scope, depth + 1, "    "), "}"]
            case 11:
                return [f"match {value} {{", f"    {name} => {{", *body, "    }", "}"]
            case 12:
                return [f"for {name} in [{value}] {{", *body, "}"]
            case 13:
                closure = f"closure{self.next()}"
                # Generic by hand: a closure's parameter has one type, which its first call tells.
                return [f"let {closure} = |{name}: {self.type_of(name)}| {{", *body, "};", f"{closure}({self.plain(name)});"]
            case 14:
                return self.function(scope, depth)
            case _:
                return [f"let Some({name}) = Some({value}) else {{ return }};", *self.bound(scope, name)]

    def bound(self, scope: Scope, name: str) -> list[str]:
        scope.bind(name)
        return []

    def type_of(self, name: str) -> str:
        return {"fn": "fn(u32) -> crate::mine::M", "unit": "crate::mine::M"}.get(SHAPES[name], "u32")

    def plain(self, name: str) -> str:
        """A value of `type_of`: a closure that captures nothing is a function as well."""
        return self.value_for(name).removeprefix("(").removesuffix(")") if SHAPES[name] == "fn" else self.value_for(name)

    def function(self, outer: Scope, depth: int) -> list[str]:
        """A function in a block and its call; it sees items and no variables."""
        scope = Scope(set(outer.items), modules=dict(outer.modules))
        # What a variable hides cannot be named by a function below it.
        scope.items -= outer.locals
        name = f"f{self.next()}"
        generics, parameters, given, turbofish = "", "", "", ""
        if self.maybe(30):
            generic = self.chance.choice(["Old", "New"])
            generics, turbofish = f"<{generic}: crate::mine::Shape>", "::<crate::mine::M>"
            scope.bind(generic)
        elif self.maybe(20):
            constant = self.chance.choice(["OLD_MAX", "MAX"])
            generics, turbofish = f"<const {constant}: u32>", f"::<{self.next()}>"
            scope.bind(constant)
            scope.fixed.add(constant)
        if self.maybe(40):
            parameter = self.variable(scope)
            parameters, given = f"{parameter}: {self.type_of(parameter)}", self.plain(parameter)
            scope.bind(parameter)
        body = self.block(scope, depth + 1, "    ")
        return [f"fn {name}{generics}({parameters}) {{", *body, "}", f"{name}{turbofish}({given});"]

    # Modules

    def module(self, path: str, parent: Scope | None, depth: int) -> list[str]:
        scope = Scope()
        lines = self.declarations(scope, 5, parent)
        for _ in range(self.chance.randrange(1, 4)):
            name = f"f{self.next()}"
            self.calls.append(f"crate{path}::{name}();")
            lines += [f"pub fn {name}() {{", *self.block(scope, 0, "    "), "}"]
        if depth < 2:
            for _ in range(self.chance.randrange(3 - depth)):
                name = f"m{self.next()}"
                body = self.module(f"{path}::{name}", scope, depth + 1)
                if depth == 0 and self.maybe(30):
                    self.files[f"{name}.rs"] = "\n".join(body) + "\n"
                    lines.append(f"pub mod {name};")
                else:
                    lines += [f"pub mod {name} {{", *("    " + line for line in body), "}"]
        return lines

    def write(self, folder: Path) -> None:
        body = self.module("", None, 0)
        mine = MINE + "\n".join(own_item(name, 10 * number) for number, name in enumerate(SHAPES, 1))
        macros = [
            "macro_rules! run { ($e:expr) => { crate::mine::tell($e) }; }",
            "macro_rules! bare { ($n:expr) => { crate::mine::tell(old_make($n)) }; }",
        ]
        main = ["#![allow(warnings)]", *macros, "mod mine;", *body]
        # At least one use, or the program would prove nothing.
        calls = [*self.calls, "crate::mine::tell(depot::old::rest() + depot::old::OLD_MAX);"]
        main += ["fn main() {", *("    " + call for call in calls), "}"]
        folder.mkdir(parents=True)
        for path, text in {"main.rs": "\n".join(main) + "\n", "mine.rs": mine + "\n", **self.files}.items():
            (folder / path).write_text(text, encoding="utf-8")


def cases(folder: Path, seed: int, count: int) -> list[Case]:
    """So many programs, each as a case in `folder`."""
    made = []
    for number in range(count):
        path = folder / f"made-{seed}-{number}"
        Program(random.Random(f"{seed} {number}")).write(path)
        made.append(Case(path, may_report=True))
    return made
