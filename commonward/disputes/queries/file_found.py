"""What was asked, looked at and found afterwards, as facts of a dispute's file."""

from django.utils import timezone

from commonward.cases.models import Event
from commonward.core.papers import facts
from commonward.core.rights import Actor
from commonward.disputes.access import sees
from commonward.disputes.actions.sealing import unseal
from commonward.disputes.models import Dispute, Obligation, Visit
from commonward.disputes.queries.inquiring import inquiries_of
from commonward.disputes.queries.visiting import found_at

_FOUND = {
    "": "",
    "kept": "done",
    "in_part": "in_part",
    "not_kept": "not_kept",
    "not_met": "not_met",
}
"""What a visit found → the papers' word for it."""


def inquiries_in(dispute: Dispute, actor: Actor) -> tuple[facts.Inquiry, ...]:
    """What was asked and looked at while talks ran."""
    return tuple(
        facts.Inquiry(
            at=timezone.localtime(line.at),
            place=line.details.get("place", ""),
            present=tuple(p for p in (line.details.get("present", ""),) if p),
            asked_by=line.by,
            asked=line.details.get("asked", ""),
            words=line.details.get("words", ""),
            recorder=line.details.get("recorder", "") or line.by,
        )
        for line in inquiries_of(dispute, actor)
    )


def visits_of(dispute: Dispute, actor: Actor) -> tuple[facts.Visit, ...]:
    """The visits that were made."""
    if not sees(dispute, actor, "performance"):
        return ()
    by = dict(
        Event.objects.filter(case_id=dispute.pk, verb="visited")
        .exclude(account=None)
        .values_list("at", "account__name")
    )
    return tuple(
        facts.Visit(
            at=timezone.localtime(row.done_at),
            by=by.get(row.done_at, ""),
            performance=_FOUND[row.result],
            words=unseal(dispute, row.words, f"visit {row.pk}"),
            satisfied=found.satisfied,
            later_suit=found.later_suit,
            risk_left=found.risk_left,
            measures=found.measures,
        )
        for row in Visit.objects.filter(dispute=dispute).order_by("done_at", "pk")
        if row.done_at
        for found in (found_at(dispute, row),)
    )


def performed(dispute: Dispute) -> str:
    """How far the agreement in force is performed, by its account."""
    owed = list(
        Obligation.objects.filter(
            agreement__dispute=dispute, agreement__state="in_force"
        ).values_list("done_at", "late_at")
    )
    if not owed:
        return ""
    if all(done for done, _ in owed):
        return "done"
    return "late" if any(late and not done for done, late in owed) else "running"
