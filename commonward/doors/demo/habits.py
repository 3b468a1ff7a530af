"""How the demonstration's staff work: what is done next with a case, by whom and when.

It depends on nothing but where the case stands and on chance seeded with the case's reference, so
that the staff go on after any break, and beside any visitor who does their work.
"""

import math
import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from commonward.areas.queries import calendar
from commonward.cases.models import Case
from commonward.core.calendars import Unit
from commonward.doors.demo import matters
from commonward.doors.demo.settling import seeded

VERIFIED, REFUSED, LEFT_LYING = 0.08, 0.02, 0.015
NOT_FOUND, ON_SPOT = 0.08, 0.06
WRONG_TEAM, HANDED_BACK, SLOW, EXTENDED, SUSPENDED, WHISTLED = 0.05, 0.05, 0.09, 0.04, 0.025, 0.02
REWORKED, NOT_ENOUGH = 0.06, 0.03
CONTENT, NOT_CONTENT = 0.78, 0.08
BACK = (
    ("位置不清，请补充", "The place is not clear; please say more"),
    ("非本单位职责", "Another department answers for this"),
)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a case stands for those who work on it.

    `again` is the number of the open case that this one is the same as, `ours` says whether the
    team that handles it is the right one, `done` what of "taken" and "asked" has been done in
    this stay.
    """

    case: Case
    kind: matters.Kind
    again: str = ""
    ours: bool = True
    done: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Deed:
    """What is to be done when: `verb` by `role` (or by the case's own team: "handler")."""

    at: datetime
    verb: str
    role: str
    given: dict[str, Any] = field(default_factory=dict)


def next_deed(s: Standing) -> Deed | None:
    """What the staff do next with a case; None where it has ended or waits for somebody else."""
    chance = seeded(s.case.source_ref, s.case.stage, s.case.version)
    found = _HABITS.get(s.case.stage)
    return None if found is None or not s.case.is_open else found(s, chance)


def _minutes(middle: float, chance: random.Random, spread: float = 0.6) -> timedelta:
    return timedelta(minutes=middle * math.exp(chance.gauss(0, spread)))


def _by_day(at: datetime, first: int = 7, last: int = 21) -> datetime:
    """The moment itself in those hours of the day (local), else the next morning."""
    local = at.astimezone(ZoneInfo(settings.SITE_ZONE))
    if local.hour >= last:
        local = local.replace(hour=first, minute=local.minute // 2) + timedelta(days=1)
    elif local.hour < first:
        local = local.replace(hour=first, minute=local.minute // 2)
    return local


def _worked(at: datetime, hours: float, chance: random.Random, kind: matters.Kind) -> datetime:
    """So many hours of work later: day and night for what is urgent, in office hours else."""
    unit = Unit.URGENT_SECOND if "urgent" in kind.limit else Unit.WORK_HOUR
    seconds = max(300, round(hours * 3600 * math.exp(chance.gauss(0, 0.55))))
    return calendar().after(unit, at, seconds)


def _collect(s: Standing, chance: random.Random) -> Deed | None:
    since = s.case.stage_since
    if s.kind.procedure == "enquiry":
        return _asked(s, chance)
    soon = since + _minutes(5, chance)
    if s.again:
        return Deed(soon, "join", "intake_officer",
                    {"into": s.again, "reason": "同一问题。The same problem."})  # fmt: skip
    drawn = chance.random()
    if drawn < LEFT_LYING:
        return Deed(since + _minutes(200, chance), "accept", "intake_officer")
    if drawn < LEFT_LYING + REFUSED:
        reason = {
            "reason": "属于私人装修纠纷，可走人民调解。A private matter; mediation is open to you."
        }
        return Deed(soon, "refuse", "intake_officer", reason)
    asks = drawn < LEFT_LYING + REFUSED + VERIFIED and not s.case.counters.get("ask_verification")
    return Deed(soon, "ask_verification" if asks else "accept", "intake_officer")


def _asked(s: Standing, chance: random.Random) -> Deed:
    """An enquiry: answered at once, or by those who know."""
    if chance.random() < 0.72:
        words = {"words": matters.both(chance.choice(matters.ANSWERS))}
        return Deed(s.case.stage_since + _minutes(14, chance), "answer", "intake_officer", words)
    return Deed(s.case.stage_since + _minutes(9, chance), "dispatch", "intake_officer",
                {"team": s.kind.team})  # fmt: skip


def _verify(s: Standing, chance: random.Random) -> Deed | None:
    if s.case.team_id is None:
        return None  # without a place on the map no grid knows of it
    at = _by_day(s.case.stage_since + _minutes(45, chance))
    drawn = chance.random()
    if drawn < NOT_FOUND:
        return Deed(at, "not_found", "grid_worker",
                    {"reason": "现场未发现问题。Nothing was found at the place."})  # fmt: skip
    if drawn < NOT_FOUND + ON_SPOT:
        return Deed(at, "fix_on_spot", "grid_worker",
                    {"result": "当场处置完毕。Fixed on the spot."})  # fmt: skip
    return Deed(at, "confirm", "grid_worker")


def _file(s: Standing, chance: random.Random) -> Deed | None:
    return Deed(s.case.stage_since + _minutes(5, chance), "file", "duty_chief")


def _dispatch(s: Standing, chance: random.Random) -> Deed | None:
    at = s.case.stage_since + _minutes(6, chance)
    if not s.kind.team:
        return None  # no rule knows whose it is: it waits for a person
    if s.case.counters.get("hand_back", 0) >= 2:
        # Handed back twice: the chief decides, and takes some time over it.
        return Deed(at + timedelta(hours=3), "decide_finally", "duty_chief",
                    {"team": s.kind.team, "reason": "指定承办。Decided: it is theirs."})  # fmt: skip
    team = s.kind.team
    if chance.random() < WRONG_TEAM and not s.case.counters.get("hand_back"):
        team = chance.choice([code for code in matters.DEPARTMENTS if code != s.kind.team])
    return Deed(at, "dispatch", "dispatcher", {"team": team})


def _handle(s: Standing, chance: random.Random) -> Deed | None:
    # Chance of the whole stay in this stage, so that taking it on changes nothing of the plan.
    stay = seeded(s.case.source_ref, "handle", s.case.stage_since.isoformat())
    since = s.case.stage_since
    if s.kind.procedure == "enquiry":
        at = _worked(since, s.kind.hours, stay, s.kind)
        return Deed(at, "finish", "handler",
                    {"result": matters.both(stay.choice(matters.ANSWERS))})  # fmt: skip
    handed = s.case.counters.get("hand_back", 0)
    if not s.ours:
        return Deed(_worked(since, 0.7, stay, s.kind), "mis_dispatched", "handler",
                    {"reason": matters.both(BACK[1])})  # fmt: skip
    fate = stay.random()
    if fate < HANDED_BACK and handed < 2 and not s.case.counters.get("decide_finally"):
        return Deed(_worked(since, 1.2, stay, s.kind), "hand_back", "handler",
                    {"reason": matters.both(BACK[0])})  # fmt: skip
    slow = 5.0 if fate > 1 - SLOW else 1.0
    done = _worked(since, s.kind.hours * slow, stay, s.kind)
    taken = _worked(since, 0.4, stay, s.kind)
    if "taken" not in s.done and taken < done:
        return Deed(taken, "take", "handler")
    asked = HANDED_BACK + EXTENDED
    if fate < asked and "asked" not in s.done and "urgent" not in s.kind.limit:
        return Deed(max(s.case.changed_at, _worked(since, s.kind.hours * 0.4, stay, s.kind)),
                    "ask_extension", "handler",
                    {"reason": "配件已订购，等待到货。The part has been ordered."})  # fmt: skip
    if asked <= fate < asked + SUSPENDED and "asked" not in s.done:
        return Deed(max(s.case.changed_at, _worked(since, s.kind.hours * 0.3, stay, s.kind)),
                    "ask_suspension", "handler",
                    {"reason": "须待管线迁改后施工。It must wait until the pipes are moved."})  # fmt: skip
    if 0 <= fate - asked - SUSPENDED < WHISTLED and "asked" not in s.done:
        return Deed(max(s.case.changed_at, taken) + timedelta(minutes=5), "whistle", "dispatcher")
    return Deed(max(done, s.case.changed_at), "finish", "handler",
                {"result": matters.both(stay.choice(matters.RESULTS))})  # fmt: skip


def _feed_back(s: Standing, chance: random.Random) -> Deed | None:
    at = s.case.stage_since + _minutes(11, chance)
    if chance.random() < NOT_ENOUGH and s.case.counters.get("rework", 0) < 2:
        return Deed(
            at, "ask_rework", "dispatcher", {"reason": "缺少现场照片。The photo is missing."}
        )
    return Deed(at, "pass_on", "dispatcher")


def _check(s: Standing, chance: random.Random) -> Deed | None:
    if s.case.team_id is None:
        return None
    at = _by_day(s.case.stage_since + _minutes(50, chance))
    if chance.random() < REWORKED and s.case.counters.get("rework", 0) < 2:
        return Deed(at, "fail_check", "grid_worker", {"reason": "问题仍在。It is still there."})
    return Deed(at, "pass_check", "grid_worker")


def _close(s: Standing, chance: random.Random) -> Deed | None:
    return Deed(s.case.stage_since + _minutes(14, chance), "close", "duty_chief",
                {"outcome": "solved"})  # fmt: skip


def _evaluate(s: Standing, chance: random.Random) -> Deed | None:
    at = _by_day(s.case.stage_since + _minutes(11 * 60, chance), 9, 20)
    drawn = chance.random()
    if drawn < CONTENT:
        mark = chance.choices((5, 4, 3), (55, 35, 10))[0]
        return Deed(at, "content", "intake_officer",
                    {"reached": True, "solved": True, "satisfied": mark})  # fmt: skip
    if drawn < CONTENT + NOT_CONTENT and not s.case.counters.get("not_content"):
        return Deed(at, "not_content", "intake_officer",
                    {"reached": True, "solved": False, "satisfied": 2,
                     "reason": "等得太久。It took too long."})  # fmt: skip
    if s.kind.procedure == "enquiry" or s.case.counters.get("unreached"):
        return Deed(at, "end_unreached", "intake_officer")
    return Deed(at, "unreached", "intake_officer", {"reached": False})


def _answer_again(s: Standing, chance: random.Random) -> Deed | None:
    return Deed(_by_day(s.case.stage_since + _minutes(20 * 60, chance), 9, 18), "answer_again",
                "duty_chief",
                {"words": "已说明原因并致歉。We explained what took so long, and apologised."})  # fmt: skip


_HABITS = {
    "collect": _collect, "verify": _verify, "file": _file, "dispatch": _dispatch,
    "handle": _handle, "feed_back": _feed_back, "check": _check, "close": _close,
    "evaluate": _evaluate, "answer_again": _answer_again,
}  # fmt: skip
