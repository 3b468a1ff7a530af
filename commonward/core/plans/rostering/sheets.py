"""Seats, kinds of shift and minimum cover as people write them: a CSV file, and lines of text.

Every row is checked; a refusal names each row that cannot be read, and the column that is wrong.
"""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from commonward.core.plans.rostering.seats import DAY, STEP, Minimum, Seat, Shift, clock
from commonward.core.refusals import N_, Invalid

ROWS_MOST, LETTERS_MOST, KINDS_MOST = 2_000, 400_000, 12
COLUMNS: Mapping[str, str] = {
    "team": "队", "seat": "席", "area": "区域", "members": "人数", "skills": "技能",
    "least": "最少班", "most": "最多班", "off": "休", "wishes": "意愿",
}  # fmt: skip
"""Columns of the sheet, each with its Chinese name; only `team` must be there."""
_WEEKDAYS: Mapping[str, int] = {
    "mon": 0, "tue": 1, "wed": 2, "thu": 3, "fri": 4, "sat": 5, "sun": 6,
    "一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6,
}  # fmt: skip
_SHIFT = re.compile(
    r"(?P<name>\S{1,20})\s+(?P<begin>\d{1,2}[:：]\d\d)\s*[-–—]\s*(?P<end>\d{1,2}[:：]\d\d)"
)
_TIME = re.compile(r"(\d{1,2})[:：](\d\d)")
_SPLIT = re.compile(r"[\s;；,，、]+")
_NAMED_MOST = 20


def read_shifts(text: str) -> tuple[Shift, ...]:
    """Kinds of shift, a line each: "day 07:00-15:00"; an end at or before the begin is the next
    day. Raises Invalid naming the lines."""
    found: list[Shift] = []
    wrong: list[int] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        read = _SHIFT.fullmatch(line.strip())
        begin, end = (None, None) if read is None else (_time(read["begin"]), _time(read["end"]))
        if read is None or begin is None or end is None:
            wrong.append(number)
            continue
        found.append(Shift(read["name"], begin % DAY, (end - begin) % DAY or DAY))
    if wrong:
        raise Invalid(
            N_("Lines {lines} name no shift; write each as “day 07:00-15:00”, in quarters of an hour."),
            field="shifts", lines=_listed([str(one) for one in wrong]),
        )  # fmt: skip
    if not found or len(found) > KINDS_MOST or len({one.name for one in found}) < len(found):
        raise Invalid(
            N_("Give 1 to {most} kinds of shift, each with a name of its own."),
            field="shifts", most=KINDS_MOST,
        )  # fmt: skip
    return tuple(found)


def read_minima(text: str) -> tuple[Minimum, ...]:
    """Minimum cover, a line each: area or "*", hours, how many, then if wished a skill and weekdays:
    "430211001 07:00-23:00 2 first_aid sat sun". Raises Invalid naming the lines."""
    found: list[Minimum] = []
    wrong: list[int] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        one = _minimum(line.split())
        if one is None:
            wrong.append(number)
        else:
            found.append(one)
    if wrong:
        raise Invalid(
            N_(
                "Lines {lines} name no minimum; write each as “* 07:00-23:00 2” or “430211001"
                " 22:00-06:00 1 first_aid sat sun”."
            ),
            field="cover", lines=_listed([str(one) for one in wrong]),
        )  # fmt: skip
    if not found:
        raise Invalid(N_("Say how many must be on duty, and when."), field="cover")
    return tuple(found)


def _minimum(words: list[str]) -> Minimum | None:
    if len(words) < 3 or not words[2].isdecimal() or not 0 < int(words[2]) <= 999:
        return None
    hours = re.split(r"[-–—]", words[1])
    times = [_time(one) for one in hours]
    if len(times) != 2 or times[0] is None or times[1] is None:
        return None
    rest = [word.lower() for word in words[3:]]
    days = [_WEEKDAYS[word] for word in rest if word in _WEEKDAYS]
    skills = [word for word in rest if word not in _WEEKDAYS]
    if len(skills) > 1 or any(len(word) > 20 for word in skills) or len(words[0]) > 20:
        return None
    area = "" if words[0] == "*" else words[0]
    weekdays = tuple(sorted(set(days))) or tuple(range(7))
    return Minimum(
        area, skills[0] if skills else "", times[0] % DAY, times[1] % DAY, weekdays, int(words[2])
    )


def read_seats(
    text: str, shifts: Sequence[Shift], first: date, days: int, area: str
) -> tuple[Seat, ...]:
    """The seats of a sheet (CSV with a row of titles). `area` stands where a row names none.

    "off" holds dates, "wishes" words such as "2026-12-05:night:-2" (rather not, weight 2) or
    "2026-12-05:*:-3" (no shift at all). Raises Invalid naming every row and column that is wrong.
    """
    if len(text) > LETTERS_MOST:
        raise Invalid(
            N_("The sheet has more than {most} letters."), field="sheet", most=LETTERS_MOST
        )
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    titles = _titles(rows[0] if rows else [])
    filled = [(n, row) for n, row in enumerate(rows[1:], 2) if any(one.strip() for one in row)]
    if not 1 <= len(filled) <= ROWS_MOST:
        raise Invalid(N_("A sheet has 1 to {most} rows of seats."), field="sheet", most=ROWS_MOST)
    kinds = {one.name: number for number, one in enumerate(shifts)}
    dates = {(first + timedelta(days=day)).isoformat(): day for day in range(days)}
    found: list[Seat] = []
    wrong: list[str] = []
    for number, row in filled:
        words = {t: one.strip() for t, one in zip(titles, row, strict=False)}
        seat, bad = _seat(words, kinds, dates, area)
        if bad or seat is None:
            wrong.append(f"{number} ({', '.join(bad)})")
        else:
            found.append(seat)
    if wrong:
        raise Invalid(
            N_("Rows that cannot be read, each with what is wrong in it: {rows}."),
            field="sheet", rows=_listed(wrong),
        )  # fmt: skip
    seen: set[tuple[str, int]] = set()
    for seat in found:
        if (seat.team, seat.seat) in seen:
            raise Invalid(
                N_("Team {team} has seat {seat} twice."),
                field="sheet", team=seat.team, seat=seat.seat,
            )  # fmt: skip
        seen.add((seat.team, seat.seat))
    return tuple(found)


