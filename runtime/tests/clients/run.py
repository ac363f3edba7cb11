#!/usr/bin/env python3
"""Clients that are not ours, and the one of this repository, recover among random disconnects.

Each connects to a real server through a proxy that cuts connections at any byte, and leaves of its
own accord too, cleanly and not. While the publisher waits for acknowledgements each client must have
every event once and in order; where it runs ahead of a short history each gap must be told.

    runtime/tests/clients/run.py --server target/debug/examples/publisher
    … --real            10^6 events for each client over all modes, instead of 10^4 in each mode
    … --events N --only NAME --seed N --target DIR

Needs Node for the clients in JavaScript, and Chromium for those in a page. Packages are installed
into the target directory.
"""

import argparse
import asyncio
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path

from proxy import Proxy

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent.parent

PYTHON_PACKAGES = ["websockets==17.4", "aiohttp==3.14.5"]
#: The newest puppeteer-core that Node 20 takes.
NODE_PACKAGES = ["ws@8.23.0", "puppeteer-core@24.43.1"]
CHROMIUM = ["chromium", "chromium-browser", "google-chrome"]

#: Events ahead of the last acknowledged one; four acknowledgements, or more, are in it.
WINDOW, ACK_EVERY = 1_600, 100
#: The bytes of an event, more or less.
EVENT_BYTES = 128
#: How long a client stays away, at most.
AWAY_MS = 40
#: So many clients run at once.
AT_ONCE = 4


@dataclass(frozen=True)
class Mode:
    """How events are published, and what becomes of a client that stays away."""

    name: str
    command: str
    #: What the server keeps.
    server: list
    #: The window, or the burst.
    number: int
    #: Events between two moments at which a client leaves, in the mean; and between two cuts.
    between: int
    #: What may end a connection: 1006 is a cut, and aiohttp has no code for one.
    codes: frozenset


FOLLOW = Mode(
    "follow",
    "follow",
    ["--history-events", "4000", "--history-bytes", str(4 * 2**20)],
    WINDOW,
    200,
    frozenset({"1006", "null", "4008"}),
)
#: The same, where streams are not plain TCP: another transport of the server.
WRAPPED = replace(FOLLOW, name="follow, wrapped", server=["--wrapped", *FOLLOW.server])
OUTRUN = Mode(
    "outrun",
    "outrun",
    ["--history-events", "64", "--outbox-frames", "64"],
    # A little more than fits, for some to be cut off as too slow.
    66,
    100,
    frozenset({"1006", "null", "4008", "4009"}),
)
MODES = (FOLLOW, WRAPPED, OUTRUN)


@dataclass(frozen=True)
class Client:
    """A client, and how it is run; a plan is its last argument."""

    name: str
    command: list
    script: str = "byHand"
    socket: str = ""


