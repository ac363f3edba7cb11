"""What is asked on standard input, and which events that makes: see `src/work.rs`."""

import asyncio
import json
import sys

TEXT = "x" * 200


def event(key: str, number: int) -> str:
    return json.dumps({"type": "note", "payload": {key: number, "text": TEXT}}, separators=(",", ":"))


async def serve(address: str, users, send, broadcast) -> None:
    """Says where the server listens, and awaits `send(user, event)` or `broadcast(event)`."""
    print(f"listening {address}", flush=True)
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=1 << 20)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    seqs, broadcasts = None, 0
    while line := (await reader.readline()).decode():
        seqs = seqs or [0] * users()
        kind, *numbers = line.split()
        if kind == "all":
            for _ in range(int(numbers[0])):
                broadcasts += 1
                await broadcast(event("all", broadcasts))
            continue
        if kind not in ("each", "these"):
            raise ValueError(f"{line} asks for nothing")
        told = list(range(len(seqs))) * int(numbers[0]) if kind == "each" else map(int, numbers)
        for user in told:
            seqs[user] += 1
            await send(user, event("seq", seqs[user]))
