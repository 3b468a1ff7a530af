"""What a list offers: its filters, its orders, the line of a case, and the key of the next page."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, Protocol

from commonward.cases.models import Case
from commonward.cases.queries.reference import Book, book
from commonward.core.procedures.model import Text
from commonward.core.refusals import N_, Invalid
from commonward.people.models import Team

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
    if case.due_at is None:
        return ""
    if case.due_at < at:
        return "red"
    return "yellow" if case.warn_at is not None and case.warn_at < at else "green"


def lines(ids: list[int], at: datetime, revisions: Mapping[str, int]) -> tuple[CaseLine, ...]:
    """The lines of these cases, in this order (1 query)."""
    rows = Case.objects.filter(pk__in=ids).select_related("team", "handling_team", "area")
    found = {row.pk: row for row in rows}
    known = book(revisions)
    return tuple(_line(found[i], at, known) for i in ids if i in found)


def _line(case: Case, at: datetime, known: Book) -> CaseLine:
    category = known.categories[case.category_id]
    return CaseLine(
        id=case.pk,
        number=case.number,
        version=case.version,
        stage=case.stage,
        stage_title=known.procedures[case.procedure_id].stages[case.stage].title,
        category=category.code,
        category_name=category.name,
        category_name_en=category.name_en,
        grade=case.grade,
        origin=case.origin,
        summary=case.summary,
        area=case.area.code if case.area else "",
        area_name=case.area.name if case.area else "",
        address=case.address,
        lat=case.lat,
        lon=case.lon,
        team=_team(case.team),
        handling_team=_team(case.handling_team),
        unrouted=case.unrouted,
        is_open=case.is_open,
        paused=case.paused,
        provisional=case.provisional,
        opened_at=case.opened_at,
        stage_since=case.stage_since,
        closed_at=case.closed_at,
        due_at=case.due_at,
        warn_at=case.warn_at,
        light=light_of(case, at),
        outcome=case.outcome,
    )


def _team(team: Team | None) -> TeamName | None:
    return None if team is None else TeamName(team.pk, team.code, team.name, team.name_en)


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
