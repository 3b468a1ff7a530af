"""Walking through an explorer: what was answered goes in, what is shown next comes out.

Nothing is kept: the same answers always lead to the same place, at the counter, on the telephone
and on the portal.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from commonward.core.explorer.model import (
    Asked,
    Explorer,
    Fact,
    Gated,
    Kind,
    Letter,
    Outcome,
    Route,
    Step,
    Taken,
)
from commonward.core.refusals import N_, Invalid

LONGEST_FIELD = 1000
"""Characters that a blank of a letter takes."""


def ask(explorer: Explorer, answers: Sequence[str]) -> Step:
    """Where these answers lead, each the code of an answer to the question before it.

    Raises Invalid for an answer that its question does not have, or one that nobody asked for.
    """
    question = explorer.questions[explorer.start]
    taken: Taken = ()
    for place, code in enumerate(answers):
        answer = question.answer(code)
        if answer is None:
            raise Invalid(
                N_("“{given}” is no answer to this question. Please choose one of the list."),
                given=code[:40],
                field="answer",
                code="explorer",
            )
        taken = (*taken, (question, answer))
        if answer.next:
            question = explorer.questions[answer.next]
            continue
        if place + 1 < len(answers):
            raise Invalid(
                N_("The questions had ended before all these answers; please start again."),
                field="answer",
                code="explorer",
            )
        if answer.gate:
            gate = explorer.gates[answer.gate]
            return Gated(gate, tuple(explorer.contacts[c] for c in gate.contacts), taken)
        return _outcome(explorer, taken)
    return Asked(question, taken)


def letter_text(letter: Letter, given: Mapping[str, str], language: str) -> str:
    """The letter in a language with its blanks filled; an empty one stays a line to write on.

    What was typed is put in as it is: braces in it are no blanks.
    """
    filled = {
        f.code: given.get(f.code, "").strip()[:LONGEST_FIELD] or "________" for f in letter.fields
    }
    return letter.text.in_language(language).format(**filled)


def _outcome(explorer: Explorer, taken: Taken) -> Outcome:
    kind = explorer.kinds[next(answer.kind for _question, answer in taken if answer.kind)]
    facts: dict[str, Fact] = {}
    first: list[str] = []
    last: list[str] = []
    others = list(kind.routes)
    for _question, answer in taken:
        facts |= answer.facts
        first += answer.first
        last += answer.last
        others += answer.adds
    middle = [code for code in others if code not in last]
    order = dict.fromkeys([*first, *middle, *(code for code in last if code in others)])
    routes = tuple(_for_kind(explorer.routes[code], kind) for code in order)
    return Outcome(kind, facts, routes, taken)


def _for_kind(route: Route, kind: Kind) -> Route:
    """The route with what holds for this type."""
    limits = tuple(one for one in route.limits if not one.kinds or kind.code in one.kinds)
    return replace(route, limits=limits, letter=route.letter and (kind.letter or route.letter))
