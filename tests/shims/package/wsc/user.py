"""Uses the canonical names, as the rest of a program does."""

from __future__ import annotations

from wsc import manager


def dial() -> object:
    return manager.connect("ws://user")


def make() -> object:
    return manager.Manager("made")
