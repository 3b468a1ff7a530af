"""Three installations, a line that drops, delays, doubles and re-orders, and machines that die
between any two durable writes: a matter has exactly one owner all the time, and arrives."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from commonward.core.federation import handing
from commonward.core.federation.handing import GIVER, TAKER, Standing
from commonward.core.refusals import Refusal

NODES = ("a.example", "b.example", "c.example")


@dataclass
class Installation:
    """One installation: what its disk holds. A handler works on a copy and writes it in one go."""

    name: str
    disk: dict[str, Standing] = field(default_factory=dict)
    origin: bool = False

    @property
    def works(self) -> bool:
        """Whether it may decide about the matter, by its own disk alone."""
        has = self.origin or any(one.side == TAKER and one.works for one in self.disk.values())
        return has and all(one.works for one in self.disk.values() if one.side == GIVER)

    @property
    def live_giving(self) -> bool:
        """Whether an offer of its own is open: one at a time."""
        return any(one.side == GIVER and not one.over for one in self.disk.values())


@dataclass(frozen=True)
class OnTheLine:
    """A letter, or the reply to one (`kind` "stands"), on its way."""

    handing: str
    from_: str
    to: str
    kind: str
    seq: int
    seen: int
    body: Mapping[str, Any]


class Line(RuleBasedStateMachine):
    """Everything that people, machines and the line may do, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.at = {name: Installation(name) for name in NODES}
        self.at[NODES[0]].origin = True
        self.line: list[OnTheLine] = []
        self.sides: dict[str, tuple[str, str]] = {}

    # --- people -------------------------------------------------------------------------------

    @rule(node=st.sampled_from(NODES), to=st.sampled_from(NODES))
    def offers(self, node: str, to: str) -> None:
        """Whoever works on it offers it to another; a loop is refused before anything is sent."""
        here = self.at[node]
        if node == to or not here.works or here.live_giving:
            return
        way = next((one.way for one in here.disk.values() if one.side == TAKER and one.works), ())
        key = f"h{len(self.sides)}"
        try:
            begun = handing.offer(node, to, way, {"words": "x"})
        except Refusal as refusal:
            assert refusal.code == "loop" and to in way
            return
        here.disk[key] = begun
        self.sides[key] = (node, to)

    @rule(pick=st.integers(0, 50), deed=st.sampled_from(
        ["accept", "decline", "withdraw", "say", "answer", "give_back"]
    ))  # fmt: skip
    def somebody_decides(self, pick: int, deed: str) -> None:
        """A person takes a step; who may not is refused, and nothing changes then."""
        every = [(n, k) for n, here in self.at.items() for k in here.disk]
        if not every:
            return
        node, key = every[pick % len(every)]
        here = self.at[node]
        before = here.disk[key]
        if deed in ("answer", "give_back", "say") and before.side == TAKER and not here.works:
            return  # what was handed on is answered by whoever has it
        if deed in ("answer", "give_back") and here.live_giving:
            return
        steps = {
            "accept": lambda: handing.accept(before, {}),
            "decline": lambda: handing.decline(before, "no"),
            "withdraw": lambda: handing.withdraw(before),
            "say": lambda: handing.say(before, {"words": "so"}),
            "answer": lambda: handing.answer(before, {"words": "done"}),
            "give_back": lambda: handing.give_back(before, {"reason": "cannot"}),
        }
        try:
            here.disk[key] = steps[deed]()
        except Refusal as refusal:
            assert refusal.code == "stage"
            assert here.disk[key] is before

    # --- the line -----------------------------------------------------------------------------

    @rule(pick=st.integers(0, 50), fewer=st.integers(0, 3))
    def a_sender_passes(self, pick: int, fewer: int) -> None:
        """Sends what is owed, in order; dies after some of it."""
        every = [(n, k) for n, here in self.at.items() for k in here.disk]
        if every:
            self._send(*every[pick % len(every)], fewer=fewer)

    @precondition(lambda self: self.line)
    @rule(
        pick=st.integers(0, 200),
        stays=st.booleans(),
        dies=st.sampled_from(["", "", "", "before the write", "before the reply"]),
    )
    def a_letter_arrives(self, pick: int, stays: bool, dies: str) -> None:
        """Any letter, in any order; a copy may stay on the line, and the receiver may die."""
        place = pick % len(self.line)
        letter = self.line[place] if stays else self.line.pop(place)
        self._arrives(letter, dies)

    @rule(many=st.integers(1, 4))
    def a_quiet_minute(self, many: int) -> None:
        """Everybody sends, and the first of it arrives in order: the search comes further."""
        for name, here in self.at.items():
            for key in list(here.disk):
                self._send(name, key)
        for _each in range(min(many, len(self.line))):
            self._arrives(self.line.pop(0))

    @precondition(lambda self: self.line)
    @rule(pick=st.integers(0, 200))
    def a_letter_is_lost(self, pick: int) -> None:
        """The line drops it."""
        self.line.pop(pick % len(self.line))

    def _all_arrives(self) -> None:
        for name, here in self.at.items():
            for key in list(here.disk):
                self._send(name, key)
        while self.line:
            self._arrives(self.line.pop(0))

    def _send(self, node: str, key: str, *, fewer: int = 0) -> None:
        standing = self.at[node].disk[key]
        giver, taker = self.sides[key]
        to = taker if standing.side == GIVER else giver
        for one in standing.owed[: len(standing.owed) - fewer or None]:
            self.line.append(OnTheLine(key, node, to, one.kind, one.seq, standing.seen, one.body))

    def _arrives(self, letter: OnTheLine, dies: str = "") -> None:
        here = self.at[letter.to]
        before = here.disk.get(letter.handing)
        if letter.kind == "stands":
            if before is not None and dies != "before the write":
                here.disk[letter.handing] = handing.seen(before, letter.seen)
            return
        taken = handing.take(before, here.name, letter.kind, letter.seq, letter.body)
        if dies == "before the write":
            return
        after = taken.standing
        if after is not None:
            if before is not None:
                after = handing.seen(after, letter.seen)
            here.disk[letter.handing] = after
        if dies == "before the reply":
            return
        self.line.append(
            OnTheLine(
                letter.handing, letter.to, letter.from_, "stands", 0,
                after.seen if after is not None else 0, {},
            )
        )  # fmt: skip

    # --- what always holds --------------------------------------------------------------------

    @invariant()
    def never_two_work_on_it(self) -> None:
        """By what is durable on each machine."""
        assert sum(here.works for here in self.at.values()) <= 1

    @invariant()
    def never_nobody_owns_it(self) -> None:
        """Where nobody works, it is in passing: one record, in the queue of whoever wrote it."""
        if any(here.works for here in self.at.values()):
            return
        passing = []
        for key, (giver, taker) in self.sides.items():
            gives, takes = self.at[giver].disk[key], self.at[taker].disk.get(key)
            there = takes.state if takes is not None else ""
            if gives.state == handing.COMMITTED and there in ("", handing.ASKED, handing.HELD):
                assert any(one.kind == "transfer" for one in gives.owed)
                assert handing.owner(gives, takes) == GIVER
                passing.append(key)
            elif (
                takes is not None
                and there in (handing.ANSWERED, handing.RETURNED)
                and (gives.state in (handing.COMMITTED, handing.AWAY))
            ):
                assert any(one.kind in ("answer", "returned") for one in takes.owed)
                assert handing.owner(gives, takes) == TAKER
                passing.append(key)
        assert len(passing) == 1, passing

    @invariant()
    def an_active_copy_has_a_commit_behind_it(self) -> None:
        """The taker begins only after the giver's commit was durable."""
        for key, (giver, taker) in self.sides.items():
            takes = self.at[taker].disk.get(key)
            if takes is not None and takes.state == handing.ACTIVE:
                assert self.at[giver].disk[key].state in (handing.COMMITTED, handing.AWAY)

    @invariant()
    def nothing_goes_round_in_circles(self) -> None:
        """No way names an installation twice, and no taker holds what it had."""
        for here in self.at.values():
            for one in here.disk.values():
                assert len(set(one.way)) == len(one.way)
                if one.side == TAKER and one.state != handing.DECLINED:
                    assert here.name not in one.way

    def teardown(self) -> None:
        """The line is mended and everybody is up: every hand-over arrives at one end."""
        for _round in range(12):
            self._all_arrives()
        for key, (giver, taker) in self.sides.items():
            gives, takes = self.at[giver].disk[key], self.at[taker].disk[key]
            assert gives.owed == takes.owed == ()
            assert (gives.state, takes.state) in SETTLED
        assert sum(here.works for here in self.at.values()) == 1


