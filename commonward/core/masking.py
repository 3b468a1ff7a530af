"""Hide how to reach a person in a text that is about to be public (隐私遮盖).

It finds what has a sure shape: e-mail addresses, and runs of seven or more digits, which are
telephone, identity-card and bank-card numbers. Rather too much than too little is hidden: a run
may be broken by spaces, dashes, dots or brackets, or written full-width. Dates and decimal numbers
(coordinates) stay. Names and addresses have no sure shape; a person checks those.
"""

import re

MASK = "•••"
"""Stands for whatever was hidden, however long it was."""

_FEWEST_DIGITS = 7

_FOUND = re.compile(
    r"""
    (?P<date>
        (?<!\d)(?:19|20)\d{2}(?:[-/.]|年)(?:0?[1-9]|1[0-2])(?:[-/.]|月)
        (?:0?[1-9]|[12]\d|3[01])(?:日|(?!\d))
    )
    | (?P<decimal> (?<![\d.])\d{1,3}\.\d{3,}(?![\d.]|-\d) )
    | (?P<mail> [^\s@＠,;:<>()\[\]，。；：、（）《》“”]{1,64} [@＠]
        [^\s@＠,;:<>()\[\]，。；：、（）《》“”]{1,190} )
    | (?P<run> [+＋]?[(（]?\d(?:[\s()（）.\-‐-―－·_]{0,2}\d)*[xX]? )
    """,
    re.VERBOSE,
)


def mask(text: str) -> str:
    """The text with e-mail addresses and long digit runs replaced by `MASK`.

    >>> mask("Ring 139 1234 5678 or write to li@example.org, since 2026-03-02.")
    'Ring ••• or write to •••, since 2026-03-02.'
    """
    return _FOUND.sub(_hidden, text)


def _hidden(found: re.Match[str]) -> str:
    whole = found.group()
    if found.lastgroup == "mail":
        return MASK
    if found.lastgroup == "run" and sum(c.isdecimal() for c in whole) >= _FEWEST_DIGITS:
        return MASK
    return whole
