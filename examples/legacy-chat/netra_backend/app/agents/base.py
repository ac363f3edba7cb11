"""What all agents share."""

from netra_backend.app.websocket_core.unified_manager import UnifiedWebSocketManager


class AgentChannel(UnifiedWebSocketManager):
    """A manager whose events carry the agent's name."""

    def __init__(self, user_id: str, agent: str) -> None:
        super().__init__(user_id)
        self.agent = agent

    async def send(self, event: str, **data: object) -> int:
        return await UnifiedWebSocketManager.send(self, event, agent=self.agent, **data)
