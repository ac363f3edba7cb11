"""A module that lost some names, and still has others."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wsc.manager import Box as Typed

KEPT = 1


def typed(box: "Typed[int]") -> int:
    """Names what is there for type checkers alone."""
    return box.content
