"""What a meeting decides becomes an order to the team that does it (议定事项转督办)."""

from datetime import datetime

from commonward.cases.actions.tasking import ask_tasks
from commonward.cases.models import Case, Task
from commonward.core.rights import SYSTEM

ORDER = "supervision"


def order_to(case: Case, team: int, words: str, at: datetime) -> Task:
    """The order to a team on the case of who decided, its words those of the decisions.

    A team whose order is open keeps it: what is new stands on the list beside it.
    """
    there = Task.objects.filter(case=case, team_id=team, kind=ORDER, is_open=True).first()
    if there is not None:
        return there
    (made,) = ask_tasks(case.number, ORDER, [team], words, SYSTEM, at)
    return made
