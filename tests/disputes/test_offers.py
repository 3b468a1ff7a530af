"""Bids that the house cannot read, envelopes, and points over several things."""

import secrets
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import connection

from commonward.core.offers import blind
from commonward.core.offers.blind import Round
from commonward.core.refusals import Forbidden, Invalid, Missing, Refusal
from commonward.core.rights import Actor
from commonward.disputes import actions as disputes
from commonward.disputes.actions.offers import (
    MOST_ROUNDS,
    give_key,
    give_points,
    make_bid,
    open_bid,
    open_round,
    record_envelopes,
    start_division,
    withdraw_bids,
    withdraw_division,
)
from commonward.disputes.models import Bid, BidRound, Party, Points, Side
from commonward.disputes.queries.offers import bid_data, division_shown, rounds
from tests.talks import Talks

STEP = 10_000


@dataclass
class Browser:
    """One side's browser: it alone holds its private key and its bids."""

    who: Actor
    part: str
    talks: Talks
    number: str
    private: Any = field(default_factory=blind.new_private)
    nonce: bytes = field(default_factory=lambda: secrets.token_bytes(32))

    @property
    def public(self) -> bytes:
        """What it sends first."""
        return blind.public_bytes(self.private)

    def key(self, payer: "Browser", taker: "Browser") -> bytes:
        """The secret that both browsers draw."""
        return blind.shared_secret(self.private, payer.public, taker.public, self.number)

    def bid(self, steps: int, key: bytes, count: int = 1) -> BidRound:
        """Send a bid."""
        round_ = Round(self.number, count, STEP)
        return make_bid(
            self.number,
            count,
            blind.commitment(round_, self.part, steps, self.nonce),
            blind.marks(round_, self.part, steps, key),
            b"kept under my own key",
            self.who,
            self.talks.later(60),
        )


@pytest.fixture
def two(talks: Talks) -> tuple[Browser, Browser]:
    """The first side takes, the second pays; both gave their keys and a round is open."""
    number, first, second = talks.talking()
    payer, taker = (
        Browser(second, blind.PAYER, talks, number),
        Browser(first, blind.TAKER, talks, number),
    )
    for one in (payer, taker):
        give_key(number, one.public, one.who, talks.later(50))
    open_round(number, "b", "a", STEP, talks.mediator, talks.later(55), way="browser")
    return payer, taker


def rows(*tables: str) -> str:
    """All that stands in these tables, as text with bytes in hex."""
    told = []
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 (names of our own tables)
            told += [
                [bytes(v).hex() if isinstance(v, bytes | memoryview) else v for v in row]
                for row in cursor
            ]
    return str(told)


def test_bids_that_cross_are_opened_by_both_and_meet_in_the_middle(
    talks: Talks, two: tuple[Browser, Browser]
) -> None:
    payer, taker = two
    number = payer.number
    key = payer.key(payer, taker)
    assert key == taker.key(payer, taker)
    assert payer.bid(300, key).state == "open"
    assert taker.bid(200, key).state == "crossed"
    open_bid(number, 1, 300, payer.nonce, payer.who, talks.later(61))
    dispute = talks.dispute(number)
    assert rounds(dispute, taker.who)[0].sum is None
    assert open_bid(number, 1, 200, taker.nonce, taker.who, talks.later(62)).state == "met"
    for who in (payer.who, taker.who, talks.mediator):
        assert rounds(dispute, who)[0].sum == 250 * STEP
    assert rounds(dispute, talks.here.leader) == []
    bid = Bid.objects.first()
    assert bid is not None
    assert (bid.commitment, bid.marks, bid.kept, bid.opened) == (None, None, None, None)


def test_bids_that_do_not_cross_leave_nothing_behind(
    talks: Talks, two: tuple[Browser, Browser]
) -> None:
    payer, taker = two
    key = payer.key(payer, taker)
    payer.bid(199, key)
    assert taker.bid(200, key).state == "apart"
    for bid in Bid.objects.all():
        assert (bid.commitment, bid.marks, bid.kept, bid.opened) == (None, None, None, None)
    assert rounds(talks.dispute(payer.number), talks.mediator)[0].sum is None
    with pytest.raises(Missing):
        open_bid(payer.number, 1, 199, payer.nonce, payer.who, talks.later(61))


def test_with_every_row_while_a_bid_waits_no_amount_fits_better_than_another(
    talks: Talks, two: tuple[Browser, Browser]
) -> None:
    payer, taker = two
    payer.bid(321, payer.key(payer, taker))
    bid = Bid.objects.get()
    held = bytes(bid.marks or b"")
    marks = {held[at : at + 32] for at in range(0, len(held), 32)}
    seen = {payer.public, taker.public, bytes(bid.commitment or b""), payer.number.encode()}
    round_ = Round(payer.number, 1, STEP)
    for guess in seen:
        for steps in range(0, 2_000):
            ours = blind.marks(round_, blind.PAYER, steps, guess)
            if steps < 3 or steps == 321:
                assert not marks & set(ours)
            if steps > 330:
                break
    for steps in range(2_000):
        assert blind.commitment(round_, blind.PAYER, steps, bytes(32)) != bid.commitment
    assert "321" not in rows("disputes_bid").replace(held.hex(), "").replace(
        bytes(bid.commitment or b"").hex(), ""
    )
    # The same rows with the browsers' secret do give the amount: the test itself can find it.
    real = blind.marks(round_, blind.PAYER, 321, payer.key(payer, taker))
    assert len(marks & set(real)) == bin(322).count("1")


