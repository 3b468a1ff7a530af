"""The line to the database and to the mail server is slow, loses packets, and is cut.

Two networks of one machine and a line between them that we carry ourselves, packet by packet: the
kernel's own `netem` is not in every kernel, and what it does is little.
"""

import contextlib
import fcntl
import heapq
import os
import random
import select
import struct
import subprocess
import threading
import time
from collections.abc import Iterator

from faults.book import Book
from faults.checking import faults_of, repeats
from faults.cluster import Cluster, programs
from faults.installation import site
from faults.killing import folder
from faults.load import Load
from faults.outcome import Outcome, Skipped, times

_TUN = 0x400454CA
_PLAIN = 0x0001 | 0x1000


class Line:
    """Packets between this network and another one; `delay` and `jitter` in seconds, `loss` 0 to 1."""

    def __init__(self, name: str, here: str, there: str) -> None:
        self.name, self.here, self.there = name, here, there
        self.delay = self.jitter = self.loss = 0.0
        self.carried = self.lost = 0
        self._ends: list[int] = []
        self._over = threading.Event()
        self._carrier = threading.Thread(target=self._carry, daemon=True)

    def open(self) -> None:
        """Make both networks and the line. Raises Skipped."""
        if os.geteuid() != 0 or not os.access("/dev/net/tun", os.W_OK):
            raise Skipped("networks are made by root alone, with /dev/net/tun")
        _call("ip", "netns", "add", self.name)
        for end, address, other in (("a", self.here, self.there), ("b", self.there, self.here)):
            device = f"cw{os.getpid()}{end}"
            made = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
            fcntl.ioctl(made, _TUN, struct.pack("16sH", device.encode(), _PLAIN))
            self._ends.append(made)
            within = ("ip", "-n", self.name) if end == "b" else ("ip",)
            if end == "b":
                _call("ip", "link", "set", device, "netns", self.name)
            _call(*within, "addr", "add", address, "peer", other, "dev", device)
            _call(*within, "link", "set", device, "up")
        _call("ip", "-n", self.name, "link", "set", "lo", "up")
        self._carrier.start()

    def close(self) -> None:
        """End both."""
        self._over.set()
        if self._carrier.is_alive():
            self._carrier.join()
        for end in self._ends:
            os.close(end)
        subprocess.run(["ip", "netns", "del", self.name], check=False)

    def _carry(self) -> None:
        waiting: list[tuple[float, int, int, bytes]] = []
        count = 0
        while not self._over.is_set():
            now = time.monotonic()
            pause = min(0.05, max(0.0, waiting[0][0] - now)) if waiting else 0.05
            for end in select.select(self._ends, [], [], pause)[0]:
                packet = os.read(end, 65536)
                if random.random() < self.loss:
                    self.lost += 1
                    continue
                count += 1
                other = self._ends[1 - self._ends.index(end)]
                due = time.monotonic() + self.delay + random.uniform(0, self.jitter)
                heapq.heappush(waiting, (due, count, other, packet))
            while waiting and waiting[0][0] <= time.monotonic():
                _, _, end, packet = heapq.heappop(waiting)
                with contextlib.suppress(OSError):
                    os.write(end, packet)
                self.carried += 1


def _call(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Skipped(f"{' '.join(command)}: {done.stderr.strip()}")


@contextlib.contextmanager
def line() -> Iterator[Line]:
    """Another network, and the line to it."""
    number = os.getpid() % 250
    made = Line(f"commonward-{os.getpid()}", f"10.209.{number}.1", f"10.209.{number}.2")
    try:
        made.open()
        yield made
    finally:
        made.close()


def network(told: Outcome, rounds: int) -> None:
    """Database, mail server and hooks beyond a line that is slow, loses a tenth, and is cut."""
    programs()
    with folder() as place, line() as between:
        beyond = ("ip", "netns", "exec", between.name)
        server = Cluster(place / "pg", between.there, beyond)
        try:
            server.make()
            server.start()
            server.create()
            with site(
                place, database=server.url, sinks_in=beyond, sinks_at=between.there
            ) as at_work:
                book = Book(place / "book")
                back: list[float | None] = []
                slow = 0
                with Load(at_work, book) as load:
                    for _ in range(rounds):
                        load.wait_for(20)
                        between.delay, between.jitter, between.loss = 0.02, 0.05, 0.1
                        slow += load.wait_for(20, patience=60)
                        between.delay = between.jitter = 0.0
                        between.loss = 1.0
                        time.sleep(30)
                        between.loss = 0.0
                        back.append(load.back_after(time.monotonic()))
                    load.stop()
                told.say(
                    f"{rounds} times slow (20 to 70 ms each way, a tenth lost; {slow} acknowledged "
                    f"meanwhile) and cut for 30 s; {between.lost:,} of "
                    f"{between.lost + between.carried:,} packets lost; {book.count:,} acknowledged"
                )
                told.say(f"writes back after the cut: {times(back)}")
                told.wrong += load.odd + faults_of(at_work, book)
                came, again = repeats(at_work)
                told.say(f"{came:,} deliveries came, {again} a second time under the same key")
        finally:
            server.stop()
