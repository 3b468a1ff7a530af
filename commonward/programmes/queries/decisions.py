"""What others may read of proposals, votes, councils and consultations."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from commonward.areas.models import Area
from commonward.cases.access import seen_by, visible_case
from commonward.cases.models import Case
from commonward.core.refusals import N_, Missing
from commonward.core.rights import Actor
from commonward.programmes.actions.council_rules import KEEPS, PROPOSAL, VOTE, day_of
from commonward.programmes.models import (
    Ballot,
    Consultation,
    Council,
    Proposal,
    ProposalComment,
    ProposalNote,
    Vote,
)

PAGE = 30
GOING = ("supporting", "asked", "answered", "voting", "accepted", "doing")
ENDED = ("done", "declined", "merged")
PUBLIC_VOTES = ("open", "closing", "counted", "published", "void")


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of proposals, and where the next begins."""

    rows: list[Proposal]
    older: int | None


def shown_proposals(stage: str = "", before: int | None = None) -> Listed:
    """Proposals that everybody sees, newest first."""
    found = Proposal.objects.select_related("case", "area").filter(shown=True)
    if stage in (*GOING, *ENDED):
        found = found.filter(case__stage=stage)
    return _paged(found, before)


def proposals_for(actor: Actor, stage: str = "", before: int | None = None) -> Listed:
    """Proposals that this person of the staff may see."""
    cases = Case.objects.filter(seen_by(actor), category__code=PROPOSAL)
    found = Proposal.objects.select_related("case", "area").filter(case__in=cases)
    if stage:
        found = found.filter(case__stage=stage)
    return _paged(found, before)


def _paged(found: Any, before: int | None) -> Listed:
    if before is not None:
        found = found.filter(case_id__lt=before)
    rows = list(found.order_by("-case_id")[: PAGE + 1])
    return Listed(rows[:PAGE], rows[PAGE - 1].pk if len(rows) > PAGE else None)


def proposal_of(number: str) -> Proposal:
    """A proposal that everybody sees. Raises Missing."""
    found = (
        Proposal.objects.select_related("case", "area", "merged_into__case", "vote")
        .filter(case__number=number, shown=True)
        .first()
    )
    if found is None:
        raise Missing(N_("There is no proposal with this number."))
    return found


def proposal_for(number: str, actor: Actor) -> Proposal:
    """The same for staff."""
    case = visible_case(number, actor)
    found = Proposal.objects.select_related("case", "area", "merged_into__case", "vote").filter(
        pk=case.pk
    )
    if not found:
        raise Missing(N_("There is no proposal with this number."))
    return found[0]


def notes_of(proposal: Proposal) -> list[ProposalNote]:
    """What became of it, oldest first."""
    return list(
        ProposalNote.objects.select_related("linked").filter(proposal=proposal).order_by("at", "pk")
    )


def comments_of(proposal: Proposal) -> list[ProposalComment]:
    """What was said of it."""
    return list(ProposalComment.objects.filter(proposal=proposal).order_by("id")[:300])


def appeals_open(actor: Actor) -> list[ProposalComment]:
    """Hidden comments whose hiding is contested, in what this person sees."""
    cases = Case.objects.filter(seen_by(actor), category__code=PROPOSAL)
    return list(
        ProposalComment.objects.select_related("proposal__case")
        .filter(~Q(appeal=""), decided="", proposal__case__in=cases)
        .order_by("id")[:100]
    )


def public_votes() -> list[Vote]:
    """Votes that everybody sees, the newest first."""
    return list(
        Vote.objects.select_related("case", "area")
        .filter(case__stage__in=PUBLIC_VOTES)
        .order_by("-closes_on", "case_id")[:100]
    )


def vote_of(number: str) -> Vote:
    """A vote that everybody sees. Raises Missing."""
    found = (
        Vote.objects.select_related("case", "area")
        .filter(case__number=number, case__stage__in=PUBLIC_VOTES)
        .first()
    )
    if found is None:
        raise Missing(N_("There is no vote with this number."))
    return found


def votes_for(actor: Actor) -> list[Vote]:
    """Votes that this person of the staff may see."""
    cases = Case.objects.filter(seen_by(actor), category__code=VOTE)
    found = Vote.objects.select_related("case", "area").filter(case__in=cases)
    return list(found.order_by("-closes_on", "case_id")[:100])


def about_so_many(vote: Vote) -> int:
    """How many ballots lie in the box, rounded down to tens: one more is not to be seen."""
    return Ballot.objects.filter(vote=vote).count() // 10 * 10


def result_of(vote: Vote) -> Mapping[str, Any]:
    """The published file; empty before it is published."""
    if vote.case.stage != "published" or not vote.published:
        return {}
    found: dict[str, Any] = json.loads(vote.published)
    return found


def councils_on(at: datetime) -> list[Council]:
    """Councils whose term has not ended."""
    return list(
        Council.objects.select_related("area")
        .prefetch_related("seats")
        .filter(ends_on__gte=day_of(at))
        .order_by("area__code", "name")[:300]
    )


def councils_for(actor: Actor) -> list[Council]:
    """Councils of the areas whose programmes this person keeps, past ones too."""
    found = Council.objects.select_related("area").prefetch_related("seats")
    return [c for c in found.order_by("-ends_on", "name")[:300] if keeps(actor, c.area.path)]


def council_of(code: str, actor: Actor) -> Council:
    """One of them. Raises Missing."""
    found = Council.objects.select_related("area", "case").filter(code=code).first()
    if found is None or not keeps(actor, found.area.path):
        raise Missing(N_("There is no such council."))
    return found


def consultations() -> list[Consultation]:
    """All consultations, the newest first."""
    return list(Consultation.objects.select_related("area").order_by("-closes_on", "id")[:100])


def consultation_of(code: str) -> Consultation:
    """One of them. Raises Missing."""
    found = Consultation.objects.select_related("area").filter(code=code).first()
    if found is None:
        raise Missing(N_("There is no such consultation."))
    return found


def keeps(actor: Actor, area_path: str) -> bool:
    """Whether this person keeps the programmes there, or leads."""
    return bool(actor.roles_for((*KEEPS, "leader"), "keep", area_path, PROPOSAL))


def areas_to_choose(at: datetime, below: str = "/") -> list[Area]:
    """Streets and communities in force, for a form; grids are too small for a council."""
    levels = ("district", "street", "community")
    found = Area.objects.filter(level__in=levels, valid_from__lte=at, path__contains=below)
    return list(found.filter(Q(valid_until=None) | Q(valid_until__gt=at)).order_by("code")[:400])
