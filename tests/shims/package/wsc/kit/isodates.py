"""A module that is called otherwise now."""

WEEK = 7
