"""Campaigns at the desk: made, previewed, started, followed; a team's day and notices on paper."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import segno
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commonward.areas.queries.names import areas_to_choose
from commonward.core.inspecting.drawing import METHOD, seed_of
from commonward.core.inspecting.figures import SOURCE, Share
from commonward.core.refusals import N_, Invalid, Missing, Refusal
from commonward.doors.desk.showing import desk_page
from commonward.doors.desk.views.admin.doing import administer, done, text
from commonward.doors.desk.views.programmes.inspections.places import (
    FOLDER,
    STATES,
    VISIT_KINDS,
)
from commonward.doors.desk.views.programmes.ways import OPENS, WORKS
from commonward.doors.look.showing import error_of, named, said
from commonward.doors.look.standing import Standing, for_staff
from commonward.people.models import Team
from commonward.people.queries import revisions
from commonward.people.queries.names import teams_to_choose
from commonward.programmes.actions.inspections.campaigning import (
    Wanted,
    end_campaign,
    make_campaign,
    spread_of,
    start_campaign,
)
from commonward.programmes.actions.inspections.notices import notice_codes
from commonward.programmes.models import Campaign, Checklist, Visit
from commonward.programmes.queries.inspections.access import campaign_for, seen_places
from commonward.programmes.queries.inspections.checklists import kinds, parsed
from commonward.programmes.queries.inspections.coverage import Row, standing_of
from commonward.programmes.queries.inspections.visits import day_plan, days_with_visits

KEEPERS = ("programme_officer", "leader")
_MOST_CAMPAIGNS = 60


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*OPENS)
def programme_inspections(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The campaigns that this person sees, and a new one; a team's own days."""

    def shown() -> dict[str, Any]:
        office = standing.holds(KEEPERS)
        rows = (
            Campaign.objects.filter(seen_places(standing.actor))
            if office
            else Campaign.objects.none()
        )
        if not office:
            mine = Visit.objects.filter(team_id__in=standing.actor.teams).values("campaign_id")
            rows = Campaign.objects.filter(pk__in=mine, state="running")
        today = timezone.localdate(standing.at)
        own = Visit.objects.filter(team_id__in=standing.actor.teams, state="planned", on__lte=today)
        return {
            "rows": [
                (one, named(one.title, one.title_en), _(CAMPAIGN_STATES[one.state]))
                for one in rows.order_by("-since", "-id")[:_MOST_CAMPAIGNS]
            ],
            "own": own.count() if standing.actor.teams else 0,
            "keeps": standing.holds(("programme_officer",)),
            "office": office,
            "kinds": [(kind, said(title)) for kind, title in kinds().items()],
            "areas": [(a.code, named(a.name, a.name_en)) for a in areas_to_choose(revisions())],
            "teams": [(t.code, named(t.name, t.name_en), t.kind) for t in teams_to_choose(revisions()).values()],
            "chosen": request.POST.getlist("kinds"),
        }  # fmt: skip

    return administer(request, standing, f"{FOLDER}/campaigns.html", shown, {"make": _make})


CAMPAIGN_STATES = {"draft": N_("draft"), "running": N_("Under way"), "ended": N_("ended")}


