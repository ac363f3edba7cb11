"""A module that lost one name, and still has others."""

KEPT = 1
