"""FastAPI's documented ConnectionManager, with a map from users to connections.

The argument names the event loop: `asyncio`, or `uvloop` as `uvicorn[standard]` brings it.
"""

import asyncio
import socket
import sys

import uvicorn
from fastapi import FastAPI, WebSocket, WebSocketDisconnect

import work


class ConnectionManager:
    def __init__(self) -> None:
        self.active_connections: dict[int, list[WebSocket]] = {}

    async def connect(self, user: int, websocket: WebSocket) -> None:
        await websocket.accept()
        self.active_connections.setdefault(user, []).append(websocket)

    def disconnect(self, user: int, websocket: WebSocket) -> None:
        self.active_connections[user].remove(websocket)

    async def send_personal_message(self, user: int, message: str) -> None:
        for connection in self.active_connections[user]:
            await connection.send_text(message)

    async def broadcast(self, message: str) -> None:
        for user in self.active_connections:
            await self.send_personal_message(user, message)


app = FastAPI()
manager = ConnectionManager()


@app.websocket("/ws")
async def endpoint(websocket: WebSocket, user: int) -> None:
    await manager.connect(user, websocket)
    try:
        while True:
            await websocket.receive_text()
    except WebSocketDisconnect:
        manager.disconnect(user, websocket)


async def main() -> None:
    listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
    host, port = listener.getsockname()
    config = uvicorn.Config(app, log_level="error", ws_per_message_deflate=False)
    serving = asyncio.create_task(uvicorn.Server(config).serve(sockets=[listener]))
    users = lambda: len(manager.active_connections)
    await work.serve(f"{host}:{port}", users, manager.send_personal_message, manager.broadcast)
    serving.cancel()


if sys.argv[1] == "uvloop":
    import uvloop

    uvloop.run(main())
else:
    asyncio.run(main())
