"""The ports that the server listens on."""

from netra_backend.app.websocket_core.unified_manager import UnifiedWebSocketManager


class WebSocketManager:
    """Opens and closes ports.  It shares no more than its name with the manager of a user."""

    def __init__(self, *ports: int) -> None:
        self.ports = ports
        self.health = UnifiedWebSocketManager("health-check")


def default_listener() -> WebSocketManager:
    return WebSocketManager(8000, 8443)
