"""Who is let in to the pages of surveys; an intake officer calls and types in."""

from collections.abc import Mapping

from django.utils import timezone

from commonward.areas.models import Area
from commonward.core.rights import SYSTEM
from commonward.programmes.actions.surveys import planning
from tests.district import DISTRICT
from tests.doors.desk.conftest import Office
from tests.doors.desk.programme_rows.row import Row
from tests.programmes.survey_office import plan, terms

KEEP = ("programme_officer", "leader")
ASK = (*KEEP, "intake_officer")
_GIVEN = {"code": "{survey}"}

ROWS: Mapping[str, Row] = {
    "programme_surveys": Row(ASK),
    "programme_survey_new": Row(KEEP),
    "programme_survey": Row(ASK, _GIVEN),
    "programme_survey_edit": Row(KEEP, _GIVEN),
    "programme_survey_plan": Row(KEEP, _GIVEN),
    "programme_survey_numbers": Row(KEEP, _GIVEN),
    "programme_survey_calls": Row(ASK, _GIVEN),
    "programme_survey_links": Row(KEEP, _GIVEN, "post"),
    "programme_survey_paper": Row(ASK, _GIVEN),
    "programme_survey_type": Row(ASK, _GIVEN),
    "programme_survey_results": Row(ASK, _GIVEN),
}


def prepare(office: Office) -> dict[str, str]:
    """A survey that asks today."""
    at = timezone.now()
    made = planning.make_survey(terms(Area.objects.get(code=DISTRICT).pk, at), SYSTEM, at)
    planning.plan_survey(made.code, plan(), SYSTEM, at)
    planning.open_survey(made.code, SYSTEM, at)
    return {"survey": made.code}
