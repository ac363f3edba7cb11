"""A module that answers for names of its own; it has the lines that `rehome shim` prints."""

from wsc._moved import moved_names as _moved_names

_moved_name = _moved_names(
    "wsc.answers",
    names={
        "Gone": "wsc.manager:Manager",
    },
    since="0.2.0",
)


def __getattr__(name: str) -> object:
    if name in ("Gone",):
        return _moved_name(name)
    if name == "lazy":
        return "made when it is asked for"
    raise AttributeError(name)
