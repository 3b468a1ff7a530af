"""Numbers in a row (连续段): which events wait for the log, kept as a few pairs of first and last."""

from collections.abc import Iterable, Iterator
from itertools import islice

Span = tuple[int, int]
"""The first and the last number, both included."""


def spans(numbers: Iterable[int]) -> list[Span]:
    """The spans of ascending numbers, each once."""
    found: list[Span] = []
    for one in numbers:
        if found and found[-1][1] + 1 == one:
            found[-1] = (found[-1][0], one)
        else:
            found.append((one, one))
    return found


def without(span: Span, taken: Iterable[int]) -> list[Span]:
    """What is left of a span without these ascending numbers."""
    first, last = span
    left = []
    for one in taken:
        if not first <= one <= last:
            continue
        if first < one:
            left.append((first, one - 1))
        first = one + 1
    if first <= last:
        left.append((first, last))
    return left


def first_of(given: Iterable[Span], most: int) -> list[int]:
    """The first numbers of some spans, so many at most."""
    return list(islice(_numbers(given), most))


def _numbers(given: Iterable[Span]) -> Iterator[int]:
    for first, last in given:
        yield from range(first, last + 1)
