"""Stopping a payment at the desk: told, asked of the banks, answered, closed and shredded (止付)."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from commonward.cases.queries.reference import book
from commonward.core.refusals import N_, Invalid, Missing
from commonward.doors.desk import sheets
from commonward.doors.desk.showing import desk_page
from commonward.doors.desk.views.admin.doing import administer, done, number, text
from commonward.doors.desk.views.response import wording
from commonward.doors.desk.views.response.incident import DOOR
from commonward.doors.look import transfers as look
from commonward.doors.look.showing import error_of, named, said
from commonward.doors.look.standing import Standing, for_staff
from commonward.people.queries import team_by_code
from commonward.response.access import COORDINATES, TAKES_CALLS
from commonward.response.actions.asking import bank_called
from commonward.response.actions.paying import (
    GOAL_SECONDS,
    Payment,
    add_transfer,
    ask_bank,
    close_payment,
    tell_payment,
)
from commonward.response.actions.supporting import open_support
from commonward.response.models import BankEnd, BankRequest, PaymentStop
from commonward.response.queries.payments import (
    Side,
    bank_ends,
    covered,
    payment_figures,
    payment_for,
    payments,
    requests_of,
    said_by_bank,
    speaks_until,
    told_of,
)
from commonward.response.queries.supporting import support_of

GOAL = timedelta(seconds=GOAL_SECONDS)
MOST_AT_ONCE = 3
WAYS = {
    "push": N_("by its computer"),
    "key": N_("by its computer"),
    "desk": N_("on its page"),
    "phone": N_("by telephone"),
}


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*TAKES_CALLS)
def payment_new(request: HttpRequest, standing: Standing) -> HttpResponse:
    """What whoever was deceived says on the telephone; the banks named are asked at once."""

    @sensitive_variables()
    def tell(asked: HttpRequest, who: Standing) -> str:
        if not text(asked, "own"):
            raise Invalid(
                N_("Only whoever was deceived starts this: ask to speak with them."), field="own"
            )
        made = tell_payment(
            Payment(
                look.transfers(asked.POST, MOST_AT_ONCE), text(asked, "words"),
                text(asked, "callback"), bool(text(asked, "support")),
            ),
            who.at, who.actor, key=text(asked, "key"),
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
            "blocks": look.blocks(request.POST, MOST_AT_ONCE),
            "banks": look.bank_names(standing.at),
        },
        {"tell": tell},
    )


@require_safe
@for_staff(*COORDINATES)
def payment_list(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The silent banks first, each with its number; then the newest, each with its clock."""
    found = payments(standing.actor)
    asked = [one for stop in found for one in stop.requests.all()]
    ends = bank_ends({one.bank_id for one in asked})
    rows = []
    for stop in found:
        for one in stop.requests.all():
            one.stop = stop
        rows.append(_row(stop, list(stop.requests.all()), ends, standing.at))
    figures = payment_figures(standing.actor, standing.at, GOAL)
    context = {
        "rows": rows,
        "silent": [(row, bank) for row in rows for bank in row["banks"] if bank["call"]],
        "figures": figures,
        "median": wording.seconds(figures.median_seconds),
    }
    return desk_page(request, standing, "desk/response/payments.html", context)


def _row(
    one: PaymentStop, asked: list[BankRequest], ends: Mapping[int, BankEnd], at: datetime
) -> dict[str, Any]:
    procedure = book().procedures[one.case.procedure_id]
    until = one.confirmed_at or one.closed_at
    spent = int(((until or at) - one.told_at).total_seconds())
    return {
        "one": one,
        "number": one.case.number,
        "stage": said(procedure.stages[one.case.stage].title),
        "banks": [bank_row(each, ends.get(each.bank_id), at) for each in asked],
        "answer": wording.word(look.ANSWERS, one.answer) if one.answer else "",
        "spent": wording.seconds(spent),
        "running": spent if until is None else None,
        "late": spent > GOAL_SECONDS,
        "left": max(GOAL_SECONDS - spent, 0),
    }


