"""servicerequestupdates: what happened to requests, and what other systems say about them."""

from django.db import transaction
from django.http import HttpResponse
from django.utils.translation import gettext as _

from commonward.areas.queries import revisions
from commonward.cases.actions.photos import with_photos
from commonward.cases.actions.updating import Taken, Update, add_update
from commonward.cases.models import Report
from commonward.cases.queries.public import public_report
from commonward.cases.queries.steps import public_updates
from commonward.core.rights import SYSTEM
from commonward.doors.open311 import keys, reading
from commonward.doors.open311.asking import Ask, Problem, resource
from commonward.doors.open311.views.reporting import photos_of, url
from commonward.doors.open311.views.requests import not_found, span, told
from commonward.doors.open311.writing import Many, moment

MEANS = {
    "open": "open",
    "in_progress": "open",
    "investigating": "open",
    "action_scheduled": "open",
    "closed": "closed",
    "fixed": "closed",
}
"""What the statuses of the systems in use come to here."""
LONGEST_NAME = 200


def happened(ask: Ask) -> HttpResponse:
    """GET: what happened between two dates, the oldest first."""
    if ask.one("api_key"):
        keys.required(ask, "open311.update")
    since, until = span(ask)
    items = [
        {
            "update_id": str(update.step.id),
            "service_request_id": update.number,
            "status": "open" if update.is_open else "closed",
            "updated_datetime": moment(update.step.at),
            "description": told(update.step, ask.language),
        }
        for update in public_updates(since, until, revisions())
    ]
    return ask.answer("service_request_updates", Many("request_update", items))


def added(ask: Ask) -> HttpResponse:
    """POST: carry out what the update says, as far as the key's account may."""
    key = keys.required(ask, "open311.update")
    given = ask.one("service_request_id")
    if not given:
        raise Problem(400, _("service_request_id required"))
    number = reading.known_number(given)
    found = public_report(number, revisions()) if number else None
    if found is None:
        raise Problem(404, not_found(given))
    update = _said(ask)
    account = keys.account_of(key, ask.at)
    photos = photos_of(ask)
    taken: list[Taken] = []

    def carried_out() -> Report:
        taken.append(add_update(found.number, update, account, ask.at, source=f"key {key.id}"))
        return taken[-1].report

    if ask.trial:
        with transaction.atomic():
            carried_out()
            transaction.set_rollback(True)
    elif photos:
        with_photos(photos, carried_out, ask.at, account or SYSTEM, moment="after")
    else:
        carried_out()
    item = {
        "update_id": str(taken[-1].event),
        "service_request_id": found.number,
        "status": "open" if taken[-1].case.closed_at is None else "closed",
    }
    return ask.answer("service_request_updates", Many("request_update", [item]))


def _said(ask: Ask) -> Update:
    word = (ask.form.get("status", "").strip() or "open").lower()
    if word not in MEANS:
        raise Problem(
            400,
            _("status “{given}” is unknown; it is one of {known}.").format(
                given=word[:60], known=", ".join(name.upper() for name in MEANS)
            ),
        )
    name = ask.one("update_id")
    if len(name) > LONGEST_NAME:
        raise Problem(
            400,
            _("update_id has {given} characters; at most {most} are taken.").format(
                given=len(name), most=LONGEST_NAME
            ),
        )
    words = ask.form.get("description", "").strip()
    picture = url(ask)
    return Update(
        name=name,
        status=MEANS[word],
        words=f"{words}\n{picture}".strip() if picture else words,
        said_at=reading.moment(ask, "updated_datetime"),
    )


view = resource(GET=happened, POST=added)
