"""Find out who is meant."""

from netra_backend.app.websocket_core.unified_manager import UnifiedWebSocketManager


def addressee(target: object) -> str:
    match target:
        case UnifiedWebSocketManager(user_id=user_id):
            return user_id
        case str(name):
            return name.strip().lower()
        case [UnifiedWebSocketManager() as first, *_]:
            return addressee(first)
        case _:
            raise TypeError(f"nobody answers to {target!r}")
