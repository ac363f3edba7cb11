"""Components by name, imported when they are asked for."""

from importlib import import_module

COMPONENTS = {
    "factory": ("netra_backend.app.websocket_core.factory", "ManagerFactory"),
    "manager": ("netra_backend.app.websocket_core.unified_manager", "UnifiedWebSocketManager"),
    "state": ("netra_backend.app.websocket_core.unified_manager", "ConnectionState"),
}


def load(name: str) -> type:
    module, attribute = COMPONENTS[name]
    return getattr(import_module(module), attribute)
