"""Telling a problem: one question a page, sent once."""

from functools import partial
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_http_methods, require_POST

from commonward.areas.queries import revisions
from commonward.cases.actions import Said, add_report
from commonward.cases.actions.photos import MOST_BYTES, MOST_PHOTOS, prepare_photo, with_photos
from commonward.cases.actions.receipts import is_sent, sent_under, token_of, with_receipt
from commonward.cases.actions.same import with_answer
from commonward.cases.actions.suggesting import take_in
from commonward.cases.models import Report
from commonward.core.danger import numbers_to_call
from commonward.core.masking import MASK, mask
from commonward.core.refusals import N_, Invalid, Refusal
from commonward.core.rights import SYSTEM
from commonward.doors.look.pages import keep_language
from commonward.doors.look.showing import error_of, language, page
from commonward.doors.portal import nearby, steps
from commonward.doors.portal.draft import Draft
from commonward.doors.portal.sender import bound
from commonward.doors.portal.views.answers import perhaps as perhaps_answers
from commonward.doors.portal.views.urgent import offered
from commonward.people.queries import now as site_now

CHANNEL = "portal"


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """Show the first question, or take the answer to one and show the next."""
    now = steps.Moment(site_now(), revisions())
    if request.method != "POST":
        return _asked(request, Draft.new(), "words", now)
    try:
        draft = Draft.read(request.POST.get("state", ""))
    except Invalid as refusal:
        return _asked(request, Draft.new(), "words", now, refusal)
    name = request.POST.get("step", "")
    if name not in steps.order(draft, now):
        name = "words"
    chosen = request.POST.get("lang", "")
    if chosen in dict(settings.LANGUAGES):
        translation.activate(chosen)
        response = _asked(request, draft, name, now, typed=True)
        keep_language(response, chosen)
        return response
    return _answered(request, draft, name, now)


@require_POST
def near(request: HttpRequest) -> HttpResponse:
    """What was reported near a position, as a part of the page that asks for it; nothing is kept."""
    now = steps.Moment(site_now(), revisions())
    try:
        draft = Draft.read(request.POST.get("state", ""))
        perhaps = steps.near(draft, request.POST, now)
    except Invalid:
        perhaps = ()
    words = request.POST.get("words", "")
    context = {"perhaps": perhaps, "answers": perhaps_answers(words, now.at) if words else ()}
    return page(request, "portal/parts/near.html", context, private=True)


def _answered(request: HttpRequest, draft: Draft, name: str, now: steps.Moment) -> HttpResponse:
    go = request.POST.get("go", "next")
    names = steps.order(draft, now)
    if go == "back":
        return _asked(request, draft, names[max(0, names.index(name) - 1)], now)
    if go.startswith("edit-"):
        wanted = go.removeprefix("edit-")
        return _asked(request, draft, wanted if wanted in names else "words", now)
    joins = request.POST.get("join", "") if name in nearby.ASKED_AT else ""
    try:
        if joins and name == "category":
            taken = nearby.joined(draft, joins, now)
        else:
            taken = steps.step_named(name).take(draft, request.POST, now)
            taken = nearby.joined(taken, joins, now) if joins else taken
    except Refusal as refusal:
        return _asked(request, draft, name, now, refusal, typed=True)
    if joins:
        return _asked(request, taken, "contact", now)
    if name == "check":
        return _sent(request, taken, now)
    later = steps.order(taken, now)
    return _asked(request, taken, later[later.index(name) + 1], now)


