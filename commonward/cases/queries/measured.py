"""What was measured of a model on the month that was held back: its card, and by confidence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from commonward.cases.models import AutoRoute, WordModel
from commonward.core.rights import APART

_AS_RIGHT = 0.01


@dataclass(frozen=True, slots=True)
class Point:
    """From a confidence on: of the held-back texts of one answer, which share would have been
    given without a person, how many of those were right, and at least how many with certainty
    (a one-sided 95 % bound)."""

    confidence: float
    precision: float
    surely: float
    share: float
    count: int


def curve(row: WordModel, code: str, *, short: bool = False) -> tuple[Point, ...]:
    """The measured points of one category, by rising confidence; () where nothing was measured.

    Of texts that are not `short`, or of the short ones alone.
    """
    name = "short" if short else "long"
    kept: Mapping[str, Sequence[Sequence[float]]] = row.judged.get("curves", {}).get(name, {})
    return tuple(
        Point(c, precision, surely, share, int(count))
        for c, precision, surely, share, count in kept.get(code, ())
    )


def measured_at(row: WordModel, code: str, confidence: float) -> Point | None:
    """What was measured at this confidence: the point at or below it; None where nothing was.

    Where all that was held back is short, what is safe for a few words is safe for more.
    """
    points = curve(row, code) or curve(row, code, short=True)
    found = [p for p in points if p.confidence <= confidence + 1e-9]
    return found[-1] if found else None


def short_from(row: WordModel, code: str, at: Point) -> float | None:
    """From which confidence on a few words were as right as longer texts at `at`; None: never."""
    return next(
        (
            p.confidence
            for p in curve(row, code, short=True)
            if p.confidence >= at.confidence and p.precision >= at.precision - _AS_RIGHT
        ),
        None,
    )


def champion() -> WordModel | None:
    """The model that answers now, without its bytes."""
    return WordModel.objects.defer("content").filter(state="champion").first()


def models_kept(size: int = 30) -> list[WordModel]:
    """Every training, the newest first, without their bytes."""
    rows = WordModel.objects.defer("content").select_related("by")
    return list(rows.order_by("-made_at", "-id")[:size])


def can_come_back(size: int = 30) -> frozenset[str]:
    """The versions whose bytes are still kept and that answered once."""
    rows = WordModel.objects.filter(state="retired", content__isnull=False)
    return frozenset(rows.order_by("-made_at").values_list("version", flat=True)[:size])


def routes() -> list[AutoRoute]:
    """What is given without a person, by category."""
    rows = AutoRoute.objects.select_related("category", "set_by").order_by("category__code")
    return [row for row in rows if not row.category.code.startswith(APART)]
