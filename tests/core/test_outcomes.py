"""Honest numbers: everything registered is counted once, and small numbers stay hidden."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from commonward.core.outcomes import (
    OPEN,
    OUTCOMES,
    SETTLED,
    SHARES,
    Counted,
    K,
    Table,
    cube,
    outcome_of,
    shares,
    suppressed,
    table,
)

disputes = st.lists(
    st.builds(
        Counted,
        kind=st.sampled_from(["neighbours", "labour", "medical"]),
        source=st.sampled_from(["applied", "police"]),
        outcome=st.sampled_from([*OUTCOMES, OPEN]),
        talked=st.booleans(),
        confirmed_by_all=st.booleans(),
    ),
    max_size=40,
)


@given(disputes)
def test_every_registered_dispute_is_counted_exactly_once(rows: list[Counted]) -> None:
    counts = cube(rows)
    assert sum(counts.values()) == len(rows)
    for outcome in (*OUTCOMES, OPEN):
        by_hand = len([row for row in rows if row.outcome == outcome])
        assert sum(n for (_, _, o), n in counts.items() if o == outcome) == by_hand


@given(disputes)
def test_no_share_leaves_anything_out_of_its_denominator(rows: list[Counted]) -> None:
    found = {share.name: share for share in shares(rows)}
    assert list(found) == list(SHARES)
    for name in ("talked", "settled", "performed", "open"):
        assert found[name].under == len(rows)
    assert found["performed_of_settled"].under == found["settled"].over
    assert found["settled_of_talked"].under == found["talked"].over
    assert all(0 <= share.over <= share.under for share in found.values())
    assert all((share.percent is None) is (share.under == 0) for share in found.values())


def test_what_failed_and_what_never_began_lowers_the_share() -> None:
    rows = [
        Counted("labour", "applied", "settled_performed", talked=True),
        Counted("labour", "applied", "refused_by_side"),
        Counted("labour", "applied", "no_answer"),
        Counted("labour", "applied", OPEN, talked=True),
    ]
    found = {share.name: share.percent for share in shares(rows)}
    assert found["settled"] == 25
    assert found["settled_of_talked"] == 50
    assert found["open"] == 25
    assert found["confirmed"] == 0


def test_an_outcome_that_no_figure_knows_is_an_error_and_not_lost() -> None:
    assert outcome_of("") == OPEN
    assert [outcome_of(name) for name in SETTLED] == list(SETTLED)
    with pytest.raises(ValueError, match="no figure counts"):
        outcome_of("evaporated")
    with pytest.raises(ValueError, match="no row or column"):
        table({("labour", "evaporated"): 1}, ["labour"], list(OUTCOMES))


counts_of_a_table = st.integers(1, 6).flatmap(
    lambda rows: st.integers(1, 6).flatmap(
        lambda columns: st.lists(
            st.lists(st.integers(0, 9) | st.just(0) | st.integers(5, 60),
                     min_size=columns, max_size=columns),
            min_size=rows, max_size=rows,
        )
    )
)  # fmt: skip


def as_table(cells: list[list[int]]) -> Table:
    counts = {
        (f"r{i}", f"c{j}"): number
        for i, line in enumerate(cells)
        for j, number in enumerate(line)
        if number
    }
    return table(
        counts, [f"r{i}" for i in range(len(cells))], [f"c{j}" for j in range(len(cells[0]))]
    )


@given(counts_of_a_table)
def test_nothing_below_five_is_shown_and_whatever_is_shown_is_true(cells: list[list[int]]) -> None:
    whole = as_table(cells)
    shown = suppressed(whole)
    pairs = [
        *((a, b) for x, y in zip(whole.cells, shown.cells, strict=True)
          for a, b in zip(x, y, strict=True)),
        *zip(whole.row_sums, shown.row_sums, strict=True),
        *zip(whole.column_sums, shown.column_sums, strict=True),
        (whole.total, shown.total),
    ]  # fmt: skip
    for true, told in pairs:
        assert told is None or (told == true and not 0 < told < K)


@given(counts_of_a_table)
def test_no_hidden_small_number_can_be_reckoned_from_the_shown_ones(
    cells: list[list[int]],
) -> None:
    """An attacker with a linear programme: the least and the most that each hidden one can be."""
    whole = as_table(cells)
    shown = suppressed(whole)
    for i, line in enumerate(whole.cells):
        for j, number in enumerate(line):
            if number is not None and 0 < number < K and shown.total is not None:
                assert shown.cells[i][j] is None
                assert reach(shown, i, j) > 0.5, (cells, i, j)


def reach(shown: Table, i: int, j: int) -> float:
    """The width of what a cell can be, given everything that is shown."""
    rows, columns = len(shown.rows), len(shown.columns)
    equal, right = [], []

    def line(which: list[tuple[int, int]], told: int | None) -> None:
        if told is not None:
            equal.append([float((x, y) in which) for x in range(rows) for y in range(columns)])
            right.append(told)

    for x in range(rows):
        line([(x, y) for y in range(columns)], shown.row_sums[x])
    for y in range(columns):
        line([(x, y) for x in range(rows)], shown.column_sums[y])
    line([(x, y) for x in range(rows) for y in range(columns)], shown.total)
    for x in range(rows):
        for y in range(columns):
            line([(x, y)], shown.cells[x][y])
    goal = [float((x, y) == (i, j)) for x in range(rows) for y in range(columns)]
    ends = []
    for sign in (1, -1):
        found = linprog([sign * g for g in goal], A_eq=equal, b_eq=right, bounds=(0, None))
        assert found.status == 0
        ends.append(sign * found.fun)
    return float(ends[1] - ends[0])


def test_a_large_table_keeps_most_of_what_it_has() -> None:
    cells = [[(7 * i + 13 * j) % 40 for j in range(9)] for i in range(18)]
    shown = suppressed(as_table(cells))
    small = sum(0 < number < K for line in cells for number in line)
    assert small
    assert shown.hidden < 3 * small


def test_a_month_with_almost_nothing_shows_nothing() -> None:
    shown = suppressed(as_table([[1, 2]]))
    assert shown.total is None
    assert shown.cells == ((None, None),)
    empty = suppressed(as_table([[0, 0]]))
    assert (empty.total, empty.hidden) == (0, 0)


def test_a_table_that_hides_numbers_is_not_hidden_again() -> None:
    shown = suppressed(as_table([[3, 20, 30], [2, 40, 9]]))
    with pytest.raises(ValueError, match="hides numbers already"):
        suppressed(shown)


def test_counting_again_gives_the_same_table() -> None:
    rows = [Counted("labour", "police", "gated")] * 3 + [Counted("labour", "police", OPEN)]
    pairs = Counter((row.kind, row.outcome) for row in rows)
    whole = table(pairs, ["labour"], [*OUTCOMES, OPEN])
    assert whole.total == 4
    assert sum(n for n in whole.row_sums if n) == sum(n for n in whole.column_sums if n) == 4
