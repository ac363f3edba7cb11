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


def found(tree, edition, moves):
    """`file:line: kind: legacy path` of all that is there, with how often."""
    paths = WORK / "legacy-paths"
    paths.write_text("".join(f"{move.old}\n" for move in moves))
    command = [program(), edition, paths, tree]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8")
    if done.returncode != 0:
        raise RuntimeError(f"leftovers: {done.stderr[-2000:]}")
    return Counter(done.stdout.splitlines())
