"""Figures for everybody (公开统计): published counts of closed months, trends, places, problems."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from commonward.areas.queries.names import areas_to_choose
from commonward.cases.queries.points import names_of
from commonward.core.indicators.book import Indicator
from commonward.core.indicators.formulas import Unit
from commonward.core.indicators.pictures import Cell, Chart, Column, Form, Series, Table, said
from commonward.core.indicators.uncertainty import wilson
from commonward.core.publishing.sheets import Key
from commonward.core.refusals import N_
from commonward.doors.look.charting import shown, table_shown
from commonward.doors.look.showing import language, named, page
from commonward.insight.queries.released import (
    Ledger,
    Told,
    figures_told,
    indicators,
    ledger,
    not_public,
)
from commonward.people.queries import revisions

GROUPS: Mapping[str, str] = {
    "closing": N_("Closing"),
    "volume": N_("How many"),
    "times": N_("How long it takes"),
    "handling": N_("Handling"),
    "filing": N_("Filing"),
    "dispatch": N_("Sending to the right office"),
    "finds": N_("Found on rounds"),
    "hotline": N_("Answering the public"),
    "three rates": N_("The three rates of the hotline"),
    "disputes": N_("Disputes and mediation"),
}
WAYS: Mapping[str, str] = {"street": N_("By street"), "part": N_("By kind of problem")}


@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """The newest published month in large numbers, and one figure through time and by place."""
    told, offered = ledger(), indicators()
    if not told.releases:
        return page(request, "portal/figures.html", {"months": []})
    named_ones = {one.name: one for one in offered}
    way = request.GET.get("by", "")
    way = way if way in WAYS else "street"
    last = told.months[-1].first
    newest = {one.indicator: one for one in figures_told(told, list(named_ones), months=[last])}
    first = next((n for n, one in newest.items() if one.value is not None), offered[0].name)
    chosen = named_ones.get(request.GET.get("figure", ""), named_ones[first])
    trend = figures_told(told, [chosen.name])
    context = {
        "months": told.months,
        "month": _month(last),
        "not_public": not_public(told.releases[-1]),
        "groups": _groups(offered, newest),
        "choices": [(one.name, one.title(language())) for one in offered],
        "ways": [(name, _(text)) for name, text in WAYS.items()],
        "chosen": chosen.name,
        "way": way,
        "title": chosen.title(language()),
        "trend": shown(_trend(chosen, trend)),
        "places": table_shown(_places(chosen, told, way, last)),
        "releases": [
            (_month(one.first), one.version, one.made_at, one.digest)
            for one in reversed(told.releases)
        ],
    }
    return page(request, "portal/figures.html", context)


def _groups(offered: Sequence[Indicator], newest: Mapping[str, Told]) -> list[dict[str, Any]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for one in offered:
        if one.name in newest and not one.name.startswith("category_share"):
            found.setdefault(one.group, []).append(_line(one, newest[one.name]))
    return [
        {"title": _(GROUPS.get(group, group)), "lines": lines} for group, lines in found.items()
    ]


def _line(one: Indicator, told: Told) -> dict[str, Any]:
    return {
        "name": one.name,
        "title": one.title(language()),
        "about": one.about["zh" if language().startswith("zh") else "en"],
        "value": _value(one, told),
        "of": _of(told),
        "held_back": told.held_back,
    }


def _value(one: Indicator, told: Told) -> str:
    if told.held_back:
        return _("not told")
    if told.value is None:
        return "–"
    return said(told.value, one.unit.value, language())


def _of(told: Told) -> str:
    """“312 of 403”: no rate without its denominator."""
    if told.over is None or told.under is None or told.under != round(told.under):
        return ""
    return _("{over} of {under}").format(over=f"{told.over:,.0f}", under=f"{told.under:,.0f}")


def _trend(one: Indicator, told: Sequence[Told]) -> Chart:
    low, high = [], []
    for each in told:
        sure = _sure(one, each)
        low.append(sure[0] if sure else None)
        high.append(sure[1] if sure else None)
    title = one.title(language())
    return Chart(
        name="trend",
        form=Form.LINE,
        title=title,
        about=_("By month, with how sure each value is where it is a share."),
        unit=one.unit.value,
        labels=[f"{each.month:%Y-%m}" for each in told],
        series=[
            Series(
                title,
                [each.value for each in told],
                low if any(v is not None for v in low) else (),
                high if any(v is not None for v in high) else (),
            )
        ],
        label_title=_("Month"),
        interval=_("95% interval"),
        links=[(_("How this figure is made"), reverse("portal:figure", args=[one.name]))],
    )


def _places(one: Indicator, told: Ledger, way: str, last: date) -> Table:
    found = figures_told(told, [one.name], (way,), [last])
    names = _names(way, [each.key for each in found])
    rows = []
    for each in sorted(found, key=lambda f: (f.key[-1] == "", names.get(f.key[-1], f.key[-1]))):
        code = each.key[-1]
        href = reverse("portal:area", args=[code]) if way == "street" and code else ""
        name = names.get(code, code) if code else _("elsewhere, or not known where")
        sure = _sure(one, each)
        rows.append(
            [
                Cell(name, href),
                Cell(_value(one, each)),
                Cell(_of(each)),
                Cell(sure),
            ]
        )
    kind = f"interval {one.unit.value}"
    columns = [
        Column(_("Where") if way == "street" else _("What")),
        Column(one.title(language())),
        Column(_("Cases behind it")),
        Column(_("95% interval"), kind),
    ]
    for place in (3, 2):  # a column in which nothing stands is left out
        if not any(row[place].value for row in rows):
            columns = columns[:place] + columns[place + 1 :]
            rows = [row[:place] + row[place + 1 :] for row in rows]
    return Table("places", _(WAYS[way]), columns, rows)


def _sure(one: Indicator, told: Told) -> tuple[float, float] | None:
    """Between what a share probably lies (Wilson); a low denominator makes it wide."""
    if one.unit is not Unit.SHARE or told.over is None or not told.under:
        return None
    if not 0 <= told.over <= told.under:
        return None
    return wilson(told.over, told.under)


def _names(way: str, keys: Sequence[Key]) -> dict[str, str]:
    codes = [key[-1] for key in keys]
    if way == "street":
        places = {p.code: named(p.name, p.name_en) for p in areas_to_choose(revisions())}
        return {code: places[code] for code in codes if code in places}
    return {code: named(*pair) for code, pair in names_of(codes).items()}


def _month(first: date) -> str:
    return f"{first:%Y-%m}"
