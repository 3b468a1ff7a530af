"""A sign of life of each worker, and when the last backup was made and what was due was forgotten:
small files, no table.

They lie in `beats/` of COMMONWARD_VAR, one for each worker and host, so that several hosts may share
the folder; where they do not, each one knows of its own alone. Moments are the world's.
"""

import json
import os
import re
import socket
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

LONG_PASS = 3600.0
"""Seconds that a pass may take before its worker is thought to be stuck: a plan takes minutes."""
_LATE = 60.0


@dataclass(frozen=True, slots=True)
class Beat:
    """A worker on a host: its last sign of life (seconds since 1970), its pause, and whether it
    was in the middle of a pass."""

    worker: str
    host: str
    at: float
    every: float
    working: bool

    def is_late(self, now: float) -> bool:
        """Whether it should have given another sign by now."""
        bound = LONG_PASS if self.working else 3 * self.every + _LATE
        return now - self.at > bound


def beat(worker: str, every: float, *, working: bool) -> None:
    """Give a sign of life. A disk that is full or read-only stops no worker."""
    host = socket.gethostname()
    told = {"worker": worker, "host": host, "at": time.time(), "every": every, "working": working}
    with suppress(OSError):
        _write(f"{worker}@{host}.json", told)


def beats() -> Sequence[Beat]:
    """The last sign of life of each worker and host, by name."""
    found = []
    for path in sorted(_folder().glob("*@*.json")):
        told = _read(path)
        with suppress(KeyError, TypeError, ValueError):
            found.append(
                Beat(str(told["worker"]), str(told["host"]), float(told["at"]),
                     float(told["every"]), bool(told["working"]))
            )  # fmt: skip
    return found


def newest() -> Mapping[str, Beat]:
    """The newest sign of life of each worker, on whichever host: a host that is gone is not missed."""
    found: dict[str, Beat] = {}
    for one in beats():
        if one.worker not in found or found[one.worker].at < one.at:
            found[one.worker] = one
    return found


def note_done(work: str) -> None:
    """Remember that this work ("backup", "forget") was done well, now."""
    with suppress(OSError):
        _write(f"{work}-done.json", {"at": time.time()})


def last_done(work: str) -> float | None:
    """When it last was (seconds since 1970); None for never, as far as is known here."""
    try:
        return float(_read(_folder() / f"{work}-done.json")["at"])
    except (KeyError, TypeError, ValueError):
        return None


def _folder() -> Path:
    return Path(settings.VAR) / "beats"


def _read(path: Path) -> dict[str, Any]:
    try:
        told = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def _write(name: str, told: dict[str, Any]) -> None:
    place = _folder() / re.sub(r"[^\w@.-]", "-", name)
    place.parent.mkdir(parents=True, exist_ok=True)
    made = place.with_name(f".{place.name}.{os.getpid()}")
    made.write_text(json.dumps(told) + "\n", "utf-8")
    made.replace(place)
