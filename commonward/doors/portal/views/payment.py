"""I was deceived: stop the payment. One page, and a receipt that tells what each bank did (止付)."""

import re
import secrets
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from commonward.cases.queries.reference import book
from commonward.core.refusals import N_, Invalid, Missing, Refusal
from commonward.doors.look import transfers as look
from commonward.doors.look.showing import error_of, named, page, said
from commonward.doors.portal.sender import bound
from commonward.doors.portal.views.home import nothing_here
from commonward.doors.portal.views.receipts import opens_nothing
from commonward.doors.portal.views.urgent import offered
from commonward.people.queries import now as site_now
from commonward.people.queries import teams_on
from commonward.response.actions.paying import (
    GOAL_SECONDS,
    Payment,
    receipt_of,
    tell_payment,
)
from commonward.response.models import PaymentStop
from commonward.response.queries.payments import (
    bank_ends,
    requests_of,
    stop_of_receipt,
    told_of,
)

MOST_AT_ONCE = 3
_SENDING = re.compile(r"[0-9a-f]{40}")


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def stop_payment(request: HttpRequest) -> HttpResponse:
    """Whoever was deceived says which payment; the banks that are named are asked at once.

    Sent again with the same key nothing is added, and the same receipt is shown.
    """
    if not offered():
        return nothing_here(request)
    error, status = None, 200
    key = request.POST.get("sending", "")
    if request.method == "POST":
        try:
            _send(request, key)
        except Refusal as refusal:
            error, status = error_of(refusal), 422
        else:
            return HttpResponseRedirect(reverse("portal:payment_receipt", args=[key]))
    at = site_now()
    context = {
        "blocks": look.blocks(request.POST, MOST_AT_ONCE),
        "banks": look.bank_names(at),
        "hotlines": _hotlines(),
        "paid": look.paid_choices(),
        "given": request.POST,
        "error": error,
        "sending": key if _SENDING.fullmatch(key) else secrets.token_hex(20),
    }
    return page(request, "portal/urgent/payment.html", context, status=status, private=True)


@sensitive_variables()
def _send(request: HttpRequest, key: str) -> None:
    if not _SENDING.fullmatch(key):
        raise Invalid(N_("This form is too old or was changed. Please send it once more."))
    bound(request, site_now())
    given = Payment(
        look.transfers(request.POST, MOST_AT_ONCE),
        request.POST.get("words", ""),
        request.POST.get("callback", ""),
        bool(request.POST.get("support")),
    )
    tell_payment(given, site_now(), key=key, channel="portal")


def _hotlines() -> list[tuple[str, str]]:
    """The banks' own duty desks, for whoever would rather call: name and number."""
    known = [team for team in teams_on(site_now()) if team.kind == "bank"]
    ends = bank_ends({team.id for team in known})
    return [
        (named(team.name, team.name_en), ends[team.id].hotline)
        for team in known
        if team.id in ends and ends[team.id].hotline
    ]


@require_safe
def payment_receipt(request: HttpRequest, key: str) -> HttpResponse:
    """The number, and what each bank did so far; only who sent the form has this address."""
    try:
        found = stop_of_receipt(receipt_of(key) if _SENDING.fullmatch(key) else "")
    except Missing as refusal:
        return opens_nothing(request, refusal)
    told = told_of(found)
    context = {
        "number": found.case.number,
        "stage": said(book().procedures[found.case.procedure_id].stages[found.case.stage].plain),
        "closed": found.closed_at is not None,
        "told_at": found.told_at,
        "over": (site_now() - found.told_at).total_seconds() > GOAL_SECONDS,
        "banks": _banks(found),
        "callback": told["callback"],
        "support": told["support"],
        "doubts": _doubts(found, told["transfers"]),
    }
    return page(request, "portal/urgent/payment_receipt.html", context, private=True)


def _banks(found: PaymentStop) -> list[dict[str, Any]]:
    """Each bank with its step in plain words: asked, has it, what became of the money."""
    asked = requests_of(found)
    ends = bank_ends({one.bank_id for one in asked})
    words = {
        "stopped": _("It stopped the payment."),
        "in_part": _("It could stop a part of the money."),
        "too_late": _("The money was gone already."),
        "refused": _("It did not do it. Call it yourself, and ask why."),
    }
    rows = []
    for one in asked:
        if one.answer:
            step, state = words[one.answer], "good" if one.answer == "stopped" else "other"
        elif one.acknowledged_at is not None:
            step, state = _("It has the request and is working on it."), "has"
        else:
            step, state = _("It has been asked."), "asked"
        moment = one.answered_at or one.acknowledged_at or one.asked_at
        end = ends.get(one.bank_id)
        rows.append(
            {
                "bank": named(one.bank.name, one.bank.name_en),
                "step": step,
                "state": state,
                "at": moment,
                "hotline": end.hotline if end is not None else "",
            }
        )
    return rows


def _doubts(found: PaymentStop, transfers: list[dict[str, str]]) -> list[str]:
    """Numbers that may be miswritten, without repeating them: place and what to look for."""
    return [
        f"{label}: {hint}"
        for one in look.lines(transfers, found.told_at)
        for label, _value, hint in one["rows"]
        if hint in {_(doubt) for doubt in look.DOUBTS.values()}
    ]