SETTLED = {
    ("offered", "asked"), ("declined", "declined"), ("withdrawn", "dropped"),
    ("withdrawn", "declined"), ("away", "active"), ("home", "ended"), ("back", "ended"),
}  # fmt: skip
"""How two sides stand when nothing is on its way."""


def test_a_matter_has_one_owner_whatever_the_line_and_the_machines_do() -> None:
    wide = settings(settings.default, max_examples=250, stateful_step_count=60)
    run_state_machine_as_test(Line, settings=wide)


def exchange(giver: Standing, taker: Standing | None) -> tuple[Standing, Standing]:
    """Everything that is owed goes over a good line, to and fro."""
    for _turn in range(6):
        for one in giver.owed:
            taker = handing.take(taker, "b", one.kind, one.seq, one.body).standing
        assert taker is not None
        giver = handing.seen(giver, taker.seen)
        for one in taker.owed:
            after = handing.take(giver, "a", one.kind, one.seq, one.body).standing
            assert after is not None
            giver = after
        taker = handing.seen(taker, giver.seen)
    assert taker is not None
    return giver, taker


def test_a_matter_goes_over_and_comes_home_with_an_answer() -> None:
    giver, taker = exchange(handing.offer("a", "b", (), {}), None)
    assert (giver.state, taker.state) == ("offered", "asked")
    giver, taker = exchange(giver, handing.accept(taker, {}))
    assert (giver.state, taker.state, giver.works, taker.works) == ("away", "active", False, True)
    giver, taker = exchange(giver, handing.answer(taker, {}))
    assert (giver.state, taker.state, giver.works, taker.works) == ("home", "ended", True, False)


