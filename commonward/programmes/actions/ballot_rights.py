"""Rights to vote, without a register: letters' codes, the counter, blind signatures (投票资格).

What is kept of a right: the hash of a code and whether it was used. What is kept of whoever used
it: nothing.
"""

import hashlib
from datetime import datetime

from django.db import transaction

from commonward.areas.models import Area
from commonward.cases.actions.moving import in_order, locked, touch
from commonward.cases.actions.recording import record
from commonward.core.ballots import blind, codes
from commonward.core.refusals import N_, Invalid, Refusal
from commonward.core.rights import Actor
from commonward.programmes.actions.council_rules import VOTE, day_of, line, require_keeper
from commonward.programmes.actions.voting import drawn_id, kept, key_of
from commonward.programmes.models import LetterBatch, LetterCode, PaperMark, Vote

MOST_LETTERS = 5000
MOST_PAPERS = 500


def print_letters(
    number: str, area: int, letters: int, actor: Actor, at: datetime, *, entrance: str = ""
) -> list[str]:
    """The codes of a new batch of letters, to be printed now: only their hashes stay here."""
    if not 1 <= letters <= MOST_LETTERS:
        raise Invalid(N_("Between 1 and {most} at once."), most=MOST_LETTERS, field="letters")
    where = Area.objects.filter(pk=area).first()
    with transaction.atomic():
        vote = _for_rights(number, actor)
        if where is None or not where.path.startswith(vote.area.path):
            raise Invalid(N_("Choose one of the list."), field="area")
        made = [codes.new_code() for _ in range(letters)]
        batch = LetterBatch.objects.create(
            vote=vote, area=where, letters=letters, printed_on=day_of(at),
            entrance=line("entrance", entrance, 60, needed=False),
        )  # fmt: skip
        LetterCode.objects.bulk_create(
            [
                LetterCode(id=drawn_id(), vote=vote, batch=batch, mark=codes.mark(number, code))
                for code in made
            ],
            batch_size=500,
        )
        _note(vote, "letters_printed", actor, at, {"area": where.code, "letters": letters})
    return made


def print_papers(number: str, papers: int, actor: Actor, at: datetime) -> list[str]:
    """The words of new ballot papers for the mixed pile; they are folded, mixed and handed blind."""
    if not 1 <= papers <= MOST_PAPERS:
        raise Invalid(N_("Between 1 and {most} at once."), most=MOST_PAPERS, field="papers")
    with transaction.atomic():
        vote = _for_rights(number, actor)
        made = [codes.new_code(codes.PAPER) for _ in range(papers)]
        PaperMark.objects.bulk_create(
            [PaperMark(id=drawn_id(), vote=vote, mark=_paper_mark(number, code)) for code in made]
        )
        _note(vote, "papers_printed", actor, at, {"papers": papers})
    return made


def hand_paper(
    number: str, actor: Actor, at: datetime, *, code: str = "", looked: bool = False
) -> None:
    """Note that a paper of the pile was handed out: for a letter's code, which is spent by it, or
    because somebody looked at a proof of residence. Of the person nothing is noted.
    """
    with transaction.atomic():
        vote = _for_rights(number, actor)
        if PaperMark.objects.filter(vote=vote).count() <= vote.papers_handed:
            raise Refusal(N_("The pile is used up: print more papers first."), code="papers")
        if code.strip():
            found = _locked_code(vote, number, code)
            if found.spent:
                raise _used()
            found.spent = True
            found.save(update_fields=["spent"])
        elif looked:
            vote.looked_at += 1
        else:
            raise Invalid(
                N_("Type the letter's code, or say that you looked at a proof of residence."),
                field="looked",
            )
        vote.papers_handed += 1
        vote.save(update_fields=["papers_handed", "looked_at"])


def sign_right(number: str, code: str, blinded: str, at: datetime) -> str:
    """Spend a letter's code on one blind signature (hex). The same question has the same answer.

    Raises Missing, Refusal (codes "stage", "used"), Invalid.
    """
    try:
        sent = bytes.fromhex(blinded)
    except ValueError:
        raise Invalid(N_("This is not what a ballot's browser sends."), field="blinded") from None
    with transaction.atomic():
        vote = open_vote_of(number, at)
        found = _locked_code(vote, number, code)
        asked = hashlib.sha256(sent).hexdigest()
        if found.spent and found.asked != asked:
            raise _used()
        signature = blind.sign_blinded(key_of(vote), sent)
        found.spent, found.asked = True, asked
        found.save(update_fields=["spent", "asked"])
    return signature.hex()


def open_vote_of(number: str, at: datetime) -> Vote:
    """The vote, while its box is open; locked against its closing. Raises Missing, Refusal."""
    case = locked(number)
    vote = Vote.objects.select_related("case", "area").filter(pk=case.pk).first()
    if vote is None:
        raise Refusal(N_("There is no vote with this number."), code="missing")
    if case.stage != "open" or not vote.opens_on <= day_of(at) <= vote.closes_on:
        raise Refusal(N_("This vote is not open now."), code="stage")
    return vote


def paper_known(vote: Vote, number: str, code: str) -> bool:
    """Whether a paper of the pile bears these words."""
    return PaperMark.objects.filter(vote=vote, mark=_paper_mark(number, code)).exists()


def _paper_mark(number: str, code: str) -> str:
    return codes.mark(number, codes.paper_token(number, code)[0])


def _locked_code(vote: Vote, number: str, code: str) -> LetterCode:
    found = (
        LetterCode.objects.select_for_update(of=("self",))
        .filter(vote=vote, mark=codes.mark(number, codes.as_kept(code)))
        .first()
    )
    if found is None:
        raise Invalid(
            N_("We do not know this code. Please look at your letter once more."), field="code"
        )
    return found


def _used() -> Refusal:
    return Refusal(
        N_("This code was used already. Each letter gives one right to vote."),
        code="used",
        field="code",
    )


def _for_rights(number: str, actor: Actor) -> Vote:
    """The vote, locked with its case, for who prepares or holds it."""
    found = kept(number, actor)
    require_keeper(actor, found.case.area_path, VOTE)
    case = locked(number)
    if case.stage not in ("prepared", "open"):
        raise Refusal(N_("This vote is not open now."), code="stage")
    vote = Vote.objects.select_for_update(of=("self",)).select_related("area").get(pk=case.pk)
    vote.case = case
    return vote


def _note(vote: Vote, verb: str, actor: Actor, at: datetime, data: dict[str, object]) -> None:
    at = in_order(vote.case, at)
    record(vote.case, verb, at, actor, role="programme_officer", data=data)
    touch(vote.case, at)
