"""A module that is called otherwise now, of which the package gives a name on."""


def calm() -> int:
    return 1
