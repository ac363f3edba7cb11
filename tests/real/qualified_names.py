#!/usr/bin/env python3
"""Compares what every name of two trees stands for; shares nothing with the tool it checks.

    qualified_names.py BEFORE AFTER rehome.toml

Each name that is loaded, with the attributes behind it, is resolved by `symtable` to the scope that
binds it, and by the import statements of that scope to a dotted path. Both sides are led through
the moves of the manifest. The two sequences of a file must be the same, and no module may lose a
name that `__all__` or another file asks for.
"""

import ast
import symtable
import sys
import tomllib
from pathlib import Path

SCOPES = {
    ast.ListComp: "listcomp", ast.SetComp: "setcomp", ast.DictComp: "dictcomp",
    ast.GeneratorExp: "genexpr", ast.Lambda: "lambda",
}


def moves_of(manifest):
    """The Python moves of a manifest: dotted legacy path to dotted canonical path."""
    moves = {}
    for move in tomllib.loads(Path(manifest).read_text())["move"]:
        paths = move.get("python")
        if paths is None:
            continue
        old, new = (paths[key].replace(":", ".") for key in ("from", "to"))
        moves[old] = new
        for was, now in move.get("rename", {}).items():
            moves[f"{old}.{was}"] = f"{new}.{now}"
    return moves


def canonical(path, moves):
    """A path with its longest moved prefix replaced."""
    head, rest = path, ""
    while head:
        if head in moves:
            return moves[head] + rest
        head, dot, last = head.rpartition(".")
        rest = f"{dot}{last}{rest}"
    return path


def module_name(path, root):
    """The dotted name of a file, from the top of its packages; and its package."""
    parts = [] if path.stem == "__init__" else [path.stem]
    folder = path.parent
    while (folder / "__init__.py").exists() and folder != root.parent:
        parts.insert(0, folder.name)
        folder = folder.parent
    name = ".".join(parts)
    package = name if path.stem == "__init__" else name.rpartition(".")[0]
    return name, package


class Scope:
    """A scope: its table, and what imports bind in it."""

    def __init__(self, table, parent, label):
        self.table, self.parent, self.label = table, parent, label
        self.imported = {}
        self.otherwise = set()
        #: Where each name is bound first: (line, column).
        self.bound_at = {}
        self.children = list(table.get_children())

    def child(self, name, line):
        """The table of a nested scope, each taken once."""
        for at, table in enumerate(self.children):
            if table.get_name() == name and table.get_lineno() == line:
                return self.children.pop(at)
        return None

    def owner(self, name):
        """The scope whose variable `name` is, seen from here."""
        try:
            symbol = self.table.lookup(name)
        except KeyError:
            return self.top()
        if self.parent is None or symbol.is_local() and not symbol.is_global():
            return self
        if symbol.is_free():
            scope = self.parent
            while scope.parent is not None:
                names = scope.table.get_identifiers()
                if scope.table.get_type() == "function" and name in names:
                    found = scope.table.lookup(name)
                    if found.is_local():
                        return scope
                scope = scope.parent
        return self.top()

    def binds(self, name, node):
        """Notes that `node` binds `name` here."""
        at = (node.lineno, node.col_offset)
        self.bound_at[name] = min(at, self.bound_at.get(name, at))

    def owner_at(self, name, node):
        """The same for a use: a class body finds a name outside until it binds it."""
        owner = self.owner(name)
        is_class = owner is self and self.table.get_type() == "class"
        if is_class and (node.lineno, node.col_offset) < self.bound_at.get(name, (0, 0)):
            return self.top()
        return owner

    def top(self):
        return self if self.parent is None else self.parent.top()


