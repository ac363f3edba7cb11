"""What an assignment cannot repeat: type variables, generic aliases, what is final."""

from __future__ import annotations

from typing import Callable, Dict, Generic, List, Tuple, TypeVar, Union

from typing_extensions import Final, ParamSpec, TypeVarTuple

T = TypeVar("T")
P = ParamSpec("P")
Ts = TypeVarTuple("Ts")
Pairs = List[Tuple[str, T]]
Callback = Callable[P, T]
Nested = Union[int, Dict[str, "Nested"]]
WIDTH: Final = 16
_hidden = "h"


class Wsc(Generic[T]):
    """What the name of its package holds."""

    def __init__(self, held: T) -> None:
        self.held: T = held


def opened(held: T) -> Wsc[T]:
    """A function of which no signature is told."""
    return Wsc(held)


wsc = Wsc("w")


def deprecated(level: int) -> int:
    """Called like what a stub imports."""
    return level
