"""A module of the name of the function that it took from its package."""

__all__ = ["STEP", "tock"]

STEP = 60


def tock() -> int:
    return STEP
