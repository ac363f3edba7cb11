"""Callbacks, annotated the way it was done before variables had annotations."""

from ..websocket_core.unified_manager import UnifiedWebSocketManager

last_seen = None  # type: UnifiedWebSocketManager | None


def remember(manager):
    # type: (UnifiedWebSocketManager) -> None
    global last_seen
    last_seen = manager


def forget():
    # type: () -> None
    remember(UnifiedWebSocketManager("nobody"))
