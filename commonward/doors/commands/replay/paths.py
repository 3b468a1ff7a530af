"""The way one matter takes: which verbs, by whom, and when; seeded, so that it is always the same.

The data gives the opening and the closing; what lies between is drawn at plausible rates. The
first stages take minutes and the last an hour or two, as their limits ask for; the rest of the
time is the handling. Every step lies between opening and closing, in order, in whole seconds.
"""

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from commonward.doors.commands.replay.matters import DataSet, Matter

ON_THE_SPOT_SECONDS = 90
"""A case closed so soon was fixed by whoever found it (自行处置)."""
SHORT_SECONDS = 3 * 3600
"""In less time nobody hands a case back or has it done again."""
FIXED_SHARE = 0.5
"""At most this share of a case's time goes to the stages before and after the handling."""

VERIFIED, HANDED_BACK, TWICE, REWORKED, SENT_BACK = 0.10, 0.035, 0.10, 0.05, 0.02
"""Shares: verified on the spot first; handed back, of these twice; failed a check; sent back at
the feed-back."""
CONTENT, NOT_CONTENT = 0.80, 0.07
"""Shares of those called back; the rest is not reached."""
EXTENDED, SUSPENDED = 0.02, 0.01


@dataclass(frozen=True, slots=True)
class Step:
    """One thing somebody does: when (seconds), the verb, the post, what they fill in.

    `given["team"]` is a department's code; `given["into"]` the ref of another matter.
    """

    at: int
    verb: str
    post: str
    given: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class _Wish:
    """A step before its moment is known: so many seconds after the one before it, if possible."""

    verb: str
    post: str
    after: float
    given: dict[str, Any] = field(default_factory=dict)
    stretches: float = 0.0
    """Weight with which the step takes up the time that is left; 0 keeps `after`."""


def steps(matter: Matter, data: DataSet, usual: str, into: str) -> list[Step]:
    """The steps after the opening, in order, the closing exactly at the data's moment.

    `usual` is the department that the rules name for the category, `into` the ref of the case to
    join it to at its closing ("" for none).
    """
    chance = random.Random(f"{data.seed}:{matter.ref}")  # noqa: S311 (it hides nothing)
    if matter.closed is None:
        wishes = [*_front(matter, usual, chance, long=True)]
        return _placed(wishes, matter.opened, None)
    lasts = matter.closed - matter.opened
    if into:
        return _placed(_joined(matter, usual, into, lasts, chance), matter.opened, matter.closed)
    if lasts < ON_THE_SPOT_SECONDS:
        wishes = [
            _Wish("fix_on_spot", "grid_worker", 1, {"result": "Fixed on the spot. 当场处置。"}),
            _Wish("close", "duty_chief", 1, {"outcome": "solved"}, stretches=1),
        ]
        return _placed(wishes, matter.opened, matter.closed)
    long = lasts > SHORT_SECONDS
    wishes = _front(matter, usual, chance, long=long)
    if data.asks_for_time and long:
        wishes += _more_time(lasts, chance)
    wishes += _back(matter, chance, long=long)
    return [*_placed(wishes, matter.opened, matter.closed), *_callback(matter.closed, chance)]


def on_the_spot(matter: Matter) -> bool:
    """Whether the finder fixed it at once, so that the report came from the grid."""
    return matter.closed is not None and matter.closed - matter.opened < ON_THE_SPOT_SECONDS


def _front(matter: Matter, usual: str, chance: random.Random, *, long: bool) -> list[_Wish]:
    """Up to the taking on by the department that did it."""
    wishes = []
    if long and chance.random() < VERIFIED:
        wishes.append(_Wish("ask_verification", "intake_officer", _drawn(chance, 240)))
        wishes.append(_Wish("confirm", "grid_worker", _drawn(chance, 2400)))
    else:
        wishes.append(_Wish("accept", "intake_officer", _drawn(chance, 240)))
    wishes.append(_Wish("file", "duty_chief", _drawn(chance, 300)))
    own = matter.department
    returns = 0
    if long and usual and usual != own:
        wishes += _sent(usual, chance)
        wishes.append(
            _Wish(f"mis_dispatched:{usual}", "handler", _drawn(chance, 5400),
                  {"reason": "Not ours: another department answers for it. 非本单位职责。"})
        )  # fmt: skip
        returns = 1
    if long and chance.random() < HANDED_BACK:
        for _ in range(2 - returns if chance.random() < TWICE else 1):
            wishes += _sent(own, chance)
            wishes.append(
                _Wish(f"hand_back:{own}", "handler", _drawn(chance, 7200),
                      {"reason": "The place is not clear. 位置不清。"})
            )  # fmt: skip
            returns += 1
    if returns >= 2:
        wishes.append(
            _Wish("decide_finally", "duty_chief", _drawn(chance, 900),
                  {"team": own, "reason": "Decided: it is theirs. 指定承办。"})
        )  # fmt: skip
    else:
        wishes += _sent(own, chance)
    wishes.append(_Wish(f"take:{own}", "handler", _drawn(chance, 1800, 1.0)))
    return wishes


def _sent(team: str, chance: random.Random) -> list[_Wish]:
    return [_Wish("dispatch", "dispatcher", _drawn(chance, 300), {"team": team})]


