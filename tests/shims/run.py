#!/usr/bin/env python3
"""Generated shims do what docs/shims.md promises: on every Python that is here, and to type checkers.

A package is given its shims by the real binary. The suite runs with an old and a new pytest on each
Python from 3.8 on; mypy and pyright read the package and a user of it; ruff has nothing to format.

    tests/shims/run.py --rehome target/debug/rehome

What cannot be installed is skipped, and said; where CI is set it is a failure.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import tools  # noqa: E402

OLDEST = (3, 8)
NEWEST = 20
#: Wheels without compiled code serve every Python: the oldest one that each set has to run on.
SUITES = {"7": OLDEST, "9": (3, 10)}

passed = failed = skipped = 0


def holds(what, is_so, said=""):
    global passed, failed
    if is_so:
        passed += 1
    else:
        failed += 1
        print(f"FAILED {what}\n{said}", flush=True)


def skip(what):
    """A part that cannot be had here; on CI everything can."""
    global skipped
    if os.environ.get("CI"):
        holds(what, False)
    else:
        skipped += 1
        print(f"skipped: {what}", flush=True)


def ran(command, **options):
    done = subprocess.run(
        [str(word) for word in command],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        universal_newlines=True,
        **options,
    )
    return done.returncode, done.stdout


def pythons():
    """The newest Python of each version that is found, by its version."""
    found = {}
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    names = [f"python3.{minor}" for minor in range(OLDEST[1], NEWEST)]
    candidates = [shutil.which(name) for name in names] + [sys.executable]
    candidates += sorted(pyenv.glob("*/bin/python"))
    for path in filter(None, candidates):
        code = "import sys; print(*sys.version_info[:2], sys.implementation.name)"
        status, said = ran([path, "-c", code])
        words = said.split()
        # A shim of pyenv may stand for a version that is not chosen.
        if status == 0 and len(words) == 3 and words[2] == "cpython":
            version = int(words[0]), int(words[1])
            if version >= OLDEST:
                found[version] = path
    return dict(sorted(found.items()))


def suite_packages(major, oldest):
    target = tools.TOOLS / f"pytest{major}"
    command = tools.pip(
        target,
        "--python-version", ".".join(map(str, oldest)),
        "--implementation", "py", "--abi", "none", "--platform", "any",
        "--only-binary=:all:", f"pytest=={major}.*", "exceptiongroup", "tomli", "mock",
        "pytest-mock", "typing_extensions",
    )  # fmt: skip
    there = tools.installed(target / "pytest_mock", command, f"pytest {major}")
    return target if there else None


def made(rehome, directory):
    """The package with its shims."""
    package = directory / "package"
    shutil.copytree(HERE / "package", package)
    status, said = ran([rehome, "shim", "--write"], cwd=package)
    holds("the shims are written", status == 0, said)
    status, said = ran([rehome, "shim", "--check"], cwd=package)
    holds("what is written is what is wanted", status == 0, said)
    status, said = ran([rehome, "check"], cwd=package)
    holds("shims are no legacy references", status == 0, said)
    return package


def suites(package):
    """The suite, on each Python and with each pytest."""
    running = []
    there = pythons()
    for major, oldest in SUITES.items():
        target = suite_packages(major, oldest)
        if target is None:
            skip(f"the suite with pytest {major}")
            continue
        for version, python in there.items():
            if version < oldest:
                continue
            name = f"Python {version[0]}.{version[1]}, pytest {major}"
            env = {**tools.on_path(target, package), "PYTHONDONTWRITEBYTECODE": "1"}
            # Two that share what one could not use alone.
            command = [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", HERE / "suite"]
            running.append((name, subprocess.Popen(
                [str(word) for word in command], env=env, stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT, universal_newlines=True,
            )))  # fmt: skip
            if len(running) > 1:
                finished(*running.pop(0))
    for one in running:
        finished(*one)
    if len(there) < 2:
        skip("the suite on more than one Python")


def finished(name, process):
    said = process.communicate()[0]
    counts = [line for line in said.splitlines() if re.search(r"\d+ (passed|failed|error)", line)]
    last = counts[-1] if counts else "no result"
    print(f"{name}: {last}", flush=True)
    # A run that skips is one that lacks a package.
    holds(name, process.returncode == 0 and "skipped" not in last, said)


def expected(file):
    """The lines of a user's file on which a checker is to say something: `# says: word`."""
    lines = enumerate(file.read_text().splitlines(), 1)
    marks = ((number, re.search(r"# (\w+): (.+)$", line)) for number, line in lines)
    return {number: mark.group(2) for number, mark in marks if mark and mark.group(1) == "says"}


