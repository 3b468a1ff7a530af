"""A party's account of the agreement: what is owed, "I paid", and confirming the other's word."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commonward.core.performing import yuan
from commonward.core.refusals import N_, Invalid, Missing, Refusal
from commonward.disputes.actions.performing import answer_claim, claim
from commonward.disputes.queries.performing import ClaimLine, ObligationLine, account
from commonward.disputes.queries.terms import terms_of_dispute
from commonward.doors.look.performing import SHAPES, STATES
from commonward.doors.look.showing import error_of, named, page
from commonward.doors.portal.views.disputes.mine import Opened, opened, shown
from commonward.doors.portal.views.receipts import opens_nothing
from commonward.people.queries import now as site_now

MOST_PROOF = 15_000_000
"""Bytes of a photo or PDF handed in as proof."""
_ANSWERS = {
    "": N_("waits for the other side"),
    "confirmed": N_("confirmed"),
    "disputed": N_("disputed"),
}


@require_http_methods(["GET", "HEAD", "POST"])
def performance(request: HttpRequest, key: str) -> HttpResponse:
    """The account, and what this side may say about it."""
    try:
        found = opened(key)
    except Missing as refusal:
        return opens_nothing(request, refusal)
    error, status = None, 200
    try:
        if request.method == "POST":
            _said(request, found)
            done = "answered" if request.POST.get("claim") else "claimed"
            return HttpResponseRedirect(
                f"{reverse('portal:dispute_performance', args=[key])}?done={done}"
            )
    except Refusal as refusal:
        error, status = error_of(refusal), 422
    try:
        context = _shown(request, found, key)
    except Refusal as refusal:
        return opens_nothing(request, Missing(refusal.text, **refusal.values))
    context |= {"error": error, "given": request.POST if error else {}}
    return page(request, "portal/disputes/performance.html", context, status=status, private=True)


def _said(request: HttpRequest, found: Opened) -> None:
    number, at = found.dispute.case.number, site_now()
    told = request.POST
    if told.get("claim"):
        answer_claim(
            number, _number(told["claim"]), told.get("says") == "confirmed", found.actor, at
        )
        return
    file = request.FILES.get("proof")
    if file is not None and (file.size or 0) > MOST_PROOF:
        raise Invalid(
            N_("The file is too large: at most {most} MB."), most=MOST_PROOF // 10**6, field="proof"
        )
    claim(
        number,
        _number(told.get("obligation", "")),
        found.actor,
        at,
        yuan=told.get("yuan", ""),
        words=told.get("words", ""),
        proof=file.read() if file is not None else b"",
    )


def _number(given: str) -> int:
    if not given.isdecimal() or len(given) > 18:
        raise Invalid(N_("Choose one of the list."), field="obligation")
    return int(given)


def _shown(request: HttpRequest, found: Opened, key: str) -> dict[str, Any]:
    base = shown(found, key)
    letter = base["own"].letter if base["own"] else ""
    lines = account(
        found.dispute, found.actor, timezone.localdate(site_now()), settings.REMIND_DAYS
    )
    told = {"claimed": _("Noted. The other side is asked to confirm it."), "answered": _("Noted.")}
    return {
        **base,
        "lines": [line_shown(line, letter) for line in lines],
        "late": any(line.stands.state == "late" for line in lines),
        "enforce": _enforcement(found),
        "done": told.get(request.GET.get("done", ""), ""),
    }


def _enforcement(found: Opened) -> dict[str, Any] | None:
    """Until when a court can be asked, and by which law; None while no such limit runs."""
    for term in terms_of_dispute(found.dispute, found.actor, site_now()):
        if term.name == "enforcement" and term.last_day is not None:
            law = named(term.citation, term.rule.citation_en) if term.rule else term.citation
            return {"day": term.last_day, "law": law}
    return None


def line_shown(line: ObligationLine, letter: str) -> dict[str, Any]:
    """One obligation in the reader's words; `letter` is the side that reads ("" for an office)."""
    mine = letter and letter in line.debtor
    owed_to_me = letter and letter in line.creditor
    return {
        "line": line,
        "amount": yuan(line.fen) if line.fen is not None else "",
        "left": yuan(line.stands.left) if line.stands.confirmed and line.stands.left else "",
        "over": yuan(line.stands.over) if line.stands.over else "",
        "state": _(STATES[line.stands.state]),
        "shape": SHAPES[line.stands.state],
        "mine": mine,
        "owed_to_me": owed_to_me,
        "says": line.stands.state != "done" and (mine or owed_to_me),
        "claims": [_claim(one, line, letter) for one in line.claims],
    }


def _claim(one: ClaimLine, line: ObligationLine, letter: str) -> dict[str, Any]:
    creditors = line.creditor or "".join(c for c in "abcdefghij" if c not in line.debtor)
    return {
        "line": one,
        "amount": yuan(one.fen) if one.fen else "",
        "answer": _(_ANSWERS[one.answer]),
        "asked": bool(letter) and not one.answer and letter in creditors and letter != one.side,
    }
