"""Reviews of risk on the portal: read, asked, objected to; a place at a hearing; files."""

import csv
import io
import re
import secrets
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from commonward.core.refusals import N_, Invalid, Missing, Refusal
from commonward.core.risk.terms import KINDS, OUTCOMES
from commonward.core.spreadsheets import inert
from commonward.doors.look.files import as_file
from commonward.doors.look.risk import choices, printed, stage_words, told, word
from commonward.doors.look.showing import due_words, error_of, named, page
from commonward.doors.portal.draft import Draft
from commonward.doors.portal.sender import bound
from commonward.doors.portal.views.home import nothing_here
from commonward.doors.portal.views.receipts import opens_nothing
from commonward.people.queries import now as site_now
from commonward.programmes.actions.risk import asking, hearing
from commonward.programmes.queries.risk_public import (
    Listed,
    announced,
    announced_review,
    mask_named,
    open_rows,
    question_of,
    seat_of,
)

_SECRET = re.compile(r"[0-9a-f]{20}")
_STEPS = ("kind", "words", "contact")


@require_safe
def risks(request: HttpRequest) -> HttpResponse:
    """The reviews that were announced: those open for questions first."""
    at = site_now()
    rows = [_row(one) for one in announced(at)]
    context = {
        "open": [one for one in rows if one["open"]],
        "rest": [one for one in rows if not one["open"]],
    }
    return page(request, "portal/programmes/risks.html", context)


def _row(one: Listed) -> dict[str, Any]:
    return {
        "number": one.review.case.number,
        "title": named(one.review.title, one.review.title_en),
        "office": named(one.review.office.name, one.review.office.name_en),
        "stage": stage_words(one.review)[0],
        "decision": word(OUTCOMES, one.review.decision),
        "open": one.open_to_words,
        "until": due_words(one.review.notice_until) if one.review.notice_until else "",
        "asked": one.asked,
        "answered": one.answered,
        "late": one.late,
    }


