"""Rounds of a day (巡查路线): places or streets, teams with shifts, drawn so that nobody foresees it.

Rounds go to places. No person, household or dwelling is ever a stop.
"""

import importlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import shapely
from django.utils import timezone

from commonward.areas.queries.administered import area_card
from commonward.areas.queries.drawn import extent
from commonward.areas.queries.roads import site_roads
from commonward.cases.queries.planned import last_visits, place_of, standing_points
from commonward.cases.queries.to_visit import WHICH, places_of_cases
from commonward.core.plans.rounds.places import MOST_ROWS, minute_of, read_places
from commonward.core.plans.running import Watch
from commonward.core.refusals import N_, Invalid
from commonward.core.roads import CLASSES
from commonward.people.queries import revisions
from commonward.people.queries.names import teams_to_choose
from commonward.response.models import Unit
from commonward.response.planning import Keep
from commonward.response.queries.roads import road_graph

SOURCES = ("cases", "standing", "csv", "streets")
SPEEDS = ("foot", "bike", "car")
MOST_TEAMS = 12
_RANGES: Mapping[str, tuple[int, int, int]] = {
    "every": (1, 366, 7), "minutes": (1, 480, 5), "visits": (0, MOST_ROWS, 0),
}  # fmt: skip
_LONGEST_KIND = 30


def checked(asked: Mapping[str, Any], area: str) -> dict[str, Any]:
    """`source` of SOURCES, `day` (ISO), `category`, `which`, `classes`, `every` days, `minutes`,
    `visits` a day (0: reckoned), `unforeseen`, `places` of a table (`csv`), `teams`."""
    whole: dict[str, Any] = {
        "source": str(asked.get("source") or "cases"),
        "which": str(asked.get("which") or "street"),
        "category": str(asked.get("category") or "").strip()[:40],
        "unforeseen": bool(asked.get("unforeseen", True)),
    }
    if whole["source"] not in SOURCES:
        raise Invalid(N_("Choose one of the list."), field="source")
    if whole["which"] not in WHICH:
        raise Invalid(N_("Choose one of the list."), field="which")
    try:
        whole["day"] = date.fromisoformat(str(asked.get("day", ""))).isoformat()
    except ValueError:
        raise Invalid(N_("Give the day as 2026-03-31."), field="day") from None
    whole |= _numbers(asked)
    if whole["source"] == "csv":
        whole["places"] = read_places(str(asked.get("csv") or ""))
    if whole["source"] == "streets":
        whole["classes"] = _classes(asked, area)
    whole["teams"] = _teams(asked.get("teams") or ())
    if whole["source"] == "streets":
        same = {(one["start"], one["speed"]) for one in whole["teams"]}
        if len(same) > 1:
            raise Invalid(
                N_("On streets all teams begin at one place and go at one speed: plan the others"
                   " apart."),
                field="teams",
            )  # fmt: skip
    return whole


def _numbers(asked: Mapping[str, Any]) -> dict[str, int]:
    whole = {}
    for name, (least, most, usual) in _RANGES.items():
        given = asked.get(name, usual)
        if not isinstance(given, int) or isinstance(given, bool) or not least <= given <= most:
            raise Invalid(
                N_("Give a whole number from {least} to {most}."), field=name, least=least,
                most=most,
            )  # fmt: skip
        whole[name] = given
    return whole


def _classes(asked: Mapping[str, Any], area: str) -> list[str]:
    classes = [one for one in CLASSES if one in (asked.get("classes") or ())]
    if not classes:
        raise Invalid(N_("Choose at least one class of streets."), field="classes")
    if not area:
        raise Invalid(N_("Choose the area whose streets are gone through."), field="area")
    return classes


