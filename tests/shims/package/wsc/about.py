"""A module of nothing but names with two underscores."""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = ["__title__", "__version__"]
__title__ = "wsc"
__version__ = "4"
__version_info__ = (4, 0)
__test__: dict[str, str] = {}

size: int = 1

if not TYPE_CHECKING:

    def __getattr__(name: str) -> int:
        """Of which type checkers do not know."""
        raise AttributeError(name)
