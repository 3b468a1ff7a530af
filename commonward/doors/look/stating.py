"""The questions of the grading in a form of registration: what is stated of the dispute.

A field is named "fact_" and the fact's name; the explorer hands its answers on under these names.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from commonward.core.disputes import GATES
from commonward.core.refusals import N_, Invalid
from commonward.disputes.queries.ruling import grade_table
from commonward.doors.look.showing import named

_GATED = frozenset(gate.fact for gate in GATES)
_LONGEST = 12


def questions(given: Mapping[str, Any], at: datetime) -> list[dict[str, Any]]:
    """The questions in force, each with what the form (or the address) already says."""
    return [
        {
            "field": f"fact_{fact.name}",
            "ask": named(fact.ask_zh, fact.ask),
            "unit": named(fact.unit_zh, fact.unit),
            "number": fact.kind == "number",
            "value": str(given.get(f"fact_{fact.name}", ""))[:_LONGEST],
        }
        for fact in grade_table(at).facts
        if fact.name not in _GATED
    ]


def stated(given: Mapping[str, Any], at: datetime) -> dict[str, bool | int]:
    """What was answered: yes or a number. Raises Invalid; a question left alone says nothing."""
    found: dict[str, bool | int] = {}
    for fact in grade_table(at).facts:
        answer = str(given.get(f"fact_{fact.name}", "")).strip()
        if not answer or fact.name in _GATED:
            continue
        if fact.kind == "yes_no":
            found[fact.name] = True
        elif answer.isascii() and answer.isdecimal() and len(answer) <= _LONGEST:
            found[fact.name] = int(answer)
        else:
            raise Invalid(
                N_("“{given}” is no number: write digits only, or leave it empty."),
                given=answer[:40],
                field=f"fact_{fact.name}",
            )
    return found
