"""Everything at hand, for the interactive console."""

from netra_backend.app.websocket_core.manager import *  # noqa: F403


def whoami(target: object) -> str:
    if isinstance(target, UnifiedWebSocketManager):  # noqa: F405
        return target.user_id
    if isinstance(target, Connection):  # noqa: F405
        return target.id
    return "stranger"
