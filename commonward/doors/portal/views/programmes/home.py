"""What the district plans and decides, and where anybody can take part."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from commonward.core.refusals import N_
from commonward.doors.look.showing import page


@dataclass(frozen=True, slots=True)
class Part:
    """One part: the name of its address, its title and what it is for."""

    address: str
    title: str
    about: str


PARTS: tuple[Part, ...] = (
    Part(
        "portal:places",
        N_("Places made safe"),
        N_(
            "What inspections of shops, buildings and river banks found, and the page of your own place"
        ),
    ),
    Part(
        "portal:plans",
        N_("Plans and how far they have come"),
        N_("What the district promised, by when, and what became of it."),
    ),
    Part(
        "portal:pledges",
        N_("Pledges and alliances"),
        N_("What shops, firms, schools and offices promised, and whether it was kept"),
    ),
    Part(
        "portal:marks",
        N_("Marks of quality"),
        N_(
            "Rooms, areas and places that meet published criteria, on which evidence and until when"
        ),
    ),
    Part(
        "portal:proposals",
        N_("Proposals"),
        N_("Say what should be done, support what others propose, see what became of it"),
    ),
    Part("portal:votes", N_("Votes"), N_("Decide together; everybody can count again")),
    Part(
        "portal:consultations",
        N_("You ask, we answer"),
        N_("What the office asks before it decides, and what it changed"),
    ),
    Part("portal:advice", N_("Advice for now"), N_("What to mind in your area and this season")),
    Part("portal:councils", N_("Councils of residents"), N_("Who they are and where they meet")),
    Part(
        "portal:risks",
        N_("Risk reviews"),
        N_("Read what is planned before it is decided, ask and object"),
    ),
    Part(
        "portal:surveys",
        N_("Surveys"),
        N_("How satisfied and how safe people feel, and how sure the figures are"),
    ),
)


@require_safe
def together(request: HttpRequest) -> HttpResponse:
    """The parts that the public can read or take part in."""
    parts = [
        {"address": reverse(one.address), "title": _(one.title), "about": _(one.about)}
        for one in PARTS
    ]
    return page(request, "portal/programmes/home.html", {"parts": parts})
