"""WebSocket connections, kept apart by user."""

from .factory import ManagerFactory
from .sockets import MemorySocket, Socket
from .unified_manager import (
    Connection,
    ConnectionState,
    UnifiedWebSocketManager,
    new_connection_id,
)

__all__ = [
    "Connection",
    "ConnectionState",
    "ManagerFactory",
    "MemorySocket",
    "Socket",
    "UnifiedWebSocketManager",
    "new_connection_id",
]