def complaints(said, name):
    """The lines that a checker complains about."""
    return {int(line) for line in re.findall(rf"{name}:(\d+)\b[^\n]*(?:error|warning)", said)}


def checkers(package):
    there = tools.checkers()
    user = package / "user.py"
    shutil.copy(HERE / "typed.py", user)
    wanted = set(expected(user))
    if there:
        env = tools.on_path(there)
        mypy = [sys.executable, "-m", "mypy", "--strict", "--no-incremental"]
        status, said = ran([*mypy, "wsc", "old_wsc"], cwd=package, env=env)
        holds("mypy --strict accepts the package", status == 0, said)
        mypy += ["--enable-error-code", "deprecated", "user.py"]
        status, said = ran(mypy, cwd=package, env=env)
        holds("mypy flags what is deprecated and nothing else",
              complaints(said, "user.py") == wanted, said)  # fmt: skip
        ruff = [there / "bin" / "ruff"]
        status, said = ran([*ruff, "format", "--no-cache", "--diff", "wsc", "old_wsc"], cwd=package)
        holds("ruff has nothing to format", status == 0, said)
        banned = ["check", "--no-cache", "--config", "wsc/_moved.ruff.toml", "--select", "TID251"]
        status, said = ran([*ruff, *banned, "--output-format", "concise", "user.py"], cwd=package)
        lines = {int(line) for line in re.findall(r"user.py:(\d+):\d+: TID251", said)}
        holds("ruff flags every import of a legacy path", imports(user) <= lines, said)
        pylint = [sys.executable, "-m", "pylint", "--rcfile", "wsc/_moved.pylintrc"]
        pylint += ["--disable=all", "--enable=deprecated-module", "user.py"]
        status, said = ran(pylint, cwd=package, env=env)
        lines = {int(line) for line in re.findall(r"user.py:(\d+):\d+: W4901", said)}
        holds("pylint flags every import of a legacy module",
              lines == imports(user, "wsc.unified", "wsc.old_net", "wsc.metadata", "wsc.was_open"), said)  # fmt: skip
    else:
        skip("mypy, ruff and pylint")
    pyright = tools.pyright()
    if pyright:
        command = [pyright, "--pythonpath", sys.executable]
        config = package / "pyrightconfig.json"
        config.write_text('{"typeCheckingMode": "strict"}\n')
        status, said = ran([*command, "wsc", "old_wsc"], cwd=package)
        holds("pyright accepts the package at its strictest", status == 0, said)
        status, said = ran([*command, "user.py"], cwd=package)
        holds("pyright flags what is deprecated and nothing else",
              complaints(said, "user.py") == wanted, said)  # fmt: skip
    else:
        skip("pyright, which comes by npm")


