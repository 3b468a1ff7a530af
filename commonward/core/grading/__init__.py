"""Grading a dispute (矛盾纠纷分级) red, yellow or blue, from its stated facts and nothing else.

A grade is of a dispute, never of a person or a household: it says how soon somebody must speak
with those concerned. It is reckoned from answers (yes, no or a number) to questions that a site
writes as data, by rules that are shown with their reasons; a party may contest it and a person
may grade again, with a reason. A fact about anybody's character, past, beliefs or standing cannot
even be asked: the table is refused.
"""

from commonward.core.grading.grade import Grade, Reason, grade, sorted_facts
from commonward.core.grading.table import (
    COLOURS,
    Condition,
    Fact,
    GradeRule,
    GradeTable,
    asks_about_people,
    read_table,
    shipped_table,
    shipped_text,
)

__all__ = [
    "COLOURS",
    "Condition",
    "Fact",
    "Grade",
    "GradeRule",
    "GradeTable",
    "Reason",
    "asks_about_people",
    "grade",
    "read_table",
    "shipped_table",
    "shipped_text",
    "sorted_facts",
]
