"""The tour (导览): one report from the first word to the callback, with a strip that tells the way.

Where the visitor stands is read from the case itself, so that whoever hands back, or does two
steps at once, is led on from there. The browser keeps the case's number and link, nothing else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from commonward.cases.models import Case, Report
from commonward.cases.queries.followed import report_of_token
from commonward.core.refusals import Refusal
from commonward.doors.demo.roles import POSTS, Post

COOKIE = "demo_tour"
_SALT = "commonward.demo.tour"


@dataclass(frozen=True, slots=True)
class Stop:
    """One step of the tour: as whom, and what to do; "" stands for the resident."""

    login: str
    title: Promise
    about: Promise


TOUR: Sequence[Stop] = (
    Stop("", _("Report a problem"),
         _("Say what and where, without an account: for example “There is a deep pothole at the "
           "school gate”, and a tap on the map.")),
    Stop("demo-intake", _("Accept it"),
         _("Read the report. If another one is the same, join them; otherwise press “Accept”.")),
    Stop("demo-chief", _("File the case"),
         _("Press “File” and choose the filing condition: from here its limits count.")),
    Stop("demo-dispatcher", _("Send it to those who must answer"),
         _("Press “Send to the department”. The rules propose one and say why; you decide.")),
    Stop("demo-roads", _("Take it on and finish it"),
         _("Press “Take it on”, then “Done”, and say what was done. Or hand it back with a "
           "reason.")),
    Stop("demo-dispatcher", _("Pass it on for checking"),
         _("Is the proof enough? Press “Pass on for checking”: somebody else goes and looks.")),
    Stop("demo-grid", _("Check it on the spot"),
         _("Whoever mended it never checks it. Press “Checked: solved”, or try the same on a "
           "phone.")),
    Stop("demo-chief", _("Close it"),
         _("Press “Close” and say how it ended. Then the resident is asked.")),
    Stop("demo-intake", _("Call back"),
         _("Ask whether it is solved, and press “Called back: content”. Whoever is not content is "
           "owed a second answer.")),
    Stop("", _("See what became of it"),
         _("Every step in plain words, and one button to have it opened again.")),
)  # fmt: skip
_VERIFY = Stop("demo-grid", _("Look whether it is so"),
               _("Somebody was sent to look. Press “It is so”."))  # fmt: skip
_LAST = len(TOUR) - 1
_WAITS = {
    "collect": 1, "verify": 1, "file": 2, "dispatch": 3, "handle": 4, "suspended": 4,
    "answer_again": 4, "feed_back": 5, "check": 6, "close": 7, "evaluate": 8,
}  # fmt: skip
"""Which stop a case waits for in a stage; in every other one it has ended."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What the strip shows: the stop, its number, the case (number "" before there is one)."""

    stop: Stop
    post: Post | None
    place: int
    number: str
    key: str
    here: bool
    """Whether this page is where it is done, by whoever is signed in."""
    address: str
    """Where it is done."""
    of: int = len(TOUR)


def tour(request: HttpRequest) -> Mapping[str, Any]:
    """Where the visitor's tour stands, for the strip on every page (a context processor)."""
    if COOKIE not in request.COOKIES:
        return {}
    number, key = _kept(request)
    match = request.resolver_match
    if match is not None and match.view_name == "portal:receipt":
        key = str(match.kwargs["key"])
        number = number_of(key) or number
    return {"tour": _standing(request, number, key)}


def keep(response: HttpResponse, number: str = "", key: str = "") -> None:
    """Remember the tour's case until the browser is closed."""
    response.set_signed_cookie(COOKIE, f"{number} {key}", salt=_SALT, httponly=True, samesite="Lax")


def number_of(key: str) -> str:
    """The case that the report of a link belongs to; "" where the link opens nothing."""
    try:
        found = Report.objects.select_related("case__joined_to").get(pk=report_of_token(key))
    except Refusal:
        return ""
    return (found.case.joined_to or found.case).number


def post_of(number: str) -> Post | None:
    """Whose turn it is with the tour's case; None for the resident's."""
    return _post(_waiting(number)[0])


def _kept(request: HttpRequest) -> tuple[str, str]:
    value = request.get_signed_cookie(COOKIE, "", salt=_SALT) or ""
    number, _space, key = value.partition(" ")
    return number, key


def _waiting(number: str) -> tuple[Stop, int]:
    """The stop that a case waits for, and its place; the first one where there is no case."""
    case = Case.objects.select_related("handling_team").filter(number=number).first()
    if case is None:
        return TOUR[0], 0
    place = _WAITS.get(case.stage, _LAST)
    stop = _VERIFY if case.stage == "verify" else TOUR[place]
    if place == _WAITS["handle"] and case.handling_team is not None:
        team = case.handling_team.code
        login = next((post.login for post in POSTS if post.team == team), stop.login)
        stop = Stop(login, stop.title, stop.about)
    return stop, place


def _standing(request: HttpRequest, number: str, key: str) -> Standing:
    stop, place = _waiting(number)
    post = _post(stop)
    if post is not None:
        address = reverse("desk:case", args=[number])
        user = request.user
        here = request.path.startswith(address) and getattr(user, "login", "") == post.login
    else:
        address = reverse("portal:mine", args=[key]) if place and key else reverse("portal:report")
        here = request.path == address
    return Standing(stop, post, place + 1, number, key, here, address)


def _post(stop: Stop) -> Post | None:
    return next((post for post in POSTS if post.login == stop.login), None)
