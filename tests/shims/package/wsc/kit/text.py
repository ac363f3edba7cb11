"""A module with a name that is called otherwise now."""

TRIMMED = 3


def slugify(text: str) -> str:
    return text.lower()
