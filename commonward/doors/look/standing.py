"""Who stands before a page of staff: the account with its rights at this moment."""

from collections.abc import Callable, Iterable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from commonward.core.refusals import Forbidden, Missing
from commonward.core.rights import Actor
from commonward.doors.look.naming import refused
from commonward.doors.look.seeing import onlooker, only_reading
from commonward.doors.look.showing import page
from commonward.people.queries import actor_for, now, reading_once
from commonward.people.queries.signing import must_have_factor

P = ParamSpec("P")
FACTOR_SEEN = "second_factor"


@dataclass(frozen=True, slots=True)
class Standing:
    """Who asks, with their rights, and the moment of asking."""

    actor: Actor
    at: datetime

    def holds(self, roles: Iterable[str]) -> bool:
        """Whether any of these roles was granted, wherever."""
        return any(right.role in tuple(roles) for right in self.actor.rights)


def for_staff(
    *roles: str,
    own: bool = False,
) -> Callable[
    [Callable[Concatenate[HttpRequest, Standing, P], HttpResponseBase]],
    Callable[..., HttpResponseBase],
]:
    """A page for signed-in staff who hold one of these roles, or any role where none is named.

    Nobody signed in: to the sign-in and back. No second factor where the site asks for one: to
    setting it up. No such role, or a view that refuses this person: 403 in words; what the view
    does not find: 404. The view is called with a `Standing`: that of the
    person as whom an administrator looks, where one does and the page is not their `own`.
    """

    def of(
        view: Callable[Concatenate[HttpRequest, Standing, P], HttpResponseBase],
    ) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def standing(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            user: Any = request.user
            if not user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if user.must_change and user.has_usable_password():
                return redirect("account_change_password")
            if settings.SECOND_FACTOR and _lacks_second_factor(request):
                return redirect("mfa_index")
            at = now()
            looks = None if own else onlooker(request, at)
            if looks is not None and request.method not in ("GET", "HEAD"):
                return page(request, "look/only_looking.html", status=403, private=True)
            found = Standing(looks or actor_for(user.pk, at), at)
            if not found.actor.rights or (roles and not found.holds(roles)):
                return page(request, "look/not_for_you.html", status=403, private=True)
            response = _answered(
                request, lambda: view(request, found, *args, **kwargs), looks=looks is not None
            )
            response.headers.setdefault("Cache-Control", "no-store")
            return response

        standing.for_staff = roles  # type: ignore[attr-defined]
        return standing

    return of


def _answered(
    request: HttpRequest, view: Callable[[], HttpResponseBase], *, looks: bool
) -> HttpResponseBase:
    """What the view answers; a refusal that it leaves to us is a page, too, and never our fault."""
    once = reading_once() if request.method in ("GET", "HEAD") else nullcontext()
    try:
        with once, only_reading() if looks else nullcontext():
            return view()
    except Forbidden as refusal:
        template = "look/only_looking.html" if looks else "look/not_for_you.html"
        return page(request, template, {"reason": refused(refusal)}, status=403, private=True)
    except Missing as missing:
        raise Http404 from missing


def standing_of(request: HttpRequest) -> Standing | None:
    """Who asks at an address that is no page; None where a page would ask for something first.

    None too for an administrator who looks as somebody else: being there is told to colleagues.
    """
    user: Any = request.user
    if not user.is_authenticated:
        return None
    if user.must_change and user.has_usable_password():
        return None
    if settings.SECOND_FACTOR and _lacks_second_factor(request):
        return None
    at = now()
    if onlooker(request, at) is not None:
        return None
    found = Standing(actor_for(user.pk, at), at)
    return found if found.actor.rights else None


def _lacks_second_factor(request: HttpRequest) -> bool:
    """Whether this person must have one, by their posts, and has none."""
    if _has_second_factor(request):
        return False
    return must_have_factor(request.user.pk or 0, settings.SECOND_FACTOR_ROLES, now())


def _has_second_factor(request: HttpRequest) -> bool:
    """Whether this person has one; asked of the database once a session.

    The office's own log-in (OIDC) asks for its second factor itself.
    """
    known = request.session.get(FACTOR_SEEN)
    if not known:
        user: Any = request.user
        through_office = "socialaccount_sessions" in request.session or any(
            record.get("method") == "socialaccount"
            for record in request.session.get("account_authentication_methods", [])
        )
        known = through_office or is_mfa_enabled(user)
        if known:
            request.session[FACTOR_SEEN] = True
    return bool(known)
