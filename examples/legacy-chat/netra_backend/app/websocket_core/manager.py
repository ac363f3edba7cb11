"""A shorter path to the manager, from before there was a canonical one."""

from netra_backend.app.websocket_core.unified_manager import (
    Connection,
    UnifiedWebSocketManager,
)

__all__ = ["Connection", "UnifiedWebSocketManager"]
