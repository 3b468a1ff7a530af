"""The number behind ours that one subscription is told from (扩展码).

Whoever sends from a forged number knows at most that number. The last digits are drawn with the
site's own key, so only who got the message knows where an answer to it goes.
"""

from django.utils.crypto import salted_hmac

_DRAWN = 4
"""Digits: a number has at most 20 in all, and so many leave room for ours and the subscription's."""


def behind_of(subscription: int) -> str:
    """The digits that follow our own number."""
    drawn = salted_hmac("commonward.sms.behind", str(subscription), algorithm="sha256").digest()
    return f"{subscription}{int.from_bytes(drawn[:8]) % 10**_DRAWN:0{_DRAWN}}"


def subscription_behind(digits: str) -> int:
    """The subscription that is told from there; 0 for digits that we gave to nobody."""
    if not (digits.isascii() and digits.isdecimal() and _DRAWN < len(digits) <= 19):
        return 0
    named = int(digits[:-_DRAWN])
    return named if behind_of(named) == digits else 0
