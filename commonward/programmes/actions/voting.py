"""A vote from its terms to its published list: prepared, opened, closed by two, counted (表决)."""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from commonward.areas.models import Area
from commonward.cases.access import visible_case
from commonward.cases.actions import Said, open_case
from commonward.cases.actions.moving import act, in_order, locked, touch
from commonward.cases.actions.recording import record
from commonward.cases.actions.sealing import masters
from commonward.cases.models import Case
from commonward.core import sealing
from commonward.core.ballots import blind, recount
from commonward.core.refusals import N_, Invalid, Missing, Refusal
from commonward.core.rights import Actor
from commonward.programmes.actions.council_rules import (
    LONGEST_WORDS,
    ROOM,
    VOTE,
    file_under,
    line,
    require_keeper,
)
from commonward.programmes.models import (
    Ballot,
    LetterBatch,
    LetterCode,
    PaperMark,
    Vote,
    VoteOption,
)

MOST_OPTIONS = 60


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to vote for."""

    name: str
    name_en: str = ""
    cost: int = 0
    proposal: int | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """What is voted on, how it is counted, where and when."""

    title: str
    method: str
    area: int
    opens_on: date
    closes_on: date
    options: Sequence[Option] = ()
    title_en: str = ""
    about: str = ""
    about_en: str = ""
    quorum: int = 0
    seats: int = 1
    budget: int = 0


def prepare_vote(terms: Terms, actor: Actor, at: datetime) -> Vote:
    """Prepare a vote: its case, its options and its key. Raises Forbidden, Invalid."""
    _check(terms)
    area = Area.objects.filter(pk=terms.area).first()
    if area is None:
        raise Invalid(N_("Choose one of the list."), field="area")
    require_keeper(actor, area.path, VOTE)
    key = blind.new_key()
    with transaction.atomic():
        report = open_case(
            VOTE, Said(channel="desk", words=terms.title), at, actor=actor, public=False, room=ROOM,
            origin="desk",
        )  # fmt: skip
        file_under(report.case, area)
        vote = Vote.objects.create(
            case=report.case, area=area, method=terms.method, key_n=f"{key.n:x}",
            key_sealed=_seal(key, report.case),
            title=line("title", terms.title, 120),
            title_en=line("title_en", terms.title_en, 120, needed=False),
            about=line("about", terms.about, LONGEST_WORDS, needed=False),
            about_en=line("about_en", terms.about_en, LONGEST_WORDS, needed=False),
            opens_on=terms.opens_on, closes_on=terms.closes_on, quorum=terms.quorum,
            seats=terms.seats, budget=terms.budget,
        )  # fmt: skip
        VoteOption.objects.bulk_create(
            VoteOption(
                vote=vote, number=number, name=line("options", one.name, 120),
                name_en=one.name_en[:120], cost=one.cost, proposal_id=one.proposal,
            )
            for number, one in enumerate(terms.options, 1)
        )  # fmt: skip
    return vote


def _check(terms: Terms) -> None:
    if terms.method not in recount.METHODS:
        raise Invalid(N_("Choose one of the list."), field="method")
    if terms.closes_on < terms.opens_on:
        raise Invalid(N_("The last day lies before the first."), field="closes_on")
    if terms.method == "yes_no":
        if terms.options:
            raise Invalid(N_("A question of yes or no has no list of options."), field="options")
    elif not 2 <= len(terms.options) <= MOST_OPTIONS:
        raise Invalid(N_("Give between 2 and {most} options."), most=MOST_OPTIONS, field="options")
    if terms.method in recount.BUDGETED:
        if not terms.budget:
            raise Invalid(N_("Say how much money there is to share."), field="budget")
        if any(not 0 < one.cost <= terms.budget for one in terms.options):
            raise Invalid(
                N_("Each option costs something, and no more than there is."), field="options"
            )


def open_vote(number: str, actor: Actor, at: datetime) -> Vote:
    """Open the box. Raises as `cases.actions.act`."""
    vote = kept(number, actor)
    vote.case = act(number, "open_box", actor, at, room=ROOM)
    return vote


def end_voting(number: str, actor: Actor, at: datetime) -> None:
    """End the voting; a second person must agree before it is counted."""
    kept(number, actor)
    act(number, "end_voting", actor, at, room=ROOM)


def count_vote(number: str, actor: Actor, at: datetime) -> Vote:
    """A second person agrees: the box is mixed, closed and counted, and the key destroyed.

    The root of the list is written as an event of the public log before anybody sees the list.
    """
    kept(number, actor)
    with transaction.atomic():
        act(number, "count", actor, at, room=ROOM)
        case = locked(number)
        vote = Vote.objects.select_for_update(of=("self",)).get(pk=case.pk)
        mix(vote, closing=True)
        published = _published(vote, case.number)
        vote.key_sealed = None
        vote.root = published["root"]
        vote.published = json.dumps(published, ensure_ascii=False, sort_keys=True)
        vote.save(update_fields=["key_sealed", "root", "published"])
        PaperMark.objects.filter(vote=vote).delete()
        data = {"root": vote.root, "ballots": len(published["ballots"])}
        record(case, "ballots_committed", in_order(case, at), actor, role=_role(actor), data=data)
        touch(case, in_order(case, at))
    return vote


def publish_vote(number: str, actor: Actor, at: datetime) -> None:
    """Show result and list to everybody."""
    kept(number, actor)
    act(number, "publish", actor, at, room=ROOM)


def call_off_vote(number: str, reason: str, actor: Actor, at: datetime) -> None:
    """A leader calls the vote off, with a reason: key, rights and ballots are destroyed."""
    reason = line("reason", reason, 200)
    visible_case(number, actor)
    with transaction.atomic():
        act(number, "call_off", actor, at, {"reason": reason}, room=ROOM)
        vote = Vote.objects.select_for_update(of=("self",)).get(case__number=number)
        for model in (Ballot, LetterCode, PaperMark):
            model.objects.filter(vote=vote).delete()
        vote.key_sealed = None
        vote.about = f"{vote.about}\n\n{reason}".strip()
        vote.save(update_fields=["key_sealed", "about"])


def mix_open() -> int:
    """Mix the boxes of all open votes; how many."""
    rows = list(Vote.objects.filter(case__stage="open"))
    for vote in rows:
        mix(vote)
    return len(rows)


def mix(vote: Vote, *, closing: bool = False) -> None:
    """Write ballots and spent codes anew in a drawn order, all in one transaction.

    A database lays rows down in the order in which they come, and numbers its transactions; after
    this the rows themselves tell neither who came first nor who came at the same time.
    """
    with transaction.atomic():
        for model in (Ballot, LetterCode):
            rows: list[Any] = list(model.objects.filter(vote=vote))
            secrets.SystemRandom().shuffle(rows)
            model.objects.filter(vote=vote).delete()
            for row in rows:
                row.pk = drawn_id()
                if closing and isinstance(row, LetterCode):
                    row.asked = ""
            model.objects.bulk_create(rows, batch_size=500)


def drawn_id() -> int:
    """A row's number that says nothing about when it was written."""
    return secrets.randbits(62) or 1


