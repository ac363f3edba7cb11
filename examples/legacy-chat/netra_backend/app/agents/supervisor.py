"""Hands a conversation from agent to agent."""

from typing import TYPE_CHECKING, Optional, cast

if TYPE_CHECKING:
    from netra_backend.app.websocket_core.unified_manager import UnifiedWebSocketManager


class Supervisor:
    def __init__(self, manager: "Optional[UnifiedWebSocketManager]" = None) -> None:
        self.manager = manager

    async def hand_over(self, agent: str) -> "UnifiedWebSocketManager":
        manager = cast("UnifiedWebSocketManager", self.manager)
        await manager.send("agent", name=agent)
        return manager
