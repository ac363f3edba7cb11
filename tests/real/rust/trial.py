"""One crate and one set of moves: migrate, make the old paths disappear, compare, undo."""

import json
import subprocess
import time
from collections import Counter
from dataclasses import dataclass, field

import corpus
import poison
from cargo import checked, tested, unclean
from moves import STD_SETS, manifest

#: The version of the crate that things move to.
FACADE = "1.0.0"


@dataclass
class Result:
    """What became of one crate under one set of moves."""

    crate: str
    moves: str
    tests: int = 0
    files: int = 0
    references: int = 0
    held: int = 0
    left: int = 0
    #: Files that rustfmt left alone before, and those of them that it leaves alone after, among the changed.
    clean: int = 0
    still_clean: int = 0
    unformatted: list = field(default_factory=list)
    seconds: float = 0.0
    faults: list = field(default_factory=list)


@dataclass
class Before:
    """A crate as published."""

    check: object
    test: object
    unclean: set


def before(name, crate):
    """What holds of a crate before anything is moved."""
    tree = corpus.copy(name, crate)
    state = Before(checked(tree, crate), tested(tree, crate), unclean(tree, crate))
    if state.check.errors:
        raise RuntimeError(f"{name} does not compile before: {state.check.errors[0][1]}")
    if state.test.passed < crate["passes"]:
        raise RuntimeError(f"{name}: only {state.test.passed} tests pass before\n{state.test.said}")
    return state


class Trial:
    """The steps, in order; each says what is wrong by a fault."""

    def __init__(self, name, crate, chosen, rehome, was):
        self.name, self.crate, self.chosen, self.rehome, self.was = name, crate, chosen, rehome, was
        self.result = Result(name, chosen)
        self.moves = [move for move in STD_SETS[chosen] if move.old not in crate.get("skip", [])]
        self.config = []

    def run(self):
        begun = time.monotonic()
        self.tree = corpus.copy(self.name, self.crate)
        self.prepare()
        (self.tree / "rehome.toml").write_text(manifest(self.moves, ("facade", FACADE)))
        self.first = corpus.files(self.tree)
        if self.apply():
            self.migrated = corpus.files(self.tree)
            self.format()
            self.depend()
            self.poison()
            self.compare()
            self.put_back()
            self.again()
            self.undo()
        self.result.seconds = time.monotonic() - begun
        return self.result

    def fault(self, text):
        self.result.faults.append(text)

    def prepare(self):
        """The crate that has the new paths."""
        if self.chosen != "core":
            facade = [move for move in self.moves if move.new.startswith("facade::")]
            home = corpus.made(f"{self.chosen}/facade", poison.facade(facade))
            self.config += ["--config", f'patch.crates-io.facade.path="{home}"']

    def call(self, *arguments):
        command = [str(self.rehome), *arguments]
        return subprocess.run(command, cwd=self.tree, capture_output=True, encoding="utf-8", timeout=300)

    def report(self, command):
        done = self.call(command, "--format", "json", ".")
        if done.returncode not in (0, 1):
            raise RuntimeError(f"rehome {command}: {done.returncode} {done.stderr[-2000:]}")
        return json.loads(done.stdout)

    def apply(self):
        report = self.report("apply")
        summary = report["summary"]
        result = self.result
        result.files, result.held, result.left = (summary[key] for key in ("files_changed", "held", "left"))
        result.references = summary["imports"] + summary["usages"] + summary["strings"]
        if not result.files:
            self.fault("nothing is moved")
        return result.files

    def format(self):
        """How many of the files that rustfmt left alone it leaves alone now."""
        changed = {path for path, state in self.migrated.items() if self.first.get(path) != state}
        clean = {path for path in changed if path.endswith(".rs")} - self.was.unclean
        now = clean & unclean(self.tree, self.crate)
        self.result.clean, self.result.still_clean = len(clean), len(clean) - len(now)
        self.result.unformatted = sorted(now)

    def depend(self):
        """The crate that things move to must be depended on by now."""
        manifest = self.tree / "Cargo.toml"
        if self.chosen != "core" and "facade" not in manifest.read_text():
            self.fault("Cargo.toml does not depend on the new crate")
            with manifest.open("a") as file:
                file.write(f'\n[dependencies.facade]\nversion = "{FACADE}"\n')

    def poison(self):
        """Makes the old paths disappear: a crate named `std` that lacks them takes std's place."""
        text = poison.poison(self.moves, "std")
        home = corpus.made(f"{self.chosen}/poison-std", text)
        lines = f'package = "poison-std"\npath = "{home}"\n'
        with (self.tree / "Cargo.toml").open("a") as file:
            for table in ("dependencies", "build-dependencies"):
                file.write(f"\n[{table}.std]\n{lines}")

    def compare(self):
        """The same warnings, and the same outcome of every test."""
        check = checked(self.tree, self.crate, self.config)
        reported = self.reported()
        for place, text in check.errors:
            if place not in reported:
                self.fault(f"{place}: {text}")
        if check.errors:
            if not self.result.faults:
                self.fault("everything that does not compile is reported: TODO")
            return
        fresh = check.warnings - self.was.check.warnings
        for (file, code), count in sorted(fresh.items()):
            self.fault(f"{count} new warnings in {file}: {code}")
        test = tested(self.tree, self.crate, self.config)
        self.result.tests = test.passed
        for key in sorted((self.was.test.tests - test.tests) + (test.tests - self.was.test.tests)):
            counts = self.was.test.tests[key], test.tests[key]
            self.fault(f"{' '.join(key)}: {counts[0]} before, {counts[1]} after")
        if test.tests != self.was.test.tests:
            self.fault(test.said)

    def reported(self):
        """The places that a second run leaves to the user."""
        report = self.report("preview")
        return {
            f"{file['path']}:{site['line']}"
            for file in report["files"]
            for finding in file["findings"]
            if finding["status"] != "applied"
            for site in finding["sites"]
        }

    def put_back(self):
        content, mode = self.migrated["Cargo.toml"]
        (self.tree / "Cargo.toml").write_bytes(content)
        lock = self.first.get("Cargo.lock")
        if lock:
            (self.tree / "Cargo.lock").write_bytes(lock[0])

    def again(self):
        """A second run has nothing to do."""
        summary = self.report("preview")["summary"]
        if summary["files_changed"]:
            self.fault(f"a second run would change {summary['files_changed']} files")

    def undo(self):
        done = self.call("undo")
        now = corpus.files(self.tree)
        if done.returncode != 0 or now != self.first:
            differ = sorted(path for path in now.keys() | self.first.keys() if now.get(path) != self.first.get(path))
            self.fault(f"undo does not give back {differ[:5]}: {done.stderr}")
