"""Proposals as everybody sees them: read, proposed, supported, talked over, followed."""

import re
import secrets
from typing import Any

from django.conf import settings
from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from commonward.cases.actions.photos import MOST_BYTES
from commonward.cases.models import Case
from commonward.cases.queries.reference import book
from commonward.core.masking import mask
from commonward.core.refusals import N_, Invalid, Missing, Refusal
from commonward.doors.look.proposing import NOTES
from commonward.doors.look.showing import error_of, named, page, said
from commonward.doors.portal.sender import bound
from commonward.doors.portal.views.home import nothing_here
from commonward.people.queries import now as site_now
from commonward.programmes.actions.proposal_photos import (
    MOST_PHOTOS,
    Picture,
    propose_with_photos,
)
from commonward.programmes.actions.proposing import Wish, appeal_comment, comment, support
from commonward.programmes.models import Proposal, ProposalNote
from commonward.programmes.queries.decisions import (
    ENDED,
    GOING,
    areas_to_choose,
    comments_of,
    notes_of,
    proposal_of,
    shown_proposals,
)
from commonward.programmes.queries.proposal_photos import photos_of

STEPS = ("title", "words", "area", "check")
KEPT = "supported"
MOST_KEPT = 100
PHOTOS = range(1, MOST_PHOTOS + 1)
_SENDING = re.compile(r"[0-9a-f]{40}")


def child(request: HttpRequest) -> bool:
    """Whether the page is asked for in simple words."""
    return request.GET.get("for") == "children"


def stage_of(case: Case, stage: str = "") -> tuple[str, str]:
    """What a stage is called, and what it means in plain words."""
    found = book().procedures[case.procedure_id].stages[stage or case.stage]
    return said(found.title), said(found.plain)


def place_of(area: Any) -> str:
    """Where, in the reader's language."""
    return named(area.name, area.name_en) if area is not None else _("The whole district")


