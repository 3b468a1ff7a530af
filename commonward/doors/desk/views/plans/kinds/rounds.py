"""Rounds of a day at the desk: asked for, read by team, sent to the phones, as files."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from commonward.cases.queries.planned import rounds_of_plan
from commonward.core.plans.rounds.gpx import gpx
from commonward.core.refusals import N_, Invalid, Missing
from commonward.doors.desk.tables import sent_table
from commonward.doors.desk.views.admin.doing import done, text
from commonward.doors.desk.views.plans.drawing import View
from commonward.doors.desk.views.plans.kinds import Deed
from commonward.doors.look.showing import named
from commonward.doors.look.standing import Standing
from commonward.people.queries import revisions
from commonward.people.queries.names import teams_to_choose
from commonward.response.actions.rounds import clock, points_of, publish_plan, withdraw_plan
from commonward.response.models import Plan
from commonward.response.planning.rounds import MOST_TEAMS

TITLE = N_("Rounds")
ABOUT = N_(
    "Who visits which places or streets on a day, in time and fairly, so that nobody foresees it."
)
_SOURCES = {
    "cases": N_("Places of open cases"),
    "standing": N_("Points of the standing rounds"),
    "csv": N_("A table of places (CSV)"),
    "streets": N_("Streets of the area"),
}
_WHICH = {
    "street": N_("To be verified or checked on the spot"),
    "verify": N_("To be verified on the spot"),
    "check": N_("To be checked on the spot"),
    "open": N_("All open ones"),
}
_SPEEDS = {"foot": N_("on foot"), "bike": N_("by bike"), "car": N_("by car")}
_CLASSES = {
    "primary": N_("Main roads"),
    "secondary": N_("Secondary roads"),
    "tertiary": N_("Connecting streets"),
    "street": N_("Side streets"),
    "path": N_("Paths"),
}
_MOST_BYTES = 500_000
_ROWS = 2
_FIELDS = (
    "team",
    "kind",
    "speed",
    "start",
    "begins",
    "ends",
    "rest_minutes",
    "rest_from",
    "rest_to",
)
_USUAL = {"speed": "foot", "begins": "08:00", "ends": "12:00"}
_STYLES = 6
"""Lines are told apart by so many dashes and colours, then they repeat; each has its number."""


def form(standing: Standing, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """The choices; two teams to fill in, and room for the others below."""
    rows = [
        {"n": n, "number": n + 1, **{f: given.get(f"{f}_{n}", _USUAL.get(f, "")) for f in _FIELDS}}
        for n in range(MOST_TEAMS)
    ]
    fresh = "day" not in given
    chosen = given.getlist("classes") if hasattr(given, "getlist") else ()
    return {
        "sources": _choices(_SOURCES),
        "which": _choices(_WHICH),
        "speeds": _choices(_SPEEDS),
        "classes": [
            (value, _(name), value in chosen or (fresh and value in ("tertiary", "street")))
            for value, name in _CLASSES.items()
        ],
        "teams": [
            (one.code, named(one.name, one.name_en))
            for one in teams_to_choose(revisions()).values()
        ],
        "rows": rows[:_ROWS],
        "more": rows[_ROWS:],
        "more_from": _ROWS + 1,
        "more_open": any(row["team"] for row in rows[_ROWS:]),
        "tomorrow": (timezone.localdate(standing.at) + timedelta(days=1)).isoformat(),
        "unforeseen": fresh or bool(given.get("unforeseen")),
    }


def asked(request: HttpRequest) -> dict[str, Any]:
    """The choices of the form; a file of places goes before what was typed. Raises Invalid."""
    source = text(request, "source")
    return {
        "source": source,
        "which": text(request, "which"),
        "category": text(request, "category"),
        "day": text(request, "day"),
        "classes": request.POST.getlist("classes"),
        "unforeseen": bool(text(request, "unforeseen")),
        "csv": _table(request) if source == "csv" else "",
        **{name: _whole(request, name, usual) for name, usual in
           (("every", 7), ("minutes", 5), ("visits", 0))},
        "teams": [
            {f: text(request, f"{f}_{n}") for f in _FIELDS}
            for n in range(MOST_TEAMS)
            if text(request, f"team_{n}")
        ],
    }  # fmt: skip


def _table(request: HttpRequest) -> str:
    sent = sent_table(request, "file", _MOST_BYTES)
    return text(request, "csv") if sent is None else sent


def shown(
    plan: Plan, given: dict[str, Any], answer: dict[str, Any], standing: Standing
) -> Mapping[str, Any]:
    """The rounds by team with their steps, the map, what was left out and why, what was sent."""
    over = plan.state in ("ended", "stopped")
    sent = rounds_of_plan(plan.code) if over else ()
    return {
        "rounds": _rounds(answer),
        "map": _map(answer),
        "unserved": [{**one, "why": _said(one["why"])} for one in answer["unserved"]],
        "more_left": max(0, answer["left_out"] - len(answer["unserved"])),
        "day": answer["day"],
        "detour": answer["detour"],
        "by_road": answer["by_road"],
        "credit": answer.get("credit", ""),
        "over": over,
        "sent": len(sent),
        "may_send": over and not sent and bool(answer["rounds"]),
    }


def file(plan: Plan, given: dict[str, Any], answer: dict[str, Any], name: str) -> HttpResponse:
    """`round-1.gpx` … for each team, `sheet.html` to print."""
    if name == "sheet.html":
        context = {
            "plan": plan, "rounds": _rounds(answer), "day": answer["day"],
            "language": get_language(), "by_road": answer["by_road"], "detour": answer["detour"],
        }  # fmt: skip
        return HttpResponse(render_to_string("desk/plans/rounds_sheet.html", context))
    for number, one in enumerate(answer["rounds"], 1):
        if name == f"round-{number}.gpx":
            points = points_of(one["stops"])
            stops = [(f"{p['at']} {p['name']}", (p["lon"], p["lat"])) for p in points]
            title = f"{plan.title} {answer['day']} {one['team']}"
            made = gpx(title, [(at[0], at[1]) for at in one["line"]], stops)
            response = HttpResponse(made, content_type="application/gpx+xml")
            response.headers["Content-Disposition"] = (
                f'attachment; filename="{plan.code}-round-{number}.gpx"'
            )
            return response
    raise Missing(N_("This plan has no file “{name}”."), name=name)


def _publish(request: HttpRequest, standing: Standing, plan: Plan) -> str:
    count = publish_plan(plan.code, standing.actor, standing.at)
    done(request, _("Sent to the phones of the teams: {count}.").format(count=count))
    return ""


def _withdraw(request: HttpRequest, standing: Standing, plan: Plan) -> str:
    withdraw_plan(plan.code, standing.actor, standing.at)
    done(request, _("Taken back: the rounds are off the phones."))
    return ""


DEEDS: Mapping[str, Deed] = {"publish": _publish, "withdraw": _withdraw}


def _rounds(answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    teams = teams_to_choose(revisions())
    found = []
    for number, one in enumerate(answer["rounds"], 1):
        team = teams.get(one["team"])
        found.append(
            {
                "number": number,
                "style": (number - 1) % _STYLES,
                "team": named(team.name, team.name_en) if team else one["team"],
                "kind": one["kind"],
                "speed": _(_SPEEDS[one["speed"]]),
                "leaves": clock(one["leaves"]),
                "returns": clock(one["returns"]),
                "kilometres": one["metres"] / 1000,
                "visits": sum(not stop["rest"] for stop in one["stops"]),
                "stops": _stops(one["stops"]),
                "back": {**one["back"], "steps": _steps(one["back"]["steps"])},
                "gpx": f"round-{number}.gpx",
            }
        )
    return found


def _stops(stops: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found, number = [], 0
    for stop in stops:
        number += not stop["rest"]
        found.append(
            {
                "number": "" if stop["rest"] else number,
                "rest": stop["rest"],
                "name": stop["name"] or f"№ {number}",
                "at": clock(stop["at"]),
                "until": clock(stop["until"]),
                "metres": stop["metres"],
                "steps": _steps(stop["steps"]),
                "with": _(", ").join(stop["with"]),
            }
        )
    return found


def _steps(steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"text": _said(one), "metres": one["metres"]} for one in steps]


def _said(told: Mapping[str, Any]) -> str:
    return _(told["text"]).format(**told["values"])


def _map(answer: Mapping[str, Any]) -> dict[str, Any] | None:
    lines = [one["line"] for one in answer["rounds"] if one["line"]]
    if not lines:
        return None
    left = [(one["lon"], one["lat"]) for one in answer["unserved"]]
    view = View.of([*(at for line in lines for at in line), *left])
    return {
        "height": f"{view.height:.0f}",
        "lines": [
            {
                "style": n % _STYLES,
                "number": n + 1,
                "path": "M" + "L".join("{:.1f} {:.1f}".format(*view.at(*at)) for at in one["line"]),
                "start": _placed(view.at(*one["line"][0])),
                "stops": [
                    {**_placed(view.at(stop["lon"], stop["lat"])), "number": k}
                    for k, stop in enumerate((s for s in one["stops"] if not s["rest"]), 1)
                ],
            }
            for n, one in enumerate(answer["rounds"])
            if one["line"]
        ],
        "left": [_placed(view.at(*at)) for at in left],
    }


def _placed(at: tuple[float, float]) -> dict[str, str]:
    return {"x": f"{at[0]:.1f}", "y": f"{at[1]:.1f}", "below": f"{at[1] + 3.5:.1f}"}


def _choices(names: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(value, _(name)) for value, name in names.items()]


def _whole(request: HttpRequest, name: str, usual: int) -> int:
    given = text(request, name)
    if not given:
        return usual
    if not given.isdecimal() or len(given) > 6:
        raise Invalid(N_("Give a whole number."), field=name)
    return int(given)
