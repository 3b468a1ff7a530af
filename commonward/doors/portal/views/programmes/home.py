"""What the district plans and decides, and where anybody can take part."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe


@dataclass(frozen=True, slots=True)
class Part:
    """One part: the name of its address, its title and what it is for."""

    address: str
    title: str
    about: str


PARTS: tuple[Part, ...] = ()


@require_safe
def together(request: HttpRequest) -> HttpResponse:
    """The parts that the public can read or take part in."""
    parts = [
        {"address": reverse(one.address), "title": _(one.title), "about": _(one.about)}
        for one in PARTS
    ]
    return render(request, "portal/programmes/home.html", {"parts": parts})
