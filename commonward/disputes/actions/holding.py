"""After the performance: each side says itself whether it holds (履行确认)."""

from datetime import datetime

from django.db import transaction

from commonward.core.refusals import N_, Forbidden, Refusal
from commonward.core.rights import SYSTEM, Actor
from commonward.disputes.access import dispute_to_change, side_of
from commonward.disputes.actions.moving import move
from commonward.disputes.actions.recording import lock, note
from commonward.disputes.models import Dispute, Holding, Side


def say_holds(number: str, holds: bool, actor: Actor, at: datetime) -> Holding:
    """A side says that the agreement was carried out and holds, or that it was not.

    It may say otherwise later, while the case looks back (90 days); silence says nothing. When
    every side has said yes the dispute is closed as settled and performed; after a no it cannot
    be closed so by anybody. Raises Forbidden for anybody but a side, Refusal outside that stage.
    """
    with transaction.atomic():
        dispute = dispute_to_change(number, actor)
        if actor.party is None:
            raise Forbidden(N_("Only the sides themselves can say whether it holds."))
        side = side_of(actor)
        case, at = lock(dispute, at)
        if case.stage != "follow":
            raise Refusal(N_("Whether it holds is asked once it has been carried out."))
        said, _ = Holding.objects.update_or_create(
            side=side, defaults={"holds": holds, "said_at": at}
        )
        note(
            dispute, "side_says_holds" if holds else "side_says_not", at, actor,
            data={"side": side.letter},
        )  # fmt: skip
        if all_hold(dispute):
            move(dispute, "hold", SYSTEM, at)
    return said


def all_hold(dispute: Dispute) -> bool:
    """Whether every side has said itself that it holds."""
    sides = set(Side.objects.filter(dispute=dispute).values_list("pk", flat=True))
    rows = Holding.objects.filter(side__dispute=dispute, holds=True)
    return len(sides) > 1 and sides == set(rows.values_list("side", flat=True))
