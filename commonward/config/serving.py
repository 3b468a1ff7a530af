"""Serving: the site, its live stream and what works beside them, as processes that live together.

Standard library alone: `./dev` reads it before anything is installed, and so does the installed
`commonward` before it knows its settings.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

WORK: Sequence[Sequence[str]] = (
    # A bank is asked within a second, and a report is in the public log within ten; the other work
    # has time.
    ("work", "--every", "15"), ("plan", "--every", "2"),
    ("ask_banks", "--every", "1"), ("ledger", "sequence", "--every", "2"),
    ("ledger", "check", "--every", "600"),
    ("figures", "refresh", "--every", "60"), ("publish", "--every", "900"),
)  # fmt: skip
"""What works beside the site."""
DEMO: Sequence[Sequence[str]] = (
    # Its people, hooks and mails follow its own clock (its people tick it, too). Hooks stay on this
    # machine, and mails are sent only where a mail server is named.
    ("living", "act"),
    ("call_hooks", "--every", "15"), ("plan", "--every", "2"),
    ("ask_banks", "--every", "1"),
    ("ledger", "sequence", "--every", "2"), ("demo_bank",),
    ("ledger", "check", "--every", "600"),
    ("figures", "refresh", "--every", "30"), ("publish", "--every", "300"),
)  # fmt: skip
"""What works beside the demonstration."""
_WAIT = 0.1
_KILLED = frozenset({-signal.SIGKILL, -signal.SIGSEGV, -signal.SIGABRT, -signal.SIGBUS})
"""What a program ends with that did not end by itself and was not asked to."""
_PATIENCE = 30.0
"""Seconds to end in; what a worker had leased is taken up by another one."""


def own_folder(root: Path, name: str) -> Path:
    """Where an installation keeps its files when nothing says so.

    Beside the code where that is a folder of the project; in the user's own folder of data where
    the code was installed as a package, which the next update would throw away with all in it.
    """
    if (root / "pyproject.toml").is_file():
        return root / "var" / name if name else root / "var"
    if sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    elif sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    else:
        base = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return base / (f"commonward-{name}" if name else "commonward")


def demo_workers() -> list[Sequence[str]]:
    """What works beside the demonstration; it mails only where a mail server is named."""
    mails = os.environ.get("COMMONWARD_SMTP") and os.environ.get("COMMONWARD_MAIL_FROM")
    return [*DEMO, *([("deliver", "--every", "15")] if mails else [])]


def become_demo(arguments: Sequence[str]) -> None:
    """The environment of a demonstration, for this process and those that it starts."""
    os.environ["COMMONWARD_DEMO"] = "1"
    # Anybody may be anybody there; a second factor would only stand in the way.
    os.environ.setdefault("COMMONWARD_SECOND_FACTOR", "0")
    os.environ["COMMONWARD_SITE_URL"] = site_address(arguments)


def serve(
    arguments: list[str],
    beside: Sequence[Sequence[str]] = (),
    *,
    granian: Sequence[str] = (sys.executable, "-m", "granian"),
    folder: Path | None = None,
) -> int:
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
    print(f"run: http://{host}:{port}/ (Ctrl-C ends it)", flush=True)  # noqa: T201 (a terminal's word)
    return together(
        (
            [
                *(*granian, "--interface", "wsgi", "--host", host, "--port", str(port)),
                *("--workers", size[0], "--blocking-threads", size[1]),
                "--respawn-failed-workers",
                *("commonward.config.wsgi:application", *arguments),
            ],
            [
                *(*granian, "--interface", "asgi", "--host", host, "--port", str(port + 1)),
                # One process holds thousands of streams; they are cut when it ends, and resumed.
                *("--workers", "1", "--workers-kill-timeout", "1"),
                *("--backlog", "4096", "--backpressure", "8192"),
                "commonward.config.live:application",
            ],
            *beside,
        ),
        environment,
        folder,
    )


def site_address(arguments: Sequence[str]) -> str:
    """Where the site will be found: what COMMONWARD_SITE_URL says, or this machine and the port."""
    port = int(_given(arguments, "--port", "8000"))
    return os.environ.get("COMMONWARD_SITE_URL", f"http://localhost:{port}")


def together(
    commands: Sequence[Sequence[str]],
    environment: dict[str, str] | None = None,
    folder: Path | None = None,
    stood: float = 10.0,
) -> int:
    """Run them side by side; when one ends, or SIGTERM or Ctrl-C comes, all are ended.

    One that somebody else kills (the kernel, where memory ends) after it has stood for so many
    seconds is begun again, as a service manager would.

    The exit code is that of the one that ended first, 0 when we were told to end.
    """
    told = False

    def end(_number: int, _frame: object) -> None:
        nonlocal told
        told = True

    # Before the first of them runs: told to end while they begin, none would be left behind.
    before = {name: signal.signal(name, end) for name in (signal.SIGTERM, signal.SIGINT)}
    running: list[subprocess.Popen[bytes]] = []
    since: list[float] = []
    try:
        for command in commands:
            running.append(subprocess.Popen(command, cwd=folder, env=environment))  # noqa: S603 (our own programs, no shell)
            since.append(time.monotonic())
        while not told:
            time.sleep(_WAIT)
            codes = [one.poll() for one in running]
            again = [
                place
                for place, code in enumerate(codes)
                if code in _KILLED and time.monotonic() - since[place] >= stood
            ]
            for place in again:
                running[place] = subprocess.Popen(commands[place], cwd=folder, env=environment)  # noqa: S603 (as above)
                since[place] = time.monotonic()
            if any(code is not None and place not in again for place, code in enumerate(codes)):
                break
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