def key_of(vote: Vote) -> blind.Key:
    """The vote's key. Raises Refusal once it is destroyed."""
    if vote.key_sealed is None:
        raise Refusal(N_("This vote is closed; nobody can be given a right to vote any more."))
    kept = bytes(vote.key_sealed)
    wrapped, sealed = kept[: sealing.WRAPPED], kept[sealing.WRAPPED :]
    context = f"vote {vote.case.number}"
    secret = sealing.open_sealed(sealed, sealing.unwrap(wrapped, masters(), context), context)
    return blind.Key(int(vote.key_n, 16), int.from_bytes(secret, "big"))


def _seal(key: blind.Key, case: Case) -> bytes:
    """The number that signs, sealed with a key of its own that the site's master key wraps."""
    context, own = f"vote {case.number}", sealing.new_key()
    secret = key.d.to_bytes(key.size, "big")
    return sealing.wrap(own, masters(), context) + sealing.seal(secret, own, context)


def terms_of(vote: Vote, number: str) -> dict[str, Any]:
    """The terms as they stand in the published list and under its root."""
    options = [
        {"number": o.number, "name": o.name, "name_en": o.name_en, "cost": o.cost}
        for o in vote.options.order_by("number")
    ]
    return {
        "code": number, "title": vote.title, "title_en": vote.title_en, "method": vote.method,
        "options": options, "quorum": vote.quorum, "seats": vote.seats, "budget": vote.budget,
        "opens_on": vote.opens_on.isoformat(), "closes_on": vote.closes_on.isoformat(),
        "key": {"n": vote.key_n, "e": blind.EXPONENT},
    }  # fmt: skip


def _published(vote: Vote, number: str) -> dict[str, Any]:
    terms = terms_of(vote, number)
    ballots = [
        list(row)
        for row in Ballot.objects.filter(vote=vote)
        .order_by("token")
        .values_list("token", "randomizer", "signature", "choice")
    ]
    return {
        "format": recount.FORMAT,
        "terms": terms,
        "issued": issued(vote),
        "ballots": ballots,
        "root": recount.root_of(terms, ballots),
        "result": recount.result_of(terms, ballots),
    }


def issued(vote: Vote) -> Mapping[str, int]:
    """How many rights were printed and used; never whose."""
    letters = sum(LetterBatch.objects.filter(vote=vote).values_list("letters", flat=True))
    return {
        "letters": letters,
        "codes_spent": LetterCode.objects.filter(vote=vote, spent=True).count(),
        "counter_checked": vote.looked_at,
    }


def kept(number: str, actor: Actor) -> Vote:
    """The vote, for who keeps it or leads. Raises Missing."""
    case = visible_case(number, actor)
    found = Vote.objects.select_related("case", "area").filter(pk=case.pk).first()
    if found is None:
        raise Missing(N_("There is no case {number}, or none that you may see."), number=number)
    return found


def _role(actor: Actor) -> str:
    return actor.role or next((r.role for r in actor.rights), "")
