"""A package that moved, and imports its modules: what moved in those is theirs alone."""

from wsc.kit import isodates
from wsc.kit import text as text
from wsc.kit.deep import calm as calm

WEEK = isodates.WEEK
