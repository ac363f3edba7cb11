#!/usr/bin/env python3
"""Made programs behave after `rehome apply` as they did before.

Each kind of program is generated from a seed, run, migrated by the real binary, and run again: what
it records must be the same. The generators know nothing of how the tool works.

    tests/behaviour/run.py --rehome target/debug/rehome
    tests/behaviour/run.py --rehome … --only scopes --seed 7 --count 5000   # to search for more
"""

import argparse
import random
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True

import formats  # noqa: E402
import packages  # noqa: E402
import scopes  # noqa: E402

#: Each kind with how many programs `./test` makes of it.
KINDS = {"scopes": (scopes, 600), "packages": (packages, 60), "formats": (formats, 400)}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rehome", type=Path, required=True, help="the binary")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, help="programs of each kind")
    parser.add_argument("--only", choices=KINDS, action="append")
    arguments = parser.parse_args()
    rehome = arguments.rehome.resolve()
    passed = failed = 0
    for kind in arguments.only or KINDS:
        module, count = KINDS[kind]
        chance = random.Random(f"{kind} {arguments.seed}")
        with tempfile.TemporaryDirectory() as directory:
            compared, faults = module.check(
                chance, arguments.count or count, Path(directory), rehome
            )
        for fault in faults[:3]:
            print(f"FAILED {kind}, seed {arguments.seed}: {fault}\n")
        print(f"{kind}: {compared} compared, {len(faults)} different", flush=True)
        # A generator that makes nothing comparable proves nothing.
        if faults or not compared:
            failed += 1
        else:
            passed += 1
    print(f"behaviour: {passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
