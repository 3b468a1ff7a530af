"""POST requests: a report, with photos if there are any; all of it is kept, or nothing."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from urllib.parse import urlsplit

from django.db import transaction
from django.http import HttpResponse
from django.utils.translation import gettext as _

from commonward.areas.queries import revisions
from commonward.cases.actions import CONTACT_FIELDS, Said, open_case
from commonward.cases.actions.photos import (
    MOST_BYTES,
    MOST_PHOTOS,
    Ready,
    prepare_photo,
    with_photos,
)
from commonward.cases.actions.suggesting import open_unsorted
from commonward.cases.models import Report
from commonward.cases.queries import book
from commonward.cases.queries.reading import reading as reading_now
from commonward.core.danger import numbers_to_call
from commonward.core.rights import SYSTEM
from commonward.doors.open311 import keys, reading
from commonward.doors.open311.asking import Ask, Problem
from commonward.doors.open311.views.services import wanted
from commonward.doors.open311.writing import Many

CHANNEL = "open311"
LONGEST_ADDRESS = 300
LONGEST_URL = 500
LONGEST_IDEMPOTENCY = 200


def reported(ask: Ask) -> HttpResponse:
    """Take a report and answer its number; at the test endpoint everything but the keeping."""
    key = keys.required(ask, "open311.report")
    now = revisions()
    code, said = _said(ask, key.id, now)
    photos = photos_of(ask)
    said = replace(said, photos=tuple(photo.digest for photo in photos))
    opening = (
        partial(open_unsorted, said, ask.at)
        if code == reading_now(now).unsorted
        else partial(open_case, code, said, ask.at, marks=now)
    )
    if ask.trial:
        with transaction.atomic():
            report = opening()
            transaction.set_rollback(True)
    elif photos:
        report = with_photos(photos, opening, ask.at, SYSTEM)
    else:
        report = opening()
    answer = {
        "service_request_id": report.number,
        "service_notice": _notice(ask, report, now),
        "account_id": ask.form.get("account_id", "").strip(),
    }
    return ask.answer("service_requests", Many("request", [answer]))


def _said(ask: Ask, key: int, now: Mapping[str, int]) -> tuple[str, Said]:
    """The category and what was said; every attribute that is missing is named at once."""
    # A report without a kind is taken where the site has somebody to sort it.
    code = ask.one("service_code") or reading_now(now).unsorted
    address, address_id = ask.one("address_string"), ask.one("address_id")
    place = reading.point(ask)
    missing = []
    if not code:
        missing.append(_("service_code required"))
    if place is None and not address and not address_id:
        missing.append(_("lat and long required, or address_string, or address_id"))
    if missing:
        raise Problem(400, *missing)
    service = wanted(code, now)
    if not address and address_id:
        address = _("Address no. {id}").format(id=address_id)
    if len(address) > LONGEST_ADDRESS:
        raise Problem(
            400,
            _("address_string has {given} characters; at most {most} are taken.").format(
                given=len(address), most=LONGEST_ADDRESS
            ),
        )
    contact = {name: value for name in CONTACT_FIELDS if (value := ask.form.get(name, "").strip())}
    return service.code, Said(
        channel=CHANNEL,
        words=ask.form.get("description", "").strip(),
        lat=place[0] if place else None,
        lon=place[1] if place else None,
        address=address,
        answers=reading.attributes(ask),
        contact=contact,
        media_url=url(ask),
        language=ask.language,
        idempotency=_idempotency(ask, key),
    )


def _idempotency(ask: Ask, key: int) -> str:
    """The client's name for this sending, apart from those of every other key."""
    given = ask.request.headers.get("Idempotency-Key", "").strip() or ask.one("idempotency_key")
    if not given:
        return ""
    if len(given) > LONGEST_IDEMPOTENCY:
        raise Problem(
            400,
            _("The idempotency key has {given} characters; at most {most} are taken.").format(
                given=len(given), most=LONGEST_IDEMPOTENCY
            ),
        )
    mark = hashlib.sha256(given.encode("utf-8", "surrogatepass")).hexdigest()[:40]
    return f"{key}:{mark}"


def url(ask: Ask) -> str:
    """media_url, if it is an address on the web; Problem 400 otherwise."""
    given = ask.form.get("media_url", "").strip()
    try:
        parts = urlsplit(given)
        fits = not given or (parts.scheme in ("http", "https") and bool(parts.netloc))
    except ValueError:
        fits = False
    if not fits or len(given) > LONGEST_URL:
        raise Problem(
            400,
            _(
                "media_url must begin with https:// or http:// and have at most {most} characters."
            ).format(most=LONGEST_URL),
        )
    return given


def photos_of(ask: Ask) -> list[Ready]:
    """The files of a multipart form, under whatever names, checked; Problem 400."""
    files = [f for _name, given in ask.request.FILES.lists() for f in given]
    if len(files) > MOST_PHOTOS:
        raise Problem(
            400,
            _("{given} photos were sent; at most {most} are taken with a report.").format(
                given=len(files), most=MOST_PHOTOS
            ),
        )
    # One byte more than is taken tells that it is too large; the rest need not be read.
    return [prepare_photo(f.read(MOST_BYTES + 1)) for f in files]


def _notice(ask: Ask, report: Report, now: Mapping[str, int]) -> str:
    if ask.trial:
        return _("This was the test endpoint: the report was checked and not kept.")
    case = report.case
    procedure = book(now).procedures[case.procedure_id]
    plain = procedure.stages[case.stage].plain.in_language(ask.language)
    call = numbers_to_call(report.words)
    if not call:
        return plain
    # The standard has no field for it: the notice is what every client shows whoever reported.
    danger = _("This sounds dangerous. Do not wait for us: call {numbers} now.").format(
        numbers=_(", ").join(call)
    )
    return f"{danger} {plain}"
