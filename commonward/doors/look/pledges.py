"""Pledges as they are told on a page: plain values in the reader's language."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from commonward.core.pledging import ALLIANCES, PARTS, POOLED, UNITS
from commonward.core.refusals import N_
from commonward.doors.look.showing import named
from commonward.programmes.models import Alliance, Duty, DutyDay, Organisation
from commonward.programmes.queries.pledges import Line, Whole

REPEATS: Mapping[str, str] = {
    "once": N_("Once"),
    "week": N_("Every week"),
    "month": N_("Every month"),
    "quarter": N_("Every quarter"),
    "half_year": N_("Every half year"),
    "year": N_("Every year"),
}


def offered(known: Mapping[str, str]) -> list[tuple[str, str]]:
    """Choices of a list in the reader's language."""
    return [(name, _(title)) for name, title in known.items()]


def title_of(found: Alliance) -> str:
    """Its title."""
    return named(found.title, found.title_en)


def unit_name(unit: Organisation) -> str:
    """The name of a unit."""
    return named(unit.name, unit.name_en)


def line_shown(one: Line) -> dict[str, Any]:
    """An alliance in a list."""
    row = one.alliance
    return {
        "code": row.code,
        "title": title_of(row),
        "kind": _(ALLIANCES[row.kind]),
        "area": named(row.area.name, row.area.name_en),
        "begins_on": row.begins_on,
        "ends_on": row.ends_on,
        "members": one.members,
        "late": one.late,
        "soon": one.ends_soon,
        "public": row.public,
    }


def whole_shown(whole: Whole, today: date) -> dict[str, Any]:
    """Members, duties and the pool of one."""
    return {
        "members": [
            {
                "row": one,
                "name": unit_name(one.unit),
                "kind": _(UNITS[one.unit.kind]),
                "own": one.unit.team_id is not None,
            }
            for one in whole.members
        ],
        "duties": [
            duty_shown(duty, days, kept, missed, today) for duty, days, kept, missed in whole.duties
        ],
        "resources": [
            {
                "row": one,
                "name": named(one.name, one.name_en),
                "kind": _(POOLED[one.kind]),
                "of": unit_name(one.member.unit),
            }
            for one in whole.resources
        ],
        "bookings": [
            {
                "row": one,
                "name": named(one.resource.name, one.resource.name_en),
                "part": _(PARTS[one.part]),
            }
            for one in whole.bookings
        ],
    }


def duty_shown(
    duty: Duty, days: Sequence[DutyDay], kept: int, missed: int, today: date
) -> dict[str, Any]:
    """A duty with where each of its days stands."""
    return {
        "row": duty,
        "what": named(duty.what, duty.what_en),
        "wanted": named(duty.wanted, duty.wanted_en),
        "of": unit_name(duty.member.unit),
        "team": duty.member.unit.team_id,
        "repeats": _(REPEATS[duty.repeats]),
        "kept": kept,
        "missed": missed,
        "days": [
            {
                "row": one,
                "said": one.said_at is not None,
                "late": one.said_at is None and one.due_on < today,
            }
            for one in days
        ],
    }
