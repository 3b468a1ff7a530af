"""The choices of a cover plan, completed; files read and every bad row named."""

from collections.abc import Mapping
from typing import Any

from commonward.core.refusals import N_, Invalid
from commonward.core.urgent.words import AGENCIES
from commonward.response.planning.cover.reading import calls_of, sites_of

SOURCES = ("cases", "incidents", "file")
CANDIDATES = ("areas", "stations", "file")
LEVELS = ("street", "community", "grid")
MODELS = ("p_median", "maximal_cover", "expected_cover", "backup_cover", "set_cover", "p_centre")
HOURS = ("whole", "two")
MOST_KINDS = 40
MOST_UNITS = 300


def checked(asked: Mapping[str, Any], area: str) -> dict[str, Any]:
    """Every choice with its value, files packed. Raises Invalid naming the field."""
    source = _one(asked, "source", SOURCES)
    candidates = _one(asked, "candidates", CANDIDATES)
    forces = sorted(set(asked.get("forces") or ()))
    unknown = [one for one in forces if one not in AGENCIES]
    if unknown:
        raise Invalid(N_("There is no force “{name}”."), field="forces", name=unknown[0])
    kinds = sorted(set(asked.get("kinds") or ()))
    if len(kinds) > MOST_KINDS:
        raise Invalid(N_("Name at most {most} kinds."), field="kinds", most=MOST_KINDS)
    model = _one(asked, "model", MODELS)
    count = asked.get("count")
    if count is not None:
        count = int(_number(asked, "count", 1, MOST_UNITS, 1))
    day, night = _number(asked, "day_from", 0, 23, 7), _number(asked, "night_from", 0, 23, 19)
    if day == night:
        raise Invalid(N_("Day and night begin at different hours."), field="night_from")
    found: dict[str, Any] = {
        "source": source,
        "kinds": kinds,
        "weeks": int(_number(asked, "weeks", 1, 104, 8)),
        "candidates": candidates,
        "level": _one(asked, "level", LEVELS),
        "forces": forces,
        "model": model,
        "count": None if model == "set_cover" else count,
        "goal": _number(asked, "goal", 1, 120, 5),
        "limit": _number(asked, "limit", 1, 120, 8),
        "hours": _one(asked, "hours", HOURS),
        "day_from": int(day),
        "night_from": int(night),
        "keep": bool(asked.get("keep")),
        "must": sorted(set(asked.get("must") or ())),
        "forbidden": sorted(set(asked.get("forbidden") or ())),
        "most": int(_number(asked, "most", 1, 5, 1)),
        "stay": _number(asked, "stay", 1, 600, 25),
        "turnout": _number(asked, "turnout", 0, 1800, 60),
        "cost": _number(asked, "cost", 0, 1e9, 0),
    }
    both = sorted(set(found["must"]) & set(found["forbidden"]))
    if both:
        raise Invalid(
            N_("The post {site} cannot be both kept open and closed."),
            field="forbidden",
            site=both[0],
        )
    if source == "file":
        found["calls"] = asked.get("calls") or calls_of(asked.get("calls_text", ""))
    if candidates == "file":
        found["sites"] = asked.get("sites") or sites_of(asked.get("sites_text", ""))
    return found


def _one(asked: Mapping[str, Any], name: str, among: tuple[str, ...]) -> str:
    value = asked.get(name) or among[0]
    if value not in among:
        raise Invalid(N_("Choose one of the list."), field=name)
    return str(value)


def _number(
    asked: Mapping[str, Any], name: str, least: float, most: float, otherwise: float
) -> float:
    given = asked.get(name)
    value = float(otherwise if given is None else given)
    if not least <= value <= most:
        raise Invalid(
            N_("Give a number from {least} to {most}."),
            field=name,
            least=f"{least:g}",
            most=f"{most:g}",
        )
    return value
