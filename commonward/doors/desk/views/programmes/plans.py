"""Plans at the desk: the list, one plan as a tree and as bars over time, its table to take along."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from commonward.areas.queries import revisions
from commonward.core.refusals import N_, Invalid, Missing
from commonward.core.targets.course import OWES, STATES
from commonward.core.targets.sheet import COLUMNS, cells
from commonward.doors.desk.showing import desk_page
from commonward.doors.desk.tables import csv_file
from commonward.doors.desk.views.admin.doing import administer, done, text
from commonward.doors.desk.views.programmes import plan_words
from commonward.doors.desk.views.programmes.plan_words import missing_page, plan_address
from commonward.doors.desk.views.programmes.ways import WORKS
from commonward.doors.look.showing import language, named
from commonward.doors.look.standing import Standing, for_staff
from commonward.people.queries import team_by_code
from commonward.people.queries.names import teams_to_choose
from commonward.programmes.access_plans import KEEPS, access_plan, keeps, plans_seen
from commonward.programmes.actions.planning import NewPlan, make_plan, set_state
from commonward.programmes.models import MonthlyReview, Plan
from commonward.programmes.queries.plan_lines import lines_of
from commonward.programmes.queries.plan_tree import Branch, Leaf, Tree, team_names, tree_of

PAGE = 100
_MOST_PLANS = 200


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*WORKS)
def plans(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The plans that this person has to do with; officers make new ones."""

    def shown() -> dict[str, Any]:
        return {
            "plans": [_plan(one) for one in plans_seen(standing.actor)[:_MOST_PLANS]],
            "may_make": standing.holds(KEEPS),
            "teams": _teams(),
            "year": timezone.localdate(standing.at).year,
        }

    return administer(request, standing, "desk/programmes/plans/list.html", shown, {"make": _make})


def _plan(one: Plan) -> dict[str, Any]:
    return {
        "code": one.code,
        "title": named(one.title, one.title_en),
        "href": plan_address(one.code),
        "state": _(plan_words.PLAN_STATES[one.state]),
        "state_code": one.state,
        "begins": one.begins,
        "ends": one.ends,
        "office": named(one.office.name, one.office.name_en),
        "area": named(one.area.name, one.area.name_en) if one.area else "",
        "about": named(one.about, one.about_en),
        "public": one.public,
        "revision": one.revision,
    }


def _teams() -> list[tuple[str, str]]:
    return [(c, named(t.name, t.name_en)) for c, t in teams_to_choose(revisions()).items()]


def _make(request: HttpRequest, standing: Standing) -> str:
    made = make_plan(
        NewPlan(
            text(request, "code"), text(request, "title"), day_of(request, "begins"),
            day_of(request, "ends"), team_by_code(text(request, "office")).pk,
            text(request, "title_en"), text(request, "about"), text(request, "about_en"),
        ),
        standing.actor, standing.at,
    )  # fmt: skip
    done(request, _("The draft is there; now bring in its table."))
    return reverse("desk:programme_plan_import", args=[made.code])


def day_of(request: HttpRequest, name: str) -> date:
    """A day that a field gives. Raises Invalid."""
    try:
        return date.fromisoformat(text(request, name))
    except ValueError:
        raise Invalid(N_("Give the day as 2026-03-31."), field=name) from None


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*WORKS)
def plan(request: HttpRequest, standing: Standing, code: str) -> HttpResponse:
    """One plan: groups, tasks and targets, with progress; by owner and by how they stand."""
    try:
        found = access_plan(code, standing.actor)
    except Missing as missing:
        return missing_page(request, standing, missing)
    if re.fullmatch(r"\d{4}-\d\d", month := request.GET.get("month", "")):
        return redirect("desk:programme_plan_month", found.code, month)

    def state(asked: HttpRequest, who: Standing) -> str:
        public = {"yes": True, "no": False}.get(text(asked, "public"))
        set_state(code, text(asked, "state"), who.actor, who.at, public=public)
        done(asked, _("Noted."))
        return plan_address(code)

    return administer(
        request,
        standing,
        "desk/programmes/plans/plan.html",
        lambda: _tree_shown(request, standing, access_plan(found.code, standing.actor)),
        {"state": state},
    )


