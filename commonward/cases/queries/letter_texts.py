"""Which words a message has: the site's own where there are some, else those that are shipped."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import OuterRef, Subquery

from commonward.cases.models import LetterText
from commonward.cases.queries.reference import book
from commonward.core.letter_texts import LetterWords, every_use, shipped
from commonward.core.refusals import N_, Missing

Key = tuple[str, str, str]
"""(use, length, language)."""


@dataclass(frozen=True, slots=True)
class Words:
    """The words in force; `number` is the site's version (0: never its own), `own` whether they are
    the site's; `of` names the use that they were found under."""

    words: LetterWords
    number: int
    own: bool
    of: str


def own_words() -> Mapping[Key, tuple[int, LetterWords | None]]:
    """The newest version of each text that the site ever changed; None where it went back (1 query)."""
    newest = (
        LetterText.objects.filter(
            use=OuterRef("use"), length=OuterRef("length"), language=OuterRef("language")
        )
        .order_by("-number")
        .values("pk")[:1]
    )
    rows = LetterText.objects.filter(pk=Subquery(newest))
    return {
        (row.use, row.length, row.language): (
            row.number,
            LetterWords(row.title, row.body) if row.body else None,
        )
        for row in rows
    }


def words_for(
    uses: Sequence[str],
    length: str,
    language: str,
    own: Mapping[Key, tuple[int, LetterWords | None]] | None = None,
) -> Words:
    """The words of the nearest use that has some; the last one is always shipped."""
    language = "zh-hans" if language.lower().startswith("zh") else "en"
    mine = own_words() if own is None else own
    for use in uses:
        number, words = mine.get((use, length, language), (0, None))
        if words is not None:
            return Words(words, number, own=True, of=use)
        there = shipped().get((use, length, language))
        if there is not None:
            return Words(there, number, own=False, of=use)
    raise Missing(N_("There is no such text."), field="use")


def known_uses() -> tuple[str, ...]:
    """Every use that words can be written for: the shipped ones, each stage and each verb."""
    procedures = book().procedures.values()
    return every_use(
        {verb for one in procedures for verb in one.verbs},
        {stage for one in procedures for stage in one.stages},
    )


def versions_of(use: str, length: str, language: str) -> Sequence[LetterText]:
    """Every version that the site had, the newest first."""
    rows = LetterText.objects.filter(use=use, length=length, language=language)
    return tuple(rows.select_related("by").order_by("-number")[:100])
