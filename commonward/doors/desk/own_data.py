"""What reporters ask of their own data, as the desk shows it, and the form that answers (更正与删除)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from commonward.cases.actions.data_requests import answer_data
from commonward.cases.actions.photos import Ready
from commonward.cases.models import Case, DataRequest
from commonward.cases.queries.data_requests import (
    WISHES,
    answers_as,
    open_in,
    to_answer,
    wanted_of,
)
from commonward.cases.queries.reference import book
from commonward.core.refusals import N_, Forbidden, Missing
from commonward.core.rights import Actor, refuse_onlooker
from commonward.doors.desk import rows
from commonward.doors.desk.filling import Field, Group, Option
from commonward.doors.desk.sheets import Sheet
from commonward.doors.look.standing import Standing


def asked_on_case(case: Case, standing: Standing) -> dict[str, Any]:
    """For the case page: what waits for an answer, with the way to it for whoever gives it."""
    may = bool(answers_as(case, standing.actor))
    return {
        "data_requests": [
            {
                "wish": _(WISHES[one.kind, one.what]),
                "report": one.report.number,
                "due_at": one.due_at,
                "late": one.due_at < standing.at,
                "href": reverse("desk:data_request", args=[case.number, one.pk]) if may else "",
            }
            for one in open_in(case)
        ]
    }


def to_answer_shown(actor: Actor, at: datetime) -> list[dict[str, Any]]:
    """For the first page: what this person may answer, the soonest due first."""
    return [
        {
            "wish": _(one.wish),
            "due_at": one.due_at,
            "late": one.late,
            "href": reverse("desk:data_request", args=[one.case.number, one.id]),
            "row": rows.shown(one.case, at),
        }
        for one in to_answer(actor, at)
    ]


def of_data_request(case: Case, request: int, standing: Standing) -> Sheet:
    """The form that answers a request. Raises Forbidden, Missing."""
    if not answers_as(case, standing.actor):
        raise Forbidden(N_("Requests about personal data are answered by the centre."))
    refuse_onlooker(standing.actor)
    found = DataRequest.objects.filter(pk=request, case=case).select_related("report").first()
    if found is None:
        raise Missing(N_("There is no such request."))
    wish = _(WISHES[found.kind, found.what])
    told = "\n".join(wanted_of(found, case).values())
    about = _("Report {number}: {wish}.").format(number=found.report.number, wish=wish)
    if told:
        should = _("It should say:")
        about = f"{about} {should} {told}"
    choice = (Group("", (Option("yes", _("Agree")), Option("no", _("Refuse")))),)

    def take(given: Mapping[str, Any], photos: tuple[Ready, ...], version: int | None) -> object:
        grant = given["grant"] == "yes"
        return answer_data(
            request, grant, given["reason"], standing.actor, standing.at, version=version
        )

    return Sheet(
        title=_("Answer a request about personal data"),
        button=_("Answer"),
        fields=(
            Field("grant", "radio", _("Decision"), True, groups=choice),
            Field("reason", "text", _("Reason"), True, _("The reporter reads this.")),
        ),
        version=case.version,
        procedure=book().procedures[case.procedure_id],
        take=take,
        about=about,
        barred="" if found.state == "asked" else _("It has been answered."),
        weight="grave",
    )
