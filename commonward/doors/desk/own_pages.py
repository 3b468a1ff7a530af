"""The page of a case whose stages another room moves: its file lies there, not among the cases."""

from django.urls import reverse

from commonward.cases.models import Case
from commonward.cases.queries.reference import book
from commonward.doors.desk.rows import case_address
from commonward.programmes.models import Alliance, Drill, MonthlyReview

_BY_NUMBER = {
    "dispute": "desk:dispute", "incident": "desk:incident", "payment_stop": "desk:payment",
    "support": "desk:payment_support", "mark": "desk:programme_mark",
    "risk_review": "desk:programme_risk", "proposal": "desk:programme_proposal",
    "vote": "desk:programme_vote",
}  # fmt: skip
"""Procedure → the address that its number stands in."""

FILE = "?part=file"
"""What leads to the file of a case past its own page: its orders are answered there."""


def has_file(found: Case) -> bool:
    """Whether the tasks and the history of a case may be read as a file beside its own page.

    What a district does (programmes) is ordered from teams that keep none of its pages. A dispute,
    an incident and a payment are read on their own pages alone.
    """
    return book().procedures[found.procedure_id].room in ("", "programmes")


def file_of(found: Case) -> str:
    """The address of the file: for whoever is to answer an order, wherever the case is read."""
    moved_elsewhere = book().procedures[found.procedure_id].room == "programmes"
    return case_address(found.number) + (FILE if moved_elsewhere else "")


def own_page(found: Case) -> str:
    """Where a case of another room is read; "" for one whose file is the case's own page."""
    procedure = book().procedures[found.procedure_id]
    if not procedure.room:
        return ""
    if procedure.name in _BY_NUMBER:
        return reverse(_BY_NUMBER[procedure.name], args=[found.number])
    if procedure.name == "monthly_review":
        month = MonthlyReview.objects.select_related("plan").filter(pk=found.pk).first()
        if month is not None:
            return reverse(
                "desk:programme_plan_month", args=[month.plan.code, f"{month.month:%Y-%m}"]
            )
    if procedure.name == "alliance" and (one := Alliance.objects.filter(pk=found.pk).first()):
        return reverse("desk:programme_pledge", args=[one.code])
    if procedure.name == "drill" and (held := Drill.objects.filter(pk=found.pk).first()):
        return reverse("desk:programme_drill", args=[held.code])
    return reverse("desk:programmes")
