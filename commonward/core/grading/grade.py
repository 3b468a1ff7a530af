"""From stated facts to a colour with its reasons."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard

from commonward.core.grading.table import COLOURS, MOST_FIGURE, Condition, GradeRule, GradeTable
from commonward.core.refusals import N_, Invalid

Stated = bool | int


@dataclass(frozen=True, slots=True)
class Reason:
    """Why: the rule, its words in both languages, and the colour that it asks for."""

    rule: str
    colour: str
    words: str
    words_zh: str


@dataclass(frozen=True, slots=True)
class Grade:
    """A colour with every rule that matched, the most urgent first, and the table's version.

    `unasked` are the facts that nobody has stated: they counted for nothing, and say what asking
    again could change.
    """

    colour: str
    reasons: tuple[Reason, ...]
    version: str
    unasked: tuple[str, ...]

    def to_data(self) -> dict[str, Any]:
        """As JSON, for the case: rules by name, so that nothing is kept that the table says."""
        return {
            "colour": self.colour,
            "rules": [reason.rule for reason in self.reasons],
            "version": self.version,
            "unasked": list(self.unasked),
        }


def grade(table: GradeTable, facts: Mapping[str, Stated]) -> Grade:
    """The grade of a dispute by its facts; raises Invalid for a fact of the wrong kind.

    Facts that this table does not ask are left alone: an older dispute may have been asked more.
    """
    stated = sorted_facts(table, facts)
    reasons = sorted(
        (
            Reason(rule.name, rule.colour, rule.reason, rule.reason_zh)
            for rule in table.rules
            if _holds(rule, stated)
        ),
        key=lambda reason: -COLOURS.index(reason.colour),
    )
    return Grade(
        reasons[0].colour if reasons else COLOURS[0],
        tuple(reasons),
        table.version,
        tuple(fact.name for fact in table.facts if fact.name not in stated),
    )


def sorted_facts(table: GradeTable, facts: Mapping[str, object]) -> dict[str, Stated]:
    """Those of the facts that the table asks, in its order; raises Invalid for a wrong kind."""
    stated: dict[str, Stated] = {}
    for fact in table.facts:
        if fact.name not in facts:
            continue
        value = facts[fact.name]
        if _fits(value, fact.kind):
            stated[fact.name] = value
        else:
            raise Invalid(
                N_("“{question}” is answered by yes or no, or by a whole number from 0 on."),
                field=fact.name,
                question=fact.ask,
            )
    return stated


def _fits(value: object, kind: str) -> TypeGuard[Stated]:
    if kind == "yes_no":
        return isinstance(value, bool)
    return type(value) is int and 0 <= value <= MOST_FIGURE


def _holds(rule: GradeRule, stated: Mapping[str, Stated]) -> bool:
    return all(_meets(condition, stated.get(condition.fact)) for condition in rule.conditions)


def _meets(condition: Condition, stated: Stated | None) -> bool:
    if stated is None or condition.value is None:
        return False
    if condition.test == "is":
        return stated is condition.value
    if condition.test == "at_least":
        return stated >= condition.value
    return stated <= condition.value
