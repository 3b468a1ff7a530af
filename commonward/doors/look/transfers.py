"""The fields of a transfer on the portal's and the desk's forms, and how a transfer is told."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from commonward.core.refusals import N_
from commonward.core.urgent.transfers import about, amount_of, doubt_of
from commonward.doors.look.showing import named
from commonward.people.queries import teams_on
from commonward.response.actions.paying import Transfer

FIELDS: Mapping[str, str] = {
    "amount": N_("How much"),
    "to_bank": N_("To which bank or app"),
    "to_account": N_("To which account"),
    "from_bank": N_("From which bank"),
    "from_account": N_("From which account"),
    "paid_at": N_("When it was paid"),
}
PAID: Mapping[str, str] = {
    "now": N_("just now"),
    "half": N_("about half an hour ago"),
    "hour": N_("about an hour ago"),
    "hours": N_("a few hours ago"),
    "day": N_("earlier today"),
    "yesterday": N_("yesterday"),
    "earlier": N_("longer ago"),
}
DOUBTS: Mapping[str, str] = {
    "check": N_("One digit may be wrong: compare it with the receipt."),
    "short": N_("Digits may be missing: a bank card has 16 to 19."),
}
ANSWERS: Mapping[str, str] = {
    "stopped": N_("Stopped"),
    "in_part": N_("Stopped in part"),
    "too_late": N_("Too late"),
    "refused": N_("Refused"),
}


def blocks(given: QueryDict, many: int) -> list[dict[str, Any]]:
    """So many transfers to fill in, each with the fields as they were sent."""
    return [
        {
            "place": place,
            "number": place + 1,
            "open": place == 0 or any(given.get(f"{name}-{place}") for name in FIELDS),
            "given": {name: given.get(f"{name}-{place}", "") for name in FIELDS},
        }
        for place in range(many)
    ]


def transfers(given: QueryDict, many: int) -> tuple[Transfer, ...]:
    """The transfers that were filled in."""
    found = (
        Transfer(**{name: given.get(f"{name}-{place}", "").strip() for name in FIELDS})
        for place in range(many)
    )
    # When it was paid alone says nothing: on the portal something is always chosen there.
    return tuple(one for one in found if one.amount or one.to_account or one.from_account
                 or one.to_bank or one.from_bank)  # fmt: skip


def paid_choices() -> list[tuple[str, str]]:
    """What "When did you pay?" offers."""
    return [(code, _(words)) for code, words in PAID.items()]


def bank_names(at: datetime) -> list[tuple[str, str]]:
    """The partner banks that can be asked: code and name."""
    return [(t.code, named(t.name, t.name_en)) for t in teams_on(at) if t.kind == "bank"]


def lines(told: Sequence[Mapping[str, str]], told_at: datetime) -> list[dict[str, Any]]:
    """Each transfer in words: label, what was said, and what was read out of it or is doubted."""
    local = timezone.localtime(told_at)
    found = []
    for place, one in enumerate(told):
        rows = []
        for name, label in FIELDS.items():
            value = one.get(name, "")
            if not value:
                continue
            rows.append((_(label), _shown(name, value), _hint(name, value, local)))
        found.append({"number": place + 1, "rows": rows})
    return found


def _shown(name: str, value: str) -> str:
    if name == "paid_at" and value in PAID:
        return _(PAID[value])
    return _grouped(value) if name.endswith("_account") else value


def _grouped(account: str) -> str:
    """An account in groups of four digits, as it stands on a card."""
    if not account.isdigit() or len(account) < 12:
        return account
    return " ".join(account[i : i + 4] for i in range(0, len(account), 4))


def _hint(name: str, value: str, told_at: datetime) -> str:
    if name == "amount":
        yuan = amount_of(value)
        if yuan is None:
            return _("no number could be read; it goes on as it was said")
        return _("= {yuan} yuan").format(yuan=f"{yuan:,.2f}".removesuffix(".00"))
    if name.endswith("_account"):
        doubt = doubt_of(value)
        return _(DOUBTS[doubt]) if doubt else ""
    if name == "paid_at" and (moment := about(value, told_at)) is not None:
        return f"≈ {moment:%m-%d %H:%M}"
    return ""
