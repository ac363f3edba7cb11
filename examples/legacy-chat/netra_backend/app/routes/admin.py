"""What operators can ask for."""

from netra_backend.app.services.gateway import Gateway, UnifiedWebSocketManager


def describe(gateway: Gateway) -> str:
    manager = gateway.manager
    known = isinstance(manager, UnifiedWebSocketManager)
    return f"{manager.user_id}: {len(manager.connections) if known else 'unknown'}"
