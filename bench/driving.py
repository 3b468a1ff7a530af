"""A light load client: prepared requests over keep-alive connections, each waiting its answer."""

import asyncio
import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.rows import cpu_seconds

ROOT = Path(__file__).resolve().parent.parent
STARTS_WITHIN_SECONDS = 60
PATIENCE_SECONDS = 60


@dataclass(frozen=True)
class Driven:
    """What came back: seconds of each answer in ms, the wall, CPU of the server, other answers."""

    latencies: list[float]
    wall: float
    cpu: float
    refused: list[str]

    @property
    def rate(self) -> float:
        """Good answers a second."""
        return len(self.latencies) / self.wall

    @property
    def cpu_each(self) -> float:
        """Server CPU of one, in ms."""
        return self.cpu * 1000 / max(1, len(self.latencies))


@contextlib.contextmanager
def serving(
    application: str, workers: int, threads: int, *, interface: str = "wsgi", **more: str
) -> Iterator[tuple[int, int]]:
    """The server as `./dev run` starts it, on a free port; gives (port, process id)."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    server = subprocess.Popen(
        [
            *(str(Path(sys.executable).parent / "granian"), "--interface", interface),
            *("--host", "127.0.0.1", "--port", str(port), "--log-level", "error"),
            *("--workers", str(workers), "--blocking-threads", str(threads)),
            *(("--backlog", "4096", "--backpressure", "8192") if interface == "asgi" else ()),
            *("--workers-kill-timeout", "5", application),
        ],
        cwd=ROOT,
        env={**os.environ, **more},
    )
    try:
        until = time.monotonic() + STARTS_WITHIN_SECONDS
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            if server.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"{application} did not start")
            time.sleep(0.1)
        yield port, server.pid
    finally:
        server.terminate()
        server.wait()


def post(path: str, body: str, kind: str) -> bytes:
    """One POST, ready to be sent."""
    content = body.encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}\r\n"
        f"Content-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content


def drive(port: int, requests: Sequence[bytes], clients: int, processes: Sequence[int]) -> Driven:
    """Send them all, so many at once; CPU is counted over these processes and all below."""
    before = sum(cpu_seconds(pid) for pid in processes)
    begun = time.perf_counter()
    answers = asyncio.run(_all(port, requests, clients))
    wall = time.perf_counter() - begun
    cpu = sum(cpu_seconds(pid) for pid in processes) - before
    good = [took for took, status, _ in answers if status in (200, 201)]
    refused = [
        f"{status}: {said[:200]!r}" for _, status, said in answers if status not in (200, 201)
    ]
    return Driven(good, wall, cpu, refused)


async def _all(
    port: int, requests: Sequence[bytes], clients: int
) -> list[tuple[float, int, bytes]]:
    waiting = iter(requests)
    answers: list[tuple[float, int, bytes]] = []

    async def client() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for request in waiting:
            begun = time.perf_counter()
            writer.write(request)
            status, body = await asyncio.wait_for(_answer(reader), PATIENCE_SECONDS)
            answers.append(((time.perf_counter() - begun) * 1000, status, body))
        writer.close()
        await writer.wait_closed()

    await asyncio.gather(*(client() for _ in range(clients)))
    return answers


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    status = int(head.split(b" ", 2)[1])
    length = 0
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
        if name.lower() == b"transfer-encoding":
            raise RuntimeError("a chunked answer; the client reads only answers with a length")
    return status, await reader.readexactly(length)
