"""A page of administration: shows something, and does one of several things with it."""

from collections.abc import Callable, Mapping
from datetime import datetime, time
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.dateparse import parse_date

from commonward.core.refusals import N_, Invalid, Missing, Refusal
from commonward.doors.desk.showing import desk_page
from commonward.doors.look.showing import error_of
from commonward.doors.look.standing import Standing

Deed = Callable[[HttpRequest, Standing], str]
"""Does it and gives the address of the page that follows, or "" for this one. Raises Refusal."""


def administer(
    request: HttpRequest,
    standing: Standing,
    template: str,
    shown: Callable[[], Mapping[str, Any]],
    deeds: Mapping[str, Deed],
) -> HttpResponse:
    """The page; a POST names its deed in "do". What was refused stands on the page with its reason."""
    error, status = None, 200
    try:
        if request.method == "POST":
            try:
                deed = deeds.get(request.POST.get("do", ""))
                if deed is None:
                    raise Invalid(N_("This page does not know that step."), field="do")
                leads_to = deed(request, standing)
            except Missing as missing:
                error, status = error_of(missing), 404
            except Refusal as refusal:
                error, status = error_of(refusal), 422
            else:
                if leads_to:
                    return HttpResponseRedirect(leads_to)
        context = {**shown(), "error": error, "given": request.POST if error else {}}
    except Missing as missing:
        context = {"error": error_of(missing)}
        return desk_page(request, standing, "desk/admin/missing.html", context, status=404)
    return desk_page(request, standing, template, context, status=status)


def done(request: HttpRequest, told: str) -> None:
    """Say on the page that follows what was done."""
    messages.success(request, told)


def text(request: HttpRequest, name: str) -> str:
    """A field of the form without the spaces around it."""
    return request.POST.get(name, "").strip()


def number(request: HttpRequest, name: str) -> int:
    """A field that names something by its id. Raises Invalid."""
    given = text(request, name)
    if not given.isdecimal() or len(given) > 18:
        raise Invalid(N_("Choose one of the list."), field=name)
    return int(given)


def beginning(request: HttpRequest, name: str) -> datetime:
    """The beginning of the day that a field gives, by the site's clock. Raises Invalid."""
    try:
        day = parse_date(text(request, name))
    except ValueError:
        day = None
    if day is None or not 2000 <= day.year <= 2100:
        raise Invalid(N_("Give the day from which it holds."), field=name)
    return timezone.make_aware(datetime.combine(day, time.min))


def words_of(request: HttpRequest, name: str) -> tuple[str, ...]:
    """A field of several words, parted by commas or spaces."""
    return tuple(dict.fromkeys(text(request, name).replace("，", " ").replace(",", " ").split()))
