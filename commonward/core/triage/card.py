"""What there is to know of a model before it is trusted: its card (模型卡).

After Mitchell et al., Model Cards for Model Reporting (FAT* 2019): what it learnt from, how good it
is by code, by kind of area and by length, how far its probabilities hold, and where it fails. A
plain dict, made with each training; nothing in it is a text or leads to a person, and figures of
fewer than five cases are left out.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from commonward.core.refusals import N_
from commonward.core.triage.judging import (
    Answered,
    answered,
    error,
    f_by_code,
    macro_f,
    precision_at,
    threshold_for,
)
from commonward.core.triage.model import Trained
from commonward.core.triage.said import Example, Reads

FEWEST = 5
"""Cases that a figure must stand for (k)."""
LENGTHS = ((0, 20), (20, 50), (50, 100), (100, 300), (300, None))
"""Bands of length in characters."""
_BINS = 10

KNOWN_FAILURES = (
    N_("Two matters in one text: it answers with one of them."),
    N_(
        "Categories that share their words (building noise: environment or construction) are mixed up."
    ),
    N_("A text of a few words that names only a place says nothing; the probability is low there."),
    N_("Irony, quotations and what a text says did not happen are not understood."),
    N_("New kinds of problems are given an old code until people have corrected some."),
    N_("Languages other than Chinese and English get no suggestion."),
)


def card(
    model: Reads, held_back: Sequence[Example], *, area_types: Sequence[str] = ()
) -> dict[str, Any]:
    """The card of a model, measured on cases that it has not seen; `area_types` beside each."""
    answers = answered(model, held_back)
    made: dict[str, Any] = {
        "version": model.version,
        "purpose": (
            "Suggests the category of a report to the person who decides. Not for judging people, "
            "mood or opinion, and never to hold a report back."
        ),
        "held_back": len(answers),
        "macro_f": _told(macro_f(answers), len(answers)),
        "calibration_error": _told(error(answers), len(answers)),
        "by_code": _by_code(answers),
        "by_length": [
            {"from": low, "below": high, **_measures(mine)}
            for low, high in LENGTHS
            if (
                mine := [
                    a for a in answers if low <= a.characters and (not high or a.characters < high)
                ]
            )
        ],
        "by_area_type": _by_area(answers, area_types),
        "calibration": _table(answers),
        "alone": [
            {"short": short, "threshold": at, **_alone(at, answers, short)}
            for short in (False, True)
            if (at := threshold_for(0.95, answers, short=short)) is not None
        ],
        "mixed_up": _mixed_up(answers),
        "known_failures": list(KNOWN_FAILURES),
    }
    if isinstance(model, Trained):
        made["data"] = dict(model.about) | {
            "by_code": {
                code: count if count >= FEWEST else None
                for code, count in zip(model.codes, model.examples, strict=True)
            }
        }
    return made


def _told(value: float, count: int) -> float | None:
    return round(value, 4) if count >= FEWEST else None


def _measures(mine: Sequence[Answered]) -> dict[str, Any]:
    hits = sum(a.hit for a in mine)
    return {
        "count": len(mine) if len(mine) >= FEWEST else None,
        "right": _told(hits / len(mine), len(mine)) if mine else None,
        "calibration_error": _told(error(mine), len(mine)),
    }


def _by_code(answers: Sequence[Answered]) -> list[dict[str, Any]]:
    each = f_by_code(answers)
    made = []
    for code, value in each.items():
        there = [a for a in answers if a.right == code]
        told = [a for a in answers if a.said == code]
        made.append(
            {
                "code": code,
                "count": len(there) if len(there) >= FEWEST else None,
                "f": _told(value, len(there)),
                "recall": _told(sum(a.hit for a in there) / len(there), len(there)),
                "precision": _told(sum(a.hit for a in told) / len(told), len(told))
                if told
                else None,
            }
        )
    return made


def _by_area(answers: Sequence[Answered], kinds: Sequence[str]) -> list[dict[str, Any]]:
    each: Mapping[str, list[Answered]] = defaultdict(list)
    for answer, kind in zip(answers, kinds, strict=False):
        each[kind].append(answer)
    return [{"area_type": kind, **_measures(mine)} for kind, mine in sorted(each.items())]


def _table(answers: Sequence[Answered]) -> list[dict[str, Any]]:
    each: Mapping[int, list[Answered]] = defaultdict(list)
    for answer in answers:
        if answer.said:
            each[min(int(answer.probability * _BINS), _BINS - 1)].append(answer)
    return [
        {
            "from": bin_ / _BINS,
            "count": len(mine),
            "said": round(sum(a.probability for a in mine) / len(mine), 4),
            "right": round(sum(a.hit for a in mine) / len(mine), 4),
        }
        for bin_, mine in sorted(each.items())
        if len(mine) >= FEWEST
    ]


def _alone(threshold: float, answers: Sequence[Answered], short: bool) -> dict[str, Any]:
    found = precision_at(threshold, answers, short=short)
    return {
        "share": round(found.share, 4),
        "precision": None if found.precision is None else round(found.precision, 4),
        "surely": round(found.surely, 4),
    }


def _mixed_up(answers: Sequence[Answered]) -> list[dict[str, Any]]:
    """The pairs of codes most often taken for each other."""
    wrong = Counter((a.right, a.said) for a in answers if a.said and not a.hit)
    return [
        {"right": right, "said": said, "count": count}
        for (right, said), count in wrong.most_common(8)
        if count >= FEWEST
    ]
