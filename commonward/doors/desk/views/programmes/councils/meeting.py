"""The minutes of a council at the desk: read, written, and what became of each decision."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from commonward.doors.desk.views.admin.doing import Deed, done, number, text
from commonward.doors.desk.views.programmes.councils.votes import day
from commonward.doors.look.councils import meetings_told
from commonward.doors.look.showing import named
from commonward.doors.look.standing import Standing
from commonward.people.queries import revisions
from commonward.people.queries.names import teams_to_choose
from commonward.programmes.actions.council_meetings import (
    Decision,
    Minutes,
    tell_became,
    write_council_minutes,
)
from commonward.programmes.models import Council

LINES = 4
"""Decisions that the form of minutes has room for."""


def meeting_deeds(code: str) -> dict[str, Deed]:
    """What can be done with the meetings of a council, by the name of the button."""
    here = reverse("desk:programme_council", args=[code])

    def minutes(asked: HttpRequest, who: Standing) -> str:
        given = Minutes(
            day(asked, "held_on"), text(asked, "about"), text(asked, "minutes"),
            text(asked, "about_en"), text(asked, "minutes_en"),
        )  # fmt: skip
        decisions = [
            _decision(asked, n)
            for n in range(1, LINES + 1)
            if any(text(asked, f"{name}{n}") for name in ("words", "team", "due"))
        ]
        write_council_minutes(code, given, decisions, who.actor, who.at)
        done(asked, _("The minutes are written; everybody can read them."))
        return f"{here}#met"

    def became(asked: HttpRequest, who: Standing) -> str:
        tell_became(
            number(asked, "decision"), text(asked, "became"), who.actor, who.at,
            became_en=text(asked, "became_en"),
        )  # fmt: skip
        return f"{here}#met"

    return {"minutes": minutes, "became": became}


def meetings_shown(found: Council, request: HttpRequest, standing: Standing) -> dict[str, Any]:
    """The meetings, and the form with what was typed where it was refused."""
    names = ("words", "words_en", "team", "due")
    return {
        "meetings": meetings_told(found, standing.at),
        "case_number": found.case.number if found.case else "",
        "teams": [
            (one.id, named(one.name, one.name_en)) for one in teams_to_choose(revisions()).values()
        ],
        "lines": [
            {"n": n, **{name: request.POST.get(f"{name}{n}", "") for name in names}}
            for n in range(1, LINES + 1)
        ],
    }


def _decision(asked: HttpRequest, n: int) -> Decision:
    return Decision(
        text(asked, f"words{n}"), text(asked, f"words_en{n}"),
        number(asked, f"team{n}") if text(asked, f"team{n}") else None,
        day(asked, f"due{n}") if text(asked, f"due{n}") else None,
    )  # fmt: skip
