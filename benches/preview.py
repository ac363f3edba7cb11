#!/usr/bin/env python3
"""Times `rehome preview` against `rg -l` over the same made tree, in the same run.

    benches/preview.py [--files 10000] [--rehome PATH] [--dir DIRECTORY]

The tree holds Python modules of about 17 kB that look like a backend's; 8 % of them name the legacy
class, in the forms and proportions of a real tree. A second tree of the same size names nothing.
Prints the best and the median of each command, the ratios, and the peak memory. The record is
docs/performance.md.
"""

import argparse
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from measure import peak

ROOT = Path(__file__).resolve().parent.parent
MODULE = "netra_backend.app.websocket_core.unified_manager"
NAME = "UnifiedWebSocketManager"
WORDS = """agent alert batch billing cache channel cluster context corpus cost cursor event factory
filter flow frame gateway group handler index job key ledger limit lock log map message metric model
node order page party path plan policy pool price queue quota range rate record region report request
result retry route rule scan schema score session shard signal slot socket source stage state step
store stream table task team tenant thread token topic trace user value view weight window worker
zone""".split()

#: How the legacy class is imported, and how often.
FORMS = [
    (50, f"from {MODULE} import {NAME}\n"),
    (15, f"from {MODULE} import {NAME} as WebSocketManager\n"),
    (10, f"from {MODULE} import (\n    Connection,\n    {NAME},  # one per user\n)\n"),
    (8, f"from netra_backend.app.websocket_core import {NAME}\n"),
    (7, f"import {MODULE} as um\n"),
    (5, f"try:\n    from {MODULE} import {NAME}\nexcept ImportError:\n    {NAME} = None\n"),
    (5, f"from unittest.mock import patch\n\nPATCH = patch('{MODULE}.{NAME}')\n"),
]


def function(random):
    """A function of twenty lines or so."""
    a, b, c, d = random.sample(WORDS, 4)
    lines = [f"def {a}_{b}({c}: str, {d}: int = {random.randrange(99)}) -> dict[str, object]:"]
    lines.append(f'    """Return the {a} of a {c}, with at most {d} of {b}."""')
    lines.append(f"    {b} = {{}}")
    for _ in range(random.randrange(6, 16)):
        x, y, z = random.sample(WORDS, 3)
        lines.append(
            random.choice([
                f"    {x} = [{y}.strip() for {y} in {c}.split(',') if {y} != '{z}']",
                f"    if len({c}) > {random.randrange(999)}:  # {y} is {z}\n        {b}['{x}'] = {d} + {random.randrange(9)}",
                f"    for {x} in range({d}):\n        {b}[f'{y}-{{{x}}}'] = self_{z}({x}, {y}='{z}')",
                f"    logger.info('{x} of %s has %d {y}', {c}, {d})",
                f"    with open_{x}({c}, {y}={d}) as {z}:\n        {b}.update({z}.read())",
            ])
        )
    return "\n".join([*lines, f"    return {b}"])


def module(random, form):
    """A module of about 17 kB; `form` is its import of the legacy class, if it has one."""
    parts = ['"""The made module of a benchmark."""\n\nimport json\nimport logging\nfrom typing import Any\n']
    if form is not None:
        parts.append(form)
    parts.append("logger = logging.getLogger(__name__)\n")
    while sum(map(len, parts)) < 17_000:
        parts.append(function(random) + "\n")
    if form is not None and " as " not in form and "PATCH" not in form:
        parts.append(f"class Late({NAME}):\n    def send(self, manager: {NAME}) -> Any:\n        return json.dumps(isinstance(manager, {NAME}))\n")
    return "\n\n".join(parts)


def tree(root, files, share):
    """Makes a tree once, or takes the one that is there."""
    mark = root / f".made-{files}"
    if mark.exists():
        return
    shutil.rmtree(root, ignore_errors=True)
    source = random.Random(7)
    weights, forms = zip(*FORMS)
    for number in range(files):
        path = root / f"pkg{number // 400:03}" / f"sub{number // 20 % 20:02}" / f"mod{number:06}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        has_it = source.random() < share
        path.write_text(module(source, source.choices(forms, weights)[0] if has_it else None))
    mark.touch()


def timed(command, runs, where):
    """Seconds of every run, and the peak memory of the children in MiB."""
    seconds = []
    for _ in range(runs):
        begun = time.perf_counter()
        subprocess.run(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False, cwd=where
        )
        seconds.append(time.perf_counter() - begun)
    return seconds


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--rehome", type=Path, default=ROOT / "target" / "release" / "rehome")
    parser.add_argument("--dir", type=Path, default=Path(tempfile.gettempdir()) / "rehome-bench")
    parser.add_argument("--runs", type=int, default=7)
    args = parser.parse_args()
    rg = shutil.which("rg")
    if rg is None:
        print("bench: ripgrep (rg) is not installed", file=sys.stderr)
        return 2
    for label, share in (("8 % hits", 0.08), ("no hit", 0.0)):
        root = (args.dir / f"{label.split()[0]}-{args.files}").resolve()
        tree(root, args.files, share)
        size = sum(path.stat().st_size for path in root.rglob("*.py")) / 1e6
        peer = [rg, "-l", "--no-messages", NAME, "."]
        ours = [str(args.rehome), "preview", "--quiet", "--format", "json", "."]
        # The two take turns, so that both meet the same machine.
        times = {"rg": [], "rehome": []}
        for _ in range(args.runs):
            times["rg"] += timed(peer, 1, root)
            times["rehome"] += timed(ours, 1, root)
        best = {name: min(seconds) for name, seconds in times.items()}
        middle = {name: statistics.median(seconds) for name, seconds in times.items()}
        print(
            f"{label}: {args.files} files, {size:.0f} MB\n"
            f"  rg -l           best {best['rg'] * 1000:.0f} ms, median {middle['rg'] * 1000:.0f} ms\n"
            f"  rehome preview  best {best['rehome'] * 1000:.0f} ms, median {middle['rehome'] * 1000:.0f} ms, "
            f"{peak(ours, root)} MiB\n"
            f"  ratio           best {best['rehome'] / best['rg']:.2f}, median {middle['rehome'] / middle['rg']:.2f}",
            flush=True,
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
