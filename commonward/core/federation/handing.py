"""The two-phase hand-over (两段式移送) as a table: who may say what when, and what follows.

Each side keeps one `Standing` and changes it in one durable write, with the letters that follow
from the change in the same write. A letter is sent again until the other side has said that it
saw its number; numbers are taken in order and each once, so a line that drops, delays, doubles
and re-orders changes nothing.

Who owns the matter:

- a side **works** on it (may decide, must answer) in the states of `WORKS`: the giver until its
  COMMIT (`committed`) is durable, the taker from when it durably saw the commit (`active`) until
  it durably gave it home (`answered`, `returned`), and then the giver again when it saw that;
- a side **carries** it in the states of `CARRIES`: whoever works, and whoever wrote the record
  that passes it on, until the receipt is durable.

At every moment at most one side works, and when none does, exactly one carries: the matter is *in
passing*, belongs to the writer of that record, and the letter that tells of it is in that side's
own durable queue (`owner`; tests/core/federation proves it over three installations).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from commonward.core.refusals import N_, Refusal

GIVER, TAKER = "giver", "taker"
OFFERED, DECLINED, WITHDRAWN = "offered", "declined", "withdrawn"
COMMITTED, AWAY, HOME, BACK = "committed", "away", "home", "back"
ASKED, HELD, DROPPED = "asked", "held", "dropped"
ACTIVE, ANSWERED, RETURNED, ENDED = "active", "answered", "returned", "ended"

STATES: Mapping[str, tuple[str, ...]] = {
    GIVER: (OFFERED, DECLINED, WITHDRAWN, COMMITTED, AWAY, HOME, BACK),
    TAKER: (ASKED, HELD, DROPPED, DECLINED, ACTIVE, ANSWERED, RETURNED, ENDED),
}
WORKS: Mapping[str, frozenset[str]] = {
    GIVER: frozenset({OFFERED, DECLINED, WITHDRAWN, HOME, BACK}),
    TAKER: frozenset({ACTIVE}),
}
CARRIES: Mapping[str, frozenset[str]] = {
    GIVER: WORKS[GIVER] | {COMMITTED},
    TAKER: frozenset({ACTIVE, ANSWERED, RETURNED}),
}
OVER: Mapping[str, frozenset[str]] = {
    GIVER: frozenset({DECLINED, WITHDRAWN, HOME, BACK}),
    TAKER: frozenset({DROPPED, DECLINED, ENDED}),
}
"""States after which this hand-over changes no more."""
LOOP = "loop"
MOST_ON_THE_WAY = 16
"""Installations that a matter may pass: more of them is nobody's matter any more."""


