"""Connections come and go."""

from netra_backend.app.websocket_core.unified_manager import (
    Connection,  # what the manager hands out
    ConnectionState,  # open or closed
    UnifiedWebSocketManager,  # one per user
)


async def opened(manager: UnifiedWebSocketManager, socket: object) -> Connection:
    connection = await manager.connect(socket)
    await manager.send("state", value=ConnectionState.OPEN.value)
    return connection


async def closed(manager: UnifiedWebSocketManager, connection: Connection) -> None:
    await manager.disconnect(connection.id)
    await manager.send("state", value=ConnectionState.CLOSED.value)
