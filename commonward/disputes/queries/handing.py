"""Hand-overs as each office may see them: its own, with number, state and answer, never content."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from commonward.core.refusals import N_, Missing
from commonward.core.rights import Actor
from commonward.disputes.access import require
from commonward.disputes.actions.handing import CONFIRMATION
from commonward.disputes.actions.sealing import unseal
from commonward.disputes.models import Dispute, HandOver

MOST = 200


@dataclass(frozen=True, slots=True)
class HandOverLine:
    """One hand-over. `outcome` is how the dispute ended, for what the office itself handed in."""

    number: str
    what: str
    direction: str
    state: str
    reference: str
    answer: str
    words: str
    team: str
    team_en: str
    made_at: datetime
    sent_at: datetime | None
    received_at: datetime | None
    answered_at: datetime | None
    outcome: str
    has_package: bool


def of_dispute(dispute: Dispute, actor: Actor) -> Sequence[HandOverLine]:
    """All hand-overs of a dispute, the newest first. Raises Forbidden."""
    require(dispute, actor, "handovers")
    rows = HandOver.objects.filter(dispute=dispute).select_related("team", "dispute__case")
    return [
        _line(one, unseal(dispute, one.words, f"hand-over {one.number}"))
        for one in rows.order_by("-pk")
    ]


def inbox(actor: Actor, *, waiting: bool = False) -> Sequence[HandOverLine]:
    """What lies with, or came from, the offices of this person; nothing where they have none."""
    rows = HandOver.objects.filter(team_id__in=actor.teams).exclude(state="prepared")
    if waiting:
        rows = rows.filter(direction="out", state__in=["sent", "received"])
    rows = rows.select_related("team", "dispute__case").order_by("-made_at", "-pk")
    return [_line(one, "") for one in rows[:MOST]]


def package_of(number: str, actor: Actor) -> bytes:
    """The papers (PDF) that were sent with an application, for the court it was sent to.

    Raises Missing alike where there is none and where it is another office's.
    """
    found = (
        HandOver.objects.select_related("dispute__case")
        .filter(number=number, what=CONFIRMATION, team_id__in=actor.teams, package__isnull=False)
        .first()
    )
    text = "" if found is None else unseal(found.dispute, found.package, f"package {number}")
    if not text:
        raise Missing(N_("There is no hand-over {number} for your office."), number=number)
    return base64.b64decode(text)


def _line(one: HandOver, words: str) -> HandOverLine:
    ours = one.direction == "in"
    return HandOverLine(
        number=one.number,
        what=one.what,
        direction=one.direction,
        state=one.state,
        reference=one.reference,
        answer=one.answer,
        words=words,
        team=one.team.name,
        team_en=one.team.name_en,
        made_at=one.made_at,
        sent_at=one.sent_at,
        received_at=one.received_at,
        answered_at=one.answered_at,
        outcome=one.dispute.result if ours else "",
        has_package=one.package is not None,
    )
