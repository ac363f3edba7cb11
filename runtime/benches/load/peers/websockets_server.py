"""Python `websockets`: a map from users to connections, and `send` for each event."""

import asyncio
from urllib.parse import parse_qs, urlsplit

from websockets.asyncio.server import serve as listen

import work

connections = {}


async def connected(connection) -> None:
    user = int(parse_qs(urlsplit(connection.request.path).query)["user"][0])
    connections[user] = connection
    await connection.wait_closed()


async def main() -> None:
    async with listen(connected, "127.0.0.1", 0, compression=None) as server:
        host, port = server.sockets[0].getsockname()
        await work.serve(f"{host}:{port}", lambda: len(connections), lambda user, text: connections[user].send(text))


asyncio.run(main())