def _asked(
    request: HttpRequest,
    draft: Draft,
    name: str,
    now: steps.Moment,
    refusal: Refusal | None = None,
    *,
    typed: bool = False,
) -> HttpResponse:
    """The page of one question; `typed` shows what was just typed, and not what was kept."""
    step = steps.step_named(name)
    names = steps.order(draft, now)
    call = numbers_to_call(request.POST.get("words", "") if typed else draft.words)
    first = names[0] == name
    urgent = (first or bool(call)) and offered(now.revisions)
    context: dict[str, Any] = {
        **step.show(draft, now),
        "draft": draft,
        "given": request.POST if typed else _kept(draft),
        "state": draft.signed(),
        "step": name,
        "number": names.index(name) + 1,
        "of": len(names),
        "error": error_of(refusal) if refusal else None,
        "call": call,
        "most_photos": MOST_PHOTOS,
        "urgent": first and urgent,
        "help_at": reverse("portal:help") if urgent else "",
    }
    if name in nearby.ASKED_AT:
        context["perhaps"] = nearby.around(draft, now) if draft.words else ()
    if name == "category" and draft.words:
        context["answers"] = perhaps_answers(draft.words, now.at)
    if name == "check":
        context |= _public_view(draft)
    return page(request, step.template, context, private=True)


def _kept(draft: Draft) -> dict[str, Any]:
    """What was answered, under the names of the form's fields."""
    return {
        "words": draft.words,
        "category": draft.category,
        "address": draft.address,
        "lat": "" if draft.lat is None else f"{draft.lat:.6f}",
        "lon": "" if draft.lon is None else f"{draft.lon:.6f}",
        "side": draft.side,
        "same": draft.same,
        "quiet": draft.quiet,
        **draft.contact,
    }


def _public_view(draft: Draft) -> dict[str, Any]:
    """Exactly what everybody will read, by the same masking as the public pages."""
    words, address = mask(draft.words), mask(draft.address)
    return {
        "public_words": words,
        "public_address": address,
        "masked": words != draft.words or address != draft.address,
        "mask": MASK,
    }


def _sent(request: HttpRequest, draft: Draft, now: steps.Moment) -> HttpResponse:
    """Keep it, and lead to its receipt; sent twice, both lead to the same one."""
    unfinished = _unfinished(draft, now)
    if unfinished:
        return _asked(request, draft, unfinished, now)
    token = token_of(draft.key)
    try:
        if not is_sent(draft.key, CHANNEL):
            bound(request, now.at)
        _keep(draft, request.FILES.getlist("photos"), token, now)
    except Refusal as refusal:
        if refusal.code == "idempotency":
            return page(request, "portal/already_sent.html", {"key": token}, private=True)
        return _asked(request, draft, "check", now, refusal, typed=True)
    return HttpResponseRedirect(reverse("portal:receipt", args=[token]))


def _unfinished(draft: Draft, now: steps.Moment) -> str:
    """The first question that must still be answered; "" when there is none.

    The form's pages may be posted in any order, so the last one asks again.
    """
    if not draft.words:
        return "words"
    if steps.chosen_service(draft, now) is None:
        return "category"
    if not (draft.nowhere or draft.address or draft.lat is not None):
        return "where"
    return ""


def _keep(draft: Draft, files: "list[UploadedFile[Any]]", token: str, now: steps.Moment) -> Report:
    files = [f for f in files if f.size]
    if len(files) > MOST_PHOTOS:
        raise Invalid(
            N_("{given} photos were sent; at most {most} are taken with a report."),
            given=len(files),
            most=MOST_PHOTOS,
            field="media",
        )
    # One byte more than is taken tells that it is too large; the rest need not be read.
    photos = [prepare_photo(f.read(MOST_BYTES + 1)) for f in files]
    told = Said(
        channel=CHANNEL,
        words=draft.words,
        lat=draft.lat,
        lon=draft.lon,
        address=draft.address,
        answers={} if draft.same else draft.answers,
        contact=draft.contact,
        language=language(),
        idempotency=sent_under(draft.key),
        photos=tuple(p.digest for p in photos),
    )
    opening = (
        partial(add_report, draft.same, told, now.at)
        if draft.same
        else partial(
            take_in, draft.category, told, now.at, area_code=draft.side, public=not draft.quiet
        )
    )
    answering = partial(with_answer, opening, nearby.shown(draft, now), "portal", now.at)
    receiving = partial(with_receipt, answering, token, now.at)
    return with_photos(photos, receiving, now.at, SYSTEM) if photos else receiving()