def _titles(row: Sequence[str]) -> list[str]:
    ours = {chinese: title for title, chinese in COLUMNS.items()}
    titles = [ours.get(one.strip(), one.strip().lower()) for one in row]
    unknown = [one for one in titles if one not in COLUMNS]
    if unknown:
        raise Invalid(
            N_(
                "A roster has seats, never people: leave out the column “{column}”. The columns are"
                " {known}."
            ),
            field="sheet", column=unknown[0], known=", ".join(COLUMNS),
        )  # fmt: skip
    if "team" not in titles or len(set(titles)) < len(titles):
        raise Invalid(
            N_("The first row names the columns, each once: {known}; “team” must be among them."),
            field="sheet", known=", ".join(COLUMNS),
        )  # fmt: skip
    return titles


def _seat(
    words: Mapping[str, str], kinds: Mapping[str, int], dates: Mapping[str, int], area: str
) -> tuple[Seat | None, list[str]]:
    """The seat of a row, or the columns that are wrong in it."""
    bad: list[str] = []

    def whole(title: str, otherwise: int, least: int, most: int) -> int:
        given = words.get(title, "")
        if not given:
            return otherwise
        if not given.isdecimal() or not least <= int(given[:4]) <= most:
            bad.append(title)
            return otherwise
        return int(given)

    days = len(dates)
    team, here = words.get("team", ""), words.get("area", "") or area
    seat, members = whole("seat", 0, 1, 99), whole("members", 1, 1, 999)
    least, most = whole("least", -1, 0, days), whole("most", -1, 0, days)
    skills = tuple(sorted({one.lower() for one in _words(words, "skills")}))
    free = _words(words, "off")
    wishes = [_wish(one, kinds, dates) for one in _words(words, "wishes")]
    for title, fails in (
        ("team", not 0 < len(team) <= 40),
        ("members", seat > 0 and members > 1),
        ("most", 0 <= most < least),
        ("skills", any(len(one) > 20 for one in skills)),
        ("off", any(one not in dates for one in free)),
        ("wishes", None in wishes),
        ("area", len(here) > 20),
    ):
        if fails:
            bad.append(title)
    if bad:
        return None, bad
    off = tuple(sorted({dates[one] for one in free}))
    kept = tuple(one for one in wishes if one is not None)
    return Seat(team, seat, (here,) if here else (), members, skills, least, most, off, kept), []


def _wish(
    word: str, kinds: Mapping[str, int], dates: Mapping[str, int]
) -> tuple[int, int, int] | None:
    parts = word.split(":")
    if len(parts) != 3 or parts[0] not in dates or not re.fullmatch(r"[+-]?[1-9]", parts[2]):
        return None
    weight = int(parts[2])
    if parts[1] == "*":
        return (dates[parts[0]], -1, weight) if weight < 0 else None
    return (dates[parts[0]], kinds[parts[1]], weight) if parts[1] in kinds else None


def _words(words: Mapping[str, str], title: str) -> list[str]:
    return [one for one in _SPLIT.split(words.get(title, "")) if one]


def _time(word: str) -> int | None:
    """Minutes after midnight of "7:30"; None where it is none, or not a quarter of an hour."""
    read = _TIME.fullmatch(word)
    if read is None:
        return None
    minutes = int(read[1]) * 60 + int(read[2])
    return minutes if minutes <= DAY and int(read[2]) < 60 and minutes % STEP == 0 else None


def _listed(wrong: Sequence[str]) -> str:
    more = "" if len(wrong) <= _NAMED_MOST else f" … (+{len(wrong) - _NAMED_MOST})"
    return "; ".join(wrong[:_NAMED_MOST]) + more


def write_seats(seats: Sequence[Seat], shifts: Sequence[Shift], first: date) -> str:
    """The sheet of these seats, to be read again by `read_seats`."""
    made = io.StringIO()
    sheet = csv.writer(made, lineterminator="\r\n")
    sheet.writerow(COLUMNS)

    def day(number: int) -> str:
        return (first + timedelta(days=number)).isoformat()

    for one in seats:
        wishes = (
            f"{day(at)}:{'*' if kind < 0 else shifts[kind].name}:{weight:+d}"
            for at, kind, weight in one.wishes
        )
        sheet.writerow(
            [
                one.team, one.seat or "", one.areas[0] if one.areas else "",
                one.members if not one.seat else "", " ".join(one.skills),
                one.least if one.least >= 0 else "", one.most if one.most >= 0 else "",
                " ".join(day(at) for at in one.off), " ".join(wishes),
            ]
        )  # fmt: skip
    return made.getvalue()


def write_shifts(shifts: Sequence[Shift]) -> str:
    """The lines of these kinds, to be read again by `read_shifts`."""
    return "\n".join(
        f"{one.name} {clock(one.begin)}-{clock(one.begin + one.minutes)}" for one in shifts
    )
