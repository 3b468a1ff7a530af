"""Which window and which rows the address of a figure asks for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from commonward.core.indicators.book import Book, Indicator
from commonward.core.indicators.tallies import Only
from commonward.core.indicators.windows import GRAINS, Window, window
from commonward.core.refusals import N_, Invalid
from commonward.core.rights import Actor
from commonward.doors.desk.views.dashboards.asked import CUT_WORDS, GRAIN_WORDS
from commonward.doors.look.standing import Standing
from commonward.insight.queries.looking import LOOKERS, RESPONDERS, scope_of

_ASKED = ("grain", "day", "area", "category", "own", "version", "cut")
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Asked:
    """The window, which rows at all, and what of the address is kept in links."""

    window: Window
    only: Only
    own: bool
    given: Mapping[str, str]

    def query(self, **more: str) -> str:
        """The address's tail with something more or else; "" leaves it out."""
        kept = {k: v for k, v in {**self.given, **more}.items() if v}
        return f"?{urlencode(kept)}" if kept else ""

    def grains(self) -> list[tuple[str, str, bool]]:
        """Kinds of windows to choose, with their words."""
        return [(grain, _(GRAIN_WORDS[grain]), grain == self.window.grain) for grain in GRAINS]


def read(
    request: HttpRequest, standing: Standing, *, own: bool = False, urgent: bool = False
) -> Asked:
    """What an address asks for; of urgent help where `urgent`. Raises Invalid or Forbidden."""
    given = {name: request.GET.get(name, "").strip()[:_LONGEST] for name in _ASKED}
    own = own or bool(given["own"])
    chosen = window(given["grain"] or "month", _day(given["day"], standing), settings.TIME_ZONE)
    if own:
        return Asked(chosen, own_rows(standing.actor), True, {**given, "own": "1"})
    scope = scope_of(
        standing.actor, RESPONDERS if urgent else LOOKERS, standing.at,
        area=given["area"], category=given["category"], urgent=urgent,
    )  # fmt: skip
    return Asked(chosen, scope.only, False, given)


def may_read(standing: Standing, indicator: Indicator) -> bool:
    """Whether the values of a figure are for this person's posts."""
    return standing.holds(RESPONDERS if indicator.apart == "response" else LOOKERS)


def own_rows(actor: Actor) -> Only:
    """What this account did itself: nobody asks for the rows of another."""
    return {"account": (actor.account or 0,)}


def _day(given: str, standing: Standing) -> date:
    if not given:
        return timezone.localtime(standing.at).date()
    try:
        found = date.fromisoformat(given)
    except ValueError:
        raise Invalid(N_("Write a day as 2026-01-31."), field="day") from None
    if not 2000 <= found.year <= 2100:
        raise Invalid(N_("Write a day as 2026-01-31."), field="day")
    return found


def cuts(book: Book, name: str) -> list[tuple[str, str, bool]]:
    """At what hour the days of a figure may be cut, with the words; [] where there is no choice."""
    if not book.either_cut(name):
        return []
    chosen = book.indicators[name].cut
    return [(cut, _(text), cut == chosen) for cut, text in CUT_WORDS.items()]


def shown(asked: Asked, at: datetime) -> dict[str, Any]:
    """What the form of a window is given; no way leads to one that has not begun."""
    today = timezone.localtime(at).date()
    before = asked.window.before()
    return {
        "grains": asked.grains(),
        "day": asked.given["day"] or min(today, asked.window.until - timedelta(days=1)).isoformat(),
        "window": str(asked.window),
        "before": asked.query(day=before.first.isoformat()),
        "after": asked.query(day=asked.window.until.isoformat())
        if asked.window.until <= today
        else "",
        "kept": [(k, v) for k, v in asked.given.items() if v and k not in ("grain", "day", "cut")],
    }
