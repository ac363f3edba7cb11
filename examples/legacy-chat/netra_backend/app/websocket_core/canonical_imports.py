"""An earlier attempt at one place to import from; `ConnectionManager` is its own idea."""

from netra_backend.app.websocket_core.factory import ManagerFactory
from netra_backend.app.websocket_core.unified_manager import ConnectionState
from netra_backend.app.websocket_core.unified_manager import UnifiedWebSocketManager
from netra_backend.app.websocket_core.unified_manager import (
    UnifiedWebSocketManager as ConnectionManager,
)

__all__ = [
    "ConnectionManager",
    "ConnectionState",
    "ManagerFactory",
    "UnifiedWebSocketManager",
]
