"""A proxy that cuts connections off: at any byte, by a reset or by an end, as networks do.

Only those are cut that come with a position: who has none has nothing to come back to.
"""

import asyncio
import random
import socket
import struct

#: What a request can be recognised by, and the longest first piece of one that is read.
RESUMES, FIRST = b"?since=", 4096
CHUNK = 64 * 1024


class Proxy:
    """Passes on what two peers say, and cuts it at a moment drawn by lot."""

    def __init__(self, upstream, between, seed):
        self.upstream = upstream
        #: The mean number of bytes from the server before a cut.
        self.between = between
        self.random = random.Random(seed)
        self.cuts = 0
        self.server = None
        self.url = None

    async def __aenter__(self):
        self.server = await asyncio.start_server(self.serve, "127.0.0.1", 0)
        host, port = self.server.sockets[0].getsockname()
        self.url = f"{host}:{port}"
        return self

    async def __aexit__(self, *_):
        self.server.close()

    async def serve(self, reader, writer):
        """One connection. It ends on both sides when it ends on one, in the same way."""
        host, port = self.upstream.split(":")
        try:
            request = await reader.read(FIRST)
            server_reader, server_writer = await asyncio.open_connection(host, int(port))
        except OSError:
            return writer.close()
        up = down = None
        if RESUMES in request:
            down = self.random.randrange(2 * self.between)
            # Now and then the handshake itself is cut.
            if self.random.random() < 0.05:
                up = self.random.randrange(len(request))
        ways = [
            asyncio.create_task(self.copy(reader, server_writer, up, request)),
            asyncio.create_task(self.copy(server_reader, writer, down, b"")),
        ]
        done, pending = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in pending:
            way.cancel()
        await asyncio.gather(*pending, return_exceptions=True)
        is_reset = any(way.result() == "reset" for way in done)
        for side in (writer, server_writer):
            end(side, is_reset)

    async def copy(self, reader, writer, left, piece):
        """Until one side ends or `left` bytes have passed; says whether that is to be a reset."""
        try:
            while True:
                piece = piece or await reader.read(CHUNK)
                if not piece:
                    return "end"
                if left is not None and len(piece) >= left:
                    writer.write(piece[:left])
                    self.cuts += 1
                    return self.random.choice(["reset", "end"])
                left = left and left - len(piece)
                writer.write(piece)
                await writer.drain()
                piece = b""
        except OSError:
            return "reset"


def end(writer, is_reset):
    """Ends a stream: with a reset what is on its way is lost, else it arrives."""
    if is_reset and not writer.transport.is_closing():
        linger = struct.pack("ii", 1, 0)
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        writer.transport.abort()
    else:
        writer.close()
