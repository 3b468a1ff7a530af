"""Bring past courses in from a table: looked at first, written only when confirmed."""

from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commonward.core.learning_sheet import COLUMNS, read_past, written
from commonward.core.refusals import N_, Invalid
from commonward.core.targets.workbook import MOST_BYTES, rows_of
from commonward.doors.desk.views.admin.doing import administer, done
from commonward.doors.look.naming import refused
from commonward.doors.look.showing import language
from commonward.doors.look.standing import Standing, for_staff
from commonward.programmes.actions.learning.bringing_in import bring_in
from commonward.programmes.queries.learning import KEEPS

SALT = "programme-course-import"
_HOUR = 3600


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*KEEPS)
def course_import(request: HttpRequest, standing: Standing) -> HttpResponse:
    """Choose a file, look at what it would do, confirm."""
    preview: dict[str, Any] = {}
    salt = f"{SALT}-{standing.actor.account}"

    def look(asked: HttpRequest, who: Standing) -> str:
        file = asked.FILES.get("file")
        if file is None or isinstance(file, list):
            raise Invalid(N_("Choose a file."), field="file")
        if (file.size or 0) > MOST_BYTES:
            raise Invalid(
                N_("The file is larger than {most} kilobytes."),
                most=MOST_BYTES // 1000,
                field="file",
            )
        lines, faults = read_past(rows_of(file.read(), fill=False))
        tried = bring_in(lines, who.actor, who.at, only_try=True)
        wrong = sorted([*faults, *tried.faults], key=lambda one: one.row)
        titles = {name: both[language().startswith("zh")] for name, both in COLUMNS.items()}
        preview.update(
            name=file.name,
            new=tried.new,
            same=tried.same,
            faults=[
                {"row": one.row, "column": titles.get(one.column, ""), "why": refused(one.why)}
                for one in wrong
            ],
            table=""
            if wrong
            else signing.dumps([written(one) for one in lines], salt=salt, compress=True),
        )
        return ""

    def confirm(asked: HttpRequest, who: Standing) -> str:
        try:
            rows = signing.loads(asked.POST.get("table", ""), salt=salt, max_age=_HOUR)
        except signing.BadSignature:
            raise Invalid(
                N_("The preview is too old; choose the file again."), field="file"
            ) from None
        lines, _faults = read_past([list(COLUMNS), *rows])
        made = bring_in(lines, who.actor, who.at)
        if made.faults:
            raise made.faults[0].why
        done(asked, _("{count} records are written down.").format(count=len(made.new)))
        return reverse("desk:programme_learning_due")

    def shown() -> dict[str, Any]:
        return {
            "columns": [(name, *titles) for name, titles in COLUMNS.items()],
            "preview": preview,
        }

    deeds = {"look": look, "confirm": confirm}
    return administer(request, standing, "desk/programmes/learning/import.html", shown, deeds)
