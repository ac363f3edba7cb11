"""A user's code against legacy paths of Python, in each form; how often each is warned.

`# says: deprecated` marks a line of which a type checker says so: a call of a function with a signature.
"""

FORMS = {
    "plain": (1, """\
from websocket_core.unified_manager import UnifiedWebSocketManager

made = UnifiedWebSocketManager("plain")
"""),
    "renamed": (2, """\
from websocket_core.unified_manager import (
    LIMIT,
    UnifiedWebSocketManager as Manager,  # ours
)

made = [Manager("renamed")] * LIMIT
"""),
    "chained": (2, """\
import websocket_core.unified_manager


def made() -> websocket_core.unified_manager.UnifiedWebSocketManager:
    return websocket_core.unified_manager.open_ws("chained")  # says: deprecated
"""),
    "module_renamed": (3, """\
import websocket_core.unified_manager as old

made = old.UnifiedWebSocketManager("module renamed")
secret: str = old._secret  # pyright: ignore[reportPrivateUsage]
limit = old.LIMIT
"""),
    "from_package": (1, """\
from websocket_core import unified_manager


def bumped() -> int:
    return unified_manager.bump()
"""),
    "late": (1, """\
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from websocket_core.unified_manager import UnifiedWebSocketManager


def made() -> "UnifiedWebSocketManager":
    from websocket_core import unified_manager as old

    return old.UnifiedWebSocketManager("late")
"""),
    "in_a_string": (1, """\
import typing

import websocket_core.unified_manager


def same(it: "websocket_core.unified_manager.UnifiedWebSocketManager") -> None:
    pass


kind: object = typing.get_type_hints(same)["it"]
"""),
    "subclass": (1, """\
from websocket_core.unified_manager import UnifiedWebSocketManager


class Mine(UnifiedWebSocketManager):
    pass


made: UnifiedWebSocketManager = Mine("subclass")
"""),
    "fallback": (1, """\
try:
    from websocket_core.unified_manager import LIMIT as found
except ImportError:
    found = 0

limit = found
"""),
    "given_on": (1, """\
from websocket_core.unified_manager import UnifiedWebSocketManager

__all__ = ["UnifiedWebSocketManager"]
"""),
    "taken_again": (0, """\
from user.given_on import UnifiedWebSocketManager

made = UnifiedWebSocketManager("taken again")
"""),
    "star": (2, """\
from websocket_core.old_net.frames import *  # pyright: ignore[reportWildcardImportFromLibrary]

size = framed(5).size + Frame.size
"""),
    "package": (4, """\
import websocket_core.old_net
from websocket_core.old_net import frames
from websocket_core.old_net import Frame
from websocket_core.old_net.frames import Frame as Same

size = websocket_core.old_net.Frame.size + frames.framed(1).size
is_same = Frame is Same
"""),
    "alive": (2, """\
from websocket_core import live
from websocket_core.live import KEPT, Gone

made = [Gone("alive"), live.Gone("alive")] * KEPT
"""),
    "looked_up": (2, """\
import importlib
import sys
from typing import Any

old: Any = importlib.import_module("websocket_core.unified_manager")
made: Any = old.open_ws("looked up")
limit: Any = getattr(sys.modules["websocket_core.unified_manager"], "LIMIT")
"""),
    "named": (2, """\
import pkgutil
import runpy
from typing import Any

opened: Any = pkgutil.resolve_name("websocket_core.unified_manager:open_ws")
made: Any = opened("named")
limit: object = runpy.run_module("websocket_core.unified_manager")["LIMIT"]
"""),
    "configured": (1, """\
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

text = (Path(__file__).parent / "plugins.toml").read_text()
value = text.split('"')[1]
made: Any = EntryPoint("opened", value, "plugins").load()("configured")
"""),
    "patched": (3, """\
from unittest import mock

from websocket_core import websocket_manager
import websocket_core.unified_manager as old


def canonical(name: str) -> object:
    return getattr(websocket_manager, name)


@mock.patch("websocket_core.unified_manager.open_ws", return_value=None)
def decorated(patched: mock.Mock) -> bool:
    return canonical("connect") is patched


def with_block() -> bool:
    with mock.patch("websocket_core.unified_manager.UnifiedWebSocketManager") as patched:
        return canonical("WebSocketManager") is patched


def of_an_object() -> bool:
    with mock.patch.object(old, "LIMIT", 1):
        return canonical("LIMIT") == 1
"""),
    "set": (1, """\
from websocket_core import websocket_manager
import websocket_core.unified_manager as old

old.counter = 7
counter = websocket_manager.counter
"""),
}

#: What no look at the text finds: what was recorded tells of it, and it is left to the user.
PUT_TOGETHER = """\
import importlib
from typing import Any

parts = ["websocket_core", "unified_manager"]
old: Any = importlib.import_module(".".join(parts))
made: Any = old.UnifiedWebSocketManager("put together")
"""

#: The same by the user's own hand.
BY_HAND = PUT_TOGETHER.replace("unified_manager", "websocket_manager").replace("Unified", "")

FORMS["put_together"] = (1, PUT_TOGETHER)

CONFIGURATION = {
    "user/plugins.toml": 'opened = "websocket_core.unified_manager:open_ws"\n',
}

MAIN = """\
from user import (
    alive,
    chained,
    configured,
    fallback,
    from_package,
    in_a_string,
    late,
    looked_up,
    module_renamed,
    named,
    package,
    patched,
    plain,
    put_together,
    renamed,
    set as user_set,
    star,
    subclass,
    taken_again,
)

names = [
    plain.made.name,
    renamed.made[0].name,
    chained.made().name,
    module_renamed.made.name,
    late.made().name,
    subclass.made.name,
    taken_again.made.name,
    alive.made[1].name,
    looked_up.made.name,
    named.made.name,
    configured.made.name,
    put_together.made.name,
]
assert names == [
    "plain",
    "renamed",
    "chained",
    "module renamed",
    "late",
    "subclass",
    "taken again",
    "alive",
    "looked up",
    "named",
    "configured",
    "put together",
], names
assert len(renamed.made) == module_renamed.limit == fallback.limit == looked_up.limit == named.limit == 16
assert module_renamed.secret == "s3cret" and user_set.counter == 7 and from_package.bumped() == 8
assert in_a_string.kind is type(plain.made)
assert star.size == 9 and package.size == 5 and package.is_same
assert patched.decorated() and patched.with_block() and patched.of_an_object()
print("all is as it was")
"""
