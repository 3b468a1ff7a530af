"""Supervision orders on a plan's month (督办): to the team whose target is behind, a reply owed."""

from datetime import datetime

from commonward.cases.actions import act_on_task, ask_tasks
from commonward.cases.models import Case, Task
from commonward.core.refusals import N_, Forbidden, Missing
from commonward.core.rights import Actor, refuse_onlooker
from commonward.programmes.access_plans import require_keeper
from commonward.programmes.models import MonthlyReview


def order_reply(number: str, team: int, words: str, actor: Actor, at: datetime) -> Task:
    """Order a written reply of a team on the month's case. Raises as `cases.actions.ask_tasks`."""
    refuse_onlooker(actor)
    review = MonthlyReview.objects.select_related("plan__area").filter(case__number=number).first()
    if review is None:
        raise Missing(N_("There is no review {number}."), number=number)
    require_keeper(actor, review.plan)
    return ask_tasks(number, "supervision", [team], words, actor, at)[0]


def answer_order(task: int, verb: str, words: str, actor: Actor, at: datetime) -> Task:
    """Reply to an order, send it back, or settle it: the task's own procedure decides who may."""
    refuse_onlooker(actor)
    found = (
        Task.objects.filter(pk=task, kind="supervision").values_list("case_id", flat=True).first()
    )
    if found is None or not MonthlyReview.objects.filter(pk=found).exists():
        raise Missing(N_("There is no such task."))
    if verb not in ("reply", "not_enough", "settle"):
        raise Forbidden(N_("This page does not know that step."))
    given = {"reason": words} if verb == "not_enough" else {"words": words}
    return act_on_task(task, verb, actor, at, given)


def orders_of(case: Case) -> list[Task]:
    """The orders on a month's case, open ones first (1 query)."""
    rows = Task.objects.filter(case=case, kind="supervision").select_related("team")
    return list(rows.order_by("-is_open", "id"))
