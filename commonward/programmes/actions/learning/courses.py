"""Courses as data of the site, and the switch that makes one a bar (课程与上岗要求)."""

import re
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from commonward.core.disputes import KINDS
from commonward.core.learning import MOST_MONTHS, WORKS
from commonward.core.refusals import N_, Forbidden, Invalid, Missing
from commonward.core.rights import Actor, refuse_onlooker
from commonward.people import actions as people
from commonward.people.models import Requirement
from commonward.programmes.actions.council_rules import day_of, line
from commonward.programmes.models import Certificate, Course, CourseSession
from commonward.programmes.queries.learning import keeps_courses

_CODE = re.compile(r"[a-z0-9][a-z0-9-]{1,39}")


@dataclass(frozen=True, slots=True)
class CourseGiven:
    """What is said of a course; `months` 0 counts for good, `kind` narrows mediation."""

    code: str
    title: str
    work: str
    title_en: str = ""
    hours: int = 1
    months: int = 0
    kind: str = ""
    barring: bool = False
    active: bool = True


def require_keeper(actor: Actor) -> None:
    """Only who keeps the programmes of the whole site. Raises Forbidden."""
    refuse_onlooker(actor)
    if not keeps_courses(actor):
        raise Forbidden(N_("Courses hold for the whole site: who keeps its programmes does this."))


def keep_course(given: CourseGiven, actor: Actor, at: datetime) -> Course:
    """Add a course or change the one of this code; switch its bar on or off.

    What was certified already keeps its day. Raises Forbidden, Invalid.
    """
    require_keeper(actor)
    if not _CODE.fullmatch(given.code):
        raise Invalid(N_("A code has 2 to 40 small letters, digits and dashes."), field="code")
    if given.work not in WORKS:
        raise Invalid(N_("Choose one of the list."), field="work")
    if given.kind and (given.work != "mediator" or given.kind not in KINDS):
        raise Invalid(N_("Only mediation is narrowed to a kind of dispute."), field="kind")
    if not 1 <= given.hours <= 400:
        raise Invalid(N_("A course has 1 to 400 hours."), field="hours")
    if not 0 <= given.months <= MOST_MONTHS:
        raise Invalid(
            N_("A course counts for at most {most} months, or for good (0)."),
            most=MOST_MONTHS, field="months",
        )  # fmt: skip
    if given.barring and not given.active:
        raise Invalid(N_("A course that is no longer held can bar nobody."), field="barring")
    fields = {
        "title": line("title", given.title, 120),
        "title_en": line("title_en", given.title_en, 120, needed=False),
        "hours": given.hours, "months": given.months, "work": given.work, "kind": given.kind,
        "barring": given.barring, "active": given.active,
    }  # fmt: skip
    with transaction.atomic():
        made, _new = Course.objects.update_or_create(code=given.code, defaults=fields)
        people.record_change(
            actor, "keep_course", made.code, at, {"work": made.work, "barring": made.barring}
        )
        if made.barring:
            ask_for(made, actor, at)
        else:
            people.drop_requirement(actor, made.code, at=at)
    return made


def ask_for(course: Course, actor: Actor, at: datetime) -> None:
    """Tell the rooms of work what they ask for, and when it is held next."""
    following = (
        CourseSession.objects.filter(course=course, called_off=False, starts_at__gte=at)
        .order_by("starts_at")
        .values_list("starts_at", flat=True)
        .first()
    )
    people.require(
        actor, course.code, course.work, course.title, at=at, since=day_of(at),
        title_en=course.title_en, kind=course.kind,
        next_on=day_of(following) if following else None,
    )  # fmt: skip


def renew_requirements(actor: Actor, at: datetime) -> int:
    """Name the next session where the one that was named is over; how many courses were looked at."""
    today = day_of(at)
    stale = Requirement.objects.filter(next_on__lt=today).values("code")
    rows = list(Course.objects.filter(barring=True, code__in=stale))
    for one in rows:
        ask_for(one, actor, at)
    return len(rows)


def course_by(code: str) -> Course:
    """The course of this code. Raises Missing."""
    found = Course.objects.filter(code=code).first()
    if found is None:
        raise Missing(N_("There is no course “{code}”."), code=code, field="course")
    return found


def qualify_by_certificates(course: Course, accounts: list[int] | None, actor: Actor) -> None:
    """Write down for the rooms of work until when each of these, or of all who did it, has the
    course; the latest day stands."""
    best: dict[int, list[object]] = {}
    rows = Certificate.objects.filter(course=course)
    if accounts is not None:
        rows = rows.filter(account__in=accounts)
    for account, until in rows.values_list("account", "until"):
        best.setdefault(account, []).append(until)
    days = {
        account: None if None in found else max(found)  # type: ignore[type-var]
        for account, found in best.items()
    }
    people.qualify(actor, course.code, days)  # type: ignore[arg-type]