def test_another_bid_than_the_one_sent_is_not_opened(
    talks: Talks, two: tuple[Browser, Browser]
) -> None:
    payer, taker = two
    key = payer.key(payer, taker)
    payer.bid(300, key)
    taker.bid(200, key)
    with pytest.raises(Invalid):
        open_bid(payer.number, 1, 210, payer.nonce, payer.who, talks.later(61))


def test_marks_that_pretend_to_cross_end_the_round_without_a_sum_for_anybody(
    talks: Talks, two: tuple[Browser, Browser]
) -> None:
    payer, taker = two
    key = payer.key(payer, taker)
    taker.bid(500, key)
    round_ = Round(payer.number, 1, STEP)
    # It commits to 1 and sends the marks of the highest bid.
    make_bid(
        payer.number,
        1,
        blind.commitment(round_, blind.PAYER, 1, payer.nonce),
        blind.marks(round_, blind.PAYER, blind.MOST_STEPS, key),
        b"kept",
        payer.who,
        talks.later(60),
    )
    open_bid(payer.number, 1, 1, payer.nonce, payer.who, talks.later(61))
    made = open_bid(payer.number, 1, 500, taker.nonce, taker.who, talks.later(62))
    assert (made.state, made.sum) == ("broken", None)
    assert not Bid.objects.exclude(opened=None).exists()


def test_a_side_withdraws_at_any_time_and_everything_of_the_round_is_erased(
    talks: Talks, two: tuple[Browser, Browser]
) -> None:
    payer, taker = two
    payer.bid(300, payer.key(payer, taker))
    withdraw_bids(payer.number, 1, payer.who, talks.later(61))
    bid = Bid.objects.get()
    assert (bid.commitment, bid.marks, bid.kept) == (None, None, None)
    open_round(payer.number, "b", "a", STEP, talks.mediator, talks.later(62), way="browser")


def test_rounds_are_bounded_and_one_runs_at_a_time(talks: Talks) -> None:
    number, *_ = talks.talking()
    for count in range(1, MOST_ROUNDS + 1):
        open_round(number, "a", "b", STEP, talks.mediator, talks.later(50), way="envelopes")
        with pytest.raises(Refusal):
            open_round(number, "a", "b", STEP, talks.mediator, talks.later(50), way="envelopes")
        record_envelopes(number, count, None, talks.mediator, talks.later(51))
    with pytest.raises(Refusal, match="3 rounds"):
        open_round(number, "a", "b", STEP, talks.mediator, talks.later(52), way="envelopes")


def test_of_paper_envelopes_only_the_outcome_is_noted(talks: Talks) -> None:
    number, first, _ = talks.talking()
    open_round(number, "a", "b", STEP, talks.mediator, talks.later(50), way="envelopes")
    record_envelopes(number, 1, 432_100, talks.mediator, talks.later(51))
    assert rounds(talks.dispute(number), first)[0].sum == 432_100
    assert "432100" not in rows("disputes_bidround", "cases_event")


def test_a_key_cannot_be_exchanged_while_a_bid_lies_there(
    talks: Talks, two: tuple[Browser, Browser]
) -> None:
    payer, taker = two
    payer.bid(300, payer.key(payer, taker))
    with pytest.raises(Refusal):
        give_key(payer.number, taker.public, taker.who, talks.later(61))


def test_only_the_two_sides_bid_and_only_the_mediator_opens_a_round(
    talks: Talks, two: tuple[Browser, Browser]
) -> None:
    payer, taker = two
    key = payer.key(payer, taker)
    stranger = Browser(talks.mediator, blind.PAYER, talks, payer.number)
    with pytest.raises(Forbidden):
        stranger.bid(1, key)
    with pytest.raises(Forbidden):
        withdraw_bids(payer.number, 1, talks.coordinator, talks.later(61))
    payer.bid(300, key)
    with pytest.raises(Refusal):
        payer.bid(301, key)
    for actor in (payer.who, talks.coordinator):
        with pytest.raises(Forbidden):
            open_round(payer.number, "b", "a", STEP, actor, talks.later(62), way="browser")


def test_what_a_browser_is_told_is_public(talks: Talks, two: tuple[Browser, Browser]) -> None:
    payer, taker = two
    payer.bid(300, payer.key(payer, taker))
    told = bid_data(talks.dispute(payer.number), "a")
    assert set(told["keys"]) == {"a", "b"}  # type: ignore[call-overload]
    round_ = told["round"]
    assert isinstance(round_, dict)
    assert round_["part"] == blind.TAKER
    assert round_["kept"] == ""


