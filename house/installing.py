"""Bring what the lock file names into this folder: `.tools` (uv) and `.venv` (the project)."""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from house import postgres

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
TOOLS = ROOT / ".tools"
UV_RELEASE = "uv==0.13.9"
STAMP = VENV / ".in-step-with"


class Failed(Exception):
    """A step of setting up did not work; the text says which, and what would help."""


def interpreter() -> Path:
    """The Python that the environments are made from (never the one inside an environment)."""
    return Path(getattr(sys, "_base_executable", sys.executable)).resolve()


def install() -> None:
    """Make `.venv` match the lock file; at once when it already does. Raises Failed."""
    wanted = _fingerprint()
    if PYTHON.exists() and STAMP.exists() and STAMP.read_text() == wanted:
        return
    tool = uv()
    print(f"setup: .venv from uv.lock with Python {sys.version.split()[0]}", flush=True)
    environment = {
        **os.environ,
        "UV_PYTHON_DOWNLOADS": "never",
        "UV_PROJECT_ENVIRONMENT": str(VENV),
        "UV_HTTP_TIMEOUT": os.environ.get("UV_HTTP_TIMEOUT", "180"),
    }
    environment.pop("VIRTUAL_ENV", None)
    _twice(
        [str(tool), "sync", "--frozen", "--python", str(interpreter())],
        environment,
        "the locked packages could not be installed into .venv",
    )
    STAMP.write_text(wanted)


def install_security() -> None:
    """What reads code and libraries, into `.tools/security`, out of the same lock file."""
    environment = {
        **os.environ,
        "UV_PYTHON_DOWNLOADS": "never",
        "UV_PROJECT_ENVIRONMENT": str(TOOLS / "security"),
    }
    environment.pop("VIRTUAL_ENV", None)
    _twice(
        [
            *(str(uv()), "sync", "--frozen", "--quiet", "--only-group", "security"),
            *("--python", str(interpreter())),
        ],
        environment,
        "the locked tools of the security check could not be installed into .tools/security",
    )


def ask_for_postgres() -> None:
    """Install PostgreSQL's binaries where that is possible, else say what is left out.

    Never fails: the embedded mode (SQLite) needs no server.
    """
    if postgres.binaries() is None and not _by_apt("postgresql", postgres.binaries):
        print(
            "setup: no PostgreSQL server binaries here, and this user cannot install them. "
            "Everything works in the embedded mode (SQLite); for PostgreSQL install the package "
            "`postgresql`, or give DATABASE_URL.",
            flush=True,
        )


def ask_for_chromium() -> None:
    """Install Debian's Chromium for the browser tests where that is possible, else say so."""

    def found() -> str | None:
        return shutil.which("chromium") or shutil.which("chromium-browser")

    if found() is None and not _by_apt("chromium", found):
        print(
            "setup: no Chromium here, and this user cannot install it. The tests in "
            "tests/browser will be skipped, and say so.",
            flush=True,
        )


def ask_for_java() -> None:
    """Install Java for the figures of a whole province where that is possible, else say so."""

    def found() -> str | None:
        return shutil.which("java")

    if found() is None and not _by_apt("openjdk-17-jre-headless", found):
        print(
            "setup: no Java here, and this user cannot install it. Only figures computed on Spark "
            "(a province's engine) need it; their tests will be skipped, and say so.",
            flush=True,
        )


def _by_apt(package: str, found: Callable[[], object]) -> bool:
    """Whether the package is there after asking apt-get for it, as root on Debian."""
    if not (hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get")):
        return False
    print(f"setup: {package} through apt-get", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update", "-q"],
        ["apt-get", "install", "-q", "-y", "--no-install-recommends", package],
    ):
        if subprocess.run(command, env=environment, check=False).returncode:
            break
    return found() is not None


def _fingerprint() -> str:
    told = hashlib.sha256()
    for name in ("uv.lock", "pyproject.toml"):
        told.update((ROOT / name).read_bytes())
    told.update(f"{sys.version_info[:3]} {interpreter()}".encode())
    return told.hexdigest()


def uv() -> Path:
    """The one release of uv that everything here is made with, brought into `.tools` once."""
    found = TOOLS / "bin" / "uv"
    stamp = TOOLS / ".release"
    if found.exists() and stamp.exists() and stamp.read_text() == UV_RELEASE:
        return found
    print(f"setup: {UV_RELEASE} into .tools", flush=True)
    made = subprocess.run(
        [str(interpreter()), "-m", "venv", "--clear", str(TOOLS)], check=False
    ).returncode
    if made:
        raise Failed("python -m venv could not make .tools (on Debian: install python3-venv)")
    pip = [str(TOOLS / "bin" / "python"), "-m", "pip", "install", "--quiet"]
    _twice(
        [*pip, "--disable-pip-version-check", "--only-binary", ":all:", UV_RELEASE],
        dict(os.environ),
        f"pip could not install {UV_RELEASE}: is the network there?",
    )
    stamp.write_text(UV_RELEASE)
    return found


def _twice(command: list[str], environment: dict[str, str], words: str) -> None:
    """Run it, and once more after a pause: a package index is sometimes away for a moment."""
    for pause in (3, 0):
        if subprocess.run(command, env=environment, cwd=ROOT, check=False).returncode == 0:
            return
        time.sleep(pause)
    raise Failed(words)
