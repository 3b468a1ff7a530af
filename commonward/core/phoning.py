"""What a telephone system tells of a call (CTI events), read and checked; and waiting in figures.

The target of this field is an answer within 15 seconds (呼叫中心服务规范: 15 秒接通率).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from commonward.core.refusals import N_, Invalid

KINDS = ("offered", "answered", "ended", "call_back", "words")
IN_TIME = timedelta(seconds=15)
"""Within this a call should be answered."""
CLOCK_OFF = timedelta(minutes=10)
"""A moment of the telephone system further from ours than this is not believed: ours is taken."""
LONGEST_WORDS = 2_000
_REF = re.compile(r"[\w.:@+-]{1,80}", re.ASCII)
_EXTENSION = re.compile(r"[\w*#.-]{1,20}", re.ASCII)
_SHORT = 6
"""Signs of a number within a house, which any name may hold by chance."""
_NOT_DIALLED = re.compile(r"[^\d+]")


@dataclass(frozen=True, slots=True)
class CallEvent:
    """One event of one call; `number` is empty where the caller hides it."""

    kind: str
    ref: str
    at: datetime
    queue: str = ""
    number: str = ""
    extension: str = ""
    words: str = ""


def read_event(given: Mapping[str, Any], now: datetime) -> CallEvent:
    """An event out of a JSON object: type, call, and what belongs to it.

    `{"type": "offered", "call": "1732345.12", "number": "+86…", "queue": "main", "at": ISO 8601}`.
    Raises Invalid naming the field: what is wrong, what would be right.
    """
    kind = _text(given, "type").removeprefix("call.")
    if kind not in KINDS:
        raise Invalid(
            N_("There is no event “{given}”; known are: {known}."),
            given=kind[:40], known=", ".join(KINDS), field="type",
        )  # fmt: skip
    ref = _text(given, "call")
    if not _REF.fullmatch(ref):
        raise Invalid(N_("Name the call by 1 to 80 letters, digits and . : @ + - _."), field="call")
    extension = _text(given, "extension")
    if (extension or kind == "answered") and not _EXTENSION.fullmatch(extension):
        raise Invalid(N_("Name the telephone that answered (extension)."), field="extension")
    number = number_dialled(_text(given, "number"))
    if len(number) > _SHORT and number.lstrip("+") in re.sub(r"\D", "", ref):
        raise Invalid(
            N_("Name the call by something else than the caller's number: the name is kept."),
            field="call",
        )
    words = _text(given, "words")
    if kind == "words" and not words:
        raise Invalid(N_("Say which words were spoken."), field="words")
    return CallEvent(
        kind, ref, _moment(given, now), _text(given, "queue")[:40],
        number, extension, words[:LONGEST_WORDS],
    )  # fmt: skip


def number_dialled(text: str) -> str:
    """A number as it can be dialled; "" for "anonymous" and what is no telephone number."""
    found = _NOT_DIALLED.sub("", text)
    digits = found.lstrip("+")
    return found[:20] if 3 <= len(digits) <= 15 and digits.isascii() and digits.isdigit() else ""


def _text(given: Mapping[str, Any], name: str) -> str:
    value = given.get(name, "")
    if not isinstance(value, str | int) or isinstance(value, bool):
        raise Invalid(N_("{which} must be a text."), which=name, field=name)
    return str(value).replace("\x00", "").strip()


def _moment(given: Mapping[str, Any], now: datetime) -> datetime:
    text = _text(given, "at")
    if not text:
        return now
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise Invalid(
            N_("Give the moment with its zone, such as 2026-03-02T09:00:05+08:00."), field="at"
        )
    return moment if abs(moment - now) <= CLOCK_OFF else now


@dataclass(frozen=True, slots=True)
class Answering:
    """How calls were answered: `came` in all, how many `answered`, `in_time`, given up (`left`).

    `waiting` still wait. The share in time is of those answered or given up after that time: who
    hung up sooner did not wait for us.
    """

    came: int = 0
    answered: int = 0
    in_time: int = 0
    left: int = 0
    left_late: int = 0
    waiting: int = 0
    longest: timedelta = timedelta(0)
    middle: timedelta | None = None

    @property
    def share(self) -> float | None:
        """The share answered within 15 seconds (0 to 1); None before anybody could be."""
        of = self.answered + self.left_late
        return self.in_time / of if of else None


def answering(
    calls: Iterable[tuple[datetime, datetime | None, datetime | None]], now: datetime
) -> Answering:
    """Of calls as (came, answered, ended); one that has neither waits until `now`."""
    waits: list[timedelta] = []
    came = answered = in_time = left = left_late = waiting = 0
    longest = timedelta(0)
    for began, taken, ended in calls:
        came += 1
        wait = max((taken or ended or now) - began, timedelta(0))
        longest = max(longest, wait)
        if taken is not None:
            answered += 1
            in_time += wait <= IN_TIME
            waits.append(wait)
        elif ended is not None:
            left += 1
            left_late += wait > IN_TIME
        else:
            waiting += 1
    waits.sort()
    middle = waits[len(waits) // 2] if waits else None
    return Answering(came, answered, in_time, left, left_late, waiting, longest, middle)
