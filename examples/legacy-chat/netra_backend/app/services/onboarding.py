"""A new user's first minute; half of it knows the canonical path already."""

from netra_backend.app.websocket_core.sockets import Socket
from netra_backend.app.websocket_core.unified_manager import UnifiedWebSocketManager
from netra_backend.app.websocket_core.websocket_manager import WebSocketManager, open_manager


async def welcome(user_id: str, socket: Socket) -> int:
    async with open_manager(user_id, socket) as manager:
        return await tour(manager) + await manager.send("welcome")


async def tour(manager: WebSocketManager) -> int:
    if type(manager) is not UnifiedWebSocketManager:
        return 0
    return await manager.send("tour", steps=3)
