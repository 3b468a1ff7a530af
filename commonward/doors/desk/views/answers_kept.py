"""The answers that we keep, what was asked and not answered, and the knowledge base as a table."""

import csv
import io
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from commonward.cases.actions.answers_helping import settle_vain
from commonward.cases.actions.answers_importing import Brought, import_answers, line_of
from commonward.cases.queries.answers import all_answers
from commonward.cases.queries.gaps import FEWEST, gaps, may_settle
from commonward.cases.queries.kept_answers import kept_answers, to_check
from commonward.cases.queries.texts import EDITORS
from commonward.core.knowledge.sheet import COLUMNS, Line, cells, read
from commonward.core.refusals import N_, Invalid, Refusal
from commonward.core.spreadsheets import inert
from commonward.core.targets.workbook import MOST_BYTES, rows_of
from commonward.doors.desk.showing import desk_page
from commonward.doors.desk.tables import csv_text
from commonward.doors.look.naming import refused
from commonward.doors.look.showing import error_of
from commonward.doors.look.standing import Standing, for_staff
from commonward.people.queries import teams_on

SALT = "knowledge-import"
SHOWN = 100
_HOUR = 3600
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NEEDS = {
    "expired": N_("expired"),
    "ending": N_("ends soon"),
    "returned": N_("came back from checking"),
    "check": N_("waits to be checked"),
    "source": N_("source not looked at for a year"),
    "language": N_("not in the other language"),
}


@require_safe
@for_staff()
def kept(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The answers that this person and their teams keep, and those that wait for their eyes."""
    found = kept_answers(standing.actor, standing.at)
    context = {
        "kept": [
            {"line": one.line, "needs": [(need, _(NEEDS[need])) for need in one.needs]}
            for one in found
        ],
        "to_check": to_check(standing.actor, standing.at),
    }
    return desk_page(request, standing, "desk/words/answers_kept.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff()
def unanswered(request: HttpRequest, standing: Standing) -> HttpResponse:
    """What was asked and not answered; write an answer, or take it off the list."""
    if request.method == "POST":
        number = request.POST.get("gap", "")
        settle_vain(standing.actor, int(number) if number.isdecimal() and len(number) < 18 else 0)
        messages.success(request, _("It is off the list; whoever asks it again is counted anew."))
        return HttpResponseRedirect(reverse("desk:answer_gaps"))
    context = {
        "gaps": gaps(standing.actor, standing.at),
        "fewest": FEWEST,
        "may_settle": may_settle(standing.actor),
    }
    return desk_page(request, standing, "desk/words/answer_gaps.html", context)


@require_safe
@for_staff()
def file(request: HttpRequest, standing: Standing) -> HttpResponse:
    """Every answer as a table that comes back unchanged: CSV or XLSX."""
    codes = {team.id: team.code for team in teams_on(standing.at, "")}
    rows = [
        cells(line_of(line, codes))
        for line in sorted(all_answers(standing.actor, standing.at), key=lambda one: one.id)
        if line.active
    ]
    if request.GET.get("as") == "xlsx":
        return _xlsx([list(COLUMNS), *rows])
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\r\n")
    writer.writerows([COLUMNS, *([inert(cell) for cell in row] for row in rows)])
    return csv_text(made.getvalue(), "answers.csv")


def _xlsx(rows: list[list[str]]) -> HttpResponse:
    import xlsxwriter  # noqa: PLC0415 (only who takes a table along needs it)

    made = io.BytesIO()
    book = xlsxwriter.Workbook(
        made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet("answers")
    for at, row in enumerate(rows):
        for place, cell in enumerate(row):
            sheet.write_string(at, place, cell)
    sheet.freeze_panes(1, 0)
    book.close()
    answer = HttpResponse(made.getvalue(), content_type=_XLSX)
    answer["Content-Disposition"] = 'attachment; filename="answers.xlsx"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*EDITORS)
def bring(request: HttpRequest, standing: Standing) -> HttpResponse:
    """Choose a file, look at what it would do, confirm."""
    error, preview = None, None
    salt = f"{SALT}-{standing.actor.account}"
    if request.method == "POST":
        try:
            if request.POST.get("do") == "confirm":
                lines = _kept_lines(request.POST.get("table", ""), salt)
                done = import_answers(standing.actor, lines, standing.at, look=False)
                if done.faults:
                    raise done.faults[0].why
                messages.success(
                    request,
                    _("{new} new answers, {changed} changed.").format(
                        new=len(done.new), changed=len(done.changed)
                    ),
                )
                return HttpResponseRedirect(reverse("desk:answers"))
            preview = _preview(request, standing, salt)
        except Refusal as refusal:
            error = error_of(refusal)
    context = {"error": error, "preview": preview, "columns": COLUMNS}
    return desk_page(
        request, standing, "desk/words/answers_import.html", context, status=400 if error else 200
    )


def _kept_lines(table: str, salt: str) -> tuple[Line, ...]:
    try:
        rows = signing.loads(table, salt=salt, max_age=_HOUR)
    except signing.BadSignature:
        raise Invalid(N_("The preview is too old; choose the file again."), field="file") from None
    return read([list(COLUMNS), *rows])[0]


def _preview(request: HttpRequest, standing: Standing, salt: str) -> dict[str, Any]:
    sent = request.FILES.get("file")
    if sent is None or isinstance(sent, list):
        raise Invalid(N_("Choose a file."), field="file")
    if (sent.size or 0) > MOST_BYTES:
        raise Invalid(
            N_("The file is larger than {most} kilobytes."), most=MOST_BYTES // 1000, field="file"
        )
    lines, faults = read(rows_of(sent.read(), fill=False))
    told: Brought = import_answers(standing.actor, lines, standing.at, look=True)
    every = sorted([*faults, *told.faults], key=lambda one: one.row)
    # "row 3" names a row of the file: the rows that are kept stand where they stood.
    last = max((line.row for line in lines), default=1)
    rows: list[list[str]] = [[] for _row in range(2, last + 1)]
    for line in lines:
        rows[line.row - 2] = cells(line)
    return {
        "name": sent.name,
        "faults": [{"row": one.row, "why": refused(one.why)} for one in every[:SHOWN]],
        "faults_count": len(every),
        "new": told.new[:SHOWN],
        "new_count": len(told.new),
        "changed": told.changed[:SHOWN],
        "changed_count": len(told.changed),
        "same_count": told.same,
        "table": "" if every else signing.dumps(rows, salt=salt, compress=True),
    }