def _make(request: HttpRequest, standing: Standing) -> str:
    known = teams_to_choose(revisions())
    wanted = text(request, "teams").replace("，", " ").replace(",", " ").split()
    if request.POST.get("grids"):
        wanted += [code for code, team in known.items() if team.kind == "grid"]
    unknown = [code for code in wanted if code not in known]
    if unknown:
        raise Invalid(N_("There is no team “{code}”."), code=unknown[0][:40], field="teams")
    made = make_campaign(
        Wanted(
            title=text(request, "title"),
            title_en=text(request, "title_en"),
            kinds=request.POST.getlist("kinds"),
            since=_day(request, "since"),
            until=_day(request, "until"),
            teams=[known[code].id for code in dict.fromkeys(wanted)],
            area=text(request, "area"),
            per_day=_count(request, "per_day"),
            recheck_percent=_count(request, "recheck_percent"),
        ),
        standing.actor,
        standing.at,
    )
    done(request, _("A draft: look at the spread, then start it."))
    return reverse("desk:programme_campaign", args=[made.code])


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*WORKS)
def programme_campaign(request: HttpRequest, standing: Standing, code: str) -> HttpResponse:
    """A draft with its spread; a campaign under way with its figures."""

    def shown() -> dict[str, Any]:
        one = campaign_for(code, standing.actor)
        office = standing.holds(KEEPERS)
        shared = {
            "one": one,
            "title": named(one.title, one.title_en),
            "state": _(CAMPAIGN_STATES[one.state]),
            "kinds": [said(title) for kind, title in kinds().items() if kind in one.kinds],
            "keeps": standing.holds(("programme_officer",)),
            "office": office,
        }
        if one.state == "draft":
            return {**shared, **_preview(one)}
        own = {
            t.id: t
            for t in teams_to_choose(revisions()).values()
            if office or t.id in standing.actor.teams
        }
        today = timezone.localdate(standing.at)
        days = [
            (own[team].code, named(own[team].name, own[team].name_en), on, count)
            for team, on, count in days_with_visits(own, one.pk)
            if on <= today or not office or (on - today).days < 7
        ][:300]
        return {**shared, "days": days, **(_figures(one, today) if office else {})}  # fmt: skip

    return administer(
        request, standing, f"{FOLDER}/campaign.html", shown, {"start": _start, "end": _end}
    )


def _start(request: HttpRequest, standing: Standing) -> str:
    code = text(request, "code")
    start_campaign(code, standing.actor, standing.at)
    done(request, _("Started: the visits are on the phones of the teams."))
    return reverse("desk:programme_campaign", args=[code])


def _end(request: HttpRequest, standing: Standing) -> str:
    code = text(request, "code")
    end_campaign(code, standing.actor, standing.at)
    done(request, _("Ended: visits that were not made are cancelled; faults are followed on."))
    return reverse("desk:programme_campaign", args=[code])


def _preview(one: Campaign) -> dict[str, Any]:
    try:
        found = spread_of(one)
    except Refusal as refusal:
        return {"refusal": error_of(refusal)["text"]}
    names = {t.id: t for t in teams_to_choose(revisions()).values()}
    loads = [
        (named(names[team].name, names[team].name_en) if team in names else str(team),
         sum(days.values()), max(days.values(), default=0), len(days))
        for team, days in found.loads.items()
    ]  # fmt: skip
    return {"places": len(found.stops), "working_days": len(found.days), "loads": loads}


def _figures(one: Campaign, today: date) -> dict[str, Any]:
    found = standing_of(one, today)
    titles = kinds()
    areas = {a.code: named(a.name, a.name_en) for a in areas_to_choose(revisions())}
    teams = {t.code: named(t.name, t.name_en) for t in teams_to_choose(revisions()).values()}
    texts = {
        (kind, item.code): said(item.text)
        for kind, pk in one.checklists.items()
        for item in _items_of(pk)
    }
    return {
        "whole": _told(found.whole, ""),
        "tables": [
            (_("By kind"), [_told(row, said(titles[row.key]) if row.key in titles else row.key) for row in found.by_kind]),
            (_("By street"), [_told(row, areas.get(row.key, row.key)) for row in found.by_street]),
            (_("By team"), [_told(row, teams.get(row.key, row.key)) for row in found.by_team]),
        ],
        "rechecks": found.rechecks,
        "rechecked": found.rechecked,
        "agreement": _share(found.agreement),
        "confirmed": _share(found.confirmed),
        "frequent": [(texts.get((kind, item), item), count) for kind, item, count in found.items],
        "source": SOURCE,
        "seed": seed_of(one.code, one.recheck_on, one.recheck_root) if one.drawn_at else "",
        "method": METHOD,
    }  # fmt: skip


def _items_of(pk: int) -> Any:
    found = Checklist.objects.filter(pk=pk).first()
    return parsed(found.text).items if found else ()


