"""How many answered (应答率), by the definitions of AAPOR, *Standard Definitions* (10th ed. 2023).

Answered (I), partly answered (P), refused (R), reached but not asked (NC), never known whether
there is anybody (U), not eligible: a wrong number. RR1 counts all of U as if somebody had been
there, RR3 the share `e` of U that is eligible among what is known.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from commonward.core.refusals import N_

OUTCOMES: Mapping[str, str] = {
    "answered": N_("Gave answers"),
    "partial": N_("Partly answered"),
    "refused": N_("Refused"),
    "call_back": N_("Call back later"),
    "no_answer": N_("Nobody answered"),
    "wrong_number": N_("Wrong number"),
    "waiting": N_("Not called yet"),
}


@dataclass(frozen=True, slots=True)
class Rates:
    """Shares from 0 to 1; None where nothing was tried."""

    asked: int
    answered: int
    rr1: float | None
    rr2: float | None
    rr3: float | None
    refused: float | None


def rates(counts: Mapping[str, int]) -> Rates:
    """The rates that counts of outcomes give.

    >>> found = rates({"answered": 60, "partial": 10, "refused": 20, "call_back": 10,
    ...                "no_answer": 50, "wrong_number": 50})
    >>> round(found.rr1, 3), round(found.rr2, 3), round(found.rr3, 3)
    (0.4, 0.467, 0.45)
    """
    whole, part = counts.get("answered", 0), counts.get("partial", 0)
    refused, reached = counts.get("refused", 0), counts.get("call_back", 0)
    unknown = counts.get("no_answer", 0) + counts.get("waiting", 0)
    wrong = counts.get("wrong_number", 0)
    eligible = whole + part + refused + reached
    known = eligible + wrong
    if eligible + unknown == 0:
        return Rates(wrong, 0, None, None, None, None)
    likely = eligible / known if known else 1.0
    every = eligible + unknown
    weighed = eligible + likely * unknown
    return Rates(
        every + wrong,
        whole + part,
        whole / every,
        (whole + part) / every,
        whole / weighed if weighed else None,
        refused / every,
    )
