"""What a data set tells: matters with their times, and what must be set up before the first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from commonward.core.calendars import Limit
from commonward.core.refusals import N_, Invalid

CLOCK_SKEW_SECONDS = 120
"""A closing so little before the opening is two machines' clocks; more is a fault of the data."""


@dataclass(frozen=True, slots=True)
class Matter:
    """One case of a data set; moments are whole seconds since 1970-01-01 UTC.

    `closed` is None where it was still open at the end. `limit` is the total limit in seconds
    from `opened`, None where none is stated. `same_as` is the `ref` of the earlier case that the
    data set's own staff found to be the same problem.
    """

    ref: str
    category: str
    department: str
    opened: int
    closed: int | None
    limit: int | None
    lat: float
    lon: float
    words: str
    address: str = ""
    channel: str = "phone"
    same_as: str = ""
    duplicate: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """A category of a data set: `limit` is for the handling, `department` answers for it."""

    code: str
    name: str
    name_en: str
    group: str
    department: str
    limit: Limit | None = None


@dataclass(frozen=True)
class DataSet:
    """A city's cases, ready to be replayed; `matters` are in order of opening.

    `days_off` are (ISO date, name) of public holidays; `until` is the moment of reckoning
    (seconds). `notes` counts what had to be decided about odd rows.
    """

    name: str
    title: str
    title_en: str
    district: str
    zone: str
    kinds: Sequence[Kind]
    departments: Mapping[str, str]
    matters: Sequence[Matter]
    days_off: Sequence[tuple[str, str]]
    until: int
    tick_minutes: int
    seed: int
    asks_for_time: bool = False
    """Whether handlers ask for extensions and suspensions (not where the data's own limits hold)."""
    grids: int = 160
    notes: Mapping[str, int] = field(default_factory=dict)

    @property
    def since(self) -> int:
        """When the district must stand: a day before the first matter."""
        return self.matters[0].opened - 86_400

    def first(self, most: int | None) -> Sequence[Matter]:
        """The first so many matters, all of them for None."""
        return self.matters if most is None else self.matters[:most]


def seconds(moment: datetime) -> int:
    """Whole seconds since 1970-01-01 UTC of a moment with a zone."""
    return int(moment.timestamp())


def in_order(ref: str, opened: int, closed: int | None) -> int | None:
    """The closing, not before the opening. Raises Invalid where it lies far before it."""
    if closed is None or closed >= opened:
        return closed
    if opened - closed > CLOCK_SKEW_SECONDS:
        raise Invalid(
            N_("case {ref} is closed {seconds} s before it was opened"),
            ref=ref,
            seconds=opened - closed,
        )
    return opened
