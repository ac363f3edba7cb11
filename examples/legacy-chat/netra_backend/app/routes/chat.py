"""Post a message to another user."""

from netra_backend.app.websocket_core.factory import ManagerFactory
from netra_backend.app.websocket_core.unified_manager import UnifiedWebSocketManager


def inbox(factory: ManagerFactory, user_id: str) -> UnifiedWebSocketManager:
    manager = factory.for_user(user_id)
    if not isinstance(manager, UnifiedWebSocketManager):
        raise TypeError(f"expected a {UnifiedWebSocketManager.__name__}, got {manager!r}")
    return manager


async def post_message(factory: ManagerFactory, sender: str, to: str, text: str) -> int:
    return await inbox(factory, to).send("message", sender=sender, text=text)


async def preview_message(sender: str, text: str) -> int:
    """Send to a manager that has no connections yet, to see that the message can be sent."""
    return await UnifiedWebSocketManager(sender).send("preview", text=text)