def _back(matter: Matter, chance: random.Random, *, long: bool) -> list[_Wish]:
    """From the finishing to the closing, with what is done again."""
    own = matter.department
    outcome = "duplicate" if matter.duplicate else "solved"
    finish = {"result": "Done as asked. 已处理。"}
    wishes = [_Wish(f"finish:{own}", "handler", 0, finish, stretches=1.0)]
    if long and chance.random() < SENT_BACK:
        wishes.append(_Wish("ask_rework", "dispatcher", _drawn(chance, 900),
                            {"reason": "The proof is missing. 缺少证明。"}))  # fmt: skip
        wishes.append(_Wish(f"finish:{own}", "handler", 0, finish, stretches=0.15))
    wishes.append(_Wish("pass_on", "dispatcher", _drawn(chance, 600)))
    if long and chance.random() < REWORKED:
        wishes.append(_Wish("fail_check", "grid_worker", _drawn(chance, 3000),
                            {"reason": "Not solved yet. 尚未解决。"}))  # fmt: skip
        wishes.append(_Wish(f"finish:{own}", "handler", 0, finish, stretches=0.3))
        wishes.append(_Wish("pass_on", "dispatcher", _drawn(chance, 600)))
    wishes.append(_Wish("pass_check", "grid_worker", _drawn(chance, 3000)))
    wishes.append(_Wish("close", "duty_chief", _drawn(chance, 700), {"outcome": outcome}))
    return wishes


def _more_time(lasts: int, chance: random.Random) -> list[_Wish]:
    """A request for more time, approved on two levels; a suspension ends by itself at its date."""
    drawn = chance.random()
    if drawn < EXTENDED:
        kind = "extension"
    elif drawn < EXTENDED + SUSPENDED and lasts > 20 * 86_400:
        kind = "suspension"
    else:
        return []
    asked = {"reason": "The part has been ordered. 配件已订购。"}
    if kind == "suspension":
        asked["share"] = "0.4"
    return [
        _Wish(f"ask_{kind}", "asker", 7200, asked),
        _Wish("decide", "duty_chief", _drawn(chance, 3600), {"reason": "Agreed. 同意。"}),
        _Wish("decide", "leader", _drawn(chance, 7200), {"reason": "Agreed. 同意。"}),
    ]


def _joined(
    matter: Matter, usual: str, into: str, lasts: int, chance: random.Random
) -> list[_Wish]:
    """Found to be the same as another case: at once by intake, later by the dispatcher."""
    reason = {"into": into, "reason": "The same problem. 同一问题。"}
    if lasts < SHORT_SECONDS:
        return [_Wish("join", "intake_officer", 0, reason, stretches=1.0)]
    wishes = _front(matter, usual, chance, long=False)
    return [*wishes, _Wish("join", "dispatcher", 0, reason, stretches=1.0)]


def _callback(closed: int, chance: random.Random) -> list[Step]:
    """What the reporter says when called back, within the days after the closing."""
    at = closed + 300 + int(_drawn(chance, 9 * 3600))
    drawn = chance.random()
    if drawn < CONTENT:
        mark = chance.choices((5, 4, 3), (55, 35, 10))[0]
        return [Step(at, "content", "intake_officer",
                     {"reached": True, "solved": True, "satisfied": mark})]  # fmt: skip
    later = at + int(_drawn(chance, 14 * 3600))
    if drawn < CONTENT + NOT_CONTENT:
        no = {"reached": True, "solved": False, "satisfied": 2, "reason": "Too slow. 太慢。"}
        return [
            Step(at, "not_content", "intake_officer", no),
            Step(later, "answer_again", "duty_chief", {"words": "Explained. 已再次答复。"}),
        ]
    return [
        Step(at, "unreached", "intake_officer", {"reached": False}),
        Step(later, "end_unreached", "intake_officer"),
    ]


def _placed(wishes: Sequence[_Wish], opened: int, closed: int | None) -> list[Step]:
    """Give each wish its moment: the last one exactly at the closing, all strictly in order where
    there are seconds enough."""
    fixed = sum(w.after for w in wishes if not w.stretches)
    weights = sum(w.stretches for w in wishes)
    pressed, rest = 1.0, 0.0
    if closed is not None:
        lasts = closed - opened
        room = lasts * FIXED_SHARE if weights else lasts
        pressed = min(1.0, room / fixed) if fixed else 1.0
        rest = lasts - fixed * pressed
    at, moments = float(opened), []
    for w in wishes:
        at += rest * w.stretches / weights if w.stretches else w.after * pressed
        moments.append(int(at))
    for i in range(len(moments)):
        moments[i] = max(moments[i], (moments[i - 1] if i else opened) + 1)
    if closed is not None:
        last = len(moments) - 1
        for i in range(last, -1, -1):
            moments[i] = closed if i == last else min(moments[i], moments[i + 1] - 1)
        moments = [max(opened, m) for m in moments]
    return [Step(m, w.verb, w.post, w.given) for m, w in zip(moments, wishes, strict=True)]


def _drawn(chance: random.Random, middle: float, spread: float = 0.6) -> float:
    """Seconds, log-normal around the middle."""
    return middle * math.exp(chance.gauss(0, spread))
