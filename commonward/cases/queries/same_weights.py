"""By what the same problem is weighed here now, and from which probability on it is proposed."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from commonward.cases.models import SameAnswer, SameModel, WordSettings
from commonward.core.triage.same import BOUND, Weights, of_json, shipped
from commonward.core.triage.same_judging import Answered, Proposed, proposed
from commonward.people.queries import InMemory, revisions

log = logging.getLogger(__name__)

MARK = "words"
"""The mark under which settings and models of words are kept in memory (queries.reading)."""
MOST_ANSWERS = 4_000
"""The newest answers that weights are held against and learn from."""
LEVELS = (0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
"""Probabilities beside which the page of administration says what was measured."""


@dataclass(frozen=True, slots=True)
class Weighing:
    """The weights that answer, whether the site learnt them itself, and its threshold.

    From `same_from` on the likeliest case is put first as probably the same problem (None: none
    is; cases near by are a list).
    """

    weights: Weights
    own: bool = False
    same_from: float | None = None

    def proposes(self, probability: float | None) -> bool:
        """Whether a case of this probability is proposed."""
        return (
            self.same_from is not None and probability is not None and probability >= self.same_from
        )


def weighing(marks: Mapping[str, int] | None = None) -> Weighing:
    """The weights in use: no query while nothing changed."""
    known = revisions() if marks is None else marks
    return _weighing.at(known) if MARK in known else Weighing(shipped())


def _load() -> Weighing:
    settings = WordSettings.objects.first()
    same_from = settings.same_from if settings is not None else None
    kept = SameModel.objects.filter(state="champion").first()
    if kept is None:
        return Weighing(shipped(), same_from=same_from)
    try:
        return Weighing(of_json(kept.weights), own=True, same_from=same_from)
    except (ValueError, KeyError, TypeError):
        log.exception("the weights %s cannot be read: the shipped ones answer", kept.version)
        return Weighing(shipped(), same_from=same_from)


def answered(until: datetime, most: int = MOST_ANSWERS) -> list[tuple[datetime, Answered]]:
    """What people said of the cases that were shown, before `until`, the oldest first (1 query)."""
    return sorted(_answered(until, most), key=lambda one: one[0])


def _answered(until: datetime, most: int) -> Iterator[tuple[datetime, Answered]]:
    rows = SameAnswer.objects.filter(at__lt=until).order_by("-at", "-id")
    for at, same, looked in rows.values_list("at", "same_id", "looked")[:most]:
        cases = [one["case"] for one in looked]
        features = tuple(_row(one["row"]) for one in looked)
        if features and (same is None or same in cases):
            yield at, Answered(features, None if same is None else cases.index(same))


def _row(kept: Mapping[str, float]) -> dict[str, float]:
    return {name: float(kept.get(name, 0.0)) for name in BOUND}


def precision(at: datetime) -> tuple[Proposed, ...]:
    """How right the weights in use are at each level, by this site's own answers (1 query)."""
    answers: Sequence[Answered] = [one for _, one in answered(at)]
    model = weighing().weights
    return tuple(proposed(model, answers, level) for level in LEVELS) if answers else ()


def precision_at(at: datetime, threshold: float) -> Proposed | None:
    """The same at one threshold; None while nobody answered anything."""
    answers = [one for _, one in answered(at)]
    return proposed(weighing().weights, answers, threshold) if answers else None


def models_kept(most: int = 20) -> list[SameModel]:
    """The trainings, the newest first."""
    return list(SameModel.objects.order_by("-made_at", "-id")[:most])


_weighing: InMemory[Weighing] = InMemory(MARK, _load)