class Tools:
    """What clients are run with: found, or installed into a directory."""

    def __init__(self, target):
        self.target = target
        self.packages = target / "clients-npm" / "package.json"
        self.python = target / "clients-venv" / "bin" / "python"
        self.node = shutil.which("npm") and shutil.which("node")
        self.chromium = None

    def install(self):
        venv = self.python.parent.parent
        self.once(venv, PYTHON_PACKAGES, [sys.executable, "-m", "venv", venv], [
            self.python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PYTHON_PACKAGES,
        ])
        if not self.node:
            return
        npm = self.packages.parent
        self.once(npm, NODE_PACKAGES, [
            "npm", "install", "--prefix", npm, "--no-audit", "--no-fund", "--no-save", "--silent", *NODE_PACKAGES,
        ])
        self.chromium = find_chromium()

    def once(self, directory, packages, *commands):
        """Runs the commands unless the directory has these packages already."""
        done = directory / "installed"
        if done.exists() and done.read_text() == " ".join(packages):
            return
        print(f"installing {' '.join(packages)}", flush=True)
        directory.mkdir(parents=True, exist_ok=True)
        # Without a package.json of its own, npm would look for one further up.
        (directory / "package.json").write_text('{ "private": true }')
        for command in commands:
            subprocess.run(command, check=True)
        done.write_text(" ".join(packages))

    def clients(self):
        """Those that can be run here; says which cannot."""
        script, node = [self.python, HERE / "script.py"], [self.node, HERE / "node.js"]
        clients = [
            Client("python websockets", script, socket="websockets"),
            Client("python aiohttp", script, socket="aiohttp"),
        ]
        if not self.node and os.environ.get("CI") == "true":
            sys.exit("clients: node or npm is missing")
        if not self.node:
            print("skipped: the clients in JavaScript, for node or npm is missing")
            return clients
        clients += [
            Client("npm ws", node, socket="ws"),
            Client("our client on npm ws", node, "byClient", socket="ws"),
        ]
        if not self.has_websocket():
            print("skipped: node's own WebSocket, for this node has none")
        else:
            clients += [
                Client("node's WebSocket", node, socket="global"),
                Client("our client on node's WebSocket", node, "byClient", socket="global"),
            ]
        if not self.chromium:
            print("skipped: the clients in Chromium, for it is missing")
            return clients
        chromium = [self.node, HERE / "chromium.js"]
        return clients + [Client("chromium", chromium), Client("our client in chromium", chromium, "byClient")]

    def has_websocket(self):
        """Whether node has a global one, as it has from version 22 on."""
        return subprocess.run([self.node, "-e", "WebSocket"], capture_output=True).returncode == 0


def find_chromium():
    found = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if found or os.environ.get("CI") != "true":
        return found
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        sys.exit("clients: chromium is missing, and cannot be installed here")
    subprocess.run(["apt-get", "update", "--quiet=2"], check=True)
    subprocess.run(["apt-get", "install", "--yes", "--quiet=2", "chromium"], check=True)
    return shutil.which("chromium") or sys.exit("clients: chromium cannot be found")


class Server:
    """The server: a process that is told what to publish, and that ends with its input."""

    def __init__(self, path, options):
        self.command = [path, *options]
        self.turn = asyncio.Lock()
        self.process = None
        self.address = None

    async def __aenter__(self):
        pipe = asyncio.subprocess.PIPE
        self.process = await asyncio.create_subprocess_exec(*self.command, stdin=pipe, stdout=pipe)
        self.address = await self.line()
        return self

    async def line(self):
        line = await self.process.stdout.readline()
        return line.decode().strip() or sys.exit("clients: the server has ended")

    async def publish(self, mode, user, events):
        """The token of the user, for whom publishing begins when they are connected."""
        async with self.turn:
            self.process.stdin.write(f"{mode.command} {user} {events} {mode.number}\n".encode())
            _, token = (await self.line()).split()
            return token

    async def end(self):
        """Whether all was published, and no connection is left."""
        self.process.stdin.close()
        return await self.process.wait() == 0

    async def __aexit__(self, *_):
        if self.process.returncode is None:
            self.process.kill()
            await self.process.wait()


async def run(client, plan, deadline):
    """The report of a client."""
    command = [*map(str, client.command), json.dumps(plan)]
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command, stdout=pipe, stderr=pipe, start_new_session=True)
    try:
        out, err = await asyncio.wait_for(process.communicate(), deadline)
    except asyncio.TimeoutError:
        return failed(f"not at its end after {deadline} s")
    finally:
        # With it goes what it started: a browser is many processes.
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
    if process.returncode != 0:
        return failed(f"exit code {process.returncode}: {err.decode()[-2000:]}")
    return json.loads(out)


def failed(why):
    return {"runs": [], "counts": {}, "faults": [why]}