def test_an_offer_to_one_already_on_the_way_is_declined_by_itself() -> None:
    crafted = handing.offer("z", "y", (), {})
    taken = handing.take(None, "b", "offer", 1, {**crafted.owed[0].body, "way": ["a", "b", "c"]})
    assert taken.standing is not None and taken.effect == "looped"
    assert taken.standing.state == "declined"
    assert taken.standing.owed[0].body["code"] == "loop"
    with pytest.raises(Refusal, match="round in circles"):
        handing.offer("c", "a", ("a", "b"), {})


def test_a_clock_that_was_not_agreed_to_ends_in_a_withdrawal_not_in_a_commit() -> None:
    giver, taker = exchange(handing.offer("a", "b", (), {}), None)
    taker = handing.accept(taker, {})
    one = taker.owed[-1]
    taken = handing.take(giver, "a", one.kind, one.seq, one.body, fit=False)
    assert taken.standing is not None
    assert (taken.effect, taken.standing.state, taken.standing.works) == (
        "unfit",
        "withdrawn",
        True,
    )
    _giver, taker = exchange(taken.standing, taker)
    assert taker.state == "dropped"


@pytest.mark.parametrize("kind", ["transfer", "closed", "received", "offer"])
def test_a_letter_that_does_not_follow_changes_nothing(kind: str) -> None:
    _giver, taker = exchange(handing.offer("a", "b", (), {}), None)
    with pytest.raises(Refusal) as refused:
        handing.take(taker, "b", kind, 2, {})
    assert refused.value.code == "unexpected"


def test_an_acknowledgement_of_what_was_never_sent_means_nothing() -> None:
    begun = handing.offer("a", "b", (), {})
    assert handing.seen(begun, 99) is begun


def test_after_the_commit_nothing_is_taken_back() -> None:
    giver, taker = exchange(handing.offer("a", "b", (), {}), None)
    one = handing.accept(taker, {}).owed[-1]
    committed = handing.take(giver, "a", one.kind, one.seq, one.body).standing
    assert committed is not None and committed.state == "committed"
    for deed in (
        handing.withdraw,
        lambda s: handing.decline(s, "no"),
        lambda s: handing.accept(s, {}),
    ):
        with pytest.raises(Refusal):
            deed(committed)


def test_a_letter_that_overtook_another_waits_for_it() -> None:
    giver, taker = exchange(handing.offer("a", "b", (), {}), None)
    giver, taker = exchange(giver, handing.accept(taker, {}))
    taker = handing.say(taker, {"words": "we look"})
    taker = handing.answer(taker, {"words": "done"})
    early = taker.owed[-1]
    assert handing.take(giver, "a", early.kind, early.seq, early.body) == handing.Taken(giver)
    again = handing.take(giver, "a", "status", 1, {})
    assert again == handing.Taken(giver), "seen before"
