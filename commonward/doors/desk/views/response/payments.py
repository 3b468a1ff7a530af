"""Stopping a payment at the desk: told, asked of the bank, answered, closed and shredded (止付)."""

import secrets
from dataclasses import fields
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from commonward.cases.queries.reference import book
from commonward.core.refusals import N_, Missing
from commonward.doors.desk import sheets
from commonward.doors.desk.showing import desk_page
from commonward.doors.desk.views.admin.doing import administer, done, text
from commonward.doors.desk.views.response import wording
from commonward.doors.desk.views.response.incident import DOOR
from commonward.doors.look.showing import error_of, named, said
from commonward.doors.look.standing import Standing, for_staff
from commonward.people.queries import team_by_code, teams_on
from commonward.response.access import COORDINATES, TAKES_CALLS
from commonward.response.actions.paying import (
    GOAL_SECONDS,
    Payment,
    ask_bank,
    bank_acknowledges,
    bank_answers,
    close_payment,
    tell_payment,
)
from commonward.response.models import PaymentStop
from commonward.response.queries.payments import asked_of, facts_of, payment_for, payments

FACTS = {
    "amount": N_("How much"),
    "from_bank": N_("From which bank"),
    "from_account": N_("From which account"),
    "to_bank": N_("To which bank"),
    "to_account": N_("To which account"),
    "paid_at": N_("When it was paid"),
    "callback": N_("Number to call back"),
    "words": N_("What happened"),
}
ANSWERS = {
    "stopped": N_("Stopped"),
    "in_part": N_("Stopped in part"),
    "too_late": N_("Too late"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*TAKES_CALLS)
def payment_new(request: HttpRequest, standing: Standing) -> HttpResponse:
    """What whoever was deceived says; with the bank chosen it is asked in the same moment."""

    def tell(asked: HttpRequest, who: Standing) -> str:
        given = Payment(**{f.name: text(asked, f.name) for f in fields(Payment)})
        bank = text(asked, "bank")
        made = tell_payment(
            given, who.at, who.actor, bank=team_by_code(bank).pk if bank else None,
            key=text(asked, "key"),
        )  # fmt: skip
        done(asked, _("Taken as {number}.").format(number=made.case.number))
        if wording.coordinates(who):
            return reverse("desk:payment", args=[made.case.number])
        return reverse("desk:payment_new")

    return administer(
        request,
        standing,
        "desk/response/payment_new.html",
        lambda: {
            "key": request.POST.get("key") or secrets.token_urlsafe(24),
            "facts": [(name, _(told)) for name, told in FACTS.items() if name != "words"],
            "banks": _banks(standing),
        },
        {"tell": tell},
    )


def _banks(standing: Standing) -> list[tuple[str, str]]:
    return [(t.code, named(t.name, t.name_en)) for t in teams_on(standing.at) if t.kind == "bank"]


@require_safe
@for_staff(*COORDINATES)
def payment_list(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The newest first, each with its clock against the goal of three minutes."""
    context = {"rows": [_row(one, standing.at) for one in payments(standing.actor)]}
    return desk_page(request, standing, "desk/response/payments.html", context)


def _row(one: PaymentStop, at: datetime) -> dict[str, Any]:
    procedure = book().procedures[one.case.procedure_id]

    def after(moment: datetime | None) -> str:
        spent = None if moment is None else int((moment - one.told_at).total_seconds())
        return wording.seconds(spent)

    until = one.confirmed_at or one.closed_at or at
    spent = int((until - one.told_at).total_seconds())
    return {
        "one": one,
        "number": one.case.number,
        "stage": said(procedure.stages[one.case.stage].title),
        "bank": named(one.bank.name, one.bank.name_en) if one.bank is not None else "",
        "answer": wording.word(ANSWERS, one.answer) if one.answer else "",
        "asked": after(one.asked_at),
        "acknowledged": after(one.acknowledged_at),
        "confirmed": after(one.confirmed_at),
        "spent": wording.seconds(spent),
        "late": spent > GOAL_SECONDS,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*COORDINATES)
def payment(request: HttpRequest, standing: Standing, number: str) -> HttpResponse:
    """One of them: ask a bank, say its answer for it, close it."""
    try:
        found = payment_for(sheets.meant(number), standing.actor, standing.at, door=DOOR)
    except Missing as missing:
        context = {"error": error_of(missing)}
        return desk_page(request, standing, "desk/admin/missing.html", context, status=404)
    case = found.case.number
    here = reverse("desk:payment", args=[case])

    def ask(asked: HttpRequest, who: Standing) -> str:
        ask_bank(case, team_by_code(text(asked, "bank")).pk, who.actor, who.at)
        return here

    def close(asked: HttpRequest, who: Standing) -> str:
        close_payment(case, who.actor, who.at, reason=text(asked, "reason"))
        done(asked, _("Closed. The key is destroyed: no account number can be read any more."))
        return here

    def shown() -> dict[str, Any]:
        found.refresh_from_db()
        told = facts_of(found)
        return {
            "row": _row(found, standing.at),
            "facts": [(_(FACTS[name]), told[name]) for name in FACTS if told.get(name)],
            "banks": _banks(standing),
        }

    return administer(
        request, standing, "desk/response/payment.html", shown, {"ask": ask, "close": close}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff("partner")
def payment_box(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The bank's page: what it is asked to stop, its receipt, its answer."""
    here = reverse("desk:payment_box")

    def has(asked: HttpRequest, who: Standing) -> str:
        bank_acknowledges(text(asked, "number"), who.actor, who.at)
        return here

    def answers(asked: HttpRequest, who: Standing) -> str:
        bank_answers(text(asked, "number"), text(asked, "answer"), who.actor, who.at)
        done(asked, _("The answer is given."))
        return here

    return administer(
        request,
        standing,
        "desk/response/payment_box.html",
        lambda: {
            "rows": [
                {
                    **_row(one, standing.at),
                    "facts": [(_(FACTS[k]), v) for k, v in facts_of(one).items() if v],
                }
                for one in asked_of(standing.actor, standing.at, door=DOOR)
            ],
            "answers": [(code, _(word)) for code, word in ANSWERS.items()],
        },
        {"has": has, "answer": answers},
    )