def bank_row(one: BankRequest, end: BankEnd | None, at: datetime) -> dict[str, Any]:
    """One bank's request: its moments after the first words, and whether somebody must call."""

    def after(moment: datetime | None) -> str:
        spent = None if moment is None else int((moment - one.stop.told_at).total_seconds())
        return wording.seconds(spent)

    waits = one.answered_at is None and one.stop.closed_at is None
    return {
        "one": one,
        "bank": named(one.bank.name, one.bank.name_en),
        "hotline": end.hotline if end is not None else "",
        "pushed": bool(end is not None and end.address),
        "asked": after(one.asked_at),
        "sent": after(one.sent_at),
        "acknowledged": after(one.acknowledged_at),
        "answered": after(one.answered_at),
        "answer": wording.word(look.ANSWERS, one.answer) if one.answer else "",
        "way": wording.word(WAYS, one.way) if one.way else "",
        "call": waits and at >= speaks_until(one, end, GOAL),
        "fault": one.fault if waits and one.acknowledged_at is None else "",
    }


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*COORDINATES)
def payment(request: HttpRequest, standing: Standing, number: str) -> HttpResponse:
    """One of them: ask more banks, note what they said by phone, add a transfer, close it."""
    try:
        found = payment_for(sheets.meant(number), standing.actor, standing.at, door=DOOR)
    except Missing as missing:
        context = {"error": error_of(missing)}
        return desk_page(request, standing, "desk/admin/missing.html", context, status=404)

    def shown() -> dict[str, Any]:
        found.refresh_from_db()
        asked = requests_of(found)
        ends = bank_ends({one.bank_id for one in asked})
        row = _row(found, list(asked), ends, standing.at)
        for bank in row["banks"]:
            bank["said"] = said_by_bank(bank["one"])
        told = told_of(found)
        support = support_of(found)
        return {
            "row": row,
            "told": told,
            "lines": look.lines(told["transfers"], found.told_at),
            "open_sides": _open_sides(found, told["transfers"]),
            "banks": look.bank_names(standing.at),
            "answers": [(code, _(word)) for code, word in look.ANSWERS.items()],
            "blocks": look.blocks(request.POST, 1),
            "support": support.case.number if support is not None else "",
        }

    return administer(
        request, standing, "desk/response/payment.html", shown, _deeds(found.case.number)
    )


def _open_sides(stop: PaymentStop, told: list[dict[str, str]]) -> list[dict[str, str]]:
    """The accounts that no bank was asked about, to be asked by hand."""
    if stop.closed_at is not None:
        return []
    asked = covered(stop)
    found = []
    for place, one in enumerate(told):
        for side in ("to", "from"):
            if one[f"{side}_account"] and (place, side) not in asked:
                value = f"{place}-{side}"
                account, bank = one[f"{side}_account"], one[f"{side}_bank"]
                found.append({"value": value, "account": account, "bank": bank, "side": side})
    return found


def _sides(request: HttpRequest) -> list[Side]:
    found = []
    for value in request.POST.getlist("sides"):
        place, _dash, side = value.partition("-")
        if not place.isdecimal() or len(place) > 2:
            raise Invalid(N_("Choose one of the list."), field="sides")
        found.append((int(place), side))
    return found


def _deeds(case: str) -> dict[str, Any]:
    here = reverse("desk:payment", args=[case])

    def ask(asked: HttpRequest, who: Standing) -> str:
        bank = team_by_code(text(asked, "bank")).pk
        ask_bank(case, bank, who.actor, who.at, sides=_sides(asked))
        return here

    def called(asked: HttpRequest, who: Standing) -> str:
        bank_called(
            case, number(asked, "request"), text(asked, "answer"), text(asked, "function"),
            who.actor, who.at, reason=text(asked, "reason"),
        )  # fmt: skip
        done(asked, _("Noted."))
        return here

    def add(asked: HttpRequest, who: Standing) -> str:
        for one in look.transfers(asked.POST, 1):
            add_transfer(case, one, who.actor, who.at)
        return here

    def support(asked: HttpRequest, who: Standing) -> str:
        made = open_support(
            case, who.actor, who.at, by_phone=bool(text(asked, "by_phone")),
            callback=text(asked, "callback"), suits=text(asked, "suits"),
            relatives=bool(text(asked, "relatives")),
        )  # fmt: skip
        return reverse("desk:payment_support", args=[made.case.number])

    def close(asked: HttpRequest, who: Standing) -> str:
        close_payment(case, who.actor, who.at, reason=text(asked, "reason"))
        done(asked, _("Closed. The key is destroyed: no account number can be read any more."))
        return here

    return {"ask": ask, "called": called, "add": add, "support": support, "close": close}
