"""Drills at the desk: the list, a new one, and one with its log, its notes and its changes."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from commonward.areas.queries.names import areas_to_choose
from commonward.cases.queries.reference import book
from commonward.core.refusals import N_
from commonward.doors.desk.own_pages import file_of
from commonward.doors.desk.showing import desk_page
from commonward.doors.desk.views.admin.doing import Deed, administer, done, number, text
from commonward.doors.desk.views.programmes.pledges import day_of_field
from commonward.doors.look.showing import named
from commonward.doors.look.standing import Standing, for_staff
from commonward.people.queries import revisions
from commonward.people.queries.names import teams_to_choose
from commonward.programmes.actions.drills import holding, reviewing
from commonward.programmes.models import Drill, DrillChange
from commonward.programmes.queries.drills import (
    CATEGORY,
    EVERYBODY,
    KEEPS,
    drill_of,
    drills_for,
    keeps,
    whole_of,
)

LINES = 5
"""Changes that the form of the notes has room for."""
STAGES: Mapping[str, str] = {
    "planned": N_("Planned"),
    "running": N_("Being held"),
    "review": N_("To be looked back on"),
    "improving": N_("Changes are made"),
    "ended": N_("Ended"),
}


@require_safe
@for_staff(*EVERYBODY)
def drills(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The drills that this person sees."""
    rows = [
        {
            "row": one,
            "title": named(one.drill.title, one.drill.title_en),
            "area": named(one.drill.area.name, one.drill.area.name_en),
            "stage": _(STAGES[one.drill.case.stage]),
        }
        for one in drills_for(standing.actor, timezone.localdate(standing.at))
    ]
    context = {
        "rows": rows,
        "keeps": standing.holds(KEEPS),
        "set_up": CATEGORY in book().codes,
    }
    return desk_page(request, standing, "desk/programmes/learning/drills.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*KEEPS)
def drill_new(request: HttpRequest, standing: Standing) -> HttpResponse:
    """Plan a drill."""

    def shown() -> Mapping[str, Any]:
        areas = areas_to_choose(revisions())
        return {
            "areas": [(str(one.id), named(one.name, one.name_en)) for one in areas],
            "teams": _teams(),
            "chosen": request.POST.getlist("teams"),
        }

    def plan(asked: HttpRequest, who: Standing) -> str:
        given = holding.DrillGiven(
            title=text(asked, "title"), scenario=text(asked, "scenario"), aims=text(asked, "aims"),
            area=number(asked, "area"), on=day_of_field(asked, "on"),
            teams=tuple(int(one) for one in asked.POST.getlist("teams") if one.isdecimal()),
            title_en=text(asked, "title_en"), scenario_en=text(asked, "scenario_en"),
            aims_en=text(asked, "aims_en"),
        )  # fmt: skip
        made = holding.plan_drill(given, who.actor, who.at)
        done(asked, _("The drill is planned."))
        return reverse("desk:programme_drill", args=[made.code])

    return administer(
        request, standing, "desk/programmes/learning/drill_new.html", shown, {"plan": plan}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*EVERYBODY)
def drill(request: HttpRequest, standing: Standing, drill: str) -> HttpResponse:
    """One drill, from its plan to the last change that it led to."""

    def shown() -> Mapping[str, Any]:
        return _shown(drill_of(drill, standing.actor), standing)

    def then(told: str, asked: HttpRequest) -> str:
        done(asked, told)
        return reverse("desk:programme_drill", args=[drill])

    def move(act: Callable[..., Drill], told: str) -> Deed:
        def moved(asked: HttpRequest, who: Standing) -> str:
            act(drill, who.actor, who.at)
            return then(_(told), asked)

        return moved

    def entry(asked: HttpRequest, who: Standing) -> str:
        holding.write_entry(drill, text(asked, "words"), who.actor, who.at)
        return then(_("Written."), asked)

    def look_back(asked: HttpRequest, who: Standing) -> str:
        changes = [
            reviewing.Change(
                text(asked, f"what{n}"), number(asked, f"team{n}"), day_of_field(asked, f"due{n}")
            )
            for n in range(1, LINES + 1)
            if text(asked, f"what{n}")
        ]
        reviewing.look_back(
            drill, text(asked, "happened"), text(asked, "because"), changes, who.actor, who.at
        )
        return then(_("The notes are kept; each change is a task now."), asked)

    def say(asked: HttpRequest, who: Standing) -> str:
        change, seen = number(asked, "change"), text(asked, "evidence")
        reviewing.say_changed(drill, change, seen, who.actor, who.at)
        return then(_("Said. Somebody apart checks it."), asked)

    def check(made: bool) -> Deed:
        def checked(asked: HttpRequest, who: Standing) -> str:
            reviewing.check_change(
                drill, number(asked, "change"), who.actor, who.at, made=made, why=text(asked, "why")
            )
            return then(_("Checked."), asked)

        return checked

    deeds = {
        "begin": move(holding.begin_drill, N_("The exercise has begun.")),
        "finish": move(holding.finish_drill, N_("The exercise is over. Look back on it now.")),
        "call_off": move(holding.call_off_drill, N_("The drill is called off.")),
        "entry": entry, "look_back": look_back, "say": say, "made": check(True),
        "not_made": check(False),
    }  # fmt: skip
    return administer(request, standing, "desk/programmes/learning/drill.html", shown, deeds)


def _shown(found: Drill, standing: Standing) -> dict[str, Any]:
    whole, today = whole_of(found), timezone.localdate(standing.at)
    keeper = keeps(found, standing.actor)
    return {
        "one": found,
        "code": found.code,
        "title": named(found.title, found.title_en),
        "scenario": named(found.scenario, found.scenario_en),
        "aims": named(found.aims, found.aims_en),
        "area": named(found.area.name, found.area.name_en),
        "stage": found.case.stage,
        "stage_words": _(STAGES[found.case.stage]),
        "keeps": keeper,
        "teams": [named(one.team.name, one.team.name_en) for one in whole.teams],
        "log": whole.log,
        "changes": [
            {
                "row": one,
                "team": named(one.team.name, one.team.name_en),
                "late": one.said_at is None and one.due_on < today,
                "says": one.team_id in standing.actor.teams and one.said_at is None,
                "checks": _checks(one, keeper, standing),
            }
            for one in whole.changes
        ],
        "case_href": file_of(found.case),
        "lines": range(1, LINES + 1),
        "all_teams": _teams(),
    }


def _checks(one: DrillChange, keeper: bool, standing: Standing) -> bool:
    own = one.team_id in standing.actor.teams or one.said_by_id == standing.actor.account
    return keeper and one.said_at is not None and one.checked_at is None and not own


def _teams() -> list[tuple[str, str]]:
    known = teams_to_choose(revisions()).values()
    return [(str(one.id), named(one.name, one.name_en)) for one in known]
