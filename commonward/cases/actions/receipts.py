"""Receipts: give, replace and revoke the link with which a reporter follows a report (回执).

The link's token and the contact code are shown to the reporter and kept nowhere: the database
holds a hash of the one and a keyed hash of the other, because a short code alone could be guessed
from its hash.
"""

import hashlib
import secrets
import unicodedata
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from commonward.cases.models import Receipt, Report
from commonward.core.numbers import ALPHABET, normalise
from commonward.core.refusals import N_, Invalid, Missing, Refusal

MOST_TRIES = 10
"""Wrong codes for one number within `TRIES_WITHIN`."""
TRIES_WITHIN = timedelta(hours=1)
CODE_LENGTH = 6

_MEANT = str.maketrans({"O": "0", "I": "1", "L": "1"})


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
    drawn = int.from_bytes(hashlib.sha256(f"code of {token}".encode()).digest()[:8], "big")
    return "".join(ALPHABET[drawn >> (5 * place) & 31] for place in range(CODE_LENGTH))


def with_receipt(opened: Callable[[], Report], token: str, at: datetime) -> Report:
    """Take a report and give its receipt in one transaction; sent again, nothing is added."""
    with transaction.atomic():
        report = opened()
        Receipt.objects.get_or_create(
            digest=digest_of(token),
            defaults={
                "report": report,
                "code_digest": _code_digest(report.number, code_of(token)),
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
            code_digest=_code_digest(found.number, code_of(token)),
            made_at=at,
        )
    return token


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
        left = None if receipt is None else _blocked_for(receipt, at)
        fits = (
            receipt is not None
            and left is None
            and constant_time_compare(receipt.code_digest, _code_digest(wanted, _plain(code)))
        )
        if receipt is not None and left is None:
            # Counted in the transaction that looked, and refused only after it is kept.
            _count(receipt, at, wrong=not fits)
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
    if receipt is None or not fits:
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


def _blocked_for(receipt: Receipt, at: datetime) -> timedelta | None:
    since = receipt.tries_since
    if since is None or receipt.tries < MOST_TRIES or at >= since + TRIES_WITHIN:
        return None
    return since + TRIES_WITHIN - at


def _count(receipt: Receipt, at: datetime, *, wrong: bool) -> None:
    since = receipt.tries_since
    if not wrong or since is None or at >= since + TRIES_WITHIN:
        receipt.tries, receipt.tries_since = 0, at
    if wrong:
        receipt.tries += 1
    receipt.save(update_fields=["tries", "tries_since"])


def _plain(code: str) -> str:
    folded = unicodedata.normalize("NFKC", code[:40]).upper().translate(_MEANT)
    return "".join(c for c in folded if c in ALPHABET)


def _code_digest(number: str, code: str) -> str:
    return salted_hmac(
        "commonward.receipt.code", f"{number}:{code}", algorithm="sha256"
    ).hexdigest()
