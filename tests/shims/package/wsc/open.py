"""What it gives on is put together, and it answers for more."""

from __future__ import annotations

from typing import TypeVar

from typing_extensions import Final

from wsc import about
from wsc.about import *  # noqa: F403
from wsc.parts import Wsc as Wsc

__all__ = ["SHOWN"] + about.__all__  # pyright: ignore[reportUnsupportedDunderAll]

S = TypeVar("S")
SHOWN: Final = 1
HIDDEN = 2


def __getattr__(name: str) -> list[int]:
    if name == "made":
        return [1, 2]
    raise AttributeError(name)
