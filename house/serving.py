"""Serving: the site (WSGI) and its live stream (ASGI) as two processes that begin and end together.

Standard library alone, as all of `house` that runs before anything is installed.
"""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Sequence

from house.installing import ROOT, VENV

_WAIT = 0.1
_PATIENCE = 30.0
"""Seconds to end in; what a worker had leased is taken up by another one."""


def serve(arguments: list[str], beside: Sequence[Sequence[str]] = ()) -> int:
    """Serve until one of the two ends or we are told to end; arguments go to the site's granian.

    What runs `beside` them begins and ends with them.
    The stream answers on the next port, and the pages are told so, unless COMMONWARD_LIVE_URL
    says that something before both makes them one address.
    """
    host = _given(arguments, "--host", "127.0.0.1")
    port = int(_given(arguments, "--port", "8000"))
    environment = os.environ | {
        "COMMONWARD_LIVE_URL": os.environ.get("COMMONWARD_LIVE_URL", f":{port + 1}"),
        "COMMONWARD_SITE_URL": site_address(arguments),
    }
    # SQLite has one writer: more processes would only queue behind its lock.
    size = ("2", "8") if os.environ.get("DATABASE_URL", "").startswith("postgres") else ("1", "4")
    granian = str(VENV / "bin" / "granian")
    print(f"run: http://{host}:{port}/ (Ctrl-C ends it)", flush=True)
    return together(
        (
            [
                *(granian, "--interface", "wsgi", "--host", host, "--port", str(port)),
                *("--workers", size[0], "--blocking-threads", size[1]),
                *("commonward.config.wsgi:application", *arguments),
            ],
            [
                *(granian, "--interface", "asgi", "--host", host, "--port", str(port + 1)),
                # One process holds thousands of streams; they are cut when it ends, and resumed.
                *("--workers", "1", "--workers-kill-timeout", "1"),
                *("--backlog", "4096", "--backpressure", "8192"),
                "commonward.config.live:application",
            ],
            *beside,
        ),
        environment,
    )


def site_address(arguments: Sequence[str]) -> str:
    """Where the site will be found: what COMMONWARD_SITE_URL says, or this machine and the port."""
    port = int(_given(arguments, "--port", "8000"))
    return os.environ.get("COMMONWARD_SITE_URL", f"http://localhost:{port}")


def together(commands: Sequence[Sequence[str]], environment: dict[str, str] | None = None) -> int:
    """Run them side by side; when one ends, or SIGTERM or Ctrl-C comes, all are ended.

    The exit code is that of the one that ended first, 0 when we were told to end.
    """
    told = False

    def end(_number: int, _frame: object) -> None:
        nonlocal told
        told = True

    # Before the first of them runs: told to end while they begin, none would be left behind.
    before = {name: signal.signal(name, end) for name in (signal.SIGTERM, signal.SIGINT)}
    running: list[subprocess.Popen[bytes]] = []
    try:
        running += [subprocess.Popen(command, cwd=ROOT, env=environment) for command in commands]
        while not told and all(one.poll() is None for one in running):
            time.sleep(_WAIT)
        first = next((one.returncode for one in running if one.poll() is not None), 0)
        for one in running:
            with contextlib.suppress(ProcessLookupError):
                one.terminate()
        until = time.monotonic() + _PATIENCE
        for one in running:
            try:
                one.wait(max(0.0, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                one.kill()
                one.wait()
        return 0 if told else first
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)


def _given(arguments: Sequence[str], name: str, default: str) -> str:
    """The value of an option as granian takes it: `--port 8080` or `--port=8080`."""
    for place, argument in enumerate(arguments):
        if argument.startswith(f"{name}="):
            return argument.partition("=")[2]
        if argument == name and place + 1 < len(arguments):
            return arguments[place + 1]
    return default
