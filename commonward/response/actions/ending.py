"""End an incident: on the spot, called off, noted afterwards, linked, handed to another centre."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from commonward.cases.access import visible_case
from commonward.cases.models import Case
from commonward.core.numbers import new_number, normalise
from commonward.core.refusals import N_, Forbidden, Invalid, Missing, Refusal
from commonward.core.rights import SYSTEM, Actor, refuse_onlooker
from commonward.people.models import Team
from commonward.response.access import TAKES_CALLS, incident_to_change, require_coordinator
from commonward.response.actions.calling import Called, take_call
from commonward.response.actions.freeing import free_all
from commonward.response.actions.recording import lock, move, note
from commonward.response.actions.sealing import seal, seal_data, unseal
from commonward.response.models import Call, CentreHandOver, Incident, Link

LONGEST_NOTE = 4000
LINKS_WITHIN = timedelta(days=1)
"""So long after a call whoever takes calls may link the case that they filed with it."""


def end_on_spot(number: str, actor: Actor, at: datetime) -> Incident:
    """It ended on the spot (现场处置完毕): units still held are free, a note is owed."""
    with transaction.atomic():
        incident = _mine(number, actor, at)
        free_all(incident, "done", actor, at)
        move(incident, "end_on_spot", actor, at)
    return incident


def call_off(number: str, reason: str, actor: Actor, at: datetime) -> Incident:
    """It needs nobody, or nobody any more (撤销): units are stood down; the reason is the note."""
    reason = _short(reason, "reason")
    with transaction.atomic():
        incident = _mine(number, actor, at)
        free_all(incident, "stood_down", actor, at)
        move(incident, "call_off", actor, at, {"reason": reason})
        incident.note = seal(incident.case, reason, "note")
        incident.save(update_fields=["note"])
    return incident


def keep_note(number: str, words: str, actor: Actor, at: datetime) -> Incident:
    """The after-action note (处置后记录), sealed; with it the incident is closed."""
    words = _short(words, "note")
    with transaction.atomic():
        incident = _mine(number, actor, at)
        incident.note = seal(incident.case, words, "note")
        incident.save(update_fields=["note"])
        move(incident, "keep_note", actor, at)
    return incident


def link_to(number: str, other: str, actor: Actor, at: datetime) -> Link:
    """Note the number of a case or dispute that it belongs with (关联); opens it to nobody.

    The number is checked for its form only: whether there is such a case is not told.
    """
    refuse_onlooker(actor)
    try:
        other = normalise(other)
    except Invalid:
        raise Invalid(N_("This is no case number; look at it again."), field="other") from None
    with transaction.atomic():
        return _link(_mine(number, actor, at), other, actor, at)


def link_filed(number: str, other: str, actor: Actor, at: datetime) -> str:
    """Whoever took the call links the case that they filed with it; the incident's number.

    It opens the incident to nobody. Raises Forbidden, Missing for a case that they do not see or
    an incident that is none of the last day's.
    """
    refuse_onlooker(actor)
    if actor.role != "system" and not any(r.role in TAKES_CALLS for r in actor.rights):
        raise Forbidden(N_("Taking calls for help is for the centre and for grid workers."))
    seen = visible_case(other, actor).number
    with transaction.atomic():
        incident = (
            Incident.objects.select_related("case__category")
            .filter(case__number=number, called_at__gt=at - LINKS_WITHIN)
            .first()
        )
        if incident is None:
            raise Missing(N_("There is no incident {number} of the last day."), number=number)
        _link(incident, seen, actor, at)
    return incident.case.number


def hand_to_centre(
    number: str, team: int, reason: str, actor: Actor, at: datetime
) -> CentreHandOver:
    """Hand it to another centre (移交): what it must know goes along sealed; units stay until
    its receipt. Raises Invalid, Refusal."""
    reason = _short(reason, "reason")
    with transaction.atomic():
        incident = _mine(number, actor, at)
        partner = Team.objects.filter(pk=team, kind="partner").first()
        if partner is None:
            raise Invalid(N_("Choose a partner office from the list."), field="team")
        move(incident, "hand_on", actor, at, {"reason": reason})
        made = CentreHandOver.objects.create(
            incident=incident, number=new_number(), direction="out", team=partner, state="sent",
            drill=incident.drill, made_at=at,
        )  # fmt: skip
        made.package = seal_data(
            incident.case, _package(incident, reason), f"hand-over {made.number}"
        )
        made.save(update_fields=["package"])
        note(incident, "handed_to_centre", at, actor, data=_told(made))
    return made


def receive_hand_over(number: str, reference: str, actor: Actor, at: datetime) -> CentreHandOver:
    """The other centre has it (接收回执): our units are free, our part ends. Twice is once."""
    refuse_onlooker(actor)
    with transaction.atomic():
        found = _theirs(number, actor)
        if found.state == "received":
            return found
        if found.state != "sent":
            raise Refusal(N_("It was given back already."))
        found.state, found.received_at = "received", at
        found.reference = reference.strip()[:60]
        found.save(update_fields=["state", "received_at", "reference"])
        incident = incident_to_change(found.incident.case.number, SYSTEM)
        free_all(incident, "handed_on", SYSTEM, at)
        move(incident, "taken_over", SYSTEM, at)
        note(incident, "hand_over_received", at, SYSTEM, data=_told(found))
    return found


def return_hand_over(number: str, actor: Actor, at: datetime) -> CentreHandOver:
    """The other centre cannot take it (退回): it is ours again, where it was. Twice is once."""
    refuse_onlooker(actor)
    with transaction.atomic():
        found = _theirs(number, actor)
        if found.state == "returned":
            return found
        if found.state != "sent":
            raise Refusal(N_("Its receipt was given already."))
        found.state = "returned"
        found.save(update_fields=["state"])
        incident = incident_to_change(found.incident.case.number, SYSTEM)
        move(incident, "come_back", SYSTEM, at)
        note(incident, "hand_over_returned", at, SYSTEM, data=_told(found))
    return found


def take_from_centre(
    given: Called, reference: str, actor: Actor, at: datetime, *, team: int
) -> CentreHandOver:
    """Take an incident in that another centre hands over (接收移交); sent again, nothing is added.

    The returned number is the receipt. Raises Forbidden for who does not belong to it.
    """
    refuse_onlooker(actor)
    reference = " ".join(reference.split())
    if not 1 <= len(reference) <= 40 or "\x00" in reference:
        raise Invalid(
            N_("Give your own number of it, at most {most} characters."), most=40,
            field="reference",
        )  # fmt: skip
    if team not in actor.teams or not any(r.role == "partner" for r in actor.rights):
        raise Forbidden(N_("You do not belong to that office."))
    with transaction.atomic():
        known = CentreHandOver.objects.filter(
            team_id=team, direction="in", reference=reference
        ).first()
        if known is not None:
            return known
        incident = take_call(given, at, SYSTEM)
        made = CentreHandOver.objects.create(
            incident=incident, number=new_number(), direction="in", team_id=team,
            state="received", reference=reference, drill=incident.drill, made_at=at,
            received_at=at,
        )  # fmt: skip
        note(incident, "taken_from_centre", at, SYSTEM, data=_told(made))
    return made


def _package(incident: Incident, reason: str) -> Mapping[str, Any]:
    case = incident.case
    calls = Call.objects.filter(incident=incident).order_by("at", "pk")
    return {
        "kind": incident.kind,
        "priority": case.grade,
        "answers": incident.answers,
        "lat": incident.lat,
        "lon": incident.lon,
        "place": unseal(case, incident.place, "place"),
        "called_at": incident.called_at.isoformat(),
        "drill": incident.drill,
        "reason": reason,
        "calls": [
            {
                "at": call.at.isoformat(),
                "words": unseal(case, call.words, f"call {call.pk} words"),
                "callback": unseal(case, call.callback, f"call {call.pk} callback"),
            }
            for call in calls
        ],
    }


def _link(incident: Incident, other: str, actor: Actor, at: datetime) -> Link:
    """Keep the link, and note it once; must run in a transaction."""
    lock(incident, at)
    made, new = Link.objects.get_or_create(
        incident=incident, number=other, defaults={"by_id": actor.account, "at": at}
    )
    if new:
        note(incident, "linked", at, actor, data={"to": other})
    return made


def _mine(number: str, actor: Actor, at: datetime) -> Incident:
    """The incident, its case locked, for who coordinates it."""
    refuse_onlooker(actor)
    incident = incident_to_change(number, actor)
    require_coordinator(incident, actor)
    lock(incident, at)
    return incident


def _theirs(number: str, actor: Actor) -> CentreHandOver:
    """A hand-over to the actor's own centre; Missing alike for none and for another's."""
    row = CentreHandOver.objects.filter(
        number=number, team_id__in=actor.teams, direction="out"
    ).select_related("incident__case")
    found = row.first()
    if found is None or not any(r.role == "partner" for r in actor.rights):
        raise Missing(N_("There is no hand-over {number} for your office."), number=number)
    # The case is locked before the hand-over, as everywhere.
    Case.objects.select_for_update(of=("self",)).get(pk=found.incident_id)
    return (
        CentreHandOver.objects.select_for_update(of=("self",))
        .select_related("incident__case")
        .get(pk=found.pk)
    )


def _told(made: CentreHandOver) -> dict[str, object]:
    return {"hand_over": made.number, "state": made.state, "direction": made.direction}


def _short(words: str, name: str) -> str:
    words = words.strip()
    if not words or len(words) > LONGEST_NOTE or "\x00" in words:
        raise Invalid(N_("Say it in at most {most} characters."), most=LONGEST_NOTE, field=name)
    return words
