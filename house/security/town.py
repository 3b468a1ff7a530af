"""The town that is crawled: the demonstration's district, made once, copied, served on loopback."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from house.installing import ROOT, Failed
from house.security.asking import Browser, Page

HOST = "127.0.0.1"
_PATIENCE = 120.0


@dataclass(frozen=True, slots=True)
class Town:
    """A served town: where it answers, its process, its folder and its environment."""

    port: int
    process: subprocess.Popen[bytes]
    folder: Path
    environment: Mapping[str, str]

    def browser(self, **headers: str) -> Browser:
        """A visitor whom it does not know yet."""
        return Browser(HOST, self.port, headers)

    def signed_in(self, login: str) -> Browser:
        """A visitor who is one of the demonstration's posts; "" is nobody."""
        browser = self.browser()
        if login:
            page = Page("/demo/", browser.get("/demo/").text)
            signs = [
                v for form in page.forms for n, _k, v in form.fields if n == "csrfmiddlewaretoken"
            ]
            fields = [("login", login), ("csrfmiddlewaretoken", signs[0])]
            answer = browser.send("/demo/sign-in/", fields)
            if answer.status != 302:
                raise Failed(f"{login} could not sign in: {answer.status}")
        return browser

    def keys(self) -> dict[str, str]:
        """The keys of programs, by log-in."""
        lines = (self.folder / "demo-keys").read_text("utf-8").splitlines()
        return dict(line.split(" ", 1) for line in lines)

    def work(self) -> tuple[float, int]:
        """CPU seconds that its processes spent so far, and the most memory one held, in KiB."""
        ticks = most = 0
        for pid in _family(self.process.pid):
            with contextlib.suppress(OSError):
                stat = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
                ticks += int(stat[11]) + int(stat[12])
                held = [
                    int(line.split()[1])
                    for line in Path(f"/proc/{pid}/status").read_text("utf-8").splitlines()
                    if line.startswith("VmHWM")
                ]
                most = max(most, *held)
        return ticks / os.sysconf("SC_CLK_TCK"), most


def environment(folder: Path, port: int, **more: str) -> dict[str, str]:
    """What the town's processes are told."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COMMONWARD_")}
    kept.pop("DATABASE_URL", None)
    return {
        **kept,
        "COMMONWARD_VAR": str(folder),
        "COMMONWARD_DEMO": "1",
        "COMMONWARD_SECOND_FACTOR": "0",
        "COMMONWARD_SITE_URL": f"http://localhost:{port}",
        # One address sends many forms here; its bound is looked at by a test of its own.
        "COMMONWARD_SENDINGS_AN_HOUR": "0",
        "COMMONWARD_LANGUAGE": "en",
        "COMMONWARD_CHAT": "unsorted",
        "PYTHONPATH": str(ROOT),
        **more,
    }


def manage(folder: Path, *arguments: str) -> str:
    """Run a command of the town; gives what it printed."""
    told = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT, env=environment(folder, 8000), capture_output=True, text=True, check=False,
    )  # fmt: skip
    if told.returncode:
        raise Failed(f"{' '.join(arguments)}: {told.stderr.strip()[-600:]}")
    return told.stdout


def copied(made: Path, folder: Path) -> Path:
    """A copy to be spoilt; the town it is of must not be running."""
    shutil.copytree(made, folder)
    manage(folder, "migrate", "--verbosity", "0")
    return folder


def pages(folder: Path) -> list[dict[str, Any]]:
    """Every page of the town with something to show, and who looks at it."""
    found: list[dict[str, Any]] = json.loads(manage(folder, "living", "addresses"))["pages"]
    return found


@contextlib.contextmanager
def served(folder: Path, **more: str) -> Iterator[Town]:
    """A real server process of this town."""
    port = _free_port()
    told = environment(folder, port, **more)
    process = subprocess.Popen(
        [
            str(Path(sys.executable).parent / "granian"), "--interface", "wsgi",
            "--host", HOST, "--port", str(port), "--workers", "1", "--blocking-threads", "4",
            "--log-level", "warning", "commonward.config.wsgi:application",
        ],
        cwd=ROOT, env=told, stderr=(folder / "stderr.log").open("ab"),
    )  # fmt: skip
    try:
        _wait(process, port)
        yield Town(port, process, folder, told)
    finally:
        process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(20)
        process.kill()


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    ends = time.monotonic() + _PATIENCE
    while time.monotonic() < ends:
        if process.poll() is not None:
            raise Failed("the town's server ended at once; see stderr.log in its folder")
        if Browser(HOST, port).get("/-/alive").status == 200:
            return
        time.sleep(0.2)
    raise Failed("the town's server does not answer")


def _free_port() -> int:
    with socket.socket() as line:
        line.bind((HOST, 0))
        port: int = line.getsockname()[1]
        return port


def _family(pid: int) -> list[int]:
    found = [pid]
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            if int(path.read_text("utf-8").rpartition(")")[2].split()[1]) == pid:
                found.append(int(path.parent.name))
    return found
