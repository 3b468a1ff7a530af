"""What a meeting decides becomes an order to the team that does it (议定事项转督办)."""

from datetime import datetime

from commonward.cases.actions.moving import in_order, locked, touch
from commonward.cases.actions.recording import record
from commonward.cases.actions.tasking import ask_tasks
from commonward.cases.models import Case, Task
from commonward.core.rights import SYSTEM

ORDER = "supervision"


def order_to(case: Case, team: int, words: str, at: datetime) -> Task:
    """The order to a team on the case of who decided, its words those of the decisions.

    A team whose order is open keeps it and its clock; what is new is told beside it on the case, so
    that whoever answers answers all of it.
    """
    there = Task.objects.filter(case=case, team_id=team, kind=ORDER, is_open=True).first()
    if there is None:
        (made,) = ask_tasks(case.number, ORDER, [team], words, SYSTEM, at)
        return made
    case = locked(case.number)
    at = in_order(case, at)
    record(case, "order_grew", at, SYSTEM, team=team, task=there.pk, words=words)
    touch(case, at)
    return there