def _tree_shown(request: HttpRequest, standing: Standing, found: Plan) -> dict[str, Any]:
    tree = tree_of(found, timezone.localdate(standing.at))
    teams = team_names()
    owner, state = request.GET.get("owner", ""), request.GET.get("state", "")
    opened = request.GET.get("open", "")
    address = plan_address(found.code)
    chosen = _chosen(tree, owner, state)
    listed, following = _page(request, chosen) if chosen is not None else ([], "")
    owners = sorted({one.owner for one in tree.leaves if one.owner is not None})
    return {
        "plan": _plan(found),
        "progress": plan_words.progress(tree.progress),
        "states": plan_words.counted(tree.states),
        "groups": [
            {
                **plan_words.branch(group),
                "open": opened in ("all", str(group.number)),
                "tasks": _tasks(group, address, teams)
                if opened in ("all", str(group.number))
                else (),
                "tasks_count": len(group.branches),
            }
            for group in tree.groups
        ],
        "filtered": chosen is not None,
        "found": len(chosen or ()),
        "listed": [plan_words.leaf(one, address, teams) for one in listed],
        "next": following,
        "owners": [(str(pk), named(*teams[pk])) for pk in owners if pk in teams],
        "owner": owner,
        "state": state,
        "all_states": [
            (code, _(plan_words.STATES[code][1])) for code in ("owes", *STATES) if code != "owes"
        ],
        "open": opened,
        "keeps": keeps(standing.actor, found),
        "months": _months(found),
        "total": len(tree.leaves),
        "tasks_total": sum(len(group.branches) for group in tree.groups),
    }


def _tasks(group: Branch, address: str, teams: dict[int, tuple[str, str]]) -> list[dict[str, Any]]:
    return [
        {
            **plan_words.branch(task),
            "leaves": [plan_words.leaf(one, address, teams) for one in task.leaves],
        }
        for task in group.branches
    ]


def _chosen(tree: Tree, owner: str, state: str) -> list[Leaf] | None:
    if not owner and not state:
        return None
    wanted = OWES if state == "owes" else {state}
    return [
        one
        for one in tree.leaves
        if (not owner or str(one.owner) == owner)
        and (not state or (one.state in wanted and not one.dropped))
    ]


def _page(request: HttpRequest, rows: list[Leaf]) -> tuple[list[Leaf], str]:
    given = request.GET.get("from", "")
    begins = int(given) if given.isascii() and given.isdecimal() and len(given) < 6 else 0
    kept = {name: request.GET[name] for name in ("owner", "state") if request.GET.get(name)}
    more = urlencode({**kept, "from": begins + PAGE}) if begins + PAGE < len(rows) else ""
    return rows[begins : begins + PAGE], more


def _months(found: Plan) -> list[tuple[str, str]]:
    rows = MonthlyReview.objects.filter(plan=found).select_related("case").order_by("-month")[:24]
    return [
        (
            f"{one.month:%Y-%m}",
            reverse("desk:programme_plan_month", args=[found.code, f"{one.month:%Y-%m}"]),
        )
        for one in rows
    ]


@require_safe
@for_staff(*WORKS)
def plan_group(request: HttpRequest, standing: Standing, code: str, group: str) -> HttpResponse:
    """The tasks of one group alone, for the tree that opens it in place."""
    try:
        found = access_plan(code, standing.actor)
    except Missing as missing:
        return missing_page(request, standing, missing)
    known = group.isascii() and group.isdecimal() and len(group) < 5
    tree = tree_of(found, timezone.localdate(standing.at), int(group)) if known else None
    tasks = [
        task
        for one in (tree.groups if tree is not None else ())
        for task in _tasks(one, plan_address(code), team_names())
    ]
    return render(request, "desk/programmes/plans/tasks.html", {"tasks": tasks})


