"""The map's style (MapLibre style specification 8), made for a language, a theme and a set of cases.

It names no font server and no sprite: labels are drawn from the reader's own fonts, and every
address in it is one of this site, unless a base map is configured (COMMONWARD_BASEMAP).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from commonward.areas.queries.drawn import Bounds
from commonward.core.tiles import DEEPEST

CASES = ("public", "desk", "none")
THEMES = ("light", "dark")
AREAS_DEEPEST = 16
ROADS_DEEPEST = 15
_FONT = ["Noto Sans SC"]

Theme = Literal["light", "dark"]


@dataclass(frozen=True, slots=True)
class Ground:
    """What lies under the cases: addresses of tiles ({z}/{x}/{y} in them) and who is thanked.

    `roads` and `base` are "" where there are none; `bounds` is what the map shows at first.
    """

    areas: str
    roads: str = ""
    roads_credit: str = ""
    base: str = ""
    base_credit: str = ""
    bounds: Bounds | None = None
    chosen: str = ""


_COLOURS: Mapping[str, Mapping[str, str]] = {
    "light": {
        "paper": "#f4f6f5",
        "road": "#ffffff",
        "road_edge": "#c3cccf",
        "border": "#6f8589",
        "chosen": "#0f5257",
        "ink": "#1d2528",
        "halo": "#ffffff",
        "cluster": "#0f5257",
        "red": "#a3141c",
        "yellow": "#8a5a00",
        "green": "#1d5c2e",
    },
    "dark": {
        "paper": "#151c1e",
        "road": "#3a474b",
        "road_edge": "#232d30",
        "border": "#84999d",
        "chosen": "#7cc4c9",
        "ink": "#eef3f3",
        "halo": "#151c1e",
        "cluster": "#1f757c",
        "red": "#ff8a8a",
        "yellow": "#ffc266",
        "green": "#83d394",
    },
}
LIGHTS = {"red": "#a3141c", "yellow": "#8a5a00", "green": "#1d5c2e", "": "#51606a"}
"""Dark enough for white signs in either theme; each light also has a sign and a word."""
SIGNS = {"red": "!", "yellow": "…", "green": "", "": ""}
_WIDE = ["motorway", "trunk", "primary"]
_MIDDLE = ["secondary", "tertiary"]


def style(ground: Ground, language: str, theme: Theme, cases: str, tiles: str) -> dict[str, Any]:
    """The whole style; `tiles` is the address of the cases' tiles, "" for none.

    `metadata` holds `bounds` (west, south, east, north), which the map fits at first.
    """
    sources: dict[str, Any] = {"areas": _vector(ground.areas, AREAS_DEEPEST)}
    if ground.base:
        sources["base"] = {
            "type": "raster",
            "tiles": [ground.base],
            "tileSize": 256,
            "attribution": ground.base_credit,
        }
    if ground.roads:
        sources["roads"] = _vector(ground.roads, ROADS_DEEPEST) | {
            "attribution": ground.roads_credit
        }
    if tiles:
        sources["cases"] = _vector(tiles, DEEPEST)
    colours = _COLOURS[theme]
    name = "name" if language.startswith("zh") else "name_en"
    return {
        "version": 8,
        "metadata": {"bounds": ground.bounds, "cases": cases},
        "sources": sources,
        "layers": [
            {
                "id": "paper",
                "type": "background",
                "paint": {"background-color": colours["paper"]},
            },
            *([{"id": "base", "type": "raster", "source": "base"}] if ground.base else []),
            *(_roads(colours) if ground.roads else []),
            *_areas(colours, ground.chosen),
            *(_road_names(colours) if ground.roads else []),
            _area_names(colours, name),
            *(_cases(colours) if tiles else []),
        ],
    }


def _vector(address: str, deepest: int) -> dict[str, Any]:
    return {"type": "vector", "tiles": [address], "minzoom": 0, "maxzoom": deepest}


def _roads(colours: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "id": f"roads-{part}",
            "type": "line",
            "source": "roads",
            "source-layer": "roads",
            "layout": {"line-cap": "round", "line-join": "round"},
            "paint": {"line-color": colours[colour], "line-width": _road_width(wider)},
        }
        for part, colour, wider in (("edge", "road_edge", 1.5), ("face", "road", 0.0))
    ]


def _road_width(wider: float) -> list[Any]:
    kind = ["get", "class"]
    return [
        "interpolate", ["exponential", 1.5], ["zoom"],
        8, ["match", kind, _WIDE, 1.0 + wider, 0.4 + wider],
        14, ["match", kind, _WIDE, 5.0 + wider, _MIDDLE, 3.5 + wider, 2.0 + wider],
        18, ["match", kind, _WIDE, 20.0 + wider, _MIDDLE, 15.0 + wider, 9.0 + wider],
    ]  # fmt: skip


def _road_names(colours: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "id": "road-names",
            "type": "symbol",
            "source": "roads",
            "source-layer": "roads",
            "minzoom": 14,
            "filter": ["has", "name"],
            "layout": {
                "symbol-placement": "line",
                "text-field": ["get", "name"],
                "text-font": _FONT,
                "text-size": 12,
            },
            "paint": _ink(colours),
        }
    ]


def _areas(colours: Mapping[str, str], chosen: str) -> list[dict[str, Any]]:
    level = ["get", "level"]
    own = ["==", ["get", "code"], chosen]
    layers: list[dict[str, Any]] = [
        {
            "id": "areas",
            "type": "line",
            "source": "areas",
            "source-layer": "areas",
            "paint": {
                "line-color": colours["border"],
                "line-width": ["match", level, ["nation", "province", "city"], 1.5,
                               "district", 2.5, "street", 1.6, "community", 1.0, 0.6],
                "line-opacity": 0.9,
            },
        }
    ]  # fmt: skip
    if chosen:
        layers.append(
            {
                "id": "area-chosen",
                "type": "line",
                "source": "areas",
                "source-layer": "areas",
                "filter": own,
                "paint": {"line-color": colours["chosen"], "line-width": 3.5},
            }
        )
    return layers


def _area_names(colours: Mapping[str, str], name: str) -> dict[str, Any]:
    return {
        "id": "area-names",
        "type": "symbol",
        "source": "areas",
        "source-layer": "names",
        "layout": {
            "text-field": ["get", name],
            "text-font": _FONT,
            "text-size": ["match", ["get", "level"], ["district", "street"], 15, "community", 13, 12],
            "text-max-width": 8,
            "text-padding": 6,
            "symbol-sort-key": ["match", ["get", "level"], "district", 0, "street", 1,
                                "community", 2, 3],
        },
        "paint": _ink(colours),
    }  # fmt: skip


def _cases(colours: Mapping[str, str]) -> list[dict[str, Any]]:
    light: list[Any] = ["match", ["get", "light"]]
    colour = [*light, *(x for k in ("red", "yellow", "green") for x in (k, LIGHTS[k])), LIGHTS[""]]
    sign = [*light, *(x for k in ("red", "yellow") for x in (k, SIGNS[k])), ""]
    worst = [
        "case", [">", ["get", "red"], 0], colours["red"],
        [">", ["get", "yellow"], 0], colours["yellow"], colours["green"],
    ]  # fmt: skip
    return [
        {
            "id": "clusters",
            "type": "circle",
            "source": "cases",
            "source-layer": "clusters",
            "paint": {
                "circle-color": colours["cluster"],
                "circle-radius": ["step", ["get", "count"], 13, 20, 16, 100, 19, 1000, 23],
                "circle-stroke-width": 3,
                "circle-stroke-color": worst,
            },
        },
        {
            "id": "cluster-counts",
            "type": "symbol",
            "source": "cases",
            "source-layer": "clusters",
            "layout": {
                "text-field": ["to-string", ["get", "count"]],
                "text-font": _FONT,
                "text-size": 12,
                "text-allow-overlap": True,
            },
            "paint": {"text-color": "#ffffff"},
        },
        {
            "id": "cases",
            "type": "circle",
            "source": "cases",
            "source-layer": "cases",
            "paint": {
                "circle-color": colour,
                "circle-radius": 8,
                "circle-stroke-width": 2,
                "circle-stroke-color": "#ffffff",
            },
        },
        {
            "id": "case-signs",
            "type": "symbol",
            "source": "cases",
            "source-layer": "cases",
            "layout": {
                "text-field": sign,
                "text-font": _FONT,
                "text-size": 13,
                "text-allow-overlap": True,
                "text-ignore-placement": True,
            },
            "paint": {"text-color": "#ffffff"},
        },
    ]


def _ink(colours: Mapping[str, str]) -> dict[str, Any]:
    return {
        "text-color": colours["ink"],
        "text-halo-color": colours["halo"],
        "text-halo-width": 1.5,
    }
