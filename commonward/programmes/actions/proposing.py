"""Proposals (居民提案): made by anybody, supported, answered when owed, and followed to the end."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F

from commonward.areas.models import Area
from commonward.cases.access import visible_case
from commonward.cases.actions import Said, open_case
from commonward.cases.actions.moving import act, in_order, locked, touch
from commonward.cases.actions.recording import record
from commonward.cases.models import Case
from commonward.core.masking import mask
from commonward.core.refusals import N_, Invalid, Missing, Refusal
from commonward.core.rights import SYSTEM, Actor, refuse_onlooker
from commonward.programmes.actions.council_rules import (
    LONGEST_WORDS,
    PROPOSAL,
    ROOM,
    day_of,
    file_under,
    line,
    require_keeper,
)
from commonward.programmes.models import Proposal, ProposalComment, ProposalNote

STEPS: Mapping[str, str] = {
    "admit": "checked",
    "ask_answer": "checked",
    "answer": "answered",
    "accept": "accepted",
    "begin": "work",
    "finish": "done",
    "decline": "declined",
}
"""A step of the procedure → the kind of line that it leaves on the proposal's page."""
_NEEDS_WORDS = ("answer", "finish", "decline")


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody proposes; `word` is what they put under it, or nothing."""

    title: str
    words: str
    area: int | None = None
    word: str = ""
    channel: str = "portal"
    sending: str = ""


def propose(wish: Wish, at: datetime, actor: Actor = SYSTEM) -> Proposal:
    """Take a proposal as it was sent; sent again with the same `sending` nothing is added.

    What leads to a person (numbers, addresses of mail) is hidden before it is kept.
    Raises Invalid naming the field.
    """
    title, words = line("title", wish.title, 80), line("words", wish.words, LONGEST_WORDS)
    word = line("word", wish.word, 30, needed=False)
    area = Area.objects.filter(pk=wish.area).first() if wish.area else None
    with transaction.atomic():
        said = Said(channel=wish.channel, words=mask(title), idempotency=wish.sending)
        report = open_case(PROPOSAL, said, at, actor=actor, public=False, room=ROOM)
        known = Proposal.objects.filter(pk=report.case_id).first()
        if known is not None:
            return known
        if area is not None:
            file_under(report.case, area)
        return Proposal.objects.create(
            case=report.case, title=mask(title), words=mask(words), word=mask(word), area=area,
            proposed_on=day_of(at),
        )  # fmt: skip


def proposal_step(
    number: str,
    verb: str,
    actor: Actor,
    at: datetime,
    *,
    words: str = "",
    team: int | None = None,
    linked: str = "",
) -> Proposal:
    """Take a step of its procedure, with what everybody reads of it. Raises as `cases.actions.act`.

    `linked` is the number of the case in which the work is done.
    """
    if verb not in STEPS:
        raise Invalid(N_("This page does not know that step."), field="do")
    words = line("words", words, LONGEST_WORDS, needed=verb in _NEEDS_WORDS)
    case = visible_case(number, actor)
    work = visible_case(linked, actor) if linked.strip() else None
    with transaction.atomic():
        found = _locked(case)
        at = in_order(locked(number), at)
        given = {"reason": words, "result": words, "team": team}
        kept = {k: v for k, v in given.items() if v not in ("", None)}
        found.case = act(number, verb, actor, at, kept, room=ROOM)
        if verb in ("admit", "decline"):
            found.shown = True
        found.save(update_fields=["shown"])
        _note(found, STEPS[verb], at, actor, words, work)
    return found


def merge_proposal(number: str, into: str, actor: Actor, at: datetime) -> Proposal:
    """The same wish as another: its support goes over, and its page leads there."""
    case, other = visible_case(number, actor), visible_case(into.strip(), actor)
    if case.pk == other.pk:
        raise Invalid(N_("It cannot be merged with itself."), field="into")
    with transaction.atomic():
        one, both = sorted((case, other), key=lambda c: c.pk)
        for each in (one, both):
            locked(each.number)
        found, kept = _locked(case), _locked(other)
        if not kept.case.is_open:
            raise Refusal(N_("That proposal has ended; choose one that goes on."), field="into")
        found.case = act(number, "merge", actor, at, room=ROOM)
        found.merged_into, found.shown = kept, True
        found.save(update_fields=["merged_into", "shown"])
        Proposal.objects.filter(pk=kept.pk).update(supports=F("supports") + found.supports)
        _note(found, "merged", at, actor, kept.title, None)
        _note(kept, "merged", at, actor, found.title, None)
    return found


def put_to_vote(number: str, vote: str, actor: Actor, at: datetime) -> Proposal:
    """Put an answered proposal to a vote, named by its number."""
    case, voted = visible_case(number, actor), visible_case(vote.strip(), actor)
    if voted.category.code != "P-vote":
        raise Invalid(N_("There is no vote with this number."), field="vote")
    with transaction.atomic():
        found = _locked(case)
        found.case = act(number, "to_vote", actor, at, room=ROOM)
        found.vote = voted
        found.save(update_fields=["vote"])
        _note(found, "voted", at, actor, "", voted)
    return found


def reckon_cost(
    number: str, cost: int | None, budget_line: str, wanted: int, actor: Actor, at: datetime
) -> None:
    """Say what it would cost (yuan), from which budget, and how much support it needs."""
    case = visible_case(number, actor)
    require_keeper(actor, case.area_path, PROPOSAL)
    if not 1 <= wanted <= 100_000 or (cost is not None and not 0 <= cost <= 10**12):
        raise Invalid(N_("Please write a number."), field="cost")
    with transaction.atomic():
        locked_case = locked(number)
        found = _locked(case)
        found.cost, found.wanted = cost, wanted
        found.budget_line = line("budget_line", budget_line, 120, needed=False)
        found.save(update_fields=["cost", "budget_line", "wanted"])
        moment = in_order(locked_case, at)
        _note(found, "cost", moment, actor, "" if cost is None else f"{cost}", None)
        record(locked_case, "cost_reckoned", moment, actor, role="programme_officer",
               data={"cost": cost, "wanted": wanted})  # fmt: skip
        touch(locked_case, moment)


def support(number: str) -> int:
    """One more supports it; how many now. It is no vote, and who it was is kept nowhere."""
    found = _shown(number)
    if found.case.stage != "supporting":
        raise Refusal(N_("This proposal is not looking for support now."), code="stage")
    Proposal.objects.filter(pk=found.pk).update(supports=F("supports") + 1)
    return found.supports + 1


def add_supports(number: str, many: int, actor: Actor, at: datetime) -> None:
    """Add what was counted at a counter or a meeting, by show of hands; noted with its number."""
    case = visible_case(number, actor)
    require_keeper(actor, case.area_path, PROPOSAL)
    if not 0 < many <= 10_000:
        raise Invalid(N_("Please write a number."), field="many")
    with transaction.atomic():
        kept = locked(number)
        Proposal.objects.filter(pk=case.pk).update(supports=F("supports") + many)
        moment = in_order(kept, at)
        record(kept, "supports_added", moment, actor, role="programme_officer", data={"many": many})
        touch(kept, moment)


def comment(number: str, words: str, word: str, at: datetime) -> ProposalComment:
    """Say something of a proposal, under no name."""
    found = _shown(number)
    if not found.case.is_open:
        raise Refusal(N_("This proposal has ended; nothing can be added."), code="stage")
    return ProposalComment.objects.create(
        proposal=found, said_on=day_of(at), words=mask(line("words", words, 1000)),
        word=mask(line("word", word, 30, needed=False)),
    )  # fmt: skip


def hide_comment(comment: int, reason: str, actor: Actor) -> None:
    """Take a comment out of sight: only for private data or what the law forbids, with a reason."""
    found = _comment_for(comment, actor)
    found.hidden_because = line("reason", reason, 200)
    found.hidden_by_id = actor.account
    found.save(update_fields=["hidden_because", "hidden_by"])


def appeal_comment(comment: int, words: str) -> None:
    """Whoever wants it shown again says why; somebody else decides."""
    found = ProposalComment.objects.filter(pk=comment).exclude(hidden_because="").first()
    if found is None:
        raise Missing(N_("There is nothing here to appeal against."))
    if found.appeal:
        raise Refusal(N_("An appeal is here already."), code="once")
    found.appeal = mask(line("words", words, 500))
    found.save(update_fields=["appeal"])


def decide_comment(comment: int, shown: bool, reason: str, actor: Actor) -> None:
    """Another than who hid it decides on the appeal."""
    found = _comment_for(comment, actor, leads=True)
    if found.hidden_by_id is not None and found.hidden_by_id == actor.account:
        raise Refusal(N_("Somebody else than who hid it decides."), code="apart")
    found.decided = line("reason", reason, 200)
    if shown:
        found.hidden_because = ""
    found.save(update_fields=["decided", "hidden_because"])


def _comment_for(comment: int, actor: Actor, *, leads: bool = False) -> ProposalComment:
    refuse_onlooker(actor)
    found = ProposalComment.objects.select_related("proposal__case").filter(pk=comment).first()
    if found is None:
        raise Missing(N_("There is no such comment."))
    case = visible_case(found.proposal.case.number, actor)
    if not (leads and actor.roles_for(("leader",), "decide", case.area_path, PROPOSAL)):
        require_keeper(actor, case.area_path, PROPOSAL)
    return found


def _shown(number: str) -> Proposal:
    found = Proposal.objects.select_related("case").filter(case__number=number, shown=True).first()
    if found is None:
        raise Missing(N_("There is no proposal with this number."))
    return found


def _locked(case: Case) -> Proposal:
    found = Proposal.objects.select_for_update(of=("self",)).filter(pk=case.pk).first()
    if found is None:
        raise Missing(N_("There is no proposal with this number."))
    found.case = case
    return found


def _note(
    found: Proposal, kind: str, at: datetime, actor: Actor, words: str, linked: Case | None
) -> None:
    ProposalNote.objects.create(
        proposal=found, at=at, kind=kind, words=mask(words), by_id=actor.account, linked=linked
    )
