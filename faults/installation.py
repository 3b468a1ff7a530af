"""A site as an operator runs it: its programs, each begun again when it ends, as a service manager does."""

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from faults import templates

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 900.0
"""Seconds after which a program that does not answer never will (the machine may be busy)."""
AGAIN = 0.5
"""Seconds until a program that ended is begun again; the service files say five."""


class Broken(Exception):
    """The harness itself cannot go on: nothing can be said about the site."""


def free_port(host: str = "127.0.0.1") -> int:
    """A port that nobody has now."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


class Program:
    """One program, begun again whenever it ends, until `stop`; its words go to a file."""

    def __init__(
        self, name: str, command: Sequence[str], environment: dict[str, str], log: Path, **more: Any
    ) -> None:
        self.name, self.begun, self.ended = name, 0, list[int]()
        self._command, self._environment, self._log, self._more = command, environment, log, more
        self._over, self._held = threading.Event(), threading.Event()
        self._child: subprocess.Popen[bytes] | None = None
        self._up = threading.Event()
        self._keeper = threading.Thread(target=self._keep, name=name, daemon=True)
        self._keeper.start()
        self._up.wait(PATIENCE)

    def _keep(self) -> None:
        while not self._over.is_set():
            with self._log.open("ab") as log:
                self._child = subprocess.Popen(
                    self._command, cwd=ROOT, env=self._environment, stdin=subprocess.DEVNULL,
                    stdout=log, stderr=log, start_new_session=True, **self._more,
                )  # fmt: skip
            self.begun += 1
            self._up.set()
            self.ended.append(self._child.wait())
            # What is left of the group of a killed one would hold its port.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._child.pid, signal.SIGKILL)
            self._over.wait(AGAIN)
            while self._held.is_set() and not self._over.is_set():
                self._over.wait(0.1)

    def hold(self) -> None:
        """Do not begin it again until `release`: its machine is away."""
        self._held.set()

    def release(self) -> None:
        """Its machine is back."""
        self._held.clear()

    @property
    def pid(self) -> int:
        """Of the program that runs now."""
        assert self._child is not None
        return self._child.pid

    def kill(self) -> None:
        """kill -9 of it and of all that it began."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)

    def kill_child(self) -> bool:
        """kill -9 of one process that it began, and not of itself."""
        path = Path(f"/proc/{self.pid}/task/{self.pid}/children")
        with contextlib.suppress(OSError):
            for child in path.read_text().split():
                with contextlib.suppress(OSError):
                    if b"python" in Path(f"/proc/{child}/cmdline").read_bytes():
                        os.kill(int(child), signal.SIGKILL)
                        return True
        return False

    def stop(self) -> None:
        """End it for good, as a service manager: asked, and then killed."""
        self._over.set()
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGTERM)
        self._keeper.join(20)
        if self._keeper.is_alive():
            self.kill()
            self._keeper.join(20)


