#!/usr/bin/env python3
"""Migrates real packages, and proves that nothing but names changed.

For each package of packages.toml: its pinned source distribution is unpacked, its own test suite
run, `rehome apply` run with a manifest that moves what it imports to a facade, the suite run again
(the same result for every single test), every name resolved again by an independent checker, a
second `apply` must find nothing, and `undo` must give back every byte and mode.

    tests/real/run.py            all packages
    tests/real/run.py --small    the two quickest
    tests/real/run.py --only NAME --rehome PATH --table docs/proof.md
"""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import time
import tomllib
import xml.etree.ElementTree as ElementTree
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
WORK = ROOT / "target" / "real"
TABLE_START, TABLE_END = "<!-- table: start -->", "<!-- table: end -->"

#: Python that the facade's modules are made of: the same objects under other names.
FACADE = {
    "odict": "from collections import OrderedDict as ODict, namedtuple as record\n"
    "from collections import defaultdict as default_dict, deque as Deck\n",
    "fn": "from functools import partial as bind, wraps as wrapping\n"
    "from functools import lru_cache as memo, update_wrapper as rewrap\n",
    "t": "from typing import Any as Anything, Optional as Maybe, Dict as Table, List as Seq\n"
    "from typing import Callable as Fun, Union as OneOf, TYPE_CHECKING as CHECKING, cast as as_type\n",
}

#: Facade modules that are the very module, so that patches of it are seen.
SAME = {
    "js": "json", "paths": "os.path", "rx": "re", "ctx": "contextlib", "warn": "warnings",
    "streams": "io", "cabc": "collections.abc", "kinds": "types", "peek": "inspect",
    "iters": "itertools", "wrap": "textwrap",
}

#: What moves where, for every package.
MOVES = [
    ("collections:OrderedDict", "facade.odict:ODict"),
    ("collections:namedtuple", "facade.odict:record"),
    ("collections:defaultdict", "facade.odict:default_dict"),
    ("collections:deque", "facade.odict:Deck"),
    ("functools:partial", "facade.fn:bind"),
    ("functools:wraps", "facade.fn:wrapping"),
    ("functools:lru_cache", "facade.fn:memo"),
    ("functools:update_wrapper", "facade.fn:rewrap"),
    ("typing:Any", "facade.t:Anything"),
    ("typing:Optional", "facade.t:Maybe"),
    ("typing:Dict", "facade.t:Table"),
    ("typing:List", "facade.t:Seq"),
    ("typing:Callable", "facade.t:Fun"),
    ("typing:Union", "facade.t:OneOf"),
    ("typing:TYPE_CHECKING", "facade.t:CHECKING"),
    ("typing:cast", "facade.t:as_type"),
    *((module, f"facade.{name}") for name, module in SAME.items()),
]


@dataclass
class Result:
    """What happened to one package."""

    name: str
    tests: int = 0
    files: int = 0
    edits: int = 0
    held: int = 0
    left: int = 0
    seconds: float = 0.0
    faults: list[str] = field(default_factory=list)


def call(command, **options):
    """Runs a command; gives its code and what it printed."""
    done = subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, errors="replace", **options
    )
    return done.returncode, done.stdout + done.stderr


def needed(command, **options):
    """Runs a command that must succeed."""
    code, said = call(command, **options)
    if code != 0:
        raise RuntimeError(f"{' '.join(map(str, command))}: {said[-2000:]}")


def facade():
    """Makes the facade package; gives the directory to put on the path."""
    package = WORK / "facade-path" / "facade"
    package.mkdir(parents=True, exist_ok=True)
    (package / "__init__.py").write_text("")
    for name, text in FACADE.items():
        (package / f"{name}.py").write_text(text)
    for name, module in SAME.items():
        text = f"import sys\n\nimport {module}\n\nsys.modules[__name__] = sys.modules['{module}']\n"
        (package / f"{name}.py").write_text(text)
    return package.parent


