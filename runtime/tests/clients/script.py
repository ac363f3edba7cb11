#!/usr/bin/env python3
"""The recovery script with `websockets` or `aiohttp`: `script.py PLAN`. Prints the report.

script.js is the same for everything that has a WebSocket as in browsers; it says what a plan and a
report are.
"""

import asyncio
import json
import random
import socket
import sys
from collections import Counter

PROTOCOL = "websocket-core.v1"
#: So many faults are enough to tell; some come again at each connection.
FAULTS = 20


class Report:
    """What was delivered and whose loss was told, as runs of consecutive numbers; and what happened."""

    def __init__(self, user):
        self.user = user
        self.runs = []
        self.counts = Counter()
        self.faults = []

    def add(self, what, first, last):
        if first > last:
            return
        if self.runs and self.runs[-1][0] == what and self.runs[-1][2] + 1 == first:
            self.runs[-1][2] = last
        else:
            self.runs.append([what, first, last])

    def fault(self, what):
        if len(self.faults) < FAULTS:
            self.faults.append(what)

    def delivered(self, frame):
        """The number an event carries says which one it is; its offset only says where it stands."""
        number, user = frame["payload"]["number"], frame["payload"]["user"]
        if frame["type"] != "numbered":
            self.fault(f"an event of type {frame['type']}")
        if user != self.user:
            self.fault(f"an event of {user} reached {self.user}")
        if number != frame["offset"]:
            self.fault(f"event {number} has offset {frame['offset']}")
        self.add("got", number, number)


class Websockets:
    """A connection of `websockets`: the token is offered as a subprotocol."""

    def __init__(self, socket):
        self.socket = socket
        self.protocol = socket.subprotocol

    @classmethod
    async def connect(cls, session, url, token):
        from websockets.asyncio.client import connect
        from websockets.exceptions import InvalidStatus, WebSocketException

        try:
            # A proxy of the environment has nothing to do with this. A close waits in vain for its answer
            # where 16 messages lie before that, which nobody reads any more.
            offer = [PROTOCOL, f"jwt.{token}"]
            return cls(await connect(url, subprotocols=offer, proxy=None, close_timeout=0.2))
        except InvalidStatus:
            raise
        except (WebSocketException, OSError, EOFError):
            return None

    async def receive(self):
        """The next text, or the close code."""
        from websockets.exceptions import ConnectionClosed

        try:
            return await self.socket.recv()
        except ConnectionClosed:
            return self.socket.close_code

    async def send(self, text):
        from websockets.exceptions import ConnectionClosed

        try:
            await self.socket.send(text)
        except ConnectionClosed:
            pass  # The next receive says so.

    async def close(self):
        await self.socket.close()

    def abort(self):
        self.socket.transport.abort()


class Aiohttp:
    """A connection of `aiohttp`: the token is a header, and no subprotocol is offered."""

    def __init__(self, socket):
        self.socket = socket
        self.protocol = socket.protocol or PROTOCOL

    @classmethod
    async def connect(cls, session, url, token):
        import aiohttp

        try:
            return cls(await session.ws_connect(url, headers={"Authorization": f"Bearer {token}"}))
        except aiohttp.WSServerHandshakeError:
            raise
        except (aiohttp.ClientError, OSError):
            return None

    async def receive(self):
        import aiohttp

        message = await self.socket.receive()
        return message.data if message.type is aiohttp.WSMsgType.TEXT else self.socket.close_code

    async def send(self, text):
        try:
            await self.socket.send_str(text)
        except (OSError, RuntimeError):
            pass  # The next receive says so.

    async def close(self):
        await self.socket.close()

    def abort(self):
        try:
            self.socket.get_extra_info("socket").shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # It has ended by itself.


