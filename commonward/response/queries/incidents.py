"""Incidents as pages show them: the board, one incident, and who of the units is where."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from commonward.cases.access import seen_by
from commonward.cases.models import Case, Event
from commonward.core.refusals import N_, Missing
from commonward.core.rights import Actor
from commonward.core.urgent.handing import packed
from commonward.core.urgent.nearest import metres_between
from commonward.core.urgent.words import OPEN_STEPS, SILENT_SECONDS
from commonward.people.actions import record_access
from commonward.response.actions.calling import JOINS_METRES, JOINS_WITHIN
from commonward.response.actions.sealing import unseal, unseal_data
from commonward.response.models import (
    Assignment,
    Call,
    CentreHandOver,
    Incident,
    Link,
    Order,
    Suggestion,
    Unit,
)

MOST_ROWS = 100
_ENDED_FOR = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One incident on the board, with how many of its units have come how far."""

    incident: Incident
    case: Case
    sent: int
    answered: int
    there: int
    silent: int


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One unit of an order: how far it is, since when, and whether it is silent.

    `waited` are the seconds it took (or takes) to answer; `arrives_in` the seconds that were
    reckoned when it was recommended; `lat` and `lon` are empty where it reported no place.
    """

    assignment: Assignment
    unit: Unit
    step: str
    silent: bool
    waited: int
    arrives_in: int | None
    lat: float | None
    lon: float | None


@dataclass(frozen=True, slots=True)
class Gathered:
    """The assembly: every unit, how many answered, and after how many seconds the last did."""

    lines: Sequence[UnitLine]
    answered: int
    there: int
    silent: int
    last_answer: int | None
    last_arrival: int | None

    @property
    def complete(self) -> bool:
        """Whether everybody has answered."""
        return bool(self.lines) and self.answered == len(self.lines)


def board(actor: Actor, at: datetime) -> Sequence[BoardRow]:
    """The open incidents that this person coordinates, the most pressing first, and those that
    ended within a day (2 queries)."""
    seen = Case.objects.filter(seen_by(actor))
    rows = list(
        Incident.objects.filter(case__in=seen)
        .exclude(ended_at__lt=at - _ENDED_FOR)
        .select_related("case__category", "case__team", "case__area")
        .order_by("-called_at", "-pk")[:MOST_ROWS]
    )
    held: dict[int, list[tuple[str, datetime | None]]] = {}
    sent = Assignment.objects.filter(order__incident__in=rows).exclude(step="reserved")
    for incident, step, moment in sent.values_list("order__incident_id", "step", "sent_at"):
        held.setdefault(incident, []).append((step, moment))
    made = [_row(one, held.get(one.pk, ()), at) for one in rows]
    order = {"critical": 0, "urgent": 1, "routine": 2}
    return sorted(made, key=lambda r: (not r.case.is_open, r.case.closed_at is not None,
                                       order.get(r.case.grade, 3)))  # fmt: skip


def _row(
    incident: Incident, units: Sequence[tuple[str, datetime | None]], at: datetime
) -> BoardRow:
    return BoardRow(
        incident,
        incident.case,
        len(units),
        sum(step != "sent" for step, _ in units),
        sum(step == "on_scene" for step, _ in units),
        sum(step == "sent" and _silent(moment, at) for step, moment in units),
    )


def perhaps_same(lat: float, lon: float, at: datetime) -> Sequence[tuple[str, str, int, int]]:
    """Open incidents near a point as a call's taker may learn of them: number, kind, metres away,
    minutes ago. Confidential ones are not told; words of nobody are."""
    rows = Incident.objects.filter(
        ended_at=None, confidential=False, lat__isnull=False, called_at__gte=at - JOINS_WITHIN
    ).select_related("case")
    found = []
    for one in rows[:500]:
        if one.lat is None or one.lon is None:
            continue
        metres = metres_between(lat, lon, one.lat, one.lon)
        if metres <= JOINS_METRES:
            minutes = int((at - one.called_at).total_seconds() // 60)
            found.append((one.case.number, one.kind, round(metres), minutes))
    return sorted(found, key=lambda f: f[2])


def gathered(incident: Incident, at: datetime) -> Gathered:
    """Who of the units sent is where, and who is silent (2 queries); freed ones stay in the list."""
    rows = list(
        Assignment.objects.filter(order__incident=incident)
        .exclude(step="reserved")
        .select_related("unit", "order__upon")
        .order_by("order__number", "need", "pk")
    )
    lines = [_unit_line(row, at) for row in rows]
    answers = [line.waited for line in lines if line.assignment.acknowledged_at is not None]
    arrivals = [
        int((row.on_scene_at - row.sent_at).total_seconds())
        for row in rows
        if row.on_scene_at is not None and row.sent_at is not None
    ]
    return Gathered(
        lines,
        len(answers),
        len(arrivals),
        sum(line.silent for line in lines),
        max(answers, default=None),
        max(arrivals, default=None),
    )


def _unit_line(row: Assignment, at: datetime) -> UnitLine:
    unit = row.unit
    asked = row.sent_at or at
    until = row.acknowledged_at or row.freed_at or at
    picks = row.order.upon.data["picks"] if row.order.upon is not None else ()
    held = row.step in OPEN_STEPS
    return UnitLine(
        row,
        unit,
        row.step,
        row.step == "sent" and _silent(row.sent_at, at),
        max(0, int((until - asked).total_seconds())),
        next((int(p["seconds"]) for p in picks if p["unit"] == unit.pk), None),
        unit.lat if held else None,
        unit.lon if held else None,
    )


def _silent(sent_at: datetime | None, at: datetime) -> bool:
    return sent_at is not None and (at - sent_at).total_seconds() >= SILENT_SECONDS


def reserved(incident: Incident) -> Sequence[Assignment]:
    """The units reserved for its planned time."""
    rows = Assignment.objects.filter(order__incident=incident, step="reserved")
    return list(rows.select_related("unit").order_by("pk"))


def order_of(unit: Unit) -> Assignment | None:
    """What a unit is held by now, if anything."""
    rows = Assignment.objects.filter(unit=unit, step__in=OPEN_STEPS)
    return rows.select_related("order__incident__case__category", "unit").first()


def left_drill(unit: Unit, held: Assignment) -> bool:
    """Whether what holds a unit now took it out of a drill."""
    return Assignment.objects.filter(
        unit=unit, freed_why="real_call", freed_at=held.sent_at, order__drill=True
    ).exists()


def last_suggestion(incident: Incident) -> Suggestion | None:
    """The newest recommendation."""
    return Suggestion.objects.filter(incident=incident).order_by("-at", "-pk").first()


@dataclass(frozen=True, slots=True)
class CallLine:
    """One call, opened for those who may read it; empty once shredded."""

    at: datetime
    source: str
    words: str
    callback: str


def calls_of(incident: Incident) -> Sequence[CallLine]:
    """The calls of an incident that the caller has looked up (`access.incident_for`)."""
    case = incident.case
    return [
        CallLine(
            call.at,
            call.source,
            unseal(case, call.words, f"call {call.pk} words"),
            unseal(case, call.callback, f"call {call.pk} callback"),
        )
        for call in Call.objects.filter(incident=incident).order_by("at", "pk")
    ]


def place_of(incident: Incident) -> str:
    """Where it is in words; "" once shredded."""
    return unseal(incident.case, incident.place, "place")


def note_of(incident: Incident) -> str:
    """The after-action note; "" where there is none, or no longer."""
    return unseal(incident.case, incident.note, "note")


def links_of(incident: Incident) -> Sequence[str]:
    """The numbers of cases that it belongs with."""
    rows = Link.objects.filter(incident=incident).order_by("at", "pk")
    return list(rows.values_list("number", flat=True))


def hand_overs_of(incident: Incident) -> Sequence[CentreHandOver]:
    """To and from which centres it was handed."""
    rows = CentreHandOver.objects.filter(incident=incident).select_related("team")
    return list(rows.order_by("made_at", "pk"))


def orders_of(incident: Incident) -> Sequence[Order]:
    """Every order, with who gave it and upon which recommendation."""
    rows = Order.objects.filter(incident=incident).select_related("by", "upon")
    return list(rows.order_by("number"))


@dataclass(frozen=True, slots=True)
class Stamp:
    """One step of the record: when, after how many seconds from the call, what."""

    at: datetime
    after: int
    verb: str
    stage: str
    data: Mapping[str, Any]
    by: str


def stamps_of(incident: Incident) -> Sequence[Stamp]:
    """Everything that happened, in its order (记录), for the page and the report."""
    events = Event.objects.filter(case_id=incident.pk).select_related("account").order_by("pk")
    return [
        Stamp(
            e.at,
            int((e.at - incident.called_at).total_seconds()),
            e.verb,
            e.to_stage if e.from_stage != e.to_stage else "",
            e.data,
            e.account.name if e.account is not None else "",
        )
        for e in events
    ]


def package_for(number: str, actor: Actor, at: datetime, *, door: str) -> str:
    """The file of a hand-over for the centre that it was handed to; the look is noted.

    Raises Missing alike for none, for another's, and where its words are destroyed or went back.
    """
    found = (
        CentreHandOver.objects.filter(
            number=number, direction="out", team_id__in=actor.teams, state__in=["sent", "received"]
        )
        .select_related("incident__case")
        .first()
    )
    partner = any(right.role == "partner" for right in actor.rights)
    package = (
        unseal_data(found.incident.case, found.package, f"hand-over {number}")
        if found is not None and partner
        else {}
    )
    if found is None or not package:
        raise Missing(N_("There is no hand-over {number} for your office."), number=number)
    if actor.account is not None:
        record_access(
            actor.seen_by or actor.account, None, found.incident.case.number,
            "incident handed over", door, at,
        )  # fmt: skip
    return packed(number, package)


def inbox(actor: Actor) -> Sequence[CentreHandOver]:
    """What lies with the actor's own centre, or came from it, the newest first."""
    rows = CentreHandOver.objects.filter(team_id__in=actor.teams).select_related("team")
    return list(rows.select_related("incident__case").order_by("-made_at")[:MOST_ROWS])
