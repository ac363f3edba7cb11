"""What a manager writes to."""

from typing import Protocol

__all__ = ["MemorySocket", "Socket"]


class Socket(Protocol):
    """The sending half of a WebSocket."""

    async def send(self, text: str) -> None: ...


class MemorySocket:
    """A socket that keeps what it is sent: for tests and demonstrations."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    async def send(self, text: str) -> None:
        self.sent.append(text)
