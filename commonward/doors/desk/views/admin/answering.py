"""Who answers: the rules, a question asked of them, and a change tried on last month's cases."""

from datetime import datetime
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commonward.areas.actions import end_rule, set_rule
from commonward.areas.models import AnsweringRule
from commonward.areas.queries import (
    answering_for,
    area_by_code,
    calendar_name_for,
    revisions,
    ruling,
    why,
)
from commonward.areas.queries.answering import Why
from commonward.cases.queries.answering import office_open
from commonward.cases.queries.reference import book
from commonward.cases.queries.rerouted import rerouted
from commonward.core.refusals import N_, Invalid
from commonward.core.routing import Rule
from commonward.doors.desk.choices import choices
from commonward.doors.desk.views.admin.doing import Deed, administer, done, text
from commonward.doors.desk.views.admin.wording import duty_words, hours_to_choose, hours_words
from commonward.doors.look.showing import named
from commonward.doors.look.standing import Standing, for_staff
from commonward.people.queries import team_by_code
from commonward.people.queries.names import teams_to_choose
from commonward.people.words import tell

FIELDS = ("name", "duty", "category", "area", "grade", "hours", "team")


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff("administrator")
def rules(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The rules in force by name, a question that they answer, and adding one."""
    tried: dict[str, Any] = {}
    found, duty = request.GET.get("q", "").strip()[:80], request.GET.get("duty", "")

    def shown() -> dict[str, Any]:
        page = ruling.rules(
            standing.at, text=found, duty=duty, after=request.GET.get("after", "")[:120]
        )
        return {
            "rows": [_line(row) for row in page.rows],
            "after": page.after,
            "text": found,
            "duty": duty,
            "rule": _sent(request),
            "question": _question(request, standing),
            **_offered(),
            **tried,
        }

    deeds: dict[str, Deed] = {"preview": partial(_preview, tried), "set": _set}
    return administer(request, standing, "desk/admin/rules.html", shown, deeds)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff("administrator")
def rule(request: HttpRequest, standing: Standing, rule: int) -> HttpResponse:
    """One rule with all its numbers: changed after a trial, or ended."""
    tried: dict[str, Any] = {}

    def shown() -> dict[str, Any]:
        card = ruling.rule_card(rule)
        row = card.rule
        kept = {
            "name": row.name, "duty": row.duty, "category": row.category, "area": row.area_code,
            "grade": row.grade, "hours": row.hours, "team": row.team.code,
        }  # fmt: skip
        return {
            "rule": _sent(request) if request.method == "POST" else kept,
            "name": row.name,
            "ended": row.valid_until is not None,
            "numbers": [
                {**_line(one), "since": one.valid_from, "until": one.valid_until}
                for one in card.numbers
            ],
            **_offered(),
            **tried,
        }

    deeds: dict[str, Deed] = {
        "preview": partial(_preview, tried),
        "set": _set,
        "preview_end": partial(_preview_end, rule, tried),
        "end": partial(_end, rule),
    }
    return administer(request, standing, "desk/admin/rule.html", shown, deeds)


def _line(row: AnsweringRule) -> dict[str, Any]:
    return {
        "id": row.pk,
        "name": row.name,
        "number": row.number,
        "duty": duty_words(row.duty),
        "category": row.category,
        "area": row.area_code,
        "grade": row.grade,
        "hours": hours_words(row.hours),
        "team": named(row.team.name, row.team.name_en),
        "team_id": row.team_id,
    }


def _sent(request: HttpRequest) -> dict[str, str]:
    return {field: text(request, field) for field in FIELDS}


def _offered() -> dict[str, Any]:
    marks = revisions()
    known = choices(marks)
    return {
        "duties": [(duty, duty_words(duty)) for duty in sorted(book(marks).duties())],
        "grades": known.grades,
        "all_hours": hours_to_choose(),
        "areas": known.areas,
        "categories": known.categories,
        "teams": known.teams,
    }


def _question(request: HttpRequest, standing: Standing) -> dict[str, Any]:
    """What was asked of the rules (in the address, so that it can be sent on), and the answer."""
    asked = {
        name: request.GET.get(f"ask_{name}", "").strip()[:40]
        for name in ("duty", "category", "area", "grade", "at")
    }
    if not asked["duty"]:
        return {"asked": asked}
    marks = revisions()
    at = _moment(asked["at"]) or standing.at
    path = area_by_code(asked["area"], standing.at).path if asked["area"] else ""
    is_open = office_open(calendar_name_for(path, marks), at, marks)
    decided = answering_for(
        asked["duty"], asked["category"], path, asked["grade"], at, is_open, marks
    )
    known = {t.id: named(t.name, t.name_en) for t in teams_to_choose(marks).values()}
    team = known.get(decided.team, "") if decided.team is not None else ""
    return {"asked": asked, "at": at, "open": is_open, "lines": _lines(why(decided), team)}


def _lines(found: Why, team: str) -> list[str]:
    first = (
        _("It would go to “{team}”.").format(team=team)
        if team
        else _("It would stand in the unrouted queue.")
    )
    return [first, *(tell(words) for words in found.lines()[1:])]


def _moment(given: str) -> datetime | None:
    """A moment of the form's field, in the site's zone; None for what is none."""
    try:
        found = parse_datetime(given)
    except ValueError:
        return None
    if found is None or not 2000 <= found.year <= 2100:
        return None
    return timezone.make_aware(found) if timezone.is_naive(found) else found


def _proposed(request: HttpRequest, standing: Standing) -> Rule:
    given = _sent(request)
    if not given["name"]:
        raise Invalid(N_("Give the rule a name."), field="name")
    if given["duty"] not in book().duties():
        raise Invalid(N_("Choose a duty of the list."), field="duty")
    if given["area"]:
        area_by_code(given["area"], standing.at)
    if given["hours"] not in dict(hours_to_choose()):
        raise Invalid(N_("Choose one of the list."), field="hours")
    return Rule(
        id=0, name=given["name"], number=0, duty=given["duty"], category=given["category"],
        area=given["area"], grade=given["grade"], hours=given["hours"],
        team=team_by_code(given["team"]).pk,
    )  # fmt: skip


def _preview(tried: dict[str, Any], request: HttpRequest, standing: Standing) -> str:
    proposed = _proposed(request, standing)
    tried["tried"] = _told(proposed.name, proposed, standing)
    return ""


def _preview_end(rule: int, tried: dict[str, Any], request: HttpRequest, standing: Standing) -> str:
    tried["tried"] = _told(ruling.rule_card(rule).rule.name, None, standing)
    tried["ending"] = True
    return ""


def _told(name: str, proposed: Rule | None, standing: Standing) -> dict[str, Any]:
    found = rerouted(name, proposed, standing.at)
    nobody = _("the unrouted queue")
    return {
        "found": found,
        "moves": [
            {"before": named(*m.before) if m.before else nobody,
             "after": named(*m.after) if m.after else nobody,
             "unrouted": m.after is None, "cases": m.cases}
            for m in found.moves
        ],
    }  # fmt: skip


def _set(request: HttpRequest, standing: Standing) -> str:
    given = _sent(request)
    known = book()
    made = set_rule(
        standing.actor,
        given["name"],
        duty=given["duty"],
        team=team_by_code(given["team"]).pk,
        at=standing.at,
        duties=known.duties(),
        categories=tuple(known.codes),
        category=given["category"],
        area_code=given["area"],
        grade=given["grade"],
        hours=given["hours"],
    )
    done(request, _("In force from now on; cases that were routed already stay where they are."))
    return reverse("desk:admin_rule", args=[made.pk])


def _end(rule: int, request: HttpRequest, standing: Standing) -> str:
    end_rule(standing.actor, ruling.rule_card(rule).rule.name, at=standing.at)
    done(request, _("Ended: it answers for nothing any more."))
    return reverse("desk:admin_rules")
