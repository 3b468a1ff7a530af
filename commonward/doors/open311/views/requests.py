"""Read service requests: one, or those that a search finds."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from commonward.areas.queries import revisions
from commonward.cases.queries.public import (
    PublicReport,
    Wanted,
    number_of_token,
    public_report,
    public_reports,
)
from commonward.cases.queries.services import services
from commonward.cases.queries.steps import PublicStep, public_steps
from commonward.doors.open311.asking import Ask, Problem, resource
from commonward.doors.open311.reading import count, flag, known_number, moment, point
from commonward.doors.open311.views.reporting import reported
from commonward.doors.open311.views.services import asked
from commonward.doors.open311.writing import Many
from commonward.doors.open311.writing import moment as written_moment

LONGEST_SPAN = timedelta(days=90)
MOST = 1000
"""Requests in one answer."""
DEEPEST = 100_000
"""Requests that pages may pass over."""
WIDEST = 50_000
"""Metres of `radius`."""
USUAL_RADIUS = 500
STATUSES = ("open", "closed")


def searched(ask: Ask) -> HttpResponse:
    """GET requests: what the parameters say, the newest first; numbers override the rest."""
    now = revisions()
    numbers = ask.many("service_request_id")
    size = count(ask, "page_size", MOST, MOST)
    skip = (count(ask, "page", 1, DEEPEST) - 1) * size
    if numbers:
        wanted = _numbered(numbers)
    else:
        since, until = span(ask)
        wanted = Wanted(
            categories=ask.many("service_code"),
            is_open=status(ask),
            since=since,
            until=until,
            changed_since=moment(ask, "updated_after"),
            changed_until=moment(ask, "updated_before", last=True),
            near=_circle(ask),
        )
    if skip > DEEPEST:
        raise Problem(
            400,
            _("Pages reach to the {most}th request; ask for a shorter span of dates.").format(
                most=DEEPEST
            ),
        )
    return _answer(ask, public_reports(wanted, now, skip=skip, most=size), now)


def one(ask: Ask) -> HttpResponse:
    """GET requests/{id}."""
    now = revisions()
    number = known_number(ask.path["number"])
    found = public_report(number, now) if number else None
    if found is None:
        raise Problem(404, not_found(ask.path["number"]))
    return _answer(ask, [found], now)


def by_token(ask: Ask) -> HttpResponse:
    """GET tokens/{token}: the number that a batch door gave later."""
    token = ask.path["token"]
    number = number_of_token(token)
    if number is None:
        raise Problem(404, _("token “{token}” was not found.").format(token=token))
    body = Many("request", [{"service_request_id": number, "token": token}])
    return ask.answer("service_requests", body)


def not_found(number: str) -> str:
    """The sentence for a request that is not there, or not public."""
    return _("service_request_id “{number}” was not found.").format(number=number)


def span(ask: Ask) -> tuple[datetime, datetime]:
    """The dates asked about: at most 90 days, by default the last 90; Problem 400."""
    since, until = moment(ask, "start_date"), moment(ask, "end_date", last=True)
    if since is None and until is None:
        return ask.at - LONGEST_SPAN, ask.at
    if since is None:
        since = (until or ask.at) - LONGEST_SPAN
    if until is None:
        until = since + LONGEST_SPAN
    if until < since:
        raise Problem(400, _("end_date lies before start_date; exchange them."))
    if until - since >= LONGEST_SPAN + timedelta(seconds=1):
        raise Problem(
            400,
            _(
                "start_date and end_date span {given} days; at most {most} are answered at once. "
                "Ask in several parts, or for requests.csv."
            ).format(given=(until - since).days, most=LONGEST_SPAN.days),
        )
    return since, until


def status(ask: Ask) -> bool | None:
    """Open or closed alone; None for both. Problem 400 for another word."""
    wanted = {text.lower() for text in ask.many("status")}
    for word in sorted(wanted - set(STATUSES)):
        raise Problem(
            400, _("status “{given}” is unknown; it is open or closed.").format(given=word[:60])
        )
    return None if len(wanted) != 1 else wanted == {"open"}


def _numbered(numbers: Sequence[str]) -> Wanted:
    if len(numbers) > MOST:
        raise Problem(400, _("At most {most} requests are answered at once.").format(most=MOST))
    known = tuple(n for text in numbers if (n := known_number(text)) is not None)
    # A number that cannot be one fits nothing; without any, nothing is asked for.
    return Wanted(numbers=known or ("",))


def _circle(ask: Ask) -> tuple[float, float, float] | None:
    place = point(ask)
    radius = count(ask, "radius", USUAL_RADIUS, WIDEST)
    return None if place is None else (*place, float(radius))


def _answer(ask: Ask, found: Sequence[PublicReport], now: Mapping[str, int]) -> HttpResponse:
    steps = public_steps(found, now) if flag(ask, "extensions") else None
    known = services(now)
    items = []
    for report in found:
        item = entry(ask, report, known)
        if steps is not None:
            item |= _extended(ask, report, known, steps[report.id])
        items.append(item)
    return ask.answer("service_requests", Many("request", items))


def entry(ask: Ask, report: PublicReport, known: Mapping[int, Any]) -> dict[str, Any]:
    """One request with the fields of the standard."""
    return {
        "service_request_id": report.number,
        "status": STATUSES[0] if report.is_open else STATUSES[1],
        "status_notes": report.stage.plain.in_language(ask.language),
        "service_name": known[report.category].named(ask.language),
        "service_code": known[report.category].code,
        "description": report.words,
        "agency_responsible": in_language(report.team, ask.language),
        "requested_datetime": written_moment(report.received_at),
        "updated_datetime": written_moment(report.changed_at),
        # What the office owes inside (read within minutes, check within hours) promises nothing
        # to the reporter; the moment by which it is to be done does.
        "expected_datetime": written_moment(report.due_at)
        if report.due_at and report.stage.phase == "handle"
        else None,
        "address": report.address,
        "lat": report.lat,
        "long": report.lon,
        "media_url": _photo(ask, report.photos[0]) if report.photos else None,
    }


def in_language(names: tuple[str, str], language: str) -> str:
    """A (name, English name) in this language."""
    return names[0] if language.startswith("zh") else names[1]


def _photo(ask: Ask, name: str) -> str:
    return ask.address(
        reverse("open311:photo", kwargs={"name": name.removesuffix(".jpg"), "suffix": "jpg"})
    )


def _extended(
    ask: Ask, report: PublicReport, known: Mapping[int, Any], steps: Sequence[PublicStep]
) -> dict[str, Any]:
    """What `extensions=true` adds: answers, facts of our own, and what happened."""
    questions = {q["code"]: q for q in known[report.category].questions}
    # In the order of the questions; databases keep none. An earlier category's come last.
    answered = [c for c in questions if c in report.answers]
    answered += sorted(c for c in report.answers if c not in questions)
    return {
        "attributes": Many(
            "attribute",
            [
                {
                    "code": code,
                    "label": asked(questions.get(code, {}), ask.language) or code,
                    "value": in_line(report.answers[code]),
                }
                for code in answered
            ],
        ),
        "extended_attributes": {
            "channel": report.channel,
            "stage": report.stage.name,
            "stage_name": report.stage.title.in_language(ask.language),
            "outcome": report.outcome,
            "area": in_language(report.area, ask.language),
            "photos": Many("photo", [{"media_url": _photo(ask, name)} for name in report.photos]),
        },
        "notes": Many(
            "note",
            [
                {
                    "datetime": written_moment(step.at),
                    "type": step.verb,
                    "description": told(step, ask.language),
                }
                for step in steps
            ],
        ),
    }


def in_line(given: Any) -> str:
    """An answer, or several, as one text."""
    return ", ".join(given) if isinstance(given, list) else str(given)


def told(step: PublicStep, language: str) -> str:
    """A step in plain words, with the reason where that is public."""
    plain = step.stage.plain.in_language(language)
    return f"{plain} {step.words}".strip()


list_view = resource(GET=searched, POST=reported)
one_view = resource(GET=one)
token_view = resource(GET=by_token)