def _told(row: Row, name: str) -> dict[str, Any]:
    return {
        "name": name,
        "row": row,
        "coverage": f"{row.coverage:.1%}",
        "faults": _share(row.faults),
    }


def _share(found: Share | None) -> Mapping[str, str]:
    if found is None:
        return {}
    return {"share": f"{found.share:.1%}", "low": f"{found.low:.1%}", "high": f"{found.high:.1%}"}


@require_http_methods(["GET", "HEAD"])
@for_staff(*WORKS)
def programme_day(
    request: HttpRequest, standing: Standing, code: str, team: str, on: str
) -> HttpResponse:
    """A team's day on paper: the visits in their order, with the checklist."""
    try:
        one, visits, titled = _day_of(standing, code, team, on)
    except Missing as missing:
        return _missing(request, standing, missing)
    titles = kinds()
    rows = [
        {"visit": visit, "kind": _(VISIT_KINDS[visit.kind]), "state": _(STATES[visit.state]),
         "of": said(titles[visit.place.kind]) if visit.place.kind in titles else visit.place.kind}
        for visit in visits
    ]  # fmt: skip
    lists = {visit.checklist.text: parsed(visit.checklist.text) for visit in visits}
    context = {
        "one": one, "title": named(one.title, one.title_en), "team": titled, "team_code": team,
        "on": date.fromisoformat(on), "rows": rows,
        "lists": [
            (said(found.title), [(said(i.text), said(i.source)) for i in found.items])
            for found in lists.values()
        ],
    }  # fmt: skip
    return desk_page(request, standing, f"{FOLDER}/day.html", context)


@require_http_methods(["GET", "HEAD"])
@for_staff(*WORKS)
def programme_notices(
    request: HttpRequest, standing: Standing, code: str, team: str, on: str
) -> HttpResponse:
    """The notices for a team's first visits of a day: a page each, with the code that opens it."""
    try:
        one, visits, _titled = _day_of(standing, code, team, on)
    except Missing as missing:
        return _missing(request, standing, missing)
    first = [visit for visit in visits if visit.kind == "first"]
    codes = notice_codes(first, standing.actor)
    sheets = []
    for visit in first:
        key = codes[visit.pk]
        address = f"{settings.SITE_URL}{reverse('portal:places_visit', args=[key])}"
        checklist = parsed(visit.checklist.text)
        sheets.append({
            "visit": visit, "address": address, "code": "-".join(key[n : n + 4] for n in range(0, 16, 4)),
            "qr": segno.make(address, error="m", micro=False).svg_data_uri(scale=4, border=3),
            "items": [said(item.text) for item in checklist.items],
        })  # fmt: skip
    context = {"one": one, "title": named(one.title, one.title_en), "sheets": sheets}
    return desk_page(request, standing, f"{FOLDER}/notices.html", context)


def _day_of(standing: Standing, code: str, team: str, on: str) -> tuple[Campaign, list[Visit], str]:
    one = campaign_for(code, standing.actor)
    found = Team.objects.filter(code=team).first()
    try:
        day = date.fromisoformat(on)
    except ValueError:
        found = None
    if found is None or not (standing.holds(KEEPERS) or found.pk in standing.actor.teams):
        raise Missing(N_("There is no such day of a team, or none that you may see."))
    visits = [visit for visit in day_plan(found.pk, day) if visit.campaign_id == one.pk]
    return one, visits, named(found.name, found.name_en)


def _missing(request: HttpRequest, standing: Standing, missing: Missing) -> HttpResponse:
    context = {"error": error_of(missing)}
    return desk_page(request, standing, "desk/admin/missing.html", context, status=404)


def _day(request: HttpRequest, name: str) -> date:
    try:
        return date.fromisoformat(text(request, name))
    except ValueError:
        raise Invalid(N_("Give the day as 2026-03-31."), field=name) from None


def _count(request: HttpRequest, name: str) -> int:
    given = text(request, name)
    if not given.isdecimal() or len(given) > 4:
        raise Invalid(N_("Give a whole number."), field=name)
    return int(given)
