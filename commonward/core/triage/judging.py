"""May a new model take over, and from which confidence may one route alone (上线评判).

Both are read from held-back cases: later than all that the models learnt from, the codes as people
settled them. The champion stays unless the challenger is as good; each reason is told in figures.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from commonward.core.refusals import N_
from commonward.core.triage.calibrating import calibration_error, surely
from commonward.core.triage.said import Example, Reads

FEWEST_HELD_BACK = 30
"""Held-back cases below which nothing may be changed: too few to tell."""
_FEWEST_OF_A_CODE = 10
_WORSE_BY = 0.005
"""Points of macro-F1 that the challenger may lose without being refused."""
_CODE_WORSE_BY = 0.05
_ERROR_WORSE_BY = 0.03
SHORT = 60
"""Characters up to which a text counts as short: it has a threshold of its own."""
_SURE = 0.9
_USUALLY_WRONG = 0.02
"""People's own slips, beside the model's doubts."""
_FEWEST_ODD = 5
_FEWEST_ALONE = 20
"""Answers that a threshold must have been tried on."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What a model said of one held-back text ("" for nothing), and what was right."""

    said: str
    probability: float
    right: str
    characters: int

    @property
    def hit(self) -> bool:
        """Whether it said the right code."""
        return self.said == self.right


def answered(model: Reads, held_back: Sequence[Example]) -> list[Answered]:
    """What the model says of each text."""
    said = model.suggest_each([example.words for example in held_back], most=1)
    return [
        Answered(
            best[0].code if best else "",
            best[0].probability if best else 0.0,
            example.code,
            len("".join(example.words.split())),
        )
        for best, example in zip(said, held_back, strict=True)
    ]


def f_by_code(answers: Sequence[Answered]) -> dict[str, float]:
    """F1 of every code that was right at least once."""
    found = {}
    for code in sorted({answer.right for answer in answers}):
        hits = sum(a.hit for a in answers if a.right == code)
        told = sum(a.said == code for a in answers)
        there = sum(a.right == code for a in answers)
        found[code] = 2 * hits / (told + there)
    return found


def macro_f(answers: Sequence[Answered]) -> float:
    """The mean of F1 over the codes: a rare kind of problem counts as much as a common one."""
    each = f_by_code(answers)
    return sum(each.values()) / len(each) if each else 0.0


def error(answers: Sequence[Answered]) -> float:
    """The expected calibration error."""
    return calibration_error([a.probability for a in answers], [a.hit for a in answers])


@dataclass(frozen=True, slots=True)
class Reason:
    """Why not, as a text with figures for the reader's language."""

    text: str
    values: Mapping[str, str | int | float]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the challenger may be used, the reasons against it, and both models' figures."""

    deploy: bool
    reasons: tuple[Reason, ...]
    figures: Mapping[str, Mapping[str, float]]


def judge(
    champion: Reads | None,
    challenger: Reads,
    held_back: Sequence[Example],
    *,
    fresh: Sequence[Example] = (),
) -> Verdict:
    """The challenger may take over if it is not worse on the held-back month.

    Worse means: macro-F1 lower by more than half a point, the F1 of a code with ten or more cases
    lower by more than five points (and by more than chance would), or probabilities that hold
    clearly less. Without a champion the challenger needs only enough cases to be measured on.

    `fresh` are the cases that the challenger learnt and the champion did not: a code whose fresh
    cases went elsewhere far more often than the champion's own doubts foretell is a bad batch.
    """
    new = answered(challenger, held_back)
    figures = {"challenger": _figures(new)}
    reasons: list[Reason] = []
    if len(held_back) < FEWEST_HELD_BACK:
        reasons.append(
            Reason(
                N_("Only {count} cases were held back; at least {fewest} are needed."),
                {"count": len(held_back), "fewest": FEWEST_HELD_BACK},
            )
        )
    if champion is not None:
        old = answered(champion, held_back)
        figures["champion"] = _figures(old)
        reasons += _worse(old, new) + _odd(answered(champion, fresh))
    return Verdict(not reasons, tuple(reasons), figures)


def _figures(answers: Sequence[Answered]) -> dict[str, float]:
    return {"macro_f": macro_f(answers), "error": error(answers), "count": float(len(answers))}


