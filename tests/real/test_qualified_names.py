"""The checker finds every kind of mistake that a codemod can make; and none where there is none."""

import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from qualified_names import compare, read

MOVES = {"legacy.ws.Old": "modern.ws.New", "json": "facade.js"}


def faults(before, after):
    """What the checker says of two trees, given as texts by file name."""
    trees = []
    with tempfile.TemporaryDirectory() as scratch:
        for side, files in (("before", before), ("after", after)):
            root = Path(scratch) / side
            for name, text in files.items():
                path = root / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
            trees.append(read(root))
    return compare(*trees, MOVES)


class Checker(unittest.TestCase):
    def right(self, before, after):
        self.assertEqual(faults({"a.py": before}, {"a.py": after}), [])

    def wrong(self, before, after):
        self.assertNotEqual(faults({"a.py": before}, {"a.py": after}), [])

    def test_a_right_move_is_right(self):
        self.right(
            "from legacy.ws import Old\nclass A(Old):\n    x: 'Old' = [Old for _ in Old]\n",
            "from modern.ws import New\nclass A(New):\n    x: 'New' = [New for _ in New]\n",
        )
        self.right("import json\njson.dumps(1)\n", "import facade.js\nfacade.js.dumps(1)\n")
        self.right("import json\njson.dumps(1)\n", "import facade.js as json\njson.dumps(1)\n")
        self.right("from legacy.ws import *\nOld()\n", "from legacy.ws import *\nfrom modern.ws import New\nNew()\n")

    def test_nothing_changed_is_right(self):
        self.right("from legacy.ws import Old\nOld()\n", "from legacy.ws import Old\nOld()\n")

    def test_another_target_is_seen(self):
        self.wrong("from legacy.ws import Old\nOld()\n", "from modern.ws import Newer as Old\nOld()\n")

    def test_a_use_that_was_missed_is_seen(self):
        self.wrong("from legacy.ws import Old\nOld(), Old\n", "from modern.ws import New\nNew(), Old\n")
        self.wrong("from legacy.ws import Old\nx: 'Old'\n", "from modern.ws import New\nx: 'Old'\n")

    def test_a_shadowed_name_that_was_renamed_is_seen(self):
        self.wrong(
            "from legacy.ws import Old\ndef f(Old):\n    return Old\nOld()\n",
            "from modern.ws import New\ndef f(Old):\n    return New\nNew()\n",
        )

    def test_a_captured_name_is_seen(self):
        self.wrong(
            "from legacy.ws import Old\ndef f(New):\n    return Old\n",
            "from modern.ws import New\ndef f(New):\n    return New\n",
        )
        self.wrong("from legacy.ws import Old\nNew = 1\nOld\n", "from modern.ws import New\nNew = 1\nNew\n")

    def test_a_name_in_a_nested_scope_is_seen(self):
        self.wrong(
            "def f():\n    from legacy.ws import Old\n    def g():\n        return Old\n",
            "def f():\n    from modern.ws import New\n    def g():\n        return Old\n",
        )

    def test_a_name_that_others_ask_for_must_stay(self):
        user = "from a import Old\nOld()\n"
        before = {"a.py": "from legacy.ws import Old\n", "b.py": user}
        gone = {"a.py": "from modern.ws import New\n", "b.py": user}
        kept = {"a.py": "from modern.ws import New as Old\n", "b.py": user}
        self.assertNotEqual(faults(before, gone), [])
        self.assertEqual(faults(before, kept), [])

    def test_a_thing_that_is_given_on_may_come_from_its_origin(self):
        facade = "from legacy.ws import Old\n"
        before = {"a.py": facade, "b.py": "import a\na.Old()\n"}
        after = {"a.py": "from modern.ws import New as Old\n", "b.py": "import modern.ws\nmodern.ws.New()\n"}
        other = {"a.py": facade, "b.py": "import modern.ws\nmodern.ws.Newer()\n"}
        self.assertEqual(faults(before, after), [])
        self.assertNotEqual(faults(before, other), [])

    def test_a_name_in_all_must_stay(self):
        self.wrong(
            "from legacy.ws import Old\n__all__ = ['Old']\n",
            "from modern.ws import New\n__all__ = ['Old']\n",
        )

    def test_broken_code_is_seen(self):
        self.wrong("from legacy.ws import Old\n", "from modern.ws import (New\n")


if __name__ == "__main__":
    unittest.main()
