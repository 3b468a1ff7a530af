"""Minutes of a council, what it decided, and what became of it (议事会纪要、议定事项)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from commonward.cases.actions import Said, open_case
from commonward.cases.actions.moving import in_order, locked, touch
from commonward.cases.actions.recording import record
from commonward.cases.models import Case
from commonward.core.masking import mask
from commonward.core.pledging import refuse_personal
from commonward.core.refusals import N_, Invalid, Missing, Refusal
from commonward.core.rights import Actor
from commonward.people.models import Team
from commonward.programmes.actions.council_rules import (
    COUNCIL,
    PROPOSAL,
    day_of,
    file_under,
    line,
    require_keeper,
)
from commonward.programmes.actions.ordering import order_to
from commonward.programmes.models import Council, CouncilDecision, CouncilMeeting

MOST_DECISIONS = 20
LONGEST_MINUTES = 4000
YEARS = 5


@dataclass(frozen=True, slots=True)
class Minutes:
    """A meeting as it is written down; the Chinese or the only text first."""

    held_on: date
    about: str
    minutes: str
    about_en: str = ""
    minutes_en: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided; with a team and a day it becomes an order to that team."""

    words: str
    words_en: str = ""
    team: int | None = None
    due_on: date | None = None


def write_council_minutes(
    code: str, given: Minutes, decisions: Sequence[Decision], actor: Actor, at: datetime
) -> CouncilMeeting:
    """Write what was said and decided; each decision that names a team becomes an order to it.

    Raises Missing, Forbidden, Invalid, Refusal.
    """
    if len(decisions) > MOST_DECISIONS:
        raise Invalid(
            N_("A meeting has at most {most} decisions."), most=MOST_DECISIONS, field="decisions"
        )
    with transaction.atomic():
        found = _locked(code, actor)
        if not found.begins_on <= given.held_on <= min(found.ends_on, day_of(at)):
            raise Invalid(
                N_("A meeting lies in the council's term and not after today."), field="held_on"
            )
        if CouncilMeeting.objects.filter(council=found, held_on=given.held_on).exists():
            raise Refusal(N_("The minutes of this day are written already."), code="held")
        made = CouncilMeeting.objects.create(
            council=found, held_on=given.held_on, written_at=at,
            about=_said("about", given.about, 160),
            about_en=_said("about_en", given.about_en, 200, needed=False),
            minutes=_said("minutes", given.minutes, LONGEST_MINUTES),
            minutes_en=_said("minutes_en", given.minutes_en, LONGEST_MINUTES, needed=False),
        )  # fmt: skip
        rows = [_decided(made, one) for one in decisions]
        _order(found, rows, actor, at)
        CouncilDecision.objects.bulk_create(rows)
    return made


def tell_became(
    decision: int, became: str, actor: Actor, at: datetime, *, became_en: str = ""
) -> CouncilDecision:
    """Tell everybody what became of a decision; it may be told anew. Raises Missing, Forbidden,
    Invalid."""
    with transaction.atomic():
        found = (
            CouncilDecision.objects.select_for_update(of=("self",))
            .select_related("meeting__council__area")
            .filter(pk=decision)
            .first()
        )
        if found is None:
            raise Missing(N_("There is no such decision."))
        require_keeper(actor, found.meeting.council.area.path, PROPOSAL)
        found.became = _said("became", became, 300)
        found.became_en = _said("became_en", became_en, 400, needed=False)
        found.told_at = at
        found.save(update_fields=["became", "became_en", "told_at"])
    return found


def forget_minutes(at: datetime) -> int:
    """Empty the minutes of councils whose term ended `YEARS` ago; how many."""
    before = day_of(at) - timedelta(days=round(YEARS * 365.2425))
    old = CouncilMeeting.objects.filter(council__ends_on__lt=before).exclude(minutes="–")
    return old.update(minutes="–", minutes_en="")


def _locked(code: str, actor: Actor) -> Council:
    found = (
        Council.objects.select_for_update(of=("self",))
        .select_related("area")
        .filter(code=code)
        .first()
    )
    if found is None:
        raise Missing(N_("There is no such council."))
    require_keeper(actor, found.area.path, PROPOSAL)
    return found


def _decided(meeting: CouncilMeeting, one: Decision) -> CouncilDecision:
    if one.team is not None and not Team.objects.filter(pk=one.team, active=True).exists():
        raise Invalid(N_("Choose a team from the list."), field="decisions")
    if (one.team is None) != (one.due_on is None):
        raise Invalid(
            N_("What a team is to do has a day until which it is done."), field="decisions"
        )
    if one.due_on is not None and one.due_on <= meeting.held_on:
        raise Invalid(N_("A decision is done after the meeting."), field="decisions")
    return CouncilDecision(
        meeting=meeting, words=_said("decisions", one.words, 300),
        words_en=_said("decisions", one.words_en, 400, needed=False), team_id=one.team,
        due_on=one.due_on,
    )  # fmt: skip


def _order(found: Council, rows: list[CouncilDecision], actor: Actor, at: datetime) -> None:
    teams = dict.fromkeys(row.team_id for row in rows if row.team_id is not None)
    if not teams:
        return
    case = _case_of(found, actor, at)
    at = in_order(case, at)
    for team in teams:
        own = [row for row in rows if row.team_id == team]
        task = order_to(case, team, "\n".join(row.words for row in own), at)
        for row in own:
            row.task = task
    case = locked(case.number)
    touch(case, at)
    roles = actor.roles_for(
        ("programme_officer", "leader", "system"), "keep", case.area_path, COUNCIL
    )
    record(
        case, "council_decided", at, actor, role=roles[0] if roles else "",
        data={"decisions": len(rows), "teams": len(teams)},
    )  # fmt: skip


def _case_of(found: Council, actor: Actor, at: datetime) -> Case:
    """The case that carries the council's orders; a new one where the last was ended."""
    if found.case is not None and found.case.closed_at is None:
        return locked(found.case.number)
    case = open_case(
        COUNCIL, Said(channel="desk", words=found.name), at, actor=actor, origin="office",
        public=False,
    ).case  # fmt: skip
    file_under(case, found.area)
    found.case = case
    found.save(update_fields=["case"])
    return locked(case.number)


def _said(name: str, given: str, most: int, *, needed: bool = True) -> str:
    """Words of the council, bounded and masked; refused where they are about persons.

    Raises Invalid.
    """
    kept = mask(line(name, given.replace("\r\n", "\n"), most, needed=needed))
    refuse_personal(kept, field=name)
    return kept
