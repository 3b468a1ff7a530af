"""Double-blind bids and what an attacker finds in them; Adjusted Winner and its proof sheet."""

import hashlib
import hmac
import random
from collections.abc import Sequence
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from commonward.core.offers import blind
from commonward.core.offers.blind import BITS, MARKS, MOST_STEPS, PAYER, TAKER, Round
from commonward.core.offers.division import POINTS, Division, Share, check_points, divide
from commonward.core.refusals import Invalid

ROUND = Round(number="2026-000123", count=1, step=10_000)
KEY = hashlib.sha256(b"two browsers").digest()
bids = st.integers(0, MOST_STEPS)


@given(bids, bids)
def test_two_bids_share_a_mark_exactly_when_the_most_reaches_the_least(
    most: int, least: int
) -> None:
    payer = blind.marks(ROUND, PAYER, most, KEY)
    taker = blind.marks(ROUND, TAKER, least, KEY)
    assert blind.cross(payer, taker) == (most >= least)


@given(bids, st.integers(-2, 2))
def test_neighbouring_bids_are_told_apart(most: int, off: int) -> None:
    least = most + off
    assume(0 <= least <= MOST_STEPS)
    crossed = blind.cross(
        blind.marks(ROUND, PAYER, most, KEY), blind.marks(ROUND, TAKER, least, KEY)
    )
    assert crossed == (most >= least)


@given(bids, st.sampled_from([PAYER, TAKER]))
def test_each_list_of_marks_has_one_length_and_order_whatever_the_bid(
    steps: int, part: str
) -> None:
    blind.check_marks(blind.marks(ROUND, part, steps, KEY))


def test_the_two_browsers_draw_one_secret_and_show_one_code() -> None:
    one, two = blind.new_private(), blind.new_private()
    payer, taker = blind.public_bytes(one), blind.public_bytes(two)
    assert blind.shared_secret(one, payer, taker, "7") == blind.shared_secret(
        two, payer, taker, "7"
    )
    assert blind.shared_secret(one, payer, taker, "7") != blind.shared_secret(
        one, payer, taker, "8"
    )
    assert len(blind.comparison_code(payer, taker, "7")) == 19


def test_a_server_that_puts_itself_between_the_browsers_shows_two_codes() -> None:
    one, two, between = blind.new_private(), blind.new_private(), blind.new_private()
    payer, taker, forged = (blind.public_bytes(k) for k in (one, two, between))
    assert blind.comparison_code(payer, forged, "7") != blind.comparison_code(forged, taker, "7")


# -- attacks ---------------------------------------------------------------------------------


def stored(most: int, least: int) -> dict[str, object]:
    """All that the server ever has of a round that does not cross."""
    one, two = blind.new_private(), blind.new_private()
    payer, taker = blind.public_bytes(one), blind.public_bytes(two)
    key = blind.shared_secret(one, payer, taker, ROUND.number)
    rng = random.SystemRandom()
    return {
        "public": [payer, taker],
        "commitments": [
            blind.commitment(ROUND, PAYER, most, rng.randbytes(32)),
            blind.commitment(ROUND, TAKER, least, rng.randbytes(32)),
        ],
        "marks": [
            blind.marks(ROUND, PAYER, most, key),
            blind.marks(ROUND, TAKER, least, key),
        ],
        "key": key,
    }


def guesses(rows: dict[str, object], key: bytes, part: int) -> list[int]:
    """The bids that fit the stored marks if this key was used: the whole range is tried, 0-prefix
    by 0-prefix, since a bid fits only if each of its real marks is there."""
    marks = set(rows["marks"][part])  # type: ignore[index]
    label = ROUND.label("mark")

    def there(prefix: str) -> bool:
        return hmac.digest(key, label + prefix.encode(), "sha256") in marks

    # Walk the tree of bits: for the payer a 1 needs its mark, for the taker a 0 needs its.
    alive = [""]
    for _ in range(BITS):
        grown = []
        for prefix in alive:
            if there(prefix + "1"):
                grown.append(prefix + ("1" if part == 0 else "0"))
            else:
                grown.append(prefix + ("0" if part == 0 else "1"))
        alive = grown
    found = int(alive[0], 2) - (1 if part == 0 else 0)
    return [found] if found >= 0 else []


