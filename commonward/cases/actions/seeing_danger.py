"""A person has seen that somebody told of danger, and answers for it (知悉险情)."""

from datetime import datetime

from django.db import transaction

from commonward.cases.access import visible_case
from commonward.cases.actions.alarming import seen
from commonward.cases.actions.moving import in_order, locked
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
        role = answers_for(actor, case)
        if not role:
            raise Forbidden(N_("That is for those who take calls and dispatch."))
        seen(case, actor, in_order(case, at), role)
    return case
