"""What the sides said they need, for those who may read it."""

from collections.abc import Mapping

from commonward.core.rights import Actor
from commonward.disputes.access import sees
from commonward.disputes.actions.needs import Needs, needs_of
from commonward.disputes.models import Dispute, Side


def needs_for(dispute: Dispute, actor: Actor) -> Mapping[str, Needs]:
    """Letter → what that side said; sides that this person may not read are left out."""
    rows = Side.objects.filter(dispute=dispute).select_related("dispute__case").order_by("letter")
    return {
        side.letter: needs_of(side) for side in rows if sees(dispute, actor, "words", side=side)
    }
