#!/usr/bin/env python3
"""Times `rehome preview` on the vendored sources of the workspace's own dependencies, against
`rg -l`, ast-grep and plain `syn::parse_file`, in the same run and in turns.

    benches/rust.py [--rehome PATH] [--ast-grep PATH] [--dir DIRECTORY] [--runs 5]

ast-grep is taken from the path, or left out. The record is docs/performance.md.
"""

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from measure import peak

ROOT = Path(__file__).resolve().parent.parent

#: What moves: a name, the kind, the legacy and the canonical path. The first is in no file.
MOVES = [
    ("AbsentManager", "struct", "std::absent::AbsentManager", "facade::absent::AbsentManager"),
    ("Formatter", "struct", "std::fmt::Formatter", "core::fmt::Formatter"),
    ("HashMap", "struct", "std::collections::HashMap", "facade::table::Table"),
    ("Ordering", "enum", "std::cmp::Ordering", "core::cmp::Ordering"),
]


def vendored(where):
    """The sources of all dependencies, once."""
    if not where.exists():
        command = ["cargo", "vendor", "--quiet", "--versioned-dirs", str(where)]
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return where


def write_plan(tree, move):
    name, kind, old, new = move
    tree.joinpath("rehome.toml").write_text(
        f'schema = 1\n\n[[move]]\nid = "{name}"\n'
        f'rust = {{ from = "{old}", to = "{new}", kind = "{kind}" }}\n'
    )


def hit_tree(vendor, tree, name, copies):
    """The files alone that name a symbol, so many times."""
    listed = subprocess.run(
        ["rg", "-l", "--no-ignore", "-g", "*.rs", rf"\b{name}\b", "."],
        cwd=vendor, capture_output=True, text=True, check=True,
    )  # fmt: skip
    files = sorted(listed.stdout.split("\n")[:-1])
    shutil.rmtree(tree, ignore_errors=True)
    for copy in range(copies):
        for file in files:
            path = tree / f"copy{copy}" / file
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(vendor / file, path)


def on_one_core():
    """What works beside each other shares caches, and takes more CPU for it: syn works alone."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def measured(command, where, prepared=None):
    """Seconds of the clock and of the CPU."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.perf_counter()
    subprocess.run(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False, cwd=where,
        preexec_fn=prepared,
    )  # fmt: skip
    seconds = time.perf_counter() - begun
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def syn_bench():
    """The program that only parses."""
    built = subprocess.run(
        ["cargo", "bench", "--no-run", "--bench", "syn", "--message-format", "json"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    for line in built.stdout.splitlines():
        if '"name":"syn"' in line and '"executable":"' in line and '"kind":["bench"]' in line:
            return line.split('"executable":"')[1].split('"')[0]
    raise SystemExit("bench: cargo did not build benches/syn.rs")


def parse_alone(program, files):
    """CPU seconds of syn for all files, and the bytes that it parsed."""
    seconds, size = 0.0, 0
    for start in range(0, len(files), 400):
        part = [str(file) for file in files[start : start + 400]]
        done = subprocess.run(
            [program, *part], capture_output=True, text=True, check=True, preexec_fn=on_one_core
        )
        size += int(done.stdout.split()[0])
        seconds += float(done.stdout.split()[1])
    return seconds, size


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rehome", type=Path, default=ROOT / "target" / "release" / "rehome")
    parser.add_argument("--ast-grep", type=Path, default=shutil.which("ast-grep"))
    parser.add_argument("--dir", type=Path, default=Path(tempfile.gettempdir()) / "rehome-bench-rust")
    parser.add_argument("--runs", type=int, default=5)
    args = parser.parse_args()
    if shutil.which("rg") is None:
        print("bench: ripgrep (rg) is not installed", file=sys.stderr)
        return 2
    args.dir.mkdir(parents=True, exist_ok=True)
    vendor = vendored(args.dir.resolve() / "sources")
    ours = [str(args.rehome.resolve()), "preview", "--quiet", "--format", "json", "."]
    program = syn_bench()
    for move in MOVES:
        name = move[0]
        tree = vendor
        if name != "AbsentManager":
            tree = args.dir.resolve() / name
            hit_tree(vendor, tree, name, 1)
        write_plan(tree, move)
        files = sorted(tree.rglob("*.rs"))
        size = sum(file.stat().st_size for file in files) / 1e6
        commands = {"rg -l": ["rg", "-l", "--no-messages", name, "."], "rehome": ours}
        if args.ast_grep:
            commands["ast-grep"] = [str(Path(args.ast_grep).resolve()), "run", "-p", name, "-l", "rust", "."]
        times = {command: [] for command in commands}
        alone, one_core = [], []
        for _ in range(args.runs):
            # They take turns, so that all meet the same machine.
            for label, command in commands.items():
                times[label].append(measured(command, tree))
            if tree != vendor:
                alone.append(parse_alone(program, files))
                one_core.append(measured(ours, tree, on_one_core)[1])
        print(f"{name}: {len(files)} files, {size:.1f} MB, {os.cpu_count()} cores")
        middle = {}
        for label, pairs in times.items():
            wall, cpu = (statistics.median(part) for part in zip(*pairs))
            middle[label] = (wall, cpu)
            print(f"  {label:10} {wall * 1000:6.0f} ms, {cpu * 1000:6.0f} ms of CPU")
        rg, mine = middle["rg -l"], middle["rehome"]
        print(f"  rehome / rg -l: {mine[0] / rg[0]:.2f}, {peak(ours, tree)} MiB")
        if alone:
            seconds = statistics.median(seconds for seconds, _ in alone)
            parsed = alone[0][1] / 1e6
            print(
                f"  syn alone  {seconds * 1000:6.0f} ms of CPU for {parsed:.1f} MB that it parses\n"
                f"  rehome's speed / syn's: {seconds / mine[1]:.2f}, "
                f"both on one core {seconds / statistics.median(one_core):.2f}; "
                f"10 MB take {mine[1] / size * 10:.2f} s of CPU",
                flush=True,
            )
    name = "HashMap"
    for copies in (1, 4, 16, 32):
        tree = args.dir.resolve() / f"{name}-{copies}"
        hit_tree(vendor, tree, name, copies)
        write_plan(tree, next(move for move in MOVES if move[0] == name))
        count = len(list(tree.rglob("*.rs")))
        print(f"memory: {count} files that hit, {peak(ours, tree)} MiB", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
