"""Passes: the secret link with which a party opens their page of one dispute (凭证).

Of link and code only hashes are kept, as with receipts; a new pass ends the former.
"""

import hashlib
import secrets
import unicodedata
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from commonward.core.numbers import ALPHABET, normalise
from commonward.core.refusals import N_, Invalid, Missing, Refusal
from commonward.disputes.access import digest_of
from commonward.disputes.models import Party

MOST_TRIES = 10
TRIES_WITHIN = timedelta(hours=1)
CODE_LENGTH = 6

_MEANT = str.maketrans({"O": "0", "I": "1", "L": "1"})


def code_of(key: str) -> str:
    """The code that belongs to a pass: six characters, easily said and typed."""
    drawn = int.from_bytes(hashlib.sha256(f"code of pass {key}".encode()).digest()[:8], "big")
    return "".join(ALPHABET[drawn >> (5 * place) & 31] for place in range(CODE_LENGTH))


def new_pass(party: int, at: datetime, *, key: str = "") -> str:
    """A new secret link for a party; the former stops working. Raises Missing.

    A given `key` (40 hexadecimal digits nobody else knows) lets a sending that is repeated lead to
    the same page.
    """
    key = key or secrets.token_hex(20)
    with transaction.atomic():
        found = (
            Party.objects.select_for_update(of=("self",))
            .select_related("side__dispute__case")
            .filter(pk=party, left_at=None)
            .first()
        )
        if found is None:
            raise Missing(N_("There is no such party."))
        found.pass_digest = digest_of(key)
        found.code_digest = _code_digest(found.side.dispute.case.number, code_of(key))
        found.passed_at = at
        found.save(update_fields=["pass_digest", "code_digest", "passed_at"])
    return key


def enter(number: str, code: str, at: datetime) -> Party:
    """The party to whom a dispute's number and a code belong, for whoever lost the link.

    Raises Invalid alike for a wrong number and a wrong code, Refusal "tries" after too many.
    """
    wanted = normalise(number)
    with transaction.atomic():
        parties = list(
            Party.objects.select_for_update(of=("self",))
            .filter(side__dispute__case__number=wanted, left_at=None)
            .exclude(code_digest="")
            .order_by("pk")
        )
        blocked = any(_blocked(p, at) for p in parties)
        given = _code_digest(wanted, _plain(code))
        fits = None
        for one in parties:
            if not blocked and constant_time_compare(one.code_digest, given):
                fits = one
        if parties and not blocked:
            # A wrong code names no party, so it counts for each; a right one clears its own only,
            # or one side could guess the other's code between two uses of its own.
            _count(parties if fits is None else [fits], at, wrong=fits is None)
    if blocked:
        raise Refusal(
            N_("Too many wrong codes were given for this number. Try again in an hour, or call."),
            code="tries",
            field="code",
        )
    if fits is None:
        raise Invalid(
            N_("The number and the code do not belong together. Compare both with your letter."),
            field="code",
        )
    return fits


def _blocked(party: Party, at: datetime) -> bool:
    since = party.tries_since
    return since is not None and party.tries >= MOST_TRIES and at < since + TRIES_WITHIN


def _count(parties: list[Party], at: datetime, *, wrong: bool) -> None:
    for party in parties:
        since = party.tries_since
        if not wrong or since is None or at >= since + TRIES_WITHIN:
            party.tries, party.tries_since = 0, at
        party.tries += wrong
        party.save(update_fields=["tries", "tries_since"])


def _plain(code: str) -> str:
    folded = unicodedata.normalize("NFKC", code[:40]).upper().translate(_MEANT)
    return "".join(c for c in folded if c in ALPHABET)


def _code_digest(number: str, code: str) -> str:
    return salted_hmac("commonward.pass.code", f"{number}:{code}", algorithm="sha256").hexdigest()
