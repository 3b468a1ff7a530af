"""Registering a dispute at the counter, by telephone, or for another office (受理登记)."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commonward.core.disputes import GATES, KINDS, SOURCES, TRACKS
from commonward.core.refusals import N_, Invalid
from commonward.disputes import actions
from commonward.disputes.actions.registering import MAY_REGISTER
from commonward.doors.desk.views.admin.doing import administer, done, text
from commonward.doors.desk.views.disputes import wording
from commonward.doors.look.standing import Standing, for_staff
from commonward.doors.look.stating import questions, stated


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*MAY_REGISTER)
def new(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The form; who fills it in may not see the dispute afterwards, and is told the number.

    Kind and facts in the address (by the explorer) are taken over.
    """

    def shown() -> dict[str, Any]:
        given = request.POST or request.GET
        return {**_shown(), "chosen": given.get("kind", ""),
                "questions": questions(given, standing.at)}  # fmt: skip

    return administer(request, standing, "desk/disputes/new.html", shown, {"register": _register})


def _shown() -> dict[str, Any]:
    return {
        "kinds": wording.choices(KINDS),
        "sources": wording.choices(SOURCES),
        "tracks": wording.choices(TRACKS),
        "gates": [(gate.fact, _(gate.why)) for gate in GATES],
        "details": wording.told(wording.DETAILS),
    }


def _register(request: HttpRequest, standing: Standing) -> str:
    made = actions.register(
        _application(request, standing.at), standing.at, standing.actor, channel="counter"
    )
    if made.gated:
        done(
            request,
            _("{number} is not for mediation: say whom to call now. It is counted as such.").format(
                number=made.number
            ),
        )
    else:
        done(request, _("Registered as {number}.").format(number=made.number))
    sees = standing.holds(("coordinator",))
    return reverse("desk:dispute", args=[made.number]) if sees else reverse("desk:dispute_new")


def _application(request: HttpRequest, at: datetime) -> actions.Application:
    first = {name: text(request, f"a_{name}") for name in wording.DETAILS}
    second = {name: text(request, f"b_{name}") for name in wording.DETAILS}
    supporter = {"name": text(request, "a_supporter")}
    facts = {
        **stated(request.POST, at),
        **{gate.fact: True for gate in GATES if text(request, f"fact_{gate.fact}")},
    }
    people = [actions.Person(first)] if any(first.values()) else []
    if supporter["name"]:
        people.append(actions.Person(supporter, "supporter"))
    return actions.Application(
        kind=text(request, "kind"),
        words=text(request, "words"),
        neutral=text(request, "neutral"),
        wants=text(request, "wants"),
        facts=facts,
        applicant=tuple(people),
        others=(actions.Person(second),) if any(second.values()) else (),
        source=text(request, "source"),
        source_ref=text(request, "source_ref"),
        track=text(request, "track"),
        came_from=text(request, "came_from"),
        enterprise=bool(text(request, "enterprise")),
        group=bool(text(request, "group")),
        households=min(max(1, int(facts.get("households", 1))), 1_000_000),
        oral=bool(text(request, "oral")),
        minor=bool(text(request, "minor")),
        language=text(request, "language"),
        lat=_degrees(request, "lat"),
        lon=_degrees(request, "lon"),
        place=text(request, "place"),
    )


def _degrees(request: HttpRequest, name: str) -> float | None:
    given = text(request, name)
    if not given:
        return None
    try:
        return float(given)
    except ValueError:
        raise Invalid(N_("{given} is not a number of degrees."), given=given, field=name) from None
