"""Who is let in to the pages of marks; the roads' team nominated, the lamps' team looks."""

from collections.abc import Mapping

from django.utils import timezone

from commonward.core.rights import SYSTEM
from commonward.disputes.models import Venue
from commonward.programmes.actions.marks import looking, nominating
from commonward.programmes.actions.marks.setting_up import set_up_marks
from tests.district import SINCE
from tests.doors.desk.conftest import Office
from tests.doors.desk.programme_rows.row import Row

KEEP = ("programme_officer", "leader")
HANDLERS = ("handler", "second_handler", "street_handler")
GRIDS = ("grid_worker", "second_grid_worker")
ALL = (*KEEP, *HANDLERS, *GRIDS)
EDIT = ("programme_officer", "administrator")

ROWS: Mapping[str, Row] = {
    "programme_marks": Row(ALL),
    "programme_mark_new": Row(ALL),
    "programme_mark": Row(
        (*KEEP, "handler", "second_handler"), {"number": "{mark}"}, unseen=("street_handler", *GRIDS)
    ),
    "programme_mark_kinds": Row(EDIT),
    "programme_mark_kind_new": Row(EDIT),
    "programme_mark_kind": Row(EDIT, {"kind": "five-star-room"}),
}  # fmt: skip


def prepare(office: Office) -> dict[str, str]:
    """A room that the roads' team nominated and the lamps' team looks at."""
    set_up_marks(SINCE)
    at = timezone.now()
    room = Venue.objects.create(name="河滨调解室", name_en="Riverside room")
    found = nominating.nominate(
        "five-star-room",
        nominating.Bearer(room=room.pk),
        office.district.teams["roads"],
        SYSTEM,
        at,
    )
    number = found.case.number
    for one in (2, 3):
        nominating.show(number, one, "告示照片", SYSTEM, at)
    looking.send(number, office.district.teams["lamps"], SYSTEM, at)
    return {"mark": number}
