"""A PostgreSQL server that is killed and begun again, with every commit on the disk."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from faults.installation import Program, free_port
from faults.outcome import Skipped
from house import postgres
from house.postgres import USER


def programs() -> Path:
    """Where the server's programs lie. Raises Skipped."""
    found = postgres.binaries()
    if found is None:
        raise Skipped("no PostgreSQL server binaries here (Debian: postgresql)")
    return found


def as_server() -> dict[str, Any]:
    """PostgreSQL refuses root: whom `subprocess` is to run it as."""
    user, group = postgres.unprivileged()
    return {} if user is None else {"user": user, "group": group, "extra_groups": []}


def own(path: Path) -> None:
    """Give a folder to the server's user."""
    user, group = postgres.unprivileged()
    if user is not None and group is not None:
        os.chown(path, user, group)


class Cluster:
    """One server with a folder of its own; begun again when it ends, as its service file says."""

    def __init__(self, home: Path, host: str = "127.0.0.1", prefix: Sequence[str] = ()) -> None:
        self.home, self.host, self.port = home, host, free_port()
        self.data = home / "data"
        self._prefix = prefix
        self._server: Program | None = None
        home.mkdir(parents=True, exist_ok=True)
        own(home)

    @property
    def url(self) -> str:
        """As DATABASE_URL says it."""
        return f"postgresql://{USER}@{self.host}:{self.port}/{USER}"

    def make(self, **settings: str) -> None:
        """initdb, with checksums; settings go into its file."""
        self.call(
            "initdb", "-D", str(self.data), "-U", USER, "-A", "trust", "--encoding=UTF8",
            "--locale=C", "--data-checksums",
        )  # fmt: skip
        with (self.data / "postgresql.conf").open("a") as conf:
            told = {
                "listen_addresses": f"'{self.host}'", "port": str(self.port),
                "unix_socket_directories": f"'{self.home}'", "max_connections": "60",
                "shared_buffers": "64MB", "restart_after_crash": "on", "timezone": "'UTC'",
            } | settings  # fmt: skip
            conf.writelines(f"{name} = {value}\n" for name, value in told.items())
        with (self.data / "pg_hba.conf").open("a") as hba:
            hba.write("host all all 10.0.0.0/8 trust\nhost replication all 127.0.0.1/32 trust\n")

    def start(self) -> None:
        """Begin it, and again whenever it ends."""
        command = [*self._prefix, str(programs() / "postgres"), "-D", str(self.data)]
        told = {} if self._prefix else as_server()
        if self._prefix:
            user, group = postgres.unprivileged()
            command = [*self._prefix, "setpriv", f"--reuid={user}", f"--regid={group}",
                       "--clear-groups", *command[len(self._prefix):]]  # fmt: skip
        self._server = Program(
            "postgres", command, dict(os.environ), self.home / "server.log", **told
        )
        self.wait()

    def wait(self, patience: float = 600) -> float:
        """Seconds until it answers."""
        began = time.monotonic()
        while not self.answers():
            if time.monotonic() - began > patience:
                raise TimeoutError(f"PostgreSQL did not come up: {self.last_words()}")
            time.sleep(0.1)
        return time.monotonic() - began

    def answers(self) -> bool:
        """Whether it takes connections."""
        asked = [str(programs() / "pg_isready"), "-q", "-h", self.host, "-p", str(self.port)]
        return subprocess.run([*self._prefix, *asked], check=False).returncode == 0

    def create(self) -> None:
        """The site's database."""
        self.call("createdb", "-h", self.host, "-p", str(self.port), "-U", USER, USER)

    def sql(self, statement: str, database: str = "postgres") -> str:
        """What psql answers."""
        return self.call(
            "psql", "-h", self.host, "-p", str(self.port), "-U", USER, "-d", database, "-XAtc",
            statement,
        )  # fmt: skip

    def call(self, name: str, *arguments: str) -> str:
        """One of its programs, as its user. Raises what it said last."""
        done = subprocess.run(
            [*self._prefix, *self._as(), str(programs() / name), *arguments], cwd=self.home,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"{name}: {done.stderr[-800:]}")
        return done.stdout.strip()

    def _as(self) -> list[str]:
        user, group = postgres.unprivileged()
        return (
            []
            if user is None
            else ["setpriv", f"--reuid={user}", f"--regid={group}", "--clear-groups"]
        )

    def kill(self) -> None:
        """kill -9 of the postmaster alone: its children notice by themselves."""
        with contextlib.suppress(OSError, ValueError):
            pid = int((self.data / "postmaster.pid").read_text().split()[0])
            os.kill(pid, signal.SIGKILL)

    def stop(self) -> None:
        """End it for good."""
        if self._server is not None:
            with contextlib.suppress(OSError, ValueError):
                pid = int((self.data / "postmaster.pid").read_text().split()[0])
                self._server._over.set()
                os.kill(pid, signal.SIGINT)
            self._server.stop()
            self._server = None

    def last_words(self) -> str:
        """Of its log."""
        log = self.home / "server.log"
        return " / ".join(log.read_text(errors="replace").splitlines()[-5:]) if log.exists() else ""


@contextlib.contextmanager
def running(home: Path, **settings: str) -> Iterator[Cluster]:
    """A cluster with the site's empty database, every commit synced."""
    programs()
    made = Cluster(home)
    try:
        made.make(**settings)
        made.start()
        made.create()
        yield made
    finally:
        made.stop()
