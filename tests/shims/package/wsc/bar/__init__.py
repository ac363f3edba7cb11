"""A package that lost a name which a module of it has, too."""

from wsc.bar import spin as _spin

FULL = _spin.FULL
