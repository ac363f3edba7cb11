"""Rooms: the same event to several users."""

from netra_backend.app.websocket_core.unified_manager import Connection, ConnectionState, UnifiedWebSocketManager, new_connection_id


class Room:
    def __init__(self, name: str) -> None:
        self.id = new_connection_id(f"room-{name}")
        self.members: dict[str, UnifiedWebSocketManager] = {}

    def join(self, manager: UnifiedWebSocketManager) -> None:
        self.members[manager.user_id] = manager

    async def say(self, text: str) -> int:
        return sum([await manager.send("room", text=text) for manager in self.members.values()])

    def open_connections(self) -> list[Connection]:
        return [
            connection
            for manager in self.members.values()
            for connection in manager.connections
            if connection.state is ConnectionState.OPEN
        ]
