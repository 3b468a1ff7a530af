"""A slow and simple second opinion on terms of law: it walks day by day, and knows the law itself.

Nothing of the implementation is used here, and the figures below were typed from the laws, not
read from the rules. `python -m tests.core.terms_oracle` writes the table of vectors again; the
rows of `terms_by_hand` were counted with a paper calendar and are only copied into it.
"""

import csv
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

from tests.core.notices import OFF, WORK
from tests.core.terms_by_hand import BY_HAND

VECTORS = Path(__file__).parent / "vectors" / "terms.csv"
COLUMNS = (
    "rule",
    "track",
    "place",
    "start",
    "pauses",
    "longer",
    "expected",
    "last_day",
    "counted",
    "citation",
)
BEIJING = timezone(timedelta(hours=8))
KNOWN_YEARS = {2025, 2026}
ONE = timedelta(days=1)


@dataclass(frozen=True)
class Law:
    """So much of a unit; whether the last day moves; what interrupts; what makes it longer."""

    rule: str
    track: str
    amount: int
    unit: str
    citation: str
    moves: bool = False
    without: str = ""
    longer: str = ""


LAWS = (
    Law("mediation", "general", 1, "month", "人民调解工作若干规定33；民法典202"),
    Law(
        "mediation",
        "medical",
        30,
        "work",
        "医疗纠纷预防和处理条例38",
        False,
        "appraisal",
        "all_agree",
    ),
    Law("mediation", "labour", 15, "day", "劳动争议调解仲裁法14"),
    Law("court_acceptance", "court", 3, "work", "field practice: 3 working days"),
    Law(
        "mediation_before_filing",
        "court",
        30,
        "day",
        "法释〔2016〕14号27；民事诉讼法85",
        True,
        "appraisal",
        "all_agree",
    ),
    Law(
        "mediation_after_filing",
        "court",
        15,
        "day",
        "法释〔2016〕14号27；民事诉讼法85",
        True,
        "appraisal",
        "all_agree",
    ),
    Law(
        "mediation_after_filing_summary",
        "court",
        7,
        "day",
        "法释〔2016〕14号27；民事诉讼法85",
        True,
        "appraisal",
        "all_agree",
    ),
    Law("second_session", "police", 7, "work", "公安机关办理行政案件程序规定：七个工作日"),
    Law("traffic_request", "traffic", 10, "day", "道路交通安全法实施条例94", True),
    Law("legal_aid_decision", "labour", 7, "day", "法律援助法43"),
    Law("legal_aid_assignment", "legal_aid", 3, "day", "法律援助法43"),
    Law("protection_order", "protection", 72, "hour", "反家庭暴力法28"),
    Law("protection_order_urgent", "general", 24, "hour", "反家庭暴力法28"),
    Law("review_request", "review", 60, "day", "行政复议法20、88", True),
    Law("review_decision", "review", 60, "day", "行政复议法62", False, "", "head_approves"),
    Law("confirmation", "general", 30, "day", "人民调解法33；民事诉讼法205、85", True),
    Law("confirmation", "medical", 30, "day", "人民调解法33；民事诉讼法205、85", True),
    Law("enforcement", "general", 2, "year", "民事诉讼法250", True),
    Law("petition_route", "petition", 15, "day", "信访工作条例：15日"),
    Law("petition_answer", "petition", 60, "day", "信访工作条例：60日", False, "", "head_approves"),
    Law("petition_review_request", "petition", 30, "day", "信访工作条例：30日", True),
    Law("petition_review_answer", "petition", 30, "day", "信访工作条例：30日"),
)

STARTS = [
    "2025-01-31T09:00",  # a month with no such day
    "2025-02-28T23:59",
    "2025-01-24T17:30",  # before the make-up Sunday and the Spring Festival
    "2025-01-28T10:00",  # inside the holidays
    "2025-03-17T00:00",
    "2025-04-03T08:01",
    "2025-04-24T12:00",  # the make-up Sunday of 27 April
    "2025-05-16T15:15",
    "2025-08-31T16:45",
    "2025-09-16T11:11",
    "2025-09-26T18:00",
    "2025-10-11T09:30",  # a make-up Saturday
    "2025-11-29T13:00",  # a Saturday
    "2025-12-02T10:10",
    "2025-12-31T23:00",
    "2026-01-05T07:59",
    "2026-01-16T14:00",
    "2026-02-13T19:20",
    "2026-03-31T00:01",
    "2026-06-18T16:16",
    "2026-09-04T21:00",
    "2026-11-30T10:00",
    "2026-12-30T17:00",  # working days of a year that nobody has announced
    "2026-12-31T23:59",
]
OLDER = ["2023-12-31T10:00", "2024-02-29T10:00", "2024-01-31T10:00", "2023-10-01T10:00"]


