"""Somebody told of danger, or perhaps: what waits for a person, and the one press that answers it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from commonward.cases.actions.seeing_danger import decide_danger, see_danger
from commonward.cases.queries.dangers import danger_in
from commonward.core.refusals import N_, Missing
from commonward.doors.desk import alarms
from commonward.doors.desk.rows import case_address
from commonward.doors.desk.views.steps import case_of, refusing
from commonward.doors.look.standing import Standing, for_staff


@require_safe
@for_staff()
def dangers(request: HttpRequest, standing: Standing) -> HttpResponse:
    """What waits, as the part of a page that asks for it when something was told."""
    return _part(request, standing)


@require_POST
@for_staff()
@refusing
def danger_seen(request: HttpRequest, standing: Standing, number: str) -> HttpResponse:
    """I have seen it (知悉): answered by what still waits where a script asks, which loses nothing
    that is being typed; else from a list to the own work, and from the case to the case."""
    found = case_of(number, standing)
    see_danger(found.number, standing.actor, standing.at)
    if request.POST.get("part"):
        return _part(request, standing)
    messages.success(request, _("Noted that you have seen it."))
    if request.POST.get("back") == "home":
        return HttpResponseRedirect(reverse("desk:home"))
    return HttpResponseRedirect(case_address(found.number))


@require_safe
@for_staff()
def read_first(request: HttpRequest, standing: Standing) -> HttpResponse:
    """What is to be read first, as the part of a page that asks for it."""
    return _first(request, standing)


@require_POST
@for_staff()
@refusing
def danger_decided(request: HttpRequest, standing: Standing, number: str) -> HttpResponse:
    """Urgent, or not urgent (是否紧急): urgent leads to the case, and it rings from then on."""
    found = case_of(number, standing)
    if danger_in(found) is None:
        raise Missing(N_("Nothing was told of danger in case {number}."), number=found.number)
    said = request.POST.get("urgent", "")
    if said not in ("yes", "no"):
        messages.error(request, _("Say whether it is urgent."))
        return HttpResponseRedirect(case_address(found.number))
    decide_danger(found.number, standing.actor, standing.at, urgent=said == "yes")
    if request.POST.get("part"):
        return _first(request, standing)
    if said == "yes":
        messages.success(request, _("Urgent: it rings now. Call who helps, and hand it over."))
    else:
        messages.success(request, _("Noted: not urgent."))
        if request.POST.get("back") == "home":
            return HttpResponseRedirect(reverse("desk:home"))
    return HttpResponseRedirect(case_address(found.number))


def _first(request: HttpRequest, standing: Standing) -> HttpResponse:
    context = {"read_first": alarms.first_shown(standing)}
    return render(request, "desk/parts/read_first.html", context)


def _part(request: HttpRequest, standing: Standing) -> HttpResponse:
    return render(request, "desk/parts/dangers.html", {"dangers": alarms.waiting_shown(standing)})
