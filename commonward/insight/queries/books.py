"""Which indicators hold (指标版本): what ships, and what the site laid over it, at a moment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from commonward.core.indicators.book import Book, book, shipped
from commonward.core.indicators.changing import changed, digest
from commonward.core.refusals import N_, Missing, Refusal
from commonward.insight.models import FigureBook


@dataclass(frozen=True, slots=True)
class Version:
    """A version of the indicators; number 0 is what ships, with nothing changed.

    `fault` says in words why a site's changes no longer fit what this version of the product
    ships; what ships holds then, and the administrator is told.
    """

    number: int
    digest: str
    since: datetime | None
    made_at: datetime | None
    by: str
    reason: str
    changes: Mapping[str, Any]
    fault: str = ""

    @property
    def label(self) -> str:
        """What stands beside each figure: "2 · 1a2b3c4d"."""
        return f"{self.number} · {self.digest}"


def version_in_force(at: datetime) -> Version:
    """The version that holds at a moment (1 query)."""
    row = FigureBook.objects.filter(since__lte=at).select_related("by").order_by("-number").first()
    return _version(row)


def version_last() -> Version:
    """The newest version, whether or not it holds already: what the next is written upon."""
    return _version(FigureBook.objects.select_related("by").order_by("-number").first())


def version(number: int) -> Version:
    """One version by its number. Raises Missing."""
    row = FigureBook.objects.select_related("by").filter(number=number).first()
    if row is None and number:
        raise Missing(N_("There is no version {number} of the figures."), number=number)
    return _version(row)


def versions() -> list[Version]:
    """All versions, the newest first, down to what ships."""
    rows = FigureBook.objects.select_related("by").order_by("-number")
    return [*map(_version, rows), _version(None)]


def book_of(version: Version) -> Book:
    """The checked set of a version; what ships where its changes no longer fit."""
    return _book(version.number)[0]


def book_at(at: datetime) -> Book:
    """The checked set that holds at a moment."""
    row = FigureBook.objects.filter(since__lte=at).order_by("-number").values_list("number").first()
    return _book(row[0] if row else 0)[0]


@lru_cache(maxsize=8)
def _kept(number: int, plain: str) -> tuple[Book, str]:
    changes = FigureBook.objects.values_list("changes", flat=True).get(number=number)
    try:
        return changed(shipped(), changes), ""
    except Refusal as refusal:
        return book(shipped()), str(refusal)


@lru_cache(maxsize=1)
def _shipped_book() -> Book:
    return book(shipped())


@lru_cache(maxsize=1)
def _shipped_digest() -> str:
    return digest(shipped())


def _book(number: int) -> tuple[Book, str]:
    if not number:
        return _shipped_book(), ""
    kept = FigureBook.objects.values_list("digest", flat=True).get(number=number)
    return _kept(number, kept)


def _version(row: FigureBook | None) -> Version:
    if row is None:
        return Version(0, _shipped_digest(), None, None, "", "", {})
    return Version(
        row.number, row.digest, row.since, row.made_at, row.by.name if row.by else "", row.reason,
        row.changes, _kept(row.number, row.digest)[1],
    )  # fmt: skip