def manifest(skip):
    """The manifest of one package: every move but those that it cannot take."""
    text = "schema = 1\n"
    for number, (old, new) in enumerate(MOVES):
        if old not in skip:
            text += f'\n[[move]]\nid = "m{number}"\npython = {{ from = "{old}", to = "{new}" }}\n'
    return text


def environment(requirements):
    """A virtual environment with pytest and `requirements`; made once."""
    key = hashlib.sha256("\n".join(requirements).encode()).hexdigest()[:12]
    home = WORK / f"venv-{sys.version_info.major}{sys.version_info.minor}-{key}"
    if not (home / "ready").exists():
        shutil.rmtree(home, ignore_errors=True)
        needed([sys.executable, "-m", "venv", home])
        pip = [home / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        needed([*pip, *requirements])
        (home / "ready").touch()
    return home / "bin" / "python"


def unpacked(name, package):
    """The package's source, fetched once, verified, and unpacked anew."""
    archives = WORK / "sdists"
    archives.mkdir(parents=True, exist_ok=True)
    archive = archives / package["file"]
    if not archive.exists():
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
        wanted = f"{name}=={package['version']}"
        needed([*pip, "--no-deps", "--no-binary", name, "--dest", archives, wanted])
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    if digest != package["sha256"]:
        raise RuntimeError(f"{archive.name} has another sha256: {digest}")
    tree = WORK / "trees" / name
    shutil.rmtree(tree, ignore_errors=True)
    tree.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(archive) as tar:
        tar.extractall(tree, filter="data")
    (inside,) = tree.iterdir()
    return inside


def suite(tree, package, python, path):
    """The package's own tests: the outcome of every one, and the end of what was printed."""
    report = tree.parent / "report.xml"
    report.unlink(missing_ok=True)
    sources = [tree / "src"] if (tree / "src").is_dir() else [tree]
    env = dict(
        os.environ,
        PYTHONPATH=os.pathsep.join(map(str, [*sources, path])),
        PYTHONDONTWRITEBYTECODE="1",
        PYTHONHASHSEED="0",
    )
    command = [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "ignore"]
    command += [f"--junitxml={report}", *package.get("args", []), *package["tests"]]
    _, said = call(command, cwd=tree, env=env, timeout=1200)
    outcomes = {}
    if report.exists():
        for case in ElementTree.parse(report).iter("testcase"):
            kinds = [child.tag for child in case if child.tag in ("failure", "error", "skipped")]
            key = f"{case.get('classname')}::{case.get('name')}"
            outcomes[key] = kinds[0] if kinds else "passed"
    return outcomes, said[-3000:]


def state(tree):
    """The bytes and mode of every file, without our journal."""
    files = {}
    for path in sorted(tree.rglob("*")):
        # What the tool and the suite keep for themselves is not the package.
        is_ours = {".rehome", ".hypothesis", "__pycache__"}.isdisjoint(path.parts)
        if is_ours and path.is_file() and not path.is_symlink():
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            files[str(path.relative_to(tree))] = (digest, path.stat().st_mode)
    return files


def summary(rehome, tree):
    """What `preview` counts."""
    code, said = call([rehome, "preview", "--format", "json", "."], cwd=tree)
    if code != 0:
        raise RuntimeError(f"preview: {said[-2000:]}")
    return json.loads(said[said.index("{"):])


def migrate(name, package, rehome):
    """All steps of one package."""
    result = Result(name)
    begun = time.monotonic()
    path = facade()
    python = environment(package["requires"])
    tree = unpacked(name, package)
    before, said = suite(tree, package, python, path)
    passed = sum(outcome == "passed" for outcome in before.values())
    if passed < package["passes"]:
        result.faults.append(f"the suite does not pass before: {passed} tests\n{said}")
        return result
    result.tests = passed
    (tree / "rehome.toml").write_text(manifest(package.get("skip", [])))
    original = tree.parent / "before"
    shutil.copytree(tree, original, symlinks=True)
    first = state(tree)
    counts = summary(rehome, tree)["summary"]
    result.files, result.held, result.left = (
        counts[key] for key in ("files_changed", "held", "left")
    )
    result.edits = counts["imports"] + counts["usages"] + counts["strings"]
    code, said = call([rehome, "apply", "--quiet", "."], cwd=tree)
    if code not in (0, 1):
        result.faults.append(f"apply failed with {code}: {said}")
        return result
    after, said = suite(tree, package, python, path)
    different = sorted(key for key in before.keys() | after.keys() if before.get(key) != after.get(key))
    for key in different[:10]:
        result.faults.append(f"{key}: {before.get(key)} before, {after.get(key)} after")
    if different:
        result.faults.append(said)
    again = summary(rehome, tree)["summary"]
    if again["files_changed"]:
        result.faults.append(f"a second run would change {again['files_changed']} files")
    checker = [sys.executable, HERE / "qualified_names.py", original, tree, tree / "rehome.toml"]
    code, said = call(checker)
    if code != 0:
        result.faults.append(f"names mean something else:\n{said[-3000:]}")
    code, said = call([rehome, "undo"], cwd=tree)
    now = state(tree)
    # The suite leaves files of its own behind.
    if code != 0 or any(now.get(file) != was for file, was in first.items()):
        result.faults.append(f"undo does not give back what was there: {said}")
    result.seconds = time.monotonic() - begun
    return result


def table(results, file):
    """Writes the results into the document, between its marks."""
    lines = [
        "| package | tests | files changed | references | held | left to the user | seconds |",
        "|---|---|---|---|---|---|---|",
    ]
    for one in results:
        ok = "" if not one.faults else " **differs**"
        lines.append(
            f"| {one.name} | {one.tests}{ok} | {one.files} | {one.edits} | {one.held} | {one.left} "
            f"| {one.seconds:.0f} |"
        )
    text = file.read_text()
    head, rest = text.split(TABLE_START)
    _, tail = rest.split(TABLE_END)
    file.write_text(f"{head}{TABLE_START}\n" + "\n".join(lines) + f"\n{TABLE_END}{tail}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--small", action="store_true", help="the two quickest packages")
    parser.add_argument("--only", action="append", help="this package")
    parser.add_argument("--rehome", type=Path, help="the binary")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--table", type=Path, help="a document to write the results into")
    args = parser.parse_args()
    candidates = [ROOT / "target" / kind / "rehome" for kind in ("release", "debug")]
    built = [path for path in candidates if path.exists()]
    rehome = args.rehome or (max(built, key=lambda path: path.stat().st_mtime) if built else None)
    if rehome is None:
        print("real: build rehome first, or say --rehome PATH", file=sys.stderr)
        return 2
    packages = tomllib.loads((HERE / "packages.toml").read_text())
    if args.small:
        packages = {name: one for name, one in packages.items() if one.get("small")}
    if args.only:
        packages = {name: one for name, one in packages.items() if name in args.only}
    facade()
    for package in packages.values():
        environment(package["requires"])

    def attempt(item):
        try:
            return migrate(*item, rehome.resolve())
        except (RuntimeError, OSError, subprocess.SubprocessError) as error:
            return Result(item[0], faults=[str(error)])

    results = []
    with ThreadPoolExecutor(args.jobs) as pool:
        for result in pool.map(attempt, packages.items()):
            verdict = "ok" if not result.faults else "FAILED"
            print(
                f"{verdict:6} {result.name}: {result.tests} tests, {result.files} files, "
                f"{result.edits} references, {result.held} held, {result.left} left, "
                f"{result.seconds:.0f} s",
                flush=True,
            )
            for fault in result.faults:
                print(f"       {fault}", flush=True)
            results.append(result)
    if args.table:
        table(results, args.table)
    failed = sum(bool(result.faults) for result in results)
    print(f"real: {len(results) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
