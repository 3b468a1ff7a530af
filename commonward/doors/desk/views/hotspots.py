"""Hotspots of problems at places (问题热点): the map, the table behind it, and the cases behind both."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from commonward.areas.queries.tree import Place, chain
from commonward.cases.queries.points import MOST_LISTED, of_places
from commonward.core.refusals import N_, Forbidden, Missing, Refusal
from commonward.doors.desk.navigation import CENTRE
from commonward.doors.desk.rows import shown
from commonward.doors.desk.showing import desk_page
from commonward.doors.desk.tables import csv_file
from commonward.doors.desk.wording import day
from commonward.doors.look.showing import error_of, named
from commonward.doors.look.standing import Standing, for_staff
from commonward.insight.actions.hotspots import ask_hotspots
from commonward.insight.queries.hotspots import (
    EXPOSURES,
    MODELS,
    WEEKS,
    Asked,
    Hotspots,
    asked_of,
    cases_behind,
    hotspots_for,
    may_ask,
    outlines,
    run_for,
)
from commonward.people.words import filled

MOST_CELLS = 100
"""Cells of the table on the page; the file has them all."""
COURSES = {
    "emerging": ("↗", N_("emerging")),
    "steady": ("→", N_("steady")),
    "ending": ("↘", N_("ending")),
}
EXPOSURE_WORDS = {
    "history": N_(
        "what the place itself had of it in the year before, steadied where that is little"
    ),
    "mix": N_("the place’s share of all problems of the year before and the window"),
    "even": N_(
        "the same for every place with any case: there is no past yet to expect anything by"
    ),
}
MODEL_WORDS = {
    "permutation": N_("space-time permutations: more just now than the place and its days have otherwise"),
    "poisson": N_("Poisson: more than the place’s share of what was expected"),
}  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*CENTRE)
def hotspots(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The newest answer to a question; POST has it worked out anew."""
    error, asked, found = None, Asked(), None
    given = request.POST if request.method == "POST" else request.GET
    try:
        asked = _asked(standing, given)
        if request.method == "POST":
            ask_hotspots(asked, standing.actor, standing.at)
            return HttpResponseRedirect(f"{reverse('desk:hotspots')}?{_query(asked)}")
        found = hotspots_for(standing.actor, asked, standing.at)
    except Refusal as refusal:
        error = error_of(refusal)
    context = {
        "asked": asked,
        "error": error,
        "query": _query(asked),
        "classes": _classes(standing),
        "weeks": WEEKS,
        "exposures": [(one, _(EXPOSURE_WORDS[one])) for one in EXPOSURES],
        "models": [(one, _(MODEL_WORDS[one])) for one in MODELS],
        "courses": [(sign, _(name)) for sign, name in COURSES.values()],
        "found": found,
        **(_told(found, standing) if found is not None and found.made else {}),
    }
    if found is not None and found.trouble:
        context["trouble"] = filled(found.trouble["text"], found.trouble["values"])
    status = 400 if error else 200
    return desk_page(request, standing, "desk/hotspots/hotspots.html", context, status=status)


