"""A login, and the connections that belong to it."""

from netra_backend.app.websocket_core import unified_manager


class Session:
    def __init__(self, user_id: str) -> None:
        self.manager = unified_manager.UnifiedWebSocketManager(user_id)

    async def logout(self) -> None:
        await self.manager.close()
