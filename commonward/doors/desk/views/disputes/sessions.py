"""Sessions of a dispute: common times, planning, adjourning, and the record in seven parts."""

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime, parse_time
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commonward.core.refusals import N_, Invalid, Missing
from commonward.disputes.access import dispute_for
from commonward.disputes.actions import sessions as actions
from commonward.disputes.models import Dispute
from commonward.disputes.queries.mediators import appointed, is_appointed, venues
from commonward.disputes.queries.needs import needs_for
from commonward.disputes.queries.sessions import (
    SessionLine,
    common_times,
    language_needed,
    letters_of,
    services,
    sessions_of,
)
from commonward.doors.desk import sheets
from commonward.doors.desk.views.admin.doing import administer, done, number, text
from commonward.doors.desk.views.disputes.mediators import LANGUAGES, language
from commonward.doors.desk.views.disputes.one import DOOR, head_of, nothing
from commonward.doors.desk.views.disputes.own import STATES
from commonward.doors.look.needing import needs_told
from commonward.doors.look.showing import named
from commonward.doors.look.standing import Standing, for_staff

LENGTHS = (30, 60, 90, 120, 180)
RECORD: tuple[tuple[str, str, str], ...] = (
    ("rights", N_("1. Rights told"), N_("Which rights and duties were told, and to whom.")),
    ("principles", N_("2. Principles told, and to whom"),
     N_("Voluntary, equal, lawful; confidential; free of charge.")),
    ("accounts", N_("3. Accounts"), N_("What each side said to both, in its own words.")),
    ("facts", N_("4. Facts checked"), N_("What was established, and by what.")),
    ("risks", N_("5. Risks told"), N_("What may follow with and without an agreement.")),
    ("terms", N_("6. Terms, or failure and the other routes"),
     N_("What was agreed; or that nothing was, and which routes were told.")),
    ("signatures", N_("7. Signatures"), N_("Who signed on paper, or why somebody did not.")),
)  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff("coordinator", "mediator", "panelist")
def sessions(request: HttpRequest, standing: Standing, number: str) -> HttpResponse:
    """The list, the first common times, and the plan of another session."""
    try:
        found = dispute_for(sheets.meant(number), standing.actor, standing.at, door=DOOR)
    except Missing as missing:
        return nothing(request, standing, missing)
    given = request.POST.get("length", "") or request.GET.get("length", "")
    length = int(given) if given.isdecimal() and int(given[:4]) in LENGTHS else 60
    asked = request.POST.get("language") if request.method == "POST" else None
    spoken = request.GET.get("language") if asked is None else asked
    code = found.case.number

    def shown() -> dict[str, Any]:
        found.case.refresh_from_db()
        now = appointed(found)
        can_plan = now is not None and now.disclosed_at is not None and found.case.is_open
        names = {str(v.pk): named(v.name, v.name_en) for v in venues()}
        into = language_needed(found) if spoken is None else spoken[:10]
        those = services(into) if into else []
        interpreting = {str(s.pk): named(s.name, s.name_en) for s in services()}
        slots = (
            common_times(found, timedelta(minutes=length), standing.at, language=into)
            if can_plan
            else []
        )
        return {
            **head_of(found, standing),
            "rows": [_row(line) for line in sessions_of(found, standing.actor)],
            "can_plan": can_plan,
            "no_mediator": now is None,
            "slots": [
                (
                    f"{s.start.isoformat()}|{s.room}|{s.interpreter}",
                    s.start,
                    names.get(s.room, ""),
                    interpreting.get(s.interpreter, ""),
                )
                for s in slots
            ],
            "into": into,
            "nobody_interprets": bool(into) and not those,
            "services": [(str(s.pk), named(s.name, s.name_en), s.call) for s in those],
            "wishes": [
                (letter, told)
                for letter, one in needs_for(found, standing.actor).items()
                for told in (needs_told(one),)
                if told
            ],
            "length": length,
            "lengths": LENGTHS,
            "venues": list(names.items()),
            "languages": [(code, language(code)) for code, _zh, _en in LANGUAGES],
            "writes": is_appointed(found, standing.actor),
        }

    return administer(
        request,
        standing,
        "desk/disputes/sessions.html",
        shown,
        {
            "plan": lambda r, s: _planned(r, s, code, length),
            "cancel": lambda r, s: _cancelled(r, s, code),
            "adjourn": lambda r, s: _adjourned(r, s, code, length),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff("coordinator", "mediator", "panelist")
def record(request: HttpRequest, standing: Standing, number: str, session: int) -> HttpResponse:
    """One session's record: written by its mediator, read by those of the talks."""
    try:
        found = dispute_for(sheets.meant(number), standing.actor, standing.at, door=DOOR)
        line = _line(found, standing, session)
    except Missing as missing:
        return nothing(request, standing, missing)
    code = found.case.number

    def shown() -> dict[str, Any]:
        now = _line(found, standing, session)
        writes = is_appointed(found, standing.actor) and found.case.is_open
        given = request.POST if request.method == "POST" else now.record
        return {
            **head_of(found, standing),
            "session": _row(now),
            "parts": [
                (part, _(title), _(hint), given.get(part, "")) for part, title, hint in RECORD
            ],
            "letters": [(letter, letter in now.present) for letter in letters_of(found)],
            "writes": writes and line.state != "cancelled",
        }

    return administer(
        request,
        standing,
        "desk/disputes/record.html",
        shown,
        {"record": lambda r, s: _recorded(r, s, code, session)},
    )


def _row(line: SessionLine) -> dict[str, Any]:
    return {
        "line": line,
        "state": _(STATES[line.state]),
        "room": named(*line.venue_name),
        "language": language(line.language) if line.language else "",
        "service": named(*line.service),
        "present": ", ".join(letter.upper() for letter in line.present),
    }


def _line(found: Dispute, standing: Standing, session: int) -> SessionLine:
    line = next((one for one in sessions_of(found, standing.actor) if one.id == session), None)
    if line is None:
        raise Missing(N_("There is no such session."))
    return line


def _plan_of(request: HttpRequest, length: int) -> actions.Plan:
    """What the form says: one of the times found, or another. Raises Invalid."""
    slot = text(request, "slot")
    venue, interpreting = text(request, "venue"), text(request, "interpreting")
    if slot and slot != "other":
        moment, _bar, rest = slot.partition("|")
        room, _bar, service = rest.partition("|")
        start = _moment(moment)
        venue = venue or room
        interpreting = interpreting or service
    else:
        start = _local(text(request, "day"), text(request, "time"))
    for field, given in (("venue", venue), ("interpreting", interpreting)):
        if given and not (given.isdecimal() and len(given) < 18):
            raise Invalid(N_("Choose one of the list."), field=field)
    return actions.Plan(
        start,
        start + timedelta(minutes=length),
        int(venue) if venue else None,
        text(request, "place"),
        text(request, "video"),
        text(request, "interpreter"),
        text(request, "language"),
        int(interpreting) if interpreting and text(request, "language") else None,
    )


def _moment(given: str) -> datetime:
    try:
        found = parse_datetime(given)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise Invalid(N_("Choose one of the times."), field="slot")
    return found


def _local(day: str, clock: str) -> datetime:
    try:
        on, time = parse_date(day), parse_time(clock)
    except ValueError:
        on = time = None
    if on is None or time is None:
        raise Invalid(N_("Give a day and a time."), field="day")
    return timezone.make_aware(datetime.combine(on, time.replace(tzinfo=None)))


def _planned(request: HttpRequest, standing: Standing, code: str, length: int) -> str:
    actions.plan(code, _plan_of(request, length), standing.actor, standing.at)
    done(request, _("Planned. Both sides see it on their page."))
    return reverse("desk:dispute_sessions", args=[code])


def _cancelled(request: HttpRequest, standing: Standing, code: str) -> str:
    actions.cancel_session(code, number(request, "session"), standing.actor, standing.at)
    done(request, _("Cancelled."))
    return reverse("desk:dispute_sessions", args=[code])


def _adjourned(request: HttpRequest, standing: Standing, code: str, length: int) -> str:
    actions.adjourn(
        code, number(request, "session"), _plan_of(request, length), standing.actor, standing.at
    )
    done(request, _("Adjourned, and the next one is planned."))
    return reverse("desk:dispute_sessions", args=[code])


def _recorded(request: HttpRequest, standing: Standing, code: str, session: int) -> str:
    parts = {part: text(request, part) for part in actions.PARTS}
    actions.record_session(
        code, session, parts, "".join(request.POST.getlist("present")), standing.actor, standing.at
    )
    done(request, _("The record is kept, sealed."))
    return reverse("desk:dispute_record", args=[code, session])
