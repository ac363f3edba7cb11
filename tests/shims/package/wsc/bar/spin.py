"""The same, and the package imports it."""

FULL = 8
