"""The dashboards: for who looks over the loop, for a team, for a grid."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from commonward.areas.queries.tree import Place
from commonward.cases.queries.board import stages_of
from commonward.cases.queries.reference import book as set_up
from commonward.core.indicators.pictures import Chart, said
from commonward.core.refusals import N_, Forbidden, Invalid, Refusal
from commonward.doors.desk.choices import choices
from commonward.doors.desk.navigation import CENTRE
from commonward.doors.desk.showing import desk_page
from commonward.doors.desk.table_files import table_file
from commonward.doors.desk.views.board import BOARD
from commonward.doors.desk.views.dashboards import pictures, reading
from commonward.doors.desk.views.dashboards.asked import Asked, chooser, groupable, rate, read
from commonward.doors.look.charting import shown
from commonward.doors.look.showing import error_of, language, named
from commonward.doors.look.showing import said as text_said
from commonward.doors.look.standing import Standing, for_staff
from commonward.insight.queries.hot import rising_issues
from commonward.insight.queries.measuring import book_in_force
from commonward.people.queries import revisions
from commonward.people.queries.names import TeamToChoose, teams_to_choose

GRIDS = ("grid_worker", *BOARD)
TEAMS = ("handler", "grid_worker", *BOARD)
HANDLES = ("department", "street", "grid")
"""Kinds of teams that cases are sent to."""
_DASHBOARDS = (
    ("desk:dashboard", N_("Overview"), BOARD),
    ("desk:dashboard_team", N_("Team"), TEAMS),
    ("desk:dashboard_grid", N_("Grid"), GRIDS),
)
_CARDS = (
    ("standing_open", N_("Open now")),
    ("standing_late", N_("Late in their stage")),
    ("standing_soon", N_("Due within 24 hours")),
    ("standing_overdue", N_("Past the total limit")),
    ("standing_suspended", N_("Suspended")),
    ("standing_waiting_tasks", N_("Whistles and orders waiting")),
    ("standing_waiting_late_tasks", N_("of them waiting too long")),
)

Drawn = tuple[list[Chart], dict[str, Any]]


@require_safe
@for_staff(*BOARD)
def dashboard(request: HttpRequest, standing: Standing) -> HttpResponse:
    """What is late, why and where; along time; and which areas and teams surely differ."""
    return _page(request, standing, "desk:dashboard", BOARD, _overview)


@require_safe
@for_staff(*TEAMS)
def team(request: HttpRequest, standing: Standing) -> HttpResponse:
    """A team's own cases, clocks, hand-backs and rework."""
    return _page(request, standing, "desk:dashboard_team", TEAMS, _team)


@require_safe
@for_staff(*GRIDS)
def grid(request: HttpRequest, standing: Standing) -> HttpResponse:
    """What stands open in a grid, and what was found there."""
    return _page(request, standing, "desk:dashboard_grid", GRIDS, _grid)


def _page(
    request: HttpRequest,
    standing: Standing,
    address: str,
    roles: Sequence[str],
    draw: Callable[[Asked], Drawn],
) -> HttpResponse:
    context: dict[str, Any] = {
        "dashboards": [
            (reverse(name), _(text), name == address)
            for name, text, posts in _DASHBOARDS
            if standing.holds(posts)
        ]
        + [(reverse("desk:figures"), _("All figures"), False)],
        "address": reverse(address),
        "choices": choices(revisions()),
    }
    try:
        asked = read(request, standing, roles, address, book_in_force())
        charts, more = draw(asked)
        if "as" in request.GET:
            return _file(request, asked, charts)
    except Refusal as refusal:
        context |= {"error": error_of(refusal), "given": request.GET}
        status = 403 if isinstance(refusal, Forbidden) else 422
        return desk_page(request, standing, "desk/dashboards/page.html", context, status=status)
    context |= {"asked": chooser(asked), "told": told(asked), **more}
    context["charts"] = [shown(chart) for chart in charts]
    # The issues are of the whole site: beside one place or category they would mislead.
    if address == "desk:dashboard" and standing.holds(CENTRE) and not request.GET:
        context["hot"] = [
            {"id": one.id, "name": one.name, "count": one.count, "rising": one.rising}
            for one in rising_issues(standing.actor, standing.at)
        ]
    return desk_page(request, standing, "desk/dashboards/page.html", context)


def _file(request: HttpRequest, asked: Asked, charts: Sequence[Chart]) -> HttpResponse:
    table = pictures.tables(charts).get(request.GET.get("table", ""))
    if table is None:
        raise Invalid(N_("There is no such table on this dashboard."), field="table")
    return table_file(request.GET["as"], table, told(asked), asked.standing.at)


def told(asked: Asked) -> str:
    """What is looked at, in words: for a page's head and for its files."""
    place = asked.scope.place
    parts = [named(place.name, place.name_en) if place else _("Everywhere"), str(asked.window)]
    if asked.given["category"]:
        known = set_up().codes.get(asked.given["category"])
        facts = set_up().categories[known] if known is not None else None
        parts.append(named(facts.name, facts.name_en) if facts else asked.given["category"])
    if asked.indicator.cut == "noon":
        parts.append(_("from noon to noon"))
    return " · ".join(parts)


def _stages() -> Mapping[str, str]:
    return {name: text_said(title) for name, title in stages_of(set_up()).items()}


def _names(places: Sequence[Place]) -> dict[str, str]:
    return {place.code: named(place.name, place.name_en) for place in places}


def _teams() -> dict[str, str]:
    return {t.code: named(t.name, t.name_en) for t in teams_to_choose(revisions()).values()}


