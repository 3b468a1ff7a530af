"""One alliance at the desk: members and duties, the pool, joint meetings with their minutes."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commonward.core.pledging import ALLIANCES, PARTS, POOLED
from commonward.core.refusals import N_, Missing
from commonward.doors.desk.own_pages import file_of
from commonward.doors.desk.views.admin.doing import Deed, administer, done, number, text
from commonward.doors.desk.views.programmes.pledges import day_of_field
from commonward.doors.desk.views.programmes.risk_forms import moment
from commonward.doors.look.pledges import (
    REPEATS,
    duty_shown,
    offered,
    title_of,
    unit_name,
    whole_shown,
)
from commonward.doors.look.showing import named
from commonward.doors.look.standing import Standing, for_staff
from commonward.programmes.actions.pledges import alliancing, duties, gathering, pooling
from commonward.programmes.models import Alliance, Duty, Gathering
from commonward.programmes.queries.pledges import (
    EVERYBODY,
    alliance_of,
    keeps,
    units,
    whole_of,
)

PAGES = (
    ("programme_pledge", N_("Members and duties")),
    ("programme_pledge_pool", N_("Pool")),
    ("programme_pledge_meetings", N_("Joint meetings")),
)
LINES = 5
"""Decisions that the form of minutes has room for."""


def _base(code: str, standing: Standing, here: str) -> tuple[Alliance, dict[str, Any]]:
    found = alliance_of(code, standing.actor)
    today = timezone.localdate(standing.at)
    whole = whole_of(found, today)
    return found, {
        **whole_shown(whole, today),
        "one": found,
        "code": code,
        "title": title_of(found),
        "kind": _(ALLIANCES[found.kind]),
        "area": named(found.area.name, found.area.name_en),
        "about": named(found.about, found.about_en),
        "ended": found.case.closed_at is not None,
        "keeps": keeps(found, standing.actor),
        "case_href": file_of(found.case),
        "teams": standing.actor.teams,
        "own": standing.actor.account,
        "today": today.isoformat(),
        "pages": [
            {"address": reverse(f"desk:{name}", args=[code]), "title": _(title), "here": name == here}
            for name, title in PAGES
        ],
        "gatherings": whole.gatherings,
    }  # fmt: skip


def _then(code: str, name: str, told: str, request: HttpRequest) -> str:
    done(request, told)
    return reverse(f"desk:{name}", args=[code])


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*EVERYBODY)
def pledge(request: HttpRequest, standing: Standing, code: str) -> HttpResponse:
    """Members and duties: what is owed, said, checked."""
    here = "programme_pledge"

    def shown() -> Mapping[str, Any]:
        found, context = _base(code, standing, here)
        there = {one["row"].unit_id for one in context["members"]}
        context["units"] = [
            (one.pk, unit_name(one)) for one in units() if one.pk not in there
        ] if context["keeps"] else []  # fmt: skip
        context["repeats"] = offered(REPEATS)
        for duty in context["duties"]:
            duty["says"] = duty["team"] in standing.actor.teams or (
                duty["team"] is None and context["keeps"]
            )
            duty["checks"] = context["keeps"] and duty["team"] not in standing.actor.teams
        return context

    def join(asked: HttpRequest, who: Standing) -> str:
        alliancing.join(code, number(asked, "unit"), who.actor, who.at)
        return _then(code, here, _("It is a member now."), asked)

    def leave(asked: HttpRequest, who: Standing) -> str:
        alliancing.leave(code, number(asked, "member"), who.actor, who.at)
        return _then(code, here, _("It is a member no more."), asked)

    def add(asked: HttpRequest, who: Standing) -> str:
        given = duties.Pledge(
            text(asked, "what"), day_of_field(asked, "due_on"), text(asked, "wanted"),
            text(asked, "repeats"), text(asked, "what_en"), text(asked, "wanted_en"),
        )  # fmt: skip
        duties.pledge(code, number(asked, "member"), given, who.actor, who.at)
        return _then(code, here, _("The duty is written down."), asked)

    def say(asked: HttpRequest, who: Standing) -> str:
        duties.say_kept(code, number(asked, "day"), text(asked, "evidence"), who.actor, who.at)
        return _then(code, here, _("Said. Somebody apart checks it."), asked)

    def check(kept: bool) -> Deed:
        def checked(asked: HttpRequest, who: Standing) -> str:
            duties.check_day(
                code, number(asked, "day"), who.actor, who.at, kept=kept, why=text(asked, "why")
            )
            return _then(code, here, _("Checked."), asked)

        return checked

    deeds = {
        "join": join, "leave": leave, "add": add, "say": say, "kept": check(True),
        "not_kept": check(False),
    }  # fmt: skip
    return administer(request, standing, "desk/programmes/pledges/page.html", shown, deeds)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*EVERYBODY)
def pledge_pool(request: HttpRequest, standing: Standing, code: str) -> HttpResponse:
    """What members lend, and who has it when."""
    here = "programme_pledge_pool"

    def shown() -> Mapping[str, Any]:
        _found, context = _base(code, standing, here)
        return {**context, "kinds": offered(POOLED), "parts": offered(PARTS)}

    def lend(asked: HttpRequest, who: Standing) -> str:
        pooling.lend(
            code, number(asked, "member"), text(asked, "kind"), text(asked, "name"), who.actor,
            who.at, name_en=text(asked, "name_en"),
        )  # fmt: skip
        return _then(code, here, _("It stands in the pool."), asked)

    def book(asked: HttpRequest, who: Standing) -> str:
        pooling.book(
            code, number(asked, "resource"), day_of_field(asked, "day"), text(asked, "part"),
            text(asked, "purpose"), who.actor, who.at,
        )  # fmt: skip
        return _then(code, here, _("Booked."), asked)

    def free(asked: HttpRequest, who: Standing) -> str:
        pooling.free(code, number(asked, "booking"), who.actor, who.at)
        return _then(code, here, _("It is free again."), asked)

    deeds = {"lend": lend, "book": book, "free": free}
    return administer(request, standing, "desk/programmes/pledges/pool.html", shown, deeds)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*EVERYBODY)
def pledge_meetings(request: HttpRequest, standing: Standing, code: str) -> HttpResponse:
    """Joint meetings, and a new one."""
    here = "programme_pledge_meetings"

    def shown() -> Mapping[str, Any]:
        return _base(code, standing, here)[1]

    def call(asked: HttpRequest, who: Standing) -> str:
        gathering.call_meeting(
            code, moment(asked, "day", "from"), moment(asked, "day", "until"),
            text(asked, "place"), text(asked, "agenda"), who.actor, who.at,
        )  # fmt: skip
        return _then(code, here, _("The members are called together."), asked)

    return administer(
        request, standing, "desk/programmes/pledges/meetings.html", shown, {"call": call}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*EVERYBODY)
def pledge_minutes(
    request: HttpRequest, standing: Standing, code: str, meeting: int
) -> HttpResponse:
    """A meeting: its minutes for reading and printing, or the form to write them."""

    def shown() -> Mapping[str, Any]:
        _found, context = _base(code, standing, "")
        row: Gathering | None = next(
            (one for one in context["gatherings"] if one.pk == meeting), None
        )
        if row is None:
            raise Missing(N_("There is no such meeting."))
        today = timezone.localdate(standing.at)
        return {
            **context,
            "meeting": row,
            "begun": row.starts_at <= standing.at,
            "lines": range(1, LINES + 1),
            "decisions": [
                {**duty_shown(one.duty, [], 0, 0, today), "due": _due(one.duty), "task": one.task}
                for one in row.resolutions.all()
            ],
        }

    def write(asked: HttpRequest, who: Standing) -> str:
        decided = [
            gathering.Decision(
                text(asked, f"words{n}"), number(asked, f"member{n}"),
                day_of_field(asked, f"due{n}"), text(asked, f"wanted{n}"),
            )
            for n in range(1, LINES + 1)
            if text(asked, f"words{n}")
        ]  # fmt: skip
        gathering.write_minutes(code, meeting, text(asked, "minutes"), decided, who.actor, who.at)
        done(asked, _("The minutes are written; each decision is a duty now."))
        return reverse("desk:programme_pledge_minutes", args=[code, meeting])

    return administer(
        request, standing, "desk/programmes/pledges/minutes.html", shown, {"write": write}
    )


def _due(duty: Duty) -> date | None:
    first = duty.days.order_by("due_on").first()
    return None if first is None else first.due_on
