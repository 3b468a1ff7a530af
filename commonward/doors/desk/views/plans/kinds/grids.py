"""Grid design at the desk: asked for, looked at beside today's grids, and its files."""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import shapely
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from commonward.core.plans.gridding.reading import read_barriers, read_blocks
from commonward.core.refusals import N_, Invalid, Missing, Refusal
from commonward.doors.desk.tables import csv_file
from commonward.doors.desk.views.plans.grid_map import overview
from commonward.doors.desk.views.plans.kinds import Deed
from commonward.doors.look.showing import named
from commonward.doors.look.standing import Standing
from commonward.people.words import tell
from commonward.response.models import Plan
from commonward.response.planning.grids import KEEPS, WEIGHTS, packed_barriers, packed_blocks
from commonward.response.queries.grids import Design, designed, scored

TITLE = N_("Grid design")
ABOUT = N_(
    "Divides communities and villages into grids of equal work, each in one piece, with few "
    "changes against today's; changed by hand on the map, published from a day on."
)
DEEDS: Mapping[str, Deed] = {}
SOURCES: Mapping[str, str] = {
    "squares": N_("Squares, cut at today's grids and village borders"),
    "roads": N_("Land between roads, cut at today's grids and village borders"),
    "file": N_("Blocks of a file (GeoJSON polygons with “households”)"),
}
KEEPING: Mapping[str, str] = {
    "nothing": N_("Nothing: as short borders as can be"),
    "some": N_("Some: change where it is worth it"),
    "most": N_("Most: change only what balance needs"),
}
NUMBERS = ("grids", "metres", "tolerance", "days", *WEIGHTS)
USUAL: Mapping[str, int] = {
    "grids": 0, "metres": 150, "tolerance": 5, "days": 365, "households": 40, "cases": 40,
    "hectares": 20,
}  # fmt: skip
FEW_GRIDS = 100
_PROOFS = 20


