"""Courses at the desk: the own ones, all of them, one, who is due, a session with its list."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from commonward.core.disputes import KINDS
from commonward.core.learning import WORKS
from commonward.core.refusals import N_, Invalid
from commonward.doors.desk.showing import desk_page
from commonward.doors.desk.views.admin.doing import Deed, administer, done, number, text
from commonward.doors.desk.views.programmes.risk_forms import moment
from commonward.doors.look.showing import named
from commonward.doors.look.standing import Standing, for_staff
from commonward.people.queries import revisions
from commonward.people.queries.names import teams_to_choose
from commonward.programmes.actions.learning import courses as keeping
from commonward.programmes.actions.learning import sessions as sitting_down
from commonward.programmes.models import Course, CourseSession
from commonward.programmes.queries import learning

STATES: Mapping[str, tuple[str, str]] = {
    "missing": ("■", N_("not done yet")),
    "over": ("■", N_("has run out")),
    "soon": ("◐", N_("runs out soon")),
    "current": ("●", N_("current")),
}


def title_of(course: Course) -> str:
    """Its title."""
    return named(course.title, course.title_en)


def session_shown(one: CourseSession) -> dict[str, Any]:
    """A session in a list."""
    return {"row": one, "title": title_of(one.course), "place": named(one.place, one.place_en)}


def due_shown(one: learning.Due) -> dict[str, Any]:
    """A course as its learner sees it."""
    shape, words = STATES[one.state]
    return {
        "row": one, "title": title_of(one.course), "work": _(WORKS[one.course.work]),
        "shape": shape, "state": _(words), "late": one.state in ("missing", "over"),
    }  # fmt: skip


@require_safe
@for_staff()
def own(request: HttpRequest, standing: Standing) -> HttpResponse:
    """My courses: what is due until when, sessions to come, what was done."""
    actor, at = standing.actor, standing.at
    context = {
        "due": [due_shown(one) for one in learning.own_courses(actor, timezone.localdate(at), at)],
        "seats": [session_shown(one.session) for one in learning.own_seats(actor, at)],
        "sessions": [session_shown(one) for one in learning.sessions(at) if not one.called_off],
        "done": [
            {"row": one, "title": title_of(one.course)} for one in learning.own_certificates(actor)
        ],
        "sees": standing.holds(learning.SEES),
        "today": timezone.localdate(at),
    }
    return desk_page(request, standing, "desk/programmes/learning/own.html", context)


@require_safe
@for_staff(*learning.SEES)
def due(request: HttpRequest, standing: Standing) -> HttpResponse:
    """What is due, by team; the names of one team for who keeps the courses, when asked for."""
    actor, at = standing.actor, standing.at
    teams = {one.id: one for one in teams_to_choose(revisions()).values()}
    given = request.GET.get("team", "")
    chosen = int(given) if given.isdecimal() and len(given) <= len("123456789") else None
    groups: dict[int, list[dict[str, Any]]] = {}
    for one in learning.due_by_team(actor, timezone.localdate(at), at, names_of=chosen):
        groups.setdefault(one.team, []).append({"row": one, "title": title_of(one.course)})
    context = {
        "teams": [
            {"id": team, "name": named(teams[team].name, teams[team].name_en), "rows": rows}
            for team, rows in groups.items()
            if team in teams
        ],
        "names": learning.keeps_courses(actor),
        "chosen": chosen,
    }
    return desk_page(request, standing, "desk/programmes/learning/due.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*learning.SEES)
def courses(request: HttpRequest, standing: Standing) -> HttpResponse:
    """All courses, and a new one."""

    def shown() -> Mapping[str, Any]:
        rows = [
            {"row": one, "title": title_of(one), "work": _(WORKS[one.work])}
            for one in learning.courses()
        ]
        keeps = learning.keeps_courses(standing.actor)
        return {"rows": rows, "keeps": keeps, **_fields(request, None)}

    def add(asked: HttpRequest, who: Standing) -> str:
        code = text(asked, "code")
        if Course.objects.filter(code=code).exists():
            raise Invalid(N_("There is a course of this code already."), field="code")
        keeping.keep_course(_given(asked, code), who.actor, who.at)
        done(asked, _("Kept."))
        return reverse("desk:programme_course", args=[code])

    return administer(
        request, standing, "desk/programmes/learning/courses.html", shown, {"add": add}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*learning.SEES)
def course(request: HttpRequest, standing: Standing, course: str) -> HttpResponse:
    """One course: what it says, whether it bars, its sessions."""

    def shown() -> Mapping[str, Any]:
        found = keeping.course_by(course)
        at = standing.at
        mine = [*learning.sessions(at), *learning.sessions(at, past=True)]
        return {
            "one": found,
            "title": title_of(found),
            "work": _(WORKS[found.work]),
            "kind": _(KINDS[found.kind][1]) if found.kind else "",
            "keeps": learning.keeps_courses(standing.actor),
            "sessions": [session_shown(one) for one in mine if one.course_id == found.pk],
            "staff": learning.staff_to_choose(at),
            "own": standing.actor.account,
            "sent": request.POST,
            **_fields(request, found),
        }

    def keep(asked: HttpRequest, who: Standing) -> str:
        keeping.course_by(course)
        keeping.keep_course(_given(asked, course), who.actor, who.at)
        done(asked, _("Kept."))
        return reverse("desk:programme_course", args=[course])

    def hold(asked: HttpRequest, who: Standing) -> str:
        given = sitting_down.SessionGiven(
            moment(asked, "day", "from"), moment(asked, "day", "until"), text(asked, "place"),
            number(asked, "capacity"), number(asked, "keeper"), text(asked, "place_en"),
        )  # fmt: skip
        made = sitting_down.set_session(course, given, who.actor, who.at)
        done(asked, _("The session is set."))
        return reverse("desk:programme_sitting", args=[made.pk])

    deeds = {"keep": keep, "hold": hold}
    return administer(request, standing, "desk/programmes/learning/course.html", shown, deeds)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff()
def sitting(request: HttpRequest, standing: Standing, sitting: int) -> HttpResponse:
    """A session: take a seat or give it back; who keeps the list says who was there."""

    def shown() -> Mapping[str, Any]:
        found = learning.session_for(sitting)
        seats = learning.seats_of(found)
        own = standing.actor.account
        keeps = own == found.keeper_id or learning.keeps_courses(standing.actor)
        return {
            **session_shown(found),
            "one": found,
            "mine": any(one.account_id == own for one in seats),
            "taken": len(seats),
            "begun": found.starts_at <= standing.at,
            "keeps": keeps,
            "calls_off": learning.keeps_courses(standing.actor),
            "seats": seats if keeps else (),
            "own": own,
        }

    def then(told: str, asked: HttpRequest) -> str:
        done(asked, told)
        return reverse("desk:programme_sitting", args=[sitting])

    def take(asked: HttpRequest, who: Standing) -> str:
        sitting_down.sign_up(sitting, who.actor, who.at)
        return then(_("You have a seat."), asked)

    def give(asked: HttpRequest, who: Standing) -> str:
        sitting_down.give_up_seat(sitting, who.actor, who.at)
        return then(_("Your seat is free again."), asked)

    def call_off(asked: HttpRequest, who: Standing) -> str:
        sitting_down.call_off_session(sitting, who.actor, who.at)
        return then(_("The session is called off."), asked)

    def mark(was_there: bool) -> Deed:
        def marked(asked: HttpRequest, who: Standing) -> str:
            sitting_down.mark_seat(number(asked, "seat"), who.actor, who.at, was_there=was_there)
            return then(_("Kept."), asked)

        return marked

    deeds = {
        "take": take, "give": give, "call_off": call_off, "there": mark(True),
        "not_there": mark(False),
    }  # fmt: skip
    return administer(request, standing, "desk/programmes/learning/sitting.html", shown, deeds)


def _given(request: HttpRequest, code: str) -> keeping.CourseGiven:
    return keeping.CourseGiven(
        code=code,
        title=text(request, "title"),
        title_en=text(request, "title_en"),
        work=text(request, "work"),
        kind=text(request, "kind"),
        hours=number(request, "hours"),
        months=number(request, "months"),
        barring="barring" in request.POST,
        active="active" in request.POST,
    )


def _fields(request: HttpRequest, row: Course | None) -> dict[str, Any]:
    names = ("code", "title", "title_en", "work", "kind", "hours", "months")
    if request.method == "POST" and "title" in request.POST:
        values: dict[str, Any] = {name: request.POST.get(name, "") for name in names}
        values |= {"barring": "barring" in request.POST, "active": "active" in request.POST}
    elif row is None:
        values = {"hours": 8, "months": 24, "active": True}
    else:
        values = {name: getattr(row, name) for name in (*names, "barring", "active")}
    return {
        "values": values,
        "works": [(name, _(title)) for name, title in WORKS.items()],
        "kinds": [(name, _(words)) for name, (_zh, words) in KINDS.items()],
    }
