"""The crates that a migration stands on: the facade that has the new paths, and the poison that lacks the old ones."""

#: What stands in the place of a moved thing: private, so that its path is an error.
SHADOWS = {
    "module": "mod {0} {{}}",
    "struct": "struct {0} {{}}",
    "enum": "enum {0} {{}}",
    "trait": "trait {0} {{}}",
    "type": "type {0} = ();",
    "fn": "fn {0}() {{}}",
    "const": "const {0}: () = ();",
    # A trait and the macro that derives it, under one name.
    "derive": (
        "trait {0} {{}}\nmod {0}_ {{\nmacro_rules! gone {{ () => {{}} }}\n"
        "pub(super) use gone as {0};\n}}\nuse {0}_::{0};"
    ),
}

ALLOW = "#![allow(dead_code, deprecated, non_camel_case_types, unused_imports, ambiguous_glob_reexports)]\n"


def facade(moves):
    """The source of a crate in which every `new` path is a re-export of the old one."""
    return ALLOW + _module(_tree((move.new, move) for move in moves), [], _re_export)


def poison(moves, crate):
    """The source of a crate that has all of `crate` but what moves away."""
    old = [(move.old, move) for move in moves if move.crate == crate]
    return ALLOW + _module(_tree(old), [crate], _shadow)


def _tree(paths):
    """Nested dictionaries of the segments behind the crate's name; a leaf is a move."""
    root = {}
    # A module that moves goes before what moves below it, which then is part of it.
    for path, move in sorted(paths, key=lambda pair: pair[0].count("::")):
        *modules, last = path.split("::")[1:]
        node = root
        for name in modules:
            node = node.setdefault(name, {})
            if not isinstance(node, dict):
                break
        else:
            node[last] = move
    return root


def _module(tree, path, leaf):
    text = f"pub use ::{'::'.join(path)}::*;\n" if path else ""
    for name, node in tree.items():
        if isinstance(node, dict):
            inside = _module(node, [*path, name] if path else [], leaf)
            text += f"pub mod {name} {{\n{inside}}}\n"
        else:
            text += leaf(name, node)
    return text


def _re_export(name, move):
    return f"pub use ::{move.old} as {name};\n"


def _shadow(name, move):
    return SHADOWS[move.kind].format(name) + "\n"
