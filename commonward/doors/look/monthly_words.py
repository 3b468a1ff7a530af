"""Small parts of the monthly report: changes, places, and the outcomes of disputes."""

from datetime import datetime

from django.utils.translation import gettext as _

from commonward.core.indicators.book import Indicator
from commonward.core.indicators.figures import Figure
from commonward.core.indicators.pictures import said
from commonward.core.indicators.uncertainty import Ranked
from commonward.core.indicators.windows import Window
from commonward.core.outcomes import OPEN, OUTCOMES, SHARES
from commonward.core.papers.report import Block, heading, table, words
from commonward.core.rights import Actor, Right
from commonward.disputes.queries.figures import figures as dispute_figures
from commonward.doors.look.showing import language, named

LEAST = 10
"""So many must have come in before for a change to be told in per cent."""


def changed(now: float, then: float) -> str:
    """A change in per cent, where enough came in before."""
    return said(now / then - 1, "change", language()) if then >= LEAST else "–"


def worth(figure: Figure, indicator: Indicator) -> str:
    """A figure with its unit."""
    return "–" if figure.value is None else said(figure.value, indicator.unit.value, language())


def _end(name: str) -> str:
    if name == OPEN:
        return _("Still open")
    return named(OUTCOMES[name][0], _(OUTCOMES[name][1]))


def place_words(one: Ranked) -> str:
    """The place in words, as far as one can be told."""
    if one.small:
        return _("too few to compare")
    if not one.apart:
        return _("not distinguishable")
    if one.first == one.last:
        return str(one.first)
    return _("{first} to {last}").format(first=one.first, last=one.last)


def disputes(window: Window, at: datetime) -> list[Block]:
    """Honest outcomes: every registered dispute, small numbers hidden."""
    reader = Actor(name="report", rights=(Right("leader"),))
    told = dispute_figures(reader, window.start, window.end, at)
    if told.registered == 0:
        return [
            heading(_("Disputes: every one that was registered")),
            words(_("None was registered in this month.")),
        ]
    rows = [
        [_end(name), "–" if number is None else str(number)]
        for name, number in zip(told.by_kind.columns, told.by_kind.column_sums, strict=True)
        if number is None or number
    ]
    found = [
        heading(_("Disputes: every one that was registered")),
        words(_("Registered: {n}. Numbers below five are not shown (–), nor others from which they could be worked out.").format(
            n="–" if told.registered is None else told.registered)),
    ]  # fmt: skip
    if rows:
        found.append(table([_("How they stood at the month's end"), _("Disputes")], rows))
    if told.shares and told.registered:
        found.append(
            table(
                [_("Share"), _("How many"), _("of"), "%"],
                [[_(SHARES[s.name]), str(s.over), str(s.under), "–" if s.percent is None else f"{s.percent:.1f}"] for s in told.shares],
            )
        )  # fmt: skip
    return found
