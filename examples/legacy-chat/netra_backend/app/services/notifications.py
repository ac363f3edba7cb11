"""Notifications: events that nobody asked for."""

from netra_backend.app.websocket_core import ConnectionState, UnifiedWebSocketManager


async def notify(manager: UnifiedWebSocketManager, text: str) -> bool:
    """Whether anybody was there to be notified."""
    if any(connection.state is ConnectionState.OPEN for connection in manager.connections):
        await manager.send("notification", text=text)
        return True
    return False
