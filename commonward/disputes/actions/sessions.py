"""Sessions: planned, moved, adjourned, cancelled, held; and their record in seven parts.

The record's parts are the seven contents of the official mediation record (调解记录): rights told;
principles told and to whom; accounts; facts checked; risks told; terms, or failure and the other
routes; signatures.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from commonward.core.disputes import LEVELS, stage_of
from commonward.core.refusals import N_, Forbidden, Invalid, Missing, Refusal
from commonward.core.rights import SYSTEM, Actor
from commonward.disputes.access import dispute_to_change, roles_in
from commonward.disputes.actions.appointing import own_appointment
from commonward.disputes.actions.interpreting import service_for
from commonward.disputes.actions.recording import lock, note
from commonward.disputes.actions.sealing import seal_data
from commonward.disputes.actions.telling import tell_sides
from commonward.disputes.models import Dispute, Mediator, Notice, Session, Side, Venue
from commonward.disputes.queries.mediators import appointed

PARTS = ("rights", "principles", "accounts", "facts", "risks", "terms", "signatures")
"""The seven contents of the record, in the order of the official paper."""
DETAILS = ("place", "video", "interpreter")
LONGEST_PART = 10_000
LONGEST_DETAIL = 300
LONGEST = timedelta(hours=12)
REMIND_BEFORE = timedelta(hours=24)
_STAGES = tuple(stage_of(level) for level in LEVELS)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Plan:
    """When and where: a room of the office, or a place in words; a video link; an interpreter.

    `language` is the one interpreted into, "" for none; `interpreting` a service of the office's list,
    `interpreter` who comes, sealed.
    """

    start: datetime
    end: datetime
    venue: int | None = None
    place: str = ""
    video: str = ""
    interpreter: str = ""
    language: str = ""
    interpreting: int | None = None


def plan(number: str, given: Plan, actor: Actor, at: datetime) -> Session:
    """Plan a session while talks run; by the dispute's mediator, or a coordinator for them.

    Raises Invalid naming the field, Forbidden, Refusal where the mediator or the room is taken.
    """
    with transaction.atomic():
        dispute = dispute_to_change(number, actor)
        mediator = _who_plans(dispute, actor)
        return _planned(dispute, mediator, given, actor, at, None)


def move_session(number: str, session: int, given: Plan, actor: Actor, at: datetime) -> Session:
    """Put a planned session to another time or place. Raises as `plan`, and Missing."""
    with transaction.atomic():
        dispute = dispute_to_change(number, actor)
        mediator = _who_plans(dispute, actor)
        found = _planned_one(dispute, session)
        venue = _venue(given)
        _refuse_taken(mediator, venue, given, at, found.pk)
        found.mediator, found.venue = mediator, venue
        found.start, found.end = given.start, given.end
        found.language = given.language
        found.interpreting = service_for(
            given.interpreting, given.language, given.start, given.end, found.pk
        )
        found.sequence += 1
        found.reminded_at = None
        found.details = _sealed(dispute, found, given)
        found.save()
        note(dispute, "session_moved", at, actor, data={"session": found.pk})
        tell_sides(dispute, "session_moved", found, at)
    return found


def cancel_session(number: str, session: int, actor: Actor, at: datetime) -> Session:
    """A planned session does not take place. Raises Forbidden, Missing."""
    with transaction.atomic():
        dispute = dispute_to_change(number, actor)
        _who_plans(dispute, actor)
        found = _planned_one(dispute, session)
        found.state = "cancelled"
        found.sequence += 1
        found.save(update_fields=["state", "sequence"])
        note(dispute, "session_cancelled", at, actor, data={"session": found.pk})
        tell_sides(dispute, "session_cancelled", found, at)
    return found


def adjourn(number: str, session: int, given: Plan, actor: Actor, at: datetime) -> Session:
    """Break a session off and go on at another time (延期调解); the session that follows.

    Raises as `plan`, and Invalid where it would begin before this one ended.
    """
    with transaction.atomic():
        dispute = dispute_to_change(number, actor)
        mediator = _who_plans(dispute, actor)
        found = _planned_one(dispute, session)
        if given.start < found.end:
            raise Invalid(N_("It goes on after this session, not during it."), field="start")
        found.state = "adjourned"
        found.sequence += 1
        found.save(update_fields=["state", "sequence"])
        note(dispute, "session_adjourned", at, actor, data={"session": found.pk})
        if found.start > at:  # of one that had begun the sides know
            tell_sides(dispute, "session_cancelled", found, at)
        return _planned(dispute, mediator, given, actor, at, found)


def record_session(
    number: str, session: int, parts: Mapping[str, str], present: str, actor: Actor, at: datetime
) -> Session:
    """Keep the record of a session in its seven parts, sealed; `present` are letters of sides.

    Only the mediator writes it, after it began; it may be written again until the dispute ends,
    and each time is noted. Raises Invalid naming the first part that is empty, Forbidden, Missing.
    """
    given = {part: parts.get(part, "").strip() for part in PARTS}
    for part, words in given.items():
        if not words or len(words) > LONGEST_PART or "\x00" in words:
            raise Invalid(
                N_("The record has seven parts; fill in “{part}”, in at most {most} characters."),
                part=part,
                most=LONGEST_PART,
                field=part,
            )
    with transaction.atomic():
        dispute = dispute_to_change(number, actor)
        own_appointment(dispute, actor)
        found = Session.objects.select_for_update().filter(pk=session, dispute=dispute).first()
        if found is None or found.state == "cancelled":
            raise Missing(N_("There is no such session."))
        if not dispute.case.is_open:
            raise Refusal(N_("The dispute is closed; its records stay as they are."))
        if at < found.start:
            raise Invalid(N_("The session has not begun yet."), field="record")
        letters = set(Side.objects.filter(dispute=dispute).values_list("letter", flat=True))
        found.present = "".join(sorted(set(present) & letters))
        if found.state == "planned":
            found.state = "held"
        found.record = seal_data(dispute, given, f"record {found.pk}")
        found.recorded_at = at
        found.save()
        note(dispute, "session_recorded", at, actor, role="mediator",
             data={"session": found.pk, "present": found.present})  # fmt: skip
    return found


def remind_sessions(at: datetime, *, most: int = 500) -> int:
    """Remind of each session that begins within a day, once; how many. One that fails never
    stops the rest. Safe to run twice at once."""
    soon = Session.objects.filter(
        state="planned", reminded_at=None, start__gt=at, start__lte=at + REMIND_BEFORE
    ).order_by("start", "pk")
    done = 0
    for pk in list(soon.values_list("pk", flat=True)[:most]):
        try:
            with transaction.atomic():
                done += _remind(pk, at)
        except Refusal as why:
            logger.warning("Session %s was not reminded of: %s", pk, why)
    return done


def _remind(pk: int, at: datetime) -> int:
    found = Session.objects.select_related("dispute__case").get(pk=pk)
    lock(found.dispute, at)
    found.refresh_from_db(fields=["state", "reminded_at", "start"])
    if found.state != "planned" or found.reminded_at is not None:
        return 0
    found.reminded_at = at
    found.save(update_fields=["reminded_at"])
    note(found.dispute, "session_reminded", at, SYSTEM, data={"session": pk})
    # Who was told of it within that day is not told twice.
    told = Notice.objects.filter(session=found, turn=found.sequence, side__isnull=False)
    if not told.filter(made_at__gt=at - REMIND_BEFORE).exists():
        tell_sides(found.dispute, "session_soon", found, at)
    return 1


def _planned(
    dispute: Dispute, mediator: Mediator, given: Plan, actor: Actor, at: datetime,
    follows: Session | None,
) -> Session:  # fmt: skip
    venue = _venue(given)
    _refuse_taken(mediator, venue, given, at, None)
    made = Session.objects.create(
        dispute=dispute, mediator=mediator, venue=venue, start=given.start, end=given.end,
        language=given.language, follows=follows,
        interpreting=service_for(
            given.interpreting, given.language, given.start, given.end, None
        ),
    )  # fmt: skip
    made.details = _sealed(dispute, made, given)
    made.save(update_fields=["details"])
    note(dispute, "session_planned", at, actor, data={"session": made.pk})
    tell_sides(dispute, "session", made, at)
    return made


def _who_plans(dispute: Dispute, actor: Actor) -> Mediator:
    """The dispute's mediator, locked, when this person may plan for them."""
    now = appointed(dispute)
    if now is None:
        raise Refusal(N_("Appoint a mediator first."), code="no_mediator")
    if now.mediator_id != actor.account and "coordinator" not in roles_in(dispute, actor):
        raise Forbidden(N_("Sessions are planned by the mediator or a coordinator."))
    if now.disclosed_at is None:
        raise Refusal(
            N_("The mediator signs the disclosure first; both sides may read it."),
            code="not_disclosed",
        )
    if dispute.case.stage not in _STAGES:
        raise Refusal(N_("Sessions are held while talks run, and not at this stage."), code="stage")
    return Mediator.objects.select_for_update().get(pk=now.mediator_id)