class Reader(ast.NodeVisitor):
    """Lists what the names of one module stand for."""

    def __init__(self, path, root):
        text = path.read_bytes()
        self.tree = ast.parse(text)
        self.name, self.package = module_name(path, root)
        self.scope = Scope(symtable.symtable(text, str(path), "exec"), None, "")
        self.module = self.scope
        self.stars, self.names, self.uses = [], [], []
        self.collecting = True
        self.scopes = {}
        self.visit(self.tree)
        self.collecting = False
        self.visit(self.tree)

    # Scopes

    def inside(self, node, name, visit):
        outer = self.scope
        if self.collecting:
            if not isinstance(node, tuple(SCOPES)):
                outer.owner(name).otherwise.add(name)
                outer.binds(name, node)
            table = outer.child(name, node.lineno)
            inner = Scope(table, outer, f"{outer.label}.{name}") if table else outer
            self.scopes[node] = inner
        self.scope = self.scopes[node]
        visit()
        self.scope = outer

    def visit_FunctionDef(self, node):
        for part in [*node.decorator_list, *node.args.defaults, *node.args.kw_defaults]:
            if part is not None:
                self.visit(part)
        arguments = node.args
        every = [*arguments.posonlyargs, *arguments.args, arguments.vararg, *arguments.kwonlyargs, arguments.kwarg]
        for argument in every:
            if argument is not None and argument.annotation is not None:
                self.annotation(argument.annotation)
        if node.returns is not None:
            self.annotation(node.returns)
        self.inside(node, node.name, lambda: [self.visit(part) for part in node.body])

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_ClassDef(self, node):
        for part in [*node.decorator_list, *node.bases, *node.keywords]:
            self.visit(part)
        self.inside(node, node.name, lambda: [self.visit(part) for part in node.body])

    def visit_Lambda(self, node):
        for part in [*node.args.defaults, *node.args.kw_defaults]:
            if part is not None:
                self.visit(part)
        self.inside(node, "lambda", lambda: self.visit(node.body))

    def comprehension(self, node):
        self.visit(node.generators[0].iter)

        def rest():
            for at, generator in enumerate(node.generators):
                if at:
                    self.visit(generator.iter)
                for part in [generator.target, *generator.ifs]:
                    self.visit(part)
            for part in [getattr(node, key, None) for key in ("elt", "key", "value")]:
                if part is not None:
                    self.visit(part)

        self.inside(node, SCOPES[type(node)], rest)

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = comprehension

    # Imports

    def bind(self, name, path, node):
        owner = self.scope.owner(name)
        self.scope.binds(name, node)
        owner.imported.setdefault(name, set()).add(path)

    def visit_Import(self, node):
        for alias in node.names if self.collecting else []:
            if alias.asname:
                self.bind(alias.asname, alias.name, node)
            else:
                first = alias.name.partition(".")[0]
                self.bind(first, first, node)

    def visit_ImportFrom(self, node):
        module = node.module or ""
        if node.level:
            parts = self.package.split(".") if self.package else []
            base = parts[: len(parts) - node.level + 1]
            module = ".".join([*base, *([module] if module else [])])
        for alias in node.names if self.collecting else []:
            if alias.name == "*":
                self.stars.append(module)
            else:
                self.bind(alias.asname or alias.name, f"{module}.{alias.name}", node)
                self.uses.append(f"{module}.{alias.name}")

    # Names

    def annotation(self, node):
        """An annotation; a string in it is code."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            try:
                node = ast.parse(node.value.strip(), mode="eval").body
            except SyntaxError:
                return
        self.visit(node)

    def visit_AnnAssign(self, node):
        self.annotation(node.annotation)
        self.visit(node.target)
        if node.value is not None:
            self.visit(node.value)

    def visit_Attribute(self, node):
        attributes, base = [], node
        while isinstance(base, ast.Attribute):
            attributes.insert(0, base.attr)
            base = base.value
        if isinstance(base, ast.Name):
            self.note(base, attributes)
        else:
            self.visit(base)

    def visit_Name(self, node):
        if isinstance(node.ctx, ast.Load):
            self.note(node, [])
        elif isinstance(node.ctx, ast.Store):
            self.scope.owner(node.id).otherwise.add(node.id)
            self.scope.binds(node.id, node)

    def note(self, node, attributes):
        if self.collecting:
            return
        name = node.id
        owner = self.scope.owner_at(name, node)
        paths = owner.imported.get(name)
        behind = "".join(f".{attribute}" for attribute in attributes)
        if paths:
            senses = sorted(path + behind for path in paths)
            if name in owner.otherwise:
                senses.append("<bound otherwise as well>")
            self.names.append(tuple(senses))
            self.uses.extend(path + behind for path in paths)
        else:
            self.names.append((f"<{owner.label}>{name}", behind))

    def exported(self):
        """The names in `__all__`, as far as they are written down."""
        names = set()
        for node in ast.walk(self.tree):
            targets = getattr(node, "targets", None) or [getattr(node, "target", None)]
            is_all = any(isinstance(target, ast.Name) and target.id == "__all__" for target in targets)
            if isinstance(node, (ast.Assign, ast.AugAssign, ast.AnnAssign)) and is_all and node.value:
                parts = (part for part in ast.walk(node.value) if isinstance(part, ast.Constant))
                names.update(part.value for part in parts if isinstance(part.value, str))
        return names

    def bound(self):
        """The names that the module binds."""
        return {
            symbol.get_name()
            for symbol in self.module.table.get_symbols()
            if symbol.is_assigned() or symbol.is_imported() or symbol.is_namespace()
        }


def read(root):
    """Every module of a tree that parses."""
    modules = {}
    for path in sorted(root.rglob("*.py")):
        try:
            modules[str(path.relative_to(root))] = Reader(path, root)
        except (SyntaxError, UnicodeDecodeError, ValueError):
            continue
    return modules


def given_on(modules):
    """What modules import and so give on to others: the path there to the path it came from."""
    paths = {}
    for module in modules.values():
        for name, origins in module.module.imported.items():
            if len(origins) == 1 and name not in module.module.otherwise:
                paths[f"{module.name}.{name}"] = next(iter(origins))
    return paths


def origin(path, given):
    """A path led through the modules that only give the thing on."""
    for _ in range(len(given)):
        head, rest = path, ""
        while head and head not in given:
            head, dot, last = head.rpartition(".")
            rest = f"{dot}{last}{rest}"
        if not head or given[head] == head:
            return path
        path = given[head] + rest
    return path


def same(one, other, module, moves, given):
    """Whether two names stand for one thing, after all moves."""
    if one == other:
        return True
    if one[0].startswith("<"):
        # A star import gave the name; now it is imported by its own path.
        name = one[0].partition(">")[2]
        given = {canonical(f"{star}.{name}{one[1]}", moves) for star in module.stars}
        return len(other) == 1 and other[0] in given

    def lead(paths, through):
        return sorted({canonical(origin(path, through), moves) for path in paths})

    return lead(one, {}) == lead(other, {}) or lead(one, given) == lead(other, given)


def compare(before, after, moves):
    """What differs, in words."""
    faults = []
    given = given_on(before)
    asked = {use for module in after.values() for use in module.uses}
    for file, old in before.items():
        new = after.get(file)
        if new is None:
            faults.append(f"{file}: it no longer parses")
            continue
        if len(old.names) != len(new.names):
            faults.append(f"{file}: {len(old.names)} names before, {len(new.names)} after")
        for one, other in zip(old.names, new.names):
            if not same(one, other, old, moves, given):
                faults.append(f"{file}: {one} became {other}")
                break
        for lost in sorted(old.bound() - new.bound()):
            if lost in new.exported() or f"{new.name}.{lost}" in asked:
                faults.append(f"{file}: others ask for `{lost}`, which is gone")
    return faults


def main():
    before, after, manifest = sys.argv[1:4]
    faults = compare(read(Path(before)), read(Path(after)), moves_of(manifest))
    print("\n".join(faults) or "every name stands for what it stood for")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
