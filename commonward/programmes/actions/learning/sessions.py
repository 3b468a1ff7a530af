"""Sessions of a course: set, signed up for, and who was there (培训场次、报名与签到)."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from commonward.core.learning import counts_until
from commonward.core.refusals import N_, Forbidden, Invalid, Missing, Refusal
from commonward.core.rights import Actor, refuse_onlooker
from commonward.people import actions as people
from commonward.people.models import Account
from commonward.programmes.actions.council_rules import day_of, line
from commonward.programmes.actions.learning.courses import (
    ask_for,
    course_by,
    qualify_by_certificates,
    require_keeper,
)
from commonward.programmes.models import Certificate, CourseSeat, CourseSession
from commonward.programmes.queries.learning import keeps_courses

MOST_SEATS = 500


@dataclass(frozen=True, slots=True)
class SessionGiven:
    """When and where a course is held, for how many, and who keeps the list of who was there."""

    starts: datetime
    ends: datetime
    place: str
    capacity: int
    keeper: int
    place_en: str = ""


def set_session(code: str, given: SessionGiven, actor: Actor, at: datetime) -> CourseSession:
    """A course will be held. Raises Forbidden, Missing, Invalid."""
    require_keeper(actor)
    if not at < given.starts < given.ends or (given.ends - given.starts).days:
        raise Invalid(N_("A session begins after now and ends on the same day."), field="starts")
    if not 1 <= given.capacity <= MOST_SEATS:
        raise Invalid(N_("A session has 1 to {most} seats."), most=MOST_SEATS, field="capacity")
    if not Account.objects.filter(pk=given.keeper, is_active=True).exists():
        raise Invalid(N_("Choose one of the list."), field="keeper")
    with transaction.atomic():
        course = course_by(code)
        if not course.active:
            raise Refusal(N_("This course is no longer held."), code="course")
        made = CourseSession.objects.create(
            course=course, starts_at=given.starts, ends_at=given.ends,
            place=line("place", given.place, 160),
            place_en=line("place_en", given.place_en, 160, needed=False),
            capacity=given.capacity, keeper_id=given.keeper,
        )  # fmt: skip
        people.record_change(actor, "set_course_session", course.code, at, {"session": made.pk})
        if course.barring:
            ask_for(course, actor, at)
    return made


def call_off_session(session: int, actor: Actor, at: datetime) -> CourseSession:
    """It is not held; who signed up sees it on their page. Raises Forbidden, Missing, Refusal."""
    require_keeper(actor)
    with transaction.atomic():
        found = _locked(session)
        if found.starts_at <= at:
            raise Refusal(N_("This session has begun."), code="begun")
        found.called_off = True
        found.save(update_fields=["called_off"])
        people.record_change(
            actor, "call_off_session", found.course.code, at, {"session": found.pk}
        )
        if found.course.barring:
            ask_for(found.course, actor, at)
    return found


def sign_up(session: int, actor: Actor, at: datetime) -> CourseSeat:
    """Take a seat for oneself. Raises Missing, Refusal where it is full, begun or called off."""
    refuse_onlooker(actor)
    if actor.account is None:
        raise Forbidden(N_("Only a member of staff takes a seat."))
    with transaction.atomic():
        found = _locked(session)
        if found.called_off or found.starts_at <= at:
            raise Refusal(N_("One can no longer sign up for this session."), code="begun")
        there = CourseSeat.objects.filter(session=found)
        mine = there.filter(account=actor.account).first()
        if mine is not None:
            return mine
        if there.count() >= found.capacity:
            raise Refusal(N_("This session is full; choose another one."), code="full")
        return CourseSeat.objects.create(session=found, account_id=actor.account)


def give_up_seat(session: int, actor: Actor, at: datetime) -> None:
    """Give the own seat back before the session begins. Raises Missing, Refusal."""
    refuse_onlooker(actor)
    with transaction.atomic():
        found = _locked(session)
        if found.starts_at <= at:
            raise Refusal(N_("This session has begun."), code="begun")
        CourseSeat.objects.filter(session=found, account=actor.account).delete()


def mark_seat(seat: int, actor: Actor, at: datetime, *, was_there: bool) -> CourseSeat:
    """Say whether a colleague was there: by who keeps the list or keeps the programmes, never by
    oneself. A mistake is put right the same way. Raises Missing, Forbidden, Refusal."""
    refuse_onlooker(actor)
    with transaction.atomic():
        named = CourseSeat.objects.filter(pk=seat).values_list("session", flat=True).first()
        if named is None:
            raise Missing(N_("There is no such seat."))
        session = _locked(named)
        row = CourseSeat.objects.select_for_update(of=("self",)).get(pk=seat)
        if actor.account != session.keeper_id and not keeps_courses(actor):
            raise Forbidden(N_("Who keeps the list of this session says who was there."))
        if actor.account is None or row.account_id == actor.account:
            raise Forbidden(N_("Nobody says of themselves that they were there."), code="apart")
        if session.called_off or at < session.starts_at:
            raise Refusal(N_("This session has not begun yet."), code="begun")
        if row.was_there is was_there:
            return row
        row.was_there, row.marked_by_id = was_there, actor.account
        row.save(update_fields=["was_there", "marked_by"])
        course, day = session.course, day_of(session.starts_at)
        if was_there:
            Certificate.objects.get_or_create(
                course=course, account_id=row.account_id, done_on=day,
                defaults={"until": counts_until(day, course.months), "session": session},
            )  # fmt: skip
        else:
            gone = Certificate.objects.filter(session=session, account=row.account_id).delete()[0]
            if gone:
                people.unqualify(actor, course.code, row.account_id)
        qualify_by_certificates(course, [row.account_id], actor)
    return row


def _locked(session: int) -> CourseSession:
    found = (
        CourseSession.objects.select_for_update(of=("self",))
        .select_related("course")
        .filter(pk=session)
        .first()
    )
    if found is None:
        raise Missing(N_("There is no such session."))
    return found