@require_safe
@for_staff(*WORKS)
def plan_gantt(request: HttpRequest, standing: Standing, code: str) -> HttpResponse:
    """The plan as bars over time (甘特图), to look at and to print; a table says the same."""
    try:
        found = access_plan(code, standing.actor)
    except Missing as missing:
        return missing_page(request, standing, missing)
    today = timezone.localdate(standing.at)
    tree = tree_of(found, today)
    opened = request.GET.get("open", "")
    whole = max(1, (found.ends - found.begins).days)
    context = {
        "plan": _plan(found),
        "progress": plan_words.progress(tree.progress),
        "groups": [
            {
                **plan_words.branch(group),
                "bar": _bar(group, tree),
                "open": str(group.number) == opened,
                "tasks": [
                    {
                        **plan_words.branch(task),
                        "bar": _bar(task, tree),
                        "targets_shown": [
                            _target_bar(one, tree) for one in task.leaves if not one.dropped
                        ]
                        if str(group.number) == opened
                        else (),
                    }
                    for task in group.branches
                ],
            }
            for group in tree.groups
        ],
        "months": list(_month_marks(found)),
        "today": round(100 * (today - found.begins).days / whole, 2)
        if found.begins <= today <= found.ends
        else None,
    }
    return desk_page(request, standing, "desk/programmes/plans/gantt.html", context)


def _bar(one: Branch, tree: Tree) -> dict[str, Any] | None:
    if one.begins is None or one.due is None:
        return None
    left, wide = plan_words.bar(one.begins, one.due, tree)
    filled = plan_words.progress(one.progress)["low"]
    return {"left": left, "wide": wide, "gone": round(wide * filled / 100, 2), "ticks": ()}


def _target_bar(one: Leaf, tree: Tree) -> dict[str, Any]:
    left, wide = plan_words.bar(one.shape.begins, one.shape.due, tree)
    whole = max(1, (tree.plan.ends - tree.plan.begins).days)
    return {
        "code": one.code,
        "title": named(one.title, one.title_en),
        "state": plan_words.state_of(one.state),
        "due": one.shape.due,
        "bar": {
            "left": left,
            "wide": wide,
            "gone": round(wide * float(one.share or 0), 2),
            "ticks": [
                round(100 * (m.due - tree.plan.begins).days / whole, 2)
                for m in one.shape.milestones
            ],
        },
    }


def _month_marks(found: Plan) -> Iterable[tuple[float, str]]:
    """Where each month begins, in percent of the plan's time."""
    whole = max(1, (found.ends - found.begins).days)
    year, month = found.begins.year, found.begins.month
    while (begins := date(year, month, 1)) <= found.ends:
        yield max(0.0, round(100 * (begins - found.begins).days / whole, 2)), f"{month}"
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)


@require_safe
@for_staff(*WORKS)
def plan_file(request: HttpRequest, standing: Standing, code: str) -> HttpResponse:
    """The plan's table: CSV or XLSX with the columns that the import takes."""
    try:
        found = access_plan(code, standing.actor)
    except Missing as missing:
        return missing_page(request, standing, missing)
    heads = [titles[1 if language().startswith("zh") else 0] for titles in COLUMNS.values()]
    rows = [heads, *(cells(line) for line in lines_of(found))]
    if request.GET.get("as") == "xlsx":
        return _xlsx(rows, f"{code}.xlsx")
    return csv_file(rows, f"{code}.csv")


def _xlsx(rows: list[list[str]], name: str) -> HttpResponse:
    from io import BytesIO  # noqa: PLC0415 (only who takes a table along needs both)

    import xlsxwriter  # noqa: PLC0415 (see above)

    made = BytesIO()
    book = xlsxwriter.Workbook(
        made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet("plan")
    for line, row in enumerate(rows):
        for place, cell in enumerate(row):
            sheet.write_string(line, place, cell)
    sheet.freeze_panes(1, 0)
    book.close()
    answer = HttpResponse(
        made.getvalue(),
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
