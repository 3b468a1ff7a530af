"""What the model of categories learns from: cases whose category a person confirmed (训练样本)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F

from commonward.cases.models import Report, Suggestion
from commonward.cases.queries.reference import book
from commonward.core.figures import NO_CASE
from commonward.core.masking import mask
from commonward.core.rights import APART
from commonward.core.triage.said import Example

MOST = 10_000
"""The newest so many: memory and time of a training are bounded, and language changes."""
LONGEST = 1_000
"""Characters of a report that are read."""
MOST_TEXTS = 2_000
"""Of texts that nobody has confirmed yet."""
NOT_REAL = (*NO_CASE, "nothing_found")
"""Outcomes after which nobody knows whether the category was right."""


@dataclass(frozen=True, slots=True)
class Learnt:
    """One text to learn from, with when it came and what kind of area it lies in (a code of the
    tree's level, for the measures; never the area itself)."""

    example: Example
    at: datetime
    area_type: str
    case: int


def examples(until: datetime, *, most: int = MOST) -> list[Learnt]:
    """The newest confirmed texts that came before `until`, the oldest first.

    Confirmed is what was closed as a real problem: somebody filed it, and somebody checked that
    it was so, under this category. What its words alone had sorted is not, unless a person
    looked since: a model never learns from itself. Disputes, incidents and words that were
    hidden are never read. The
    words come without telephones, numbers and addresses of mail.
    """
    return sorted(_read(until, most), key=lambda one: (one.at, one.case))


def unconfirmed(until: datetime, *, most: int = MOST_TEXTS) -> list[str]:
    """The newest texts before `until` whose category nobody has confirmed: what words stand beside
    each other is learnt from them too, while the confirmed ones are few. Masked as those are."""
    apart = [c.id for c in book().categories.values() if c.code.startswith(APART)]
    found = (
        Report.objects.filter(
            number=F("case__number"), case__is_open=True, case__counted=True,
            received_at__lt=until, hidden_at=None,
        )
        .exclude(case__category_id__in=apart)
        .exclude(words="")
        .order_by("-received_at", "-id")
        .values_list("words", flat=True)[:most]
    )  # fmt: skip
    return [mask(words[:LONGEST]) for words in found]


def _read(until: datetime, most: int) -> Iterator[Learnt]:
    known = book()
    codes = {
        c.id: c.code for c in known.categories.values() if c.active and not c.code.startswith(APART)
    }
    unseen = Suggestion.objects.filter(routed=True, given_back_at=None, decided_at=None).values(
        "case_id"
    )
    rows = (
        Report.objects.filter(
            number=F("case__number"),
            case__category_id__in=codes,
            case__closed_at__isnull=False,
            case__counted=True,
            received_at__lt=until,
            hidden_at=None,
        )
        .exclude(words="")
        .exclude(case__outcome__in=NOT_REAL)
        .exclude(case_id__in=unseen)
        .order_by("-received_at", "-id")
        .values_list(
            "case_id", "words", "case__category_id", "received_at", "case__area__kind",
        )[:most]
    )  # fmt: skip
    for case, words, category, at, kind in rows.iterator(chunk_size=2_000):
        yield Learnt(Example(mask(words[:LONGEST]), codes[category]), at, kind or "", case)
