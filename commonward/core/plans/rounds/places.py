"""Places to visit as a table (CSV), and what never gets in: persons and where they live."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from typing import Any

from commonward.core.masking import mask
from commonward.core.refusals import N_, Invalid

MOST_ROWS = 1_000
MOST_BYTES = 500_000
NAMED = 10
"""Bad rows that a refusal names."""
COLUMNS = {
    "place": ("place", "地点"),
    "lat": ("lat", "latitude", "纬度"),
    "lon": ("lon", "lng", "longitude", "经度"),
    "importance": ("importance", "priority", "重要性", "优先级"),
    "every": ("every", "days", "间隔天数"),
    "minutes": ("minutes", "停留分钟"),
    "from": ("from", "最早"),
    "to": ("to", "最晚"),
    "kinds": ("kinds", "部门"),
    "together": ("together", "联合"),
    "must": ("must", "必去"),
}
"""What a table may say of a place, by its own name and the others that are understood."""
_OF_PERSONS = re.compile(
    r"(name|phone|mobile|tel\b|telephone|e-?mail|\bid\b|id[ _-]?(card|no|number)|person|resident"
    r"|owner|tenant|birth|gender|sex|age\b|household|family|passport|wechat"
    r"|姓名|电话|手机|邮箱|身份证|证件|人员|居民|户主|业主|租客|住户|家庭|出生|性别|年龄|微信)",
    re.IGNORECASE,
)
_DWELLING = re.compile(
    r"(\d+\s*单元|\d+\s*室|\d+\s*户|\b(flat|apartment|apt|unit)\b\.?\s*\w*\d"
    r"|(先生|女士|大爷|大妈|奶奶|爷爷|阿姨|叔叔).{0,3}家|\b(mr|mrs|ms)\b\.?\s+\w)",
    re.IGNORECASE,
)


def read_places(text: str) -> list[dict[str, Any]]:
    """The places of a table: the first line names its columns (`COLUMNS`; place, lat, lon must be).

    Each {"name", "lat", "lon", "importance", "every", "minutes", "from", "to", "kinds",
    "together", "must"}; `from` and `to` in minutes of the day or None, `kinds` a list. Raises
    Invalid naming every bad row, and why where a column is of persons.
    """
    if len(text.encode()) > MOST_BYTES:
        raise Invalid(
            N_("A table of places has at most {most} bytes."), field="csv", most=MOST_BYTES
        )
    lines = csv.reader(io.StringIO(text.lstrip("\ufeff").replace("，", ",")))
    try:
        rows = [row for row in lines if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise Invalid(N_("This is no table of places: it cannot be read."), field="csv") from error
    if not rows:
        raise Invalid(N_("Give a table with at least one place."), field="csv")
    columns = _columns(rows[0])
    if len(rows) - 1 > MOST_ROWS:
        raise Invalid(N_("A table of places has at most {most} rows."), field="csv", most=MOST_ROWS)
    found: list[dict[str, Any]] = []
    bad: list[str] = []
    for number, row in enumerate(rows[1:], start=2):
        given = {name: row[at].strip() if at < len(row) else "" for name, at in columns.items()}
        try:
            found.append(_place(given))
        except ValueError:
            bad.append(str(number))
    if bad:
        raise Invalid(
            N_(
                "These rows are no places with degrees (lines {rows}): a place, a latitude and a"
                " longitude; numbers above 0; times as 08:30, the first before the second."
            ),
            field="csv",
            rows=", ".join(bad[:NAMED]) + (" …" if len(bad) > NAMED else ""),
        )
    if not found:
        raise Invalid(N_("Give a table with at least one place."), field="csv")
    _only_places(found)
    return found


def _columns(titles: Sequence[str]) -> dict[str, int]:
    known = {alias: name for name, aliases in COLUMNS.items() for alias in aliases}
    columns: dict[str, int] = {}
    for at, title in enumerate(titles):
        plain = title.strip().casefold()
        if not plain:
            continue
        if plain not in known and _OF_PERSONS.search(plain):
            raise Invalid(
                N_(
                    "The column “{column}” is about persons. Rounds go to places only: no register"
                    " of people is kept here, so that nobody is watched. Take it out; a place's own"
                    " name goes into the column “place”."
                ),
                field="csv",
                column=title.strip()[:40],
            )
        if plain not in known:
            raise Invalid(
                N_("The column “{column}” is not known here; choose of {known}."),
                field="csv",
                column=title.strip()[:40],
                known=", ".join(COLUMNS),
            )
        columns[known[plain]] = at
    missing = [name for name in ("place", "lat", "lon") if name not in columns]
    if missing:
        raise Invalid(
            N_("The first line names the columns; “{column}” is missing."),
            field="csv",
            column=missing[0],
        )
    return columns


def _place(given: Mapping[str, str]) -> dict[str, Any]:
    """One row. Raises ValueError."""
    name = "".join(c for c in given["place"] if c.isprintable()).strip()
    lat, lon = float(given["lat"]), float(given["lon"])
    if not 1 <= len(name) <= 120 or not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise ValueError
    importance, every = float(given.get("importance") or 1), float(given.get("every") or 7)
    minutes = float(given.get("minutes") or 5)
    if not (0 < importance <= 100 and 0 < every <= 366 and 0 < minutes <= 480):
        raise ValueError
    begins, ends = (minute_of(given.get(one) or "") for one in ("from", "to"))
    if begins is not None and ends is not None and begins >= ends:
        raise ValueError
    kinds = [one for one in re.split(r"[\s;/、；+]+", given.get("kinds", "")) if one]
    yes = ("1", "yes", "y", "true", "是")
    together = given.get("together", "").casefold() in yes
    if together and len(kinds) < 2:
        raise ValueError
    return {
        "name": name,
        "lat": lat,
        "lon": lon,
        "importance": importance,
        "every": every,
        "minutes": minutes,
        "from": begins,
        "to": ends,
        "kinds": kinds,
        "together": together,
        "must": given.get("must", "").casefold() in yes,
    }


def minute_of(given: str) -> int | None:
    """ "08:30" as the minute of the day; None for nothing. Raises ValueError."""
    if not given:
        return None
    hour, _, minute = given.replace("：", ":").partition(":")
    if not (hour.isdecimal() and minute.isdecimal() and len(minute) == 2):
        raise ValueError
    if not (int(hour) < 24 and int(minute) < 60) and given != "24:00":
        raise ValueError
    return int(hour) * 60 + int(minute)


def _only_places(found: Sequence[Mapping[str, Any]]) -> None:
    """Refuse rows whose words are a person's: numbers to reach somebody, or somebody's dwelling."""
    bad = [
        str(number)
        for number, one in enumerate(found, start=2)
        if mask(one["name"]) != one["name"] or _DWELLING.search(one["name"])
    ]
    if bad:
        raise Invalid(
            N_(
                "These rows name a person or a dwelling (lines {rows}): a telephone number, a flat,"
                " somebody's home. Rounds go to public places only, so that nobody is watched at"
                " home; name the gate, the crossing or the yard."
            ),
            field="csv",
            rows=", ".join(bad[:NAMED]) + (" …" if len(bad) > NAMED else ""),
        )