def test_whoever_holds_the_secret_and_the_rows_finds_the_bid_so_the_attack_itself_works() -> None:
    rows = stored(4_321, 987_654)
    key = rows["key"]
    assert isinstance(key, bytes)
    assert guesses(rows, key, 0) == [4_321]
    assert guesses(rows, key, 1) == [987_654]


def test_with_all_rows_and_without_the_secret_no_bid_fits_better_than_another() -> None:
    rows = stored(4_321, 987_654)
    publics: Sequence[bytes] = rows["public"]  # type: ignore[assignment]
    tried = [
        b"",
        bytes(32),
        *publics,
        hashlib.sha256(publics[0] + publics[1]).digest(),
        hashlib.sha256(b"".join(publics)).digest(),
        ROUND.number.encode(),
        *(random.Random(n).randbytes(32) for n in range(200)),
    ]
    for key in tried:
        # No mark is recognised under a wrong key: the walk takes the default at each bit.
        assert guesses(rows, key, 0) in ([], [2**BITS - 1])
        assert guesses(rows, key, 1) == [2**BITS - 1]


def test_a_commitment_fits_every_bid_alike_while_its_random_bytes_are_unknown() -> None:
    rows = stored(7, 9)
    committed = rows["commitments"][0]  # type: ignore[index]
    for steps in range(3_000):
        for nonce in (bytes(32), b"\xff" * 32, ROUND.number.encode().ljust(32, b"\0")):
            assert blind.commitment(ROUND, PAYER, steps, nonce) != committed


def test_the_lists_of_a_low_and_a_high_bid_look_alike() -> None:
    """The mean byte of 200 lists each: random fill and real marks are not told apart."""
    means = []
    for steps in (0, MOST_STEPS):
        data = b"".join(
            b"".join(blind.marks(Round("9", n, 100), PAYER, steps, KEY)) for n in range(200)
        )
        means.append(sum(data) / len(data))
        assert len(set(data)) == 256
    assert abs(means[0] - means[1]) < 2


def test_the_same_bid_in_the_next_round_shares_no_mark_with_this_one() -> None:
    again = Round(ROUND.number, 2, ROUND.step)
    assert not set(blind.marks(ROUND, PAYER, 500, KEY)) & set(blind.marks(again, PAYER, 500, KEY))
    other = Round("2026-000124", 1, ROUND.step)
    assert not blind.cross(blind.marks(ROUND, PAYER, 900, KEY), blind.marks(other, TAKER, 1, KEY))


def test_nobody_can_open_another_bid_than_the_one_sent() -> None:
    committed = blind.commitment(ROUND, PAYER, 50, KEY)
    blind.check_opening(ROUND, PAYER, committed, 50, KEY)
    for round_, part, steps, nonce in (
        (ROUND, PAYER, 51, KEY),
        (ROUND, TAKER, 50, KEY),
        (Round(ROUND.number, 2, ROUND.step), PAYER, 50, KEY),
        (ROUND, PAYER, 50, bytes(32)),
    ):
        with pytest.raises(Invalid):
            blind.check_opening(round_, part, committed, steps, nonce)


@pytest.mark.parametrize("steps", [-1, MOST_STEPS + 1])
def test_a_bid_outside_the_range_is_refused(steps: int) -> None:
    with pytest.raises(Invalid):
        blind.marks(ROUND, PAYER, steps, KEY)


def test_a_list_that_is_short_long_doubled_or_out_of_order_is_refused() -> None:
    good = blind.marks(ROUND, TAKER, 5, KEY)
    for wrong in (good[1:], [*good, bytes(32)], [good[0], *good[:-1]], good[::-1], [b"x"] * MARKS):
        with pytest.raises(Invalid):
            blind.check_marks(wrong)


def test_bytes_that_are_no_point_of_the_curve_are_refused() -> None:
    blind.check_public(blind.public_bytes(blind.new_private()))
    for wrong in (b"", bytes(65), b"\x04" + bytes(64), bytes(32)):
        with pytest.raises(Invalid):
            blind.check_public(wrong)