def _planned_one(dispute: Dispute, session: int) -> Session:
    found = Session.objects.select_for_update().filter(pk=session, dispute=dispute).first()
    if found is None or found.state != "planned":
        raise Missing(N_("There is no such session."))
    return found


def _venue(given: Plan) -> Venue | None:
    if given.venue is None:
        return None
    found = Venue.objects.select_for_update().filter(pk=given.venue, active=True).first()
    if found is None:
        raise Missing(N_("There is no such room."), field="venue")
    return found


def _refuse_taken(
    mediator: Mediator, venue: Venue | None, given: Plan, at: datetime, own: int | None
) -> None:
    """The mediator's own calendar only advises; sessions never overlap."""
    if not at <= given.start < given.end <= given.start + LONGEST:
        raise Invalid(
            N_("A session lies ahead, and lasts more than nothing and at most 12 hours."),
            field="start",
        )
    for name, value in (("place", given.place), ("video", given.video),
                        ("interpreter", given.interpreter)):  # fmt: skip
        if len(value) > LONGEST_DETAIL or "\x00" in value:
            raise Invalid(
                N_("{which} is too long or unknown; at most {most} characters are taken."),
                which=name, most=LONGEST_DETAIL, field=name,
            )  # fmt: skip
    if given.video and not given.video.startswith("https://"):
        raise Invalid(N_("A video link begins with https://."), field="video")
    if len(given.language) > 10:
        raise Invalid(N_("Give a language by its code, such as yue."), field="language")
    there = Session.objects.filter(
        state="planned", start__lt=given.end, end__gt=given.start
    ).exclude(pk=own or 0)
    if there.filter(mediator=mediator).exists():
        raise Refusal(N_("The mediator has another session then."), code="taken", field="start")
    if venue is not None and there.filter(venue=venue).exists():
        raise Refusal(N_("The room is taken then."), code="taken", field="venue")


def _sealed(dispute: Dispute, session: Session, given: Plan) -> bytes:
    told = {name: getattr(given, name).strip() for name in DETAILS}
    return seal_data(dispute, told, f"session {session.pk}")
