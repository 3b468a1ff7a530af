"""A challenger held against the champion on the month that neither learnt from, in plain figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from commonward.cases.queries.examples import Learnt
from commonward.core.refusals import N_
from commonward.core.triage.said import Reads

FEWEST = 5
"""Answers that a measured point must stand for."""
GRID = tuple(round(0.5 + 0.01 * n, 2) for n in range(50))
"""Confidences that an administrator may set: 50 to 99 per cent."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What came of it: `told` and `card` are plain figures, ready to be kept."""

    good: bool
    told: dict[str, Any]
    card: dict[str, Any]


def judged_against(
    champion: Reads | None,
    start: Reads,
    challenger: Reads,
    held: Sequence[Learnt],
    fresh: Sequence[Learnt] = (),
) -> Judged:
    """Whether the challenger may answer, why not, its card, and its precision by confidence.

    Without a champion it must be better than the site's own keywords (`start`). `fresh` is what
    the challenger learnt and the champion did not: a batch that people coded against all
    expectation is looked at by somebody before anything learns from it.
    """
    from commonward.core.triage.card import card  # noqa: PLC0415 (loads what reads words)
    from commonward.core.triage.judging import (  # noqa: PLC0415 (as above)
        Answered,
        answered,
        judge,
        macro_f,
        precision_at,
    )

    texts = [one.example for one in held]
    verdict = judge(champion, challenger, texts, fresh=[one.example for one in fresh])
    reasons = [{"text": one.text, "values": dict(one.values)} for one in verdict.reasons]
    answers = answered(challenger, texts)
    figures = {name: dict(values) for name, values in verdict.figures.items()}
    if champion is None:
        before, after = macro_f(answered(start, texts)), macro_f(answers)
        figures["start"] = {"macro_f": before, "count": float(len(texts))}
        if after < before:
            reasons.append(
                {
                    "text": N_("It answers worse: macro-F1 {after} instead of {before}."),
                    "values": {"after": round(after, 3), "before": round(before, 3)},
                }
            )

    def points(code: str, mine: Sequence[Answered], *, short: bool) -> list[list[float]]:
        found = [precision_at(at, mine, code=code, short=short) for at in GRID]
        return [
            [p.threshold, round(p.precision, 4), round(p.surely, 4), round(p.share, 4), p.count]
            for p in found
            if p.precision is not None and p.count >= FEWEST
        ]

    said = {a.said for a in answers if a.said}
    curves = {
        name: {code: of for code in sorted(said) if (of := points(code, answers, short=short))}
        for name, short in (("long", False), ("short", True))
    }
    told = {
        "because": reasons,
        "figures": figures,
        "curves": curves,
        "against": champion.version if champion is not None else start.version,
    }
    types = [one.area_type for one in held]
    return Judged(not reasons, told, card(challenger, texts, area_types=types))