def test_the_sum_is_the_midpoint_and_bids_that_do_not_cross_have_none() -> None:
    assert blind.midpoint(ROUND, 30, 20) == 250_000
    assert blind.midpoint(Round("1", 1, 1), 4, 3) == 3
    with pytest.raises(Invalid):
        blind.midpoint(ROUND, 19, 20)


# -- dividing several things -----------------------------------------------------------------


@st.composite
def two_sides(draw: st.DrawFn) -> tuple[list[str], dict[str, int], dict[str, int]]:
    count = draw(st.integers(2, 8))
    things = [f"thing {n}" for n in range(count)]

    def points() -> dict[str, int]:
        cuts = sorted(
            draw(st.lists(st.integers(0, POINTS), min_size=count - 1, max_size=count - 1))
        )
        return dict(
            zip(
                things,
                (y - x for x, y in zip([0, *cuts], [*cuts, POINTS], strict=True)),
                strict=True,
            )
        )

    return things, points(), points()


@given(two_sides())
def test_each_side_holds_at_least_half_of_its_points_both_equally_many_and_one_thing_is_split(
    given_: tuple[list[str], dict[str, int], dict[str, int]],
) -> None:
    things, first, second = given_
    made = divide(first, second, things)
    assert made.equitable
    assert made.envy_free
    assert made.efficient
    assert sum(share.split for share in made.shares) <= 1
    assert made.first_total == sum(s.first_points * s.to_first for s in made.shares)
    assert made.second_total == sum(s.second_points * s.to_second for s in made.shares)


@given(two_sides())
def test_no_other_division_is_better_for_one_and_not_worse_for_the_other(
    given_: tuple[list[str], dict[str, int], dict[str, int]],
) -> None:
    things, first, second = given_
    made = divide(first, second, things)
    # The most the first side can have while the second keeps what it has: a fractional knapsack,
    # which taking the things in the order of their ratio solves exactly.
    room, best = POINTS - made.second_total, Fraction(0)
    for thing in sorted(things, key=lambda t: Fraction(first[t], second[t] or 10**9), reverse=True):
        taken = min(Fraction(1), room / second[thing]) if second[thing] else Fraction(1)
        best += taken * first[thing]
        room -= taken * second[thing]
    assert best == made.first_total


def test_an_example_reckoned_by_hand_comes_out() -> None:
    things = ["pension", "house", "cabin", "cash"]
    first = {"pension": 50, "house": 20, "cabin": 15, "cash": 15}
    second = {"pension": 40, "house": 30, "cabin": 10, "cash": 20}
    made = divide(first, second, things)
    parts = {share.thing: share.to_first for share in made.shares}
    # 65 against 50: of the pension (ratio 5/4) 15/90 pass on.
    assert parts == {
        "pension": Fraction(5, 6),
        "house": Fraction(0),
        "cabin": Fraction(1),
        "cash": Fraction(0),
    }
    assert made.first_total == made.second_total == Fraction(170, 3)
    assert [(s.thing, s.part, s.to_first) for s in made.steps] == [
        ("pension", Fraction(1, 6), False)
    ]


def test_the_proof_sheet_shows_a_division_that_is_not_efficient() -> None:
    worse = Division(
        shares=(
            Share("piano", 90, 10, Fraction(0)),
            Share("desk", 10, 90, Fraction(1)),
        ),
        steps=(),
        first_total=Fraction(10),
        second_total=Fraction(10),
    )
    assert worse.equitable
    assert not worse.efficient
    assert not worse.envy_free


@pytest.mark.parametrize(
    "points",
    [
        {"a": 50, "b": 49},
        {"a": 101, "b": -1},
        {"a": 100},
        {"a": 50, "b": 50, "c": 0},
        {"a": 50.0, "b": 50},
    ],
)
def test_points_that_do_not_make_a_hundred_over_the_things_are_refused(
    points: dict[str, int],
) -> None:
    with pytest.raises(Invalid):
        check_points(points, ["a", "b"])
