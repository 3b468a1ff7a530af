"""The question cards that are in force, and the versions before."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from commonward.core.refusals import N_, Invalid
from commonward.core.urgent.cards import Card, Cards, read_cards, shipped_cards, shipped_text
from commonward.response.models import CardsVersion

MOST_VERSIONS = 50


def cards_text(at: datetime) -> tuple[int, str]:
    """Number (0 = the shipped one) and text of the cards in force at that moment (1 query)."""
    found = (
        CardsVersion.objects.filter(adopted_at__lte=at)
        .order_by("-adopted_at", "-number")
        .values_list("number", "text")
        .first()
    )
    return found or (0, shipped_text())


def cards(at: datetime) -> Cards:
    """The cards in force (1 query)."""
    return _read(cards_text(at)[1])


def card(kind: str, at: datetime) -> tuple[str, Card]:
    """Version and card of a kind of call. Raises Invalid naming the kind."""
    known = cards(at)
    found = known.cards.get(kind)
    if found is None:
        raise Invalid(
            N_("There is no question card “{kind}”; there are {known}."),
            kind=kind,
            known=", ".join(known.cards),
            field="kind",
        )
    return known.version, found


def card_of(version: str, kind: str, at: datetime) -> Card | None:
    """The card as it was asked under that version; the one in force where that text is gone."""
    for known in (shipped_cards(), cards(at)):
        if known.version == version and kind in known.cards:
            return known.cards[kind]
    text = (
        CardsVersion.objects.filter(digest__startswith=version)
        .values_list("text", flat=True)
        .first()
    )
    return (_read(text) if text else cards(at)).cards.get(kind)


def cards_versions(at: datetime) -> Sequence[CardsVersion]:
    """The newest versions, without their texts."""
    rows = CardsVersion.objects.filter(adopted_at__lte=at).defer("text").select_related("by")
    return list(rows.order_by("-adopted_at", "-number")[:MOST_VERSIONS])


@lru_cache(maxsize=8)
def _read(text: str) -> Cards:
    return read_cards(text)
