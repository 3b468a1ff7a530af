"""How a figure is made (指标说明), as the desk and the portal tell it in the reader's language."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from commonward.cases.queries.reference import book as set_up
from commonward.core.indicators.book import Book, Indicator
from commonward.core.indicators.formulas import Name, Unit
from commonward.core.indicators.words import leaving, number, words
from commonward.core.refusals import N_
from commonward.doors.look.showing import language
from commonward.insight.queries.books import Version

UNITS: Mapping[Unit, str] = {
    Unit.COUNT: N_("a number"),
    Unit.SHARE: N_("a share"),
    Unit.SECONDS: N_("a time"),
    Unit.SCORE: N_("points"),
    Unit.NUMBER: N_("a number"),
}
GROUPS: Mapping[str, str] = {
    "closing": N_("Closing"),
    "handling": N_("Handling"),
    "filing": N_("Intake, filing and checks"),
    "dispatch": N_("Dispatch and rework"),
    "finds": N_("Finds, on the spot, first contact"),
    "posts": N_("Scores of posts and departments"),
    "three rates": N_("The three rates"),
    "hotline": N_("Hotline"),
    "volume": N_("Volumes and changes"),
    "times": N_("Times"),
    "standing": N_("What stands open now, and where it waits"),
    "disputes": N_("Disputes"),
}


def made(book: Book, name: str, version: Version) -> dict[str, Any]:
    """All that the page about one figure tells; its template is look/figure_made.html."""
    one = book.indicators[name]
    spoken = language()
    procedures = tuple(set_up().procedures.values())
    told = words(book, one, spoken, _, procedures)
    chinese = "zh" if spoken.startswith("zh") else "en"
    return {
        "name": name,
        "title": one.title(spoken),
        "about": one.about[chinese],
        "caveat": one.caveats.get(chinese, ""),
        "source": one.source_in(spoken),
        "unit": _(UNITS[one.unit]),
        "better": {"more": _("More is better."), "less": _("Less is better.")}.get(one.better, ""),
        "cut": _("Days run from noon to noon: the 9th from noon on the 8th.")
        if one.cut == "noon"
        else _("Days run from midnight to midnight."),
        "formula": told.formula,
        "text": one.text,
        "counts": [
            {"one": count, "text": book.counts[count.name].text} for count in told.counts
        ],
        "leaving": leaving(book, one, spoken, _, procedures),
        "bands": [(band.name, number(band.bound)) for band in one.bands],
        "least": one.least,
        "made_of": [
            (part, book.indicators[part].title(spoken)) for part in made_of(book, one)
        ],
        "version": version,
    }  # fmt: skip


def made_words(book: Book, one: Indicator) -> str:
    """How a figure is made, in one line: a count alone would be made of itself, so what it is
    about is told in its place."""
    spoken = language()
    if isinstance(one.formula, Name):
        return one.about["zh" if spoken.startswith("zh") else "en"]
    return words(book, one, spoken, _, set_up().procedures.values()).formula


def target(indicator: Indicator, level: str) -> tuple[str, float] | None:
    """What the site wants a figure to reach on a level ("" for everything), with its name."""
    value = indicator.target(level)
    return None if value is None else (_("Target"), value)


def made_of(book: Book, one: Indicator) -> list[str]:
    """Other figures that this one is made of."""
    return [name for name in book.indicators if f" {name} " in _spaced(one.text)]


def by_group(book: Book, *, public: bool = False) -> list[tuple[str, list[Indicator]]]:
    """All figures (or those for everybody) by group, with its words, in the order of the book."""
    groups: dict[str, list[Indicator]] = {}
    for one in book.indicators.values():
        if one.public or not public:
            groups.setdefault(one.group, []).append(one)
    return [(_(GROUPS[name]) if name in GROUPS else name, some) for name, some in groups.items()]


def _spaced(text: str) -> str:
    letters = "".join(c if c.isidentifier() or c.isdigit() else " " for c in text)
    return f" {' '.join(letters.split())} "
