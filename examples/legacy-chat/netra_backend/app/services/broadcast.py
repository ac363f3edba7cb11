"""One event to many users."""

import netra_backend.app.websocket_core.unified_manager


async def broadcast(users: list[str], event: str) -> int:
    reached = 0
    for user_id in users:
        manager = netra_backend.app.websocket_core.unified_manager.UnifiedWebSocketManager(user_id)
        reached += await manager.send(event)
    return reached