def test_points_stay_hidden_until_both_sides_gave_them_and_then_prove_the_division(
    talks: Talks,
) -> None:
    number, first, second = talks.talking()
    start_division(
        number, ["钢琴 piano", "shed", "tools"], "a", "b", talks.mediator, talks.later(50)
    )
    mine = {"钢琴 piano": 60, "shed": 30, "tools": 10}
    give_points(number, 1, mine, first, talks.later(51))
    dispute = talks.dispute(number)
    before = division_shown(dispute, second)
    assert before is not None
    assert (before.given, before.own, before.result) == (["a"], {}, None)
    assert "piano" not in rows("disputes_division", "disputes_points", "cases_event")
    with pytest.raises(Invalid):
        give_points(number, 1, {"shed": 100}, second, talks.later(52))
    theirs = {"钢琴 piano": 50, "shed": 20, "tools": 30}
    give_points(number, 1, theirs, second, talks.later(52))
    for who in (first, second, talks.mediator):
        shown = division_shown(dispute, who)
        assert shown is not None and shown.result is not None
        assert shown.result.equitable and shown.result.envy_free and shown.result.efficient
    with pytest.raises(Missing):
        give_points(number, 1, mine, first, talks.later(53))


def test_a_division_withdrawn_erases_the_points(talks: Talks) -> None:
    number, first, second = talks.talking()
    start_division(number, ["shed", "tools"], "a", "b", talks.mediator, talks.later(50))
    give_points(number, 1, {"shed": 60, "tools": 40}, first, talks.later(51))
    withdraw_division(number, 1, second, talks.later(52))
    assert not Points.objects.exists()
    assert division_shown(talks.dispute(number), first) is None


@pytest.mark.parametrize("things", [[], ["one"], ["same", "same"], ["x" * 81, "y"]])
def test_a_list_of_things_that_cannot_be_divided_is_refused(
    talks: Talks, things: list[str]
) -> None:
    number, *_ = talks.talking()
    with pytest.raises(Invalid):
        start_division(number, things, "a", "b", talks.mediator, talks.later(50))


def test_what_was_offered_stays_with_those_who_talked(talks: Talks) -> None:
    """Coordinator, court clerk and leaders see the agreement once it is made, not how it came."""
    number, first, _ = talks.talking()
    open_round(number, "a", "b", STEP, talks.mediator, talks.later(50), way="envelopes")
    record_envelopes(number, 1, 432_100, talks.mediator, talks.later(51))
    start_division(number, ["shed", "tools"], "a", "b", talks.mediator, talks.later(52))
    for stage in ("at_community", "agreed", "perform", "closed"):
        dispute = talks.dispute(number)
        dispute.case.stage = stage
        for actor in (talks.coordinator, talks.clerk, talks.legal_aid, talks.here.leader):
            assert rounds(dispute, actor) == []
            assert division_shown(dispute, actor) is None
        for actor in (talks.mediator, first):
            assert [one.sum for one in rounds(dispute, actor)] == [432_100]


def test_of_three_sides_the_two_that_bid_draw_the_secret(talks: Talks) -> None:
    number, first, second = talks.talking()
    Side.objects.create(dispute=talks.dispute(number), letter="c")
    disputes.put_on_side(number, "c", "party", {"name": "周三"}, talks.mediator, talks.later(45))
    third = Party.objects.get(side__letter="c")
    actor = Actor(party=third.pk, name="party", role="party")
    for who in (actor, first):
        give_key(number, blind.public_bytes(blind.new_private()), who, talks.later(50))
    open_round(number, "b", "a", STEP, talks.mediator, talks.later(55), way="browser")
    taker = Browser(first, blind.TAKER, talks, number)
    with pytest.raises(Refusal, match="made their keys"):
        taker.bid(200, bytes(32))
    assert set(bid_data(talks.dispute(number), "a")["keys"]) == {"a"}  # type: ignore[call-overload]
    with pytest.raises(Forbidden):
        Browser(actor, blind.PAYER, talks, number).bid(300, bytes(32))


def test_withdrawing_after_both_have_bid_does_not_buy_another_guess(
    talks: Talks, two: tuple[Browser, Browser]
) -> None:
    payer, taker = two
    key = payer.key(payer, taker)
    for count, guess in enumerate((900, 450, 700), 1):
        if count > 1:
            open_round(payer.number, "b", "a", STEP, talks.mediator, talks.later(60), way="browser")
        taker.bid(400, key, count)
        assert payer.bid(guess, key, count).state == "crossed"
        withdraw_bids(payer.number, count, payer.who, talks.later(61))
    with pytest.raises(Refusal, match="3 rounds"):
        open_round(payer.number, "b", "a", STEP, talks.mediator, talks.later(62), way="browser")
