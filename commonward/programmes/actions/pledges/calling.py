"""A whistle that an alliance answers together: a task for each member team (联盟吹哨)."""

from datetime import datetime

from django.db import transaction

from commonward.cases.access import visible_case
from commonward.cases.actions.tasking import ask_tasks
from commonward.cases.models import Task
from commonward.core.refusals import N_, Invalid
from commonward.core.rights import Actor, refuse_onlooker
from commonward.programmes.models import JointCall
from commonward.programmes.queries.pledges import callable_here, teams_of


def whistle_with(
    number: str, code: str, teams: list[int], words: str, actor: Actor, at: datetime,
    *, version: int | None = None,
) -> list[Task]:  # fmt: skip
    """Call all teams of an alliance, and others named beside them, with a task for each.

    Rights are a whistle's own; one reply ends one task. Raises Missing, Forbidden, Invalid, Refusal.
    """
    refuse_onlooker(actor)
    case = visible_case(number, actor)
    found = next((one for one in callable_here(case) if one.code == code), None)
    if found is None:
        raise Invalid(N_("No such alliance answers whistles here."), field="alliance")
    own = sorted(teams_of(found))
    with transaction.atomic():
        made = ask_tasks(
            number, "whistle", list(dict.fromkeys([*own, *teams])), words, actor, at,
            version=version,
        )  # fmt: skip
        JointCall.objects.bulk_create(
            [JointCall(task=task, alliance=found) for task in made if task.team_id in own]
        )
    return made
