#!/usr/bin/env python3
"""Small programs, written to be hard to migrate, compile after `rehome apply` where the legacy paths are gone.

Each case of cases/ is compiled against crates that have the legacy paths, migrated, and compiled
against crates that lack them, under every cfg it names; what it prints must be the same. A case that
passes without being migrated proves nothing and is refused, unless it is a near miss, of which no
byte may change.

    tests/compile/run.py --rehome target/debug/rehome
    tests/compile/run.py --rehome … --case NAME --diff
    tests/compile/run.py                                 # the cases alone, without a migration
"""

import argparse
import difflib
import json
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.dont_write_bytecode = True

from case import Case, Files, cases, empty_groups, read  # noqa: E402
import made  # noqa: E402
from crates import OPEN, POISONED, Package, Verdict, build  # noqa: E402


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rehome", type=Path, help="the binary; without it the cases alone are checked")
    parser.add_argument("--case", action="append", help="only this one")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--made", type=int, default=0, help="so many programs made from the seed as well")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--diff", action="store_true", help="shows what a failing case became")
    arguments = parser.parse_args()
    rehome = arguments.rehome and arguments.rehome.resolve()
    chosen = cases(arguments.case) if arguments.case or not arguments.made else []
    failed = 0
    with tempfile.TemporaryDirectory() as directory:
        scratch = Path(directory)
        (scratch / "crates").mkdir()
        build(scratch / "crates")
        chosen += made.cases(scratch / "made", arguments.seed, arguments.made)
        with ThreadPoolExecutor(arguments.jobs) as pool:
            checks = pool.map(lambda case: Check(case, scratch, rehome).run(), chosen)
            for case, check in zip(chosen, checks):
                if check.faults:
                    failed += 1
                    print(f"FAILED {case.name}: " + "\n    ".join(check.faults), flush=True)
                    if arguments.diff or arguments.case:
                        print(check.diff(), flush=True)
    print(f"compile: {len(chosen) - failed} passed, {failed} failed")
    return 1 if failed or not chosen else 0


