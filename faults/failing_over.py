"""PostgreSQL with a synchronous standby under Patroni and etcd: the primary is killed under load."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

from faults.book import Book
from faults.checking import faults_of, repeats
from faults.cluster import as_server, own, programs
from faults.installation import Program, free_port, site
from faults.killing import folder
from faults.load import Load
from faults.outcome import Outcome, Skipped, times
from house.postgres import USER

WITHIN = 30.0
"""Seconds after which writes must be back."""
TTL, LOOP, RETRY = 15, 3, 5
"""Patroni: a primary that fell silent has lost its place after TTL seconds (LOOP + 2 x RETRY fits)."""


class Pair:
    """Two servers, each with its Patroni, and one etcd, on loopback."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.names = ("one", "two")
        self.ports = {name: free_port() for name in self.names}
        self.rest = {name: free_port() for name in self.names}
        self.etcd = free_port()
        self.programs: dict[str, Program] = {}

    @property
    def url(self) -> str:
        """Both servers; the site looks for the one that takes writes."""
        hosts = ",".join(f"127.0.0.1:{self.ports[name]}" for name in self.names)
        return f"postgresql://{USER}@{hosts}/{USER}?target_session_attrs=read-write"

    def start(self) -> None:
        """etcd, and then the two; the second copies the first."""
        peer = free_port()
        own(self.home)
        self.programs["etcd"] = Program(
            "etcd",
            [
                "etcd", "--data-dir", str(self.home / "etcd"), "--name", "e",
                "--listen-client-urls", f"http://127.0.0.1:{self.etcd}",
                "--advertise-client-urls", f"http://127.0.0.1:{self.etcd}",
                "--listen-peer-urls", f"http://127.0.0.1:{peer}",
                "--initial-advertise-peer-urls", f"http://127.0.0.1:{peer}",
                "--initial-cluster", f"e=http://127.0.0.1:{peer}",
            ],
            dict(os.environ), self.home / "etcd.log",
        )  # fmt: skip
        for name in self.names:
            place = self.home / name
            place.mkdir()
            own(place)
            (place / "patroni.json").write_text(json.dumps(self._told(name)))
            environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
            self.programs[name] = Program(
                name, ["patroni", str(place / "patroni.json")], environment | {"HOME": str(place)},
                self.home / f"{name}.log", **as_server(),
            )  # fmt: skip
            self.wait(lambda: self.primary() is not None)
        self.wait(self.synchronous)

    def _told(self, name: str) -> dict[str, object]:
        place = self.home / name
        return {
            "scope": "commonward", "name": name,
            "restapi": {"listen": f"127.0.0.1:{self.rest[name]}",
                        "connect_address": f"127.0.0.1:{self.rest[name]}"},
            "etcd3": {"host": f"127.0.0.1:{self.etcd}"},
            "bootstrap": {
                "dcs": {
                    "ttl": TTL, "loop_wait": LOOP, "retry_timeout": RETRY,
                    # A primary that crashed gives its place to the standby at once.
                    "primary_start_timeout": 0, "synchronous_mode": True,
                    "postgresql": {"use_pg_rewind": True, "parameters": {
                        "max_connections": 60, "shared_buffers": "64MB", "wal_log_hints": "on",
                        "wal_keep_size": "512MB",
                    }},
                },
                "initdb": [{"encoding": "UTF8"}, {"locale": "C"}, "data-checksums"],
            },
            "postgresql": {
                "listen": f"127.0.0.1:{self.ports[name]}",
                "connect_address": f"127.0.0.1:{self.ports[name]}",
                "data_dir": str(place / "data"), "bin_dir": str(programs()),
                "pgpass": str(place / "pgpass"),
                "authentication": {"superuser": {"username": USER},
                                   "replication": {"username": USER}},
                "parameters": {"unix_socket_directories": str(place)},
                "pg_hba": ["local all all trust", "host all all 127.0.0.1/32 trust",
                           "host replication all 127.0.0.1/32 trust"],
            },
        }  # fmt: skip

    def primary(self) -> str | None:
        """Which one takes writes now, as Patroni says."""
        return next((name for name in self.names if self._is(name, "primary")), None)

    def synchronous(self) -> bool:
        """Whether the other one confirms every commit."""
        return any(self._is(name, "synchronous") for name in self.names)

    def _is(self, name: str, what: str) -> bool:
        address = f"http://127.0.0.1:{self.rest[name]}/{what}"
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=5) as answer:
            return bool(answer.status == 200)
        return False

    def wait(self, until: Callable[[], bool], patience: float = 900) -> None:
        """Until this is so."""
        limit = time.monotonic() + patience
        while not until():
            if time.monotonic() > limit:
                raise TimeoutError(f"Patroni did not come so far; see {self.home}")
            time.sleep(0.2)

    def kill(self, name: str, *, machine: bool) -> None:
        """kill -9 of its postmaster, and of its Patroni too where the machine is lost."""
        if machine:
            self.programs[name].hold()
            self.programs[name].kill()
        with contextlib.suppress(OSError, ValueError):
            pid = int((self.home / name / "data" / "postmaster.pid").read_text().split()[0])
            os.kill(pid, signal.SIGKILL)

    def stop(self) -> None:
        """End all of it."""
        for name in (*self.names, "etcd"):
            if name in self.programs:
                self.programs[name].stop()
        for name in self.names:
            with contextlib.suppress(OSError, ValueError):
                pid = int((self.home / name / "data" / "postmaster.pid").read_text().split()[0])
                os.kill(pid, signal.SIGQUIT)


