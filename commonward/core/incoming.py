"""Cases from elsewhere: which columns hold what, and one row checked in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from commonward.core.refusals import N_, Invalid

FIELDS = (
    "ref", "category", "opened_at", "lat", "lon", "address", "words", "closed_at", "outcome",
    "grade", "team", "due_at", "channel",
)  # fmt: skip
"""What a column may hold. `ref` is the case's number where it comes from; `due_at` the total limit
as a moment; `team` the code of the team that handled a closed case."""
NEEDED = ("category", "opened_at")
EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)
"""No office had its cases in a computer before; 1900 and 1970 are what empty dates turn into."""
FORMS = ("%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%m/%d/%Y %H:%M:%S")
LONGEST_WORDS = 4000
LONGEST_REF = 80


@dataclass(frozen=True)
class Layout:
    """How a file is to be read: field → column, the zone of moments without one, code by name.

    `source` names where the cases come from; with `ref` it makes each case known again. They are
    shown to everybody only where the file says `public = true`: their reporters were asked elsewhere.
    """

    source: str
    columns: Mapping[str, str]
    zone: ZoneInfo | None = None
    categories: Mapping[str, str] = field(default_factory=dict)
    public: bool = False

    @classmethod
    def from_data(cls, data: Mapping[str, Any], zone: str = "") -> Self:
        """A layout from a file's data: source, [columns], zone, [categories], public.

        Raises Invalid for unknown fields, a missing one, an unknown zone, and a `public` that is
        neither true nor false.
        """
        columns = data.get("columns", {})
        source = data.get("source", "")
        if not isinstance(columns, Mapping) or not isinstance(source, str) or not source.strip():
            raise Invalid(
                N_("A mapping names its source and has a table [columns], field = column."),
                field="mapping",
            )
        unknown = sorted(set(columns) - set(FIELDS))
        if unknown:
            raise Invalid(
                N_("There is no field {unknown}; known are: {known}."),
                unknown=", ".join(unknown),
                known=", ".join(FIELDS),
                field="mapping",
            )
        missing = [name for name in NEEDED if name not in columns]
        if missing:
            raise Invalid(
                N_("The mapping does not say which column holds {missing}."),
                missing=", ".join(missing),
                field="mapping",
            )
        if ("lat" in columns) != ("lon" in columns):
            raise Invalid(N_("The mapping names only one of lat and lon."), field="mapping")
        public = data.get("public", False)
        if not isinstance(public, bool):
            raise Invalid(N_("“public” is true or false, without quotes."), field="mapping")
        return cls(
            source.strip()[:40],
            dict(columns),
            _zone(zone or str(data.get("zone", ""))),
            dict(data.get("categories", {})),
            public,
        )


class Incoming(NamedTuple):
    """One row, checked as far as it can be without the site's own data; moments are in UTC."""

    line: int
    ref: str
    category: str
    opened_at: datetime
    lat: float | None
    lon: float | None
    address: str
    words: str
    closed_at: datetime | None
    outcome: str
    grade: str
    team: str
    limit_seconds: int | None
    channel: str


