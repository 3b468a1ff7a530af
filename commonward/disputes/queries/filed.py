"""A dispute's file as one person may see it: what the table of confidentiality leaves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from commonward.core.rights import Actor
from commonward.disputes.access import sees
from commonward.disputes.actions.sealing import unseal, unseal_data
from commonward.disputes.models import Dispute, Party, Reason, Side


@dataclass(frozen=True, slots=True)
class PartyLine:
    """Somebody on a side; `details` is empty for whom they are not meant."""

    id: int
    part: str
    details: Mapping[str, str]
    has_pass: bool


@dataclass(frozen=True, slots=True)
class SideLine:
    """A side: whether it was asked, what it said, who stands on it; `own` for its own people."""

    letter: str
    answer: str
    answered_at: datetime | None
    invited_at: datetime | None
    reminders: int
    language: str
    minor: bool
    needs_supporter: bool
    households: int
    own: bool
    parties: Sequence[PartyLine]


@dataclass(frozen=True, slots=True)
class Filed:
    """What is kept of a dispute; words are empty for whom they are not meant, or once shredded."""

    dispute: Dispute
    words: str
    neutral: str
    place: str
    sides: Sequence[SideLine]


def filed(dispute: Dispute, actor: Actor) -> Filed:
    """The file as this person sees it now. The caller has looked it up (`access.dispute_for`)."""
    sides = list(Side.objects.filter(dispute=dispute).order_by("letter"))
    people = list(
        Party.objects.filter(side__dispute=dispute, left_at=None)
        .select_related("side")
        .order_by("pk")
    )
    own = next((p.side_id for p in people if actor.party is not None and p.pk == actor.party), None)
    first = sides[0] if sides else None
    reads = first is not None and sees(dispute, actor, "words", side=first)
    return Filed(
        dispute=dispute,
        words=unseal(dispute, dispute.words, "words") if reads else "",
        neutral=unseal(dispute, dispute.neutral, "neutral")
        if sees(dispute, actor, "neutral")
        else "",
        place=unseal(dispute, dispute.place, "place") if reads else "",
        sides=[_side(dispute, actor, side, people, own) for side in sides],
    )


def _side(
    dispute: Dispute, actor: Actor, side: Side, people: Sequence[Party], own: int | None
) -> SideLine:
    shown = sees(dispute, actor, "contacts", side=side)
    return SideLine(
        letter=side.letter,
        answer=side.answer,
        answered_at=side.answered_at,
        invited_at=side.invited_at,
        reminders=side.reminders,
        language=side.language,
        minor=side.minor,
        needs_supporter=side.needs_supporter,
        households=side.households,
        own=side.pk == own,
        parties=[
            PartyLine(
                id=p.pk,
                part=p.part,
                details={
                    k: str(v) for k, v in unseal_data(dispute, p.details, f"party {p.pk}").items()
                }
                if shown
                else {},
                has_pass=bool(p.pass_digest),
            )
            for p in people
            if p.side_id == side.pk
        ],
    )


def reasons(dispute: Dispute, actor: Actor) -> Mapping[int, str]:
    """Event → why that step was taken, for those whom a side's words are meant for (1 query)."""
    if actor.party is not None or not sees(dispute, actor, "words"):
        return {}
    rows = Reason.objects.filter(dispute=dispute)
    return {row.pk: unseal(dispute, row.words, f"reason {row.pk}") for row in rows}
