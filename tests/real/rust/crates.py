"""The crates that stand in for a dependency, and where a tree's manifest names them."""

import json
import re

import corpus
import poison


def resolved(tree):
    """Name → version and features, of what a tree depends on."""
    metadata = json.loads(corpus.needed("metadata", "--format-version=1", "--offline", cwd=tree))
    direct = {dependency["name"] for one in metadata["packages"] if one["source"] is None for dependency in one["dependencies"]}
    # Of two versions the newer one is the tree's own, as a rule.
    found = sorted((one for one in metadata["packages"] if one["name"] in direct), key=lambda one: one["version"])
    return {one["name"]: (one["version"], sorted(one["features"])) for one in found}


def stand_in(place, name, of, known, text):
    """A crate that has what the crate `of` has, with its version and its features."""
    version, features = known[of]
    dependency = f'{of} = {{ version = "={version}", default-features = false }}'
    through = {feature: [f"{of}/{feature}"] for feature in features}
    through.setdefault("default", [])
    return corpus.made(f"{place}/{name}", text, [dependency], version, through)


def renamed(place, old, new, known):
    """The whole crate `old` under the name `new`."""
    library = old.replace("-", "_")
    return stand_in(place, new, old, known, f"{poison.ALLOW}pub use ::{library}::*;\n")


def poisoned(place, moves, library, package, known):
    """The crate without what moves away."""
    return stand_in(place, f"poison-{package}", package, known, poison.poison(moves, library))


def replace(manifest, crate, home):
    """Lets a manifest, as cargo normalizes it, take the crate from `home`."""
    text = manifest.read_text()
    head = re.compile(rf"^(\[(?:.*\.)?(?:dev-|build-)?dependencies\.{re.escape(crate)}\]\n)", re.MULTILINE)
    text, count = head.subn(rf'\1package = "{home.name}"\npath = "{home}"\n', text)
    manifest.write_text(text)
    return count
