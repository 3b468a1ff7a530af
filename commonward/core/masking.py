"""Hide how to reach a person in a text that is about to be public (隐私遮盖).

What is found stands in core.triage.private: e-mail addresses, telephone, identity-card and bank
numbers and any run of seven or more digits, plates, accounts. Rather too much than too little is
hidden: a run may be broken by spaces, dashes, dots or brackets, or written full-width or in Chinese
numerals. Dates and decimal numbers (coordinates) stay. Names and addresses have no sure shape; a
person checks those.
"""

import re

from commonward.core.triage.private import IDENTITY, PHONE, spans, without
from commonward.core.triage.private_kinds import SURE

MASK = "•••"
"""Stands for whatever was hidden, however long it was."""


def mask(text: str) -> str:
    """The text with what leads to a person replaced by `MASK`.

    >>> mask("Ring 139 1234 5678 or write to li@example.org, since 2026-03-02.")
    'Ring ••• or write to •••, since 2026-03-02.'
    """
    return without(text, MASK)


_PROSE = re.compile(r"[\s@＠\u3400-\u9fff]")


def mask_cell(text: str) -> str:
    """The text of a cell of a table that leaves the office, masked.

    A code alone (an area's, a case's) stays, unless it surely is a telephone or identity number.

    >>> mask_cell("430298001002"), mask_cell("13912345678"), mask_cell("ring 62345678")
    ('430298001002', '•••', 'ring •••')
    """
    if _PROSE.search(text):
        return mask(text)
    found = spans(text, frozenset({PHONE, IDENTITY}))
    return MASK if any(one.sure == SURE for one in found) else text
