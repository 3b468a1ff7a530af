"""Rosters in force: for planners and who coordinates, and for a unit the shifts of its own seats."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import numpy as np
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from commonward.core.plans.rostering.model import OFF
from commonward.core.plans.rostering.seats import Task
from commonward.core.plans.rostering.sheets import write_seats
from commonward.core.refusals import N_, Invalid, Missing
from commonward.doors.desk.showing import desk_page
from commonward.doors.desk.tables import csv_text
from commonward.doors.desk.views.admin.doing import administer, done, number, text
from commonward.doors.desk.views.plans import rostering
from commonward.doors.look.showing import error_of
from commonward.doors.look.standing import Standing, for_staff
from commonward.response.actions.rostering import (
    accept_repair,
    ask_repair,
    drop_repair,
    withdraw_roster,
)
from commonward.response.models import Roster, RosterAbsence, RosterShift
from commonward.response.planning.rosters import fairness_of, seats_of_units, slot_in_words
from commonward.response.queries.plans import PLANS, answer_of, given_of, may_plan, plan_of
from commonward.response.queries.rosters import (
    ROSTERS,
    Kept,
    Sight,
    absences_of,
    kept,
    roster_for,
    rosters_of,
)


@require_safe
@for_staff(*PLANS)
def plan_seats(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The seats of the units that this planner plans for, as a sheet to be changed and given back."""
    areas = [right.area for right in standing.actor.rights if right.role in PLANS]
    seats = {
        (one.team, one.seat): one
        for area in ([""] if "" in areas else areas)
        for one in seats_of_units(area)
    }
    today = timezone.localtime(standing.at).date()
    return csv_text(write_seats(list(seats.values()), (), today), "seats.csv")


@require_safe
@for_staff(*PLANS)
def plan_table(request: HttpRequest, standing: Standing, code: str) -> HttpResponse:
    """One team of a plan's roster (`?team=`)."""
    try:
        found = plan_of(code, standing.actor)
        answer, given = answer_of(found), given_of(found)
        if found.kind != "rosters" or answer is None or given is None:
            raise Missing(N_("This plan has no answer yet."))
    except Missing as missing:
        return _missing(request, standing, missing)
    task, first = Task.unpacked(given["task"]), date.fromisoformat(given["first"])
    rows = np.array(answer["rows"], dtype=np.int64)
    context = {
        "plan": found,
        "table_at": request.path,
        "files": reverse("desk:plan", args=[code]),
        **rostering.whole(task, first, rows, answer["fair"], request.GET.get("team", "")),
    }
    return desk_page(request, standing, "desk/plans/roster_of_plan.html", context)


