"""A throw-away PostgreSQL cluster for tests and benches: own folder, free port, gone at the end.

The cluster belongs to a keeper process which holds the reading end of a pipe: when whoever
asked for it ends in any way, kill -9 included, the pipe closes and the keeper stops the server
and removes its folder.
"""

import argparse
import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

USER = "commonward"
ATTEMPTS = 3
READY_WITHIN_SECONDS = 60


class NoServer(Exception):
    """PostgreSQL's server binaries are not here, or the cluster would not start."""


def binaries() -> Path | None:
    """The folder that holds `initdb` and `postgres` (newest release first), or None."""
    packaged = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"),
        key=lambda folder: int(folder.parent.name) if folder.parent.name.isdigit() else 0,
        reverse=True,
    )
    for folder in [*packaged, *Path("/opt/homebrew/opt").glob("postgresql*/bin")]:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    found = shutil.which("initdb")
    if found and (Path(found).resolve().parent / "postgres").exists():
        return Path(found).resolve().parent
    return None


@contextlib.contextmanager
def throwaway(*, durable: bool = False) -> Iterator[str]:
    """A running cluster; gives its DATABASE_URL (database and superuser `commonward`).

    `durable=False` switches fsync off, for tests only; a bench asks for `durable=True`.
    Raises NoServer in words.
    """
    if binaries() is None:
        raise NoServer(
            "No PostgreSQL server binaries were found on PATH or in /usr/lib/postgresql; "
            "install the package `postgresql`, or give DATABASE_URL."
        )
    command = [sys.executable, "-m", "house.postgres", *(["--durable"] if durable else [])]
    keeper = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).resolve().parent.parent,
        start_new_session=True,  # Ctrl-C reaches the asker alone; the keeper follows by the pipe
    )
    if keeper.stdin is None or keeper.stdout is None:
        raise NoServer("The keeper of the PostgreSQL cluster has no pipes.")
    try:
        answer = keeper.stdout.readline().strip()
        if not answer.startswith("postgresql://"):
            raise NoServer(answer or "The PostgreSQL cluster did not start.")
        yield answer
    finally:
        keeper.stdin.close()
        keeper.wait()
        keeper.stdout.close()


def keep(durable: bool) -> int:
    """Be the keeper: start a cluster, print its URL, wait for the pipe to close, clear away."""
    folder = binaries()
    if folder is None:
        print("No PostgreSQL server binaries were found.", flush=True)
        return 1
    # The pipe decides when to stop; a signal meant for the tests must not leave a server behind.
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, signal.SIG_IGN)
    home = Path(tempfile.mkdtemp(prefix="commonward-pg-"))
    server: subprocess.Popen[bytes] | None = None
    try:
        server, port = _start(folder, home, durable)
        print(f"postgresql://{USER}@127.0.0.1:{port}/{USER}", flush=True)
        sys.stdin.read()
    except NoServer as refusal:
        print(str(refusal), flush=True)
        return 1
    finally:
        if server is not None:
            server.send_signal(signal.SIGQUIT)  # immediate: the folder goes away anyway
            server.wait()
        shutil.rmtree(home, ignore_errors=True)
    return 0


def _start(folder: Path, home: Path, durable: bool) -> tuple[subprocess.Popen[bytes], int]:
    user, group = unprivileged()
    if user is not None:
        os.chown(home, user, -1)
    data = home / "data"
    log = home / "log"
    with log.open("wb") as written:
        made = subprocess.run(
            [
                *(str(folder / "initdb"), "-D", str(data), "-U", USER, "-A", "trust"),
                *("--encoding=UTF8", "--locale=C", "--no-sync"),
            ],
            stdin=subprocess.DEVNULL,
            stdout=written,
            stderr=subprocess.STDOUT,
            cwd=home,
            user=user,
            group=group,
            extra_groups=None if user is None else [],
            check=False,
        )
    if made.returncode:
        raise NoServer(f"initdb failed: {_last_words(log)}")
    for _ in range(ATTEMPTS):  # the free port may be taken between asking and using it
        port = _free_port()
        with log.open("wb") as written:
            server = subprocess.Popen(
                [str(folder / "postgres"), "-D", str(data), *_options(home, port, durable)],
                stdin=subprocess.DEVNULL,
                stdout=written,
                stderr=subprocess.STDOUT,
                cwd=home,
                user=user,
                group=group,
                extra_groups=None if user is None else [],
                start_new_session=True,
            )
        if _ready(folder, server, port) and _database_made(folder, port):
            return server, port
        server.kill()
        server.wait()
    raise NoServer(f"PostgreSQL did not start: {_last_words(log)}")


def _options(home: Path, port: int, durable: bool) -> list[str]:
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        "unix_socket_directories": str(home),
        "max_connections": "100",
        "shared_buffers": "256MB" if durable else "64MB",
        "timezone": "UTC",
    }
    if not durable:
        settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    return [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]


def _ready(folder: Path, server: subprocess.Popen[bytes], port: int) -> bool:
    until = time.monotonic() + READY_WITHIN_SECONDS
    asked = [str(folder / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port), "-U", USER]
    while server.poll() is None and time.monotonic() < until:
        if subprocess.run(asked, check=False).returncode == 0:
            return True
        time.sleep(0.05)
    return False


def _database_made(folder: Path, port: int) -> bool:
    made = subprocess.run(
        [str(folder / "createdb"), "-h", "127.0.0.1", "-p", str(port), "-U", USER, USER],
        check=False,
    )
    return made.returncode == 0


def unprivileged() -> tuple[int | None, int | None]:
    """User and group to start the server as: PostgreSQL refuses root. (None, None): ourselves."""
    if os.geteuid() != 0:
        return None, None
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    chosen = known.get("postgres") or known["nobody"]
    return chosen.pw_uid, chosen.pw_gid


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _last_words(log: Path) -> str:
    return " / ".join(log.read_text(errors="replace").splitlines()[-3:])


if __name__ == "__main__":
    asked = argparse.ArgumentParser()
    asked.add_argument("--durable", action="store_true")
    sys.exit(keep(asked.parse_args().durable))
