"""An agent that works with and without live connections."""

try:
    from netra_backend.app.websocket_core.unified_manager import UnifiedWebSocketManager
except ImportError:
    UnifiedWebSocketManager = None


def live() -> bool:
    return UnifiedWebSocketManager is not None


async def summarize(user_id: str, messages: list[str]) -> int:
    if UnifiedWebSocketManager is None:
        return 0
    return await UnifiedWebSocketManager(user_id).send("summary", count=len(messages))