class Recovery:
    """What the protocol asks of a client, and no more."""

    def __init__(self, plan):
        self.plan = plan
        self.random = random.Random(plan["seed"])
        self.report = Report(plan["user"])
        self.position = None
        #: Where the stream was at the hello: up to there it is the history that is read.
        self.top = None
        self.leaving = set()

    async def run(self, client, session):
        while not self.is_over():
            since = "" if self.position is None else "?since=%s:%d" % self.position
            connection = await client.connect(session, self.plan["url"] + since, self.plan["token"])
            if connection is None:
                self.report.counts["no handshake"] += 1
            else:
                await self.follow(connection)
            await asyncio.sleep(self.random.random() * self.plan["awayMs"] / 1000)
        await asyncio.gather(*self.leaving)

    def is_over(self):
        is_at_end = self.position is not None and self.position[1] == self.plan["events"]
        return is_at_end or len(self.report.faults) == FAULTS

    async def follow(self, connection):
        """One connection, until it ends in whatever way."""
        left = int(self.random.random() * 2 * self.plan["between"])
        self.top = None
        while True:
            received = await connection.receive()
            if not isinstance(received, str):
                self.report.counts[received] += 1
                return
            frame = json.loads(received)
            if self.top is None:
                await self.hello(connection, frame)
            elif not await self.event(connection, frame):
                return await self.leave(connection, "hole")
            if self.position and self.position[1] == self.plan["events"]:
                return await self.leave(connection, "end")
            # Who has no position yet has nothing to come back to.
            if left <= 0 and self.position:
                return await self.leave(connection, self.random.choice(["close", "abort"]))
            left -= 1

    async def hello(self, connection, frame):
        if frame["type"] != "hello":
            return self.report.fault(f"{frame['type']} before hello")
        if connection.protocol != PROTOCOL:
            self.report.fault(f"the subprotocol is {connection.protocol}")
        epoch, self.top = frame["epoch"], frame["offset"]
        if frame["recovered"]:
            self.report.counts["recovered"] += 1
            if self.position is None or epoch != self.position[0]:
                self.report.fault("recovered from nowhere")
            if self.top < self.position[1]:
                self.report.fault("recovered, and behind us")
        else:
            self.report.counts["not recovered"] += 1
            self.report.add("lost", self.position[1] + 1 if self.position else 1, self.top)
            self.position = (epoch, self.top)
        if self.position[1] > 0:
            await self.ack(connection)

    async def event(self, connection, frame):
        """False at a hole."""
        if "offset" not in frame:
            self.report.counts[frame["type"]] += 1
            if frame["type"] != "progress":
                self.report.fault(json.dumps(frame))
            return True
        epoch, last = self.position
        offset = frame["offset"]
        if frame["epoch"] != epoch:
            self.report.fault(f"an event of epoch {frame['epoch']}")
        if offset <= last:
            self.report.counts["duplicate"] += 1
            return True
        if offset != last + 1:
            self.report.fault(f"a hole between {last} and {offset}")
            return False
        self.position = (epoch, offset)
        self.report.delivered(frame)
        if offset % self.plan["ackEvery"] == 0:
            await self.ack(connection)
        return True

    async def ack(self, connection):
        await connection.send(json.dumps({"type": "ack", "offset": self.position[1]}))

    async def leave(self, connection, how):
        self.report.counts[how] += 1
        if self.position and self.position[1] < self.top:
            self.report.counts["in the middle of a replay"] += 1
        if how == "abort":
            return connection.abort()
        closing = asyncio.create_task(connection.close())
        # Half of the time the next connection comes before this one has ended.
        if self.random.random() < 0.5:
            return await closing
        self.leaving.add(closing)
        closing.add_done_callback(self.leaving.discard)


async def main():
    plan = json.loads(sys.argv[1])
    recovery = Recovery(plan)
    if plan["socket"] == "aiohttp":
        import aiohttp

        async with aiohttp.ClientSession() as session:
            await recovery.run(Aiohttp, session)
    else:
        await recovery.run(Websockets, None)
    report = recovery.report
    print(json.dumps({"runs": report.runs, "counts": report.counts, "faults": report.faults}))


if __name__ == "__main__":
    asyncio.run(main())
