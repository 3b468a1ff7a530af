"""One target at the desk: how it stands, its curve beside the plan, its months, its history."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commonward.core.refusals import Missing
from commonward.core.targets import course
from commonward.core.targets.sheet import COLUMNS, cells, read
from commonward.doors.desk.views.admin.doing import administer, done, text
from commonward.doors.desk.views.programmes import plan_words
from commonward.doors.desk.views.programmes.plan_words import key_of, missing_page, plan_address
from commonward.doors.desk.views.programmes.ways import WORKS
from commonward.doors.look.showing import language, named
from commonward.doors.look.standing import Standing, for_staff
from commonward.people.queries.names import account_names
from commonward.programmes.access_plans import access_target, keeps
from commonward.programmes.actions.planning import change_target, mask_target
from commonward.programmes.actions.reviewing import month_end, shapes_of
from commonward.programmes.models import ReviewLine, Target, TargetChange, TargetTeam
from commonward.programmes.queries.plan_lines import lines_of

EDITED = ("target", "target_en", "unit", "unit_en", "direction", "baseline", "wanted", "begins",
          "due", "weight", "owner", "partners", "checker", "evidence", "formula", "milestones",
          "public")  # fmt: skip
_WIDE, _HIGH = 600, 200


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*WORKS)
def plan_target(request: HttpRequest, standing: Standing, code: str, key: str) -> HttpResponse:
    """A target; its officer changes it with a reason, masks it, or gives it up."""
    try:
        found = access_target(code, key_of(key), standing.actor)
    except Missing as missing:
        return missing_page(request, standing, missing)
    address = f"{plan_address(code)}{key}/"

    def change(asked: HttpRequest, who: Standing) -> str:
        before = next(one for one in lines_of(found.plan) if one.key == key_of(key))
        row = dict(zip(COLUMNS, cells(before), strict=True))
        row |= {name: text(asked, name) for name in EDITED}
        given = read([list(COLUMNS), list(row.values())])
        for fault in given.faults:
            raise fault.why
        change_target(
            code, replace(given.lines[0], row=0), who.actor, who.at,
            version=int(text(asked, "version") or 0), reason=text(asked, "reason"),
        )  # fmt: skip
        done(asked, _("Changed; the history keeps what it was."))
        return address

    def mask(asked: HttpRequest, who: Standing) -> str:
        mask_target(
            code, key_of(key), text(asked, "because"), who.actor, who.at, what=text(asked, "what")
        )
        done(asked, _("Noted."))
        return address

    return administer(
        request,
        standing,
        "desk/programmes/plans/target.html",
        lambda: _shown(standing, access_target(code, key_of(key), standing.actor), key),
        {"change": change, "mask": mask},
    )


def _shown(standing: Standing, one: Target, key: str) -> dict[str, Any]:
    today = timezone.localdate(standing.at)
    shape = shapes_of([one])[one.pk]
    parts: dict[str, list[str]] = {"owner": [], "partner": [], "checker": []}
    for row in TargetTeam.objects.filter(target=one).select_related("team").order_by("id"):
        parts[row.part].append(named(row.team.name, row.team.name_en))
    lines = list(
        ReviewLine.objects.filter(target=one).select_related("review__case", "by_team", "checker_team")
        .order_by("review__month")
    )  # fmt: skip
    changes = list(TargetChange.objects.filter(target=one).order_by("-id")[:50])
    names = account_names({c.by_id for c in changes if c.by_id})
    following = course.next_milestone(shape, today)
    reached = None if one.value is None else course.share(shape, one.value)
    may = keeps(standing.actor, one.plan) and one.plan.state != "ended"
    line = next(x for x in lines_of(one.plan) if x.key == key_of(key)) if may else None
    chinese = language().startswith("zh")
    return {
        "plan": one.plan,
        "plan_title": named(one.plan.title, one.plan.title_en),
        "code": key,
        "title": named(one.title, one.title_en),
        "task": named(one.task.title, one.task.title_en),
        "group": named(one.task.group.title, one.task.group.title_en),
        "unit": named(one.unit, one.unit_en),
        "direction": _(plan_words.DIRECTIONS[one.direction]),
        "one": one,
        "value": plan_words.number(one.value),
        "wanted": plan_words.number(one.wanted),
        "baseline": plan_words.number(one.baseline),
        "weight": plan_words.number(one.weight),
        "state": plan_words.state_of(course.state(shape, one.value, one.value_on, today)),
        "rule": course.RULE,
        "percent": "–" if reached is None else f"{int(reached * 100)} %",
        "next": following,
        "next_value": plan_words.number(following.value),
        "parts": parts,
        "evidence": one.evidence,
        "months": [_month(row) for row in reversed(lines)],
        "curve": _curve(shape, lines),
        "history": [
            {
                "at": row.at,
                "by": names.get(row.by_id or 0, ""),
                "reason": row.reason,
                "changes": [
                    (_column(name, chinese), *both) for name, both in row.data.items()
                    if isinstance(both, list)
                ],
                "made": row.data.get("made"),
            }
            for row in changes
        ],
        "fields": [
            {"name": name, "title": _column(name, chinese), "value": value}
            for name, value in zip(COLUMNS, cells(line), strict=True)
            if name in EDITED
        ]
        if line is not None
        else [],
        "may": may,
    }  # fmt: skip


def _column(name: str, chinese: bool) -> str:
    return COLUMNS[name][1 if chinese else 0] if name in COLUMNS else name


def _month(row: ReviewLine) -> dict[str, Any]:
    return {
        "month": f"{row.review.month:%Y-%m}",
        "owed": plan_words.number(row.owed),
        "own": plan_words.number(row.own),
        "counted": plan_words.number(row.counted),
        "score": "–" if row.score is None else f"{row.score}",
        "why": _(plan_words.WHY[row.why]) if row.why else "",
        "verdict": _(plan_words.VERDICTS[row.verdict]) if row.verdict else "",
        "words": row.words,
        "check_words": row.check_words,
        "decision": row.decision,
    }


def _curve(shape: course.Shape, lines: list[ReviewLine]) -> dict[str, Any]:
    """The planned line and the real points, as places in a picture of 600 by 200."""
    planned = [
        (shape.begins, float(shape.baseline)),
        *((one.due, float(one.value)) for one in shape.milestones),
        (shape.due, float(shape.wanted)),
    ]
    if shape.direction == course.BELOW:
        planned = [(shape.begins, float(shape.wanted)), (shape.due, float(shape.wanted))]
    real = [
        (month_end(one.review.month), float(one.counted))
        for one in lines
        if one.counted is not None
    ]
    days = max(1, (shape.due - shape.begins).days)
    values = [value for _day, value in (*planned, *real)]
    low, high = min(values), max(values)
    span = (high - low) or 1.0

    def place(day: Any, value: float) -> tuple[float, float]:
        left = 10 + (_WIDE - 20) * min(1.05, max(0.0, (day - shape.begins).days / days))
        return round(left, 1), round(_HIGH - 12 - (_HIGH - 24) * (value - low) / span, 1)

    return {
        "planned": " ".join(f"{x},{y}" for x, y in (place(*p) for p in planned)),
        "real": " ".join(f"{x},{y}" for x, y in (place(*p) for p in real)),
        "dots": [place(*p) for p in real],
        "wide": _WIDE,
        "high": _HIGH,
        "table": [(day.isoformat(), f"{value:g}") for day, value in planned],
    }
