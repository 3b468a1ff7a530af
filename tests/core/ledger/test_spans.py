"""Numbers in a row, against sets."""

from hypothesis import given
from hypothesis import strategies as st

from commonward.core.ledger.spans import first_of, spans, without

NUMBERS = st.sets(st.integers(0, 60)).map(sorted)


@given(NUMBERS)
def test_spans_hold_the_numbers_and_do_not_touch(numbers: list[int]) -> None:
    found = spans(numbers)
    assert first_of(found, 100) == numbers
    assert all(one[1] + 1 < other[0] for one, other in zip(found, found[1:], strict=False))


@given(NUMBERS, st.integers(0, 60), st.integers(0, 60))
def test_what_is_left_of_a_span(numbers: list[int], one: int, other: int) -> None:
    first, last = sorted((one, other))
    left = first_of(without((first, last), numbers), 100)
    assert left == [n for n in range(first, last + 1) if n not in set(numbers)]
    assert first_of(spans(numbers), 3) == numbers[:3]
