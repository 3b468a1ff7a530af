"""One incident: what was told, what is recommended, one order to all, who is where, the report."""

import secrets
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from commonward.cases.access import visible_case
from commonward.cases.queries import filed as case_file
from commonward.cases.queries.explaining import standing_of
from commonward.cases.queries.reference import book
from commonward.core.procedures.step import choices
from commonward.core.refusals import Missing
from commonward.doors.desk import casefile, sheets
from commonward.doors.desk import wording as desk_wording
from commonward.doors.desk.rows import case_address
from commonward.doors.desk.showing import desk_page
from commonward.doors.desk.views.admin.doing import administer, text
from commonward.doors.desk.views.admin.doing import number as chosen
from commonward.doors.desk.views.response import wording
from commonward.doors.desk.views.response.deeds import deeds_of
from commonward.doors.desk.views.response.together import moves_of
from commonward.doors.look.showing import error_of, named, said
from commonward.doors.look.standing import Standing, for_staff
from commonward.people.queries import revisions, teams_on
from commonward.response.access import COORDINATES, incident_for, may_order
from commonward.response.actions.ordering import answer, set_free
from commonward.response.models import Incident
from commonward.response.queries import incidents as read
from commonward.response.queries.cards import card
from commonward.response.queries.fleet import on_duty

DOOR = "desk"


def _found(number: str, standing: Standing, what: str) -> Incident:
    return incident_for(sheets.meant(number), standing.actor, standing.at, door=DOOR, what=what)


def _nothing(request: HttpRequest, standing: Standing, missing: Missing) -> HttpResponse:
    context = {"error": error_of(missing)}
    return desk_page(request, standing, "desk/admin/missing.html", context, status=404)


def head_of(found: Incident) -> dict[str, Any]:
    """What stands above every page of an incident."""
    case = found.case
    procedure = book().procedures[case.procedure_id]
    return {
        "incident": found,
        "number": case.number,
        "kind": wording.kind(found),
        "priority": wording.priority(case.grade),
        "stage": said(procedure.stages[case.stage].title),
        "place": read.place_of(found),
        "drill": found.drill,
        "outcome": desk_wording.word(desk_wording.OUTCOMES, case.outcome) if case.outcome else "",
    }


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*COORDINATES)
def incident(request: HttpRequest, standing: Standing, number: str) -> HttpResponse:
    """The incident's page; each thing that can be done names itself in "do"."""
    try:
        found = _found(number, standing, "read")
    except Missing as missing:
        return _nothing(request, standing, missing)
    return administer(
        request,
        standing,
        "desk/response/incident.html",
        lambda: _page(found, standing),
        deeds_of(found),
    )


def _page(found: Incident, standing: Standing) -> dict[str, Any]:
    found.refresh_from_db()
    procedure, situation = standing_of(found.case)
    offered = {
        one.verb.name
        for one in choices(procedure, standing.actor, situation, standing.at)
        if not one.barred
    }
    _version, known = card(found.kind, standing.at)
    newest = read.last_suggestion(found)
    suggestion = wording.suggestion(newest)
    ordered = {order.upon_id for order in read.orders_of(found)}
    picked = {p["unit"].pk for p in suggestion["picks"]} if suggestion else set()
    marks = revisions()
    others = [
        {
            "unit": one.unit,
            "radio": wording.radio(one.unit),
            "agency": wording.agency(one.unit.agency),
            "status": wording.word(wording.STATUS, "drill" if one.in_drill else one.status),
            "free": one.status in ("idle", "rest") and not (one.in_drill and found.drill),
        }
        for one in on_duty(standing.at)
        if one.unit.pk not in picked and may_order(one.unit, found, standing.actor, marks)
    ]
    clocks = case_file.clocks_of(found.case)
    of_case: dict[int | None, Any] = {None: procedure}
    return {
        **head_of(found),
        "calls": [
            {"call": c, "source": wording.word(wording.SOURCES, c.source)}
            for c in read.calls_of(found)
        ],
        "say": said(known.say),
        "questions": wording.questions(known, found.answers),
        "reasons": [named(r["zh"], r["en"]) for r in found.reasons],
        "needs": wording.needs(found),
        "suggestion": suggestion,
        "chosen": newest is not None and newest.pk not in ordered,
        **_moves(found, suggestion, standing),
        "others": others,
        "key": secrets.token_urlsafe(24),
        "offered": offered,
        "recommends": bool(offered & {"recommend", "order", "order_more"}),
        "sends": bool(offered & {"order", "order_more"}),
        "reserves": found.planned_for is not None and "reserve" in offered,
        "reserved": [wording.radio(r.unit) for r in read.reserved(found)],
        "gathered": read.gathered(found, standing.at),
        "note": read.note_of(found),
        "links": [(number, _way_to(number, standing)) for number in read.links_of(found)],
        "near": _near(found, standing) if "join" in offered else [],
        "partners": [
            (t.code, named(t.name, t.name_en)) for t in teams_on(standing.at) if t.kind == "partner"
        ],
        "hand_overs": [
            {
                "one": one,
                "team": named(one.team.name, one.team.name_en),
                "state": wording.word(wording.HANDED, one.state),
            }
            for one in read.hand_overs_of(found)
        ],
        "drawn": [
            casefile.clock_drawn(c, standing.at, of_case) for c in clocks if c.stopped_at is None
        ][:2],
        "clocks": [casefile.clock_row(c, of_case) for c in reversed(clocks)],
        "stamps": _stamps(found),
    }