def works(day: date) -> bool:
    """Whether offices work on that date, after the notices of the year."""
    if day in WORK:
        return True
    return day not in OFF and day.weekday() < 5


def paused(day: date, pauses: list[tuple[datetime, datetime]]) -> bool:
    """A pause leaves its first day out, and its last day belongs to it."""
    return any(begin.date() < day <= end.date() for begin, end in pauses)


def months_ahead(first: date, months: int) -> date:
    """Walk until so many new months have begun, then to the day of the same number."""
    day, begun = first, 0
    while begun < months:
        day += ONE
        begun += day.day == 1
    while day.day < first.day and (day + ONE).day != 1:
        day += ONE
    return day


def last_day(law: Law, start: datetime, pauses: list[tuple[datetime, datetime]], more: int) -> str:
    """The last day, `no_table` where working days are not known, `…?` where the move is not."""
    day, left = start.date(), law.amount + more
    if law.unit in ("month", "year"):
        day = months_ahead(day, law.amount * (12 if law.unit == "year" else 1))
    else:
        while left:
            day += ONE
            if law.unit == "work" and day.year not in KNOWN_YEARS:
                return "no_table"
            if not paused(day, pauses) and (law.unit == "day" or works(day)):
                left -= 1
    if not law.moves:
        return day.isoformat()
    moved = day
    while moved.year in KNOWN_YEARS and not works(moved):
        moved += ONE
    return moved.isoformat() if moved.year in KNOWN_YEARS else f"{day.isoformat()}?"


def row(
    law: Law, written: str, pause: tuple[str, str] | None = None, more: int = 0
) -> dict[str, str]:
    """One vector, counted here."""
    start = datetime.fromisoformat(written + "+08:00")
    pauses = [tuple(datetime.fromisoformat(end + "+08:00") for end in pause)] if pause else []
    if law.unit == "hour":
        at = start.replace(minute=0, second=0) + timedelta(hours=1)
        for _ in range(law.amount):
            at += timedelta(hours=1)
        expected, last = at.isoformat(), (at - timedelta(seconds=1)).date().isoformat()
    else:
        last = last_day(law, start, pauses, more)  # type: ignore[arg-type]
        expected = last
        if last[0] == "2":
            end = date.fromisoformat(last.rstrip("?")) + ONE
            expected = datetime(end.year, end.month, end.day, tzinfo=BEIJING).isoformat()
            expected += "?" if last.endswith("?") else ""
    return {
        "rule": law.rule,
        "track": law.track,
        "place": "/320509/",
        "start": start.isoformat(),
        "pauses": f"{law.without} {start_of(pause)} {end_of(pause)}" if pause else "",
        "longer": f"{more} {law.longer}" if more else "",
        "expected": expected,
        "last_day": last.rstrip("?"),
        "counted": "day by day",
        "citation": law.citation,
    }


def start_of(pause: tuple[str, str]) -> str:
    """As it stands in the table."""
    return f"{pause[0]}:00+08:00"


def end_of(pause: tuple[str, str]) -> str:
    """As it stands in the table."""
    return f"{pause[1]}:00+08:00"


def rows() -> list[dict[str, str]]:
    """Every vector: those counted by hand first."""
    found = [dict(zip(COLUMNS, hand, strict=True)) for hand in BY_HAND]
    for law in LAWS:
        starts = STARTS + (OLDER if law.unit in ("month", "year") else [])
        found += [row(law, start) for start in starts]
        if law.longer:
            found += [row(law, start, more=more) for start in STARTS[::3] for more in (1, 10, 30)]
        if law.without:
            for start in STARTS:
                begins = datetime.fromisoformat(start)
                for after, days in ((0, 3), (2, 0), (5, 12), (6, 40)):
                    pause = begins + after * ONE, begins + (after + days) * ONE
                    found.append(row(law, start, tuple(_short(end) for end in pause)))  # type: ignore[arg-type]
    return found


def _short(moment: datetime) -> str:
    return moment.isoformat(timespec="minutes")


if __name__ == "__main__":
    with VECTORS.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows())
