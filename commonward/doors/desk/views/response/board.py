"""The board of incidents, taking a call, and the units on duty."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from commonward.core.numbers import normalise
from commonward.core.refusals import N_, Invalid
from commonward.core.urgent.meaning import kind_meant
from commonward.doors.desk.showing import desk_page
from commonward.doors.desk.views.admin.doing import administer, done, text
from commonward.doors.desk.views.response import wording
from commonward.doors.desk.views.response.together import moves_of
from commonward.doors.look.showing import said
from commonward.doors.look.standing import Standing, for_staff
from commonward.people.queries import revisions
from commonward.response.access import COORDINATES, TAKES_CALLS, has_charge_of
from commonward.response.actions.calling import Called, add_call, take_call
from commonward.response.queries.cards import cards
from commonward.response.queries.fleet import on_duty
from commonward.response.queries.incidents import board, perhaps_same
from commonward.response.queries.move_ups import proposed


@require_safe
@for_staff(*COORDINATES)
def incidents(request: HttpRequest, standing: Standing) -> HttpResponse:
    """Open incidents, the most pressing first, moves to other stations, and the units on duty."""
    marks = revisions()
    fleet = [
        one
        for one in on_duty(standing.at)
        if has_charge_of(one.unit, standing.actor, "order", marks)
    ]
    context = {
        "rows": [
            {
                "row": row,
                "number": row.case.number,
                "kind": wording.kind(row.incident),
                "priority": wording.priority(row.case.grade),
                "open": row.case.closed_at is None,
            }
            for row in board(standing.actor, standing.at)
        ],
        "fleet": [
            {
                "one": one,
                "radio": wording.radio(one.unit),
                "agency": wording.agency(one.unit.agency),
                "status": wording.word(wording.STATUS, "drill" if one.in_drill else one.status),
            }
            for one in fleet
        ],
        "free": sum(one.status == "idle" and not one.in_drill for one in fleet),
    }
    context.update(moves_of(standing, proposed(standing.at)))
    return desk_page(request, standing, "desk/response/board.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*TAKES_CALLS)
def call(request: HttpRequest, standing: Standing) -> HttpResponse:
    """A call for help: what kind, where, the card's questions; or "it is this one".

    An intake officer who hears of danger comes here with what was typed so far ("begin").
    """
    near: list[dict[str, Any]] = []
    begun: dict[str, str] = {}

    def shown() -> dict[str, Any]:
        given = begun or request.POST or request.GET
        known = cards(standing.at).cards
        asked = known.get(given.get("kind", ""))
        return {
            "kinds": wording.kinds(standing.at),
            "asked": asked,
            "say": said(asked.say) if asked is not None else "",
            "questions": wording.questions(asked, _said_so_far(given)) if asked is not None else [],
            "kept": given,
            "key": given.get("key") or _key(),
            "near": near,
            "coordinates": wording.coordinates(standing),
            "taken": _number(request.GET.get("taken", "")),
            "files": standing.holds(("intake_officer", "duty_chief")),
        }

    def begin(asked: HttpRequest, who: Standing) -> str:
        kind = kind_meant(text(asked, "words"), cards(who.at).cards)
        begun.update(_from_intake(asked), kind=kind)
        return ""

    def ask(asked: HttpRequest, who: Standing) -> str:
        return ""

    def take(asked: HttpRequest, who: Standing) -> str:
        told = _called(asked, who.at)
        joins = text(asked, "joins")
        if joins == "" and told.lat is not None and told.lon is not None:
            same = perhaps_same(told.lat, told.lon, who.at)
            if same:
                titles = dict(wording.kinds(who.at))
                near.extend(
                    {"number": n, "kind": titles.get(k, k), "metres": m, "minutes": late}
                    for n, k, m, late in same
                )
                raise Invalid(
                    N_("Something was reported near there already: say whether it is the same."),
                    field="joins",
                )
        if joins and joins != "new":
            made = add_call(joins, told, who.actor, who.at)
            done(asked, _("Added to {number}.").format(number=made.case.number))
        else:
            made = take_call(told, who.at, who.actor)
            done(asked, _("Taken as {number}.").format(number=made.case.number))
        if wording.coordinates(who):
            return reverse("desk:incident", args=[made.case.number])
        return f"{reverse('desk:incident_call')}?taken={made.case.number}"

    deeds = {"take": take, "begin": begin, "kind": ask}
    return administer(request, standing, "desk/response/call.html", shown, deeds)


def _from_intake(request: HttpRequest) -> dict[str, str]:
    """What was typed into the form of ordinary calls, under this form's names."""
    words = text(request, "words")
    return {
        "words": words[:2000],
        "place": (text(request, "address") or text(request, "find"))[:200],
        "callback": text(request, "phone")[:40],
        "lat": text(request, "lat")[:20],
        "lon": text(request, "lon")[:20],
        "source": "desk" if text(request, "channel") == "counter" else "phone",
    }


