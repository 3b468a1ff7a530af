"""Alliances at the desk: the list, a new one, its agreement, and the units that can join."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from commonward.areas.queries.names import areas_to_choose
from commonward.cases.queries.reference import book
from commonward.core.pledging import ALLIANCES, UNITS
from commonward.core.refusals import N_, Invalid
from commonward.doors.desk.showing import desk_page
from commonward.doors.desk.views.admin.doing import administer, done, number, text
from commonward.doors.look.pledges import line_shown, offered, title_of, unit_name
from commonward.doors.look.showing import named
from commonward.doors.look.standing import Standing, for_staff
from commonward.people.queries import revisions
from commonward.people.queries.names import teams_to_choose
from commonward.programmes.actions.pledges import alliancing
from commonward.programmes.models import Alliance, Organisation
from commonward.programmes.queries.pledges import (
    CATEGORY,
    EVERYBODY,
    KEEPS,
    alliance_of,
    alliances_for,
    keeps,
    owed_by,
    unit_of,
    units,
)

_ONLY = {
    "late": N_("With something late"),
    "soon": N_("Ending soon"),
    "ended": N_("Ended"),
}


def day_in(request: HttpRequest, name: str, *, needed: bool = True) -> date | None:
    """The day that a field gives. Raises Invalid."""
    given = text(request, name)
    if not given and not needed:
        return None
    try:
        found = parse_date(given)
    except ValueError:
        found = None
    if found is None or not 2000 <= found.year <= 2100:
        raise Invalid(N_("Give the day as 2026-03-31."), field=name)
    return found


def day_of_field(request: HttpRequest, name: str) -> date:
    """The same where the field is needed."""
    found = day_in(request, name)
    if found is None:
        raise Invalid(N_("Give the day as 2026-03-31."), field=name)
    return found


@require_safe
@for_staff(*EVERYBODY)
def pledges(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The alliances that this person sees, and what their teams owe."""
    today = timezone.localdate(standing.at)
    places = {one.code: one for one in areas_to_choose(revisions())}
    kind = request.GET.get("kind", "")
    place = places.get(request.GET.get("area", ""))
    only = request.GET.get("only", "")
    rows = alliances_for(
        standing.actor,
        today,
        kind=kind if kind in ALLIANCES else "",
        area_path=place.path if place else "",
        only=only if only in _ONLY else "",
    )
    near = today + timedelta(days=settings.REMIND_DAYS)
    context = {
        "rows": [line_shown(one) for one in rows],
        "owed": [
            {
                "row": one,
                "code": one.duty.alliance.code,
                "title": title_of(one.duty.alliance),
                "what": named(one.duty.what, one.duty.what_en),
                "late": one.due_on < today,
            }
            for one in owed_by(standing.actor, near)
        ],
        "kinds": offered(ALLIANCES),
        "areas": [(one.code, named(one.name, one.name_en)) for one in places.values()],
        "onlys": offered(_ONLY),
        "kind": kind,
        "area": place.code if place else "",
        "only": only,
        "keeps": standing.holds(KEEPS),
        "set_up": CATEGORY in book().codes,
    }
    return desk_page(request, standing, "desk/programmes/pledges/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*KEEPS)
def pledge_new(request: HttpRequest, standing: Standing) -> HttpResponse:
    """Put an agreement into force."""

    def shown() -> Mapping[str, Any]:
        return {**_fields(request, None), "new": True}

    def make(asked: HttpRequest, who: Standing) -> str:
        made = alliancing.make_alliance(_agreed(asked), who.actor, who.at)
        done(asked, _("The alliance is made. Say next who is a member."))
        return reverse("desk:programme_pledge", args=[made.code])

    return administer(request, standing, "desk/programmes/pledges/form.html", shown, {"make": make})


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*KEEPS)
def pledge_edit(request: HttpRequest, standing: Standing, code: str) -> HttpResponse:
    """Write an agreement anew, or end it."""

    def shown() -> Mapping[str, Any]:
        found = alliance_of(code, standing.actor)
        return {
            **_fields(request, found),
            "title": title_of(found),
            "code": code,
            "ended": found.case.closed_at is not None,
            "keeps": keeps(found, standing.actor),
        }

    def change(asked: HttpRequest, who: Standing) -> str:
        alliancing.change_alliance(code, _agreed(asked), who.actor, who.at)
        done(asked, _("Kept."))
        return reverse("desk:programme_pledge", args=[code])

    def end(asked: HttpRequest, who: Standing) -> str:
        alliancing.end_alliance(code, who.actor, who.at)
        done(asked, _("The alliance has ended."))
        return reverse("desk:programme_pledge", args=[code])

    deeds = {"change": change, "end": end}
    return administer(request, standing, "desk/programmes/pledges/form.html", shown, deeds)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*KEEPS)
