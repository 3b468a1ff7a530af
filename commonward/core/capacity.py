"""How large a machine a site needs (容量规划): from people and reports a year, by figures with sources.

It is arithmetic over `capacity.toml`, no promise: each figure says whether it was measured or is
assumed. More people, more reports or more years never need less.
"""

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

HOURS = 8760
GB = 1_000_000_000
THREADS = 8
"""Requests that one web process answers at once (granian --blocking-threads)."""
WORKERS = ("work", "plan", "banks", "ledger", "ledger-check", "figures", "publish")
KINDS = ("measured", "assumed")


@dataclass(frozen=True, slots=True)
class Figure:
    """What one thing costs, and how that is known."""

    value: float
    kind: str
    source: str


@dataclass(frozen=True, slots=True)
class Needs:
    """What a site needs at the end of its years; `disk_gb` is without backups."""

    database: str
    cores: int
    memory_gb: int
    disk_gb: int
    backup_gb: int
    web: int
    live: int
    workers: int
    busy_cpu: float
    """Processors that the busiest hour really takes."""
    reports_an_hour: int
    """In the busiest hour."""


def figures(text: str = "") -> Mapping[str, Figure]:
    """The shipped figures, with those of `text` (TOML of the same form) over them.

    Raises ValueError naming what is wrong.
    """
    found = _read((Path(__file__).parent / "capacity.toml").read_text("utf-8"))
    own = _read(text)
    unknown = set(own) - set(found)
    if unknown:
        raise ValueError(f"there are no figures {', '.join(sorted(unknown))}")
    return {**found, **own}


def _read(text: str) -> dict[str, Figure]:
    found = {}
    for name, given in tomllib.loads(text).items():
        try:
            one = Figure(float(given["value"]), str(given["kind"]), str(given["source"]))
        except (KeyError, TypeError) as fault:
            raise ValueError(f"{name} needs a value, a kind and a source") from fault
        if not (math.isfinite(one.value) and one.value > 0) or one.kind not in KINDS:
            raise ValueError(f"{name} is above 0, and measured or assumed")
        found[name] = one
    return found


def needs(people: int, reports: int, years: int, of: Mapping[str, Figure]) -> Needs:
    """What so many inhabitants and reports a year need, after so many years of keeping.

    Raises ValueError for less than one of each.
    """
    if min(people, reports, years) < 1:
        raise ValueError("people, reports and years are whole numbers from 1")
    f = {name: one.value for name, one in of.items()}
    hourly = reports / HOURS * f["busiest"]
    steps = hourly * f["events_a_case"]
    reads = people * f["reads_a_person"] / HOURS * f["busiest"]
    spent = (
        hourly * f["report_cpu_ms"]
        + steps * (f["step_cpu_ms"] + f["pages_a_step"] * f["page_cpu_ms"])
        + reads * f["page_cpu_ms"]
    )
    busy = spent / 1000 / 3600
    web = max(1, math.ceil(busy / f["use"]))
    small = people <= 100_000 and web == 1
    live = max(1, math.ceil(people * f["staff_a_person"] / f["live_people"]))
    # The workers share a processor; plans and figures may take one of their own for minutes.
    cores = max(2, web + live + (0 if small else 2))
    cases = reports * years
    waiting = reports / 365 * f["open_days"]
    database = cases * f["case_bytes"] * (1 if small else f["database_factor"])
    each = f["web_memory_mb"] * 1e6 + waiting * f["open_case_memory_bytes"]
    memory = (
        web * each
        + len(WORKERS) * f["worker_memory_mb"] * 1e6
        + live * 133e6
        + (0.5 * GB if small else max(1 * GB, min(database / 4, 64 * GB)))
        + 1 * GB
    )
    photos = cases * f["photos_a_report"] * f["photo_bytes"]
    files = cases * (f["events_a_case"] * f["leaf_bytes"] + f["figure_bytes"])
    whole = database + photos + files
    return Needs(
        database="SQLite" if small else "PostgreSQL",
        cores=cores,
        memory_gb=math.ceil(memory / GB),
        disk_gb=math.ceil(whole / GB) + 10,
        backup_gb=math.ceil(whole * f["backups"] / GB) + 1,
        web=web,
        live=live,
        workers=len(WORKERS),
        busy_cpu=round(busy, 2),
        reports_an_hour=math.ceil(hourly),
    )
