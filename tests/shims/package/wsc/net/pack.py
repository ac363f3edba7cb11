"""A module that is called like what it defines."""

WIDTH = 80


def pack() -> int:
    """Takes its name in the package."""
    return WIDTH
