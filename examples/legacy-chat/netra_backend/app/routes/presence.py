"""Tell a user who is there."""

from netra_backend.app.websocket_core.unified_manager import UnifiedWebSocketManager as WebSocketManager


async def announce(manager: WebSocketManager, online: list[str]) -> int:
    return await manager.send("presence", online=sorted(online))


async def greet(user_id: str, make: type[WebSocketManager] = WebSocketManager) -> WebSocketManager:
    manager = make(user_id)
    await manager.send("hello")
    return manager


def invisible(user_id: str) -> WebSocketManager:
    return WebSocketManager(user_id)
