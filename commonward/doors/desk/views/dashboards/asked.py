"""What a dashboard's address asks for: an area, a category, a window, a figure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from commonward.core.indicators.book import Book, Indicator
from commonward.core.indicators.formulas import Unit
from commonward.core.indicators.windows import GRAINS, Window, run_up, window
from commonward.core.refusals import N_, Invalid
from commonward.doors.desk.naming import code_of, shown_as
from commonward.doors.look.showing import language
from commonward.doors.look.standing import Standing
from commonward.insight.queries.looking import Scope, first_day, scope_of
from commonward.people.queries import revisions

GRAIN_WORDS = {
    "day": N_("One day"),
    "week": N_("One week"),
    "month": N_("One month"),
    "quarter": N_("One quarter"),
    "year": N_("One year"),
}
CUT_WORDS = {"calendar": N_("From midnight to midnight"), "noon": N_("From noon to noon")}
BACK = {"day": 28, "week": 26, "month": 24, "quarter": 8, "year": 5}
"""Windows of a trend, this one among them."""
FIRST_FIGURE = "handled_in_time_rate"
"""Handled in time (按期处置率): the first of the field, and it stands on every stage's limit."""
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """A dashboard as its address asks for it; `today` is the window of the day of asking."""

    standing: Standing
    scope: Scope
    book: Book
    indicator: Indicator
    window: Window
    trend: list[Window]
    today: Window
    address: str
    given: dict[str, str]

    @property
    def level(self) -> str:
        """For which targets it is looked at: a team's, those of the area's level, or everything's."""
        if self.given["team"]:
            return "department"
        return self.scope.place.level if self.scope.place is not None else ""

    def href(self, **changed: str) -> str:
        """This dashboard with something else chosen; "" leaves a choice out."""
        kept = {k: v for k, v in {**self.given, **changed}.items() if v}
        return f"{self.address}?{urlencode(kept)}" if kept else self.address

    def known(self, *names: str) -> list[str]:
        """Those of the names that the site's book of indicators has."""
        return [name for name in names if name in self.book.indicators]


def read(
    request: HttpRequest, standing: Standing, roles: Iterable[str], address: str, book: Book
) -> Asked:
    """The address of a dashboard. Raises Invalid, Missing or Forbidden, each in words."""
    marks = revisions()
    given = {
        name: request.GET.get(name, "").strip()[:_LONGEST]
        for name in ("area", "category", "grain", "day", "figure", "team", "cut")
    }
    for name in ("area", "category"):
        given[name] = given[name] and code_of(name, given[name], marks)
    scope = scope_of(
        standing.actor, roles, standing.at, area=given["area"], category=given["category"]
    )
    if scope.place is not None:
        given["area"] = scope.place.code
    indicator = book.indicators.get(given["figure"] or FIRST_FIGURE)
    if indicator is None:
        raise Invalid(
            N_("There is no indicator “{name}”."), field="figure", name=given["figure"][:60]
        )
    if book.either_cut(indicator.name):  # another figure may have been chosen since
        book = book.cut(indicator.name, given["cut"])
    indicator = book.indicators[indicator.name]
    today = timezone.localtime(standing.at).date()
    zone = settings.TIME_ZONE
    chosen = window(given["grain"] or "month", _day(given["day"], today), zone, indicator.cut)
    first = first_day()
    trend = run_up(chosen, BACK[chosen.grain])
    if first is not None:
        trend = [one for one in trend if one.end > first] or [chosen]
    return Asked(
        standing, scope, book, indicator, chosen, trend,
        window("day", today, zone), reverse(address), given,
    )  # fmt: skip


def _day(given: str, today: date) -> date:
    if not given:
        return today
    try:
        found = date.fromisoformat(given)
    except ValueError:
        raise Invalid(N_("Write a day as 2026-01-31."), field="day") from None
    if not date(2000, 1, 1) <= found <= today + timedelta(days=1):
        raise Invalid(N_("Choose a day that has begun."), field="day")
    return found


def chooser(asked: Asked, *, figures: bool = True) -> dict[str, Any]:
    """What the form above a dashboard is given."""
    marks = revisions()
    return {
        "area": shown_as("area", asked.given["area"], marks) if asked.given["area"] else "",
        "category": shown_as("category", asked.given["category"], marks)
        if asked.given["category"]
        else "",
        "tops": asked.scope.tops,
        "grains": [(grain, _(GRAIN_WORDS[grain]), grain == asked.window.grain) for grain in GRAINS],
        "day": asked.given["day"] or asked.today.first.isoformat(),
        "figures": choices(asked.book, asked.indicator) if figures else [],
        "team": asked.given["team"],
        "window": str(asked.window),
        "cuts": [(cut, _(text), cut == asked.indicator.cut) for cut, text in CUT_WORDS.items()]
        if asked.book.either_cut(asked.indicator.name)
        else [],
        "before": asked.href(day=asked.window.before().first.isoformat()),
        "after": asked.href(day=asked.window.until.isoformat())
        if asked.window.until <= asked.today.first
        else "",
    }


def choices(book: Book, chosen: Indicator) -> list[tuple[str, str, bool]]:
    """The figures that a trend can be drawn of: those of cases, by area and department."""
    return [
        (name, one.title(language()), name == chosen.name)
        for name, one in book.indicators.items()
        if groupable(book, one, "department") and not one.apart
    ]


def groupable(book: Book, indicator: Indicator, column: str) -> bool:
    """Whether all counts of a figure have this column."""
    counts = book.counts_of(indicator.name)
    return bool(counts) and all(column in count.facts.columns for count in counts)


def rate(indicator: Indicator, book: Book) -> bool:
    """Whether a figure is a share of counted things, so that an interval can be told for it."""
    return indicator.unit is Unit.SHARE and groupable(book, indicator, "department")
