"""Areas and grids: the tree, and each change of borders looked at before it is made."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import shapely
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commonward.areas import actions
from commonward.areas.actions.bordering import require_for
from commonward.areas.queries import drafting
from commonward.areas.queries.administered import AreaLine, area_card, lines
from commonward.areas.queries.drafting import Draft
from commonward.cases.queries.relocated import Share, relocated
from commonward.core import borders
from commonward.core.refusals import N_, Missing
from commonward.doors.desk.views.admin.doing import Deed, administer, beginning, done, text
from commonward.doors.look.showing import named
from commonward.doors.look.standing import Standing, for_staff

LEVELS: Mapping[str, str] = {
    "nation": N_("Nation"),
    "province": N_("Province"),
    "city": N_("City"),
    "district": N_("District or county"),
    "street": N_("Street or town"),
    "community": N_("Community or village"),
    "grid": N_("Grid"),
    "micro": N_("Micro-grid"),
    "building": N_("Building"),
}
CHANGES: Mapping[str, str] = {
    "add": N_("Draw a new area below"),
    "redraw": N_("Move the border"),
    "split": N_("Split by a line"),
    "merge": N_("Merge neighbours into it"),
    "end": N_("End it"),
}
FIELDS = ("since", "outline", "line", "fit", "code", "name", "name_en", "new_part")
_LARGEST_MAP = 4_000
"""Points of a preview that the map is given; finer outlines are drawn coarser there."""


@require_http_methods(["GET", "HEAD"])
@for_staff("administrator")
def areas(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The tops of the tree, and the way to an area by its code."""
    asked = request.GET.get("code", "").strip()[:32]

    def shown() -> dict[str, Any]:
        if asked:
            return {"asked": asked, "rows": [_line(area_card(asked, standing.at).line)]}
        return {"rows": [_line(line) for line in lines("", standing.at)]}

    return administer(request, standing, "desk/admin/areas.html", shown, {})


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff("administrator")
def area(request: HttpRequest, standing: Standing, code: str) -> HttpResponse:
    """One area: its name, what lies above and below it, and what can be changed."""

    def shown() -> dict[str, Any]:
        card = area_card(code, standing.at)
        return {
            "area": _line(card.line),
            "above": [(place.code, named(place.name, place.name_en)) for place in card.above],
            "below": [_line(line) for line in card.below],
            "outlines": card.outlines,
            "changes": [
                (change, _(words))
                for change, words in CHANGES.items()
                if card.line.until is None
                and not (change == "add" and not card.next_below)
                and not (change in ("split", "merge") and card.below)
            ],
        }

    deeds: dict[str, Deed] = {"rename": partial(_rename, code)}
    return administer(request, standing, "desk/admin/area.html", shown, deeds)


def _rename(code: str, request: HttpRequest, standing: Standing) -> str:
    name, name_en = text(request, "name"), text(request, "name_en")
    actions.rename_area(standing.actor, code, name, at=standing.at, name_en=name_en)
    done(request, _("Renamed everywhere; the record of changes keeps the old name."))
    return reverse("desk:admin_area", args=[code])


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff("administrator")
def area_change(request: HttpRequest, standing: Standing, code: str, change: str) -> HttpResponse:
    """One change of borders: filled in, looked at, then brought into force from its day on."""
    tried: dict[str, Any] = {}

    def shown() -> dict[str, Any]:
        if change not in CHANGES:
            raise Missing(N_("There is no such page of administration."))
        card = area_card(code, standing.at)
        if card.line.until is not None:
            raise Missing(N_("{given} ends already: what follows it can be changed."), given=code)
        sent = {name: text(request, name) for name in FIELDS}
        started = {
            "since": _day(standing.at + timedelta(days=1)),
            "outline": borders.write(card.outline) if change == "redraw" and card.outline else "",
            "line": "",
            "fit": "yes",
            "code": card.next_below if change == "add" else card.next_beside,
            "name": "",
            "name_en": "",
            "new_part": "smaller",
        }
        return {
            "area": _line(card.line),
            "above": [(place.code, named(place.name, place.name_en)) for place in card.above],
            "change": change,
            "heading": _(CHANGES[change]),
            "form": sent if request.method == "POST" else started,
            "earliest": _day(standing.at + timedelta(days=1)),
            "beside": [_line(line) for line in card.beside],
            "others": request.POST.getlist("others"),
            "below": len(card.below),
            "map_area": "" if card.line.since else code,
            "drawn_from": _shapes({code: card.outline}) if card.outline else "",
            **tried,
        }

    deeds: dict[str, Deed] = {
        "preview": partial(_preview, code, change, tried),
        "save": partial(_save, code, change),
    }
    return administer(request, standing, "desk/admin/area_change.html", shown, deeds)


