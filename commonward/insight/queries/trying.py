"""What changes of the indicators would do to the figures of this site, before they hold (试算)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone

from commonward.core.indicators.book import Book, Indicator, shipped
from commonward.core.indicators.changing import changed
from commonward.core.indicators.windows import Window, window
from commonward.insight.queries.books import book_of, version_last
from commonward.insight.queries.looking import everything
from commonward.insight.queries.measuring import figures_of

MOST = 40


@dataclass(frozen=True, slots=True)
class Tried:
    """The figures that would be made otherwise, in the last whole month: (before, after, value
    now, value then). `added` and `gone` are new and missing ones."""

    changes: Mapping[str, Any]
    window: Window
    moved: list[tuple[Indicator, Indicator, float | None, float | None]]
    added: list[Indicator]
    gone: list[Indicator]


def try_changes(changes: Mapping[str, Any], at: datetime) -> Tried:
    """Both sets reckoned on the same cases, disputes and urgent help apart. Raises Invalid."""
    old, new = book_of(version_last()), changed(shipped(), changes)
    today = timezone.localtime(at).date()
    last = window("month", today, settings.TIME_ZONE).before()
    names = [
        name
        for name, one in new.indicators.items()
        if name in old.indicators and _differs(old, new, name)
    ][:MOST]
    only = everything()
    before = figures_of(names, [last], only=only, at=at, book=old)[last][()] if names else {}
    after = figures_of(names, [last], only=only, at=at, book=new)[last][()] if names else {}
    return Tried(
        changes,
        last,
        [(old.indicators[n], new.indicators[n], before[n].value, after[n].value) for n in names],
        [one for name, one in new.indicators.items() if name not in old.indicators],
        [one for name, one in old.indicators.items() if name not in new.indicators],
    )


def _differs(old: Book, new: Book, name: str) -> bool:
    """Whether anything that a figure is made of differs: the formulas below it, too."""
    return _made(old, name) != _made(new, name)


def _made(book: Book, name: str) -> tuple[Any, ...]:
    return (
        book.indicators[name],
        [(count.name, count.where, count.moment, count.measure) for count in book.counts_of(name)],
        {word: book.constants[word] for word in constants_of(book, name)},
        [_made(book, word) for word in _words(book, name) if word in book.indicators],
    )


def constants_of(book: Book, name: str) -> list[str]:
    """The constants that a figure's own formula names."""
    return [word for word in _words(book, name) if word in book.constants]


def _words(book: Book, name: str) -> list[str]:
    text = book.indicators[name].text
    return sorted(set("".join(c if c.isidentifier() or c.isdigit() else " " for c in text).split()))
