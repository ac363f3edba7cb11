"""Somebody is typing."""


async def typing_started(user_id: str) -> int:
    from netra_backend.app.websocket_core.manager import UnifiedWebSocketManager

    return await UnifiedWebSocketManager(user_id).send("typing")
