"""What may be known of caucus notes without opening any: how many, and who must hand over."""

from dataclasses import dataclass
from datetime import datetime

from commonward.core.caucus import fingerprint
from commonward.core.rights import Actor
from commonward.disputes.models import CaucusKey, CaucusNote, Dispute, Mediator
from commonward.disputes.queries.mediators import appointed
from commonward.people.queries.names import account_names


@dataclass(frozen=True, slots=True)
class HandOver:
    """Notes that a former mediator can still give to who follows."""

    number: str
    follower: str
    fingerprint: str


def counts_of(dispute: Dispute) -> dict[str, tuple[int, datetime]]:
    """Letter of a side → how many notes there are, and when the last was written."""
    found: dict[str, tuple[int, datetime]] = {}
    for letter, number, at in (
        CaucusNote.objects.filter(side__dispute=dispute)
        .order_by("number")
        .values_list("side__letter", "number", "written_at")
    ):
        found[letter] = (number, at)
    return found


def to_hand_over(actor: Actor) -> list[HandOver]:
    """The disputes that somebody else mediates now and whose notes this person alone can read."""
    from_me = (
        CaucusKey.objects.select_related("side__dispute__case")
        .filter(mediator=actor.account or 0, wrapped__isnull=False, side__dispute__ended_at=None)
        .order_by("side__dispute", "id")
    )
    found: dict[int, HandOver] = {}
    for row in from_me:
        dispute = row.side.dispute
        now = appointed(dispute)
        if now is None or now.mediator_id == actor.account or dispute.pk in found:
            continue
        found[dispute.pk] = HandOver(dispute.case.number, *_named(now.mediator))
    return list(found.values())


def _named(mediator: Mediator) -> tuple[str, str]:
    names = account_names([mediator.pk])
    mark = fingerprint(mediator.public) if mediator.public is not None else ""
    return names.get(mediator.pk, ""), mark
