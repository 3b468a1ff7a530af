"""Telephone numbers as they can be written to: one form for what people type and providers send."""

import re
import unicodedata

from commonward.core.refusals import N_, Invalid

_BETWEEN = re.compile(r"[\s().\-\u2010-\u2015·/]+")
_SHORTEST, _LONGEST = 8, 15
"""Digits with the country's; ITU-T E.164 has at most 15. Shorter ones are services."""


def canonical(text: str, country: str = "86", *, abroad: bool = True) -> str:
    """The number as +country and digits. Raises Invalid (field "address").

    A number without a country's code is of `country`; a leading 0 of the trunk is left out. Numbers
    of China are those of mobile telephones. Without `abroad` only those of `country` are taken.

    >>> canonical("138 1234-5678"), canonical("0049 170 1234567")
    ('+8613812345678', '+491701234567')
    """
    plain = _BETWEEN.sub("", unicodedata.normalize("NFKC", text[:60]))
    if plain.startswith("00"):
        plain = f"+{plain[2:]}"
    if not plain.startswith("+"):
        plain = f"+{country}{plain.removeprefix('0')}"
    digits = plain[1:]
    if not (digits.isascii() and digits.isdecimal()) or not _SHORTEST <= len(digits) <= _LONGEST:
        raise _no_number()
    if digits.startswith("0") or (digits.startswith("86") and not _MOBILE.fullmatch(digits)):
        raise _no_number()
    if not abroad and not digits.startswith(country):
        raise Invalid(N_("Text messages go to numbers of this country only."), field="address")
    return plain


_MOBILE = re.compile(r"861[3-9]\d{9}")


def sender(text: str, country: str = "86") -> str:
    """Who sent it as `canonical` gives it, with or without the +; "" where nobody can be answered:
    a service, a name, a hidden number.

    >>> sender("8613812345678"), sender("13812345678"), sender("MyBank"), sender("10086")
    ('+8613812345678', '+8613812345678', '', '')
    """
    digits = text.removeprefix("+")
    whole = digits.startswith(country) and len(digits) > len(country) + 7
    try:
        return canonical(f"+{digits}" if text.startswith("+") or whole else text, country)
    except Invalid:
        return ""


def masked(number: str) -> str:
    """Enough for its owner to know it again.

    >>> masked("+8613812345678"), masked("+491701234567")
    ('138…78', '+49…67')
    """
    return f"{number.removeprefix('+86')[:3]}…{number[-2:]}"


def _no_number() -> Invalid:
    return Invalid(
        N_("A mobile number looks like 13812345678, or +49 170 1234567; compare it."),
        field="address",
    )
