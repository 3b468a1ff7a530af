"""Reviews of access: begun and read by administrators, decided by who leads a team."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from commonward.areas.queries import revisions
from commonward.areas.queries.names import areas_to_choose
from commonward.cases.queries.posts_used import posts_used
from commonward.core.refusals import N_, Missing
from commonward.doors.desk.tables import csv_file
from commonward.doors.desk.views.admin.doing import administer, beginning, done, number, text
from commonward.doors.desk.views.admin.wording import role_words, roles_to_give
from commonward.doors.look.showing import named
from commonward.doors.look.standing import Standing, for_staff
from commonward.people.actions.reviews import begin_review, decide_line
from commonward.people.models import ReviewLine
from commonward.people.queries import reviews as known
from commonward.people.queries import team_by_code
from commonward.people.queries.names import teams_to_choose

_WHY = {
    "needed": N_("still needed"),
    "at_times": N_("needed at times"),
    "moved": N_("has moved"),
    "left": N_("has left"),
    "not_needed": N_("no longer needed"),
    "mistake": N_("given by mistake"),
    "nobody": N_("nobody confirmed it"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff("administrator")
def admin_reviews(request: HttpRequest, standing: Standing) -> HttpResponse:
    """Every review with how far it is, and beginning one."""

    def shown() -> dict[str, Any]:
        return {
            "reviews": [{"shown": one, "of": _of(one)} for one in known.reviews()],
            "roles": roles_to_give(),
            "teams": [
                (t.code, named(t.name, t.name_en)) for t in teams_to_choose(revisions()).values()
            ],
        }

    return administer(request, standing, "desk/admin/reviews.html", shown, {"begin": _begin})


def _of(one: known.ReviewShown) -> str:
    told = []
    if one.review.team is not None:
        told.append(named(one.review.team.name, one.review.team.name_en))
    if one.review.role:
        told.append(role_words(one.review.role))
    return _(", ").join(told) or _("all grants")


def _begin(request: HttpRequest, standing: Standing) -> str:
    team = text(request, "team")
    made = begin_review(
        standing.actor,
        beginning(request, "due"),
        at=standing.at,
        used={**posts_used(standing.at), **known.administered(standing.at)},
        team=team_by_code(team).pk if team else None,
        role=text(request, "role"),
        ends=bool(text(request, "ends")),
        months=number(request, "months"),
    )
    done(request, _("Begun. Who leads a team finds its members' grants under “Grants to review”."))
    return reverse("desk:admin_review", args=[made.pk])


@require_safe
@for_staff("administrator")
def admin_review(request: HttpRequest, standing: Standing, review: int) -> HttpResponse:
    """What came of one review, by pages, and as a table."""
    table = request.GET.get("as") == "csv"
    after = request.GET.get("after", "")
    first = int(after) if after.isdecimal() and len(after) < 19 else 0

    def shown() -> dict[str, Any]:
        one = known.review(review)
        lines = known.lines_of(review, after=first)
        more = lines[-1].pk if len(lines) == known.ON_A_PAGE else None
        rows = _rows(lines, standing.at)
        return {"shown": one, "of": _of(one), "rows": rows, "more": more}

    if table:
        return _table(review, standing)
    return administer(request, standing, "desk/admin/review.html", shown, {})


def _table(review: int, standing: Standing) -> HttpResponse:
    known.review(review)
    lines = known.lines_of(review, most=50_000)
    heads = [
        _("Login"), _("Name"), _("Teams"), _("Post"), _("Area"), _("Since"), _("Last used in"),
        _("Decision"), _("Reason"), _("By"), _("On"),
    ]  # fmt: skip
    rows = [
        [
            row["login"], row["name"], row["teams"], row["role"], row["area"], _day(row["since"]),
            row["used"], row["decision"], row["why"], row["by"], _day(row["on"]),
        ]
        for row in _rows(lines, standing.at)
    ]  # fmt: skip
    return csv_file([heads, *rows], f"review-{review}.csv")


def _day(at: datetime | None) -> str:
    return "" if at is None else timezone.localtime(at).date().isoformat()


def _rows(lines: list[ReviewLine], at: datetime) -> list[dict[str, Any]]:
    teams = known.teams_named(lines, at)
    places = {a.code: named(a.name, a.name_en) for a in areas_to_choose(revisions())}
    return [
        {
            "id": line.pk,
            "login": line.grant.account.login,
            "name": line.grant.account.name,
            "teams": _(", ").join(named(*one) for one in teams.get(line.grant.account_id, [])),
            "role": role_words(line.grant.role),
            "area": places.get(line.grant.area_code, line.grant.area_code) or _("everywhere"),
            "since": line.grant.since,
            "used": line.used,
            "decision": _decision(line),
            "why": _(_WHY[line.reason]) if line.reason else "",
            "by": line.decided_by.name if line.decided_by else "",
            "on": line.decided_at,
        }
        for line in lines
    ]


def _decision(line: ReviewLine) -> str:
    if line.kept is None:
        return ""
    return _("kept") if line.kept else _("ended")


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff("leader", "administrator")
def access(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The grants that this person is asked about, each kept or ended with one press."""

    def shown() -> dict[str, Any]:
        lines = known.to_decide(standing.actor, standing.at)
        rows = _rows(lines, standing.at)
        for row, line in zip(rows, lines, strict=True):
            row["review"] = line.review
        return {
            "rows": rows,
            "reasons": [(name, _(_WHY[name]), kept) for name, kept in known.REASONS.items()],
            "warned": next((line.review for line in lines if line.review.warned_at), None),
        }

    return administer(request, standing, "desk/access.html", shown, {"decide": _decide})


def _decide(request: HttpRequest, standing: Standing) -> str:
    given = text(request, "why")
    line, _sep, reason = given.partition(":")
    if not line.isdecimal() or len(line) > 18:
        raise Missing(N_("There is no such grant in a review of yours."), field="line")
    made = decide_line(standing.actor, int(line), reason=reason, at=standing.at)
    done(request, _("Kept.") if made.kept else _("Ended: it holds no more."))
    return reverse("desk:access")
