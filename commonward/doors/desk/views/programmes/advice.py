"""Advice on preventing harm (防范提示): what waits to be told, what is told, and the texts."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commonward.areas.queries.names import areas_to_choose
from commonward.core.advising import KINDS, STANDS, WINDOW, Advice
from commonward.core.refusals import N_, Invalid
from commonward.doors.desk.views.admin.doing import administer, done, number, text
from commonward.doors.look.advice import kind_word, lines_of, title_of
from commonward.doors.look.showing import named
from commonward.doors.look.standing import Standing, for_staff
from commonward.people.queries import revisions
from commonward.programmes.actions.advising import (
    ask_advice,
    decline_advice,
    keep_text,
    publish_advice,
)
from commonward.programmes.models import AdviceText
from commonward.programmes.queries.advice import (
    TELLS,
    Told,
    advice_of,
    decides,
    proposed,
    text_by,
    texts,
    told_now,
)

NEW = "new"
_KEEPS = ("programme_officer", "administrator")


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*TELLS)
def advice(request: HttpRequest, standing: Standing) -> HttpResponse:
    """Proposals with their reasons, what stands, and every text."""

    def shown() -> Mapping[str, Any]:
        today = timezone.localdate(standing.at)
        return {
            "waiting": [_row(one) for one in proposed(standing.actor)],
            "told": [_row(one) for one in told_now(standing.at)],
            "texts": [
                {"row": row, "title": named(row.title, row.title_en), "kind": kind_word(row.kind)}
                for row in texts()
            ],
            "areas": [
                (one.code, named(one.name, one.name_en))
                for one in areas_to_choose(revisions())
                if decides(standing.actor, one.path)
            ],
            "until": (today + timedelta(days=STANDS)).isoformat(),
            "days": WINDOW,
            "keeps": standing.holds(_KEEPS),
            "new": NEW,
        }

    return administer(
        request,
        standing,
        "desk/programmes/advice/list.html",
        shown,
        {"publish": _publish, "decline": _decline, "ask": _ask},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*_KEEPS)
def advice_text(request: HttpRequest, standing: Standing, code: str) -> HttpResponse:
    """Write a text, or change one."""

    def shown() -> Mapping[str, Any]:
        row = None if code == NEW else text_by(code)
        return {
            "row": row,
            "fields": _fields(request, row),
            "kinds": [(kind, kind_word(kind)) for kind in KINDS],
            "new": code == NEW,
        }

    def keep(request: HttpRequest, standing: Standing) -> str:
        if code != NEW:
            text_by(code)
        elif any(row.code == text(request, "code") for row in texts()):
            raise Invalid(N_("There is a text of this name already."), field="code")
        keep_text(
            _given(request, code),
            standing.at,
            actor=standing.actor,
            active="active" in request.POST,
        )
        done(request, _("Kept. It is proposed when counts or the season call for it."))
        return reverse("desk:programme_advice")

    return administer(request, standing, "desk/programmes/advice/text.html", shown, {"keep": keep})


def _row(one: Told) -> dict[str, Any]:
    return {
        "id": one.id,
        "title": title_of(one.advice),
        "lines": lines_of(one.advice),
        "kind": kind_word(one.advice.kind),
        "where": named(one.area_name, one.area_name_en),
        "why": _why(one),
        "made_at": one.made_at,
        "until": one.until,
    }


def _why(one: Told) -> str:
    told = {"count": one.count, "usual": f"{one.usual:.1f}", "days": WINDOW}
    if one.rule == "rise":
        return _("{count} problems in {days} days; usual are {usual}").format(**told)
    if one.rule == "season":
        return _("The season, and {count} problems in {days} days").format(**told)
    return _("Asked for by a person")


def _publish(request: HttpRequest, standing: Standing) -> str:
    try:
        last = date.fromisoformat(text(request, "until"))
    except ValueError:
        raise Invalid(N_("Give the day as 2026-03-31."), field="until") from None
    ends = datetime.combine(last + timedelta(days=1), time(), timezone.get_current_timezone())
    publish_advice(number(request, "proposal"), standing.actor, standing.at, until=ends)
    done(request, _("Told: it stands on the area's page, on its screen and as a poster."))
    return reverse("desk:programme_advice")


def _decline(request: HttpRequest, standing: Standing) -> str:
    decline_advice(number(request, "proposal"), standing.actor, standing.at)
    done(request, _("Left untold. It is not proposed there again for four weeks."))
    return reverse("desk:programme_advice")


def _ask(request: HttpRequest, standing: Standing) -> str:
    ask_advice(text(request, "text"), text(request, "area"), standing.actor, standing.at)
    done(request, _("It waits above: look at it once more, then tell it."))
    return reverse("desk:programme_advice")


def _fields(request: HttpRequest, row: AdviceText | None) -> dict[str, Any]:
    """What stands in the form: as it was sent, else as it is kept."""
    if request.method == "POST":
        kept = {name: request.POST.get(name, "") for name in _NAMES}
        return {**kept, "active": "active" in request.POST, "quiet": "quiet" in request.POST}
    if row is None:
        return {"active": True}
    said = advice_of(row)
    return {
        "code": said.code,
        "kind": said.kind,
        "title": said.title,
        "lines": "\n".join(said.lines),
        "title_en": said.title_en,
        "lines_en": "\n".join(said.lines_en),
        "categories": " ".join(said.categories),
        "months": " ".join(map(str, said.months)),
        "quiet": said.quiet,
        "active": row.active,
    }


_NAMES = ("code", "kind", "title", "lines", "title_en", "lines_en", "categories", "months")


def _given(request: HttpRequest, code: str) -> Advice:
    try:
        months = tuple(int(one) for one in _list(request, "months"))
    except ValueError:
        raise Invalid(N_("A month is a number from 1 to 12."), field="months") from None
    return Advice(
        code=text(request, "code") if code == NEW else code,
        kind=text(request, "kind"),
        title=text(request, "title"),
        lines=tuple(text(request, "lines").splitlines()),
        categories=tuple(_list(request, "categories")),
        months=months,
        title_en=text(request, "title_en"),
        lines_en=tuple(text(request, "lines_en").splitlines()),
        quiet="quiet" in request.POST,
    )


def _list(request: HttpRequest, name: str) -> list[str]:
    return text(request, name).replace(",", " ").replace("，", " ").replace("、", " ").split()
