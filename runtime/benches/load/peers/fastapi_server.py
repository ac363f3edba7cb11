"""FastAPI's documented ConnectionManager, with a map from users to connections."""

import asyncio
import socket

import uvicorn
from fastapi import FastAPI, WebSocket, WebSocketDisconnect

import work


class ConnectionManager:
    def __init__(self) -> None:
        self.active_connections: dict[int, WebSocket] = {}

    async def connect(self, user: int, websocket: WebSocket) -> None:
        await websocket.accept()
        self.active_connections[user] = websocket

    def disconnect(self, user: int) -> None:
        del self.active_connections[user]

    async def send_personal_message(self, user: int, message: str) -> None:
        await self.active_connections[user].send_text(message)


app = FastAPI()
manager = ConnectionManager()


@app.websocket("/ws")
async def endpoint(websocket: WebSocket, user: int) -> None:
    await manager.connect(user, websocket)
    try:
        while True:
            await websocket.receive_text()
    except WebSocketDisconnect:
        manager.disconnect(user)


async def main() -> None:
    listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
    host, port = listener.getsockname()
    config = uvicorn.Config(app, log_level="error", ws_per_message_deflate=False)
    serving = asyncio.create_task(uvicorn.Server(config).serve(sockets=[listener]))
    await work.serve(f"{host}:{port}", lambda: len(manager.active_connections), manager.send_personal_message)
    serving.cancel()


asyncio.run(main())