def _said_so_far(given: Mapping[str, str]) -> dict[str, Any]:
    """The answers of a form as it is shown again, whatever else was wrong with it."""
    said_of = {"yes": True, "no": False}
    return {
        name.removeprefix("q_"): said_of.get(value, value)
        for name, value in given.items()
        if name.startswith("q_") and value
    }


def _number(given: str) -> str:
    try:
        return normalise(given)
    except Invalid:
        return ""


def _called(request: HttpRequest, at: datetime) -> Called:
    known = cards(at).cards.get(text(request, "kind"))
    lat, lon = degrees(request, "lat"), degrees(request, "lon")
    if (lat is None) != (lon is None):
        raise Invalid(N_("Give both latitude and longitude, or neither."), field="lat")
    return Called(
        kind=text(request, "kind"),
        source=text(request, "source") or "phone",
        words=text(request, "words"),
        callback=text(request, "callback"),
        place=text(request, "place"),
        lat=lat,
        lon=lon,
        answers=answers(request, [(q.code, q.kind) for q in known.questions] if known else []),
        drill=bool(text(request, "drill")),
        key=text(request, "key"),
        planned_for=moment(request, "planned_for"),
    )


def answers(request: HttpRequest, asked: list[tuple[str, str]]) -> dict[str, bool | int]:
    """The answers of a form; a question left open has none. Raises Invalid for no number."""
    found: dict[str, bool | int] = {}
    for code, kind in asked:
        given = text(request, f"q_{code}")
        if not given:
            continue
        if kind == "yes_no":
            found[code] = given == "yes"
        elif given.isdecimal() and len(given) < 7:
            found[code] = int(given)
        else:
            raise Invalid(N_("{given} is no whole number."), given=given, field=f"q_{code}")
    return found


def degrees(request: HttpRequest, name: str) -> float | None:
    """A field in degrees, or None where it is empty. Raises Invalid."""
    given = text(request, name).replace(",", ".")
    if not given:
        return None
    try:
        found = float(given)
    except ValueError:
        found = float("nan")
    if not abs(found) <= 180:
        raise Invalid(N_("{given} is not a number of degrees."), given=given, field=name)
    return found


def moment(request: HttpRequest, name: str) -> datetime | None:
    """A moment of a form by the site's clock, or None. Raises Invalid."""
    given = text(request, name)
    if not given:
        return None
    try:
        found = datetime.fromisoformat(given)
    except ValueError:
        raise Invalid(N_("Give day and time, such as 2026-03-01 14:30."), field=name) from None
    return timezone.make_aware(found) if found.tzinfo is None else found


def until_of(request: HttpRequest, at: datetime) -> datetime:
    """The end of a shift given in hours from now. Raises Invalid."""
    given = text(request, "hours")
    if not given.isdecimal() or not 1 <= int(given[:3]) <= 24:
        raise Invalid(N_("A shift ends after now, and within 24 hours."), field="hours")
    return at + timedelta(hours=int(given))


def _key() -> str:
    return secrets.token_urlsafe(24)
