"""Uses legacy paths, and what a type checker says of it: only of a function that is declared."""

from typing import List

import wsc.names
import wsc.unified
from wsc import live
from wsc.live import KEPT, Gone
from wsc.manager import Manager
from wsc.metadata import __title__, __version_info__
from wsc.names import OLD_LIMIT, Old, OldBox
from wsc.old_net import Frame, plugs
from wsc.old_net.frames import Frame as SameFrame
from wsc.unified import UnifiedManager, connect, open_ws
from wsc.unified import _secret  # pyright: ignore[reportPrivateUsage]

number: int = OLD_LIMIT + KEPT
text: str = _secret + wsc.unified.__version__ + __title__
major: int = __version_info__[0]


def same(manager: Manager) -> UnifiedManager:
    """The two names are one class."""
    return manager


def opened(url: str) -> Old:
    """What a function gives is known."""
    manager: Gone = open_ws(url)
    return same(manager)


class Mine(UnifiedManager):
    """A legacy name can be subclassed."""


managers: List[Manager] = [Mine(), opened("ws://"), connect()]
managers.append(wsc.names.open_it(limit=1))  # says: deprecated
managers.append(live.open_it(limit=1))  # says: deprecated


async def waits() -> Manager:
    """What is awaited is known."""
    return await wsc.names.open_later()  # says: deprecated


is_open: bool = plugs.OPEN
box: OldBox[int] = OldBox(1)
frame: Frame = SameFrame()
wsc.unified.nonsense  # says: attr-defined
open_ws(1)  # says: arg-type
