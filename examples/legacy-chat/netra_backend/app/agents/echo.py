"""An agent that answers with what it was told."""


async def echo(user_id: str, text: str) -> int:
    # Imported late: most users never talk to this agent.
    from netra_backend.app.websocket_core.unified_manager import UnifiedWebSocketManager

    manager = UnifiedWebSocketManager(user_id)
    return await manager.send("echo", text=text)
