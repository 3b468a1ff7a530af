"""Receipts: give, replace and revoke the link with which a reporter follows a report (回执).

The link's token and the contact code are shown to the reporter and kept nowhere: the database
holds a hash of the one and a keyed hash of the other, because a short code alone could be guessed
from its hash.
"""

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.utils.crypto import salted_hmac

from commonward.cases.actions.codes import blocked_for, code_digest, code_from, count_tries, fits
from commonward.cases.models import Receipt, Report
from commonward.core.numbers import normalise
from commonward.core.refusals import N_, Invalid, Missing, Refusal

_SALT = "commonward.receipt.code"


def token_of(key: str) -> str:
    """The token for what a resident sends under this key: sending again leads to the same one."""
    return salted_hmac("commonward.receipt.token", key, algorithm="sha256").hexdigest()[:40]


def sent_under(key: str) -> str:
    """What is kept of a sending's key to know it again; the key itself would open the report."""
    return hashlib.sha256(key.encode()).hexdigest()[:40]


def is_sent(key: str, channel: str) -> bool:
    """Whether what was sent under this key is kept already."""
    # The last condition is the index's own, word for word: only then is the index used.
    rows = Report.objects.filter(channel=channel, idempotency=sent_under(key))
    return rows.extra(where=["NOT (idempotency = '')"]).exists()


def code_of(token: str) -> str:
    """The contact code that belongs to a token: six characters, easily said and typed."""
    return code_from(f"code of {token}")


def with_receipt(opened: Callable[[], Report], token: str, at: datetime) -> Report:
    """Take a report and give its receipt in one transaction; sent again, nothing is added."""
    with transaction.atomic():
        report = opened()
        Receipt.objects.get_or_create(
            digest=digest_of(token),
            defaults={
                "report": report,
                "code_digest": code_digest(_SALT, report.number, code_of(token)),
                "made_at": at,
            },
        )
    return report


def new_link(report: int, at: datetime) -> str:
    """A new token for a report; every earlier link and code stops working. Raises Missing."""
    token = secrets.token_hex(20)
    with transaction.atomic():
        found = Report.objects.select_for_update(of=("self",)).filter(pk=report).first()
        if found is None:
            raise Missing(N_("There is no such report."))
        _revoke(report, at)
        Receipt.objects.create(
            report=found,
            digest=digest_of(token),
            code_digest=code_digest(_SALT, found.number, code_of(token)),
            made_at=at,
        )
    return token


def opens(token: str) -> bool:
    """Whether a link of this token still opens its report."""
    return Receipt.objects.filter(digest=digest_of(token), revoked_at=None).exists()


def close_link(report: int, at: datetime) -> None:
    """Link and code stop working, and there is no new one."""
    with transaction.atomic():
        _revoke(report, at)


def enter(number: str, code: str, at: datetime) -> Receipt:
    """The open receipt that a number and its contact code belong to.

    Raises Invalid when they do not fit (an unknown number is not told apart from a wrong code),
    and Refusal "tries" when too many wrong codes were given.
    """
    wanted = normalise(number)
    with transaction.atomic():
        receipt = (
            Receipt.objects.select_for_update(of=("self",))
            .filter(report__number=wanted, revoked_at=None)
            .first()
        )
        left = None if receipt is None else blocked_for(receipt, at)
        opens = receipt is not None and left is None and fits(receipt, _SALT, wanted, code)
        if receipt is not None and left is None:
            # Counted in the transaction that looked, and refused only after it is kept.
            count_tries([receipt], at, wrong=not opens)
    if left is not None:
        raise Refusal(
            N_(
                "Too many wrong codes were given for this number. Try again in {minutes} minutes, "
                "or use the link of your receipt."
            ),
            minutes=int(left.total_seconds() // 60) + 1,
            code="tries",
            field="code",
        )
    if receipt is None or not opens:
        raise Invalid(
            N_("The number and the code do not belong together. Compare both with your receipt."),
            field="code",
        )
    return receipt


def digest_of(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _revoke(report: int, at: datetime) -> None:
    Receipt.objects.filter(report_id=report, revoked_at=None).update(revoked_at=at)
