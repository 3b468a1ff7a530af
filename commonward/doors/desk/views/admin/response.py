"""Units that go out, and the question cards: edited, checked, then brought into force."""

import difflib
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commonward.core.refusals import N_, Invalid
from commonward.core.urgent.cards import read_cards
from commonward.doors.desk.views.admin.doing import administer, done, number, text, words_of
from commonward.doors.desk.views.response import wording
from commonward.doors.desk.views.response.board import degrees
from commonward.doors.look.showing import named, said
from commonward.doors.look.standing import Standing, for_staff
from commonward.people.queries import team_by_code, teams_on
from commonward.response.access import unit_by
from commonward.response.actions.setting_up import adopt_cards, set_up
from commonward.response.actions.units import UnitFacts, set_unit
from commonward.response.queries.cards import cards_text, cards_versions
from commonward.response.queries.fleet import all_units

_MOST_LINES = 400


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff("administrator")
def units(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The list of units, and a form for one more."""

    def add(asked: HttpRequest, who: Standing) -> str:
        made = set_unit(_facts(asked, text(asked, "code")), at=who.at, actor=who.actor)
        done(asked, _("Unit {unit} was added.").format(unit=made.code))
        return reverse("desk:admin_units")

    def begin(asked: HttpRequest, who: Standing) -> str:
        set_up(who.at, who.actor)
        done(asked, _("Urgent help is set up."))
        return reverse("desk:admin_units")

    return administer(
        request,
        standing,
        "desk/admin/units.html",
        lambda: {
            "units": [
                {
                    "unit": unit,
                    "radio": wording.radio(unit),
                    "agency": wording.agency(unit.agency),
                    "team": named(unit.team.name, unit.team.name_en),
                    "on": on,
                }
                for unit, on in all_units()
            ],
            **_choices(standing),
        },
        {"add": add, "set_up": begin},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff("administrator")
def unit(request: HttpRequest, standing: Standing, code: str) -> HttpResponse:
    """One unit, to change."""

    def change(asked: HttpRequest, who: Standing) -> str:
        set_unit(_facts(asked, unit_by(code).code), at=who.at, actor=who.actor)
        done(asked, _("Kept."))
        return reverse("desk:admin_units")

    return administer(
        request,
        standing,
        "desk/admin/unit.html",
        lambda: {"unit": unit_by(code), **_choices(standing)},
        {"change": change},
    )


def _choices(standing: Standing) -> dict[str, Any]:
    return {
        "agencies": wording.agencies(),
        "teams": [
            (t.code, named(t.name, t.name_en)) for t in teams_on(standing.at) if t.kind != "partner"
        ],
    }


def _facts(request: HttpRequest, code: str) -> UnitFacts:
    lat, lon = degrees(request, "base_lat"), degrees(request, "base_lon")
    if lat is None or lon is None:
        raise Invalid(
            N_("Give the position in degrees, such as 27.805 and 113.105."), field="base_lat"
        )
    crew = text(request, "crew")
    return UnitFacts(
        code=code,
        radio_name=text(request, "radio_name"),
        radio_name_en=text(request, "radio_name_en"),
        agency=text(request, "agency"),
        kind=text(request, "kind"),
        skills=words_of(request, "skills"),
        crew=int(crew) if crew.isdecimal() and len(crew) < 4 else 0,
        station=text(request, "station"),
        vehicles=text(request, "vehicles"),
        gear=text(request, "gear"),
        areas=words_of(request, "areas"),
        area=text(request, "area"),
        team=team_by_code(text(request, "team")).pk,
        base_lat=lat,
        base_lon=lon,
        active=bool(text(request, "active")),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff("administrator")
def question_cards(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The text in force, and what a change would do; nothing is adopted unseen."""
    tried: dict[str, Any] = {}

    def shown() -> Mapping[str, Any]:
        version, whole = cards_text(standing.at)
        return {
            "version": version,
            "whole": whole,
            "versions": cards_versions(standing.at),
            **tried,
        }

    def look(asked: HttpRequest, who: Standing) -> str:
        wanted = asked.POST.get("whole", "").replace("\r\n", "\n")
        tried["whole"] = wanted
        version, now = cards_text(who.at)
        found = read_cards(wanted)
        lines = list(difflib.unified_diff(now.splitlines(), wanted.splitlines(), n=1, lineterm=""))
        tried.update(
            tried=True,
            proposed=wanted,
            upon=version,
            diff=[(line[:1], line) for line in lines[2:][:_MOST_LINES]],
            cards=[said(card.title) for card in found.cards.values()],
        )
        return ""

    def adopt(asked: HttpRequest, who: Standing) -> str:
        made = adopt_cards(
            asked.POST.get("proposed", ""), at=who.at, actor=who.actor, upon=number(asked, "upon")
        )
        if made is None:
            done(asked, _("Nothing changed: this text is in force already."))
        else:
            done(asked, _("Version {number} is in force.").format(number=made.number))
        return reverse("desk:admin_cards")

    return administer(
        request, standing, "desk/admin/cards.html", shown, {"look": look, "adopt": adopt}
    )
