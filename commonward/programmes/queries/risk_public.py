"""Reviews of risk as everybody reads them: announced ones, hidden lines told, small groups unnamed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from commonward.core.refusals import N_, Missing
from commonward.core.risk.terms import SMALL
from commonward.programmes.actions.risk.frame import receipt_of
from commonward.programmes.models import (
    RiskCondition,
    RiskGroup,
    RiskHearing,
    RiskItem,
    RiskMask,
    RiskOpinion,
    RiskQuestion,
    RiskReview,
    RiskSeat,
)
from commonward.programmes.queries.risk import OPEN_TO_WORDS

MOST_LISTED = 500
MOST_QUESTIONS = 300


@dataclass(frozen=True, slots=True)
class Listed:
    """A review in the public list."""

    review: RiskReview
    open_to_words: bool
    asked: int
    answered: int
    late: int
    """Answers and conditions that are late."""


def announced(at: datetime) -> Sequence[Listed]:
    """All that were announced: those open for questions first, then the newest."""
    rows = list(_announced().order_by("-announced_at", "-pk")[:MOST_LISTED])
    pks = [row.pk for row in rows]
    counts: dict[int, Mapping[str, int]] = {
        row["review"]: {name: row[name] for name in ("asked", "answered", "late")}
        for row in RiskQuestion.objects.filter(review__in=pks).values("review").annotate(
            asked=Count("pk"),
            answered=Count("pk", filter=Q(answered_at__isnull=False)),
            late=Count("pk", filter=Q(answered_at=None, due_at__lt=at)),
        )
    }  # fmt: skip
    late = dict(
        RiskCondition.objects.filter(review__in=pks, done_at=None, due_at__lt=at)
        .values_list("review")
        .annotate(Count("pk"))
    )
    found = []
    for row in rows:
        count = counts.get(row.pk, {})
        found.append(
            Listed(
                row,
                row.case.stage in OPEN_TO_WORDS,
                count.get("asked", 0),
                count.get("answered", 0),
                count.get("late", 0) + late.get(row.pk, 0),
            )
        )
    return sorted(found, key=lambda one: not one.open_to_words)


def announced_review(number: str) -> RiskReview:
    """One that was announced. Raises Missing."""
    found = _announced().filter(case__number=number.strip().upper()).first()
    if found is None:
        raise Missing(N_("There is no review {number} that was announced."), number=number)
    return found


def _announced() -> QuerySet[RiskReview]:
    return RiskReview.objects.filter(announced_at__isnull=False).select_related("case", "office")


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole review as it is read; `hidden` maps (part, row) to the mask that lies on it."""

    review: RiskReview
    groups: Sequence[RiskGroup]
    questions: Sequence[RiskQuestion]
    unread: int
    """How many questions are there that the office has not read and that are not shown yet."""
    hearings: Sequence[RiskHearing]
    free: Mapping[int, int]
    """Hearing → places that are free."""
    opinions: Sequence[RiskOpinion]
    items: Sequence[RiskItem]
    conditions: Sequence[RiskCondition]
    hidden: Mapping[tuple[str, int], RiskMask]

    def mask_of(self, part: str, row: int = 0) -> RiskMask | None:
        """The mask on a line, or None where it can be read."""
        return self.hidden.get((part, row))


def whole_of(review: RiskReview, at: datetime, *, inside: bool = False) -> Whole:
    """All of a review for its page; `inside` the office sees what is not shown yet as well."""
    asked = RiskQuestion.objects.filter(review=review)
    shown = asked if inside else asked.filter(Q(read_at__isnull=False) | Q(shown_from__lte=at))
    hearings = list(RiskHearing.objects.filter(review=review).order_by("at", "pk"))
    taken = dict(
        RiskSeat.objects.filter(hearing__in=hearings).values_list("hearing").annotate(Count("pk"))
    )
    groups = list(RiskGroup.objects.filter(review=review).order_by("pk"))
    opinions = RiskOpinion.objects.filter(review=review)
    return Whole(
        review=review,
        groups=groups,
        questions=list(shown.order_by("asked_at", "pk")[:MOST_QUESTIONS]),
        unread=asked.filter(read_at=None, shown_from__gt=at).count(),
        hearings=hearings,
        free={one.pk: max(0, one.slots - taken.get(one.pk, 0)) for one in hearings},
        # An opinion without declared interests is nobody's to read; the office sees that it waits.
        opinions=list((opinions if inside else opinions.exclude(given_at=None)).order_by("pk")),
        items=list(
            RiskItem.objects.filter(review=review).select_related("group", "owner").order_by("pk")
        ),
        conditions=list(
            RiskCondition.objects.filter(review=review)
            .select_related("team")
            .order_by("due_at", "pk")
        ),
        hidden={
            (one.part, one.row): one
            for one in RiskMask.objects.filter(review=review, lifted_at=None)
        },
    )


def published_groups(whole: Whole) -> Sequence[RiskGroup]:
    """The groups that are published: none of fewer than five, whose name alone could tell who."""
    return [one for one in whole.groups if one.size != SMALL]


def published_items(whole: Whole) -> list[tuple[RiskItem, RiskGroup | None]]:
    """Each risk with its group, None where that is not published."""
    return [
        (one, one.group if one.group is not None and one.group.size != SMALL else None)
        for one in whole.items
    ]


def question_of(secret: str) -> RiskQuestion:
    """The question that a code opens. Raises Missing."""
    found = (
        RiskQuestion.objects.select_related("review__case", "review__office")
        .filter(receipt=receipt_of(secret))
        .first()
    )
    if found is None:
        raise Missing(N_("This code opens nothing. Look whether it is complete."))
    return found


def seat_of(secret: str) -> RiskSeat:
    """The place at a hearing that a code opens. Raises Missing."""
    found = (
        RiskSeat.objects.select_related("hearing__review__case")
        .filter(receipt=receipt_of(secret))
        .first()
    )
    if found is None:
        raise Missing(N_("This code opens nothing. Look whether it is complete."))
    return found


def mask_named(review: RiskReview, mask: int) -> RiskMask:
    """A mask that lies on a line of this review. Raises Missing."""
    found = RiskMask.objects.filter(review=review, pk=mask, lifted_at=None).first()
    if found is None:
        raise Missing(N_("There is no such line in this review."))
    return found


def open_rows(at: datetime) -> list[dict[str, Any]]:
    """The announced reviews as open data (CSV, JSON): no words of the public, no names."""
    return [
        {
            "number": one.review.case.number,
            "title": one.review.title,
            "title_en": one.review.title_en,
            "office": one.review.office.name,
            "stage": one.review.case.stage,
            "announced": one.review.announced_at,
            "notice_until": one.review.notice_until,
            "cost_yuan": one.review.cost,
            "open_for_questions": one.open_to_words,
            "decision": one.review.decision,
            "decided": one.review.decided_at,
            "late": one.late,
        }
        for one in announced(at)
    ]
