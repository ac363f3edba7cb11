"""A package in it."""

from .quiet import calm as calm
