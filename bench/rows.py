"""What a measurement gives: rows of the one table."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Row:
    """A line of the table; `ok` is None where there is no budget."""

    work: str
    measured: str
    budget: str = "–"
    ok: bool | None = None
    note: str = ""


@dataclass(frozen=True)
class Context:
    """What a measurement may use: how much of it to do (1.0 is the whole), and a folder.

    The database is the one of Django's settings: an empty, durable one, migrated already.
    """

    scale: float
    folder: Path
    kept: Path | None = None
    """A folder that stays, for what takes long to make and may serve the next run too."""

    def count(self, whole: int, least: int = 1) -> int:
        """So many, scaled."""
        return max(least, round(whole * self.scale))


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which this share of them lies (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


_TICK = os.sysconf("SC_CLK_TCK")


def cpu_seconds(root: int) -> float:
    """Processor seconds of a process, of all below it, and of those that it has reaped."""
    parents: dict[int, list[int]] = {}
    spent: dict[int, float] = {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        pid = int(folder.name)
        parents.setdefault(int(fields[1]), []).append(pid)
        # utime, stime, and those of children that have ended.
        spent[pid] = sum(int(fields[n]) for n in (11, 12, 13, 14)) / _TICK
    total, waiting = 0.0, [root]
    while waiting:
        pid = waiting.pop()
        total += spent.get(pid, 0.0)
        waiting += parents.get(pid, [])
    return total


def postgres_process(port: int) -> int:
    """The main process of the PostgreSQL server on this port of this machine."""
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            command = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if command[0].endswith(b"/postgres") and f"port={port}".encode() in command:
            return int(folder.name)
    raise LookupError(f"no PostgreSQL server process was found for port {port}")
