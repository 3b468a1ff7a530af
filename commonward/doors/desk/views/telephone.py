"""The telephones at the desk: who waits, how calls were answered, whom to call back, my call."""

from datetime import datetime, time, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from commonward.cases.actions.phoning import called_back, number_of, number_to_call_back, sit_at
from commonward.cases.queries import phoning
from commonward.core.phoning import IN_TIME, Answering
from commonward.doors.desk.views.admin.doing import administer, done, number, text
from commonward.doors.look.standing import Standing, for_staff

TAKES_CALLS = ("intake_officer", "duty_chief")
WATCHES = (*TAKES_CALLS, "leader")


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*WATCHES)
def telephone(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The queue and its answer times, the call backs, and the telephone one sits at (话务)."""
    takes = standing.holds(TAKES_CALLS)
    shown_number: dict[int, str] = {}

    def sit(asked: HttpRequest, who: Standing) -> str:
        sit_at(text(asked, "extension"), who.actor, who.at)
        done(
            asked, _("You sit at this telephone.") if text(asked, "extension") else _("You got up.")
        )
        return reverse("desk:telephone")

    def look(asked: HttpRequest, who: Standing) -> str:
        call = number(asked, "call")
        shown_number[call] = number_to_call_back(call, who.actor, who.at)
        return ""

    def told(asked: HttpRequest, who: Standing) -> str:
        called_back(number(asked, "call"), text(asked, "outcome"), who.at)
        done(asked, _("Noted."))
        return reverse("desk:telephone")

    def shown() -> dict[str, Any]:
        local = timezone.localtime(standing.at)
        midnight = timezone.make_aware(datetime.combine(local.date(), time.min))
        today, hours = phoning.answered_since(midnight, standing.at)
        return {
            "takes": takes,
            "seat": phoning.seat_of(standing.actor.account),
            "queues": [
                {"name": one.name, "waiting": one.waiting, "speaking": one.speaking,
                 "longest": _seconds(one.longest), "late": one.longest > IN_TIME}
                for one in phoning.queues_now(standing.at)
            ],
            "today": _answered(today),
            "hours": [
                {"hour": timezone.localtime(midnight + timedelta(hours=n)), **_answered(one)}
                for n, one in hours
            ],
            "limit": int(IN_TIME.total_seconds()),
            "backs": [
                {"call": one.pk, "queue": one.queue, "since": one.back_wanted_at,
                 "tried": one.back_told == "unreached", "number": shown_number.get(one.pk)}
                for one in phoning.to_call_back()
            ] if takes else [],
        }  # fmt: skip

    deeds = {"sit": sit, "look": look, "told": told} if takes else {}
    return administer(request, standing, "desk/telephone.html", shown, deeds)


@require_safe
@for_staff(*TAKES_CALLS)
def telephone_mine(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The part of the intake form about the call that is on the line now."""
    return render(request, "desk/intake/line.html", {"line": line_of(request, standing)})


def line_of(request: HttpRequest, standing: Standing) -> dict[str, Any]:
    """My telephone and what is on it; the number only of the call that the form was opened for."""
    seat = phoning.seat_of(standing.actor.account)
    call = phoning.my_call(standing.actor.account) if seat is not None else None
    asked = request.GET.get("call", "")
    opened = call is not None and asked.isdecimal() and int(asked) == call.pk
    return {
        "seat": seat.extension if seat is not None else "",
        "call": call.pk if call is not None else None,
        "opened": opened,
        "number": number_of(call) if opened and call is not None else "",
        "danger": call.danger.split() if call is not None else [],
    }


def _seconds(span: timedelta) -> int:
    return int(span.total_seconds())


def _answered(one: Answering) -> dict[str, Any]:
    return {
        "came": one.came,
        "answered": one.answered,
        "left": one.left,
        "waiting": one.waiting,
        "longest": _seconds(one.longest),
        "middle": _seconds(one.middle) if one.middle is not None else None,
        "percent": None if one.share is None else int(one.share * 100),
    }
