"""The demonstration's own page: who may be tried, the clock, and a tour of the main job."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from commonward.core.refusals import Refusal
from commonward.core.site_clock import SPEEDS
from commonward.doors.demo import matters, names
from commonward.doors.demo.roles import PASSWORD, POSTS, Post
from commonward.doors.look.showing import error_of, named, page
from commonward.people.actions import change_speed
from commonward.people.models import Account
from commonward.people.queries import account_by_login, site_time

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@dataclass(frozen=True, slots=True)
class Stop:
    """One step of the tour: as whom, what to do; "" stands for the resident."""

    login: str
    title: Promise
    about: Promise
    address: str = "desk:home"


TOUR: Sequence[Stop] = (
    Stop("", gettext_lazy("Report a problem"),
         gettext_lazy("Say what and where, without an account. Keep the number and the code that "
                      "you get."), "portal:report"),
    Stop("demo-intake", gettext_lazy("Accept it"),
         gettext_lazy("Your report waits in the queue. Read it, perhaps join it to one that is "
                      "the same, and accept it.")),
    Stop("demo-chief", gettext_lazy("File it"),
         gettext_lazy("The duty chief opens the case: from here its limits count.")),
    Stop("demo-dispatcher", gettext_lazy("Send it to those who must answer"),
         gettext_lazy("The rules propose a department and say why; the dispatcher decides.")),
    Stop("demo-roads", gettext_lazy("Take it on and finish it"),
         gettext_lazy("As the department: take it on, then report what was done. Or hand it back "
                      "with a reason.")),
    Stop("demo-dispatcher", gettext_lazy("Pass it on for checking"),
         gettext_lazy("Is the proof enough? Then somebody else goes and looks.")),
    Stop("demo-grid", gettext_lazy("Check it on the spot"),
         gettext_lazy("Whoever mended it never checks it: the grid worker does.")),
    Stop("demo-chief", gettext_lazy("Close it"),
         gettext_lazy("The case is closed, and the resident is asked.")),
    Stop("demo-intake", gettext_lazy("Call back"),
         gettext_lazy("Ask whether it is solved. Whoever is not content is owed a second "
                      "answer.")),
    Stop("", gettext_lazy("See what became of it"),
         gettext_lazy("With the number and the code: every step in plain words, and one button "
                      "to have it opened again."), "portal:follow"),
)  # fmt: skip


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Log-ins, clock and tour, on one page."""
    return _home(request)


@require_POST
def sign_in(request: HttpRequest) -> HttpResponse:
    """Be one of the posts, without typing a password; nobody else's account opens here."""
    post = _post(request.POST.get("login", ""))
    if post is None:
        raise Http404
    account = Account.objects.get(pk=account_by_login(post.login))
    login(request, account, backend=BACKEND)
    return HttpResponseRedirect(reverse("desk:home"))


@require_POST
def clock(request: HttpRequest) -> HttpResponse:
    """Let the site's time run faster, slower, or stand still."""
    given = request.POST.get("speed", "")
    try:
        change_speed(int(given) if given.isascii() and given.isdigit() else -1, real=timezone.now())
    except Refusal as refusal:
        return _home(request, refusal)
    return HttpResponseRedirect(reverse("demo:home") + "#clock")


def _home(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    stands = site_time()
    shown = {
        "posts": POSTS,
        "password": PASSWORD,
        "stops": [(stop, _post(stop.login)) for stop in TOUR],
        "district": named(*names.DISTRICT),
        "grids": names.GRIDS,
        "workers": matters.WORKERS,
        "now": stands.at(timezone.now()) if stands else timezone.now(),
        "speed": stands.speed if stands else 1,
        "speeds": [(speed, _speed_words(speed)) for speed in SPEEDS],
        "error": None if refusal is None else error_of(refusal),
    }
    return page(
        request, "demo/home.html", shown, private=True, status=200 if refusal is None else 400
    )


def _post(name: str) -> Post | None:
    return next((post for post in POSTS if post.login == name), None)


def _speed_words(speed: int) -> str:
    return {
        0: _("Pause"),
        1: _("As real time"),
        60: _("An hour a minute"),
        600: _("Ten hours a minute"),
    }[speed]
