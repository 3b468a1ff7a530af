"""Rights for an emergency (应急授权): ask, give by a second person, end; and what was read under one."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commonward.areas.queries import area_by_code
from commonward.cases.actions.emergencies import filed_where, note_break_glass
from commonward.core.refusals import N_, Missing
from commonward.doors.desk.views.admin.doing import administer, done, number, text
from commonward.doors.desk.views.admin.wording import role_words
from commonward.doors.look.standing import Standing, for_staff
from commonward.people.actions import breaking_glass
from commonward.people.models import BreakGlass
from commonward.people.queries.breaking_glass import emergencies, looks_under, may_decide


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(own=True)
def emergency(request: HttpRequest, standing: Standing) -> HttpResponse:
    """What was asked for and given, and asking."""

    def shown() -> dict[str, Any]:
        return {
            "rows": [_row(one, standing) for one in emergencies(standing.actor)],
            "most": breaking_glass.MOST_HOURS,
            "hours": range(1, breaking_glass.MOST_HOURS + 1),
        }

    deeds = {"ask": _ask, "give": _give, "refuse": _refuse, "end": _end}
    return administer(request, standing, "desk/signing/emergency.html", shown, deeds)


def _row(one: BreakGlass, standing: Standing) -> dict[str, Any]:
    open_ = one.given is None and standing.at - one.asked_at <= breaking_glass.ASKED_FOR
    stands = one.until is not None and one.until > standing.at
    path = _path(one.area_code, standing)
    return {
        "row": one,
        "role": role_words(one.role),
        "waits": open_,
        "stands": stands,
        "mine": one.asked_by_id == standing.actor.account,
        "may_decide": open_ and may_decide(standing.actor, one, standing.at, path),
        "may_end": stands and standing.actor.account in (one.asked_by_id, one.decided_by_id),
        "looks": looks_under(one),
    }


def _path(code: str, standing: Standing) -> str:
    try:
        return area_by_code(code, standing.at).path if code else ""
    except Missing:
        return ""


def _ask(request: HttpRequest, standing: Standing) -> str:
    case = text(request, "case")[:20]
    filed = filed_where(case) if case else None
    breaking_glass.ask_break_glass(
        standing.actor, text(request, "reason"), number(request, "hours"), at=standing.at,
        area_path=filed.area_path if filed else "", category=filed.category if filed else "",
        case_number=case,
    )  # fmt: skip
    done(request, _("Asked for. Somebody else must give it; the administrators have a notice."))
    return reverse("desk:emergency")


def _asked(request: HttpRequest) -> BreakGlass:
    found = BreakGlass.objects.filter(pk=number(request, "emergency")).first()
    if found is None:
        raise Missing(N_("There is no such right for an emergency."))
    return found


@transaction.atomic
def _give(request: HttpRequest, standing: Standing) -> str:
    asked = _asked(request)
    given = breaking_glass.decide_break_glass(
        standing.actor, asked.pk, give=True, at=standing.at,
        area_path=_path(asked.area_code, standing),
    )  # fmt: skip
    if given.case_number:
        note_break_glass(standing.actor, given.case_number, given.pk, ended=False, at=standing.at)
    done(request, _("Given. It ends by itself, and everything done under it is marked."))
    return reverse("desk:emergency")


def _refuse(request: HttpRequest, standing: Standing) -> str:
    asked = _asked(request)
    breaking_glass.decide_break_glass(
        standing.actor, asked.pk, give=False, at=standing.at,
        area_path=_path(asked.area_code, standing),
    )  # fmt: skip
    done(request, _("Refused."))
    return reverse("desk:emergency")


@transaction.atomic
def _end(request: HttpRequest, standing: Standing) -> str:
    ended = breaking_glass.end_break_glass(
        standing.actor, number(request, "emergency"), at=standing.at
    )
    if ended.case_number:
        note_break_glass(standing.actor, ended.case_number, ended.pk, ended=True, at=standing.at)
    done(request, _("Ended."))
    return reverse("desk:emergency")