def judge(mode, events, report):
    """What is wrong, by the protocol; a run in which nothing was put to the test is wrong too."""
    counts, due, lost = report["counts"], 1, 0
    faults = list(report["faults"])
    if not report["runs"]:
        return faults or ["nothing was delivered"]
    for what, first, last in report["runs"]:
        if first != due:
            faults.append(f"{what} {first} to {last}, where {due} was due")
        due = last + 1
        lost += last + 1 - first if what == "lost" else 0
    if due != events + 1:
        faults.append(f"it ended before event {due}")
    if mode is not OUTRUN and lost:
        faults.append(f"{lost} events were lost, though the history reached back to them")
    if mode is OUTRUN and not lost:
        faults.append("nothing was lost, so no gap was to be told")
    if counts.get("duplicate"):
        faults.append(f"{counts['duplicate']} duplicates within one process")
    codes = {code for code in counts if code.isdigit() or code == "null"}
    if codes - mode.codes:
        faults.append(f"connections ended with {sorted(codes - mode.codes)}")
    tested = ["1006", "close"]
    if mode is not OUTRUN:
        tested += ["recovered", "in the middle of a replay"]
    for what in tested:
        if not counts.get(what) and not (what == "1006" and counts.get("null")):
            faults.append(f"not once: {what}")
    return faults


async def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--server", required=True, type=Path)
    parser.add_argument("--target", type=Path, default=Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")))
    parser.add_argument("--events", type=int, default=10_000)
    parser.add_argument("--real", action="store_true")
    parser.add_argument("--only")
    parser.add_argument("--seed", type=int, default=random.randrange(2**32))
    options = parser.parse_args()
    if not options.server.exists():
        sys.exit(f"clients: no server at {options.server}: cargo build -p websocket-core --example publisher")

    tools = Tools(options.target.resolve())
    tools.install()
    clients = [client for client in tools.clients() if options.only in (None, client.name)]
    events = -(-1_000_000 // len(MODES)) if options.real else options.events
    print(f"seed {options.seed}, {events} events in each mode for each of {len(clients)} clients", flush=True)

    passed = 0
    began = time.monotonic()
    for mode in MODES:
        passed += await all_clients(clients, mode, events, tools, options)
    total = len(MODES) * (len(clients) + 1)
    print(f"{len(MODES) * len(clients) * events} events in {time.monotonic() - began:.0f} s")
    print(f"{passed} passed, {total - passed} failed")
    return passed == total


async def all_clients(clients, mode, events, tools, options):
    """How many clients, and whether the server after them, did what they should."""
    slots = asyncio.Semaphore(AT_ONCE)

    async def one(index, client):
        async with slots:
            user = f"user-{index}"
            plan = {
                "url": f"ws://{proxy.url}/ws",
                "page": f"http://{proxy.url}/",
                "user": user,
                "token": await server.publish(mode, user, events),
                "events": events,
                "ackEvery": ACK_EVERY,
                "between": mode.between,
                "awayMs": AWAY_MS,
                "seed": options.seed + index,
                "script": client.script,
                "socket": client.socket,
                "packages": str(tools.packages),
                "chromium": tools.chromium,
            }
            began = time.monotonic()
            report = await run(client, plan, 120 + events / 200)
            took = time.monotonic() - began
        faults = judge(mode, events, report)
        counts = ", ".join(f"{count} {what}" for what, count in sorted(report["counts"].items()))
        print(f"{mode.name}, {client.name}: {took:.0f} s; {counts}", flush=True)
        for fault in faults:
            print(f"FAILED: {mode.name}, {client.name}: {fault}", flush=True)
        return not faults

    async with (
        Server(options.server, mode.server) as server,
        Proxy(server.address, mode.between * EVENT_BYTES, options.seed) as proxy,
    ):
        good = sum(await asyncio.gather(*(one(*numbered) for numbered in enumerate(clients))))
        ended = await server.end()
        print(f"{mode.name}: the proxy cut {proxy.cuts} connections", flush=True)
    if not ended:
        print(f"FAILED: {mode.name}: the server did not end as it should", flush=True)
    return good + ended


if __name__ == "__main__":
    sys.exit(0 if asyncio.run(main()) else 1)
