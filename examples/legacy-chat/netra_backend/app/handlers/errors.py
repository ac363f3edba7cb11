"""Errors, told to the user who caused them."""

from netra_backend.app.websocket_core.unified_manager import UnifiedWebSocketManager as WSManager
from netra_backend.app.websocket_core.unified_manager import UnifiedWebSocketManager as _Fallback  # noqa: F401


async def report(error: Exception, manager: "WSManager | None" = None) -> int:
    manager = manager or _Fallback("operator")
    assert isinstance(manager, WSManager)
    return await manager.send("error", text=str(error))
