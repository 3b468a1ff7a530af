"""Shares of places with an interval that knows how many places there are (有限总体).

Of N places n were visited and k of them show a defect. The share among all N is estimated by
k / n with the score interval of Wilson (1927, JASA 22:209), in which the sample counts as
n* = n (N - 1) / (N - n) visits: the finite population correction of the variance of a mean drawn
without putting back (Cochran, Sampling Techniques, 3rd ed. 1977, section 3.2). With n = N nothing
is left to estimate, and the interval is the share itself. It takes the visited places for a
fair draw of all; a campaign that visits street by street is fair only when it ends.
"""

import math
from typing import NamedTuple

Z_95 = 1.959964
"""The normal deviate of a two-sided 95 % interval."""
SOURCE = "Wilson 1927, finite population correction (Cochran 1977)"


class Share(NamedTuple):
    """A share with its 95 % interval, and what it was counted from."""

    share: float
    low: float
    high: float
    hits: int
    seen: int
    whole: int


def share_of(hits: int, seen: int, whole: int) -> Share | None:
    """The share of `hits` among `seen` of `whole` places; None where none was seen.

    Raises ValueError for counts that cannot be.
    """
    if not 0 <= hits <= seen <= whole:
        raise ValueError(f"{hits} of {seen} of {whole}")
    if not seen:
        return None
    p = hits / seen
    if seen == whole:
        return Share(p, p, p, hits, seen, whole)
    n = seen * (whole - 1) / (whole - seen)
    z2 = Z_95 * Z_95
    middle = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = Z_95 / (1 + z2 / n) * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n))
    # What was counted is certain: the share can be no less than the hits among all.
    low, high = hits / whole, (whole - (seen - hits)) / whole
    return Share(
        p, min(max(middle - half, low), p), max(min(middle + half, high), p), hits, seen, whole
    )


def confirmed_coverage(done: int, planned: int, agreed: int, rechecked: int) -> Share | None:
    """The share of planned visits that were made and would be confirmed by a re-check.

    `agreed` of `rechecked` drawn visits were confirmed by somebody else; the interval is that of
    the agreement among the `done` visits, times the share done. None without a re-check.
    """
    found = share_of(agreed, rechecked, done) if rechecked else None
    if found is None or not planned:
        return None
    made = done / planned
    return Share(
        found.share * made, found.low * made, found.high * made, agreed, rechecked, planned
    )
