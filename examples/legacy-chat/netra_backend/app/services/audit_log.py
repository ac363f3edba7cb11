"""Who was told what."""

from netra_backend.app.websocket_core.canonical_imports import ConnectionManager, ManagerFactory


class AuditLog:
    def __init__(self, factory: ManagerFactory) -> None:
        self.factory = factory
        self.lines: list[str] = []

    async def send(self, user_id: str, event: str) -> None:
        manager: ConnectionManager = self.factory.for_user(user_id)
        reached = await manager.send(event)
        self.lines.append(f"{user_id} {event} {reached}")