def line_of(one: Proposal) -> dict[str, Any]:
    """A proposal in a list."""
    return {
        "proposal": one,
        "number": one.case.number,
        "stage": stage_of(one.case)[0],
        "place": place_of(one.area),
        "percent": min(100, 100 * one.supports // max(1, one.wanted)),
    }


@require_safe
def proposals(request: HttpRequest) -> HttpResponse:
    """What neighbours propose."""
    wanted = request.GET.get("stage", "")
    before = request.GET.get("before", "")
    found = shown_proposals(
        wanted, int(before) if before.isdecimal() and len(before) < 18 else None
    )
    procedure = book().procedures[book().in_force["proposal"]] if _set_up() else None
    stages = [(s, said(procedure.stages[s].title)) for s in (*GOING, *ENDED)] if procedure else []
    context = {
        "rows": [line_of(one) for one in found.rows],
        "older": found.older,
        "stages": stages,
        "stage": wanted,
        "child": child(request),
    }
    return page(request, "portal/programmes/councils/proposals.html", context)


def _set_up() -> bool:
    return "proposal" in book().in_force


@require_http_methods(["GET", "HEAD", "POST"])
def proposal_new(request: HttpRequest) -> HttpResponse:
    """Propose something, one question a page, without an account."""
    if not _set_up():
        return nothing_here(request)
    step = request.POST.get("step", STEPS[0])
    step = step if step in STEPS else STEPS[0]
    error, status, at = None, 200, site_now()
    if request.method == "POST":
        try:
            if request.POST.get("go") == "back":
                step = STEPS[max(0, STEPS.index(step) - 1)]
            elif step == "check":
                return HttpResponseRedirect(_sent(request))
            else:
                if step != "area" and not request.POST.get(step, "").strip():
                    raise Invalid(N_("Please write something here."), field=step)
                step = STEPS[STEPS.index(step) + 1]
        except Refusal as refusal:
            error, status = error_of(refusal), 422
    key = request.POST.get("sending", "")
    areas = [(str(a.pk), named(a.name, a.name_en)) for a in areas_to_choose(at)]
    context = {
        "step": step,
        "number": STEPS.index(step) + 1,
        "of": len(STEPS),
        "given": request.POST,
        "others": [s for s in ("title", "words", "area", "word") if s != step],
        "areas": areas,
        "place": dict(areas).get(request.POST.get("area", ""), _("The whole district")),
        "pictures": [(n, request.POST.get(f"alt{n}", "")) for n in PHOTOS],
        "masked": {n: mask(request.POST.get(n, "")) for n in ("title", "words")},
        "error": error,
        "sending": key if _SENDING.fullmatch(key) else secrets.token_hex(20),
        "child": child(request),
    }
    return page(
        request,
        "portal/programmes/councils/proposal_new.html",
        context,
        status=status,
        private=True,
    )


def _sent(request: HttpRequest) -> str:
    given = request.POST
    if not _SENDING.fullmatch(given.get("sending", "")):
        raise Invalid(N_("This form is too old or was changed. Please send it once more."))
    at = site_now()
    bound(request, at)
    area = given.get("area", "")
    wish = Wish(
        given.get("title", ""), given.get("words", ""), int(area) if area.isdecimal() else None,
        given.get("word", ""), sending=given["sending"],
    )  # fmt: skip
    made = propose_with_photos(wish, _pictures(request), at)
    return reverse("portal:proposal_thanks", args=[made.case.number])


def _pictures(request: HttpRequest) -> list[Picture]:
    """The photos that were chosen, each with the words beside it."""
    found = []
    for n in PHOTOS:
        file = request.FILES.get(f"photo{n}")
        if file is not None and not isinstance(file, list) and file.size:
            # One byte more than is taken tells that it is too large; the rest need not be read.
            found.append(Picture(file.read(MOST_BYTES + 1), request.POST.get(f"alt{n}", "")))
    return found


@require_safe
def proposal_thanks(request: HttpRequest, number: str) -> HttpResponse:
    """It is here, and what happens now; its page opens once it was looked at."""
    context = {"number": number}
    return page(request, "portal/programmes/councils/proposal_thanks.html", context, private=True)


@require_safe
def proposal(request: HttpRequest, number: str) -> HttpResponse:
    """A proposal: what it asks, how far it is, what was said, what became of it."""
    try:
        found = proposal_of(number)
    except Missing:
        return nothing_here(request)
    return _shown(request, found)


def _shown(
    request: HttpRequest, found: Proposal, error: Any = None, status: int = 200
) -> HttpResponse:
    stage, plain = stage_of(found.case)
    context = {
        **line_of(found),
        "stage": stage,
        "plain": plain,
        "stage_name": found.case.stage,
        "open": found.case.is_open,
        "lacks": max(0, found.wanted - found.supports),
        "into": found.merged_into.case.number if found.merged_into else "",
        "vote": found.vote.number if found.vote else "",
        "due": found.case.due_at if found.case.stage == "asked" else None,
        "photos": [
            {"name": one.photo.name.removesuffix(".jpg"), "photo": one.photo, "words": one.words}
            for one in photos_of(found)
        ],
        "notes": [_note(one) for one in notes_of(found)],
        "comments": comments_of(found),
        "supported": number_of(found) in _kept(request),
        "error": error,
        "given": request.POST if error else {},
        "child": child(request),
    }
    return page(
        request, "portal/programmes/councils/proposal.html", context, status=status,
        private=bool(error),
    )  # fmt: skip


def number_of(found: Proposal) -> str:
    """The number of its case."""
    return found.case.number


def _note(one: ProposalNote) -> dict[str, Any]:
    work = one.linked
    procedure = book().procedures[work.procedure_id] if work else None
    return {
        "at": one.at,
        "title": _(NOTES[one.kind]),
        "words": one.words,
        "money": one.words if one.kind == "cost" else "",
        "work": work.number if work else "",
        "work_stage": said(procedure.stages[work.stage].title) if work and procedure else "",
        "vote": work.number if work and one.kind == "voted" else "",
    }


@require_POST
def proposal_support(request: HttpRequest, number: str) -> HttpResponse:
    """One support a browser; told as "not a vote"."""
    kept = _kept(request)
    back = HttpResponseRedirect(f"{reverse('portal:proposal', args=[number])}#support")
    try:
        if number not in kept:
            bound(request, site_now())
            support(number)
    except Missing:
        return nothing_here(request)
    except Refusal as refusal:
        return _shown(request, proposal_of(number), error_of(refusal), 422)
    back.set_signed_cookie(
        KEPT, " ".join([*kept, number][-MOST_KEPT:]), max_age=180 * 86400, httponly=True,
        samesite="Lax", secure=settings.SESSION_COOKIE_SECURE, path=reverse("portal:proposals"),
    )  # fmt: skip
    return back


def _kept(request: HttpRequest) -> list[str]:
    try:
        given = request.get_signed_cookie(KEPT, default="")
    except BadSignature:
        return []
    return (given or "").split()


@require_POST
def proposal_say(request: HttpRequest, number: str) -> HttpResponse:
    """Say something of it, under no name."""
    try:
        bound(request, site_now())
        comment(number, request.POST.get("words", ""), request.POST.get("word", ""), site_now())
    except Missing:
        return nothing_here(request)
    except Refusal as refusal:
        return _shown(request, proposal_of(number), error_of(refusal), 422)
    return HttpResponseRedirect(f"{reverse('portal:proposal', args=[number])}#said")


@require_POST
def proposal_appeal(request: HttpRequest, number: str, comment: int) -> HttpResponse:
    """Contest that a comment was hidden."""
    try:
        found = proposal_of(number)
        bound(request, site_now())
        appeal_comment(comment, request.POST.get("words", ""))
    except Missing:
        return nothing_here(request)
    except Refusal as refusal:
        return _shown(request, found, error_of(refusal), 422)
    return HttpResponseRedirect(f"{reverse('portal:proposal', args=[number])}#said")
