"""Past courses brought in from a table: tried first, written when all of it can be (导入培训记录)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from commonward.core.learning import counts_until
from commonward.core.learning_sheet import PastCourse
from commonward.core.refusals import N_, Invalid, Refusal
from commonward.core.rights import Actor
from commonward.core.targets.sheet import Fault
from commonward.people.actions import record_change
from commonward.people.models import Account
from commonward.programmes.actions.council_rules import day_of
from commonward.programmes.actions.learning.courses import qualify_by_certificates, require_keeper
from commonward.programmes.models import Certificate, Course

_BATCH = 500


@dataclass(frozen=True, slots=True)
class BroughtIn:
    """The lines that are new and those that stand there already; and what is wrong, by row."""

    new: tuple[PastCourse, ...]
    same: int
    faults: tuple[Fault, ...]


def bring_in(
    lines: Sequence[PastCourse], actor: Actor, at: datetime, *, only_try: bool = False
) -> BroughtIn:
    """Write all lines, or none where one has a fault; with `only_try` never.

    Accounts that left are refused: of who is gone nothing is kept. Raises Forbidden.
    """
    require_keeper(actor)
    logins = {one.login for one in lines}
    accounts = dict(
        Account.objects.filter(login__in=logins, is_active=True).values_list("login", "pk")
    )
    courses = {one.code: one for one in Course.objects.filter(code__in={i.course for i in lines})}
    with transaction.atomic():
        there = set(
            Certificate.objects.filter(
                account__in=accounts.values(), course__in=courses.values()
            ).values_list("account", "course__code", "done_on")
        )
        new: list[PastCourse] = []
        made: list[Certificate] = []
        faults: list[Fault] = []
        for one in lines:
            try:
                _check(one, accounts, courses, at)
            except Refusal as why:
                faults.append(Fault(one.row, why.field, why))
                continue
            key = (accounts[one.login], one.course, one.done_on)
            if key in there:
                continue
            there.add(key)
            new.append(one)
            course = courses[one.course]
            made.append(
                Certificate(
                    course=course, account_id=key[0], done_on=one.done_on,
                    until=one.until or counts_until(one.done_on, course.months),
                )
            )  # fmt: skip
        if not faults and not only_try and new:
            Certificate.objects.bulk_create(made, batch_size=_BATCH)
            for code, course in courses.items():
                own = [accounts[one.login] for one in new if one.course == code]
                qualify_by_certificates(course, own, actor)
            record_change(actor, "bring_in_courses", "courses", at, {"lines": len(new)})
    return BroughtIn(tuple(new), len(lines) - len(new) - len(faults), tuple(faults))


def _check(
    one: PastCourse, accounts: dict[str, int], courses: dict[str, Course], at: datetime
) -> None:
    if one.login not in accounts:
        raise Invalid(N_("There is no account of this log-in that works."), field="login")
    if one.course not in courses:
        raise Invalid(N_("There is no course of this code."), field="course")
    if one.done_on > day_of(at):
        raise Invalid(N_("This day has not come yet."), field="done_on")
