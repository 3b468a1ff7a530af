"""Who mediates this dispute: the three, the ticks, the disclosure, objections, replacement."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commonward.core.refusals import N_, Invalid, Missing
from commonward.disputes.access import dispute_for, roles_in
from commonward.disputes.actions import appointing as actions
from commonward.disputes.queries.mediators import choice_of
from commonward.doors.desk import sheets
from commonward.doors.desk.views.admin.doing import administer, done, number, text
from commonward.doors.desk.views.disputes.mediators import GENDERS, RULES, language
from commonward.doors.desk.views.disputes.one import DOOR, head_of, nothing
from commonward.doors.look.standing import Standing, for_staff

CHOSEN_BY = {"sides": N_("ticked by both sides"), "coordinator": N_("named by a coordinator")}


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff("coordinator", "mediator")
def mediation(request: HttpRequest, standing: Standing, number: str) -> HttpResponse:
    """The page; a coordinator proposes, names and decides, the mediator discloses or leaves."""
    try:
        found = dispute_for(sheets.meant(number), standing.actor, standing.at, door=DOOR)
    except Missing as missing:
        return nothing(request, standing, missing)
    at, code = standing.at, found.case.number

    def shown() -> dict[str, Any]:
        found.case.refresh_from_db()
        choice = choice_of(found, at)
        now = choice.appointed
        return {
            **head_of(found, standing),
            "choice": choice,
            "three": [
                {
                    "one": one,
                    "languages": ", ".join(language(word) for word in one.languages),
                    "gender": _(GENDERS[one.gender]) if one.gender else "",
                    "ticks": sorted(one.ticks.items()),
                }
                for one in choice.three
            ],
            "why_nobody": _(RULES[choice.reason]) if choice.reason else "",
            "filtered": [(_(RULES[rule]), count) for rule, count in choice.filtered.items()],
            "chosen_by": _(CHOSEN_BY[choice.chosen_by]) if choice.chosen_by else "",
            "coordinates": "coordinator" in roles_in(found, standing.actor),
            "mine": now is not None and now.account == standing.actor.account,
        }

    return administer(
        request,
        standing,
        "desk/disputes/mediation.html",
        shown,
        {
            "propose": lambda r, s: _proposed(r, s, code),
            "appoint": lambda r, s: _appointed(r, s, code),
            "disclose": lambda r, s: _disclosed(r, s, code),
            "decide": lambda r, s: _decided(r, s, code),
            "withdraw": lambda r, s: _withdrawn(r, s, code),
        },
    )


def _page(code: str) -> str:
    return reverse("desk:dispute_mediation", args=[code])


def _proposed(request: HttpRequest, standing: Standing, code: str) -> str:
    made = actions.propose(code, standing.actor, standing.at)
    if made.three:
        done(
            request, _("Proposed. Both sides may tick now; the mediators are asked for interests.")
        )
    return _page(code)


def _appointed(request: HttpRequest, standing: Standing, code: str) -> str:
    actions.appoint(code, number(request, "mediator"), standing.actor, standing.at)
    done(request, _("Named."))
    return _page(code)


def _disclosed(request: HttpRequest, standing: Standing, code: str) -> str:
    actions.disclose(code, text(request, "words"), standing.actor, standing.at)
    done(request, _("Signed. Both sides read it."))
    return _page(code)


def _decided(request: HttpRequest, standing: Standing, code: str) -> str:
    says = text(request, "upheld")
    if says not in ("yes", "no"):
        raise Invalid(N_("Answer yes or no."), field="upheld")
    actions.decide_objection(
        code, number(request, "objection"), says == "yes", text(request, "words"),
        standing.actor, standing.at,
    )  # fmt: skip
    done(request, _("Decided."))
    return _page(code)


def _withdrawn(request: HttpRequest, standing: Standing, code: str) -> str:
    actions.withdraw_from(code, text(request, "why"), standing.actor, standing.at)
    done(request, _("You have left it. Hand over your notes on the page about yourself."))
    return reverse("desk:dispute_own")
