"""One manager per user: nothing that is sent to one can reach another."""

from netra_backend.app.websocket_core.unified_manager import UnifiedWebSocketManager

__all__ = ["ManagerFactory"]


class ManagerFactory:
    def __init__(self) -> None:
        self._managers: dict[str, UnifiedWebSocketManager] = {}

    @property
    def users(self) -> tuple[str, ...]:
        return tuple(self._managers)

    def for_user(self, user_id: str) -> UnifiedWebSocketManager:
        """The manager of this user, made on first use."""
        if user_id not in self._managers:
            self._managers[user_id] = UnifiedWebSocketManager(user_id)
        return self._managers[user_id]

    async def release(self, user_id: str) -> None:
        """Close the user's connections and forget the manager."""
        manager = self._managers.pop(user_id, None)
        if manager is not None:
            await manager.close()
