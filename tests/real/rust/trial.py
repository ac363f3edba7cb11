"""One crate and one set of moves: migrate, make the old paths disappear, compare, undo."""

import json
import random
import re
import subprocess
import time
from collections import Counter
from dataclasses import dataclass, field

import corpus
import crates
import leftovers
import poison
from cargo import checked, tested
from moves import STD_SETS, Move, manifest, rows
from rustfmt import cause, unclean

#: The crate that things move to, and its version.
KIT = ("kit", "1.0.0")

#: Errors that say that a path leads nowhere.
RESOLUTION = re.compile(r"error\[E0(?:603|432|433|405|412|425|404|573)\]")


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
    #: What another parser finds of the old paths before, and after without what was reported.
    found: int = 0
    missed: int = 0
    #: Files that changed and that rustfmt left alone before; those that it leaves alone after; and why not.
    clean: int = 0
    still_clean: int = 0
    unformatted: dict = field(default_factory=dict)
    #: Whether one edit left out was seen.
    oracle: str = ""
    seconds: float = 0.0
    faults: list = field(default_factory=list)


@dataclass
class Before:
    """A crate as published."""

    check: object
    test: object
    unclean: set


def before(name, crate, quick):
    """What holds of a crate before anything is moved; nothing of its tests where that is to be quick."""
    tree = corpus.copy(name, crate)
    state = Before(checked(tree, crate), None if quick else tested(tree, crate), unclean(tree, crate["edition"]))
    if state.check.errors:
        raise RuntimeError(f"it does not compile before: {state.check.errors[0][1]}")
    if state.test and state.test.passed < crate["passes"]:
        raise RuntimeError(f"only {state.test.passed} tests pass before\n{state.test.said}")
    return state


