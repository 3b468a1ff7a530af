"""What a council talked about and decided, as its pages tell it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from commonward.core.refusals import N_
from commonward.doors.look.showing import named
from commonward.programmes.models import Council, CouncilDecision
from commonward.programmes.queries.council_meetings import meetings_of, state_of

STATES: Mapping[str, tuple[str, str]] = {
    "told": (N_("What became of it"), "✓"),
    "answered": (N_("The team has answered; what became of it is told soon"), "◐"),
    "late": (N_("Late"), "■"),
    "ordered": (N_("A team has the order"), "○"),
    "noted": (N_("Decided; the council does it itself"), "○"),
}
"""State → its words and a sign beside them."""


def meetings_told(council: Council, at: datetime) -> list[dict[str, Any]]:
    """The meetings of a council, the newest first."""
    return [
        {
            "row": one.meeting,
            "about": named(one.meeting.about, one.meeting.about_en),
            "minutes": named(one.meeting.minutes, one.meeting.minutes_en),
            "decisions": [_decision(each, at) for each in one.decisions],
        }
        for one in meetings_of(council)
    ]


def _decision(one: CouncilDecision, at: datetime) -> dict[str, Any]:
    state = state_of(one, at)
    words, sign = STATES[state]
    return {
        "row": one,
        "words": named(one.words, one.words_en),
        "team": named(one.team.name, one.team.name_en) if one.team else "",
        "state": state,
        "state_words": _(words),
        "sign": sign,
        "became": named(one.became, one.became_en),
    }
