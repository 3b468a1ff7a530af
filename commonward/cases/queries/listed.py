"""What a list offers: its filters, its orders, the line of a case, and the key of the next page."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, Protocol

from commonward.areas.models import Area
from commonward.cases.models import Case, Danger
from commonward.cases.queries.reference import Book, book
from commonward.core.procedures.model import Text
from commonward.core.refusals import N_, Invalid
from commonward.people.models import Team
from commonward.people.rows import Joined

Order = Literal["newest", "due"]
Light = Literal["", "green", "yellow", "red"]
STATES = ("open", "closed", "all")
ORDERS = ("newest", "due")
LIGHTS = ("green", "yellow", "red")
MOST_ROWS = 200


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to; all of it holds at once, what is left empty narrows nothing.

    `category` is a prefix of codes, `area` a code with all below it, `light` the stage light at
    the moment of asking, `mine` the teams of whoever asks. `opened_from` is included,
    `opened_until` and `due_before` are not.
    """

    state: str = "open"
    stages: tuple[str, ...] = ()
    team: int | None = None
    handling_team: int | None = None
    mine: bool = False
    category: str = ""
    area: str = ""
    grade: str = ""
    origin: str = ""
    light: str = ""
    unrouted: bool | None = None
    paused: bool | None = None
    provisional: bool | None = None
    opened_from: datetime | None = None
    opened_until: datetime | None = None
    due_before: datetime | None = None

    def __post_init__(self) -> None:
        for field, given, known in (("state", self.state, STATES), ("light", self.light, LIGHTS)):
            if given and given not in known:
                raise Invalid(
                    N_("“{given}” is not known here; choose one of {known}."),
                    field=field,
                    given=given,
                    known=", ".join(known),
                )
        for field in ("opened_from", "opened_until", "due_before"):
            moment = getattr(self, field)
            if moment is not None and moment.tzinfo is None:
                raise Invalid(
                    N_("{given} has no zone: say which, for example +08:00."),
                    field=field,
                    given=moment.isoformat(),
                )
        if self.opened_from and self.opened_until and self.opened_until <= self.opened_from:
            raise Invalid(
                N_("opened_until lies before opened_from: no case can be in between."),
                field="opened_until",
            )


@dataclass(frozen=True, slots=True)
class TeamName:
    """A team as a line shows it."""

    id: int
    code: str
    name: str
    name_en: str


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One case in a list. `light` is empty where no limit runs."""

    id: int
    number: str
    version: int
    stage: str
    stage_title: Text
    category: str
    category_name: str
    category_name_en: str
    grade: str
    origin: str
    summary: str
    area: str
    area_name: str
    area_name_en: str
    address: str
    lat: float | None
    lon: float | None
    team: TeamName | None
    handling_team: TeamName | None
    unrouted: bool
    is_open: bool
    paused: bool
    provisional: bool
    opened_at: datetime
    stage_since: datetime
    closed_at: datetime | None
    due_at: datetime | None
    warn_at: datetime | None
    light: Light
    outcome: str
    danger: bool = False
    """Its words told of danger, and nobody has said yet that they saw it."""
    read_first: bool = False
    """Its words may be urgent, and nobody has read them yet or taken the case further."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of a list; `next_key` asks for those after them and is empty on the last page."""

    rows: tuple[CaseLine, ...]
    next_key: str


class Limited(Protocol):
    """What has a due moment, and one before it from which its light is yellow."""

    @property
    def due_at(self) -> datetime | None: ...

    @property
    def warn_at(self) -> datetime | None: ...


def light_of(case: Limited, at: datetime) -> Light:
    """The stage light (红绿灯) of the nearest running limit, as core.clocks reckons it."""
    return _light(case.due_at, case.warn_at, at)


def passed(due: Any, at: Any) -> Any:
    """Whether a limit has ended, so that its case is late: of a moment, or of a column of them.

    The one definition of *late* for lists, the map and public pages; the shipped condition
    `late_now` of the indicators says the same.
    """
    return due < at


def _light(due_at: datetime | None, warn_at: datetime | None, at: datetime) -> Light:
    if due_at is None:
        return ""
    if passed(due_at, at):
        return "red"
    return "yellow" if warn_at is not None and passed(warn_at, at) else "green"


