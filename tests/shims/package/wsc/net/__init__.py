"""A package that moved."""

from wsc.net.frames import Frame
from wsc.net.pack import pack

__all__ = ["Frame", "pack"]
