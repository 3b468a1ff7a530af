"""What every step reads and writes, by fixed SQL (people.rows says why)."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import connection

from commonward.cases.models import Case, CaseKey, Clock, Event, Remark, Report, Task
from commonward.people.rows import Rows

CASES = Rows(Case)
REPORTS = Rows(Report)
CLOCKS = Rows(Clock)
EVENTS = Rows(Event)
REMARKS = Rows(Remark)
TASKS = Rows(Task)
KEYS = Rows(CaseKey)

_WAITING = """
SELECT (SELECT count(*) FROM cases_task WHERE case_id = %s AND is_open AND blocks)
     + (SELECT count(*) FROM cases_case WHERE parent_id = %s AND is_open)
"""
_DOERS = "SELECT verb, account_id, team_id FROM cases_event WHERE case_id = %s AND task_id IS NULL"
# Not "id = … OR joined_to_id = …" over a join: that reads every report (found by a replay).
_OF_THE_CASE = """case_id IN
    (SELECT %s UNION ALL SELECT id FROM cases_case WHERE joined_to_id = %s)"""
_REPORTS = f"SELECT id, number FROM cases_report WHERE {_OF_THE_CASE} ORDER BY id"  # noqa: S608 (a constant)
_ANSWERED = f"""
UPDATE cases_report SET answered_at = %s WHERE {_OF_THE_CASE} AND answered_at IS NULL
"""  # noqa: S608 (a constant)
_UNANSWERED = f"UPDATE cases_report SET answered_at = NULL WHERE {_OF_THE_CASE}"  # noqa: S608 (a constant)
_DUE = """
SELECT next_at, id, case_id FROM cases_clock
WHERE next_at IS NOT NULL AND next_at <= %s ORDER BY next_at, id LIMIT %s
"""
_DUE_AFTER = """
SELECT next_at, id, case_id FROM cases_clock
WHERE next_at IS NOT NULL AND next_at <= %s AND (next_at, id) > (%s, %s)
ORDER BY next_at, id LIMIT %s
"""
_TASK_DOERS = "SELECT account_id, team_id FROM cases_event WHERE task_id = %s AND verb = %s"


def waiting(case: int) -> int:
    """How many open tasks and split-off cases this case waits for."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, [case, case])
        return int(cursor.fetchone()[0])


def doers(case: int, verbs: Collection[str]) -> list[tuple[str, int | None, int | None]]:
    """Who did these verbs with this case: verb, account, team."""
    with connection.cursor() as cursor:
        cursor.execute(_DOERS, [case])
        return [row for row in cursor.fetchall() if row[0] in verbs]


def reports_of(case: int) -> list[tuple[int, str]]:
    """(id, number) of the reports of a case and of those joined to it, in order of coming."""
    with connection.cursor() as cursor:
        cursor.execute(_REPORTS, [case, case])
        return list(cursor.fetchall())


def task_doers(task: int, verb: str) -> list[tuple[int | None, int | None]]:
    """Who did this verb with this task: account, team."""
    with connection.cursor() as cursor:
        cursor.execute(_TASK_DOERS, [task, verb])
        return list(cursor.fetchall())


def due_clocks(
    at: datetime, after: tuple[Any, int] | None, most: int
) -> list[tuple[Any, int, int]]:
    """(moment as the database gives it, clock, case) of what is to be looked at, earliest first.

    `after` is the moment and clock of the last one seen.
    """
    moment = connection.ops.adapt_datetimefield_value(at)
    with connection.cursor() as cursor:
        if after is None:
            cursor.execute(_DUE, [moment, most])
        else:
            cursor.execute(_DUE_AFTER, [moment, after[0], after[1], most])
        return list(cursor.fetchall())


def answered(case: int, at: datetime) -> None:
    """All who reported this problem, also those whose case was joined to it, have their answer."""
    with connection.cursor() as cursor:
        moment = connection.ops.adapt_datetimefield_value(at)
        cursor.execute(_ANSWERED, [moment, case, case])


def unanswered(case: int) -> None:
    """A case that is open again owes all its reporters another answer."""
    with connection.cursor() as cursor:
        cursor.execute(_UNANSWERED, [case, case])
