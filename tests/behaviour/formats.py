"""Import statements in every format: what is bound and used stays, and so does every comment."""

import ast
import io
import random
import tokenize
from pathlib import Path

import migrate

Thing = tuple[str, str]

MOVES: dict[Thing, Thing] = {
    ("legacy.ws", "Old"): ("modern.ws", "New"),
    ("legacy.ws", "Older"): ("modern.ws", "Newer"),
    ("legacy.ws", "Oldest"): ("modern.hub", "Newest"),
    ("zeta.k", "Old"): ("alpha.k", "Young"),
}

POOLS = {
    "legacy.ws": ["Old", "Older", "Oldest", "aa", "bb", "CC"],
    "zeta.k": ["Old", "zz"],
    "modern.ws": ["New", "mm", "Newer"],
    "other.x": ["oo", "Pp"],
}


class Maker:
    """Makes one module; no two of its comments are the same."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.number = 0

    def maybe(self, share: float) -> bool:
        return self.chance.random() < share

    def comment(self) -> str:
        self.number += 1
        words = ["# c{}", "# c{}", "#c{}", "# noqa: F401 c{}", "# type: ignore[c{}]"]
        return self.chance.choice(words).format(self.number)

    def blank(self) -> str:
        return self.chance.choice([" ", " ", " ", "  ", "\t"])

    def items(self, module: str, used: set[str]) -> list[str]:
        pool = POOLS[module]
        items = []
        for name in self.chance.sample(pool, self.chance.randint(1, min(4, len(pool)))):
            local = name
            if self.maybe(0.25):
                local = f"l{self.chance.randint(1, 99)}"
            elif (module, name) in MOVES and self.maybe(0.1):
                local = MOVES[module, name][1]
            if local not in used:
                used.add(local)
                items.append(
                    name if local == name else f"{name}{self.blank()}as{self.blank()}{local}"
                )
        return items

    def statement(self, indent: str, used: set[str]) -> str:
        module = self.chance.choice(["legacy.ws"] * 5 + ["zeta.k", "modern.ws", "other.x"])
        items = self.items(module, used)
        if not items:
            return f"{indent}pass"
        path = self.chance.choice([module, module, module, module.replace(".", " . ")])
        head = f"{indent}from{self.blank()}{path}{self.blank()}import{self.blank()}"
        forms = [self.flat, self.flat, self.parenthesised, self.continued, self.listed, self.listed]
        return self.chance.choice([*forms, self.hanging])(indent, head, items)

    def flat(self, indent: str, head: str, items: list[str]) -> str:
        text = head + self.chance.choice([", ", ",", " , "]).join(items)
        ends = ["", "", "", f"  {self.comment()}", f"; print({self.number})", ";"]
        return text + self.chance.choice(ends)

    def parenthesised(self, indent: str, head: str, items: list[str]) -> str:
        end = self.chance.choice([")", ",)", f")  {self.comment()}"])
        return f"{head}({', '.join(items)}{end}"

    def continued(self, indent: str, head: str, items: list[str]) -> str:
        start = self.chance.choice(["", f"\\\n{indent}    "])
        return head + start + self.chance.choice([", \\\n  ", f",\\\n{indent}    "]).join(items)

    def hanging(self, indent: str, head: str, items: list[str]) -> str:
        return f"{head}({f',{chr(10)}{indent}        '.join(items)})"

    def listed(self, indent: str, head: str, items: list[str]) -> str:
        text = f"{head}(" + (f"  {self.comment()}" if self.maybe(0.3) else "") + "\n"
        for place, item in enumerate(items):
            if self.maybe(0.2):
                text += f"{indent}    {self.comment()}\n"
            is_last = place == len(items) - 1
            text += f"{indent}    {item}" + ("" if is_last and self.maybe(0.3) else ",")
            text += (f"  {self.comment()}" if self.maybe(0.4) else "") + "\n"
        return f"{text}{indent})" + (f"  {self.comment()}" if self.maybe(0.2) else "")

    def module(self) -> str:
        lines = ['"""Doc."""', ""] if self.maybe(0.5) else []
        lines += ["import os", "import sys", ""] if self.maybe(0.5) else []
        used: set[str] = set()
        for _ in range(self.chance.randint(1, 4)):
            lines += [self.comment()] if self.maybe(0.15) else []
            lines += [self.statement("", used)]
            lines += [""] if self.maybe(0.2) else []
        lines += ["", *(f"use({name})" for name in sorted(used))]
        if self.maybe(0.5):
            lines.append("def f():")
            inner: set[str] = set()
            for _ in range(self.chance.randint(1, 2)):
                lines.append(self.statement("    ", inner))
            lines += [f"    use({name})" for name in sorted(inner)]
        return "\n".join(lines) + "\n"


def walk(node: ast.AST, scope: tuple[str, ...] = ()):
    """All nodes with the functions around them, in the order of the text."""
    for child in ast.iter_child_nodes(node):
        yield scope, child
        inner = (*scope, child.name) if isinstance(child, ast.FunctionDef) else scope
        yield from walk(child, inner)


def imports(text: str) -> list[tuple[tuple[str, ...], Thing, str]]:
    return [
        (scope, (node.module or "", alias.name), alias.asname or alias.name)
        for scope, node in walk(ast.parse(text))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    ]


def uses(text: str) -> list[tuple[tuple[str, ...], object]]:
    """What every `use(name)` reads, by its canonical name."""
    bound = {(scope, local): MOVES.get(thing, thing) for scope, thing, local in imports(text)}
    found = []
    for scope, node in walk(ast.parse(text)):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "use":
            local = node.args[0].id
            found.append((scope, bound.get((scope, local)) or bound.get(((), local)) or local))
    return found


def comments(text: str) -> list[str]:
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return [token.string for token in tokens if token.type == tokenize.COMMENT]


def fault(before: str, after: str) -> str | None:
    try:
        ast.parse(after)
    except SyntaxError as error:
        return f"does not parse: {error}"
    if uses(before) != uses(after):
        return "a name means something else"
    if left := [thing for _, thing, _ in imports(after) if thing in MOVES]:
        return f"still imports {left}"
    things = [(scope, MOVES.get(thing, thing)) for scope, thing, _ in imports(before)]
    # A name that is there already takes no comment over.
    if len(things) == len(set(things)) and (
        lost := [comment for comment in comments(before) if comment not in after]
    ):
        return f"lost {lost}"
    old = set(before.split("\n"))
    if ragged := [line for line in after.split("\n") if line != line.rstrip() and line not in old]:
        return f"blanks at the end of {ragged}"
    return None


def check(chance: random.Random, count: int, root: Path, rehome: Path) -> tuple[int, list[str]]:
    """How many modules were compared, and the faults."""
    files: migrate.Files = {}
    while len(files) < count:
        text = Maker(chance).module()
        try:
            ast.parse(text)
        except SyntaxError:
            continue
        files[f"f{len(files)}.py"] = text
    migrate.write(root, files)
    moves = {":".join(old): ":".join(new) for old, new in MOVES.items()}
    (root / "rehome.toml").write_text(migrate.manifest(moves), encoding="utf-8")
    migrate.apply(rehome, root)
    after = migrate.read(root, files)
    faults = []
    for path, text in files.items():
        if what := fault(text, after[path]):
            faults.append(f"{what}\n{migrate.difference({path: text}, after) or text}")
    return count, faults