@require_safe
@for_staff(*ROSTERS)
def rosters(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The rosters in force."""
    rows = [
        {
            "roster": one,
            "first": rostering.day_name(one.first),
            "last": rostering.day_name(one.first + timedelta(days=one.days - 1)),
        }
        for one in rosters_of(standing.actor, standing.at)
    ]
    return desk_page(request, standing, "desk/plans/rosters_in_force.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*ROSTERS)
def roster(request: HttpRequest, standing: Standing, code: str) -> HttpResponse:
    """A roster in force; a seat that falls out is marked here, and what follows is accepted."""
    here = reverse("desk:roster", args=[code])

    def absent(asked: HttpRequest, who: Standing) -> str:
        team, _sign, seat = text(asked, "seat").rpartition(":")
        if not team or not seat.isdecimal() or len(seat) > 3:
            raise Invalid(N_("Choose one of the list."), field="seat")
        first = _date(asked, "first")
        last = _date(asked, "last") if text(asked, "last") else first
        ask_repair(code, team, int(seat), first, last, who.actor, who.at)
        return f"{here}#proposals"

    def accept(asked: HttpRequest, who: Standing) -> str:
        accept_repair(code, number(asked, "absence"), number(asked, "choice"), who.actor, who.at)
        done(asked, _("The roster is changed; the units concerned see it on their page."))
        return here

    def drop(asked: HttpRequest, who: Standing) -> str:
        drop_repair(code, number(asked, "absence"), who.actor, who.at)
        done(asked, _("Nothing was changed."))
        return here

    def withdraw(asked: HttpRequest, who: Standing) -> str:
        withdraw_roster(code, who.actor, who.at)
        done(asked, _("The roster is withdrawn; shifts that had not begun are gone."))
        return reverse("desk:rosters")

    return administer(
        request,
        standing,
        "desk/plans/roster.html",
        lambda: _page(roster_for(code, standing.actor), standing, request.GET.get("team", "")),
        {"absent": absent, "accept": accept, "drop": drop, "withdraw": withdraw},
    )


@require_safe
@for_staff(*ROSTERS)
def roster_file(request: HttpRequest, standing: Standing, code: str, name: str) -> HttpResponse:
    """A file of a roster in force; a unit's holds its own team only."""
    try:
        sight = roster_for(code, standing.actor)
        now = kept(sight.roster)
        answer = rostering.file_of(now.task, sight.roster.first, now.rows, name, sight.team)
    except Missing as missing:
        return _missing(request, standing, missing)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _page(sight: Sight, standing: Standing, team: str) -> Mapping[str, Any]:
    one = sight.roster
    now = kept(one)
    changed = frozenset(
        RosterShift.objects.filter(roster=one, changed_at__isnull=False).values_list(
            "team", "seat", "day"
        )
    )
    today = timezone.localtime(standing.at).date()
    last = one.first + timedelta(days=one.days - 1)
    history = absences_of(one, sight.team)
    shown = rostering.whole(
        now.task, one.first, now.rows, fairness_of(now.task, now.rows), team, changed, sight.team
    )
    return {
        "roster": one,
        "in_force": one.state == "published",
        "whole": sight.whole,
        "plans": may_plan(standing.actor, one.area),
        "asked": [_told(a, one, now) for a in history if a.state == "asked"],
        "history": [_told(a, one, now) for a in history if a.state == "accepted"],
        "earliest": max(today, one.first).isoformat(),
        "latest": last.isoformat(),
        "seats": [
            (f"{seat.team}:{seat.seat}", seat.team, seat.seat)
            for seat in now.task.seats
            if seat.team in {table["team"] for table in shown["tables"]}
        ],
        "table_at": reverse("desk:roster", args=[one.code]),
        "files": reverse("desk:roster", args=[one.code]),
        **shown,
    }


def _told(absence: RosterAbsence, one: Roster, now: Kept) -> dict[str, Any]:
    """A seat's absence with its proposals (or what was done), in names and dates."""
    names = rostering.radio_names(
        {absence.team, *(s.team for s in now.task.seats)} if absence.proposals else {absence.team}
    )

    def kind(number: int) -> str:
        return _("off") if number == OFF else now.task.shifts[number].name

    proposals = []
    for choice, made in enumerate(absence.proposals):
        changes = [
            {
                "team": names.get(now.task.seats[seat].team, now.task.seats[seat].team),
                "seat": now.task.seats[seat].seat,
                "day": rostering.day_name(one.first + timedelta(days=day)),
                "was": kind(was),
                "now": kind(becomes),
            }
            for seat, day, was, becomes in made["changes"]
        ]
        lacking = [
            {
                "day": rostering.day_name(one.first + timedelta(days=day)),
                "what": slot_in_words(now.task.slots[slot]),
                "missing": missing,
            }
            for day, slot, missing in made["lacking"]
        ]
        proposals.append(
            {
                "choice": choice, "number": choice + 1, "changes": changes, "lacking": lacking,
                "fewest": choice == 0 and made["proven"],
            }
        )  # fmt: skip
    return {
        "absence": absence,
        "id": absence.pk,
        "team": names.get(absence.team, absence.team),
        "seat": absence.seat,
        "first": rostering.day_name(absence.first),
        "last": "" if absence.last == absence.first else rostering.day_name(absence.last),
        "proposals": proposals,
    }


def _date(request: HttpRequest, name: str) -> date:
    try:
        return date.fromisoformat(text(request, name))
    except ValueError:
        raise Invalid(N_("Give the day as a date."), field=name) from None


def _missing(request: HttpRequest, standing: Standing, missing: Missing) -> HttpResponse:
    context = {"error": error_of(missing)}
    return desk_page(request, standing, "desk/admin/missing.html", context, status=404)
