"""What a stream tells, for whoever has to ask again and again: a bounded answer to each question."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from commonward.cases.access import visible_case
from commonward.cases.actions.presence import look_at
from commonward.cases.queries.happened import Happened, happened, head
from commonward.cases.queries.presence import present
from commonward.core.following import Position
from commonward.core.refusals import Invalid, Missing
from commonward.doors.live import telling
from commonward.doors.look.naming import refused
from commonward.doors.look.standing import Standing, standing_of
from commonward.people.queries import now
from commonward.response.queries.on_map import picture, sight_of


@require_safe
def since(request: HttpRequest) -> HttpResponse:
    """The events after the place `id`, and who else has `case` open; 204 where there is nothing.

    JSON: `id` (ask with it next time), `events`, `refresh` (too much to be told: look at the
    lists anew), with a case `present`, and with `fleet` the whole live map. Without `id` it answers where the record ends now.
    """
    asked = standing_of(request)
    if asked is None:
        return _answer({"refused": _("Please sign in.")}, 401)
    given, number = request.GET.get("id", ""), request.GET.get("case", "")
    try:
        place = Position.from_text(given) if given else None
        case = visible_case(number, asked.actor).pk if number else None
    except (Invalid, Missing) as refusal:
        return _answer({"refused": refused(refusal)}, 404 if isinstance(refusal, Missing) else 400)
    sight = sight_of(asked.actor) if "fleet" in request.GET else None
    if "fleet" in request.GET and sight is None:
        return _answer({"refused": _("The live map is for who coordinates urgent help.")}, 403)
    found = Happened(head(), ()) if place is None else happened(place, now())
    events = [telling.event(e) for e in found.events if e.filed.seen_by(asked.actor)]
    told = {"id": found.place.to_text(), "events": events, "refresh": found.more}
    if sight is not None:
        told["fleet"] = picture(asked.at).for_sight(sight).to_data()
    if case is not None:
        told["present"] = _present(case, asked)
    elif sight is None and place == found.place:
        return _uncached(HttpResponse(status=204))
    return _answer(told)


@require_safe
def elsewhere(request: HttpRequest) -> HttpResponse:
    """Where nothing before the site leads to the stream: 204 tells a browser to try no more."""
    return _uncached(HttpResponse(status=204))


def _present(case: int, asked: Standing) -> list[dict[str, str]]:
    """Asking says that this person looks at the case, for as long as a lease runs."""
    account, at = asked.actor.account, timezone.now()
    if account is not None:
        look_at([(case, account)], at)
    return telling.colleagues(present([case], at).get(case, ()), account)


def _answer(told: dict[str, object], status: int = 200) -> HttpResponse:
    return _uncached(JsonResponse(told, status=status, json_dumps_params={"ensure_ascii": False}))


def _uncached(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "no-store"
    return response
