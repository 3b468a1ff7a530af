"""Hotspots for everybody (公开热点): blurred cells of five cases and more, of a period that is over."""

import csv
import io
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import dateformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from commonward.areas.queries.tree import chain
from commonward.cases.queries.points import names_of
from commonward.core.refusals import N_, Missing
from commonward.doors.look.naming import moment_format
from commonward.doors.look.showing import named, page
from commonward.insight.queries.hotspots import outlines
from commonward.insight.queries.hotspots_public import PublicPeriod, periods, public_hotspots
from commonward.people.queries import now as site_now

BANDS = {
    "fewer": N_("fewer than usual here"),
    "usual": N_("about as usual here"),
    "more": N_("more than usual here"),
    "unknown": N_("there is too short a past to say"),
    "twice": N_("twice as many as usual here, or more"),
}


@require_safe
def hotspots(request: HttpRequest) -> HttpResponse:
    """One period and one class of problems on a map, with the table behind it."""
    offered = periods()
    if not offered:
        return page(request, "portal/hotspots.html", {"periods": []})
    found = _period(request.GET.get("from", ""))
    classes = names_of(found.classes)
    chosen = request.GET.get("class", "")
    if chosen not in found.classes:
        # The class with the most cells to show, so that the first look shows something.
        chosen = max(
            sorted(found.classes), key=lambda c: len(found.classes[c]["cells"]), default=""
        )
    told = found.classes.get(chosen, {"cells": [], "elsewhere": 0})
    names = _names(found)
    rows = [_row(one, names) for one in told["cells"]]
    context = {
        "periods": [(first.isoformat(), _span(first, until)) for first, until in offered],
        "chosen_period": found.first.isoformat(),
        "span": _span(found.first, found.until),
        "classes": [(code, named(*classes.get(code, (code, code)))) for code in found.classes],
        "chosen": chosen,
        "chosen_name": named(*classes.get(chosen, (chosen, chosen))),
        "rows": rows,
        "elsewhere": told["elsewhere"],
        "made": found.made,
        "ground": _ground(told["cells"], names),
    }
    return page(request, "portal/hotspots.html", context)


@require_safe
def table(request: HttpRequest) -> HttpResponse:
    """A whole period as a file: what the page shows, of every class."""
    found = _period(request.GET.get("from", ""))
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\r\n")
    writer.writerow(
        ("from", "until", "class", "h3_cell", "cases", "against_usual", "hot", "h3_resolution",
         "least_shown", "q_level")
    )  # fmt: skip
    own = (found.made["resolution"], found.made["least"], found.made["level"])
    for code, told in found.classes.items():
        for one in told["cells"]:
            row = (one["cell"], one["count"], one["band"], "yes" if one["hot"] else "no")
            writer.writerow((found.first, found.until, code, *row, *own))
        if told["elsewhere"]:
            writer.writerow((found.first, found.until, code, "elsewhere", told["elsewhere"],
                             "", "", *own))  # fmt: skip
    answer = HttpResponse("\ufeff" + made.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="hotspots-{found.first}.csv"'
    return answer


def _period(given: str) -> PublicPeriod:
    try:
        return public_hotspots(date.fromisoformat(given) if given else None)
    except (ValueError, Missing) as error:
        raise Http404 from error


def _span(first: date, until: date) -> str:
    words = moment_format().split(" H")[0].rstrip(",")
    return " – ".join(dateformat.format(one, words) for one in (first, until - timedelta(days=1)))


def _names(found: PublicPeriod) -> Mapping[str, str]:
    """By cell, the area down to the community in which its middle lies (1 query)."""
    paths = {cell: path.strip("/").split("/") for cell, path in found.paths.items()}
    codes = sorted({code for path in paths.values() for code in path if code})
    places = {one.code: one for one in chain("/".join(codes), site_now())} if codes else {}
    small = ("grid", "micro", "building")
    told = {}
    for cell, path in paths.items():
        known = [
            places[code] for code in path if code in places and places[code].level not in small
        ]
        told[cell] = " · ".join(named(one.name, one.name_en) for one in known[-2:]) or _(
            "outside all areas"
        )
    return told


def _row(one: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    words = BANDS[one["band"]]
    return {**one, "name": names.get(one["cell"], ""), "words": _(words)}


def _ground(cells: list[Mapping[str, Any]], names: Mapping[str, str]) -> dict[str, Any]:
    drawn = outlines(one["cell"] for one in cells)
    bands = [BANDS[one["band"]] for one in cells]
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {"type": "Polygon", "coordinates": [drawn[one["cell"]]]},
                "properties": {
                    "kind": "steady" if one["hot"] else "usual",
                    "sign": "!" if one["hot"] else "",
                    "more": one["band"] in ("more", "twice"),
                    "words": [
                        names.get(one["cell"], ""),
                        ngettext("{n} case", "{n} cases", one["count"]).format(n=one["count"]),
                        _(words),
                    ],
                },
            }
            for one, words in zip(cells, bands, strict=True)
        ],
    }
