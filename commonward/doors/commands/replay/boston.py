"""Boston's 311 cases of 2015: its departments, its target dates as limits, its closing times."""

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from statistics import median
from zoneinfo import ZoneInfo

from commonward.core.calendars import Limit, Unit
from commonward.core.refusals import N_, Invalid
from commonward.core.sheets import Sheet
from commonward.doors.commands.replay import days_off
from commonward.doors.commands.replay.matters import DataSet, Kind, Matter, in_order, seconds

ZONE = ZoneInfo("America/New_York")
CASES = Path("data/cases/boston311_2015.csv.gz")
PAIRS = Path("data/text/boston_duplicate_pairs.csv")
COLUMNS = (
    "CASE_ENQUIRY_ID", "OPEN_DT", "TARGET_DT", "CLOSED_DT", "CLOSURE_REASON", "CASE_TITLE",
    "REASON", "TYPE", "Department", "Location", "LATITUDE", "LONGITUDE", "Source",
)  # fmt: skip
DEPARTMENTS: Mapping[str, str] = {
    "PWDx": "Public Works", "ISD": "Inspectional Services", "BTDT": "Transportation",
    "INFO": "Information", "PARK": "Parks and Recreation", "PROP": "Property Management",
    "HS_O": "Civil Rights", "BWSC": "Water and Sewer", "DISB": "Disability", "GEN_": "General",
    "ANML": "Animal Control", "HS_Y": "Youthline", "CHT_": "City Hall Truck", "BPS_": "Schools",
    "HS_V": "Veterans", "HS_D": "Human Services", "No Q": "No queue",
}  # fmt: skip
CHANNELS: Mapping[str, str] = {
    "Constituent Call": "phone", "Citizens Connect App": "app", "Employee Generated": "staff",
    "City Worker App": "grid", "Self Service": "web", "Maximo Integration": "system",
    "Twitter": "social",
}  # fmt: skip
ENOUGH = 5
"""Stated targets of a type from which its handling limit is taken."""


def read(shared: Path) -> DataSet:
    """The whole data set. Raises Invalid when the files are not there.

    A target not after the opening becomes a limit of one second (it was overdue from the start);
    a closing a few seconds before the opening counts as the same moment.
    """
    sheet = Sheet.at(shared / CASES)
    sheet.need(*COLUMNS)
    rows = [dict(zip(sheet.columns, r.values, strict=True)) for r in sheet.records() if not r.fault]
    pairs = {later: earlier for later, earlier in _pairs(shared / PAIRS)}
    notes: Counter[str] = Counter()
    codes = _codes(rows)
    matters = [_matter(row, codes, pairs, notes) for row in rows]
    matters.sort(key=lambda m: (m.opened, m.ref))
    if not matters:
        raise Invalid(N_("{name} holds no case."), name=CASES.name, field="file")
    return DataSet(
        name="boston",
        title="波士顿2015",
        title_en="Boston 2015",
        district="990201",
        zone=str(ZONE),
        kinds=_kinds(rows, codes, matters),
        departments={
            code(d): DEPARTMENTS.get(d, d) for d in sorted({row["Department"] for row in rows})
        },
        matters=matters,
        days_off=list(days_off.boston(range(2014, 2021))),
        until=max(m.closed or m.opened for m in matters),
        tick_minutes=60,
        seed=2015,
        notes=dict(notes),
    )


def code(department: str) -> str:
    """The team's code of a department ("No Q" → "boston-no-q")."""
    return "boston-" + re.sub(r"\W+", "-", department.strip("_ ").lower())


def _pairs(path: Path) -> Iterable[tuple[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            yield row["later"], row["earlier"]


def _codes(rows: Sequence[Mapping[str, str]]) -> dict[tuple[str, str], str]:
    """(REASON, TYPE) → code: two digits for the reason, two for the type within it."""
    types: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        types[row["REASON"]].add(row["TYPE"])
    return {
        (reason, kind): f"B{r:02}{t:02}"
        for r, reason in enumerate(sorted(types), start=1)
        for t, kind in enumerate(sorted(types[reason]), start=1)
    }


def _kinds(
    rows: Sequence[Mapping[str, str]],
    codes: Mapping[tuple[str, str], str],
    matters: Sequence[Matter],
) -> list[Kind]:
    answered: dict[str, Counter[str]] = defaultdict(Counter)
    limits: dict[str, list[int]] = defaultdict(list)
    for m in matters:
        answered[m.category][m.department] += 1
        if m.limit is not None:
            limits[m.category].append(m.limit)
    return [
        Kind(
            code=found,
            name=kind,
            name_en=kind,
            group=reason,
            department=answered[found].most_common(1)[0][0],
            limit=_days(limits[found]),
        )
        for (reason, kind), found in sorted(codes.items(), key=lambda item: item[1])
    ]


def _days(stated: Sequence[int]) -> Limit | None:
    if len(stated) < ENOUGH:
        return None
    return Limit(max(1, round(median(stated) / 86_400)), Unit.DAY)


def _matter(
    row: Mapping[str, str],
    codes: Mapping[tuple[str, str], str],
    pairs: Mapping[str, str],
    notes: Counter[str],
) -> Matter:
    ref = row["CASE_ENQUIRY_ID"]
    opened = _moment(row["OPEN_DT"])
    closed = _moment(row["CLOSED_DT"]) if row["CLOSED_DT"] else None
    if closed is not None and closed < opened:
        notes["closed a few seconds before the opening: taken as the same moment"] += 1
    closed = in_order(ref, opened, closed)
    limit = None
    if row["TARGET_DT"]:
        limit = _moment(row["TARGET_DT"]) - opened
        if limit <= 0:
            notes["target not after the opening: a limit of one second"] += 1
            limit = 1
    else:
        notes["without a target date: no total limit"] += 1
    duplicate = "duplicate of existing" in row["CLOSURE_REASON"].lower()
    return Matter(
        ref=ref,
        category=codes[row["REASON"], row["TYPE"]],
        department=code(row["Department"]),
        opened=opened,
        closed=closed,
        limit=limit,
        lat=float(row["LATITUDE"]),
        lon=float(row["LONGITUDE"]),
        words=row["CASE_TITLE"] or row["TYPE"],
        address=" ".join(row["Location"].split()),
        channel=CHANNELS.get(row["Source"], "phone"),
        same_as=pairs.get(ref, ""),
        duplicate=duplicate or ref in pairs,
    )


def _moment(text: str) -> int:
    """Boston's wall clock; of an hour that happens twice the first is meant."""
    return seconds(datetime.fromisoformat(text).replace(tzinfo=ZONE))
