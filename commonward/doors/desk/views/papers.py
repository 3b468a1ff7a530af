"""The papers of a case, each as one page that is made to be printed."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from commonward.cases.access import access_case
from commonward.cases.models import Case
from commonward.cases.queries import filed
from commonward.cases.queries.filed import CaseFile
from commonward.doors.desk import papers, sheets
from commonward.doors.desk.rows import case_address
from commonward.doors.desk.showing import desk_page
from commonward.doors.desk.views.steps import refusing
from commonward.doors.look.standing import Standing, for_staff

_DOOR = "desk"


@require_safe
@for_staff()
@refusing
def file(request: HttpRequest, standing: Standing, number: str) -> HttpResponse:
    """The whole file of a case (案卷)."""
    case = access_case(sheets.meant(number), standing.actor, standing.at, door=_DOOR)
    shown = {**_head(case), **papers.whole_file(case, standing.at)}
    return desk_page(request, standing, "desk/papers/file.html", shown)


@require_safe
@for_staff()
@refusing
def receipt(request: HttpRequest, standing: Standing, number: str, report: str) -> HttpResponse:
    """A reporter's receipt as the office gives it at the counter (受理回执)."""
    return _paper(
        request, standing, number, "desk/papers/receipt.html",
        lambda case, found: papers.receipt(case, found, report),
    )  # fmt: skip


@require_safe
@for_staff()
@refusing
def order(request: HttpRequest, standing: Standing, number: str, task: int) -> HttpResponse:
    """A written order and the replies to it (督办单)."""
    return _paper(
        request, standing, number, "desk/papers/order.html",
        lambda case, found: papers.order(case, found, task),
    )  # fmt: skip


def _paper(
    request: HttpRequest,
    standing: Standing,
    number: str,
    template: str,
    more: Callable[[Case, CaseFile], dict[str, Any]],
) -> HttpResponse:
    case = access_case(sheets.meant(number), standing.actor, standing.at, door=_DOOR)
    found = filed.case_file(case, standing.at)
    context = {
        **_head(case),
        "facts": papers.facts_of(case, found, standing.at),
        **more(case, found),
    }
    return desk_page(request, standing, template, context)


def _head(case: Case) -> dict[str, Any]:
    return {"case": case, "case_href": case_address(case.number)}
