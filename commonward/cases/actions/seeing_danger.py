"""A person has seen that somebody told of danger, and answers for it (知悉险情); of what may be
urgent somebody who read it first says whether it is (先看)."""

from datetime import datetime

from django.db import transaction

from commonward.cases.access import visible_case
from commonward.cases.actions.alarming import CALM_SAID, URGENT_SAID, keep_answer, seen
from commonward.cases.actions.moving import in_order, locked
from commonward.cases.actions.recording import record
from commonward.cases.models import Case, Danger
from commonward.cases.queries.dangers import answers_for
from commonward.core.refusals import N_, Forbidden, Missing
from commonward.core.rights import Actor


def see_danger(number: str, actor: Actor, at: datetime) -> Case:
    """Note that this person has seen it; told twice, it is noted once.

    Raises Missing where there is none or none for this person, and Forbidden.
    """
    visible_case(number, actor)
    with transaction.atomic():
        case = locked(number)
        if not Danger.objects.filter(pk=case.pk).exists():
            raise Missing(N_("Nothing was told of danger in case {number}."), number=number)
        role = _role(actor, case)
        seen(case, actor, in_order(case, at), role)
    return case


def decide_danger(number: str, actor: Actor, at: datetime, *, urgent: bool) -> Case:
    """Say whether a report that was to be read first is urgent; said twice, it is said once.

    Urgent, it rings from now on like what surely tells of danger, for whoever sends help to see.
    Raises Missing where there is none or none for this person, and Forbidden.
    """
    visible_case(number, actor)
    with transaction.atomic():
        case = locked(number)
        row = Danger.objects.select_for_update().filter(pk=case.pk).first()
        if row is None:
            raise Missing(N_("Nothing was told of danger in case {number}."), number=number)
        role = _role(actor, case)
        if not row.doubtful or row.seen_at is not None:
            return case
        moment = max(in_order(case, at), row.told_at)
        keep_answer(row, moment, urgent=urgent)
        if urgent:
            row.decided, row.doubtful, row.told_at = "urgent", False, moment
        else:
            row.decided, row.seen_at, row.seen_by_id = "not_urgent", moment, actor.account
        row.save()
        verb = URGENT_SAID if urgent else CALM_SAID
        record(case, verb, moment, actor, role=role, team=case.team_id)
    return case


def _role(actor: Actor, case: Case) -> str:
    role = answers_for(actor, case)
    if not role:
        raise Forbidden(N_("That is for those who take calls and dispatch."))
    return role
