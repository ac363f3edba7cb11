"""Numbers about connections."""

import netra_backend.app.websocket_core.unified_manager as um


def open_count(manager: um.UnifiedWebSocketManager) -> int:
    return sum(connection.state is um.ConnectionState.OPEN for connection in manager.connections)


def idle() -> int:
    return open_count(um.UnifiedWebSocketManager("nobody"))
