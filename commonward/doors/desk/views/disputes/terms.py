"""Time limits of law: those that run in one dispute, and the list of what must be looked at."""

from datetime import datetime, time
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from commonward.core.refusals import N_, Invalid, Missing
from commonward.disputes.access import dispute_for
from commonward.disputes.actions import terms as actions
from commonward.disputes.queries.terms import TermLine, owed, rules_to_start, terms_of_dispute
from commonward.doors.desk import sheets, wording
from commonward.doors.desk.showing import desk_page
from commonward.doors.desk.views.admin.doing import administer, done, text
from commonward.doors.desk.views.disputes.one import DOOR, head_of, nothing
from commonward.doors.look.showing import named
from commonward.doors.look.standing import Standing, for_staff

STATES = {
    "running": N_("running"),
    "warned": N_("nearly over"),
    "overdue": N_("over"),
    "paused": N_("paused"),
    "met": N_("met in time"),
    "late": N_("met too late"),
    "dropped": N_("ended, no longer needed"),
}
BECAUSE = {
    "all_agree": N_("all sides agree to it"),
    "head_approves": N_("the head of the office approved it"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff("coordinator", "mediator")
def terms(request: HttpRequest, standing: Standing, number: str) -> HttpResponse:
    """The clocks of one dispute; start one from its event, meet, drop or lengthen one."""
    try:
        found = dispute_for(sheets.meant(number), standing.actor, standing.at, door=DOOR)
    except Missing as missing:
        return nothing(request, standing, missing)
    here = reverse("desk:dispute_terms", args=[found.case.number])

    def shown() -> dict[str, Any]:
        found.case.refresh_from_db()
        lines = terms_of_dispute(found, standing.actor, standing.at)
        return {
            **head_of(found, standing),
            "lines": [term_shown(one) for one in lines],
            "rules": [
                (one.name, named(one.title, one.title_en), named(one.citation, one.citation_en))
                for one in rules_to_start(found, standing.at)
            ],
            "today": timezone.localtime(standing.at).date(),
        }

    def start(request: HttpRequest, standing: Standing) -> str:
        with transaction.atomic():
            actions.start_term(
                found, text(request, "rule"), _day(request, standing.at), standing.at,
                standing.actor,
            )  # fmt: skip
        done(request, _("The time limit runs."))
        return here

    def meet(request: HttpRequest, standing: Standing) -> str:
        with transaction.atomic():
            in_time = actions.meet_term(found, text(request, "rule"), standing.at, standing.actor)
        if in_time is None:
            raise Missing(N_("No such time limit runs here."))
        done(request, _("Noted: in time.") if in_time else _("Noted: too late."))
        return here

    def drop(request: HttpRequest, standing: Standing) -> str:
        with transaction.atomic():
            actions.drop_term(found, text(request, "rule"), standing.at, standing.actor)
        done(request, _("Noted: it no longer matters."))
        return here

    def longer(request: HttpRequest, standing: Standing) -> str:
        given = text(request, "amount")
        if not given.isdecimal() or len(given) > 4:
            raise Invalid(N_("Give a whole number, 0 or more."), field="amount")
        with transaction.atomic():
            actions.lengthen_term(
                found, text(request, "rule"), int(given), text(request, "because"),
                standing.at, standing.actor,
            )  # fmt: skip
        done(request, _("The time limit is longer."))
        return here

    deeds = {"start": start, "meet": meet, "drop": drop, "longer": longer}
    return administer(request, standing, "desk/disputes/terms.html", shown, deeds)


@require_safe
@for_staff("coordinator", "mediator")
def disputes_owed(request: HttpRequest, standing: Standing) -> HttpResponse:
    """What must be looked at: limits over or nearly so, objections, a side's no."""
    found = owed(standing.actor, standing.at)
    context = {
        "lines": [term_shown(one) for one in found.terms],
        "objections": found.objections,
        "denials": found.denials,
    }
    return desk_page(request, standing, "desk/disputes/owed.html", context)


def term_shown(one: TermLine) -> dict[str, Any]:
    """A clock as a page writes it."""
    rule = one.rule
    return {
        "line": one,
        "title": named(rule.title, rule.title_en) if rule else one.name,
        "note": named(rule.note, rule.note_en) if rule else "",
        "citation": named(one.citation, rule.citation_en) if rule else one.citation,
        "no_article": rule is not None and not rule.article,
        "binds": rule.binds if rule else "",
        "state": wording.word(STATES, one.state),
        "runs": one.state in ("running", "warned", "overdue", "paused"),
        "because": rule.longer_if if rule and rule.longer_if and not one.longer else "",
        "because_words": wording.word(BECAUSE, rule.longer_if) if rule else "",
    }


def _day(request: HttpRequest, at: datetime) -> datetime:
    """The day of the event at noon, in the site's zone: only its date counts for a day's term;
    for one in hours the moment is given."""
    given, hour = text(request, "day"), text(request, "hour")
    try:
        day = parse_date(given)
        clock = time.fromisoformat(hour) if hour else time(12)
    except ValueError:
        day, clock = None, time(12)
    if day is None:
        raise Invalid(N_("Give the day of the event."), field="day")
    moment = timezone.make_aware(datetime.combine(day, clock))
    if moment > at and day > timezone.localtime(at).date():
        raise Invalid(
            N_("The event lies in the future; a time limit begins once it happened."), field="day"
        )
    return min(moment, at)