def _way_to(number: str, standing: Standing) -> str:
    """The address of a linked case, where this person may see it; otherwise it is a number."""
    try:
        visible_case(number, standing.actor)
    except Missing:
        return ""
    return case_address(number)


def _near(found: Incident, standing: Standing) -> list[dict[str, Any]]:
    """Open incidents near this one that it may be the same as; a person says so."""
    if found.lat is None or found.lon is None:
        return []
    titles = dict(wording.kinds(standing.at))
    return [
        {"number": number, "kind": titles.get(kind, kind), "metres": metres, "minutes": late}
        for number, kind, metres, late in read.perhaps_same(found.lat, found.lon, standing.at)
        if number != found.case.number
    ]


def _moves(
    found: Incident, suggestion: Mapping[str, Any] | None, standing: Standing
) -> dict[str, Any]:
    """The moves that its recommendation proposed, without those ordered, and those of it."""
    shown = moves_of(standing, ())
    under_way = {one["one"].unit_id for one in shown["moving"]}
    asked = suggestion["move_ups"] if suggestion and found.ended_at is None else ()
    return {
        "moving": [one for one in shown["moving"] if one["one"].incident_id == found.pk],
        "moves": [one for one in asked if one["unit"].pk not in under_way],
    }


def _stamps(found: Incident) -> list[dict[str, Any]]:
    procedure = book().procedures[found.case.procedure_id]
    return [
        {
            "at": one.at,
            "after": wording.seconds(max(0, one.after)),
            "what": wording.word(wording.HAPPENED, one.verb),
            "stage": said(procedure.stages[one.stage].title)
            if one.stage in procedure.stages
            else "",
            "unit": one.data.get("unit", ""),
            "units": ", ".join(one.data.get("units", ()))
            if isinstance(one.data.get("units"), list)
            else "",
            "by": one.by,
        }
        for one in read.stamps_of(found)
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*COORDINATES)
def assembly(request: HttpRequest, standing: Standing, number: str) -> HttpResponse:
    """Who is where and when; the silent ones in red, by shape and word."""
    try:
        found = _found(number, standing, "assembly")
    except Missing as missing:
        return _nothing(request, standing, missing)
    here = reverse("desk:incident_assembly", args=[found.case.number])

    def say(asked: HttpRequest, who: Standing) -> str:
        answer(chosen(asked, "assignment"), text(asked, "step"), who.actor, who.at)
        return here

    def free(asked: HttpRequest, who: Standing) -> str:
        set_free(chosen(asked, "assignment"), "stood_down", who.actor, who.at)
        return here

    return administer(
        request,
        standing,
        "desk/response/assembly.html",
        lambda: {**head_of(found), **_gathered(found, standing)},
        {"answer": say, "free": free},
    )


def _gathered(found: Incident, standing: Standing) -> dict[str, Any]:
    """The lines of the assembly, and its sums in words."""
    all_of = read.gathered(found, standing.at)
    total = len(all_of.lines)
    following = {"sent": "acknowledged", "acknowledged": "en_route", "en_route": "on_scene"}
    return {
        "gathered": all_of,
        "total": total,
        "answered_words": ngettext(
            "{answered} of {count} unit has answered", "{answered} of {count} units have answered",
            total,
        ).format(answered=all_of.answered, count=total),
        "in_a_minute": sum(
            line.assignment.acknowledged_at is not None and line.waited <= 60 for line in all_of.lines
        ),
        "last_answer": wording.seconds(all_of.last_answer),
        "last_arrival": wording.seconds(all_of.last_arrival),
        "lines": [
            {
                "line": line,
                "radio": wording.radio(line.unit),
                "agency": wording.agency(line.unit.agency),
                "step": wording.step(line.step),
                "waited": wording.seconds(line.waited),
                "reckoned": wording.seconds(line.arrives_in),
                "why": wording.word(wording.FREED, line.assignment.freed_why),
                "next": following.get(line.step, ""),
                "next_words": wording.step(following[line.step])["text"]
                if line.step in following
                else "",
            }
            for line in all_of.lines
        ],
    }  # fmt: skip


@require_safe
@for_staff(*COORDINATES)
def report(request: HttpRequest, standing: Standing, number: str) -> HttpResponse:
    """The after-action report (处置报告), made to be printed."""
    try:
        found = _found(number, standing, "report")
    except Missing as missing:
        return _nothing(request, standing, missing)
    context = {
        **head_of(found),
        **_gathered(found, standing),
        "stamps": _stamps(found),
        "needs": wording.needs(found),
        "reasons": [named(r["zh"], r["en"]) for r in found.reasons],
        "note": read.note_of(found),
        "links": read.links_of(found),
        "orders": [
            {"order": o, "by": o.by.name if o.by is not None else "",
             "upon": o.upon.version if o.upon is not None else ""}
            for o in read.orders_of(found)
        ],
        "calls": len(read.calls_of(found)),
    }  # fmt: skip
    return desk_page(request, standing, "desk/response/report.html", context)
