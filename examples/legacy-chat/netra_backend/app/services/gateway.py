"""The way in for other processes; also hands out the type that it works with."""

from netra_backend.app.websocket_core.unified_manager import UnifiedWebSocketManager

__all__ = ["Gateway", "UnifiedWebSocketManager"]


class Gateway:
    def __init__(self, user_id: str) -> None:
        self.manager = UnifiedWebSocketManager(user_id)
