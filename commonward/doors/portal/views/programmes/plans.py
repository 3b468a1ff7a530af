"""Plans for everybody: what was promised, how far it is, what comes next, why something is masked."""

import csv
import io
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from commonward.core.refusals import N_
from commonward.core.spreadsheets import inert
from commonward.core.targets import course
from commonward.core.targets.progress import Progress
from commonward.doors.look.showing import named, page
from commonward.people.queries import now
from commonward.programmes.models import Plan
from commonward.programmes.queries.plan_lines import plain
from commonward.programmes.queries.plan_tree import Branch, Leaf, team_names, tree_of

_STATES = {
    "late": ("✕", N_("Late"), "late"),
    "behind": ("▼", N_("Behind"), "late"),
    "unknown": ("?", N_("No figure"), "wait"),
    "at_risk": ("▲", N_("At risk"), "risk"),
    "on_course": ("●", N_("On course"), "good"),
    "done": ("✓", N_("Reached"), "good"),
    "not_begun": ("○", N_("Not begun"), "wait"),
}


@require_safe
def plans(request: HttpRequest) -> HttpResponse:
    """The plans that everybody may read."""
    rows = Plan.objects.filter(public=True).exclude(state="draft").order_by("-begins", "-id")[:50]
    shown = [
        {
            "code": one.code,
            "title": named(one.title, one.title_en),
            "about": named(one.about, one.about_en),
            "begins": one.begins,
            "ends": one.ends,
        }
        for one in rows
    ]
    return page(request, "portal/programmes/plans.html", {"plans": shown})


@require_safe
def plan(request: HttpRequest, code: str) -> HttpResponse:
    """One plan: groups with their progress; the targets of the one that was opened."""
    found = _public(code)
    today = timezone.localdate(now())
    tree = tree_of(found, today)
    opened = request.GET.get("group", "")
    teams = team_names()
    return page(
        request,
        "portal/programmes/plan.html",
        {
            "code": found.code,
            "title": named(found.title, found.title_en),
            "about": named(found.about, found.about_en),
            "begins": found.begins,
            "ends": found.ends,
            "progress": _progress(tree.progress),
            "groups": [
                {
                    "number": group.number,
                    "title": named(group.title, group.title_en),
                    "progress": _progress(group.progress),
                    "targets": group.targets,
                    "open": opened == str(group.number),
                    "tasks": _tasks(group, teams, today) if opened == str(group.number) else (),
                }
                for group in tree.groups
            ],
            "total": len(tree.leaves),
            "rule": course.RULE,
        },
    )


@require_safe
def plan_file(request: HttpRequest, code: str) -> HttpResponse:
    """The same as a table: a line per target, masked ones with their reason alone."""
    found = _public(code)
    today = timezone.localdate(now())
    teams = team_names()
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\r\n")
    writer.writerow([
        _("Target no."), _("Group"), _("Task"), _("Target"), _("Unit"), _("Value"), _("Wanted"),
        _("Due"), _("Reached"), _("How it stands"), _("Owner"), _("Masked because"),
    ])  # fmt: skip
    for one in tree_of(found, today).leaves:
        told = _leaf(one, teams, today)
        writer.writerow([
            inert(str(told[name]))
            for name in ("code", "group", "task", "title", "unit", "value", "wanted", "due",
                         "percent", "words", "owner", "masked")
        ])  # fmt: skip
    answer = HttpResponse("\ufeff" + made.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{found.code}.csv"'
    return answer


def _public(code: str) -> Plan:
    found = Plan.objects.filter(code=code, public=True).exclude(state="draft").first()
    if found is None:
        raise Http404
    return found


def _tasks(group: Branch, teams: dict[int, tuple[str, str]], today: Any) -> list[dict[str, Any]]:
    return [
        {
            "number": task.number,
            "title": named(task.title, task.title_en),
            "progress": _progress(task.progress),
            "targets": [_leaf(one, teams, today) for one in task.leaves],
        }
        for task in group.branches
    ]


def _leaf(one: Leaf, teams: dict[int, tuple[str, str]], today: Any) -> dict[str, Any]:
    """A target in the public's eyes; of a masked one only its place and the reason."""
    masked = one.masked or ("" if one.public else _("It concerns work that is not public."))
    following = course.next_milestone(one.shape, today)
    sign, words, tone = _STATES[one.state]
    told = {
        "code": one.code, "group": named(*one.group_title), "task": named(*one.task_title),
        "masked": masked, "sign": "", "words": "", "tone": "", "title": "", "unit": "",
        "value": "", "wanted": "", "due": "", "percent": "", "owner": "", "next": "", "by": "",
        "dropped": "",
    }  # fmt: skip
    if masked:
        return told
    return told | {
        "title": named(one.title, one.title_en),
        "unit": named(one.unit, one.unit_en),
        "value": "–" if one.value is None else f"{plain(one.value):f}",
        "wanted": f"{plain(one.shape.wanted):f}",
        "due": one.shape.due.isoformat(),
        "percent": "–" if one.share is None else f"{int(one.share * 100)} %",
        "sign": "" if one.dropped else sign,
        "words": _("given up") if one.dropped else _(words),
        "tone": tone,
        "owner": named(*teams.get(one.owner or 0, ("–", "–"))),
        "next": f"{plain(following.value):f}" if following.due >= today else "",
        "by": following.due.isoformat(),
        "dropped": one.dropped,
    }


def _progress(of: Progress) -> dict[str, Any]:
    if not of.known:
        return {"low": 0, "high": 0, "words": _("no figure yet"), "missing": of.missing}
    low, high = of.percent
    words = f"{low} %" if low == high and not of.missing else f"{low}–{high} %"
    return {"low": low, "high": high, "words": words, "missing": of.missing}
