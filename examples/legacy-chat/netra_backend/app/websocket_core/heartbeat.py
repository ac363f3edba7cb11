"""Keep connections alive, and drop those that do not answer."""

from .unified_manager import ConnectionState, UnifiedWebSocketManager


async def beat(manager: UnifiedWebSocketManager) -> int:
    """Ping every connection; the result says how many were dropped."""
    dropped = 0
    for connection in manager.connections:
        try:
            await connection.socket.send("ping")
        except ConnectionError:
            await manager.disconnect(connection.id)
        dropped += connection.state is ConnectionState.CLOSED
    return dropped
