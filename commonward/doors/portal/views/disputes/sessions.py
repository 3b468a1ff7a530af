"""A party's sessions and their record; and a mediator's sessions for a calendar program."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from commonward.core.meetings import feed
from commonward.core.refusals import N_, Missing, Refusal
from commonward.disputes.access import require
from commonward.disputes.queries.sessions import feed_entries, sessions_of
from commonward.doors.look.showing import named, page
from commonward.doors.portal.views.disputes.mediator import language
from commonward.doors.portal.views.disputes.mine import opened, shown
from commonward.doors.portal.views.receipts import opens_nothing
from commonward.people.queries import now as site_now

STATES = {
    "planned": N_("planned"),
    "held": N_("held"),
    "adjourned": N_("adjourned"),
    "cancelled": N_("cancelled"),
}
PARTS = {
    "rights": N_("Rights told"),
    "principles": N_("Principles told"),
    "accounts": N_("What each side said"),
    "facts": N_("Facts checked"),
    "risks": N_("Risks told"),
    "terms": N_("Terms, or the other routes"),
    "signatures": N_("Signatures"),
}


@require_safe
def sessions(request: HttpRequest, key: str) -> HttpResponse:
    """When and where, and afterwards the record both sides read."""
    try:
        found = opened(key)
        require(found.dispute, found.actor, "sessions")
    except Refusal as refusal:
        return opens_nothing(request, Missing(refusal.text, **refusal.values))
    rows = [
        {
            "line": line,
            "state": _(STATES[line.state]),
            "room": named(*line.venue_name),
            "language": language(line.language) if line.language else "",
            "record": [(_(PARTS[p]), line.record.get(p, "")) for p in PARTS if line.record.get(p)],
        }
        for line in sessions_of(found.dispute, found.actor)
    ]
    context = {**shown(found, key), "rows": rows}
    return page(request, "portal/disputes/sessions.html", context, private=True)


@require_safe
def calendar(request: HttpRequest, key: str) -> HttpResponse:
    """The feed behind a mediator's secret address: numbers, times and rooms, no names."""
    at = site_now()
    try:
        entries = feed_entries(key, _("Mediation session {number}"), at)
    except Missing as refusal:
        return opens_nothing(request, refusal)
    answer = HttpResponse(
        feed(entries, _("Mediation sessions"), at), content_type="text/calendar; charset=utf-8"
    )
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Content-Disposition"] = 'attachment; filename="sessions.ics"'
    return answer
