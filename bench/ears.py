"""Many listeners in a process of their own, so that their reading costs the measured ones nothing.

`python -m bench.ears PORT FILE EVENTS`: a stream for each session in the file; says "ready" when
all are open, then, after so many events at each, one line of JSON: when each event reached the
first and the last of them (CLOCK_MONOTONIC, the same for all processes of a machine).
"""

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import TypeAlias

from bench.rows import quantile

PATIENCE_SECONDS = 120
AT_ONCE = 50
Stream: TypeAlias = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def main(port: int, sessions: list[str], events: int) -> None:
    """Open all, wait for all, tell."""
    reached: dict[int, list[float]] = {}
    opened = asyncio.Semaphore(AT_ONCE)
    streams = await asyncio.gather(*(_open(port, session, opened) for session in sessions))
    print("ready", flush=True)
    async with asyncio.timeout(PATIENCE_SECONDS):
        await asyncio.gather(*(_hear(stream, events, reached) for stream in streams))
    told = {
        event: [min(times), quantile(times, 0.5), max(times), len(times)]
        for event, times in reached.items()
    }
    print(json.dumps(told), flush=True)


async def _open(port: int, session: str, turn: asyncio.Semaphore) -> Stream:
    async with turn:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(
            f"GET /live/events HTTP/1.1\r\nHost: localhost\r\nCookie: sessionid={session}\r\n\r\n".encode()
        )
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE_SECONDS)
        if b" 200 " not in head.split(b"\r\n")[0]:
            raise RuntimeError(head.decode())
        # Open is only whoever was told where the stream begins.
        while not (await reader.readline()).startswith(b"event: mark"):
            pass
    # The writer is kept as well: one that nobody holds closes the connection.
    return reader, writer


async def _hear(stream: Stream, events: int, reached: dict[int, list[float]]) -> None:
    reader, _ = stream
    heard = 0
    while heard < events:
        line = await reader.readline()
        if not line:
            raise RuntimeError("a stream ended")
        if line.startswith(b'data: {"id":'):
            event = int(line[12 : line.index(b",")])
            reached.setdefault(event, []).append(time.monotonic())
            heard += 1


if __name__ == "__main__":
    keys = Path(sys.argv[2]).read_text("utf-8").split()
    asyncio.run(main(int(sys.argv[1]), keys, int(sys.argv[3])))