def _day(at: datetime) -> str:
    return timezone.localtime(at).date().isoformat()


def _drafted(code: str, change: str, request: HttpRequest) -> Draft:
    since, fit = beginning(request, "since"), text(request, "fit") == "yes"
    name, name_en = text(request, "name"), text(request, "name_en")
    made: Mapping[str, Callable[[], Draft]] = {
        "add": lambda: drafting.draft_add(
            text(request, "code"), name, borders.read_outline(text(request, "outline")),
            since=since, name_en=name_en, fit=fit,
        ),
        "redraw": lambda: drafting.draft_redraw(
            code, borders.read_outline(text(request, "outline")), since=since, fit=fit
        ),
        "split": lambda: drafting.draft_split(
            code, borders.read_line(text(request, "line")), text(request, "code"), name,
            since=since, name_en=name_en, new_part=text(request, "new_part"),
        ),
        "merge": lambda: drafting.draft_merge(code, request.POST.getlist("others"), since=since),
        "end": lambda: drafting.draft_end(code, since=since),
    }  # fmt: skip
    if change not in made:
        raise Missing(N_("There is no such page of administration."))
    return made[change]()


def _preview(
    code: str, change: str, tried: dict[str, Any], request: HttpRequest, standing: Standing
) -> str:
    draft = _drafted(code, change, request)
    require_for(standing.actor, draft, standing.at)
    land, cases = drafting.effects(draft), relocated(draft, standing.at)
    tried["tried"] = {
        "since": draft.since,
        "land": land,
        "added": [new.code for new in draft.added],
        "ended": draft.ended,
        "parts": [
            (_("Open cases"), cases.open, told_moves(cases.open)),
            (_("Cases of the last month"), cases.month, told_moves(cases.month)),
        ],
        "shapes": _shapes(draft.outlines),
    }
    return ""


def told_moves(share: Share) -> list[dict[str, Any]]:
    """Which cases would go where, in the reader's language."""
    nobody = _("the unrouted queue")
    return [
        {
            "before": named(*move.before) if move.before else nobody,
            "after": named(*move.after) if move.after else nobody,
            "unrouted": move.after is None,
            "cases": move.cases,
        }
        for move in share.moves
    ]


def _save(code: str, change: str, request: HttpRequest, standing: Standing) -> str:
    since, fit = beginning(request, "since"), text(request, "fit") == "yes"
    name, name_en = text(request, "name"), text(request, "name_en")
    act, at = standing.actor, standing.at
    made: Mapping[str, Callable[[], Draft]] = {
        "add": lambda: actions.draw_area(
            act, text(request, "code"), name, borders.read_outline(text(request, "outline")),
            since=since, at=at, name_en=name_en, fit=fit,
        ),
        "redraw": lambda: actions.redraw_area(
            act, code, borders.read_outline(text(request, "outline")), since=since, at=at, fit=fit
        ),
        "split": lambda: actions.split_area(
            act, code, borders.read_line(text(request, "line")), text(request, "code"), name,
            since=since, at=at, name_en=name_en, new_part=text(request, "new_part"),
        ),
        "merge": lambda: actions.merge_areas(
            act, code, request.POST.getlist("others"), since=since, at=at
        ),
        "end": lambda: actions.close_area(act, code, since=since, at=at),
    }  # fmt: skip
    if change not in made:
        raise Missing(N_("There is no such page of administration."))
    made[change]()
    done(
        request,
        _("It holds from {day} on; until then everything stays as it is.").format(day=_day(since)),
    )
    return reverse("desk:admin_area", args=[code])


def _line(line: AreaLine) -> dict[str, Any]:
    return {
        "code": line.code,
        "name": named(line.name, line.name_en),
        "own_name": line.name,
        "name_en": line.name_en,
        "level": _(LEVELS[line.level]) if line.level in LEVELS else line.level,
        "since": line.since,
        "until": line.until,
        "square_metres": line.square_metres,
    }


def _shapes(outlines: Mapping[str, Any]) -> str:
    """The outlines for the map (GeoJSON), coarser where they are too fine for a page."""
    count = sum(int(shapely.get_num_coordinates(shape)) for shape in outlines.values())
    coarse = 0.0 if count <= _LARGEST_MAP else 1e-5 * count / _LARGEST_MAP
    return json.dumps(
        {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "properties": {"code": code, "part": part},
                    "geometry": shapely.geometry.mapping(
                        shapely.set_precision(shape.simplify(coarse), 1e-6) if coarse else shape
                    ),
                }
                for part, (code, shape) in enumerate(outlines.items())
            ],
        }
    )
