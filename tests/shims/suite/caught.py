"""What the tests of shims look at: warnings, and the lines that they are to name."""

import os
import sys
import warnings


class Caught:
    """The warnings of a block, each as its file, its line and its text."""

    def __init__(self):
        self._file = os.path.abspath(sys._getframe(1).f_code.co_filename)

    def __enter__(self):
        self._caught = warnings.catch_warnings(record=True)
        self.list = self._caught.__enter__()
        warnings.simplefilter("always")
        return self

    def __exit__(self, *exc):
        self._caught.__exit__(*exc)

    def lines(self):
        moved = [one for one in self.list if one.category.__name__ == "MovedWarning"]
        assert all(os.path.abspath(one.filename) == self._file for one in moved), self.list
        return sorted({one.lineno for one in moved})

    def texts(self):
        return [str(one.message) for one in self.list]


def here(offset=0):
    """The line of the caller, and so many further down."""
    return sys._getframe(1).f_lineno + offset