@dataclass
class Site:
    """An installation with a folder of its own; `programs` run between `start` and `stop`."""

    folder: Path
    database: str = ""
    more: dict[str, str] = field(default_factory=dict)
    host: str = "127.0.0.1"
    sinks_in: Sequence[str] = ()
    """What stands before the command of the sinks, where these run in another network."""
    sinks_at: str = "127.0.0.1"
    programs: dict[str, Program] = field(default_factory=dict)
    told: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.var = self.folder / "var"
        (self.var / "static").mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        self.arrivals = self.folder / "arrivals"
        self._sinks = subprocess.Popen(
            [*self.sinks_in, sys.executable, "-m", "faults.sinks", str(self.arrivals), self.sinks_at],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            start_new_session=True,
        )  # fmt: skip
        assert self._sinks.stdout is not None
        ports = json.loads(self._sinks.stdout.readline())
        kept = {k: v for k, v in os.environ.items() if not k.startswith("COMMONWARD_")}
        kept.pop("DATABASE_URL", None)
        # An installed site has its bytecode; without it each start would compile everything anew.
        kept.pop("PYTHONDONTWRITEBYTECODE", None)
        self.environment = kept | {
            "PYTHONPATH": str(ROOT),
            "PYTHONPYCACHEPREFIX": str(templates.KEPT / "bytecode"),
            "COMMONWARD_VAR": str(self.var),
            "COMMONWARD_LANGUAGE": "en",
            "COMMONWARD_SITE_URL": f"http://localhost:{self.port}",
            "COMMONWARD_SMTP": f"smtp://{self.sinks_at}:{ports['mails']}",
            "COMMONWARD_MAIL_FROM": "site@example.org",
            "COMMONWARD_HOOKS_PRIVATE": "1",
            "COMMONWARD_SENDINGS_AN_HOUR": "0",
            "COMMONWARD_SECOND_FACTOR": "0",
            **({"DATABASE_URL": self.database} if self.database else {}),
            **self.more,
        }
        self.hook = f"http://{self.sinks_at}:{ports['hooks']}/"

    def set_up(self) -> None:
        """The small district (copied where it was made before), keys of staff, a hook."""
        kept = templates.fill(self)
        accounts = json.dumps(kept["accounts"])
        self.told = kept | self.inside("set_up", self.hook, accounts)

    def inside(self, *what: str) -> dict[str, Any]:
        """What `faults.inside` tells. Raises Broken with its last words."""
        done = subprocess.run(
            [sys.executable, "-m", "faults.inside", *what], cwd=ROOT, env=self.environment,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise Broken(done.stderr[-3000:])
        found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return found

    def start(self) -> None:
        """Begin the programs that hold what was acknowledged, as `./dev run` begins them."""
        bin_ = Path(sys.executable).parent
        # SQLite has one writer; with PostgreSQL two processes serve.
        size = ("2", "4") if self.database else ("1", "4")
        manage = [sys.executable, "manage.py"]
        self.begin(
            "web", [str(bin_ / "granian"), "--interface", "wsgi", "--host", self.host,
            "--port", str(self.port), "--log-level", "error", "--workers", size[0],
            "--blocking-threads", size[1], "--respawn-failed-workers", "--respawn-interval", "0.5",
            "commonward.config.wsgi:application"],
        )  # fmt: skip
        self.begin("work", [*manage, "work", "--every", "1"])
        self.begin("ledger", [*manage, "ledger", "sequence", "--every", "1"])
        self.wait_ready()

    def begin(self, name: str, command: Sequence[str]) -> None:
        """One more program of the site."""
        log = self.folder / f"{name}.log"
        self.programs[name] = Program(name, command, self.environment, log)

    def ready(self) -> bool:
        """Whether it may be asked now."""
        line = http.client.HTTPConnection(self.host, self.port, timeout=20)
        try:
            line.request("GET", "/-/ready", headers={"Host": "localhost"})
            return line.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            line.close()

    def wait_ready(self, patience: float = PATIENCE) -> float:
        """Seconds until it may be asked. Raises Broken."""
        began = time.monotonic()
        while not self.ready():
            if time.monotonic() - began > patience:
                raise Broken(f"the site was not back after {patience:.0f} s; see {self.folder}")
            time.sleep(0.1)
        return time.monotonic() - began

    def received(self) -> list[dict[str, Any]]:
        """What arrived at the sinks; a line that is being written is left out."""
        if not self.arrivals.exists():
            return []
        text = self.arrivals.read_text(encoding="utf-8")
        return [json.loads(line) for line in text[: text.rfind("\n") + 1].splitlines()]

    def stop(self) -> None:
        """End the programs; the sinks stay until `close`."""
        for one in self.programs.values():
            one.stop()
        self.programs.clear()

    def close(self) -> None:
        """End everything."""
        self.stop()
        if self._sinks.stdin is not None:
            self._sinks.stdin.close()
        self._sinks.wait(20)


@contextlib.contextmanager
def site(folder: Path, **told: Any) -> Iterator[Site]:
    """A site that was set up and runs; everything of it ends with it."""
    made = Site(folder, **told)
    try:
        made.set_up()
        made.start()
        yield made
    finally:
        made.close()
