"""Who opens the desk's addresses of inspections."""

from collections.abc import Mapping

from commonward.people.models import Account
from commonward.people.queries import actor_for
from tests.doors.desk.conftest import Office
from tests.doors.desk.programme_rows.row import Row
from tests.programmes.inspection_office import office as inspected

OFFICE = ("programme_officer", "leader")
WORKS = (
    *OFFICE, "handler", "second_handler", "street_handler", "grid_worker", "second_grid_worker",
)  # fmt: skip
# The visits are of the southern grids' team: to other teams' people they do not exist.
_OTHERS = ("handler", "second_handler", "street_handler", "second_grid_worker")
_SOUTH = (*OFFICE, "grid_worker")

ROWS: Mapping[str, Row] = {
    "programme_inspections": Row((*WORKS, "administrator")),
    "programme_places": Row(OFFICE),
    "programme_places_table": Row(("programme_officer",)),
    "programme_place": Row(_SOUTH, {"code": "{place}"}, unseen=_OTHERS),
    "programme_checklists": Row((*WORKS, "administrator")),
    "programme_checklist": Row((*WORKS, "administrator"), {"kind": "shop"}),
    "programme_campaign": Row(
        (*_SOUTH, "second_grid_worker"), {"code": "{campaign}"},
        unseen=("handler", "second_handler", "street_handler"),
    ),
    "programme_day": Row(
        _SOUTH, {"code": "{campaign}", "team": "grids-south", "on": "{on}"}, unseen=_OTHERS
    ),
    "programme_notices": Row(
        _SOUTH, {"code": "{campaign}", "team": "grids-south", "on": "{on}"}, unseen=_OTHERS
    ),
}  # fmt: skip


def prepare(office: Office) -> Mapping[str, str]:
    """A campaign that runs, and a place that the southern team visits."""
    keeper = actor_for(Account.objects.get(login="programme_officer").pk, office.district.at)
    made = inspected(office.district, keeper=keeper)
    visit = made.visit(office.district.teams["grids-south"])
    return {"campaign": made.campaign.code, "place": visit.place.code, "on": visit.on.isoformat()}
