"""Put a ballot into the box (投票): a token, its signature, a choice; nothing of whoever casts it."""

from datetime import datetime
from typing import Any

from django.db import transaction

from commonward.core.ballots import blind, codes, recount
from commonward.core.refusals import N_, Invalid, Refusal
from commonward.programmes.actions.ballot_rights import open_vote_of, paper_known
from commonward.programmes.actions.voting import drawn_id, key_of, terms_of
from commonward.programmes.models import Ballot, Vote


def cast(
    number: str, token: str, randomizer: str, signature: str, choice: Any, at: datetime
) -> None:
    """Put it in, or change what this token said before: until the closing the last one counts.

    Raises Invalid for a choice or signature that does not hold, Refusal where the box is closed.
    """
    with transaction.atomic():
        vote = open_vote_of(number, at)
        terms = terms_of(vote, number)
        if not _is_hex(token, 64) or not _is_hex(randomizer, 64) or not _is_hex(signature, 0):
            raise _unsigned()
        said = recount.message(number, token, randomizer)
        if not recount.signed(terms["key"], said, signature):
            raise _unsigned()
        _put(vote, token, randomizer, signature, choice, terms)


def cast_paper(number: str, code: str, choice: Any, at: datetime) -> None:
    """The same with a paper of the mixed pile, whose words are its token."""
    with transaction.atomic():
        vote = open_vote_of(number, at)
        kept = codes.as_kept(code)
        if not paper_known(vote, number, kept):
            raise Invalid(
                N_("We do not know this paper. Please look at its words once more."), field="paper"
            )
        token, randomizer = codes.paper_token(number, kept)
        before = Ballot.objects.filter(vote=vote, token=token).first()
        signature = (
            before.signature
            if before is not None
            else blind.sign(key_of(vote), recount.message(number, token, randomizer)).hex()
        )
        _put(vote, token, randomizer, signature, choice, terms_of(vote, number))


def _put(
    vote: Vote, token: str, randomizer: str, signature: str, choice: Any, terms: dict[str, Any]
) -> None:
    if isinstance(choice, list) and vote.method not in recount.RANKED:
        choice = sorted(choice) if all(type(n) is int for n in choice) else choice
    if recount.fault_of(choice, terms):
        raise Invalid(N_("Please look at your choice once more."), field="choice")
    changed = Ballot.objects.filter(vote=vote, token=token).update(
        randomizer=randomizer, signature=signature, choice=choice
    )
    if not changed:
        Ballot.objects.create(
            id=drawn_id(), vote=vote, token=token, randomizer=randomizer, signature=signature,
            choice=choice,
        )  # fmt: skip


def _is_hex(given: str, length: int) -> bool:
    return set(given) <= set("0123456789abcdef") and (
        len(given) == length if length else 0 < len(given) <= 1100 and len(given) % 2 == 0
    )


def _unsigned() -> Refusal:
    return Refusal(
        N_("This ballot does not bear the vote's signature, so it cannot be counted."),
        code="signature",
    )
