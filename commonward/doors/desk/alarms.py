"""Words that told of danger, as the desk shows them: what waits for a person, and on a case."""

from datetime import timedelta
from typing import Any

from django.urls import reverse

from commonward.cases.access import CIRCLES
from commonward.cases.models import Case
from commonward.cases.queries.dangers import (
    TAKES_ALARMS,
    DangerTold,
    answers_for,
    danger_in,
    dangers_waiting,
    to_read_first,
)
from commonward.cases.queries.read_first import read_first_rule
from commonward.cases.queries.reference import Book, book
from commonward.core.rights import SEALED
from commonward.doors.desk import wording
from commonward.doors.desk.rows import case_address
from commonward.doors.look.showing import named
from commonward.doors.look.standing import Standing
from commonward.response.access import TAKES_CALLS
from commonward.response.actions.setting_up import PAYMENT

MOST_SHOWN = 20
READS_FIRST = (*TAKES_ALARMS, *CIRCLES[SEALED][0], *CIRCLES[SEALED][1])
"""Posts before whom something may be put to be read first."""


def waiting_shown(standing: Standing) -> list[dict[str, Any]]:
    """What nobody has seen yet of what this reader answers for, the newest first (at most 3 queries)."""
    waiting = dangers_waiting(standing.actor, standing.at, most=MOST_SHOWN)
    if not waiting:
        return []
    known = book()
    return [{**_shown(told, known), "may": True} for told in waiting]


def first_shown(standing: Standing) -> list[dict[str, Any]]:
    """What this reader is to read first, the longest waiting first (at most 4 queries, 1 for
    nothing, none for whoever is told of no danger)."""
    if not standing.holds(READS_FIRST):
        return []
    waiting = to_read_first(standing.actor, standing.at, most=MOST_SHOWN)
    if not waiting:
        return []
    known = book()
    within = timedelta(minutes=read_first_rule().minutes)
    return [
        {
            **_shown(told, known),
            "may": True,
            "left": max(1, round((told.told_at + within - standing.at).total_seconds() / 60)),
        }
        for told in waiting
    ]


def on_case(found: Case, standing: Standing) -> dict[str, Any]:
    """What the page of a case says of danger; `told` is None for nothing (1 query)."""
    told = danger_in(found)
    if told is None:
        return {"told": None}
    known = book()
    sends = PAYMENT in known.codes and standing.holds(TAKES_CALLS)
    return {
        "told": {
            **_shown(told, known),
            "may": told.seen_at is None and bool(answers_for(standing.actor, found)),
            "decides": told.doubtful and told.seen_at is None,
            # Where the site sends units itself, danger leads to the form of urgent help.
            "urgent": sends and told.seen_at is None,
        }
    }


def _shown(told: DangerTold, known: Book) -> dict[str, Any]:
    facts = known.categories[told.category]
    return {
        "number": told.case,
        "category": named(facts.name, facts.name_en),
        "href": case_address(told.case),
        "doubtful": told.doubtful,
        "decided": told.decided,
        "decided_href": reverse("desk:danger_decided", args=[told.case]),
        "seen_href": reverse("desk:danger_seen", args=[told.case]),
        "cues": [
            {"kind": wording.word(wording.DANGERS, c.kind), "number": c.number, "words": c.words}
            for c in told.cues
        ],
        "rules": told.rules,
        "told_at": told.told_at,
        "seen_at": told.seen_at,
        "seen_by": told.seen_by,
    }
