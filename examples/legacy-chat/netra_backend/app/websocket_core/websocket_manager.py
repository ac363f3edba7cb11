"""The canonical home of the WebSocket manager."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from netra_backend.app.websocket_core.sockets import Socket
from netra_backend.app.websocket_core.unified_manager import (
    UnifiedWebSocketManager as WebSocketManager,
)

__all__ = ["WebSocketManager", "open_manager"]


@asynccontextmanager
async def open_manager(user_id: str, *sockets: Socket) -> AsyncIterator[WebSocketManager]:
    """A manager connected to some sockets, closed at the end of the block."""
    manager = WebSocketManager(user_id)
    try:
        for socket in sockets:
            await manager.connect(socket)
        yield manager
    finally:
        await manager.close()
