"""What another parser still finds of the old paths: in docs, macros and code of any configuration."""

import subprocess
from collections import Counter
from functools import lru_cache

from corpus import ENVIRONMENT, HERE, WORK

PROJECT = HERE.parent / "leftovers"


@lru_cache(None)
def program():
    """The program, built once."""
    command = ["cargo", "build", "--quiet", "--locked", "--target-dir", str(WORK / "leftovers")]
    done = subprocess.run(command, cwd=PROJECT, env=ENVIRONMENT, stderr=subprocess.PIPE, encoding="utf-8")
    if done.returncode != 0:
        raise RuntimeError(f"leftovers does not build: {done.stderr[-2000:]}")
    return WORK / "leftovers" / "debug" / "leftovers"


def found(tree, edition, moves, own):
    """`file:line: kind: legacy path` of all that is there, and `file: name` of what leads nowhere, with how often."""
    paths = WORK / "legacy-paths"
    old = [move.old for move in moves]
    inside = [path.split("::", 1)[1] for path in old if path.split("::")[0] == own]
    old += [f"crate::{path}" for path in inside]
    if edition == "2015":
        # There a path of an import begins at the crate's root.
        old += inside
    paths.write_text("".join(f"{path}\n" for path in old))
    command = [program(), edition, paths, tree]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8")
    if done.returncode != 0:
        raise RuntimeError(f"leftovers: {done.stderr[-2000:]}")
    there, dangling = Counter(), Counter()
    for line in done.stdout.splitlines():
        place, kind, path = line.split(": ", 2)
        if kind == "dangling":
            dangling[f"{place.rsplit(':', 1)[0]}: {path}"] += 1
        else:
            there[line] += 1
    return there, dangling