def _cards(asked: Asked, found: reading.Standing) -> list[dict[str, str]]:
    return [
        {
            "text": _(text),
            "value": said(found.total(name), "count", language()),
            "href": pictures.made_href(asked, name, "desk:figure_cases"),
            "made": pictures.made_href(asked, name),
        }
        for name, text in _CARDS
        if name in asked.book.indicators
    ]


def _headline(asked: Asked, found: reading.Trend) -> dict[str, str]:
    name = asked.indicator.name
    now, before, year = (
        found.figures.get(one, {}).get(name)
        for one in (asked.window, asked.window.before(), asked.window.year_before())
    )
    value = now.value if now else None
    aim = asked.indicator.target(asked.level)
    return {
        "target": "" if aim is None else said(aim, asked.indicator.unit.value, language()),
        "title": asked.indicator.title(language()),
        "value": "–" if value is None else said(value, asked.indicator.unit.value, language()),
        "under": said(now.under, "count", language()) if now and now.under is not None else "",
        "before": pictures.change_words(asked.indicator, value, before.value if before else None),
        "year": pictures.change_words(asked.indicator, value, year.value if year else None),
        "made": pictures.made_href(asked, name),
    }


def _overview(asked: Asked) -> Drawn:
    only = asked.scope.only
    now = reading.standing(asked, only)
    trend = reading.trend(asked, only, *reading.FLOW)
    charts = [
        pictures.funnel(asked, now, reading.stage_times(asked, only), _stages()),
        pictures.reasons(asked, now),
    ]
    level = asked.scope.below
    if level:
        charts.append(
            pictures.where(
                asked, reading.standing_by(asked, level, only), _names(asked.scope.parts)
            )
        )
    charts += [pictures.trend(asked, trend), pictures.flow(asked, trend)]
    if rate(asked.indicator, asked.book):
        whole = trend.figures.get(asked.window, {}).get(asked.indicator.name)
        value = whole.value if whole else None
        if level and groupable(asked.book, asked.indicator, level):
            charts.append(
                pictures.ranking(asked, "areas", _("Areas"), reading.grouped(asked, level, only),
                                 _names(asked.scope.parts), value, level)
            )  # fmt: skip
        charts.append(
            pictures.ranking(asked, "teams", _("Departments and teams"),
                             reading.grouped(asked, "department", only), _teams(), value,
                             "department")
        )  # fmt: skip
    return charts, {
        "title": _("Dashboard"),
        "cards": _cards(asked, now),
        "headline": _headline(asked, trend),
    }


def _team(asked: Asked) -> Drawn:
    mine = _own_teams(asked)
    chosen = next((one for one in mine if one.code == asked.given["team"]), None)
    if chosen is None:
        chosen = mine[0] if mine[0].kind in HANDLES else _fullest(asked, mine)
    asked.given["team"] = chosen.code
    only = {**asked.scope.only, "department": (chosen.code,)}
    now = reading.standing(asked, only)
    also = ("cases_closed", "standing_handed_back", "standing_sent_back")
    trend = reading.trend(asked, only, *also)
    charts = [
        pictures.funnel(asked, now, reading.stage_times(asked, only), _stages()),
        pictures.reasons(asked, now),
        pictures.trend(asked, trend),
        pictures.counted(
            asked, trend, "sent_back", _("Handed back, and sent back by the check"), also
        ),
    ]
    return charts, {
        "title": named(chosen.name, chosen.name_en),
        "cards": _cards(asked, now),
        "headline": _headline(asked, trend),
        "teams": [(t.code, named(t.name, t.name_en), t is chosen) for t in mine],
    }


def _fullest(asked: Asked, teams: list[TeamToChoose]) -> TeamToChoose:
    """The team with most that is late, for who leads: their own team handles nothing."""
    found = reading.standing_by(asked, "department", asked.scope.only)

    def full(one: TeamToChoose) -> tuple[float, float]:
        stands = found.get(one.code, {})
        return stands.get("standing_late", 0.0), stands.get("standing_open", 0.0)

    return max(teams, key=full)


def _own_teams(asked: Asked) -> list[TeamToChoose]:
    """The teams this person belongs to; who looks over the loop chooses any."""
    known = list(teams_to_choose(revisions()).values())
    actor = asked.standing.actor
    mine = [one for one in known if one.id in actor.teams]
    if asked.standing.holds(BOARD):
        mine += [one for one in known if one not in mine and one.kind != "grid"]
    if not mine:
        raise Invalid(N_("You belong to no team, so there is none to show."), field="team")
    if asked.given["team"] and asked.given["team"] not in {one.code for one in mine}:
        raise Invalid(N_("This team is not yours."), field="team")
    return mine


def _grid(asked: Asked) -> Drawn:
    only = asked.scope.only
    now = reading.standing(asked, only)
    also = ("cases_opened", "cases_closed", "standing_found")
    trend = reading.trend(asked, only, *also)
    charts = [
        pictures.funnel(asked, now, reading.stage_times(asked, only), _stages()),
        pictures.counted(
            asked, trend, "found", _("What came in, what was found, what was closed"), also
        ),
        pictures.trend(asked, trend),
    ]
    more: dict[str, Any] = {}
    if asked.scope.below:
        open_by = reading.standing_by(asked, asked.scope.below, only)
        charts.insert(1, pictures.where(asked, open_by, _names(asked.scope.parts)))
        more["clear"] = [
            named(place.name, place.name_en)
            for place in asked.scope.parts
            if not open_by.get(place.code, {}).get("standing_open")
        ]
        more["clear_of"] = len(asked.scope.parts)
    elif not now.total("standing_open"):
        more["zero"] = True
    place = asked.scope.place
    return charts, {
        "title": named(place.name, place.name_en) if place else _("Everywhere"),
        "cards": _cards(asked, now),
        "headline": _headline(asked, trend),
        **more,
    }
