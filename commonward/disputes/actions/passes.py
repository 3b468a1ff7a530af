"""Passes: the secret link with which a party opens their page of one dispute (凭证).

Of link and code only hashes are kept, as with receipts; a new pass ends the former.
"""

import secrets
from datetime import datetime

from django.db import transaction

from commonward.cases.actions.codes import blocked_for, code_digest, code_from, count_tries, fits
from commonward.core.numbers import normalise
from commonward.core.refusals import N_, Invalid, Missing, Refusal
from commonward.disputes.access import digest_of
from commonward.disputes.models import Party

_SALT = "commonward.pass.code"


def code_of(key: str) -> str:
    """The code that belongs to a pass: six characters, easily said and typed."""
    return code_from(f"code of pass {key}")


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
        found.code_digest = code_digest(_SALT, found.side.dispute.case.number, code_of(key))
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
        blocked = any(blocked_for(p, at) is not None for p in parties)
        found = None
        for one in parties:
            if not blocked and fits(one, _SALT, wanted, code):
                found = one
        if parties and not blocked:
            # A wrong code names no party, so it counts for each; a right one clears its own only,
            # or one side could guess the other's code between two uses of its own.
            count_tries(parties if found is None else [found], at, wrong=found is None)
    if blocked:
        raise Refusal(
            N_("Too many wrong codes were given for this number. Try again in an hour, or call."),
            code="tries",
            field="code",
        )
    if found is None:
        raise Invalid(
            N_("The number and the code do not belong together. Compare both with your letter."),
            field="code",
        )
    return found
