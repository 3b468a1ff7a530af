"""Which clock goes with a matter (时限约定): what was promised, and what the taker takes on.

The offer says by when the reporter was promised an answer, how that was counted and what is left;
the acceptance names the moment that the taker takes on. It is never later than what was promised
unless the taker says so and why, and both sides keep it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from commonward.core.refusals import N_, Invalid

SLACK = timedelta(seconds=1)
"""Moments are written to the second."""
LEAST = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Promise:
    """`due` is the moment promised to the reporter (None: none was); `calendar` names the calendar
    and `rule` the limit by which it was counted; `left` are seconds of ordinary time at `at`."""

    due: datetime | None
    calendar: str
    rule: str
    left: int
    at: datetime

    def to_data(self) -> dict[str, Any]:
        """As it stands in the offer."""
        return {
            "due": _text(self.due), "calendar": self.calendar, "rule": self.rule,
            "left": self.left, "at": _text(self.at),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Agreed:
    """The moment that the taker takes on, and why it is later than promised, where it is."""

    due: datetime | None
    reason: str = ""

    def to_data(self) -> dict[str, Any]:
        """As it stands in the acceptance."""
        return {"due": _text(self.due), "reason": self.reason}


def read_promise(given: object) -> Promise:
    """What stands in an offer. Raises Invalid (field "clock")."""
    found = _mapping(given)
    at = _moment(found.get("at"))
    left = found.get("left")
    if at is None or type(left) is not int or abs(left) > 10**10:
        raise _no_clock()
    calendar, rule = found.get("calendar", ""), found.get("rule", "")
    if not isinstance(calendar, str) or not isinstance(rule, str):
        raise _no_clock()
    return Promise(_moment(found.get("due")), calendar[:60], rule[:120], left, at)


def read_agreed(given: object) -> Agreed:
    """What stands in an acceptance. Raises Invalid (field "clock")."""
    found = _mapping(given)
    reason = found.get("reason", "")
    if not isinstance(reason, str):
        raise _no_clock()
    return Agreed(_moment(found.get("due")), reason[:1000])


def is_fit(promise: Promise, agreed: Agreed) -> bool:
    """Whether the giver may agree: not later than promised, or declared with a reason."""
    if promise.due is None:
        return True
    if agreed.due is None or agreed.due > promise.due + SLACK:
        return bool(agreed.reason.strip())
    return True


def agree(promise: Promise, due: datetime | None, reason: str, at: datetime) -> Agreed:
    """What the taker takes on: the promise itself unless another moment is named.

    Raises Invalid (field "due" or "reason"): in the past, or later than promised without a reason.
    A promise that has run out already is taken on with a new moment and a reason only.
    """
    wanted = due or promise.due
    if wanted is not None and wanted < at + LEAST:
        raise Invalid(
            N_(
                "What was promised is over or about to be: name a moment that can be kept, and why."
            ),
            field="due",
        )
    found = Agreed(wanted, reason.strip()[:1000])
    if not is_fit(promise, found):
        raise Invalid(
            N_("This is later than the reporter was promised: say why, they will read it."),
            field="reason",
        )
    return found


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat(timespec="seconds")


def _moment(given: object) -> datetime | None:
    if given is None:
        return None
    if not isinstance(given, str):
        raise _no_clock()
    try:
        found = datetime.fromisoformat(given)
    except ValueError:
        raise _no_clock() from None
    if found.tzinfo is None or not 2000 <= found.year <= 2200:
        raise _no_clock()
    return found


def _mapping(given: object) -> Mapping[str, Any]:
    if not isinstance(given, Mapping):
        raise _no_clock()
    return given


def _no_clock() -> Invalid:
    return Invalid(N_("The letter names no clock that can be read."), field="clock")
