#!/usr/bin/env python3
"""Moves travel with the package whose paths moved: its users migrate, and nothing breaks.

Real crates and a real environment of Python are built; the users' code is written against the legacy
paths, runs with warnings, is migrated by the real binary, runs without any, and still runs when the
legacy paths are gone.

    tests/travels/run.py --rehome target/debug/rehome
    tests/travels/run.py --rehome … --only wheel --keep   # leaves what it built, and says where
"""

import argparse
import shutil
import sys
import tempfile
import traceback
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import crates  # noqa: E402
import runtime  # noqa: E402
import wheels  # noqa: E402

CHECKS = {
    "crate": crates.by_manifest,
    "warnings": crates.by_warnings,
    "denied": crates.by_warnings_where_they_are_denied,
    "runtime": runtime.own,
    "wheel": wheels.installed,
    "editable": wheels.editable,
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rehome", type=Path, required=True, help="the binary")
    parser.add_argument("--only", choices=CHECKS, action="append")
    parser.add_argument("--keep", action="store_true", help="leaves the built trees")
    arguments = parser.parse_args()
    rehome = arguments.rehome.resolve()
    scratch = Path(tempfile.mkdtemp()).resolve()
    passed = failed = 0
    for name in arguments.only or CHECKS:
        place = scratch / name
        place.mkdir()
        try:
            why = CHECKS[name](rehome, place)
        except Exception as error:
            failed += 1
            trace = "" if isinstance(error, AssertionError) else traceback.format_exc()
            print(f"FAILED {name}: {error}\n{trace}", flush=True)
            continue
        if why:
            print(f"skipped: {name}: {why}", flush=True)
        else:
            passed += 1
    if arguments.keep:
        print(f"left in {scratch}")
    else:
        shutil.rmtree(scratch)
    print(f"travels: {passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
