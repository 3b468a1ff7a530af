"""What urgent help stands on at a site: procedures, a category per card, and the cards' texts."""

import hashlib
from datetime import datetime

from django.db import IntegrityError, transaction

from commonward.cases.actions import adopt_procedure, set_category
from commonward.cases.models import Category, ProcedureVersion
from commonward.core.procedures import shipped
from commonward.core.refusals import N_, Stale
from commonward.core.rights import SYSTEM, URGENT, Actor
from commonward.core.urgent.cards import Cards, read_cards, shipped_text
from commonward.people.access import require_administrator
from commonward.people.actions import record_change
from commonward.response.models import CardsVersion
from commonward.response.queries.cards import cards

PROCEDURES = ("incident", "payment_stop", "support")
PAYMENT = f"{URGENT}payment"
SUPPORT = f"{URGENT}support"
GROUP = "应急响应"


def category_of(kind: str) -> str:
    """The code of the category that incidents of a card are filed under: "E-fire"."""
    return f"{URGENT}{kind}"


def set_up(at: datetime, actor: Actor = SYSTEM) -> int:
    """Adopt the procedures and make the categories that are missing; how many were made.

    What a site has changed stays as it is. Raises Forbidden.
    """
    require_administrator(actor, "set_up_response")
    for name in PROCEDURES:
        if not ProcedureVersion.objects.filter(name=name).exists():
            adopt_procedure(shipped(name), at=at, actor=actor)
    return _categories(cards(at), actor)


def adopt_cards(
    text: str, *, at: datetime, actor: Actor = SYSTEM, upon: int | None = None
) -> CardsVersion | None:
    """Bring a text of question cards into force (问询卡生效); None where it is in force already.

    `upon` is the number of the version that the text was written upon (0: the shipped one).
    Raises Forbidden, Invalid with the first fault, Stale when another came into force meanwhile.
    """
    require_administrator(actor, "adopt_cards")
    text = text.replace("\r\n", "\n")
    wanted = read_cards(text)
    digest = hashlib.sha256(text.encode()).hexdigest()
    with transaction.atomic():
        last = CardsVersion.objects.select_for_update().order_by("-number").first()
        number = last.number if last else 0
        if upon is not None and upon != number:
            raise _stale()
        if digest == (last.digest if last else hashlib.sha256(shipped_text().encode()).hexdigest()):
            return None
        try:
            with transaction.atomic():
                made = CardsVersion.objects.create(
                    number=number + 1, text=text, digest=digest, adopted_at=at, by_id=actor.account
                )
        except IntegrityError as clash:
            raise _stale() from clash
        _categories(wanted, actor)
        record_change(actor, "adopt_cards", "cards", at, {"version": made.number})
    return made


def _categories(wanted: Cards, actor: Actor) -> int:
    """A category for each card that has none, and those of payment stops and support."""
    names = {
        category_of(c.kind): (c.title.zh, c.title.en, "incident") for c in wanted.cards.values()
    }
    names[PAYMENT] = ("紧急止付", "Payment stop", "payment_stop")
    names[SUPPORT] = ("受骗后帮扶", "Support after a fraud", "support")
    there = set(Category.objects.filter(code__in=names).values_list("code", flat=True))
    for code in names.keys() - there:
        name, name_en, procedure = names[code]
        set_category(
            code, name, name_en=name_en, procedure=procedure, group=GROUP, reportable=False,
            actor=actor,
        )  # fmt: skip
    return len(names) - len(there)


def _stale() -> Stale:
    return Stale(N_("Somebody else changed these cards in the meantime; look at them again."))
