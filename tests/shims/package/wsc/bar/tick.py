"""A module of the name that is lost."""

WIDTH = 80
