"""A place in the record loses nothing and doubles nothing, in whatever order transactions end."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonward.core.following import Gap, Position
from commonward.core.refusals import Invalid


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[str, int]]:
    """Up to four writers at a time that write, and end or undo; somebody looks in between."""
    steps: list[tuple[str, int]] = []
    running: list[int] = []
    begun = 0
    # Many short strands: a long random walk seldom ends and looks at the telling moments.
    for _ in range(draw(st.integers(1, 6))):
        wanted = draw(st.integers(1, 4))
        while len(running) < wanted:
            begun += 1
            running.append(begun)
            steps.append(("begin", begun))
        for writer in draw(st.lists(st.sampled_from(running), max_size=8)):
            steps.append(("write", writer))
        for writer in draw(st.lists(st.sampled_from(running), unique=True)):
            running.remove(writer)
            steps.append((draw(st.sampled_from(["end", "end", "undo"])), writer))
        steps.append(("look", 0))
    return [*steps, *(("end", writer) for writer in running), ("look", 0)]


@settings(max_examples=400)
@given(histories())
def test_every_committed_number_is_found_exactly_once(steps: list[tuple[str, int]]) -> None:
    place, number, begun = Position(), 0, 0
    running: dict[int, list[int]] = {}
    visible: set[int] = set()
    found: list[int] = []
    for step, writer in steps:
        if step == "begin":
            running[writer], begun = [], writer
        elif step == "write":
            number += 1
            running[writer].append(number)
        elif step == "end":
            visible |= set(running.pop(writer))
        elif step == "undo":
            running.pop(writer)
        else:
            before, oldest = begun + 1, min(running, default=begun + 1)
            for one in sorted(n for n in visible if not place.sees(n)):
                found.append(one)
                place = place.having(one, before)
            place = Position.from_text(place.settled(oldest).to_text())
    assert sorted(found) == sorted(visible)
    assert len(found) == len(set(found))
    assert not place.gaps, "what can no longer come is forgotten"


@given(st.sets(st.integers(1, 40)), st.sets(st.integers(1, 40)))
def test_a_place_covers_another_when_it_has_seen_all_that_the_other_has(
    seen: set[int], others: set[int]
) -> None:
    def place(numbers: set[int]) -> Position:
        made = Position()
        for one in sorted(numbers):
            made = made.having(one, 1)
        return made

    assert place(seen).covers(place(others)) is (others <= seen)
    assert {n for n in range(1, 41) if place(seen).sees(n)} == seen


def test_a_number_found_inside_a_gap_leaves_what_is_missing_on_both_sides() -> None:
    place = Position().having(5, 70).having(2, 80)
    assert place == Position(5, (Gap(1, 1, 70), Gap(3, 4, 70)))
    assert place.having(1, 80).having(4, 80) == Position(5, (Gap(3, 3, 70),))


def test_a_place_is_one_word_and_comes_back_from_it() -> None:
    place = Position(105, (Gap(98, 99, 7700), Gap(103, 103, 7741)))
    assert place.to_text() == "105~98-99_7700~103-103_7741"
    assert Position.from_text(place.to_text()) == place


@pytest.mark.parametrize(
    "word",
    ["", "x", "-1", "5~", "5~3-2_1", "5~4-6_1", "9~3-5_1~4-4_1", "5~0-1_1", "9" * 20, "1" * 10_000,
     "9~1-1_" + "9" * 19, "500" + "~1-1_1" * 101],
)  # fmt: skip
def test_what_is_no_place_is_refused(word: str) -> None:
    with pytest.raises(Invalid):
        Position.from_text(word)
