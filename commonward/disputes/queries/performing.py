"""The account of an agreement as one person may see it, and where each part of it stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from commonward.core.performing import Claim as Said
from commonward.core.performing import Standing, standing
from commonward.core.rights import Actor
from commonward.disputes.access import require
from commonward.disputes.actions.performing import owed_of
from commonward.disputes.actions.sealing import unseal
from commonward.disputes.models import Claim, Dispute, Obligation


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """What a side said was done, and the other's answer ("" while there is none)."""

    id: int
    side: str
    fen: int
    at: datetime
    answer: str
    words: str
    proof: int | None


@dataclass(frozen=True, slots=True)
class ObligationLine:
    """One instalment or deed with where it stands today."""

    number: int
    clause: int
    act: str
    debtor: str
    creditor: str
    fen: int | None
    due: date | None
    stands: Standing
    claims: Sequence[ClaimLine]


def account(dispute: Dispute, actor: Actor, today: date, soon: int) -> Sequence[ObligationLine]:
    """What is owed under the agreement in force, in its order (2 queries). Raises Forbidden."""
    require(dispute, actor, "performance")
    owed = list(
        Obligation.objects.filter(agreement__dispute=dispute, agreement__state="in_force").order_by(
            "number"
        )
    )
    claims = list(Claim.objects.filter(obligation__in=owed).order_by("pk"))
    return [_line(dispute, one, claims, today, soon) for one in owed]


def _line(
    dispute: Dispute, one: Obligation, claims: Sequence[Claim], today: date, soon: int
) -> ObligationLine:
    own = [c for c in claims if c.obligation_id == one.pk]
    return ObligationLine(
        number=one.number,
        clause=one.clause,
        act=one.act,
        debtor=one.debtor,
        creditor=one.creditor,
        fen=one.fen,
        due=one.due,
        stands=standing(owed_of(one), [Said(c.fen, c.answer) for c in own], today, soon=soon),
        claims=[
            ClaimLine(
                id=c.pk,
                side=c.side,
                fen=c.fen,
                at=c.at,
                answer=c.answer,
                words=unseal(dispute, c.words, f"claim {c.pk}"),
                proof=c.proof_id,
            )
            for c in own
        ],
    )