class Check:
    """One case on its way."""

    def __init__(self, case: Case, scratch: Path, rehome: Path | None) -> None:
        self.case = case
        self.scratch = scratch / case.name
        self.root = self.scratch / "package"
        self.package = Package(self.root, case.edition, scratch / "crates")
        self.rehome = rehome
        self.faults: list[str] = []
        self.before: Files = {}
        self.after: Files = {}
        self.attempts = 0

    def run(self) -> "Check":
        case = self.case
        case.lay_out(self.root)
        self.before = read(self.root)
        opened = self.verdicts(OPEN, run=True)
        if not case.broken:
            self.compiles("open, before", opened)
        self.check_wording_of_case()
        if case.near_miss:
            self.compiles("poisoned, as it is", self.verdicts(POISONED, run=False))
        elif not case.left and not case.broken:
            self.check_that_it_needs_migration(opened)
        if case.formatted:
            self.check_format("before")
        if self.rehome and not self.faults:
            self.migrate(opened)
        shutil.rmtree(self.scratch)
        return self

    def verdicts(self, variant: str, run: bool) -> list[Verdict]:
        """One for each set of cfgs, and one of rustdoc."""
        all_verdicts = []
        for index, cfg in enumerate(self.case.cfgs):
            self.attempts += 1
            out = self.scratch / f"out{self.attempts}"
            all_verdicts.append(self.package.compile(variant, out, cfg, run))
            if self.case.docs and index == 0:
                all_verdicts.append(self.package.document(variant, out, cfg))
        return all_verdicts

    def compiles(self, when: str, verdicts: list[Verdict]) -> bool:
        errors = [
            f"{when}: {target} does not compile\n{error}"
            for verdict in verdicts
            for target, error in verdict.errors.items()
        ]
        self.faults += errors
        return not errors

    def check_wording_of_case(self) -> None:
        """A string that is absent or present from the start proves nothing."""
        texts = [text.decode("utf-8", errors="replace") for path, text in self.before.items() if path != "rehome.toml"]
        for what in [*self.case.absent, *self.case.kept]:
            if not any(what in text for text in texts):
                self.faults.append(f"the case itself lacks {what!r}")
        for what in self.case.present:
            if any(what in text for text in texts):
                self.faults.append(f"the case itself has {what!r} already")

    def check_that_it_needs_migration(self, opened: list[Verdict]) -> None:
        poisoned = self.verdicts(POISONED, run=False)
        for number, (before, after) in enumerate(zip(opened, poisoned)):
            if after.errors:
                continue
            if self.case.absent or self.case.present:
                continue
            self.attempts += 1
            # A constant that is gone makes a pattern that catches all: it compiles, and prints otherwise.
            if not self.case.docs and self.case.cfgs[number:]:
                out = self.scratch / f"out{self.attempts}"
                again = self.package.compile(POISONED, out, self.case.cfgs[number], run=True)
                if again.printed != before.printed:
                    continue
            self.faults.append("it compiles without a migration where the legacy paths are gone")

    def migrate(self, opened: list[Verdict]) -> None:
        case = self.case
        report = self.apply()
        if report is None:
            return
        self.after = read(self.root)
        self.check_report(report)
        if case.near_miss:
            if self.after != self.before:
                self.faults.append("a near miss is changed")
        else:
            left = report["summary"]["held"] + report["summary"]["left"] > 0
            self.check_result(opened, OPEN if case.left or case.may_hold and left else POISONED)
        if empty_groups(self.after) > empty_groups(self.before):
            self.faults.append("a group of a `use` is empty, or has a comma too many")
        self.check_bytes()
        self.check_again_and_undo()

    def check_bytes(self) -> None:
        """Line endings, a byte order mark and the end of the last line are as they were."""
        for path, before in self.before.items():
            after = self.after.get(path, b"")
            for what, of in (
                ("bare line feeds", lambda text: text.count(b"\n") > text.count(b"\r\n")),
                ("a byte order mark", lambda text: text.startswith(b"\xef\xbb\xbf")),
                ("an end of the last line", lambda text: text.endswith(b"\n")),
            ):
                if of(before) != of(after):
                    self.faults.append(f"{path}: {what} came or went")

    def apply(self) -> dict | None:
        done = self.call("apply", "--format", "json", "--allow-dirty")
        if done.returncode not in (0, 1):
            self.faults.append(f"rehome apply exits {done.returncode}: {done.stderr}")
            return None
        return json.loads(done.stdout)

    def call(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.rehome, *arguments], capture_output=True, text=True, cwd=self.root, timeout=120
        )

    def check_report(self, report: dict) -> None:
        said: dict[str, list[str]] = {"applied": [], "held": [], "left": []}
        for file in report["files"]:
            for finding in file["findings"]:
                if {site["code"] for site in finding["sites"]} == {"RH004"}:
                    continue
                # What holds of the whole is said once, and of one place there.
                reason = finding.get("reason")
                if not reason and finding["status"] != "applied":
                    self.faults.append(f"{file['path']}: {finding['status']} without a reason")
                for site in finding["sites"]:
                    why = site.get("reason", reason)
                    if why:
                        said[finding["status"]].append(f"{file['path']}:{site['line']} ({why})")
        undone = [*said["held"], *said["left"]]
        for places, what, have in (
            (self.case.left, "not reported", undone),
            (self.case.noted, "done without a word", [*said["applied"], *undone]),
        ):
            for place in places:
                if not any(one.startswith((f"{place} ", f"{place}:")) for one in have):
                    self.faults.append(f"{what}: {place}")
        places = [*self.case.left, *self.case.noted]
        expected = tuple(f"{place}{end}" for place in places for end in " :")
        if not self.case.may_report and not self.case.may_hold:
            self.faults += [f"not done: {one}" for one in undone if not one.startswith(expected)]

    def check_result(self, opened: list[Verdict], variant: str) -> None:
        case = self.case
        self.faults += case.wording(self.after)
        if case.broken:
            return
        verdicts = self.verdicts(variant, run=True)
        if not self.compiles("after", verdicts):
            return
        for before, after in zip(opened, verdicts):
            for target, printed in before.printed.items():
                if after.printed.get(target) != printed:
                    self.faults.append(f"{target} printed\n{printed}\nand prints\n{after.printed.get(target)}")
            for target, warnings in after.warnings.items():
                more = [code for code in warnings if code not in case.may_warn]
                for code in before.warnings.get(target, []):
                    if code in more:
                        more.remove(code)
                if more:
                    self.faults.append(f"new warnings in {target}: {', '.join(more)}")
        if case.formatted:
            self.check_format("after")

    def check_format(self, when: str) -> None:
        for path in self.before:
            if path.endswith(".rs"):
                rustfmt = ["rustfmt", "--check", "--edition", self.case.edition]
                done = subprocess.run([*rustfmt, self.root / path], capture_output=True, text=True)
                if done.returncode:
                    self.faults.append(f"{when}: rustfmt would change {path}\n{done.stdout}{done.stderr}")

    def check_again_and_undo(self) -> None:
        changed = self.after != self.before
        self.apply()
        if read(self.root) != self.after:
            self.faults.append("a second apply changes something")
            self.call("undo")
        if changed:
            done = self.call("undo")
            if done.returncode:
                self.faults.append(f"rehome undo exits {done.returncode}: {done.stderr}")
            if read(self.root) != self.before:
                self.faults.append("undo does not give back every byte")

    def diff(self) -> str:
        lines: list[str] = []
        for path, text in self.after.items():
            pair = (self.before.get(path, b""), text)
            pair = [text.decode(errors="replace").splitlines() for text in pair]
            lines += difflib.unified_diff(*pair, path, path, lineterm="")
        return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
