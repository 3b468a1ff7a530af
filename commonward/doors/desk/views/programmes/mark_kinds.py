"""Kinds of marks at the desk: which there are, their versions, and a new version with its criteria."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from commonward.core.indicators.formulas import Unit
from commonward.core.inspecting.checklist import read_checklist
from commonward.core.marks.allowed import is_quiet
from commonward.core.marks.kind import (
    ABOUT,
    FEWEST,
    KINDS,
    MOST_CRITERIA,
    MOST_ITEMS,
    NOTICE_DAYS,
    Kind,
    from_data,
)
from commonward.core.refusals import N_, Missing, Refusal
from commonward.doors.desk.showing import desk_page
from commonward.doors.desk.views.admin.doing import administer, done, text
from commonward.doors.look.marks import kind_shown, offered
from commonward.doors.look.showing import language, named
from commonward.doors.look.standing import Standing, for_staff
from commonward.insight.queries.measuring import book_in_force
from commonward.programmes.actions.marks.setting_up import close_kind, publish_kind
from commonward.programmes.models import MarkKind
from commonward.programmes.queries.inspections.checklists import kinds as checklist_kinds
from commonward.programmes.queries.inspections.checklists import text_of
from commonward.programmes.queries.marks import newest, read_kind

EDITS = ("programme_officer", "administrator")


@require_safe
@for_staff(*EDITS)
def mark_kinds(request: HttpRequest, standing: Standing) -> HttpResponse:
    """All kinds with the version in force."""
    known = book_in_force(standing.at)
    rows = [
        {**kind_shown(read_kind(one), known), "row": one, "soon": one.holds_from}
        for one in newest().values()
    ]
    return desk_page(request, standing, "desk/programmes/marks/kinds.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*EDITS)
def mark_kind_new(request: HttpRequest, standing: Standing) -> HttpResponse:
    """A new kind."""
    return _edited(request, standing, None)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*EDITS)
def mark_kind(request: HttpRequest, standing: Standing, kind: str) -> HttpResponse:
    """A new version of a kind, or no more nominations of it."""
    return _edited(request, standing, kind)


def _edited(request: HttpRequest, standing: Standing, code: str | None) -> HttpResponse:
    def last() -> MarkKind | None:
        if code is None:
            return None
        found = newest(code).get(code)
        if found is None:
            raise Missing(N_("There is no such mark."))
        return found

    def shown() -> Mapping[str, Any]:
        found = last()
        data = found.data if found is not None else {}
        if request.method == "POST" and request.POST.get("do") == "publish":
            # What cannot even be read is not shown again: the refusal names it.
            with suppress(Refusal):
                data = _given(request, code)
        return {
            "new": found is None,
            "row": found,
            "data": data,
            "title": named(str(data.get("title", "")), str(data.get("title_en", ""))),
            "abouts": offered(ABOUT),
            "sorts": offered(KINDS),
            "criteria": _rows(data.get("criteria", ())),
            "indicators": _indicators(standing),
            "checklists": [(name, named(one.zh, one.en)) for name, one in checklist_kinds().items()],
            "fewest": FEWEST,
            "notice": NOTICE_DAYS,
            "most_items": MOST_ITEMS,
            "versions": MarkKind.objects.filter(kind=code).order_by("-number") if code else (),
        }  # fmt: skip

    def publish(asked: HttpRequest, who: Standing) -> str:
        before = last()
        upon = before.number if before is not None else 0
        if text(asked, "upon") != str(upon):
            upon = -1
        publish_kind(_kind(_given(asked, code)), who.actor, who.at, upon=upon)
        done(asked, _("Published. Nominations under it are taken in some days."))
        return reverse("desk:programme_mark_kinds")

    def close(asked: HttpRequest, who: Standing) -> str:
        before = last()
        if before is None:
            raise Missing(N_("There is no such mark."))
        close_kind(before.kind, who.actor, who.at, upon=before.number)
        done(asked, _("No more nominations of it are taken; marks that are borne stay."))
        return reverse("desk:programme_mark_kinds")

    deeds = {"publish": publish, "close": close}
    return administer(request, standing, "desk/programmes/marks/kind.html", shown, deeds)


def _indicators(standing: Standing) -> list[tuple[str, str]]:
    """Figures that may be a criterion; the others are refused with their reason if typed anyway."""
    known = book_in_force(standing.at)
    found = [
        (name, one.title(language()))
        for name, one in known.indicators.items()
        if one.public and not one.apart and one.better in ("more", "less")
        and (one.unit is Unit.SHARE or (one.unit is Unit.COUNT and is_quiet(one, known)))
    ]  # fmt: skip
    return sorted(found, key=lambda pair: pair[1])


def _rows(criteria: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The criteria, then empty ones up to the most there are."""
    rows = [
        {
            "number": n, **one,
            "items": "\n".join(" | ".join(pair) for pair in one.get("items", ())),
        }
        for n, one in enumerate(criteria, 1)
    ]  # fmt: skip
    return [*rows, *({"number": n} for n in range(len(rows) + 1, MOST_CRITERIA + 1))]


def _given(request: HttpRequest, code: str | None) -> dict[str, Any]:
    """What the form says, as data; lines of a list are "中文 | English"."""
    criteria = []
    for n in range(1, MOST_CRITERIA + 1):
        sort = text(request, f"sort{n}")
        if not sort:
            continue
        items: list[list[str]] = [
            [part.strip() for part in line.split("|", 1)]
            for line in text(request, f"items{n}").splitlines()
            if line.strip()
        ]
        if named_list := text(request, f"list{n}"):
            items = [[one.text.zh, one.text.en] for one in _listed(named_list)][:MOST_ITEMS]
        criteria.append(
            {
                "kind": sort,
                "title": text(request, f"title{n}"),
                "title_en": text(request, f"title_en{n}"),
                "indicator": text(request, f"indicator{n}"),
                "bound": _amount(text(request, f"bound{n}")),
                "days": _amount(text(request, f"days{n}")),
                "least": _amount(text(request, f"least{n}")),
                "items": items,
            }
        )
    return {
        "code": code or text(request, "code"),
        "about": text(request, "about"),
        "title": text(request, "title"),
        "title_en": text(request, "title_en"),
        "says": text(request, "says"),
        "says_en": text(request, "says_en"),
        "months": _amount(text(request, "months")),
        "criteria": criteria,
    }


def _kind(data: Mapping[str, Any]) -> Kind:
    return from_data(data)


def _listed(kind: str) -> Any:
    return read_checklist(text_of(kind)[1]).items


def _amount(given: str) -> int | float | str:
    """A number where it is one; what is none, or beyond measure, `core` refuses with its field."""
    try:
        found = float(given.replace("％", "").replace("%", ""))
    except ValueError:
        return ""
    if found != found or abs(found) > 10**9:
        return ""
    return int(found) if found == int(found) else found
