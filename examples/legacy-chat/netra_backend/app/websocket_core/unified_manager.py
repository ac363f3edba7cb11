"""The legacy home of the WebSocket manager.

The class is still defined here, but its canonical path is
``netra_backend.app.websocket_core.websocket_manager.WebSocketManager``.
Code outside this package that asks for the old name gets a DeprecationWarning
that points at its own line.  The other names are at home here, and stay.
"""

import itertools
import json
import sys
import warnings
from dataclasses import dataclass
from enum import Enum
from types import FrameType

from .sockets import Socket

__all__ = [
    "Connection",
    "ConnectionState",
    "UnifiedWebSocketManager",
    "new_connection_id",
]

_numbers = itertools.count(1)


class ConnectionState(Enum):
    OPEN = "open"
    CLOSED = "closed"


@dataclass
class Connection:
    id: str
    socket: Socket
    state: ConnectionState = ConnectionState.OPEN


def new_connection_id(user_id: str) -> str:
    """An id that no other connection of this process has."""
    return f"{user_id}-{next(_numbers)}"


class UnifiedWebSocketManager:
    """The open connections of one user."""

    def __init__(self, user_id: str) -> None:
        self.user_id = user_id
        self._connections: dict[str, Connection] = {}

    @property
    def connections(self) -> tuple[Connection, ...]:
        return tuple(self._connections.values())

    async def connect(self, socket: Socket) -> Connection:
        connection = Connection(new_connection_id(self.user_id), socket)
        self._connections[connection.id] = connection
        return connection

    async def disconnect(self, connection_id: str) -> None:
        connection = self._connections.pop(connection_id, None)
        if connection is not None:
            connection.state = ConnectionState.CLOSED

    async def send(self, event: str, **data: object) -> int:
        """Send an event to every connection; the result says to how many."""
        text = json.dumps({"event": event, **data})
        connections = self.connections
        for connection in connections:
            await connection.socket.send(text)
        return len(connections)

    async def close(self) -> None:
        for connection in self.connections:
            await self.disconnect(connection.id)


# Taken out of the namespace, so that every access goes through `__getattr__`.
_manager_class = globals().pop("UnifiedWebSocketManager")

# These look a name up on somebody else's behalf.
_LOOKUPS = ("_frozen_importlib", "contextlib", "importlib", "pkgutil", "unittest")


def _module_of(frame: FrameType) -> str:
    return frame.f_globals.get("__name__") or ""


def _caller() -> FrameType:
    """The frame that asked for an attribute of this module."""
    frame = sys._getframe(2)
    while frame.f_back and _module_of(frame).partition(".")[0] in _LOOKUPS:
        frame = frame.f_back
    return frame


def __getattr__(name: str) -> object:
    if name != "UnifiedWebSocketManager":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    caller = _caller()
    if not f"{_module_of(caller)}.".startswith(f"{__package__}."):
        warnings.warn_explicit(
            f"{__name__}.{name} is deprecated: "
            f"use {__package__}.websocket_manager.WebSocketManager",
            DeprecationWarning,
            filename=caller.f_code.co_filename,
            lineno=caller.f_lineno,
            module=_module_of(caller),
            registry=caller.f_globals.setdefault("__warningregistry__", {}),
        )
    return _manager_class


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
