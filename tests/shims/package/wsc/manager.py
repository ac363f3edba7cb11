"""The canonical module: what the shims lead to."""

from __future__ import annotations

from typing import Generic, TypeVar

T = TypeVar("T")
__version__ = "4"

LIMIT = 8
SETTINGS: dict[str, bool] = {}
counter = 0
_secret = "s3cret"


class Manager:
    """Holds connections."""

    def __init__(self, url: str = "") -> None:
        self.url = url


class Box(Generic[T]):
    """Holds one thing."""

    def __init__(self, content: T) -> None:
        self.content = content


def connect(url: str = "ws://", *, limit: int = 3) -> Manager:
    """A manager that is connected."""
    return Manager(url)


async def connect_later(url: str = "ws://") -> Manager:
    """The same, when it is awaited."""
    return Manager(url)


def bump() -> int:
    """Rebinds a global of this module."""
    global counter
    counter += 1
    return counter


if __name__ == "__main__":
    print("canonical ran as", __name__)
