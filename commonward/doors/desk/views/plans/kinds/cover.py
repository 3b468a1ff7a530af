"""Where units should stand: the form, the answer, and its files."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from commonward.core.refusals import N_, Invalid, Missing
from commonward.core.urgent.words import AGENCIES
from commonward.doors.desk.tables import csv_file, sent_table
from commonward.doors.desk.views.admin.doing import beginning, done, text, words_of
from commonward.doors.desk.views.plans import covering
from commonward.doors.desk.views.plans.cover_report import report_of
from commonward.doors.desk.views.plans.drawing import mark
from commonward.doors.desk.views.plans.kinds import Deed
from commonward.doors.desk.views.plans.stations import state_of
from commonward.doors.look.standing import Standing
from commonward.response.actions.stationing import propose_stations
from commonward.response.models import Plan
from commonward.response.queries.stations import stations_of

TITLE = N_("Where units stand")
ABOUT = N_(
    "Posts for so many units, from where and when calls came: before and after, played through."
)

_SOURCES = {
    "cases": N_("Cases of this area, by their category"),
    "incidents": N_("Incidents of this area, by their kind"),
    "file": N_("A file (CSV with the columns time, lat, lon and, if you like, weight)"),
}
_CANDIDATES = {
    "areas": N_("The middles of areas"),
    "stations": N_("Today's stations only"),
    "file": N_("A file (CSV with the columns name, lat, lon)"),
}
_LEVELS = {
    "street": N_("Subdistricts and towns"),
    "community": N_("Communities"),
    "grid": N_("Grids"),
}
_HOURS = {
    "whole": N_("One plan for the whole day"),
    "two": N_("One plan for the day, one for the night"),
}
_LANGUAGES = {"en": "en", "zh-hans": "zh"}
_MOST_BYTES = 3_000_000


def form(standing: Standing, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """The choices, with what was typed before a refusal."""
    chosen = given.getlist("forces") if hasattr(given, "getlist") else ()
    return {
        "sources": _named(_SOURCES),
        "candidates": _named(_CANDIDATES),
        "levels": _named(_LEVELS),
        "models": _named(covering.MODELS),
        "hours": _named(_HOURS),
        "forces": [(code, _(name), code in chosen) for code, (_zh, name) in AGENCIES.items()],
    }


def asked(request: HttpRequest) -> dict[str, Any]:
    """The choices of the form; files as text. Raises Invalid naming the field."""
    found: dict[str, Any] = {
        name: text(request, name) for name in ("source", "candidates", "level", "model", "hours")
    }
    for name in ("weeks", "count", "goal", "limit", "day_from", "night_from", "most", "stay",
                 "turnout", "cost"):  # fmt: skip
        found[name] = _number(request, name)
    found |= {
        "kinds": list(words_of(request, "kinds")),
        "forces": request.POST.getlist("forces"),
        "must": list(words_of(request, "must")),
        "forbidden": list(words_of(request, "forbidden")),
        "keep": bool(text(request, "keep")),
        "calls_text": _file(request, "calls") if found["source"] == "file" else "",
        "sites_text": _file(request, "sites") if found["candidates"] == "file" else "",
    }
    return found


def shown(
    plan: Plan, given: dict[str, Any], answer: dict[str, Any], standing: Standing
) -> Mapping[str, Any]:
    """Maps, tables, curve; what was asked."""
    return {
        "periods": covering.told(given, answer),
        "marks": [
            {"name": number, "path": mark(number), "label": label}
            for number, label in enumerate(covering.band_labels())
        ],
        "model": _(covering.MODELS[given["model"]]),
        "by_what": covering.by_what(given),
        "weeks": given["weeks"],
        "calls": len(given["at"]),
        "target": f"{given['limit']:g}",
        "goal": f"{given['goal']:g}",
        "ended": plan.state not in ("waiting", "running"),
        "proposed": [(one, state_of(one)) for one in stations_of(plan.code)],
        "movable": any(one.get("moves") for one in answer["periods"]),
    }


def file(plan: Plan, given: dict[str, Any], answer: dict[str, Any], name: str) -> HttpResponse:
    """`report.pdf` (in this language, or report-en.pdf, report-zh.pdf) and `posts.csv`."""
    languages = {f"report-{short}.pdf": code for code, short in _LANGUAGES.items()}
    languages["report.pdf"] = get_language() or "en"
    if name in languages:
        with override(languages[name]):
            made = report_of(plan, given, answer)
        response = HttpResponse(made, content_type="application/pdf")
    elif name == "posts.csv":
        return csv_file(_posts(given, answer), f"{plan.code}-{name}")
    else:
        raise Missing(N_("This plan has no file “{name}”."), name=name)
    response.headers["Content-Disposition"] = f'inline; filename="{plan.code}-{name}"'
    return response


def _propose(request: HttpRequest, standing: Standing, plan: Plan) -> str:
    """Hand today's units' new stations to the administrators."""
    since = beginning(request, "since")
    propose_stations(plan.code, since, standing.actor, standing.at)
    done(request, _("An administrator of the area sees it now and decides."))
    return ""


DEEDS: Mapping[str, Deed] = {"propose": _propose}


def _posts(given: Mapping[str, Any], answer: Mapping[str, Any]) -> Iterator[Sequence[Any]]:
    yield ("period", "number", "code", "name", "lat", "lon", "units")
    for period in covering.told(given, answer):
        for post in period["posts"]:
            yield (
                period["key"],
                *(post[k] for k in ("number", "code", "name", "lat", "lon", "units")),
            )


def _named(choices: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(value, _(name)) for value, name in choices.items()]


def _number(request: HttpRequest, name: str) -> float | None:
    given = text(request, name)
    if not given:
        return None
    try:
        return float(given)
    except ValueError:
        raise Invalid(N_("Give a number."), field=name) from None


def _file(request: HttpRequest, name: str) -> str:
    sent = sent_table(request, name, _MOST_BYTES)
    if sent is None:
        raise Invalid(N_("Choose a file."), field=name)
    return sent
