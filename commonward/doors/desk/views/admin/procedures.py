"""Procedures: limits and ladders changed, compared, tried on last month's cases, adopted."""

import copy
import difflib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from commonward.cases.actions import adopt_procedure
from commonward.cases.queries.procedures import in_force, versions
from commonward.cases.queries.simulating import MOST_CASES, Simulation, simulate
from commonward.core.procedures import check, parse
from commonward.core.procedures.check import PHASES
from commonward.core.refusals import N_, Invalid
from commonward.doors.desk.showing import desk_page
from commonward.doors.desk.views.admin.doing import administer, done, text
from commonward.doors.desk.views.admin.limits import limit_field, limit_given, posts, posts_given
from commonward.doors.desk.views.admin.wording import role_words
from commonward.doors.desk.wording import MEASURES
from commonward.doors.look.naming import word
from commonward.doors.look.showing import said
from commonward.doors.look.standing import Standing, for_staff

COUNTS = ("reopen_days", "keep_years", "extensions", "suspension_days")
"""The bounds of a procedure that are plain numbers."""


@require_safe
@for_staff("administrator")
def procedures(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The procedures in force."""
    rows = [
        {"name": v.name, "title": said(parse(v.text).title), "number": v.number, "at": v.adopted_at}
        for v in in_force()
    ]
    return desk_page(request, standing, "desk/admin/procedures.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff("administrator")
def procedure(request: HttpRequest, standing: Standing, name: str) -> HttpResponse:
    """One procedure: its limits and ladder as a form, the change compared and tried, adopted."""
    tried: dict[str, Any] = {}

    def shown() -> dict[str, Any]:
        known = versions(name)
        now = tried.get("data") or known[0].text
        return {
            **_sheet(now, {} if "data" in tried else request.POST),
            "name": name,
            "versions": known,
            "whole": json.dumps(now, ensure_ascii=False, indent=2),
            **tried,
        }

    def wanted(request: HttpRequest) -> Mapping[str, Any]:
        current = versions(name)[0].text
        return _whole(request, name) if "whole" in request.POST else _changed(request, current)

    def preview(request: HttpRequest, standing: Standing) -> str:
        data = wanted(request)
        faults = check(parse(data))
        if faults:
            raise Invalid(" ".join(faults), field="limits")
        tried["data"] = data
        tried["diff"] = _diff(versions(name)[0].text, data)
        tried["simulation"] = _told(simulate(parse(data), standing.at), data)
        tried["proposed"] = json.dumps(data, ensure_ascii=False)
        return ""

    def adopt(request: HttpRequest, standing: Standing) -> str:
        try:
            data = json.loads(request.POST.get("proposed", ""))
        except ValueError as broken:
            raise Invalid(N_("The proposed text was broken on the way; begin again.")) from broken
        made = adopt_procedure(_named(data, name), at=standing.at, actor=standing.actor)
        done(
            request,
            _("Version {number} is in force for cases opened from now on.").format(
                number=made.number
            ),
        )
        return reverse("desk:admin_procedure", args=[name])

    deeds = {"preview": preview, "adopt": adopt}
    return administer(request, standing, "desk/admin/procedure.html", shown, deeds)


def _named(data: Any, name: str) -> Mapping[str, Any]:
    if not isinstance(data, dict) or data.get("name") != name:
        raise Invalid(N_("The text must be of the procedure “{name}”."), field="whole", name=name)
    return data


def _whole(request: HttpRequest, name: str) -> Mapping[str, Any]:
    try:
        return _named(json.loads(request.POST["whole"]), name)
    except ValueError as broken:
        raise Invalid(N_("This is no JSON: {wrong}."), field="whole", wrong=str(broken)) from broken


def _changed(request: HttpRequest, current: Mapping[str, Any]) -> Mapping[str, Any]:
    """The text in force with what the form's fields say."""
    data: dict[str, Any] = copy.deepcopy(dict(current))
    titles = parse(current).stages
    for stage, entry in data["stages"].items():
        field = f"limit-{stage}"
        if f"{field}-unit" in request.POST and "limit" in entry:
            entry["limit"] = limit_given(request, field, said(titles[stage].title))
    for count in COUNTS:
        given = text(request, count)
        if count in data and given:
            if not given.isdecimal() or len(given) > 5:
                raise Invalid(N_("“{name}” is a whole number."), field=count, name=count)
            data[count] = int(given)
    for place, rung in enumerate(data.get("ladder", [])):
        if f"rung-{place}" in request.POST:
            rung["tells"] = posts_given(request, f"tells-{place}", place + 1)
        share = text(request, f"share-{place}")
        if share:
            try:
                rung["share"] = float(share)
            except ValueError as broken:
                raise Invalid(
                    N_("A share of the limit is a number such as 0.8 or 1.5."), field="share"
                ) from broken
    return data


def _sheet(data: Mapping[str, Any], typed: Mapping[str, Any]) -> dict[str, Any]:
    """The form of a procedure; what was typed and refused stands in it again."""
    known = parse(data)
    stages = [
        {
            "name": name,
            "title": said(known.stages[name].title),
            "limit": limit_field(
                f"limit-{name}", said(known.stages[name].title), entry["limit"], typed
            )
            if entry.get("limit")
            else None,
            "by": entry.get("limit_by", ""),
            "why": entry.get("no_limit_because", ""),
        }
        for name, entry in sorted(data["stages"].items(), key=lambda one: _place(one[1]))
    ]
    ladder = [
        {"place": place, "share": rung["share"], "posts": posts(rung["tells"]),
         "told": _(", ").join(role_words(role) for role in rung["tells"]),
         "measure": word(MEASURES, rung.get("measure", ""))}
        for place, rung in enumerate(data.get("ladder", []))
    ]  # fmt: skip
    counts = [(name, data[name]) for name in COUNTS if name in data]
    return {"title": said(known.title), "stages": stages, "ladder": ladder, "counts": counts}


def _place(stage: Mapping[str, Any]) -> tuple[int, bool]:
    """In the order of the phases, those that end a case last."""
    phase = stage.get("phase", "")
    return (PHASES.index(phase) if phase in PHASES else len(PHASES), bool(stage.get("ends")))


def _diff(old: Mapping[str, Any], new: Mapping[str, Any]) -> Sequence[tuple[str, str]]:
    """The lines that differ, each with "+" or "-" or the place before it."""
    before, after = (
        json.dumps(one, ensure_ascii=False, indent=1, sort_keys=True).splitlines()
        for one in (old, new)
    )
    lines = list(difflib.unified_diff(before, after, n=2, lineterm=""))[2:]
    return [(line[:1], line) for line in lines[:400]]


def _told(simulation: Simulation, data: Mapping[str, Any]) -> dict[str, Any]:
    known = parse(data)
    return {
        "found": simulation,
        "most": MOST_CASES,
        "stages": [
            {"title": said(known.stages[s.stage].title), "change": s,
             "more": s.late_after - s.late_before}
            for s in simulation.stages
        ],
    }  # fmt: skip
