"""Take a call for help (接警): locate it, ask its card, or join it to the incident it tells of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from commonward.cases.actions import Said, open_case
from commonward.cases.actions.moving import in_order, locked, take, touch
from commonward.cases.actions.recording import record
from commonward.cases.actions.regrading import regrade
from commonward.cases.models import Case, Report
from commonward.core.refusals import N_, Forbidden, Invalid, Refusal
from commonward.core.rights import SYSTEM, Actor, refuse_onlooker
from commonward.core.urgent.cards import Card, assess
from commonward.response.access import (
    TAKES_CALLS,
    incident_to_change,
    require_coordinator,
)
from commonward.response.actions.recording import ROOM, lock, move, note
from commonward.response.actions.sealing import seal, unseal
from commonward.response.actions.setting_up import category_of
from commonward.response.models import Assignment, Call, Incident
from commonward.response.queries.cards import card

SOURCES = ("phone", "desk", "portal", "field", "api", "centre")
"""Where a call came from: 电话, 窗口, 门户求助, 网格, 其他系统, 其他指挥中心."""
CHANNELS = {"desk": "counter", "centre": "api"}
"""The channel of a report whose source has another name."""
LONGEST_WORDS, LONGEST_LINE = 2000, 200
NEVER_GRADED = ("noting", "closed", "joined", "handed")


@dataclass(frozen=True, slots=True)
class Called:
    """What one caller said. `answers` are those to the card's questions; without a place or
    answers the incident waits for them, with its clock running. `key` names this one sending."""

    kind: str = "other"
    source: str = "phone"
    words: str = ""
    callback: str = ""
    place: str = ""
    lat: float | None = None
    lon: float | None = None
    answers: Mapping[str, bool | int] = field(default_factory=dict)
    graded: bool = True
    drill: bool = False
    language: str = ""
    key: str = ""
    planned_for: datetime | None = None


def take_call(given: Called, at: datetime, actor: Actor = SYSTEM) -> Incident:
    """Open an incident from a call: filed, located and graded as far as is known.

    Sent again under the same `key` nothing is added. Raises Invalid naming the field, Forbidden.
    """
    refuse_onlooker(actor)
    _check(given)
    version, asked = card(given.kind, at)
    found = assess(asked, given.answers)
    if given.key and (known := Call.objects.filter(key=given.key).first()) is not None:
        return Incident.objects.select_related("case__category").get(pk=known.incident_id)
    if actor.role != "system" and not any(r.role in TAKES_CALLS for r in actor.rights):
        raise Forbidden(N_("Taking calls for help is for the centre and for grid workers."))
    with transaction.atomic():
        report = open_case(
            category_of(given.kind),
            Said(
                channel=CHANNELS.get(given.source, given.source),
                lat=given.lat, lon=given.lon, language=given.language,
                idempotency=f"call {given.key}" if given.key else "",
            ),
            at, actor=actor, grade=asked.priority, public=False, room=ROOM,
        )  # fmt: skip
        case = report.case
        known_one = Incident.objects.select_related("case__category").filter(pk=case.pk).first()
        if known_one is not None:
            return known_one
        incident = Incident(
            case=case, kind=given.kind, cards=version, level=found.level,
            confidential=asked.confidential, drill=given.drill, lat=given.lat, lon=given.lon,
            source=given.source, planned_for=given.planned_for, called_at=at,
        )  # fmt: skip
        incident.place = seal(case, given.place, "place")
        incident.save(force_insert=True)
        _keep_call(incident, given, at)
        if given.lat is not None and given.lon is not None:
            move(incident, "locate", SYSTEM, at, {"lat": given.lat, "lon": given.lon})
        _no_point(case, report)
        if given.graded and given.lat is not None:
            _grade(incident, asked, version, given.answers, SYSTEM, at)
    return incident


def locate_incident(
    number: str, lat: float, lon: float, place: str, actor: Actor, at: datetime
) -> Incident:
    """Say where it is (定位); again, when it turns out to be elsewhere. Raises Invalid."""
    with transaction.atomic():
        incident = incident_to_change(number, actor)
        require_coordinator(incident, actor)
        case, at = lock(incident, at)
        if case.stage == "call":
            move(incident, "locate", actor, at, {"lat": lat, "lon": lon})
            Case.objects.filter(pk=case.pk).update(lat=None, lon=None)
        elif case.stage in NEVER_GRADED:
            raise _over(number)
        else:
            _check_point(lat, lon)
            note(incident, "moved_place", at, actor)
        incident.lat, incident.lon = lat, lon
        if place:
            incident.place = seal(incident.case, place[:LONGEST_LINE], "place")
        incident.save(update_fields=["lat", "lon", "place"])
    return incident


def ask_card(
    number: str, answers: Mapping[str, bool | int], actor: Actor, at: datetime
) -> Incident:
    """Answer the card's questions (分类定级), or others later: priority and needs follow at once.

    The version of the cards in force now is the incident's from then on. Raises Invalid.
    """
    with transaction.atomic():
        incident = incident_to_change(number, actor)
        require_coordinator(incident, actor)
        case, at = lock(incident, at)
        if case.stage in NEVER_GRADED:
            raise _over(number)
        if case.stage == "call":
            raise Refusal(N_("Say first where it is; then the questions."), code="stage")
        version, asked = card(incident.kind, at)
        _grade(incident, asked, version, answers, actor, at)
    return incident


def add_call(number: str, given: Called, actor: Actor, at: datetime) -> Incident:
    """ "It is this one": one more call to an open incident; what it said is kept with the others."""
    refuse_onlooker(actor)
    _check(given)
    with transaction.atomic():
        incident = (
            Incident.objects.select_related("case__category").filter(case__number=number).first()
        )
        if incident is None or not (
            actor.role == "system" or any(r.role in TAKES_CALLS for r in actor.rights)
        ):
            raise Forbidden(N_("Taking calls for help is for the centre and for grid workers."))
        case, at = lock(incident, at)
        if given.key and Call.objects.filter(key=given.key).exists():
            return incident
        if not case.is_open or case.closed_at is not None:
            raise _over(number)
        _keep_call(incident, given, at)
        note(incident, "another_call", at, actor, data={"source": given.source})
    return incident


def join_incidents(number: str, into: str, actor: Actor, at: datetime) -> Incident:
    """Two incidents that are one (合并警情): the calls of the first go over to the second.

    Refused once units were ordered to the first: they must be freed or its order ended.
    """
    if number == into:
        raise Invalid(N_("A case cannot be joined to itself."), field="into")
    with transaction.atomic():
        first, second = incident_to_change(number, actor), incident_to_change(into, actor)
        require_coordinator(first, actor)
        require_coordinator(second, actor)
        # Always in the same order, so that two joins crosswise wait instead of dead-locking.
        both = {n: locked(n) for n in sorted((number, into))}
        case, main = both[number], both[into]
        at = max(in_order(case, at), in_order(main, at))
        if not main.is_open or main.closed_at is not None:
            raise _over(into)
        if Assignment.objects.filter(order__incident=first).exclude(step="free").exists():
            raise Refusal(N_("Units are held by {number}: free them first."), number=number)
        case.joined_to = main
        take(case, "join", actor, at, {}, room=ROOM)
        for call in Call.objects.filter(incident=first):
            context = f"call {call.pk}"
            for name in ("words", "callback"):
                words = unseal(case, getattr(call, name), f"{context} {name}")
                setattr(call, name, seal(main, words, f"{context} {name}"))
            call.incident = second
            call.save(update_fields=["incident", "words", "callback"])
        Incident.objects.filter(pk=first.pk).update(ended_at=at)
        touch(main, at)
        record(main, "joined_by", at, actor, team=main.team_id, data={"case": number})
    return second


def _grade(
    incident: Incident,
    asked: Card,
    version: str,
    answers: Mapping[str, bool | int],
    actor: Actor,
    at: datetime,
) -> None:
    found = assess(asked, answers)
    incident.answers, incident.cards, incident.level = dict(answers), version, found.level
    incident.needs = [need.to_data() for need in found.needs]
    incident.reasons = [{"en": r.en, "zh": r.zh} for r in found.reasons]
    incident.confidential = asked.confidential
    incident.save(update_fields=["answers", "cards", "level", "needs", "reasons", "confidential"])
    regrade(incident.case.number, found.priority, actor, at, verb="card_answered", rules=version)
    if incident.case.stage == "located":
        move(incident, "grade", actor, at)
    else:
        incident.case = locked(incident.case.number)


def _keep_call(incident: Incident, given: Called, at: datetime) -> None:
    made = Call.objects.create(incident=incident, source=given.source, key=given.key, at=at)
    made.words = seal(incident.case, given.words, f"call {made.pk} words")
    made.callback = seal(incident.case, given.callback, f"call {made.pk} callback")
    made.save(update_fields=["words", "callback"])


def _no_point(case: Case, report: Report) -> None:
    """The area is enough for routing; the point lies in this room, for those who are sent."""
    Case.objects.filter(pk=case.pk).update(lat=None, lon=None)
    Report.objects.filter(pk=report.pk).update(lat=None, lon=None)


def _check(given: Called) -> None:
    if given.source not in SOURCES:
        raise Invalid(
            N_("A call comes from one of {known}."), known=", ".join(SOURCES), field="source"
        )
    for name, words, most in (
        ("words", given.words, LONGEST_WORDS),
        ("callback", given.callback, LONGEST_LINE),
        ("place", given.place, LONGEST_LINE),
        ("key", given.key, 60),
    ):
        if len(words) > most or "\x00" in words:
            raise Invalid(
                N_("{which} is too long or unknown; at most {most} characters are taken."),
                which=name,
                most=most,
                field=name,
            )
    if given.lat is not None and given.lon is not None:
        _check_point(given.lat, given.lon)


def _check_point(lat: float, lon: float) -> None:
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise Invalid(N_("Give the position in degrees, such as 27.805 and 113.105."), field="lat")


def _over(number: str) -> Refusal:
    return Refusal(N_("Incident {number} has ended; take the call as a new one."), number=number)


JOINS_WITHIN = timedelta(minutes=60)
"""An incident older than this is no longer offered to a new call as the same."""
JOINS_METRES = 400.0
"""Nor one farther away than this."""
