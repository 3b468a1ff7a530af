"""Write down what an agreement in force obliges to, and by when (履行事项)."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.utils import timezone

from commonward.areas.queries import calendar, calendar_name_for
from commonward.core.agreements.clauses import Agreement as Terms
from commonward.core.calendars import Limit
from commonward.core.clocks import Clock
from commonward.core.performing import owed_by
from commonward.core.rights import Actor
from commonward.disputes.actions.recording import note
from commonward.disputes.models import Agreement, Dispute, Obligation, Visit


def open_ledger(
    dispute: Dispute, agreement: Agreement, terms: Terms, at: datetime, actor: Actor
) -> Sequence[Obligation]:
    """Write down what an agreement that has just come into force obliges to, and by when.

    Called again, nothing is added. Must run in a transaction.
    """
    found = list(Obligation.objects.filter(agreement=agreement).order_by("number"))
    if found:
        return found
    signing = timezone.localdate(agreement.effective_at or at)
    owed = owed_by(terms, signing, _working(dispute))
    made = [
        Obligation(
            agreement=agreement, number=number, clause=one.clause, act=one.act, debtor=one.who,
            creditor=one.to, fen=one.fen, due=one.due,
        )
        for number, one in enumerate(owed, 1)
    ]  # fmt: skip
    Obligation.objects.bulk_create(made)
    last = max((one.due for one in owed if one.due is not None), default=signing)
    plan_visit(dispute, last, "carried_out")
    note(dispute, "ledger_opened", at, actor, data={"obligations": len(made)})
    return made


def plan_visit(dispute: Dispute, after: date, because: str) -> None:
    """A visit is owed some days after what fell due, once for each reason and day."""
    due = after + timedelta(days=settings.VISIT_DAYS)
    Visit.objects.get_or_create(dispute=dispute, because=because, due=due)


def _working(dispute: Dispute) -> Callable[[date, int], date]:
    known = calendar(calendar_name_for(dispute.case.area_path))

    def counted(signing: date, count: int) -> date:
        zone = timezone.get_current_timezone()
        begun = datetime.combine(signing, time(), zone) + timedelta(days=1)
        clock = Clock(Limit.parse(f"{count} work_day"), begun)
        due = clock.due(known)
        if due is None:
            return signing + timedelta(days=count)
        return timezone.localdate(due.at - timedelta(seconds=1))

    return counted
