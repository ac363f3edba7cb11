#!/usr/bin/env python3
"""The Autobahn test suite against the echo on each transport.

The suite is a program for CPython 2.7, of which pyenv has one. Each case must be as the suite wants it, or
no worse than the transport by tungstenite has it. The last line is `N passed, M failed`.

    run.py                      all cases but those of compression, which is not offered
    run.py --quick              sections 1 to 7
    run.py --table FILE         writes the table between the marks in FILE
"""

import argparse
import collections
import concurrent.futures
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[3]
SUITE = "autobahntestsuite==0.8.2"
# The last one that makes environments of Python 2.7.
VIRTUALENV = "virtualenv<20.22"
# permessage-deflate, which no transport offers: the suite would call each of them unimplemented.
COMPRESSION = ["12.*", "13.*"]
SECTIONS = {
    1: "framing",
    2: "pings and pongs",
    3: "reserved bits",
    4: "opcodes",
    5: "fragmentation",
    6: "UTF-8",
    7: "closing",
    9: "limits and performance",
    10: "many small frames",
}
GOOD = ("OK", "NON-STRICT", "INFORMATIONAL")
# From the best to the worst.
RANKS = GOOD + ("UNIMPLEMENTED", "WRONG CODE", "UNCLEAN", "FAILED BY CLIENT", "FAILED")
ORACLE = "tungstenite"
MARKS = ("<!-- autobahn: start -->", "<!-- autobahn: end -->")


def target():
    return pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))


def python2():
    """A CPython 2.7, and whether pyenv has it."""
    if pyenv := shutil.which("pyenv"):
        listed = subprocess.run([pyenv, "versions", "--bare"], capture_output=True, text=True)
        for version in listed.stdout.split():
            if version.startswith("2.7."):
                prefix = subprocess.run([pyenv, "prefix", version], capture_output=True, text=True)
                return pathlib.Path(prefix.stdout.strip()) / "bin" / "python", True
    return shutil.which("python2.7"), False


def install(python):
    """The suite in an environment of its own."""
    home = target() / "autobahn"
    suite = home / "py27" / "bin" / "wstest"
    if suite.exists():
        return suite
    print("autobahn: installing the suite", flush=True)
    shutil.rmtree(home, ignore_errors=True)
    host, pip = home / "host", ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run = lambda *command: subprocess.run(list(map(str, command)), check=True, stderr=subprocess.STDOUT)
    run(sys.executable, "-m", "venv", host)
    run(host / "bin" / "python", *pip, VIRTUALENV)
    run(host / "bin" / "virtualenv", "--quiet", "--python", python, home / "py27")
    run(home / "py27" / "bin" / "python", *pip, "--no-python-version-warning", SUITE)
    return suite


def build():
    command = "cargo build --quiet --package websocket-core --example echo --features __echo"
    subprocess.run(command.split(), cwd=ROOT, check=True)
    return target() / "debug" / "examples" / "echo"


def verdicts(suite, echo, cases):
    """Of each transport, the verdict of each case: on what it did, and on how it closed."""
    with tempfile.TemporaryDirectory() as scratch, subprocess.Popen([echo], stdout=subprocess.PIPE, text=True) as server:
        try:
            servers = dict(server.stdout.readline().split() for _ in range(3))
            # Most of the time is the suite's own waiting.
            with concurrent.futures.ThreadPoolExecutor() as pool:
                ask = lambda agent: ask_one(suite, pathlib.Path(scratch, agent), agent, servers[agent], cases)
                return dict(zip(servers, pool.map(ask, servers), strict=True))
        finally:
            server.kill()


def ask_one(suite, scratch, agent, address, cases):
    scratch.mkdir()
    spec = {
        "outdir": str(scratch),
        "servers": [{"agent": agent, "url": f"ws://{address}/"}],
        "cases": cases,
        "exclude-cases": COMPRESSION,
        "exclude-agent-cases": {},
    }
    path = scratch / "spec.json"
    path.write_text(json.dumps(spec))
    ran = subprocess.run([suite, "-m", "fuzzingclient", "-s", path], capture_output=True, text=True, timeout=1800)
    if ran.returncode != 0:
        raise RuntimeError(f"the suite failed:\n{ran.stdout[-2000:]}{ran.stderr[-2000:]}")
    index = json.loads((scratch / "index.json").read_text())
    return {case: (of["behavior"], of["behaviorClose"]) for case, of in index[agent].items()}


def is_good(verdict, oracle):
    return all(
        mine in GOOD or RANKS.index(mine) <= RANKS.index(theirs) for mine, theirs in zip(verdict, oracle, strict=True)
    )


def worse(verdict):
    return max(verdict, key=RANKS.index)


def table(found):
    agents = ["own", ORACLE, "listener"]
    lines = [
        "| section | cases | " + " | ".join(agents) + " |",
        "|---|---|" + "---|" * len(agents),
    ]
    for section, name in SECTIONS.items():
        of = lambda agent: [worse(v) for case, v in found[agent].items() if case.split(".")[0] == str(section)]
        if not of(ORACLE):
            continue
        cells = []
        for agent in agents:
            counts = collections.Counter(of(agent))
            cells.append(", ".join(f"{counts[rank]} {rank}" for rank in RANKS if counts[rank]))
        lines.append(f"| {section} {name} | {len(of(ORACLE))} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="sections 1 to 7")
    parser.add_argument("--table", type=pathlib.Path, metavar="FILE")
    parser.add_argument("--rehome", help=argparse.SUPPRESS)  # Each runner of `./test` is given it.
    arguments = parser.parse_args()

    python, is_pyenv = python2()
    if python is None:
        print("skipped: autobahn: there is no Python 2.7 here")
        print("0 passed, 0 failed")
        return 0
    try:
        suite = install(python)
    except subprocess.CalledProcessError as error:
        # Without the package index there is no suite; where it is asked for, that is a failure.
        if is_pyenv and os.environ.get("CI") == "true":
            raise
        print(f"skipped: autobahn: the suite cannot be installed: {error}")
        print("0 passed, 0 failed")
        return 0

    cases = [f"{section}.*" for section in range(1, 8)] if arguments.quick else ["*"]
    found = verdicts(suite, build(), cases)
    passed = failed = 0
    for agent, verdict_of in sorted(found.items()):
        for case, verdict in verdict_of.items():
            if is_good(verdict, found[ORACLE][case]):
                passed += 1
            else:
                failed += 1
                print(f"FAILED: autobahn {case} on {agent}: {verdict[0]}, closed {verdict[1]}")
    # A suite that ran nothing proves nothing.
    if passed == 0 or len({len(cases) for cases in found.values()}) != 1:
        failed += 1
        print("FAILED: autobahn: the transports were not asked the same")
    print(table(found))
    if arguments.table:
        text = arguments.table.read_text()
        before, rest = text.split(MARKS[0])
        _, after = rest.split(MARKS[1])
        arguments.table.write_text(f"{before}{MARKS[0]}\n{table(found)}\n{MARKS[1]}{after}")
    print(f"autobahn: {passed} passed, {failed} failed")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