@dataclass(frozen=True, slots=True)
class Owed:
    """A letter that the other side has not seen yet."""

    seq: int
    kind: str
    body: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Standing:
    """One side of a hand-over: `sent` letters of ours, `seen` of theirs, `owed` those of ours that
    they did not see, `way` the installations that had the matter, the giver last."""

    side: str
    state: str
    way: tuple[str, ...] = ()
    sent: int = 0
    seen: int = 0
    owed: tuple[Owed, ...] = ()

    @property
    def works(self) -> bool:
        """Whether this side may decide and must answer, as far as this hand-over goes."""
        return self.state in WORKS[self.side]

    @property
    def carries(self) -> bool:
        """Whether this side answers for the matter, be it only until it has arrived."""
        return self.state in CARRIES[self.side]

    @property
    def over(self) -> bool:
        """Whether nothing changes any more."""
        return self.state in OVER[self.side]


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a letter: the standing to write down, and what it means for the case ("" where
    it means nothing: seen before, out of order, or too late)."""

    standing: Standing | None
    effect: str = ""


def offer(me: str, to: str, way: Sequence[str], body: Mapping[str, Any]) -> Standing:
    """Begin: the giver offers it. Raises Refusal "loop" where the other one had it already."""
    gone = (*way, me)
    refuse_loop(to, gone)
    return _say(Standing(GIVER, OFFERED, gone), "offer", {**body, "way": list(gone)})


def refuse_loop(to: str, way: Sequence[str]) -> None:
    """Raises Refusal "loop": a matter never comes to an installation twice on one way."""
    if to in way:
        raise Refusal(
            N_("{name} had this matter already; it would go round in circles."), code=LOOP, name=to
        )
    if len(way) >= MOST_ON_THE_WAY:
        raise Refusal(N_("This matter has passed {many} offices; it goes no further."), code=LOOP,
                      many=len(way))  # fmt: skip


def withdraw(standing: Standing, reason: str = "") -> Standing:
    """The giver takes the offer back, before the commit. Raises Refusal "stage"."""
    return _step(standing, GIVER, (OFFERED,), WITHDRAWN, "withdraw", {"reason": reason})


def accept(standing: Standing, body: Mapping[str, Any]) -> Standing:
    """The taker takes it: held until the giver has committed. Raises Refusal "stage"."""
    return _step(standing, TAKER, (ASKED,), HELD, "accept", body)


def decline(standing: Standing, reason: str, code: str = "") -> Standing:
    """The taker does not take it, and says why. Raises Refusal "stage"."""
    return _step(standing, TAKER, (ASKED,), DECLINED, "decline", {"reason": reason, "code": code})


def say(standing: Standing, body: Mapping[str, Any]) -> Standing:
    """A status (or words) to the other side while the taker has it. Raises Refusal "stage"."""
    if standing.state not in (COMMITTED, AWAY, ACTIVE):
        raise _not_now(standing)
    return _say(standing, "status", body)


def answer(standing: Standing, body: Mapping[str, Any]) -> Standing:
    """The taker has solved or ended it: the matter goes home with the answer."""
    return _step(standing, TAKER, (ACTIVE,), ANSWERED, "answer", body)


def give_back(standing: Standing, body: Mapping[str, Any]) -> Standing:
    """The taker cannot go on: the matter goes home undone, with the reason."""
    return _step(standing, TAKER, (ACTIVE,), RETURNED, "returned", body)


def seen(standing: Standing, number: int) -> Standing:
    """The other side has seen our letters up to this number; a number never sent means nothing."""
    if number > standing.sent:
        return standing
    kept = tuple(one for one in standing.owed if one.seq > number)
    return standing if len(kept) == len(standing.owed) else replace(standing, owed=kept)


def take(
    standing: Standing | None,
    me: str,
    kind: str,
    seq: int,
    body: Mapping[str, Any],
    *,
    fit: bool = True,
    transfer: Mapping[str, Any] | None = None,
) -> Taken:
    """What a letter of the other side changes, in one durable write.

    `fit` says of an acceptance whether its clock is agreed to, and whether the case can still be
    handed; else the giver withdraws. `transfer` is the body of the commit. Raises Refusal
    "unexpected" for a letter that its sender could not have written; nothing changes then.
    """
    if standing is None:
        if kind != "offer" or seq != 1:
            return Taken(None)  # it came before the offer: it is sent again after it
        way = tuple(str(one) for one in body.get("way", ()))
        begun = Standing(TAKER, ASKED, way, seen=1)
        if me in way or len(way) > MOST_ON_THE_WAY:
            return Taken(decline(begun, "It was here already.", LOOP), "looped")
        return Taken(begun, "asked")
    if seq != standing.seen + 1:
        return Taken(standing)
    now = replace(standing, seen=seq)
    if standing.side == GIVER and kind == "accept" and standing.state == OFFERED and not fit:
        return Taken(withdraw(now, "clock"), "unfit")
    found = _TABLE.get((standing.side, standing.state, kind))
    if found is None:
        raise Refusal(N_("This letter does not follow from what was said."), code="unexpected")
    state, reply, effect = found
    now = replace(now, state=state)
    if reply:
        now = _say(now, reply, (transfer or {}) if reply == "transfer" else {})
    return Taken(now, effect)


def owner(giver: Standing, taker: Standing | None) -> str:
    """Which side owns the matter, seen from outside with both sides' durable states."""
    if taker is not None and taker.works:
        return TAKER
    if giver.works:
        return GIVER
    return TAKER if taker is not None and taker.carries else GIVER


# side, state, kind of the letter → new state, our letter, what it means for the case
_TABLE: Mapping[tuple[str, str, str], tuple[str, str, str]] = {
    (GIVER, OFFERED, "accept"): (COMMITTED, "transfer", "committed"),
    (GIVER, OFFERED, "decline"): (DECLINED, "", "declined"),
    (GIVER, WITHDRAWN, "accept"): (WITHDRAWN, "", ""),
    (GIVER, WITHDRAWN, "decline"): (WITHDRAWN, "", ""),
    (GIVER, COMMITTED, "transferred"): (AWAY, "", "arrived"),
    (GIVER, AWAY, "status"): (AWAY, "", "status"),
    (GIVER, AWAY, "answer"): (HOME, "closed", "answered"),
    (GIVER, AWAY, "returned"): (BACK, "received", "returned"),
    (TAKER, ASKED, "withdraw"): (DROPPED, "", "dropped"),
    (TAKER, HELD, "withdraw"): (DROPPED, "", "dropped"),
    (TAKER, DECLINED, "withdraw"): (DECLINED, "", ""),
    (TAKER, HELD, "transfer"): (ACTIVE, "transferred", "activated"),
    (TAKER, ACTIVE, "status"): (ACTIVE, "", "status"),
    (TAKER, ANSWERED, "status"): (ANSWERED, "", ""),
    (TAKER, RETURNED, "status"): (RETURNED, "", ""),
    (TAKER, ANSWERED, "closed"): (ENDED, "", "ended"),
    (TAKER, RETURNED, "received"): (ENDED, "", "ended"),
}


def _step(
    standing: Standing, side: str, states: tuple[str, ...], to: str, kind: str,
    body: Mapping[str, Any],
) -> Standing:  # fmt: skip
    if standing.side != side or standing.state not in states:
        raise _not_now(standing)
    return _say(replace(standing, state=to), kind, body)


def _say(standing: Standing, kind: str, body: Mapping[str, Any]) -> Standing:
    number = standing.sent + 1
    return replace(standing, sent=number, owed=(*standing.owed, Owed(number, kind, dict(body))))


def _not_now(standing: Standing) -> Refusal:
    return Refusal(
        N_("This cannot be done while the hand-over is “{state}”."),
        code="stage",
        state=standing.state,
    )