@require_safe
def risks_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same as a file: no words of the public, no names."""
    rows = open_rows(site_now())
    if form == "json":
        return JsonResponse({"reviews": rows}, json_dumps_params={"ensure_ascii": False})
    made = io.StringIO()
    heads = list(rows[0]) if rows else ["number"]
    writer = csv.writer(made, lineterminator="\r\n")
    writer.writerow(heads)
    for row in rows:
        writer.writerow([_cell(row[head]) for head in heads])
    answer = HttpResponse("\ufeff" + made.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="risk-reviews.csv"'
    return answer


def _cell(value: Any) -> Any:
    """A cell that no spreadsheet takes for a formula."""
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return "" if value is None else inert(value)


@require_safe
def risk(request: HttpRequest, review: str) -> HttpResponse:
    """One review in plain words, with everything that was said and decided."""
    try:
        found = announced_review(review)
    except Missing:
        return nothing_here(request)
    return page(request, "portal/programmes/risk.html", told(found, site_now()))


@require_safe
def risk_report(request: HttpRequest, review: str) -> HttpResponse:
    """The same for printing."""
    try:
        found = announced_review(review)
    except Missing:
        return nothing_here(request)
    from commonward.core.papers.report import report_pdf  # noqa: PLC0415 (fonts: only when drawn)

    return as_file(report_pdf(printed(found, site_now())), f"risk-{found.case.number}.pdf")


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def risk_ask(request: HttpRequest, review: str) -> HttpResponse:
    """Ask or object: what it is, the words, and how to answer if they want; then the receipt.

    What was answered so far travels in the form; nothing is kept before it is sent.
    """
    try:
        found = announced_review(review)
    except Missing:
        return nothing_here(request)
    at, step, error, status = site_now(), "kind", None, 200
    given = request.POST
    if request.method == "POST":
        step = given.get("step", "kind") if given.get("step") in _STEPS else "kind"
        try:
            if given.get("go") == "back":
                step = _STEPS[max(0, _STEPS.index(step) - 1)]
            else:
                _check(step, given)
                if step == "contact":
                    return _sent(request, review)
                step = _STEPS[_STEPS.index(step) + 1]
        except Refusal as refusal:
            error, status = error_of(refusal), 422
    secret = given.get("secret", "")
    context = {
        "number": found.case.number,
        "title": named(found.title, found.title_en),
        "step": step,
        "place": _STEPS.index(step) + 1,
        "of": len(_STEPS),
        "kinds": choices(KINDS),
        "given": given,
        "error": error,
        "secret": secret if _SECRET.fullmatch(secret) else secrets.token_hex(10),
        "open": told_open(found.case.stage),
        "at": at,
    }
    return page(request, "portal/programmes/risk_ask.html", context, status=status, private=True)


def told_open(stage: str) -> bool:
    """Whether anybody can still ask."""
    return stage in ("announced", "hearing")


def _check(step: str, given: Mapping[str, str]) -> None:
    if step == "kind" and given.get("kind") not in KINDS:
        raise Invalid(N_("Say what it is: choose one of them."), field="kind")
    if step == "words" and len(given.get("words", "").strip()) < asking.SHORTEST:
        raise Invalid(N_("Please say it in a few words."), field="words")


def _sent(request: HttpRequest, review: str) -> HttpResponse:
    given, at = request.POST, site_now()
    secret = given.get("secret", "")
    if not _SECRET.fullmatch(secret):
        raise Invalid(N_("This form is too old or was changed. Please send it once more."))
    bound(request, at)
    asking.ask(
        review, given.get("kind", ""), given.get("words", ""), at,
        contact=given.get("contact", ""), secret=secret,
    )  # fmt: skip
    return HttpResponseRedirect(reverse("portal:risk_question", args=[secret]))


@require_http_methods(["GET", "HEAD", "POST"])
def risk_follow(request: HttpRequest) -> HttpResponse:
    """Give the code of a question or of a place at a hearing, and see how it stands."""
    error, status = None, 200
    code = "".join(request.POST.get("code", "").lower().split())
    if request.method == "POST":
        for name, look in (("risk_question", question_of), ("risk_seat", seat_of)):
            try:
                look(code)
            except Missing as refusal:
                error, status = error_of(refusal), 422
            else:
                return HttpResponseRedirect(reverse(f"portal:{name}", args=[code]))
    context = {"error": error, "code": code}
    return page(request, "portal/programmes/risk_follow.html", context, status=status, private=True)


@require_safe
def risk_question(request: HttpRequest, key: str) -> HttpResponse:
    """What became of one's question: only who sent it has this address."""
    try:
        found = question_of(key)
    except Missing as refusal:
        return opens_nothing(request, refusal)
    at = site_now()
    review = found.review
    masks = {one.row: one for one in review.masks.filter(part="answer", lifted_at=None)}
    context = {
        "key": key,
        "question": found,
        "kind": word(KINDS, found.kind),
        "number": review.case.number,
        "title": named(review.title, review.title_en),
        "answer": "" if found.pk in masks else named(found.answer, found.answer_en),
        "due": due_words(found.due_at),
        "late": found.answered_at is None and found.due_at < at,
        "shown": found.read_at is not None or found.shown_from <= at,
    }
    return page(request, "portal/programmes/risk_question.html", context, private=True)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def risk_hearing(request: HttpRequest, review: str, hearing_id: int) -> HttpResponse:
    """Take a place at a hearing: only who wants to speak says a name."""
    try:
        found = announced_review(review)
    except Missing:
        return nothing_here(request)
    at, error, status = site_now(), None, 200
    whole = told(found, at)
    one = next((h for h in whole["hearings"] if h["row"].pk == hearing_id), None)
    if one is None:
        return nothing_here(request)
    secret = request.POST.get("secret", "")
    if request.method == "POST":
        try:
            if not _SECRET.fullmatch(secret):
                raise Invalid(N_("This form is too old or was changed. Please send it once more."))
            speaks = request.POST.get("speaks")
            if speaks not in ("yes", "no"):
                raise Invalid(N_("Say whether you want to speak."), field="speaks")
            name = request.POST.get("name", "").strip()
            if speaks == "yes" and not name:
                raise Invalid(N_("Say how you want to be called up."), field="name")
            bound(request, at)
            hearing.take_seat(
                review, hearing_id, at, name=name if speaks == "yes" else "", secret=secret
            )
        except Refusal as refusal:
            error, status = error_of(refusal), 422
        else:
            return HttpResponseRedirect(reverse("portal:risk_seat", args=[secret]))
    context = {
        "number": found.case.number,
        "title": whole["title"],
        "hearing": one,
        "given": request.POST,
        "error": error,
        "secret": secret if _SECRET.fullmatch(secret) else secrets.token_hex(10),
    }
    return page(
        request, "portal/programmes/risk_hearing.html", context, status=status, private=True
    )


@require_http_methods(["GET", "HEAD", "POST"])
def risk_seat(request: HttpRequest, key: str) -> HttpResponse:
    """One's place at a hearing, and giving it back."""
    try:
        seat = seat_of(key)
        if request.method == "POST":
            hearing.give_seat_back(key, site_now())
            number = seat.hearing.review.case.number
            return HttpResponseRedirect(reverse("portal:risk", args=[number]))
    except Missing as refusal:
        return opens_nothing(request, refusal)
    met = seat.hearing
    context = {
        "key": key,
        "hearing": met,
        "place": named(met.place, met.place_en),
        "number": met.review.case.number,
        "title": named(met.review.title, met.review.title_en),
        "speaks": seat.speaks,
    }
    return page(request, "portal/programmes/risk_seat.html", context, private=True)


@require_safe
def risk_object(request: HttpRequest, review: str, mask: int) -> HttpResponse:
    """Complain about a review, or ask for a hidden line (`mask` above 0): an ordinary report begins
    with the words that name it; who complains needs no account and says no name."""
    try:
        found = announced_review(review)
        hidden = mask_named(found, mask) if mask else None
    except Missing:
        return nothing_here(request)
    title = named(found.title, found.title_en)
    if hidden is not None:
        words = _("Please show the line that is hidden in the risk review {number} “{title}” "
                  "(line {part} {row}).")  # fmt: skip
        words = words.format(
            number=found.case.number, title=title, part=hidden.part, row=hidden.row
        )
    else:
        words = _("I complain about the risk review {number} “{title}”:").format(
            number=found.case.number, title=title
        )
    context = {
        "number": found.case.number,
        "title": title,
        "hidden": hidden,
        "words": words,
        "state": Draft.new().signed(),
    }
    return page(request, "portal/programmes/risk_object.html", context)
