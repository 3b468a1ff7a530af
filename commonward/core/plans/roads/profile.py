"""How fast each class of road is driven or walked, and which hours of the day share their times."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from commonward.core.refusals import N_, Invalid
from commonward.core.roads import CLASSES

_SHIPPED = Path(__file__).with_name("profile.toml")
HOURS = 24


@dataclass(frozen=True)
class Profile:
    """Speeds in km/h by mode and class (0: not allowed there), and tables of the day.

    `hours[h]` is the number of the table that holds in hour h; `factors[table][class]` multiplies
    the free-flow time. Classes are numbers of `commonward.core.roads.CLASSES`.
    """

    speeds: dict[str, tuple[float, ...]]
    names: tuple[str, ...]
    hours: tuple[int, ...]
    factors: tuple[tuple[float, ...], ...]

    def hours_of(self, table: int) -> tuple[int, ...]:
        """The hours that share this table."""
        return tuple(hour for hour in range(HOURS) if self.hours[hour] == table)


FLAT = Profile({}, ("always",), (0,) * HOURS, ((1.0,) * len(CLASSES),))
"""One table for all hours: for graphs that give times but no classes."""


def read_profile(path: Path) -> Profile:
    """A profile from a TOML file of the form of the shipped one; Invalid says what is wrong."""
    given = tomllib.loads(path.read_text())
    hours: dict[int, int] = {}
    for number, table in enumerate(given["tables"]):
        for hour in table["hours"]:
            if hour in hours:
                raise Invalid(
                    N_("Hour {hour} is in two tables of the road profile: leave it in one."),
                    field="hours",
                    hour=hour,
                )
            hours[hour] = number
    missing = next((hour for hour in range(HOURS) if hour not in hours), None)
    if missing is not None:
        raise Invalid(
            N_("Hour {hour} is in no table of the road profile: add it to one."),
            field="hours",
            hour=missing,
        )
    if any(table["factors"][kind] <= 0 for table in given["tables"] for kind in CLASSES):
        raise Invalid(
            N_("A factor of the road profile must be greater than nothing."), field="factors"
        )
    return Profile(
        {mode: tuple(float(given[mode][kind]) for kind in CLASSES) for mode in ("vehicle", "foot")},
        tuple(table["name"] for table in given["tables"]),
        tuple(hours[hour] for hour in range(HOURS)),
        tuple(
            tuple(float(table["factors"][kind]) for kind in CLASSES) for table in given["tables"]
        ),
    )


@cache
def shipped() -> Profile:
    """The profile that comes with the project."""
    return read_profile(_SHIPPED)
