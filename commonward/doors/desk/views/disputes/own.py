"""A mediator's own page: questions of interest, sessions ahead, calendar, profile, passphrase."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commonward.core.meetings import MOST_BYTES
from commonward.core.refusals import N_, Invalid, Missing
from commonward.disputes.actions import appointing, caucus
from commonward.disputes.actions import mediators as actions
from commonward.disputes.queries import mediators as register
from commonward.disputes.queries.caucus import to_hand_over
from commonward.disputes.queries.sessions import ahead_of
from commonward.doors.desk.views.admin.doing import administer, done, text
from commonward.doors.desk.views.disputes import wording
from commonward.doors.desk.views.disputes.mediators import choices, language, profile_of
from commonward.doors.desk.views.disputes.one import DOOR
from commonward.doors.look.showing import named
from commonward.doors.look.standing import Standing, for_staff

STATES = {
    "planned": N_("planned"),
    "held": N_("held"),
    "adjourned": N_("adjourned"),
    "cancelled": N_("cancelled"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff("mediator", "panelist")
def own(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The page; whoever is not in the register reads whom to ask."""
    feed: dict[str, str] = {}
    account = standing.actor.account or 0

    def shown() -> dict[str, Any]:
        line = register.mediator_line(account, register.day_of(standing.at))
        if line is None:
            raise Missing(N_("You are not in the register of mediators; ask a coordinator."))
        return {
            "line": line,
            "speaks": ", ".join(language(code) for code in line.languages),
            **choices(line),
            "asked": [
                (one, wording.kind(one.kind))
                for one in register.asked_of(standing.actor, standing.at, door=DOOR)
            ],
            "ahead": [
                (one, _(STATES[one.state]), named(*one.venue_name))
                for one in ahead_of(account, standing.at)
            ],
            "hand_over": to_hand_over(standing.actor),
            "feed": feed,
        }

    def new_feed(request: HttpRequest, standing: Standing) -> str:
        key = actions.new_feed(standing.actor, standing.at)
        feed["address"] = request.build_absolute_uri(reverse("portal:dispute_calendar", args=[key]))
        return ""

    return administer(
        request,
        standing,
        "desk/disputes/own.html",
        shown,
        {
            "conflict": _conflict,
            "profile": _profile,
            "calendar": _calendar,
            "feed": new_feed,
            "passphrase": _passphrase,
            "hand_over": _hand_over,
        },
    )


def _conflict(request: HttpRequest, standing: Standing) -> str:
    says = text(request, "conflicted")
    if says not in ("yes", "no"):
        raise Invalid(N_("Answer yes or no."), field="conflicted")
    number = text(request, "number")
    if appointing.answer_conflict(number, says == "yes", standing.actor, standing.at):
        done(request, _("You mediate this dispute now. Sign the disclosure next."))
        return reverse("desk:dispute_mediation", args=[number])
    done(request, _("Noted. Nobody sees more than your yes or no."))
    return reverse("desk:dispute_own")


def _profile(request: HttpRequest, standing: Standing) -> str:
    actions.set_own_profile(standing.actor, profile_of(request), standing.at)
    done(request, _("Saved."))
    return reverse("desk:dispute_own")


def _calendar(request: HttpRequest, standing: Standing) -> str:
    given = request.FILES.get("calendar")
    if given is None:
        raise Invalid(N_("Choose a calendar file (.ics)."), field="calendar")
    data = given.read(MOST_BYTES + 1)
    count = actions.read_calendar(standing.actor, data, standing.at)
    done(
        request,
        _("Read: {count} busy times. Nothing else of the file was kept.").format(count=count),
    )
    return reverse("desk:dispute_own")


def _passphrase(request: HttpRequest, standing: Standing) -> str:
    # Not trimmed: a space may belong to it.
    new, again = request.POST.get("new", ""), request.POST.get("again", "")
    if new != again:
        raise Invalid(N_("The two are not the same."), field="again")
    former = request.POST.get("former", "")
    actions.set_passphrase(standing.actor, new, standing.at, former=former)
    done(request, _("Set. Keep it well: nobody can reset it, and without it the notes are lost."))
    return reverse("desk:dispute_own")


def _hand_over(request: HttpRequest, standing: Standing) -> str:
    count = caucus.hand_over(
        text(request, "number"), request.POST.get("passphrase", ""), standing.actor, standing.at
    )
    done(
        request,
        _("Handed over the notes of {count} sides; you cannot read them any more.").format(
            count=count
        ),
    )
    return reverse("desk:dispute_own")
