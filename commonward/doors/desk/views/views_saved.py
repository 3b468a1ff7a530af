"""Saved views: a list's address under a name, for oneself or for a team."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commonward.cases.actions.saving import delete_view, save_view
from commonward.cases.queries.saved import views_for
from commonward.core.refusals import N_, Invalid, Refusal
from commonward.doors.desk import asked
from commonward.doors.desk.showing import desk_page
from commonward.doors.look.naming import refused
from commonward.doors.look.showing import error_of, named
from commonward.doors.look.standing import Standing, for_staff
from commonward.people.queries import revisions
from commonward.people.queries.names import teams_to_choose


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff()
def saved(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The views that I may open, and saving the list that the address names."""
    error, status = None, 200
    if request.method == "POST":
        try:
            return _kept(request, standing)
        except Refusal as refusal:
            error, status = error_of(refusal), 422
    given = request.POST.get("query", "") if error else request.GET.urlencode()
    marks = revisions()
    context = {
        "views": [
            {"view": view, "team": named(view.team, view.team_en)}
            for view in views_for(standing.actor)
        ],
        "teams": _teams(standing, marks),
        "query": _canonical(given, marks),
        "name": request.POST.get("name", ""),
        "team": request.POST.get("team", ""),
        "error": error,
    }
    return desk_page(request, standing, "desk/saved.html", context, status=status)


def _kept(request: HttpRequest, standing: Standing) -> HttpResponse:
    marks = revisions()
    query = asked.read(QueryDict(request.POST.get("query", "")), marks).query
    team = request.POST.get("team", "")
    if team and not team.isdecimal():
        raise Invalid(N_("A team is named by its id."), field="team")
    name = request.POST.get("name", "")
    view = save_view(standing.actor, name, query, standing.at, team=int(team) if team else None)
    messages.success(request, _("Saved as “{name}”.").format(name=view.name))
    return redirect(f"{reverse('desk:queue')}?{view.query}")


def _canonical(given: str, marks: dict[str, int]) -> str:
    try:
        return asked.read(QueryDict(given), marks).query
    except Refusal:
        return ""


def _teams(standing: Standing, marks: dict[str, int]) -> list[dict[str, Any]]:
    return [
        {"id": team.id, "name": named(team.name, team.name_en)}
        for team in teams_to_choose(marks).values()
        if team.id in standing.actor.teams
    ]


@require_http_methods(["POST"])
@for_staff()
def delete_saved(request: HttpRequest, standing: Standing, view: int) -> HttpResponse:
    """Take a view away."""
    try:
        delete_view(standing.actor, view)
    except Refusal as refusal:
        messages.error(request, refused(refusal))
    else:
        messages.success(request, _("The view was deleted."))
    return redirect("desk:saved")
