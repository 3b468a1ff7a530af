"""What an answer by mail, and the receipt of a mailed report, are known by; nothing of it is kept."""

from django.utils.crypto import constant_time_compare, salted_hmac

from commonward.cases.actions import receipts
from commonward.cases.models import Subscription

CHANNEL = "email"

_MARK = 24


def answer_mark(subscription: int) -> str:
    """What stands in the address that an answer goes to; it takes an answer and reads nothing."""
    return f"r{subscription}-{_seal(subscription)}"


def subscription_of_mark(mark: str) -> int | None:
    """The subscription that such a mark is of, None for a wrong one."""
    number, _, seal = mark.removeprefix("r").partition("-")
    if not (number.isascii() and number.isdecimal() and len(number) < 19):
        return None
    return int(number) if constant_time_compare(seal, _seal(int(number))) else None


def receipt_of(subscription: Subscription) -> str:
    """The token of the receipt in the first answer to a report by mail; "" for any other letter,
    and once the link was replaced or closed."""
    report = subscription.report
    if report.channel != CHANNEL or not report.idempotency or not first_answer(subscription):
        return ""
    token = token_of_mailed(report.idempotency)
    return token if receipts.opens(token) else ""


def first_answer(subscription: Subscription) -> bool:
    """Whether it was made with the report itself, for whoever sent it."""
    made = subscription.report
    return (
        subscription.own and made.channel == CHANNEL and subscription.asked_at == made.received_at
    )


def digest_of_mail(key: str) -> str:
    return salted_hmac("commonward.mailed", key, algorithm="sha256").hexdigest()[:40]


def token_of_mailed(kept: str) -> str:
    """Derived from what the report keeps, so that the letter can be written again."""
    return receipts.token_of(f"mailed {kept}")


def _seal(subscription: int) -> str:
    told = f"answer {subscription}"
    return salted_hmac("commonward.subscription", told, algorithm="sha256").hexdigest()[:_MARK]
