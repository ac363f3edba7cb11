"""Python `websockets`: a map from users to connections, `send` for each event and `broadcast` for all."""

import asyncio
from urllib.parse import parse_qs, urlsplit

from websockets.asyncio.server import broadcast as tell, serve as listen

import work

connections = {}


async def connected(connection) -> None:
    user = int(parse_qs(urlsplit(connection.request.path).query)["user"][0])
    tabs = connections.setdefault(user, [])
    tabs.append(connection)
    await connection.wait_closed()
    tabs.remove(connection)


async def send(user: int, text: str) -> None:
    for connection in connections[user]:
        await connection.send(text)


async def broadcast(text: str) -> None:
    tell([connection for tabs in connections.values() for connection in tabs], text)
    # It does not wait by itself: the connections have their turn.
    await asyncio.sleep(0)


async def main() -> None:
    async with listen(connected, "127.0.0.1", 0, compression=None) as server:
        host, port = server.sockets[0].getsockname()
        await work.serve(f"{host}:{port}", lambda: len(connections), send, broadcast)


asyncio.run(main())