class Trial:
    """The steps, in order; each says what is wrong by a fault."""

    def __init__(self, name, crate, chosen, rehome, was):
        self.name, self.crate, self.chosen, self.rehome, self.was = name, crate, chosen, rehome, was
        self.result = Result(name, chosen)
        self.place = chosen if chosen in STD_SETS else f"{name}-{chosen}"
        self.config = []
        #: What the user's own renaming of a module does to the names of files and tests.
        self.own = []

    def run(self):
        begun = time.monotonic()
        self.tree = corpus.copy(self.name, self.crate)
        self.prepare()
        self.first = corpus.files(self.tree)
        # What the user's own hand did is not ours to answer for.
        self.unclean = unclean(self.tree, self.crate["edition"]) if self.own else self.was.unclean
        there, self.dangling = self.leftovers()
        self.result.found = sum(there.values())
        if self.apply():
            self.migrated = corpus.files(self.tree)
            self.reported = self.reports()
            self.format()
            self.count()
            if self.poison():
                self.compare()
                self.leave_out()
            self.put_back()
            self.again()
            self.undo()
        self.result.seconds = time.monotonic() - begun
        return self.result

    def fault(self, text):
        self.result.faults.append(text)

    def prepare(self):
        """The moves, their manifest, and the crate that has the new paths."""
        kit = None
        if self.chosen in STD_SETS:
            skip = self.crate.get("skip", [])
            self.moves = [move for move in STD_SETS[self.chosen] if move.old not in skip]
        elif self.chosen == "items":
            self.moves = list(rows("\n".join(self.crate["items"])))
        elif self.chosen == "crates":
            self.moves = [Move(*row.split(), "module") for row in self.crate["crates"]]
        elif self.chosen == "own":
            self.moves = [self.move_own(one) for one in self.crate["own"]]
        else:
            raise RuntimeError(f"no set {self.chosen}")
        text = ""
        self.known = crates.resolved(self.tree) if self.chosen in ("items", "crates") else {}
        if self.chosen == "crates":
            for move in self.moves:
                (old,) = (name for name in self.known if name.replace("-", "_") == move.old)
                home = crates.renamed(self.place, old, move.new, self.known)
                self.config += ["--config", f'patch.crates-io.{move.new}.path="{home}"']
                text += manifest([move], (move.new, self.known[old][0]), len(self.config))
        else:
            facade = [move for move in self.moves if move.new.startswith("kit::")]
            if facade:
                of = [f'{crate} = "={self.known[crate][0]}"' for crate in self.foreign().values()]
                kit = corpus.made(f"{self.place}/kit", poison.facade(facade), of)
                self.config += ["--config", f'patch.crates-io.kit.path="{kit}"']
            text = manifest(self.moves, KIT)
        (self.tree / "rehome.toml").write_text(f"schema = 1\n{text}")

    def foreign(self):
        """The crates that are not std's and that lose something, with their packages' names."""
        libraries = sorted({move.crate for move in self.moves if self.chosen == "items"})
        packages = {name.replace("-", "_"): name for name in self.known}
        return {library: packages[library] for library in libraries}

    def move_own(self, one):
        """A module inside of the crate: its file and its `mod` line are the user's to move."""
        old, new = one["old"], one["new"]
        (self.tree / one["file"]).rename(self.tree / one["becomes"])
        parent = self.tree / one["parent"]
        name, becomes = old.rsplit("::", 1)[1], new.rsplit("::", 1)[1]
        text, count = re.subn(rf"\bmod {name};", f"mod {becomes};", parent.read_text())
        if count != 1:
            raise RuntimeError(f"{one['parent']} declares {name} {count} times")
        parent.write_text(text)
        self.own += [(one["file"], one["becomes"]), (f"{name}::", f"{becomes}::")]
        return Move(old, new, "module")

    def call(self, *arguments):
        command = [str(self.rehome), *arguments]
        return subprocess.run(command, cwd=self.tree, capture_output=True, encoding="utf-8", timeout=300)

    def report(self, command):
        done = self.call(command, "--format", "json", ".")
        if done.returncode not in (0, 1):
            raise RuntimeError(f"rehome {command}: {done.returncode} {done.stderr[-2000:]}")
        return json.loads(done.stdout)

    def apply(self):
        self.applied = self.report("apply")
        summary = self.applied["summary"]
        result = self.result
        result.files, result.held, result.left = (summary[key] for key in ("files_changed", "held", "left"))
        result.references = summary["imports"] + summary["usages"] + summary["strings"]
        if not result.files:
            self.fault("nothing is moved")
        return result.files

    def reports(self):
        """The places that a second run leaves to the user, and the files that it cannot read whole."""
        files = self.report("preview")["files"]
        unread = {file["path"] for file in files if file["problems"]}
        return unread | {
            f"{file['path']}:{line}"
            for file in files
            for finding in file["findings"]
            if finding["status"] != "applied"
            for site in finding["sites"]
            for line in range(site["line"], site["end_line"] + 1)
        }

    def format(self):
        """How many of the files that rustfmt left alone it leaves alone now."""
        edition = self.crate["edition"]
        changed = {path for path, state in self.migrated.items() if self.first.get(path) != state}
        clean = {path for path in changed if path.endswith(".rs")} - self.unclean
        now = clean & unclean(self.tree, edition)
        self.result.clean, self.result.still_clean = len(clean), len(clean) - len(now)
        self.result.unformatted = {path: cause(self.tree, edition, path) for path in sorted(now)}

    def leftovers(self):
        return leftovers.found(self.tree, self.crate["edition"], self.moves, self.name.replace("-", "_"))

    def renamed(self, text):
        for old, new in self.own:
            text = text.replace(old, new)
        return text

    def count(self):
        """What another parser still finds, and nobody was told."""
        now, _ = self.leftovers()
        for line, count in sorted(now.items()):
            place = line.split(": ")[0]
            if self.reported.isdisjoint((place, place.rsplit(":", 1)[0])) and not any(entry in line for entry in self.crate.get("stays", [])):
                self.result.missed += count
                self.fault(f"left, and not reported: {line}")
        for line in self.adrift():
            self.fault(f"leads nowhere now: {line}")

    def adrift(self):
        """Names that nothing binds any longer, by file."""
        ours = {part for move in self.moves for part in (move.new.split("::")[0], move.new.split("::")[-1])}
        was = {self.renamed(line) for line in self.dangling}
        now = self.leftovers()[1]
        return sorted(line for line in now if line not in was and line.split(": ")[1] not in ours)

    def poison(self):
        """Makes the old paths disappear: a crate that lacks them takes the other's place."""
        manifest_file = self.tree / "Cargo.toml"
        if self.chosen in ("names", "modules", "items") and "kit" not in manifest_file.read_text():
            self.fault("Cargo.toml does not depend on the new crate")
            with manifest_file.open("a") as file:
                for table in ("dependencies", "build-dependencies"):
                    file.write(f'\n[{table}.kit]\nversion = "{KIT[1]}"\n')
        if self.chosen in STD_SETS:
            home = corpus.made(f"{self.place}/poison-std", poison.poison(self.moves, "std"))
            with manifest_file.open("a") as file:
                for table in ("dependencies", "build-dependencies"):
                    file.write(f'\n[{table}.std]\npackage = "poison-std"\npath = "{home}"\n')
        for library, package in self.foreign().items():
            home = crates.poisoned(self.place, self.moves, library, package, self.known)
            if not crates.replace(manifest_file, package, home):
                self.fault(f"Cargo.toml does not depend on {package}")
        for move in self.moves:
            # The whole crate is gone with its dependency.
            if self.chosen == "crates" and f"dependencies.{move.old}]" in manifest_file.read_text():
                self.fault(f"Cargo.toml still depends on {move.old}")
                return False
        return True

    def compare(self):
        """The same warnings, and the same outcome of every test."""
        check = checked(self.tree, self.crate, self.config)
        if check.errors:
            wrong = [(place, text) for place, text in check.errors if RESOLUTION.search(text)] or check.errors
            # What follows from a path that leads nowhere may be said further down in the file.
            files = {place.rsplit(":", 1)[0] for place in self.reported}
            told = all(
                place in self.reported or not RESOLUTION.search(text) and place.rsplit(":", 1)[0] in files
                for place, text in wrong
            )
            if not told:
                for place, text in check.errors:
                    self.fault(f"{place}: {text}")
                return
            # What is reported still needs the old paths.
            self.put_back()
            check = checked(self.tree, self.crate, self.config)
            for place, text in check.errors:
                self.fault(f"with the old paths: {place}: {text}")
            if check.errors:
                return
        before = Counter({(self.renamed(file), code): count for (file, code), count in self.was.check.warnings.items()})
        expected = [tuple(one.split()) for one in self.crate.get("warnings", [])]
        for (file, code), count in sorted((check.warnings - before).items()):
            # Beside a dependency that is called `std`, `extern crate std;` is one too many.
            ours = code == "unused_extern_crates" and self.chosen in STD_SETS
            if not ours and (self.chosen, file, code) not in expected:
                self.fault(f"{count} new warnings in {file}: {check.texts[file, code]}")
        if self.was.test is None:
            return
        test = tested(self.tree, self.crate, self.config)
        self.result.tests = test.passed
        was = Counter()
        for key, count in self.was.test.tests.items():
            was[tuple(map(self.renamed, key))] += count
        now = Counter()
        for key, count in test.tests.items():
            now[tuple(map(self.renamed, key))] += count
        for key in sorted((was - now) + (now - was)):
            self.fault(f"{' '.join(key)}: {was[key]} before, {now[key]} after")
        if was != now:
            self.fault(test.said)

    def leave_out(self):
        """One reference left out must be seen: by the compiler, or by the other parser."""
        if self.result.faults:
            return
        edits = {}
        for file in self.applied["files"]:
            made = [edit for one in file["findings"] if one["status"] == "applied" for edit in one["edits"]]
            edits[file["path"]] = made
        choices = [
            (file["path"], site)
            for file in self.applied["files"]
            if file["path"].endswith(".rs")
            for finding in file["findings"]
            if finding["status"] == "applied"
            for site in finding["sites"]
            # What prose names, nobody follows.
            if site["code"] != "RH003" and any(touches(edit, site) for edit in edits[file["path"]])
        ]
        random.Random(f"{self.name} {self.chosen}").shuffle(choices)
        for path, site in choices:
            # An import of a module that only goes, for want of users, is no reference of its own.
            if self.says_old(path, site, site):
                left_out = [edit for edit in edits[path] if touches(edit, site)]
                break
        else:
            # A group of imports changes before its names, all of them at once.
            path, site, left_out = next(self.groups(), (None, None, None))
        if not left_out:
            self.result.oracle = "nothing to leave out"
            return
        text = self.first[path][0].decode()
        target = self.tree / path
        whole = target.read_bytes().decode()
        if edited(text, edits[path]) != whole:
            self.fault(f"the edits of the report do not give {path}")
            return
        target.write_text(edited(text, [edit for edit in edits[path] if edit not in left_out]))
        if self.leftovers()[0] or self.adrift():
            self.result.oracle = "seen by the parser"
        if checked(self.tree, self.crate, self.config).errors:
            self.result.oracle = "seen by the compiler"
        if not self.result.oracle:
            self.fault(f"the reference at {path}:{site['line']} is left out, and nobody sees it")
        target.write_text(whole)

    def groups(self):
        """Findings of code, each with those of its edits that change an old name."""
        for file in self.applied["files"]:
            path = file["path"]
            for finding in file["findings"]:
                site = finding["sites"][0]
                if path.endswith(".rs") and finding["status"] == "applied" and site["code"] != "RH003":
                    changed = [edit for edit in finding["edits"] if self.says_old(path, edit, site)]
                    if changed:
                        yield path, site, changed

    def says_old(self, path, place, site):
        """Whether the old name of what a site is about stood at a place."""
        text = self.first[path][0].decode()
        start, end = span(text, place)
        return site["from"].rsplit("::", 1)[-1] in text[start:end]

    def put_back(self):
        for path in ("Cargo.toml", "Cargo.lock"):
            if path in self.migrated:
                (self.tree / path).write_bytes(self.migrated[path][0])

    def again(self):
        """A second run has nothing to do."""
        summary = self.report("preview")["summary"]
        if summary["files_changed"]:
            self.fault(f"a second run would change {summary['files_changed']} files")

    def undo(self):
        for path in ("Cargo.lock",):
            if path in self.first:
                (self.tree / path).write_bytes(self.first[path][0])
        done = self.call("undo")
        now = corpus.files(self.tree)
        if done.returncode != 0 or now != self.first:
            differ = sorted(path for path in now.keys() | self.first.keys() if now.get(path) != self.first.get(path))
            self.fault(f"undo does not give back {differ[:5]}: {done.stderr}")


def touches(edit, site):
    start, end = (edit["line"], edit["column"]), (edit["end_line"], edit["end_column"])
    return start < (site["end_line"], site["end_column"]) and (site["line"], site["column"]) < end


def span(text, place):
    """Where something of a report begins and ends in a text."""
    starts = [0, *(found.end() for found in re.finditer("\n", text))]
    lines = (place["line"], place["column"]), (place["end_line"], place["end_column"])
    return tuple(starts[line - 1] + column - 1 for line, column in lines)


def edited(text, edits):
    """The text with the edits of a report made."""
    for start, end, new in sorted(((*span(text, edit), edit["text"]) for edit in edits), reverse=True):
        text = text[:start] + new + text[end:]
    return text