def _teams(given: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    if not 1 <= len(given) <= MOST_TEAMS:
        raise Invalid(N_("Give 1 to {most} teams."), field="teams", most=MOST_TEAMS)
    known = teams_to_choose(revisions())
    found: list[dict[str, Any]] = []
    for number, one in enumerate(given, start=1):
        team = str(one.get("team") or "").strip()
        if team not in known:
            raise Invalid(N_("There is no team {id}."), field="teams", id=team[:40] or number)
        if any(team == earlier["team"] for earlier in found):
            raise Invalid(N_("Team {id} stands twice."), field="teams", id=team)
        speed = str(one.get("speed") or "foot")
        if speed not in SPEEDS:
            raise Invalid(N_("Choose one of the list."), field="teams")
        found.append(
            {
                "team": team,
                "kind": str(one.get("kind") or "").strip()[:_LONGEST_KIND],
                "speed": speed,
                "start": _start(str(one.get("start") or "")),
                **_shift(one, team),
            }
        )
    return found


def _shift(one: Mapping[str, Any], team: str) -> dict[str, Any]:
    """ "begins" and "ends" in seconds of the day, "rest" {"lasts", "earliest", "latest"} or None."""
    try:
        begins, ends = (minute_of(str(one.get(name) or "")) for name in ("begins", "ends"))
        earliest, latest = (minute_of(str(one.get(n) or "")) for n in ("rest_from", "rest_to"))
        lasts = int(one.get("rest_minutes") or 0)
    except ValueError:
        raise Invalid(N_("Give times as 08:30 (team {team})."), field="teams", team=team) from None
    if begins is None or ends is None or not begins < ends:
        raise Invalid(
            N_("The shift of team {team} ends before it begins."), field="teams", team=team
        )
    if not 0 <= lasts <= 120:
        raise Invalid(N_("A break has 0 to {most} minutes."), field="teams", most=120)
    rest = None
    if lasts:
        earliest = begins if earliest is None else earliest
        latest = ends - lasts if latest is None else latest
        if not begins <= earliest < latest <= ends - lasts:
            raise Invalid(
                N_("The break of team {team} does not fit into its shift."),
                field="teams",
                team=team,
            )
        rest = {"lasts": lasts * 60, "earliest": earliest * 60, "latest": latest * 60}
    return {"begins": begins * 60, "ends": ends * 60, "rest": rest}


def _start(given: str) -> str:
    """ "27.8,113.1" (latitude, longitude), or "" where the team's station or the area's middle is."""
    if not given.strip():
        return ""
    try:
        lat, lon = (float(part) for part in given.replace("，", ",").split(","))
    except ValueError:
        lat, lon = 999.0, 999.0
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise Invalid(
            N_("A place to begin is “latitude, longitude” in degrees: 27.8, 113.1."), field="teams"
        )
    return f"{lat:.6f},{lon:.6f}"


def gathered(asked: Mapping[str, Any], area: str, at: datetime) -> dict[str, Any]:
    """Places (or streets) with the days since each was visited, teams with where they begin."""
    day = date.fromisoformat(asked["day"])
    if day < timezone.localdate(at):
        raise Invalid(N_("The day of this plan is over: plan anew."), field="day")
    outline = area_card(area, at).outline if area else None
    given: dict[str, Any] = {
        "day": asked["day"],
        "ordinal": day.toordinal(),
        "unforeseen": asked["unforeseen"],
        "visits": asked["visits"],
        "teams": _placed(asked["teams"], outline, at),
    }
    if asked["source"] == "streets":
        streets = _streets(asked, outline, day)
        return _named(given | {"streets": streets}, [(s[2], s[3]) for s in streets])
    places = _places(asked, area, outline, day, at)
    if not places:
        raise Invalid(N_("There is no place to visit here: choose another source or area."))
    last = last_visits((place_of(one["lat"], one["lon"]) for one in places), day)
    for one in places:
        before = last.get(place_of(one["lat"], one["lon"]))
        one["age"] = None if before is None else (day - before).days
    where = [(one["lat"], one["lon"]) for one in (*places, *given["teams"])]
    return _named(given | {"places": places}, where)


def _places(
    asked: Mapping[str, Any], area: str, outline: Any, day: date, at: datetime
) -> list[dict[str, Any]]:
    """The places of the source, each of them once."""
    usual: dict[str, Any] = {
        "importance": 1.0, "every": float(asked["every"]), "minutes": float(asked["minutes"]),
        "from": None, "to": None, "kinds": [], "together": False, "must": False,
    }  # fmt: skip
    if asked["source"] == "csv":
        return [dict(one) for one in asked["places"]]
    if asked["source"] == "standing":
        return [
            {**usual, "name": point["name"], "lat": point["lat"], "lon": point["lon"]}
            for point in standing_points(day)
            if outline is None or shapely.contains_xy(outline, point["lon"], point["lat"])
        ][:MOST_ROWS]
    found: dict[str, dict[str, Any]] = {}
    for case in places_of_cases(area, asked["category"], asked["which"], at, MOST_ROWS):
        weight = 3.0 if case.urgent else 2.0 if case.late else 1.0
        row = {**usual, "name": f"{case.category} {case.number}", "lat": case.lat, "lon": case.lon,
               "importance": weight}  # fmt: skip
        found.setdefault(place_of(case.lat, case.lon), row)
    return list(found.values())


def _placed(teams: Sequence[Mapping[str, Any]], outline: Any, at: datetime) -> list[dict[str, Any]]:
    """The teams with where they begin: as said, at their unit's station, or amid the area."""
    codes = [one["team"] for one in teams]
    rows = Unit.objects.filter(team__code__in=codes, active=True)
    stations = {code: (lat, lon) for code, lat, lon in
                rows.values_list("team__code", "base_lat", "base_lon")}  # fmt: skip
    found = []
    for one in teams:
        if one["start"]:
            lat, lon = (float(part) for part in one["start"].split(","))
        else:
            lat, lon = stations.get(one["team"]) or _middle(outline, at)
        kept = {name: one[name] for name in ("team", "kind", "speed", "begins", "ends", "rest")}
        found.append({**kept, "lat": lat, "lon": lon})
    return found


def _middle(outline: Any, at: datetime) -> tuple[float, float]:
    if outline is not None:
        point = shapely.point_on_surface(outline)
        return float(point.y), float(point.x)
    bounds = extent(at)
    if bounds is None:
        raise Invalid(N_("Nothing is drawn here: say where the teams begin."), field="teams")
    west, south, east, north = bounds
    return (south + north) / 2, (west + east) / 2


def _streets(asked: Mapping[str, Any], outline: Any, day: date) -> list[list[Any]]:
    graph = road_graph()
    if graph is None:
        raise Invalid(
            N_("Rounds along streets need a road graph; this site has none."), field="source"
        )
    if outline is None:
        raise Invalid(N_("This area has no outline."), field="area")
    along = importlib.import_module("commonward.core.plans.rounds.along")
    found = along.wanted_streets(graph, shapely.to_wkt(outline), asked["classes"])
    last = last_visits((place_of(lat, lon) for _, _, lat, lon in found), day)
    return [
        [
            tail,
            head,
            lat,
            lon,
            (day - last[key]).days if (key := place_of(lat, lon)) in last else None,
        ]
        for tail, head, lat, lon in found
    ]


def _named(given: dict[str, Any], where: Sequence[tuple[float, float]]) -> dict[str, Any]:
    """With the names of the streets about these places, where both a graph and a map are here."""
    graph = road_graph()
    if graph is None:
        return given
    ways = importlib.import_module("commonward.core.plans.rounds.ways")
    return given | {"names": ways.names_near(graph, site_roads(), where)}


def planned(given: Mapping[str, Any], seed: int, watch: Watch, keep: Keep) -> dict[str, Any]:
    """The rounds as `core.plans.rounds.telling.answer` gives them."""
    graph = road_graph()
    ways = importlib.import_module("commonward.core.plans.rounds.ways")
    names = ways.Names.read(given.get("names", ()))
    found: dict[str, Any]
    if "streets" in given:
        if graph is None:
            raise Invalid(N_("Rounds along streets need a road graph; this site has none."))
        along = importlib.import_module("commonward.core.plans.rounds.along")
        found = along.plan_along(given, seed, watch, keep, graph, names)
    else:
        day = importlib.import_module("commonward.core.plans.rounds.day")
        found = day.plan_day(given, seed, watch, keep, graph, names)
    return found | {"credit": graph.credit if graph else ""}
