"""The page of a case whose stages another room moves: its file lies there, not among the cases."""

from django.urls import reverse

from commonward.cases.models import Case
from commonward.cases.queries.reference import book
from commonward.programmes.models import Alliance, Drill, MonthlyReview

_BY_NUMBER = {
    "dispute": "desk:dispute", "incident": "desk:incident", "payment_stop": "desk:payment",
    "support": "desk:payment_support", "mark": "desk:programme_mark",
    "risk_review": "desk:programme_risk", "proposal": "desk:programme_proposal",
    "vote": "desk:programme_vote",
}  # fmt: skip
"""Procedure → the address that its number stands in."""


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
