"""Joint meetings: called, held, with minutes whose decisions become duties and tasks (联席会议)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from commonward.cases.actions.moving import locked
from commonward.core.masking import mask
from commonward.core.refusals import N_, Invalid, Missing, Refusal
from commonward.core.rights import Actor
from commonward.programmes.actions.council_rules import line
from commonward.programmes.actions.ordering import order_to
from commonward.programmes.actions.pledges.duties import Pledge, written
from commonward.programmes.actions.pledges.frame import (
    LONGEST_WORDS,
    member_of,
    note,
    opened,
    said,
)
from commonward.programmes.actions.pledges.reminding import write_to
from commonward.programmes.models import Alliance, Gathering, Membership, Resolution

MOST_DECISIONS = 20


@dataclass(frozen=True, slots=True)
class Decision:
    """What a meeting decided: by which member, until when, and by what it is seen."""

    words: str
    member: int
    due_on: date
    wanted: str


def call_meeting(
    code: str, starts: datetime, ends: datetime, place: str, agenda: str, actor: Actor, at: datetime
) -> Gathering:
    """Call the members together; offices outside that agreed to it get a mail with a calendar file.

    Raises Missing, Forbidden, Invalid, Refusal.
    """
    if not at < starts < ends or (ends - starts).days:
        raise Invalid(N_("A meeting begins after now and ends on the same day."), field="starts")
    with transaction.atomic():
        found, at = opened(code, actor, at)
        made = Gathering.objects.create(
            alliance=found, starts_at=starts, ends_at=ends, place=said("place", place, 160),
            agenda=said("agenda", agenda, LONGEST_WORDS),
        )  # fmt: skip
        members = Membership.objects.select_related("unit").filter(alliance=found, left_on=None)
        for one in members:
            write_to(one.unit, "meeting", at, gathering=made)
        note(found, "meeting_called", actor, at, {"meeting": made.pk})
    return made


def write_minutes(
    code: str, gathering: int, minutes: str, decisions: Sequence[Decision], actor: Actor,
    at: datetime,
) -> Gathering:  # fmt: skip
    """Write what was said; each decision becomes a duty, and an order to a team of the site.

    Raises Missing, Forbidden, Invalid, Refusal.
    """
    if len(decisions) > MOST_DECISIONS:
        raise Invalid(
            N_("A meeting has at most {most} decisions."), most=MOST_DECISIONS, field="decisions"
        )
    words = mask(said("minutes", minutes, LONGEST_WORDS))
    with transaction.atomic():
        found, at = opened(code, actor, at)
        row = Gathering.objects.filter(alliance=found, pk=gathering).first()
        if row is None:
            raise Missing(N_("There is no such meeting."))
        if row.held_at is not None:
            raise Refusal(N_("The minutes of this meeting are written already."), code="held")
        if at < row.starts_at:
            raise Refusal(N_("The meeting has not begun yet."), code="held")
        row.minutes, row.held_at = words, at
        row.save(update_fields=["minutes", "held_at"])
        _resolve(found, row, decisions, at)
        found.case = locked(found.case.number)
        note(found, "minutes", actor, at, {"meeting": row.pk, "decisions": len(decisions)})
    return row


def _resolve(found: Alliance, row: Gathering, decisions: Sequence[Decision], at: datetime) -> None:
    made = []
    for one in decisions:
        member = member_of(found, one.member, field="decisions")
        if one.due_on <= row.starts_at.date():
            raise Invalid(N_("A decision is done after the meeting."), field="decisions")
        what = Pledge(
            line("decisions", one.words, 300), one.due_on, line("decisions", one.wanted, 300)
        )
        made.append((member.unit.team_id, written(found, member, what)))
    for team in dict.fromkeys(team for team, _duty in made if team is not None):
        own = [duty for owner, duty in made if owner == team]
        task = order_to(found.case, team, "\n".join(duty.what for duty in own), at)
        Resolution.objects.bulk_create(
            [Resolution(gathering=row, duty=duty, task=task) for duty in own]
        )
    Resolution.objects.bulk_create(
        [Resolution(gathering=row, duty=duty) for team, duty in made if team is None]
    )