def pledge_units(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The units that can join, and a new one."""

    def shown() -> Mapping[str, Any]:
        rows = [{"row": one, "name": unit_name(one), "kind": _(UNITS[one.kind])} for one in units()]
        return {"rows": rows, **_unit_fields(request, None)}

    def add(asked: HttpRequest, who: Standing) -> str:
        alliancing.keep_unit(_unit(asked), who.actor, who.at)
        done(asked, _("Kept."))
        return reverse("desk:programme_pledge_units")

    return administer(request, standing, "desk/programmes/pledges/units.html", shown, {"add": add})


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*KEEPS)
def pledge_unit(request: HttpRequest, standing: Standing, unit: int) -> HttpResponse:
    """Change a unit, or take its contact away."""

    def shown() -> Mapping[str, Any]:
        found = unit_of(unit)
        return {"name": unit_name(found), **_unit_fields(request, found)}

    def keep(asked: HttpRequest, who: Standing) -> str:
        alliancing.keep_unit(_unit(asked), who.actor, who.at, pk=unit)
        done(asked, _("Kept."))
        return reverse("desk:programme_pledge_units")

    return administer(request, standing, "desk/programmes/pledges/unit.html", shown, {"keep": keep})


def _agreed(request: HttpRequest) -> alliancing.Agreed:
    return alliancing.Agreed(
        title=text(request, "title"),
        kind=text(request, "kind"),
        about=text(request, "about"),
        area=number(request, "area"),
        begins_on=day_of_field(request, "begins_on"),
        ends_on=day_of_field(request, "ends_on"),
        title_en=text(request, "title_en"),
        about_en=text(request, "about_en"),
        public="public" in request.POST,
    )


def _fields(request: HttpRequest, row: Alliance | None) -> dict[str, Any]:
    """What stands in the form of an agreement: as it was sent, else as it is kept."""
    names = ("title", "title_en", "kind", "about", "about_en", "begins_on", "ends_on")
    if request.method == "POST":
        values: dict[str, Any] = {name: request.POST.get(name, "") for name in (*names, "area")}
        values["public"] = "public" in request.POST
    elif row is None:
        values = {"public": True}
    else:
        values = {name: getattr(row, name) for name in names}
        values |= {"area": str(row.area_id), "public": row.public}
        values["begins_on"] = row.begins_on.isoformat()
        values["ends_on"] = row.ends_on.isoformat()
    areas = [
        (str(one.id), named(one.name, one.name_en))
        for one in areas_to_choose(revisions())
        if row is None or one.id == row.area_id
    ]
    return {"values": values, "kinds": offered(ALLIANCES), "areas": areas}


def _unit(request: HttpRequest) -> alliancing.Unit:
    return alliancing.Unit(
        name=text(request, "name"),
        kind=text(request, "kind"),
        name_en=text(request, "name_en"),
        team=number(request, "team") if text(request, "team") else None,
        office_line=text(request, "office_line"),
        office_box=text(request, "office_box"),
        consent_on=day_in(request, "consent_on", needed=False),
        contact_until=day_in(request, "contact_until", needed=False),
        language=text(request, "language"),
    )


def _unit_fields(request: HttpRequest, row: Organisation | None) -> dict[str, Any]:
    names = ("name", "name_en", "kind", "office_line", "office_box", "language")
    if request.method == "POST":
        sent = (*names, "team", "consent_on", "contact_until")
        values: dict[str, Any] = {name: request.POST.get(name, "") for name in sent}
    elif row is None:
        values = {}
    else:
        values = {name: getattr(row, name) for name in names}
        values["team"] = str(row.team_id or "")
        values["consent_on"] = row.consent_on.isoformat() if row.consent_on else ""
        values["contact_until"] = row.contact_until.isoformat() if row.contact_until else ""
    teams = [
        (str(one.id), named(one.name, one.name_en)) for one in teams_to_choose(revisions()).values()
    ]
    return {"values": values, "kinds": offered(UNITS), "teams": teams}