_LINES = Joined(
    {"c": Case, "a": Area, "t": Team, "h": Team, "d": Danger},
    "c.id c.number c.version c.stage c.procedure_id c.category_id c.grade c.origin c.summary"
    " a.code a.name a.name_en c.address c.lat c.lon t.id t.code t.name t.name_en h.id h.code h.name"
    " h.name_en c.unrouted c.is_open c.paused c.provisional c.opened_at c.stage_since c.closed_at"
    " c.due_at c.warn_at c.outcome d.told_at d.doubtful",
    "FROM cases_case c LEFT JOIN areas_area a ON a.id = c.area_id"
    " LEFT JOIN people_team t ON t.id = c.team_id"
    " LEFT JOIN people_team h ON h.id = c.handling_team_id"
    " LEFT JOIN cases_danger d ON d.case_id = c.id AND d.seen_at IS NULL WHERE c.id {ids}",
)


def lines(ids: list[int], at: datetime, revisions: Mapping[str, int]) -> tuple[CaseLine, ...]:
    """The lines of these cases, in this order (1 query, by hand: every list of cases asks it)."""
    if not ids:
        return ()
    known = book(revisions)
    found = {row[0]: _line(row, at, known) for row in _LINES.read(ids)}
    return tuple(found[i] for i in ids if i in found)


def _line(row: list[Any], at: datetime, known: Book) -> CaseLine:
    (
        case, number, version, stage, procedure, category_id, grade, origin, summary, area,
        area_name, area_name_en, address, lat, lon, *teams, unrouted, is_open, paused, provisional, opened_at,
        stage_since, closed_at, due_at, warn_at, outcome, told_at, doubtful,
    ) = row  # fmt: skip
    category = known.categories[category_id]
    return CaseLine(
        id=case,
        number=number,
        version=version,
        stage=stage,
        stage_title=known.procedures[procedure].stages[stage].title,
        category=category.code,
        category_name=category.name,
        category_name_en=category.name_en,
        grade=grade,
        origin=origin,
        summary=summary,
        area=area or "",
        area_name=area_name or "",
        area_name_en=area_name_en or "",
        address=address,
        lat=lat,
        lon=lon,
        team=None if teams[0] is None else TeamName(*teams[:4]),
        handling_team=None if teams[4] is None else TeamName(*teams[4:]),
        unrouted=unrouted,
        is_open=is_open,
        paused=paused,
        provisional=provisional,
        opened_at=opened_at,
        stage_since=stage_since,
        closed_at=closed_at,
        due_at=due_at,
        warn_at=warn_at,
        light=_light(due_at, warn_at, at),
        outcome=outcome,
        danger=told_at is not None and not doubtful,
        read_first=bool(doubtful) and is_open and stage_since <= told_at,
    )


@dataclass(frozen=True, slots=True)
class Key:
    """Where a page ended: the order's moment (None: no limit runs) and the case."""

    moment: datetime | None
    id: int

    def to_text(self, order: str) -> str:
        """As an opaque word for the next request."""
        moment = "" if self.moment is None else self.moment.astimezone(UTC).isoformat()
        return base64.urlsafe_b64encode(f"{order}|{moment}|{self.id}".encode()).decode().rstrip("=")

    @classmethod
    def from_text(cls, text: str, order: str) -> "Key":
        """The key that `to_text` gave for the same order. Raises Invalid."""
        try:
            padded = text.encode("ascii") + b"=" * (-len(text) % 4)
            made_for, moment, case = base64.urlsafe_b64decode(padded).decode("ascii").split("|")
            if made_for != order:
                raise ValueError
            at = datetime.fromisoformat(moment) if moment else None
            if (at is None and order != "due") or (at is not None and at.tzinfo is None):
                raise ValueError
            found = cls(at, int(case))
            if not 0 <= found.id < 2**63:
                raise ValueError
        except (ValueError, binascii.Error, OverflowError):
            raise Invalid(
                N_("“after” is no key of this list: take the one the page before gave."),
                field="after",
            ) from None
        return found