def _worse(old: Sequence[Answered], new: Sequence[Answered]) -> list[Reason]:
    found = []
    before, after = macro_f(old), macro_f(new)
    changed = sum(a.hit != b.hit for a, b in zip(old, new, strict=True))
    # Half a standard error of the paired difference: less is chance, and the old one is safe.
    if after < before - max(_WORSE_BY, 0.5 * changed**0.5 / max(1, len(old))):
        found.append(
            Reason(
                N_("It answers worse: macro-F1 {after} instead of {before}."),
                {"after": round(after, 3), "before": round(before, 3)},
            )
        )
    each, other = f_by_code(new), f_by_code(old)
    for code, value in each.items():
        pairs = [(a.hit, b.hit) for a, b in zip(old, new, strict=True) if a.right == code]
        if len(pairs) < _FEWEST_OF_A_CODE or value >= other[code] - _CODE_WORSE_BY:
            continue
        lost = sum(a and not b for a, b in pairs)
        won = sum(b and not a for a, b in pairs)
        strangers = sum(
            b.said == code and a.said != code and not b.hit for a, b in zip(old, new, strict=True)
        )
        if lost + strangers - won >= 2:
            found.append(
                Reason(
                    N_("It answers worse in {code}: F1 {after} instead of {before}."),
                    {"code": code, "after": round(value, 3), "before": round(other[code], 3)},
                )
            )
    if error(new) > error(old) + _ERROR_WORSE_BY:
        found.append(
            Reason(
                N_(
                    "Its probabilities hold less: {after} instead of {before} away from what came true."
                ),
                {"after": round(error(new), 3), "before": round(error(old), 3)},
            )
        )
    return found


def _odd(fresh: Sequence[Answered]) -> list[Reason]:
    """Codes that the champion surely saw in fresh cases, and people gave another to most of them."""
    found = []
    for code in sorted({a.said for a in fresh if a.said}):
        mine = [a for a in fresh if a.said == code and a.probability >= _SURE]
        against = sum(not a.hit for a in mine)
        expected = sum(1 - a.probability for a in mine) + _USUALLY_WRONG * len(mine)
        if against >= _FEWEST_ODD and against > expected + 3 * expected**0.5:
            found.append(
                Reason(
                    N_(
                        "Of {count} new cases that are surely {code}, {against} were given another "
                        "code; at most {expected} were to be expected. Look at them first."
                    ),
                    {
                        "code": code,
                        "count": len(mine),
                        "against": against,
                        "expected": round(expected + 3 * expected**0.5),
                    },
                )
            )
    return found


@dataclass(frozen=True, slots=True)
class Alone:
    """What would happen to held-back cases of one code and length at one threshold.

    `share` of those answered with the code would be routed alone; `precision` of them rightly,
    `surely` is its lower bound (95 %, one-sided), None where there was none.
    """

    threshold: float
    count: int
    of: int
    precision: float | None
    surely: float

    @property
    def share(self) -> float:
        """Of the answers with this code."""
        return self.count / self.of if self.of else 0.0


def precision_at(
    threshold: float, answers: Sequence[Answered], *, code: str = "", short: bool | None = None
) -> Alone:
    """The measured precision at a threshold, for the slider: of one code, of short or long texts."""
    mine = [
        a
        for a in answers
        if a.said
        and (not code or a.said == code)
        and (short is None or (a.characters <= SHORT) == short)
    ]
    sent = [a for a in mine if a.probability >= threshold]
    hits = sum(a.hit for a in sent)
    return Alone(
        threshold,
        len(sent),
        len(mine),
        hits / len(sent) if sent else None,
        surely(hits, len(sent)),
    )


def threshold_for(
    precision: float, answers: Sequence[Answered], *, code: str = "", short: bool | None = None
) -> float | None:
    """The lowest threshold at which the precision surely holds; None where none does.

    Surely: the lower bound of what was measured, not the measure itself, so that a threshold that
    was lucky on the held-back cases is not taken.
    """
    mine = sorted(
        (
            a
            for a in answers
            if a.said
            and (not code or a.said == code)
            and (short is None or (a.characters <= SHORT) == short)
        ),
        key=lambda a: -a.probability,
    )
    hits, found = 0, None
    for count, answer in enumerate(mine, 1):
        hits += answer.hit
        last = count == len(mine) or mine[count].probability < answer.probability
        if last and count >= _FEWEST_ALONE and surely(hits, count) >= precision:
            found = answer.probability
    return found
