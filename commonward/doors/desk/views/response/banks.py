"""The bank's own page, and how each bank is reached (银行页面、银行接口)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commonward.core.refusals import N_, Invalid
from commonward.doors.desk.views.admin.doing import administer, done, text
from commonward.doors.desk.views.response import wording
from commonward.doors.desk.views.response.incident import DOOR
from commonward.doors.desk.views.response.payments import bank_row
from commonward.doors.look import transfers as look
from commonward.doors.look.showing import named
from commonward.doors.look.standing import Standing, for_staff
from commonward.people.queries import team_by_code, teams_on
from commonward.response.actions.asking import bank_acknowledges, bank_answers
from commonward.response.actions.bank_ends import new_bank_secret, set_bank_end, try_bank
from commonward.response.actions.paying import GOAL_SECONDS
from commonward.response.models import BankEnd
from commonward.response.queries.payments import asked_of, bank_ends, own_side

SECRET = "new_bank_secret"  # noqa: S105 (the name of a place in the session)
SIDES = {
    "from": N_("The money left this account"),
    "to": N_("The money came to this account"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff("partner")
def payment_box(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The bank's page: what it is asked to stop on its own side, its receipt, its answer."""
    here = reverse("desk:payment_box")

    def has(asked: HttpRequest, who: Standing) -> str:
        bank_acknowledges(text(asked, "request"), who.actor, who.at)
        return here

    def answers(asked: HttpRequest, who: Standing) -> str:
        bank_answers(
            text(asked, "request"), text(asked, "answer"), who.actor, who.at,
            reason=text(asked, "reason"), reference=text(asked, "reference"),
        )  # fmt: skip
        done(asked, _("The answer is given."))
        return here

    def shown() -> dict[str, Any]:
        found = asked_of(standing.actor, standing.at, door=DOOR)
        ends = bank_ends({one.bank_id for one in found})
        rows = []
        for one in found:
            spent = int((standing.at - one.stop.told_at).total_seconds())
            rows.append(
                {
                    **bank_row(one, ends.get(one.bank_id), standing.at),
                    "number": one.stop.case.number,
                    "sides": [
                        {
                            **side,
                            "title": _(SIDES[side["side"]]),
                            "paid_about": _moment(side.get("paid_about", "")),
                        }
                        for side in own_side(one)
                    ],
                    "running": None if one.answered_at else spent,
                    "spent": wording.seconds(spent),
                    "late": one.answered_at is None and spent > GOAL_SECONDS,
                }
            )
        return {
            "rows": rows,
            "answers": [(code, _(word)) for code, word in look.ANSWERS.items()],
        }

    return administer(
        request,
        standing,
        "desk/response/payment_box.html",
        shown,
        {"has": has, "answer": answers},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff("administrator")
def banks(request: HttpRequest, standing: Standing) -> HttpResponse:
    """Every bank: the address that is called, its number, a trial, a new secret."""
    here = reverse("desk:admin_banks")

    def keep(asked: HttpRequest, who: Standing) -> str:
        seconds = text(asked, "silent_seconds")
        if not seconds.isdecimal() or len(seconds) > 4:
            raise Invalid(N_("Say the seconds as a number."), field="silent_seconds")
        bank = team_by_code(text(asked, "bank"))
        _end, secret = set_bank_end(
            bank.pk, address=text(asked, "address"), hotline=text(asked, "hotline"),
            silent_seconds=int(seconds), at=who.at, actor=who.actor,
        )  # fmt: skip
        if secret:
            asked.session[SECRET] = [bank.code, secret]
        done(asked, _("Kept."))
        return here

    def renew(asked: HttpRequest, who: Standing) -> str:
        bank = team_by_code(text(asked, "bank"))
        asked.session[SECRET] = [bank.code, new_bank_secret(bank.pk, at=who.at, actor=who.actor)]
        return here

    def attempt(asked: HttpRequest, who: Standing) -> str:
        try_bank(team_by_code(text(asked, "bank")).pk, at=who.at, actor=who.actor)
        done(asked, _("It is called within seconds; look at this page again then."))
        return here

    def shown() -> Mapping[str, Any]:
        known = [team for team in teams_on(standing.at) if team.kind == "bank"]
        ends = bank_ends({team.id for team in known})
        of, secret = request.session.pop(SECRET, ("", ""))
        sent = request.POST.get("bank", "")
        return {
            "banks": [
                {
                    "code": team.code,
                    "name": named(team.name, team.name_en),
                    "end": ends.get(team.id) or BankEnd(),
                    "given": request.POST if sent == team.code else {},
                    "secret": secret if of == team.code else "",
                    "trial": _trial(ends.get(team.id)),
                }
                for team in known
            ]
        }

    return administer(
        request,
        standing,
        "desk/admin/banks.html",
        shown,
        {"keep": keep, "secret": renew, "try": attempt},
    )


def _moment(told: str) -> datetime | None:
    """The moment that was read from the words, for the page."""
    return datetime.fromisoformat(told) if told else None


def _trial(end: BankEnd | None) -> str:
    """What came of the last trial call, in words; "" where there was none."""
    if end is None or end.trial_at is None:
        return ""
    if end.trial_ended_at is None:
        return _("a trial call is on its way")
    if end.trial_said == "ok":
        return _("✓ the bank’s computer acknowledged the trial")
    return _("▲ the trial failed: {fault}").format(fault=end.trial_said)