def form(standing: Standing, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """The choices, with what was typed before a refusal."""
    return {
        "sources": [(name, _(words)) for name, words in SOURCES.items()],
        "keeps": [(name, _(KEEPING[name])) for name in KEEPS],
        "typed": {name: given.get(name, usual) for name, usual in USUAL.items()},
        "source": given.get("source", "squares"),
        "keep": given.get("keep", "some"),
        "gcj02": given.get("gcj02", ""),
    }


def asked(request: HttpRequest) -> dict[str, Any]:
    """The form read; files are read and checked at once. Raises Invalid naming the field."""
    sent = request.POST
    found: dict[str, Any] = {
        "source": sent.get("source", "squares"), "keep": sent.get("keep", "some"),
    }  # fmt: skip
    for name in NUMBERS:
        text = sent.get(name, "").strip()
        if text and not (text.isascii() and text.isdigit() and len(text) < 7):
            raise Invalid(N_("Give a whole number."), field=name)
        found[name] = int(text) if text else USUAL[name]
    shifted = sent.get("gcj02", "") == "yes"
    blocks, barriers = request.FILES.get("blocks"), request.FILES.get("barriers")
    try:
        if blocks is not None and found["source"] == "file":
            found["blocks"] = packed_blocks(read_blocks(blocks.read(), gcj02=shifted))
        if barriers is not None:
            found["barriers"] = packed_barriers(read_barriers(barriers.read(), gcj02=shifted))
    except Invalid as refusal:
        faults = refusal.values.get("faults", ())
        if not faults:
            raise
        told = "; ".join(f"{where}: {tell(fault)}" for where, fault in faults)
        count = refusal.values["count"]
        raise Invalid(refusal.text, field=refusal.field, count=count, told=told) from None
    return found


def shown(
    plan: Plan, given: dict[str, Any], answer: dict[str, Any], standing: Standing
) -> Mapping[str, Any]:
    """The map, the score sheet beside today's, tables, proofs, and how the blocks were made."""
    design = designed(plan, given, answer)
    rivers = [shapely.from_wkb(one) for one in given["barriers"]]
    rows = grid_rows(design)
    return {
        "map": overview(design, rivers),
        "sheet": _sheet(design),
        "villages": _villages(design, rows),
        "rows": rows if len(rows) <= FEW_GRIDS else (),
        "proofs": [
            {"village": village_name(design, block), "why": _why(design, block, text, values)}
            for block, text, values in answer["proofs"][:_PROOFS]
        ],
        "more_proofs": max(0, len(answer["proofs"]) - _PROOFS),
        "notes": given["notes"],
        "blocks": design.mosaic.size,
        "weights": given["weights"],
        "joined": len(answer["joined"]),
        "state": design.row.state if design.row is not None else "",
        "design": design.row,
        "moved": len(design.moves),
        "editable": plan.state in ("ended", "stopped"),
        "tolerance": round(100 * given["tolerance"]),
    }


def file(plan: Plan, given: dict[str, Any], answer: dict[str, Any], name: str) -> HttpResponse:
    """ "grids.csv": a line for each grid; "grids.geojson": their outlines. Raises Missing."""
    design = designed(plan, given, answer)
    if name == "grids.csv":
        return _csv(design)
    if name == "grids.geojson":
        return _geojson(design)
    raise Missing(N_("There is no such file."))


def grid_rows(design: Design, village: int | None = None) -> list[dict[str, Any]]:
    """Each grid with its work against the mean of all and of its village."""
    sizes = np.bincount(design.grids)
    households = np.bincount(design.grids, np.asarray(design.given["households"], float))
    cases = np.bincount(design.grids, np.asarray(design.given["cases"], float))
    land = np.bincount(design.grids, design.mosaic.areas)
    means = design.village_means
    tolerance = float(design.given["tolerance"]) * (1 + 1e-9)
    found = []
    for grid in np.unique(design.grids).tolist():
        home = design.village_of[grid]
        if village is not None and home != village:
            continue
        load = float(design.totals[grid])
        own = load / means[home] - 1
        found.append(
            {
                "grid": grid, "label": design.labels[grid], "village": named_village(design, home),
                "village_code": design.given["villages"][home][0],
                "code": design.given["old"][design.continues[grid]][0]
                if grid in design.continues else "",
                "blocks": int(sizes[grid]), "households": round(float(households[grid])),
                "cases": int(cases[grid]), "hectares": float(land[grid]) / 1e4,
                "load": load, "off": 100 * (load / design.mean - 1), "own": 100 * own,
                "mark": "▲" if own > tolerance else "▼" if own < -tolerance else "●",
            }
        )  # fmt: skip
    return sorted(found, key=lambda row: (row["village_code"], int(row["label"])))


def named_village(design: Design, number: int) -> str:
    """A village in the reader's language."""
    _code, name, name_en = design.given["villages"][number]
    return named(name, name_en)


def village_name(design: Design, block: int) -> str:
    """The village of a block."""
    return named_village(design, int(design.village[block]))


def _why(design: Design, block: int, text: str, values: dict[str, Any]) -> str:
    """A proof in words; its block is called by its own name."""
    told = dict(values)
    for name in ("count", "least", "most", "grids"):
        if name in told:
            told[name] = int(told[name])
    if "block" in told:
        told["block"] = design.given["names"][block]
    return tell(Refusal(text, **told))


def _villages(design: Design, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    by: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by.setdefault(row["village_code"], []).append(row)
    today: dict[str, int] = {}
    for code, *_rest in design.given["old"]:
        today[code[:12]] = today.get(code[:12], 0) + 1
    return [
        {
            "code": code, "name": mine[0]["village"], "grids": len(mine),
            "today": today.get(code, 0), "blocks": sum(row["blocks"] for row in mine),
            "worst": max((row["own"] for row in mine), key=abs),
            "outside": sum(row["mark"] != "●" for row in mine),
        }
        for code, mine in by.items()
    ]  # fmt: skip


_SHEET = (
    ("grids", N_("Grids"), "{}"),
    ("off", N_("Largest deviation from the mean of all"), "%"),
    ("bound", N_("The same at best: what village borders and blocks allow"), "%"),
    ("spread", N_("Mean deviation"), "%"),
    ("within", N_("Grids within the tolerance of the mean of all"), "%"),
    ("even", N_("Grids within the tolerance of their village's mean"), "%"),
    ("round", N_("Compactness, mean (1 is a circle)"), "{:.2f}"),
    ("ragged", N_("Compactness, least"), "{:.2f}"),
    ("cut", N_("Share of block borders that part grids"), "%"),
    ("broken", N_("Grids that a barrier parts"), "{}"),
    ("changed", N_("Blocks that change hands"), "{}"),
)


def _sheet(design: Design) -> list[dict[str, str]]:
    """Rows of what it is, as planned, as changed by hand ("" where nothing was), and today."""
    answer = design.answer
    planned = {**answer["score"], "even": answer["even"], "bound": answer["bound"]}
    hand = scored(design) if design.moves else {}
    now = answer["now"] or {}
    return [
        {
            "what": _(words), "planned": _written(planned.get(key), form),
            "hand": _written(hand.get(key), form) if hand else "",
            "now": _written(now.get(key), form),
        }
        for key, words, form in _SHEET
    ]  # fmt: skip


def _written(value: float | None, form: str) -> str:
    if value is None:
        return "–"
    return f"{100 * value:.1f} %" if form == "%" else form.format(value)


def _csv(design: Design) -> HttpResponse:
    head = (
        _("Community or village"), _("Grid"), _("Code"), _("Blocks"), _("Households"), _("Cases"),
        _("Hectares"), _("Work (‰)"), _("Against all (%)"), _("Against the village (%)"),
    )  # fmt: skip
    rows = [
        (row["village"], row["label"], row["code"], row["blocks"], row["households"],
         row["cases"], f"{row['hectares']:.2f}", f"{row['load']:.4f}", f"{row['off']:.2f}",
         f"{row['own']:.2f}")
        for row in grid_rows(design)
    ]  # fmt: skip
    return csv_file([head, *rows], "grids.csv")


def _geojson(design: Design) -> HttpResponse:
    by = {row["grid"]: row for row in grid_rows(design)}
    features = []
    for grid, row in by.items():
        outline = design.mosaic.joined(np.flatnonzero(design.grids == grid).tolist())
        told = {
            "village": row["village_code"], "grid": row["label"], "continues": row["code"],
            "load": round(row["load"], 4),
        }  # fmt: skip
        features.append(
            {"type": "Feature", "properties": told, "geometry": shapely.geometry.mapping(outline)}
        )
    whole = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
    response = HttpResponse(whole, content_type="application/geo+json")
    response.headers["Content-Disposition"] = 'attachment; filename="grids.geojson"'
    return response
