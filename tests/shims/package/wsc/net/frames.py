"""A module of the package."""


class Frame:
    """A frame."""
