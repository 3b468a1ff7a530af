"""What must be told by telephone or letter, because no mail went or none got through (待告知)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commonward.core.refusals import N_
from commonward.disputes.actions.telling import BY_HAND, note_told
from commonward.disputes.queries.telling import ToTell, to_tell
from commonward.doors.desk.views.admin.doing import administer, done, number, text
from commonward.doors.look.showing import named
from commonward.doors.look.standing import Standing, for_staff

WHATS = {
    "invitation": N_("the invitation"),
    "reminder": N_("a reminder of the invitation"),
    "session": N_("a session"),
    "session_moved": N_("that a session was changed"),
    "session_cancelled": N_("that a session does not take place"),
    "session_soon": N_("that a session begins within a day"),
    "due_soon": N_("that something falls due soon"),
    "hand_over": N_("that something was handed to them"),
    "answer_noted": N_("that their answer by mail was taken"),
    "answer_unread": N_("that their answer by mail could not be read"),
}
HOWS = {
    "phone": N_("by telephone"),
    "letter": N_("by letter"),
    "counter": N_("at the counter"),
}
WHYS = {
    "no_address": N_("gave no address for mail"),
    "refused": N_("the mail server refused the address"),
    "failed": N_("mail did not get through"),
    "stuck": N_("mail is stuck; it is still tried"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff("coordinator", "mediator")
def telling(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The list, the oldest first; whoever told somebody says how."""

    def told(asked: HttpRequest, who: Standing) -> str:
        note_told(number(asked, "notice"), text(asked, "how"), who.actor, who.at)
        done(asked, _("Noted."))
        return reverse("desk:dispute_telling")

    return administer(
        request,
        standing,
        "desk/disputes/telling.html",
        lambda: {
            "rows": [_row(one) for one in to_tell(standing.actor, standing.at)],
            "hows": [(how, _(HOWS[how])) for how in BY_HAND],
        },
        {"told": told},
    )


def _row(one: ToTell) -> dict[str, Any]:
    return {
        "one": one,
        "what": _(WHATS[one.what]),
        "why": _(WHYS[one.why]),
        "office": named(*one.office) if one.office[0] else "",
    }