#: A library whose names moved, and one that uses each by its old path: how often it is warned.
LIBRARY = """\
pub mod new;
include!("moved.rs");
"""
NEW = """\
pub struct Plain { pub n: u32 }
pub struct Wide<T> { pub t: T }
pub struct Id(pub u32);
pub enum State { Open }
pub trait Handler { fn handle(&self) -> u32 { 1 } }
pub const LIMIT: u32 = 8;
pub fn connect() -> Id { Id(1) }
#[macro_export]
macro_rules! ws_send { () => { 1 } }
pub fn join_all(n: u32) -> u32 { n }
"""
USER = """\
use library::old::{connect_it, Handler, Id, Plain, State, Wide, LIMIT};
use library::old::join;
use library::old::send;

struct Mine;
impl Handler for Mine {}

pub fn all() -> u32 {
    let State::Open = State::Open;
    let Id(n) = connect_it();
    let wide = Wide { t: Plain { n: 1 } };
    n + Id(1).0 + LIMIT + join(1) + send!() + wide.t.n + Mine.handle()
}
"""
MOVES = """\
schema = 1
[[move]]
id = "old"
since = "0.2.0"
remove_in = "9.0.0"
rename = { connect_it = "connect" }
rust = { from = "library::old", to = "library::new", items = [
    "Plain:struct", "Wide:struct", "Id:tuple_struct", "State:enum", "Handler:trait",
    "LIMIT:const", "connect_it:fn",
] }
[[move]]
id = "join"
since = "0.3"
rust = { from = "library::old::join", to = "library::new::join_all", kind = "fn", signature = "pub fn join(n: u32) -> u32" }
[[move]]
id = "send"
since = "0.3.0"
rust = { from = "library::old::send", to = "library::ws_send", kind = "macro" }
"""


def rust(rehome, directory):
    """The block of a crate compiles, and each use of an old path is warned of."""
    root = HERE.parent.parent
    cargo = '[package]\nname = "{}"\nversion = "0.3.0"\nedition = "2021"\n[dependencies]\n{}\n'
    macros = f'shim-macros = {{ path = "{root / "shim-macros"}" }}'
    files = {
        "Cargo.toml": '[workspace]\nmembers = ["library", "user"]\nresolver = "2"\n',
        "library/Cargo.toml": cargo.format("library", macros),
        "library/rehome.toml": MOVES,
        "library/src/lib.rs": LIBRARY,
        "library/src/new.rs": NEW,
        "user/Cargo.toml": cargo.format("user", 'library = { path = "../library" }'),
        "user/src/lib.rs": USER,
    }
    for name, text in files.items():
        path = directory / "rust" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    shutil.copy(root / "Cargo.lock", directory / "rust" / "Cargo.lock")
    library = directory / "rust" / "library"
    status, said = ran([rehome, "shim", "--write"], cwd=library)
    holds("the block of a crate is written", status == 0, said)
    status, said = ran(["rustfmt", "--edition", "2021", "--check", "src/moved.rs"], cwd=library)
    holds("rustfmt has nothing to format", status == 0, said)
    env = {**os.environ, "CARGO_TARGET_DIR": str(root / "target" / "shim-crate")}
    command = ["cargo", "check", "--quiet", "--offline", "--package", "user"]
    status, said = ran(command, cwd=directory / "rust", env=env)
    names = "Handler Id LIMIT Plain State Wide connect join_all ws_send".split()
    warned = set(re.findall(r"use of deprecated .* moved to `library::(?:new::)?(\w+)`", said))
    holds("each use of an old path is warned of", status == 0 and warned == set(names), said)


def imports(file, *modules):
    """The lines that import a legacy path."""
    everywhere = [
        "wsc.unified", "wsc.old_net", "wsc.names import", "wsc.live", "wsc.metadata", "wsc.bits import",
        "wsc.own", "wsc.pieces", "wsc.was_open",
    ]  # fmt: skip
    legacy = modules or everywhere
    lines = enumerate(file.read_text().splitlines(), 1)
    return {
        number
        for number, line in lines
        if any(re.match(rf"(from|import) {module}\b", line) for module in legacy)
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rehome", type=Path, required=True, help="the binary")
    rehome = parser.parse_args().rehome.resolve()
    with tempfile.TemporaryDirectory() as directory:
        package = made(rehome, Path(directory).resolve())
        suites(package)
        checkers(package)
        rust(rehome, Path(directory).resolve())
    skips = f", {skipped} skipped" if skipped else ""
    print(f"shims: {passed} passed, {failed} failed{skips}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