class Reader:
    """Reads rows of one file in one layout; `now` bounds what may have happened."""

    def __init__(self, layout: Layout, columns: Sequence[str], now: datetime) -> None:
        self._layout = layout
        missing = sorted(c for c in layout.columns.values() if c not in columns)
        if missing:
            raise Invalid(
                N_("The file has no column {missing}. It has: {columns}."),
                missing=", ".join(missing),
                columns=", ".join(columns),
                field="mapping",
            )
        # A field that the layout does not name is read from behind the last column: empty.
        self._at = [
            columns.index(layout.columns[name]) if name in layout.columns else len(columns)
            for name in FIELDS
        ]
        self._latest = now + timedelta(days=1)

    def row(self, line: int, values: Sequence[str]) -> Incoming:
        """The row. Raises Invalid naming the field."""
        values = (*values, "")
        (
            ref, category, opened_at, lat_given, lon_given, address, words, closed_at, outcome,
            grade, team, due_at, channel,
        ) = [values[i].strip() for i in self._at]  # fmt: skip
        opened = self._moment("opened_at", opened_at)
        if opened is None:
            raise Invalid(N_("opened_at is empty."), field="opened_at")
        closed = self._moment("closed_at", closed_at)
        if closed is not None and closed < opened:
            raise Invalid(
                N_("It is closed at {closed}, before it was opened at {opened}."),
                closed=closed.isoformat(),
                opened=opened.isoformat(),
                field="closed_at",
            )
        if not category:
            raise Invalid(N_("The category is empty."), field="category")
        if len(words) > LONGEST_WORDS:
            raise Invalid(
                N_("The description has {given} characters; at most {most} are taken."),
                given=len(words),
                most=LONGEST_WORDS,
                field="words",
            )
        if len(ref) > LONGEST_REF:
            raise Invalid(
                N_("A number of a case has at most {most} characters."), most=LONGEST_REF,
                field="ref",
            )  # fmt: skip
        lat, lon = place_of(lat_given, lon_given)
        return Incoming(
            line=line,
            ref=ref,
            category=self._layout.categories.get(category, category),
            opened_at=opened,
            lat=lat,
            lon=lon,
            address=address[:300],
            words=words,
            closed_at=closed,
            outcome=outcome[:30],
            grade=grade or "ordinary",
            team=team,
            limit_seconds=self._limit(opened, due_at),
            channel=(channel or "import")[:20],
        )

    def _limit(self, opened: datetime, text: str) -> int | None:
        due = self._moment("due_at", text, bounded=False)
        if due is None:
            return None
        if due <= opened:
            raise Invalid(
                N_("due_at {due} is not after the opening."), due=due.isoformat(), field="due_at"
            )
        return int((due - opened).total_seconds())

    def _moment(self, name: str, text: str, *, bounded: bool = True) -> datetime | None:
        if not text:
            return None
        found = parsed_moment(text)
        if found is None:
            raise Invalid(
                N_("{name} “{given}” is not a date and time; write it as {example}."),
                name=name,
                given=text[:40],
                example="2026-01-31T08:00:00+08:00",
                field=name,
            )
        if found.tzinfo is None:
            if self._layout.zone is None:
                raise Invalid(
                    N_(
                        "{name} “{given}” has no zone: write it as {example}, or name the zone of "
                        "the whole file."
                    ),
                    name=name,
                    given=text[:40],
                    example="2026-01-31T08:00:00+08:00",
                    field=name,
                )
            found = found.replace(tzinfo=self._layout.zone)
        if found.tzinfo is not UTC:
            found = found.astimezone(UTC)
        if found < EARLIEST or (bounded and found > self._latest):
            raise Invalid(
                N_("{name} {given} cannot be right: dates from {earliest} up to now are taken."),
                name=name,
                given=found.date().isoformat(),
                earliest=EARLIEST.date().isoformat(),
                field=name,
            )
        return found


def parsed_moment(text: str) -> datetime | None:
    """A date and time in one of the forms that can mean one thing only, or None."""
    try:
        return datetime.fromisoformat(text) if len(text) > 10 else None
    except ValueError:
        pass
    for form in FORMS:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 (the caller adds the file's zone)
        except ValueError:
            continue
    return None


def place_of(lat: str, lon: str) -> tuple[float | None, float | None]:
    """Two texts as degrees; (None, None) where neither is given. Raises Invalid."""
    if not lat and not lon:
        return None, None
    if not lat or not lon:
        raise Invalid(N_("Only one of lat and lon is given."), field="lat" if not lat else "lon")
    try:
        found = float(lat), float(lon)
    except ValueError:
        raise Invalid(
            N_("lat “{lat}” and lon “{lon}” are not numbers: degrees with a decimal point are."),
            lat=lat[:20],
            lon=lon[:20],
            field="lat",
        ) from None
    if not (-90 <= found[0] <= 90 and -180 <= found[1] <= 180):
        raise Invalid(
            N_("lat {lat} and lon {lon} are not on the earth: lat −90…90, lon −180…180."),
            lat=lat[:20],
            lon=lon[:20],
            field="lat",
        )
    return found


def _zone(name: str) -> ZoneInfo | None:
    if not name:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Invalid(
            N_("{given} is not a time zone; use a name such as Asia/Shanghai."),
            given=repr(name)[:80],
            field="zone",
        ) from None