@contextlib.contextmanager
def pair(home: Path) -> Iterator[Pair]:
    """Two servers, the one following the other in step, with the site's empty database."""
    missing = [name for name in ("patroni", "etcd") if shutil.which(name) is None]
    if missing:
        raise Skipped(f"{' and '.join(missing)} not found (Debian: patroni, etcd-server)")
    home.mkdir()
    made = Pair(home)
    try:
        made.start()
        port = made.ports[made.primary() or "one"]
        subprocess.run(
            [str(programs() / "createdb"), "-h", "127.0.0.1", "-p", str(port), "-U", USER, USER],
            check=True,
        )
        yield made
    finally:
        made.stop()


def patroni(told: Outcome, rounds: int) -> None:
    """The primary of a synchronous pair, killed under load; each second time with its machine."""
    with folder() as place, pair(place / "pg") as two, site(place, database=two.url) as running:
        book = Book(running.folder / "book")
        back: dict[bool, list[float | None]] = {False: [], True: []}
        with Load(running, book, pause=0.3) as load:
            for number in range(rounds):
                load.wait_for(10)
                two.wait(two.synchronous)
                name, machine = two.primary(), number % 2 == 1
                if name is None:
                    told.wrong.append("nobody was the primary")
                    break
                moment = time.monotonic()
                two.kill(name, machine=machine)
                back[machine].append(load.back_after(moment, patience=240, settling=1))
                two.programs[name].release()
                print(f"   {number + 1}. {name} {'with its machine' if machine else ''}: "
                      f"{times(back[machine][-1:])}", flush=True)  # fmt: skip
            load.stop()
        told.say(
            f"{sum(map(len, back.values()))} times the primary killed, {book.count:,} acknowledged"
        )
        told.say(f"postmaster killed, writes back: {times(back[False])}")
        told.say(f"with its Patroni, writes back: {times(back[True])}")
        late = [one for found in back.values() for one in found if one is None or one > WITHIN]
        if late:
            told.wrong.append(f"{len(late)} times writes were not back within {WITHIN:.0f} s")
        told.wrong += load.odd + faults_of(running, book)
        came, again = repeats(running)
        told.say(f"{came:,} deliveries came, {again} of them a second time under the same key")
