"""A plan's month at the desk: what I owe, what I check, the scores, orders, the notice (月月考)."""

from datetime import date
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commonward.cases.models import Photo
from commonward.cases.queries.reference import book
from commonward.core.refusals import N_, Invalid, Missing
from commonward.core.targets import course, scoring
from commonward.doors.desk.views.admin.doing import administer, done, number, text
from commonward.doors.desk.views.programmes import plan_words
from commonward.doors.desk.views.programmes.plan_words import missing_page
from commonward.doors.desk.views.programmes.ways import WORKS
from commonward.doors.look.showing import named, said
from commonward.doors.look.standing import Standing, for_staff
from commonward.programmes.access_plans import access_plan, keeps
from commonward.programmes.actions import appealing, evidence, ordering_replies, reviewing
from commonward.programmes.models import MonthlyReview, Plan, ReviewLine
from commonward.programmes.queries.plan_months import MonthRead, month_of

PAGE = 100
_STEPS = ("begin_check", "reckon", "notify", "end_review")


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*WORKS)
def plan_month(request: HttpRequest, standing: Standing, code: str, month: str) -> HttpResponse:
    """One month of a plan; each sees what is theirs to do first."""
    try:
        found = access_plan(code, standing.actor)
        begins = _month(month)
    except Missing as missing:
        return missing_page(request, standing, missing)
    if request.GET.get("photo") and request.method in ("GET", "HEAD"):
        return _photo(request, standing, found, begins)
    deeds = _Deeds(found, begins, reverse("desk:programme_plan_month", args=[code, month]))
    return administer(
        request,
        standing,
        "desk/programmes/plans/month.html",
        lambda: _shown(request, standing, found, begins),
        {"open": deeds.opened, "step": deeds.step, "report": deeds.report, "check": deeds.check,
         "appeal": deeds.appeal, "decide": deeds.decide, "order": deeds.order,
         "answer": deeds.answer},
    )  # fmt: skip


class _Deeds:
    """What can be done on the page of one month."""

    def __init__(self, plan: Plan, begins: date, address: str) -> None:
        self._plan, self._begins, self._address = plan, begins, address

    def _case(self) -> str:
        review = (
            MonthlyReview.objects.select_related("case")
            .filter(plan=self._plan, month=self._begins)
            .first()
        )
        if review is None:
            raise Missing(N_("This month's review was not opened yet."))
        return review.case.number

    def opened(self, asked: HttpRequest, who: Standing) -> str:
        reviewing.open_review(self._plan, self._begins, who.actor, who.at)
        done(asked, _("The month's review is open: those who own a target report now."))
        return self._address

    def step(self, asked: HttpRequest, who: Standing) -> str:
        verb = text(asked, "verb")
        if verb not in _STEPS:
            raise Invalid(N_("This page does not know that step."), field="do")
        if verb == "notify":
            reviewing.notify(self._case(), text(asked, "words"), who.actor, who.at)
        else:
            getattr(reviewing, verb)(self._case(), who.actor, who.at)
        done(asked, _("Noted."))
        return self._address

    def report(self, asked: HttpRequest, who: Standing) -> str:
        evidence.report_with_photos(
            self._case(), number(asked, "target"), text(asked, "value"), text(asked, "words"),
            [one.read() for one in asked.FILES.getlist("photo")], who.actor, who.at,
        )  # fmt: skip
        done(asked, _("Reported. Another team will check it."))
        return self._address

    def check(self, asked: HttpRequest, who: Standing) -> str:
        reviewing.check_line(
            self._case(), number(asked, "target"), text(asked, "verdict"), text(asked, "value"),
            text(asked, "words"), who.actor, who.at,
        )  # fmt: skip
        done(asked, _("Noted."))
        return self._address

    def appeal(self, asked: HttpRequest, who: Standing) -> str:
        appealing.appeal_score(
            self._case(), number(asked, "target"), text(asked, "words"), who.actor, who.at
        )
        done(asked, _("The score is contested; somebody who neither reported nor checked decides."))
        return self._address

    def decide(self, asked: HttpRequest, who: Standing) -> str:
        appealing.decide_appeal(
            self._case(), number(asked, "target"), text(asked, "value"), text(asked, "words"), who.actor,
            who.at, upheld=text(asked, "upheld") == "yes",
        )  # fmt: skip
        done(asked, _("Noted."))
        return self._address

    def order(self, asked: HttpRequest, who: Standing) -> str:
        ordering_replies.order_reply(
            self._case(), number(asked, "team"), text(asked, "words"), who.actor, who.at
        )
        done(asked, _("The order is with the team; a reply is owed."))
        return self._address

    def answer(self, asked: HttpRequest, who: Standing) -> str:
        ordering_replies.answer_order(
            number(asked, "task"), text(asked, "verb"), text(asked, "words"), who.actor, who.at
        )
        done(asked, _("Noted."))
        return self._address


def _month(given: str) -> date:
    try:
        return date.fromisoformat(f"{given}-01")
    except ValueError:
        raise Missing(N_("There is no month {month}."), month=given[:10]) from None


def _photo(request: HttpRequest, standing: Standing, plan: Plan, begins: date) -> HttpResponse:
    """A photo of a target's evidence (佐证): for who sees the plan, as its checker must.

    The month's case itself is the office's; nothing else of it is opened by this.
    """
    reported = ReviewLine.objects.filter(
        review__plan=plan, review__month=begins, report__isnull=False
    ).values("report")
    photo = Photo.objects.filter(report__in=reported, name=request.GET["photo"][:80]).first()
    path = settings.MEDIA_ROOT / photo.name if photo is not None else None
    if path is None or not path.is_file():
        return missing_page(request, standing, Missing(N_("There is no such photo.")))
    response = HttpResponse(path.read_bytes(), content_type="image/jpeg")
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response


