"""What a dashboard reads: a handful of questions to the figures, however many rows there are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from commonward.core.indicators.figures import Figure
from commonward.core.indicators.tallies import Group, Only
from commonward.core.indicators.uncertainty import former, usual
from commonward.core.indicators.windows import Window
from commonward.doors.desk.views.dashboards.asked import Asked, groupable
from commonward.insight.queries.looking import first_day
from commonward.insight.queries.measuring import figures_of

SLOWED = ("returned", "misdispatched", "reworked", "extended", "reopened")
"""What may have happened to an open case: each a figure of all open ones and of the late ones."""
STANDING = (
    "standing_open",
    "standing_late",
    "standing_soon",
    "standing_overdue",
    "standing_suspended",
    "standing_waiting_tasks",
    "standing_waiting_late_tasks",
    *(f"standing_{one}" for one in SLOWED),
    *(f"standing_late_{one}" for one in SLOWED),
)
STAGE_TIMES = ("stage_passed", "stage_median", "stage_p90")
FLOW = ("cases_opened", "cases_closed")

Grouped = Mapping[Group, Mapping[str, Figure]]


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands open now: by stage, and summed up."""

    by_stage: Mapping[str, Mapping[str, float]]

    def total(self, name: str) -> float:
        """All stages together."""
        return sum(found.get(name, 0.0) for found in self.by_stage.values())


def standing(asked: Asked, only: Only) -> Standing:
    """What stands open now, by stage (one question)."""
    found = ask(asked, asked.known(*STANDING), asked.today, ("stage",), only)
    return Standing(
        {
            group[0]: {name: one.value or 0.0 for name, one in figures.items()}
            for group, figures in found.items()
        }
    )


def stage_times(asked: Asked, only: Only) -> Mapping[str, Mapping[str, Figure]]:
    """How long cases stood in each stage that they left in the window (one question)."""
    found = ask(asked, asked.known(*STAGE_TIMES), asked.window, ("from_stage",), only)
    return {group[0]: figures for group, figures in found.items()}


def grouped(asked: Asked, column: str, only: Only) -> Mapping[str, Figure]:
    """The chosen figure by a column, in the chosen window (one question)."""
    if not groupable(asked.book, asked.indicator, column):
        return {}
    name = asked.indicator.name
    found = ask(asked, [name], asked.window, (column,), only)
    return {group[0]: figures[name] for group, figures in found.items()}


def standing_by(asked: Asked, column: str, only: Only) -> Mapping[str, Mapping[str, float]]:
    """What stands open and late now by a column (one question)."""
    found = ask(asked, asked.known(*STANDING[:2]), asked.today, (column,), only)
    return {
        group[0]: {name: one.value or 0.0 for name, one in figures.items()}
        for group, figures in found.items()
    }


@dataclass(frozen=True, slots=True)
class Trend:
    """A figure along windows, with what is usual for each, and other figures beside it."""

    windows: Sequence[Window]
    figures: Mapping[Window, Mapping[str, Figure]]
    low: Sequence[float | None]
    middle: Sequence[float | None]
    high: Sequence[float | None]

    def values(self, name: str) -> list[float | None]:
        """One figure's values along the windows."""
        return [self.figures[one][name].value for one in self.windows]


def trend(asked: Asked, only: Only, *also: str) -> Trend:
    """The chosen figure along the windows of the trend and those that say what is usual; with it
    the window before and the year before (one question)."""
    first = first_day()
    name = asked.indicator.name
    wanted: dict[Window, None] = dict.fromkeys(asked.trend)
    for one in (asked.window, asked.window.before(), asked.window.year_before()):
        wanted.setdefault(one)
    for window in asked.trend:
        for one in former(window):
            if first is not None and one.start >= first:
                wanted.setdefault(one)
    names = list(dict.fromkeys((name, *asked.known(*also))))
    found = figures_of(names, list(wanted), only=only, at=asked.standing.at, book=asked.book)
    told = {window: groups.get((), {}) for window, groups in found.items()}
    low, middle, high = usual(
        asked.trend, {window: one[name].value for window, one in told.items() if name in one}
    )
    return Trend(asked.trend, told, low, middle, high)


def ask(
    asked: Asked, names: Sequence[str], window: Window, by: Sequence[str], only: Only
) -> Grouped:
    """One question to the figures."""
    if not names:
        return {}
    at, book = asked.standing.at, asked.book
    return figures_of(names, [window], by=by, only=only, at=at, book=book)[window]
