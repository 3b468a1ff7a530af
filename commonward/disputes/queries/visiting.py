"""The visits that are owed after an agreement, and what was found at those that were made."""

from collections.abc import Sequence

from commonward.core.rights import Actor
from commonward.disputes.access import require
from commonward.disputes.actions.sealing import unseal, unseal_data
from commonward.disputes.actions.visiting import Found
from commonward.disputes.models import Dispute, Visit


def found_at(dispute: Dispute, one: Visit) -> Found:
    """What a visit found beside the performance, opened."""
    told = unseal_data(dispute, one.found, f"visit found {one.pk}")
    suit, risk = told.get("later_suit"), told.get("risk_left")
    return Found(
        satisfied=str(told.get("satisfied", "")),
        later_suit=suit if isinstance(suit, bool) else None,
        risk_left=risk if isinstance(risk, bool) else None,
        measures=str(told.get("measures", "")),
    )


def visits(dispute: Dispute, actor: Actor) -> Sequence[tuple[Visit, str, Found]]:
    """The visits of a dispute with what was found, those still owed first. Raises Forbidden."""
    require(dispute, actor, "performance")
    rows = sorted(
        Visit.objects.filter(dispute=dispute), key=lambda v: (v.done_at is not None, v.due)
    )
    return [(v, unseal(dispute, v.words, f"visit {v.pk}"), found_at(dispute, v)) for v in rows]
