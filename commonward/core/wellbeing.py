"""What is told of an anonymous survey of staff (员工关怀问卷): nothing of fewer than five.

The groups are the teams that somebody chose to name, and those who named none; they add up to all.
Which of them are shown is decided by `core.publishing`, so that what is hidden is together nobody,
or five and more: nobody gets a small group by taking one number from another.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from commonward.core.publishing.hiding import protected
from commonward.core.publishing.sheets import K, Sheet, Sum
from commonward.core.refusals import N_, Invalid

LEAST, MOST = 1, 5
"""Marks of an answer: not at all … fully."""
MOST_QUESTIONS = 15
_ALL = ("all",)


@dataclass(frozen=True, slots=True)
class Answer:
    """One slip: the team that was named (None: none), a mark for each question."""

    team: int | None
    marks: tuple[int, ...]


def told(answers: Sequence[Answer], questions: int) -> list[dict[str, Any]]:
    """The groups that may be shown, all first: {"team": id or None, "all": …, "n", "means"}.

    A mean has one place after the point. Empty where fewer than five answered.

    >>> told([Answer(None, (4,))] * 4, 1)
    []
    """
    groups = Counter(one.team for one in answers)
    cells: dict[tuple[str, ...], Mapping[str, int]] = {_ALL: {"answers": len(answers)}}
    cells |= {_key(team): {"answers": count} for team, count in groups.items()}
    sums = [Sum(_ALL, tuple(_key(team) for team in groups))] if groups else []
    shown = protected(Sheet(cells, ("answers",), sums), K)
    found = []
    if (_ALL, "answers") in shown and len(answers) >= K:
        found.append({"all": True, "team": None, **_figures(answers, questions)})
        for team in sorted(groups, key=lambda one: (one is None, one or 0)):
            if (_key(team), "answers") in shown:
                own = [one for one in answers if one.team == team]
                found.append({"all": False, "team": team, **_figures(own, questions)})
    return found


def _figures(answers: Sequence[Answer], questions: int) -> dict[str, Any]:
    n = len(answers)
    means = [round(sum(one.marks[q] for one in answers) / n, 1) for q in range(questions)]
    return {"n": n, "means": means}


def _key(team: int | None) -> tuple[str, ...]:
    return ("team", "" if team is None else str(team))


def check_marks(given: Sequence[str], questions: int) -> tuple[int, ...]:
    """The marks of a slip, one for each question. Raises Invalid."""
    marks = tuple(int(one) for one in given if one.isascii() and one.isdecimal() and len(one) == 1)
    if (
        len(given) != questions
        or len(marks) != questions
        or not all(LEAST <= m <= MOST for m in marks)
    ):
        raise Invalid(N_("Answer each question with 1 to 5."), field="marks")
    return marks
