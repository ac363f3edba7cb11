"""A package that moved."""

from wsc.net.frames import Frame

__all__ = ["Frame"]
