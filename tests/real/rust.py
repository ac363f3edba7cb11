#!/usr/bin/env python3
"""Migrates pinned crates from the registry, and proves that they do what they did.

    python3 tests/real/rust.py --rehome target/debug/rehome [--small] [--only NAME] [--table docs/proof.md]

docs/proof.md says what must hold. What is fetched, built and made lies below target/real/rust.
"""

import argparse
import hashlib
import json
import sys
import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "rust"))

from corpus import WORK  # noqa: E402
from trial import Result, Trial, before  # noqa: E402

#: The last result of each trial.
RESULTS = WORK / "results"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rehome", type=Path, required=True, help="the binary")
    parser.add_argument("--small", action="store_true", help="the quickest crates")
    parser.add_argument("--quick", action="store_true", help="compile, and run no test")
    parser.add_argument("--only", action="append", help="this crate, or CRATE:SET")
    parser.add_argument("--table", type=Path, help="a document to write the last results of all trials into")
    args = parser.parse_args()
    crates = tomllib.loads((HERE / "crates.toml").read_text())
    passed = failed = 0
    results = []
    binary = hashlib.sha256(args.rehome.read_bytes()).hexdigest()
    for name, crate in crates.items():
        sets = [one for one in crate["sets"] if wanted(args, name, crate, one)]
        if not sets:
            continue
        try:
            was = before(name, crate, args.quick)
        except Exception as error:
            print(f"FAILED {name}: {error}", flush=True)
            failed += 1
            continue
        for chosen in sets:
            trial = Trial(name, crate, chosen, args.rehome.resolve(), was)
            try:
                trial.run()
            except Exception as error:
                trial.fault(str(error))
            results.append(trial.result)
            say(trial.result)
            keep(trial.result, binary, args.quick)
            passed, failed = (passed, failed + 1) if trial.result.faults else (passed + 1, failed)
    if args.table:
        table(crates, args.table, binary)
    print(totals(results))
    print(f"real rust: {passed} passed, {failed} failed")
    return 1 if failed else 0


def wanted(args, name, crate, chosen):
    if args.only:
        return name in args.only or f"{name}:{chosen}" in args.only
    return not args.small or chosen in crate.get("small", [])


TABLE_START, TABLE_END = "<!-- rust table: start -->", "<!-- rust table: end -->"


def keep(result, binary, quick):
    """Keeps a result for the table, with the program that it is of."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    entry = {"binary": binary, "quick": quick, "result": vars(result)}
    (RESULTS / f"{result.crate}-{result.moves}.json").write_text(json.dumps(entry))


def kept(crates):
    """The last result of each trial."""
    for name, crate in crates.items():
        for chosen in crate["sets"]:
            file = RESULTS / f"{name}-{chosen}.json"
            yield name, chosen, json.loads(file.read_text()) if file.exists() else None


def table(crates, file, binary):
    """Writes the last result of each trial into the document, between its marks, and says what is not of this program."""
    entries = list(kept(crates))
    results = [Result(**entry["result"]) for *_, entry in entries if entry]
    lines = [
        "| crate | moves | tests | files changed | references | held | left to the user | other parser, before | after "
        "| rustfmt | oracle |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for one in results:
        differs = " **differs**" if one.faults else ""
        lines.append(
            f"| {one.crate} | {one.moves} | {one.tests}{differs} | {one.files} | {one.references} | {one.held} | {one.left} "
            f"| {one.found} | {one.missed} | {one.still_clean}/{one.clean} | {one.oracle} |"
        )
    head, rest = file.read_text().split(TABLE_START)
    _, tail = rest.split(TABLE_END)
    notes = [
        ("not run", [(name, chosen) for name, chosen, entry in entries if not entry]),
        ("run with another state of the tool", [(*one,) for *one, entry in entries if entry and entry["binary"] != binary]),
        ("compiled, without their tests", [(*one,) for *one, entry in entries if entry and entry["quick"]]),
    ]
    said = [f"{len(of)} of {len(entries)} trials were {what}: {', '.join(map(' '.join, of))}." for what, of in notes if of]
    text = "\n".join([*lines, "", sets(results), totals(results), *said])
    file.write_text(f"{head}{TABLE_START}\n{text}\n{TABLE_END}{tail}")


def sets(results):
    """How many trials of each set pass."""
    counts = {}
    for one in results:
        passed, of = counts.get(one.moves, (0, 0))
        counts[one.moves] = passed + (not one.faults), of + 1
    listed = ", ".join(f"`{name}` {passed} of {of}" for name, (passed, of) in counts.items())
    return f"{len({one.crate for one in results})} crates, {len(results)} trials; passed: {listed}."


def totals(results):
    """What rustfmt says over all, and why not where it does not."""
    clean = sum(one.clean for one in results)
    kept = sum(one.still_clean for one in results)
    causes = [cause for one in results for cause in one.unformatted.values()]
    share = 100 * kept / clean if clean else 100
    return (
        f"Of {clean} changed files that rustfmt left alone before, it leaves {kept} alone after ({share:.1f} %); "
        f"in {causes.count('width')} a name of another length moves a line break, "
        f"in {causes.count('order')} the order differs."
    )


def say(result):
    verdict = "FAILED" if result.faults else "ok"
    print(
        f"{verdict:6} {result.crate} {result.moves}: {result.tests} tests, {result.files} files, "
        f"{result.references} references, {result.held} held, {result.left} left, "
        f"other parser {result.found} to {result.missed}, rustfmt {result.still_clean}/{result.clean}, "
        f"{result.oracle or 'no oracle'}, {result.seconds:.0f} s",
        flush=True,
    )
    for fault in result.faults[:8]:
        print("       " + fault.rstrip().replace("\n", "\n       "), flush=True)
    for path, why in result.unformatted.items():
        print(f"       no longer as rustfmt has it ({why}): {path}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
