"""Uses legacy paths, and what a type checker says of it: only of a function that is declared."""

from typing import Callable, List

from typing_extensions import Literal, Unpack

import wsc.bits
import wsc.metadata
import wsc.names
import wsc.unified
import wsc.was_open
from wsc import live, old_kit, own, pieces
from wsc.bits import WIDTH, Callback, Nested, P, Pairs, T, Ts, deprecated, opened as opened_wsc
from wsc.live import KEPT, Gone
from wsc.live import Pairs as LivePairs, T as LiveT, wsc as live_wsc
from wsc.manager import Manager
from wsc.metadata import __title__, __version_info__
from wsc.names import OLD_LIMIT, Old, OldBox
from wsc.old_net import Frame, plugs
from wsc.old_net.frames import Frame as SameFrame
from wsc.own import OldWsc, wsc as own_wsc
from wsc.pieces import Args, BROAD, Call, Couples, Held, Item, Items, made_it
from wsc.pieces import _secret as hidden  # pyright: ignore[reportPrivateUsage]
from wsc.was_open import HIDDEN, SHOWN, Was, Wsc, made, __title__ as title
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


def first(pairs: Pairs[T], call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> List[T]:
    """Type variables and generic aliases are what they are in the new module."""
    return [pairs[0][1], call(*args, **kwargs)]


def second(pairs: "Couples[Item]", call: Callable[Args, Item], *args: Args.args, **kwargs: Args.kwargs) -> Item:
    """They are by another name as well."""
    return call(*args, **kwargs) if pairs else pairs[0][1]


def third(was: Was) -> Held[Was]:
    """And in a module that is still alive."""
    return opened_wsc(was)


def fourth(pairs: LivePairs[LiveT]) -> LiveT:
    """With an alias of it."""
    return pairs[0][1]


def several(*some: Unpack[Ts]) -> None:
    """A tuple of them."""


def others(*some: Unpack[Items]) -> None:
    """And by another name."""


def called(call: Callback[[int], str], other: Call[[int], str]) -> str:
    """An alias of two of them."""
    return call(1) + other(2)


wide: Literal[16] = WIDTH
broad: Literal[16] = BROAD
shown: Literal[1] = SHOWN
same_class: OldWsc[int] = Wsc(1)
nested: Nested = {"a": {"b": 1}}
text = hidden + own_wsc.held + live_wsc.held + title + wsc.bits._hidden  # pyright: ignore
held: Held[int] = Held(1)
old_held: OldWsc[str] = own_wsc
number = deprecated(1) + opened_wsc(1).held + HIDDEN + SHOWN
own.deprecated(1)  # says: deprecated
manager: Manager = own.open_it()  # says: deprecated
lists: List[int] = made + made_it + wsc.was_open.made
pieces.nonsense  # says: attr-defined
wsc.metadata.nonsense  # says: attr-defined
number = old_kit.iso.WEEK + old_kit.deep.loud.calm() + old_kit.text.TRIMMED + old_kit.calm()
text = old_kit.text.slug("a")
old_kit.text.nonsense  # says: attr-defined
