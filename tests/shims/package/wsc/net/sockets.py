"""Another one, which nothing imports."""

OPEN = True
