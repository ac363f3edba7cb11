"""A module that makes a name when it is asked for it."""

from __future__ import annotations


def __getattr__(name: str) -> list[int]:
    if name == "made":
        return [1, 2]
    raise AttributeError(name)