def _shown(request: HttpRequest, standing: Standing, plan: Plan, begins: date) -> dict[str, Any]:
    read = month_of(plan, begins, standing.actor)
    shared = {
        "plan": plan,
        "title": named(plan.title, plan.title_en),
        "month": f"{begins:%Y-%m}",
        "keeps": keeps(standing.actor, plan),
        "formula": scoring.FORMULA,
    }
    if read is None:
        early = timezone.localdate(standing.at) <= reviewing.month_end(begins)
        return {**shared, "review": None, "early": early}
    procedure = book().procedures[read.case.procedure_id]
    stage = procedure.stages[read.case.stage]
    given = request.GET.get("from", "")
    start = int(given) if given.isascii() and given.isdecimal() and len(given) < 6 else 0
    shapes = reviewing.shapes_of(line.target for line in read.lines)
    today = timezone.localdate(standing.at)
    rows = {line.target_id: _line(line, read, shapes[line.target_id], today) for line in read.lines}
    mine = [rows[line.target_id] for line in read.lines]
    verbs = [
        (one.name, said(one.title))
        for one in procedure.by_stage[stage.name]
        if one.name in _STEPS
        and standing.actor.roles_for(one.who, one.name, read.case.area_path, "P-review")
    ]
    return {
        **shared,
        "review": read.review,
        "case": read.case,
        "stage": said(stage.title),
        "stage_code": stage.name,
        "plain": said(stage.plain),
        "due": read.case.due_at,
        "verbs": verbs,
        "owed": [row for row in mine if row["mine"] == "owner"]
        if stage.name == "reporting"
        else [],
        "to_check": [row for row in mine if row["mine"] == "checker" and row["reported"]]
        if stage.name == "checking"
        else [],
        "contest": [
            row for row in mine if row["mine"] == "owner" and not row["appeal"] and row["scored"]
        ]
        if stage.name == "notified"
        else [],
        "appeals": [row for row in mine if row["appeal"]],
        "rows": mine[start : start + PAGE],
        "next": start + PAGE if start + PAGE < len(mine) else None,
        "count": len(mine),
        "reported": sum(row["reported"] for row in mine),
        "checked": sum(bool(row["verdict"]) for row in mine),
        "teams": [
            {"name": named(*read.names.get(team, ("–", "–"))), "score": mean, "count": count}
            for team, mean, count in read.means
        ],
        "proposed": _proposed(read, rows) if read.case.is_open and shared["keeps"] else [],
        "orders": _orders(read, standing),
        "notice": read.review.notice,
        "notified_at": read.review.notified_at,
    }


def _line(line: ReviewLine, read: MonthRead, shape: course.Shape, today: date) -> dict[str, Any]:
    one = line.target
    value = line.counted if line.counted is not None else line.own
    state = course.state(
        shape, value, reviewing.month_end(read.review.month) if value is not None else None, today
    )
    task, group = one.task, one.task.group
    return {
        "id": one.pk,
        "code": f"{group.number}.{task.number}.{one.number}",
        "title": named(one.title, one.title_en),
        "unit": named(one.unit, one.unit_en),
        "evidence": one.evidence,
        "formula": one.formula,
        "owner": named(*read.names.get(read.owner.get(one.pk, 0), ("–", "–"))),
        "owner_id": read.owner.get(one.pk),
        "mine": read.mine.get(one.pk, ""),
        "owed": plan_words.number(line.owed),
        "own": plan_words.number(line.own),
        "counted": plan_words.number(line.counted),
        "reported": line.reported_at is not None,
        "words": line.words,
        "verdict": _(plan_words.VERDICTS[line.verdict]) if line.verdict else "",
        "check_words": line.check_words,
        "score": "–" if line.score is None else f"{line.score}",
        "scored": line.score is not None,
        "why": _(plan_words.WHY[line.why]) if line.why else "",
        "appeal": line.appeal,
        "decision": line.decision,
        "decided": line.decided_at is not None,
        "upheld": line.upheld,
        "state": plan_words.state_of(state),
        "photos": [photo.name for photo in read.photos.get(line.report_id or 0, ())],
    }


def _proposed(read: MonthRead, rows: dict[int, dict[str, Any]]) -> list[dict[str, Any]]:
    """Teams whose targets are behind by the rule and who owe no reply yet."""
    owing: dict[int, list[str]] = {}
    for row in rows.values():
        if row["state"]["code"] in course.OWES and row["owner_id"] is not None:
            owing.setdefault(row["owner_id"], []).append(f"{row['code']} {row['title']}")
    asked = {task.team_id for task in read.orders}
    return [
        {
            "team": team,
            "name": named(*read.names.get(team, ("–", "–"))),
            "targets": listed,
            "words": _("Behind the plan: {targets}. Say why, and by when it is made up.").format(
                targets="; ".join(listed[:5])
            ),
        }
        for team, listed in sorted(owing.items())
        if team not in asked
    ]


def _orders(read: MonthRead, standing: Standing) -> list[dict[str, Any]]:
    known = book()
    found = []
    for task in read.orders:
        procedure = known.procedures[task.procedure_id]
        may = [
            (one.name, said(one.title))
            for one in procedure.by_stage[task.stage]
            if standing.actor.roles_for(one.who, one.name, read.case.area_path, "P-review")
            and (not one.own_team or task.team_id in standing.actor.teams)
        ]
        found.append({
            "id": task.pk,
            "team": named(task.team.name, task.team.name_en),
            "stage": said(procedure.stages[task.stage].title),
            "open": task.is_open,
            "at": task.asked_at,
            "words": read.said.get(task.pk, ()),
            "verbs": may,
        })  # fmt: skip
    return found
