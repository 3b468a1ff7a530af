"""Bring a table into a plan: looked at first, with each fault by its cell; written only when confirmed."""

from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commonward.core.refusals import N_, Invalid, Missing
from commonward.core.targets.sheet import COLUMNS, Line, cells, changed, read
from commonward.core.targets.workbook import MOST_BYTES, rows_of
from commonward.doors.desk.views.admin.doing import administer, done, text
from commonward.doors.desk.views.programmes.plan_words import missing_page, plan_address
from commonward.doors.look.naming import refused
from commonward.doors.look.showing import language, named
from commonward.doors.look.standing import Standing, for_staff
from commonward.programmes.access_plans import KEEPS, access_plan, require_keeper
from commonward.programmes.actions.planning import faults_of, import_lines
from commonward.programmes.models import Plan
from commonward.programmes.queries.plan_lines import lines_of

SALT = "programme-plan-import"
SHOWN = 100
_HOUR = 3600


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*KEEPS)
def plan_import(request: HttpRequest, standing: Standing, code: str) -> HttpResponse:
    """Choose a file, look at what it would do, confirm."""
    try:
        found = access_plan(code, standing.actor)
    except Missing as missing:
        return missing_page(request, standing, missing)
    require_keeper(standing.actor, found)
    preview: dict[str, Any] = {}

    def look(asked: HttpRequest, who: Standing) -> str:
        preview.update(_preview(asked, who, found))
        return ""

    def confirm(asked: HttpRequest, who: Standing) -> str:
        try:
            kept = signing.loads(
                asked.POST.get("table", ""),
                salt=f"{SALT}-{found.pk}-{who.actor.account}",
                max_age=_HOUR,
            )
        except signing.BadSignature:
            raise Invalid(
                N_("The preview is too old; choose the file again."), field="file"
            ) from None
        given = read([list(COLUMNS), *kept["rows"]])
        new, differ = import_lines(
            code,
            given.lines,
            who.actor,
            who.at,
            revision=kept["revision"],
            reason=text(asked, "reason"),
        )
        done(asked, _("{new} new targets, {changed} changed.").format(new=new, changed=differ))
        return plan_address(code)

    def shown() -> dict[str, Any]:
        return {
            "plan": found,
            "title": named(found.title, found.title_en),
            "columns": [(name, *titles) for name, titles in COLUMNS.items()],
            "preview": preview,
        }

    return administer(
        request,
        standing,
        "desk/programmes/plans/import.html",
        shown,
        {"look": look, "confirm": confirm},
    )


def _preview(request: HttpRequest, standing: Standing, plan: Plan) -> dict[str, Any]:
    file = request.FILES.get("file")
    if file is None or isinstance(file, list):
        raise Invalid(N_("Choose a file."), field="file")
    if (file.size or 0) > MOST_BYTES:
        raise Invalid(
            N_("The file is larger than {most} kilobytes."), most=MOST_BYTES // 1000, field="file"
        )
    given = read(rows_of(file.read()))
    faults = sorted(
        [*given.faults, *faults_of(given.lines, plan, standing.at)], key=lambda one: one.row
    )
    there = {line.key: line for line in lines_of(plan)}
    new = [line for line in given.lines if line.key not in there]
    differ = [
        (line, changes)
        for line in given.lines
        if line.key in there and (changes := changed(there[line.key], line))
    ]
    here = {line.key for line in given.lines}
    kept = {"rows": [cells(line) for line in given.lines], "revision": plan.revision}
    chinese = language().startswith("zh")
    titles = {name: both[1 if chinese else 0] for name, both in COLUMNS.items()}
    return {
        "name": file.name,
        "faults": [
            {"row": one.row, "column": titles.get(one.column, one.column), "why": refused(one.why)}
            for one in faults[:SHOWN]
        ],
        "faults_count": len(faults),
        "new": [_line(line) for line in new[:SHOWN]],
        "new_count": len(new),
        "changed": [
            {**_line(line), "changes": [(titles.get(n, n), old, now) for n, old, now in changes]}
            for line, changes in differ[:SHOWN]
        ],
        "changed_count": len(differ),
        "same_count": len(given.lines) - len(new) - len(differ),
        "absent_count": sum(key not in here for key in there),
        "shown": SHOWN,
        "table": ""
        if faults
        else signing.dumps(kept, salt=f"{SALT}-{plan.pk}-{standing.actor.account}", compress=True),
        "in_force": plan.state == "in_force",
    }


def _line(line: Line) -> dict[str, str]:
    return {"code": ".".join(map(str, line.key)), "title": named(line.target, line.target_en)}
