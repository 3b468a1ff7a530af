"""Who is let in to the pages of alliances; the roads' and the lamps' teams are members."""

from collections.abc import Mapping
from datetime import timedelta

from django.utils import timezone

from commonward.areas.models import Area
from commonward.core.rights import SYSTEM
from commonward.programmes.actions.pledges.alliancing import Unit, join, keep_unit, make_alliance
from commonward.programmes.actions.pledges.gathering import call_meeting
from commonward.programmes.actions.pledges.setting_up import set_up_pledges
from tests.district import SINCE, STREETS
from tests.doors.desk.conftest import Office
from tests.doors.desk.programme_rows.row import Row
from tests.programmes.pledge_office import agreed

KEEP = ("programme_officer", "leader")
HANDLERS = ("handler", "second_handler", "street_handler")
GRIDS = ("grid_worker", "second_grid_worker")
UNSEEN = ("street_handler", *GRIDS)
"""Of teams that are no member: to them the alliance does not exist."""
_GIVEN = {"code": "{alliance}"}
_ONE = Row((*KEEP, "handler", "second_handler"), _GIVEN, unseen=UNSEEN)

ROWS: Mapping[str, Row] = {
    "programme_pledges": Row((*KEEP, *HANDLERS, *GRIDS)),
    "programme_pledge_new": Row(KEEP),
    "programme_pledge_units": Row(KEEP),
    "programme_pledge_unit": Row(KEEP, {"unit": "{unit}"}),
    "programme_pledge": _ONE,
    "programme_pledge_edit": Row(KEEP, _GIVEN),
    "programme_pledge_import": Row(KEEP, _GIVEN),
    "programme_pledge_pool": _ONE,
    "programme_pledge_meetings": _ONE,
    "programme_pledge_minutes": Row(_ONE.let_in, {**_GIVEN, "meeting": "{meeting}"}, unseen=UNSEEN),
}


def prepare(office: Office) -> dict[str, str]:
    """An alliance of two teams with a meeting."""
    set_up_pledges(SINCE)
    at = timezone.now()
    area = Area.objects.get(code=STREETS[0]).pk
    made = make_alliance(agreed(area, timezone.localdate(at)), SYSTEM, at)
    units = [
        keep_unit(Unit(name, "office", team=office.district.teams[name]), SYSTEM, at)
        for name in ("roads", "lamps")
    ]
    for one in units:
        join(made.code, one.pk, SYSTEM, at)
    starts = at + timedelta(days=1)
    meeting = call_meeting(
        made.code, starts, starts + timedelta(hours=1), "会议室", "议题", SYSTEM, at
    )
    return {"alliance": made.code, "unit": str(units[0].pk), "meeting": str(meeting.pk)}
