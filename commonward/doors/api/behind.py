"""What an address names by itself, a task, a request or a report, and the case behind it."""

from contextlib import suppress
from typing import TypeVar

from commonward.cases.access import visible_case
from commonward.cases.models import Approval, Report, Task
from commonward.core.refusals import N_, Missing
from commonward.doors.api.keys import Caller

T = TypeVar("T", Task, Approval, Report)


def shown_to(by: Caller, found: T | None, none: Missing) -> T:
    """What was found, if the caller may see its case. Raises `none` alike where there is nothing and
    where there is nothing for them: the case's own number would tell them that it is there."""
    if found is not None:
        with suppress(Missing):
            visible_case(found.case.number, by.actor)
            return found
    raise none


def no_report(number: str) -> Missing:
    """What is said of a report that is not there, or not for the caller."""
    return Missing(N_("There is no report {number}, or none that you may see."), number=number)