@require_safe
@for_staff(*CENTRE)
def table(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The same as a file: places, then cells, each row with its parameters."""
    try:
        found = hotspots_for(standing.actor, _asked(standing, request.GET), standing.at)
    except Refusal as refusal:
        raise Http404(str(refusal)) from refusal
    if found is None or not found.made:
        raise Http404
    names = _names(found, standing)
    made = found.made
    own = [
        made["at"], made["first"], made["until"], made["category"], made["exposure_used"],
        made["model"], made["resolution"], made["replicates"], made["seed"], made["level"],
    ]  # fmt: skip
    rows: list[Sequence[Any]] = [
        ("kind", "cell", "cells", "place", "observed", "expected", "ratio", "low95", "high95",
         "z", "p_or_q", "since", "until", "course", "made_at", "window_first", "window_until",
         "category", "exposure", "model", "h3_resolution", "replicates", "seed", "level")
    ]  # fmt: skip
    for one in found.places:
        rows.append(
            (one["kind"], one["middle"], " ".join(one["cells"]), names.get(one["middle"], ""),
             one["observed"], round(one["expected"], 3), round(one["ratio"], 3),
             round(one["low"], 3), round(one["high"], 3), "", one["rare"],
             _day(one["since"]).isoformat(), _day(one["until"]).isoformat(), one["course"], *own)
        )  # fmt: skip
    for one in found.cells:
        ratio = round(one["observed"] / one["expected"], 3) if one["expected"] else ""
        rows.append(
            ("cell", one["cell"], one["cell"], names.get(one["cell"], ""), one["observed"],
             round(one["expected"], 3), ratio, "", "",
             round(one["z"], 3), one["q"], "", "", one["course"] or "", *own)
        )  # fmt: skip
    return csv_file(rows, f"hotspots-{made['until']}.csv")


@require_safe
@for_staff(*CENTRE)
def behind(request: HttpRequest, standing: Standing, run: int) -> HttpResponse:
    """The very cases behind a cell or a place, as far as this person may see them."""
    try:
        found = run_for(standing.actor, run, standing.at)
        cells, since, until, counted = _part(found, request.GET)
    except Missing as refusal:
        raise Http404(str(refusal)) from refusal
    cases = cases_behind(found, cells, since, until, standing.actor, standing.at)
    context = {
        "rows": [shown(one, standing.at) for one in cases.rows],
        "count": cases.count,
        "counted": counted,
        "most": MOST_LISTED,
        "since": day(since),
        "until": day(date.fromordinal(until.toordinal() - 1)),
        "title": _category(found.asked.category),
        "place": _names(found, standing).get(request.GET.get("cell", ""), ""),
        "query": _query(found.asked),
    }
    return desk_page(request, standing, "desk/hotspots/cases.html", context)


def _part(found: Hotspots, given: Mapping[str, str]) -> tuple[Sequence[str], date, date, int]:
    """The cells, days and count of what was asked for. Raises Missing."""
    cell, kind = given.get("cell", ""), given.get("kind", "cell")
    first = date.fromisoformat(found.made["first"])
    until = date.fromisoformat(found.made["until"])
    if kind == "cell":
        for one in found.cells:
            if one["cell"] == cell:
                return [cell], first, until, one["observed"]
    for one in found.places:
        if (one["kind"], one["middle"]) == (kind, cell):
            # A cluster was counted over its own days, hot cells over the whole window.
            days = (_day(one["since"]), _day(one["until"])) if kind == "cluster" else (first, until)
            return one["cells"], *days, one["observed"]
    raise Missing(N_("This table of hotspots is no longer there: ask for it again."))


def _asked(standing: Standing, given: Mapping[str, Any]) -> Asked:
    asked = asked_of(given)
    if not may_ask(standing.actor, asked.category):
        classes = _classes(standing)
        if asked.category or not classes or "category" in given:
            raise Forbidden(N_("Your rights reach no problem of this category."), field="category")
        # Whoever sees some categories alone begins with the first of them.
        asked = asked_of({**{k: given[k] for k in given}, "category": classes[0][0]})
    return asked


def _query(asked: Asked) -> str:
    return urlencode(
        {
            "category": asked.category,
            "weeks": asked.weeks,
            "exposure": asked.exposure,
            "model": asked.model,
        }
    )


def _classes(standing: Standing) -> list[tuple[str, str]]:
    """(code, name) of what this person may ask about."""
    found = [
        (code, named(one.name, one.name_en))
        for code, one in of_places().items()
        if may_ask(standing.actor, code)
    ]
    whole = [("", _category(""))] if may_ask(standing.actor, "") else []
    return [*whole, *found]


def _category(code: str) -> str:
    if not code:
        return _("All problems at places")
    one = of_places().get(code)
    return code if one is None else named(one.name, one.name_en)


def _told(found: Hotspots, standing: Standing) -> dict[str, Any]:
    names = _names(found, standing)
    places = [_place(one, found, names) for one in found.places]
    cells = sorted(found.cells, key=lambda one: (one["q"], -one["z"]))
    made = found.made
    exposure = EXPOSURE_WORDS[made["exposure_used"]]
    return {
        "made": made,
        "category": _category(made["category"]),
        "first": day(date.fromisoformat(made["first"])),
        "last": day(date.fromordinal(date.fromisoformat(made["until"]).toordinal() - 1)),
        "exposure": _(exposure),
        "model": _(MODEL_WORDS[made["model"]]),
        "clusters": [one for one in places if one["kind"] == "cluster"],
        "patches": [one for one in places if one["kind"] == "cells"],
        "cells": [_cell(one, found, names) for one in cells[:MOST_CELLS]],
        "more_cells": max(0, len(cells) - MOST_CELLS),
        "hot": sum(bool(one["hot"]) for one in cells),
        "ground": _ground(found, names),
    }


def _place(one: Mapping[str, Any], found: Hotspots, names: Mapping[str, str]) -> dict[str, Any]:
    sign, course = COURSES[one["course"]]
    return {
        **one,
        "name": names.get(one["middle"], one["middle"]),
        "size": len(one["cells"]),
        "since_day": day(_day(one["since"])),
        "rare": _rare(one["rare"]),
        "sign": sign,
        "course": _(course),
        "href": _link(found, one["middle"], one["kind"]),
    }


def _cell(one: Mapping[str, Any], found: Hotspots, names: Mapping[str, str]) -> dict[str, Any]:
    sign, course = COURSES.get(one["course"] or "", ("", ""))
    return {
        **one,
        "name": names.get(one["cell"], one["cell"]),
        "rare": _rare(one["q"]),
        "sign": sign,
        "course": _(course) if course else "",
        "ratio": one["observed"] / one["expected"] if one["expected"] else None,
        "href": _link(found, one["cell"], "cell"),
    }


def _ground(found: Hotspots, names: Mapping[str, str]) -> dict[str, Any]:
    """What the script draws (GeoJSON): cells, and clusters as one shape over theirs."""
    drawn = outlines({*(one["cell"] for one in found.cells), *_of_clusters(found)})
    features = []
    for one in found.cells:
        sign, course = COURSES.get(one["course"] or "", ("", ""))
        words = [names.get(one["cell"], ""), _counted(one["observed"], one["expected"])]
        features.append(
            _feature(
                "Polygon",
                [drawn[one["cell"]]],
                kind=one["course"] or "usual",
                sign=sign,
                href=_link(found, one["cell"], "cell"),
                words=[w for w in (*words, _(course) if course else "") if w],
                more=one["observed"] > 1.5 * one["expected"],
            )  # fmt: skip
        )
    for one in found.places:
        if one["kind"] == "cluster":
            words = [
                _("Cluster: {place}").format(place=names.get(one["middle"], "")),
                _counted(one["observed"], one["expected"]),
                _("since {day}").format(day=day(_day(one["since"]))),
            ]
            features.append(
                _feature(
                    "MultiPolygon",
                    [[drawn[cell]] for cell in one["cells"]],
                    kind="cluster",
                    sign="",
                    words=words,
                    href=_link(found, one["middle"], "cluster"),
                    more=True,
                )  # fmt: skip
            )
    return {"type": "FeatureCollection", "features": features}


def _of_clusters(found: Hotspots) -> Iterable[str]:
    for one in found.places:
        if one["kind"] == "cluster":
            yield from one["cells"]


def _feature(shape: str, corners: Any, **told: Any) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": {"type": shape, "coordinates": corners},
        "properties": told,
    }


def _counted(observed: int, expected: float) -> str:
    return ngettext(
        "{n} case, {expected} expected", "{n} cases, {expected} expected", observed
    ).format(n=observed, expected=f"{expected:.1f}")


def _rare(p: float) -> str:
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def _link(found: Hotspots, cell: str, kind: str) -> str:
    way = reverse("desk:hotspot_cases", args=[found.run])
    return f"{way}?{urlencode({'kind': kind, 'cell': cell})}"


def _day(ordinal: int) -> date:
    return date.fromordinal(int(ordinal))


def _names(found: Hotspots, standing: Standing) -> dict[str, str]:
    """By cell, what the place is called: the last two areas of its path (1 query)."""
    cells = {one["cell"] for one in found.cells} | {one["middle"] for one in found.places}
    paths = {cell: found.paths.get(cell, "").strip("/").split("/")[-2:] for cell in cells}
    codes = {code for path in paths.values() for code in path if code}
    if not codes:
        return {cell: _("outside all areas") for cell in cells}
    places: dict[str, Place] = {
        one.code: one for one in chain("/".join(sorted(codes)), standing.at)
    }
    return {
        cell: " · ".join(
            named(places[code].name, places[code].name_en) for code in path if code in places
        )
        or _("outside all areas")
        for cell, path in paths.items()
    }
