"""Limits (时限): how much of which kind of time."""

import enum
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from commonward.core.refusals import N_, Invalid

# About 27 years: beyond every limit in law, and short enough to show a slip of the keyboard.
MOST_SECONDS = 10_000 * 86_400

# Twelve digits are far more than the bound allows, and cost nothing to read.
_WRITTEN = re.compile(r"(-?[0-9]{1,12}) (\S+)( whole_days)?(?: season:(\S+))?")


class Unit(enum.StrEnum):
    """The unit of a limit, which names one of the four clocks (四种时限)."""

    URGENT_SECOND = "urgent_second"
    URGENT_MINUTE = "urgent_minute"
    URGENT_HOUR = "urgent_hour"
    URGENT_DAY = "urgent_day"
    WORK_MINUTE = "work_minute"
    WORK_HOUR = "work_hour"
    WORK_DAY = "work_day"
    DAY = "day"

    @property
    def seconds(self) -> int:
        """Counted seconds in one unit.

        One working day is 86,400 counted seconds, as every second of a working day counts; on
        a day of 23 or 25 hours the rest is counted on the next (or left over on this) day.
        """
        return _SECONDS[self]

    @property
    def needs_table(self) -> bool:
        """Whether holidays and make-up days change what is counted."""
        return self in _NEED_TABLE

    @property
    def of_days(self) -> bool:
        """Whether the unit is a day of some kind."""
        return _SECONDS[self] == 86_400


_SECONDS = {
    Unit.URGENT_SECOND: 1,
    Unit.URGENT_MINUTE: 60,
    Unit.URGENT_HOUR: 3_600,
    Unit.URGENT_DAY: 86_400,
    Unit.WORK_MINUTE: 60,
    Unit.WORK_HOUR: 3_600,
    Unit.WORK_DAY: 86_400,
    Unit.DAY: 86_400,
}
_NEED_TABLE = frozenset({Unit.WORK_MINUTE, Unit.WORK_HOUR, Unit.WORK_DAY})


def unit_of(given: object) -> Unit:
    """The unit of that name, or a refusal that lists the names."""
    try:
        return Unit(str(given))
    except ValueError:
        raise Invalid(
            N_("{given} is not a unit of time. The units are: {units}."),
            field="unit",
            given=repr(given),
            units=", ".join(unit.value for unit in Unit),
        ) from None


def season_name(given: object) -> str:
    """The name of a season, or a refusal where it is not one word."""
    if isinstance(given, str) and given.split() == [given]:
        return given
    raise Invalid(
        N_("A season's name is one word without spaces, not {given}."),
        field="season",
        given=repr(given),
    )


@dataclass(frozen=True, slots=True)
class Limit:
    """So much time of one kind (时限).

    `whole_days`: the day on which it starts is not counted (期间开始之日不计算在内), counting
    begins at the next local midnight; for units of days only. `season`: only time inside the
    calendar's season of that name counts (种植季节15工作日).

    >>> Limit(4, Unit.WORK_HOUR).seconds
    14400
    >>> Limit.parse("15 work_day season:planting").season
    'planting'
    >>> str(Limit(60, Unit.DAY, whole_days=True))
    '60 day whole_days'
    """

    amount: int
    unit: Unit
    whole_days: bool = False
    season: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "unit", unit_of(self.unit))
        if type(self.amount) is not int:
            raise Invalid(
                N_("A limit's amount is a whole number, not {given}."),
                field="amount",
                given=repr(self.amount),
            )
        if self.amount <= 0 or self.seconds > MOST_SECONDS:
            raise Invalid(
                N_("{amount} {unit} is not a limit: give 1 to {most} of that unit."),
                field="amount",
                amount=self.amount,
                unit=self.unit.value,
                most=MOST_SECONDS // self.unit.seconds,
            )
        if type(self.whole_days) is not bool:
            raise Invalid(
                N_("whole_days is true or false, not {given}."),
                field="whole_days",
                given=repr(self.whole_days),
            )
        if self.whole_days and not self.unit.of_days:
            raise Invalid(
                N_("Only a limit in days can leave out its first day, not one in {unit}."),
                field="whole_days",
                unit=self.unit.value,
            )
        if self.season != "":
            season_name(self.season)

    @property
    def seconds(self) -> int:
        """Counted seconds."""
        return self.amount * self.unit.seconds

    def to_data(self) -> dict[str, Any]:
        """As JSON: amount and unit, and the rest only where it differs from the default."""
        data: dict[str, Any] = {"amount": self.amount, "unit": self.unit.value}
        if self.whole_days:
            data["whole_days"] = True
        if self.season:
            data["season"] = self.season
        return data

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """The limit in `to_data`'s form; refuses missing and unknown keys."""
        keys = set(data) if isinstance(data, Mapping) else set()
        if not {"amount", "unit"} <= keys <= {"amount", "unit", "whole_days", "season"}:
            raise Invalid(
                N_(
                    "A limit has an amount and a unit, and perhaps whole_days and season; "
                    "this is none: {given}."
                ),
                given=repr(data),
            )
        return cls(
            data["amount"], data["unit"], data.get("whole_days", False), data.get("season", "")
        )

    @classmethod
    def parse(cls, text: str) -> Self:
        """The limit in `str()`'s form: `4 work_hour`, `15 work_day whole_days season:planting`."""
        written = _WRITTEN.fullmatch(" ".join(text.split()))
        if written is None:
            raise Invalid(
                N_("{given} is not a limit. Write an amount and a unit, such as: {example}."),
                given=repr(text),
                example="4 work_hour",
            )
        amount, unit, whole_days, season = written.groups()
        return cls(int(amount), unit_of(unit), whole_days is not None, season or "")

    def __str__(self) -> str:
        words = [str(self.amount), self.unit.value]
        if self.whole_days:
            words.append("whole_days")
        if self.season:
            words.append(f"season:{self.season}")
        return " ".join(words)
