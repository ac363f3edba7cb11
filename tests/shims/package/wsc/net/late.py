"""One whose name changed as well."""

OPEN = True
