"""The demonstration's own page: who may be tried, the clock, and a tour of the main job."""

from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from commonward.core.refusals import Refusal
from commonward.core.site_clock import SPEEDS
from commonward.doors.demo import guiding, matters, names
from commonward.doors.demo.roles import PASSWORD, POSTS, Post
from commonward.doors.look.showing import error_of, named, page
from commonward.people.actions import change_speed
from commonward.people.models import Account
from commonward.people.queries import account_by_login, site_time

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


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
    _sign_in(request, post)
    return HttpResponseRedirect(reverse("desk:home"))


@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Begin the tour with a report of the visitor's own."""
    response = HttpResponseRedirect(reverse("portal:report"))
    guiding.keep(response)
    return response


@require_POST
def go_on(request: HttpRequest) -> HttpResponse:
    """Be whoever has the tour's case now, and stand before it."""
    key = request.POST.get("key", "")
    number = guiding.number_of(key)
    if not number:
        return HttpResponseRedirect(reverse("demo:home") + "#tour-title")
    post = guiding.post_of(number)
    if post is None:
        response = HttpResponseRedirect(reverse("portal:mine", args=[key]))
    else:
        _sign_in(request, post)
        response = HttpResponseRedirect(reverse("desk:case", args=[number]))
    guiding.keep(response, number, key)
    return response


@require_POST
def end(request: HttpRequest) -> HttpResponse:
    """End the tour; the case stays as it stands."""
    response = HttpResponseRedirect(reverse("demo:home"))
    response.delete_cookie(guiding.COOKIE, samesite="Lax")
    return response


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
        "stops": [(stop, _post(stop.login)) for stop in guiding.TOUR],
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


def _sign_in(request: HttpRequest, post: Post) -> None:
    account = Account.objects.get(pk=account_by_login(post.login))
    login(request, account, backend=BACKEND)


def _post(name: str) -> Post | None:
    return next((post for post in POSTS if post.login == name), None)


def _speed_words(speed: int) -> str:
    return {
        0: _("Pause"),
        1: _("As real time"),
        60: _("An hour a minute"),
        600: _("Ten hours a minute"),
    }[speed]
