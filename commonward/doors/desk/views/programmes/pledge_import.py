"""Bring a table of duties into an alliance: looked at first, written only when confirmed."""

from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commonward.core.pledge_sheet import COLUMNS, read_pledges, written
from commonward.core.refusals import N_, Invalid
from commonward.core.targets.workbook import MOST_BYTES, rows_of
from commonward.doors.desk.views.admin.doing import administer, done
from commonward.doors.look.naming import refused
from commonward.doors.look.pledges import title_of
from commonward.doors.look.showing import language
from commonward.doors.look.standing import Standing, for_staff
from commonward.programmes.actions.pledges.bringing_in import bring_in
from commonward.programmes.queries.pledges import KEEPS, alliance_of

SALT = "programme-pledge-import"
_HOUR = 3600


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*KEEPS)
def pledge_import(request: HttpRequest, standing: Standing, code: str) -> HttpResponse:
    """Choose a file, look at what it would do, confirm."""
    preview: dict[str, Any] = {}
    salt = f"{SALT}-{code}-{standing.actor.account}"

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
        lines, faults = read_pledges(rows_of(file.read(), fill=False))
        tried = bring_in(code, lines, who.actor, who.at, only_try=True)
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
        lines, _faults = read_pledges([list(COLUMNS), *rows])
        made = bring_in(code, lines, who.actor, who.at)
        if made.faults:
            raise made.faults[0].why
        done(asked, _("{count} duties are written down.").format(count=len(made.new)))
        return reverse("desk:programme_pledge", args=[code])

    def shown() -> dict[str, Any]:
        found = alliance_of(code, standing.actor)
        return {
            "title": title_of(found),
            "code": code,
            "columns": [(name, *titles) for name, titles in COLUMNS.items()],
            "preview": preview,
        }

    return administer(
        request,
        standing,
        "desk/programmes/pledges/import.html",
        shown,
        {"look": look, "confirm": confirm},
    )
