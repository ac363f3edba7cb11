"""What is asked on standard input, and which events that makes: see `src/work.rs`."""

import asyncio
import json
import sys

TEXT = "x" * 200


def event(seq: int) -> str:
    return json.dumps({"type": "note", "payload": {"seq": seq, "text": TEXT}}, separators=(",", ":"))


def users_of(line: str, users: int):
    kind, *rest = line.split()
    if kind == "all":
        for _ in range(int(rest[0])):
            yield from range(users)
    elif kind == "these":
        yield from map(int, rest)
    else:
        raise ValueError(f"{line} asks for nothing")


async def serve(address: str, users, send) -> None:
    """Says where the server listens, and awaits `send(user, event)` for each event."""
    print(f"listening {address}", flush=True)
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=1 << 20)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    seqs = None
    while line := (await reader.readline()).decode():
        seqs = seqs or [0] * users()
        for user in users_of(line, len(seqs)):
            seqs[user] += 1
            await send(user, event(seqs[user]))
