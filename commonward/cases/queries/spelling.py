"""The site's table of misspelt and dialect words, over the one that the package brings (错别字与方言)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from commonward.cases.models import WordVariant
from commonward.core.refusals import Invalid
from commonward.core.triage.reading import plain, tokens
from commonward.core.triage.said import Reads
from commonward.core.triage.spelling import Spelling, changed, shipped
from commonward.people.queries import InMemory, revisions

MARK = "words"
"""The kind of reference data that is marked with each change of table, model, settings or confidence."""
LONGEST_TRIED = 200


@dataclass(frozen=True, slots=True)
class Pair:
    """One row of the site's own table; `before` is what the package says of it, "" for nothing."""

    written: str
    meant: str
    kind: str
    by: str
    at: datetime
    before: str


@dataclass(frozen=True, slots=True)
class Tried:
    """A text as one table reads it: in one spelling, and the words that are left of it."""

    plain: str
    words: tuple[str, ...]


def pairs() -> dict[str, str]:
    """The site's own pairs (1 query)."""
    return dict(WordVariant.objects.values_list("written", "meant"))


def table(marks: Mapping[str, int] | None = None) -> Spelling:
    """The table that holds here now: for the site's own keywords at once, for a model from its
    next training on."""
    known = revisions() if marks is None else marks
    return _table.at(known) if MARK in known else shipped()


def _load() -> Spelling:
    try:
        return changed(shipped(), pairs())
    except Invalid:
        # The package's table changed under the site's pairs: they are shown, and do not hold.
        return shipped()


def rows() -> Sequence[Pair]:
    """The site's own pairs, by what is written (1 query)."""
    base = shipped().standard
    found = WordVariant.objects.select_related("set_by").order_by("written")
    return tuple(
        Pair(
            one.written, one.meant, one.kind, one.set_by.name if one.set_by else "", one.set_at,
            base.get(one.written, ""),
        )
        for one in found
    )  # fmt: skip


def contradiction() -> Invalid | None:
    """Why the site's pairs do not hold, where a newer package contradicts them (1 query)."""
    try:
        changed(shipped(), pairs())
    except Invalid as refused:
        return refused
    return None


def taught_otherwise(model: Reads | None) -> bool:
    """Whether a model was taught with another table than holds now."""
    from commonward.core.triage.model import Trained  # noqa: PLC0415 (loads what reads words)

    return isinstance(model, Trained) and model.table.told != table().told


def tried(text: str, with_pair: tuple[str, str] | None = None) -> tuple[Tried, Tried]:
    """What the words come to by the package's table and by the site's, with one more pair if given.

    Raises Invalid for a pair that would contradict the table.
    """
    text = text[:LONGEST_TRIED]
    now = table() if with_pair is None else changed(shipped(), pairs() | dict([with_pair]))
    before, after = (Tried(plain(text, one), tuple(tokens(text, one))) for one in (shipped(), now))
    return before, after


_table: InMemory[Spelling] = InMemory(MARK, _load)
