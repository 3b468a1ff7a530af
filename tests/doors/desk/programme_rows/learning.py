"""Who is let in to the pages of courses, drills and surveys of staff; roads and lamps drill."""

from collections.abc import Mapping

from django.utils import timezone

from commonward.people.models import Account
from commonward.programmes.actions.wellbeing import SurveyGiven, open_staff_survey
from tests.district import ACCOUNTS
from tests.doors.desk.conftest import Office
from tests.doors.desk.programme_rows.row import Row
from tests.programmes.learning_office import learning

OFFICER = "programme_officer"
SEES = (OFFICER, "leader")
STAFF = (OFFICER, *(login for login, (role, _) in ACCOUNTS.items() if role))
OTHERS = (
    "street_handler", "grid_worker", "second_grid_worker", "dispatcher", "duty_chief",
    "intake_officer",
)  # fmt: skip
"""Of teams that take no part in the drill: to them it does not exist."""

ROWS: Mapping[str, Row] = {
    "programme_learning": Row(STAFF),
    "programme_learning_due": Row(SEES),
    "programme_course_import": Row((OFFICER,)),
    "programme_courses": Row(SEES),
    "programme_course": Row(SEES, {"course": "grid-law"}),
    "programme_sitting": Row(STAFF, {"sitting": "{sitting}"}),
    "programme_drills": Row((*SEES, "handler", "second_handler", *OTHERS)),
    "programme_drill_new": Row(SEES),
    "programme_drill": Row(
        (*SEES, "handler", "second_handler"), {"drill": "{drill}"}, unseen=OTHERS
    ),
    "programme_staff_surveys": Row(STAFF),
    "programme_staff_survey": Row(STAFF, {"staff": "{staff}"}),
}


def prepare(office: Office) -> dict[str, str]:
    """A course with a session, a drill of two teams, and an open survey."""
    Account.objects.filter(login=OFFICER).update(login="officer-before")
    made = learning(office.district, timezone.now())
    Account.objects.filter(login=OFFICER).update(login="officer-of-the-office")
    Account.objects.filter(login="officer-before").update(login=OFFICER)
    today = made.today
    survey = open_staff_survey(
        SurveyGiven("员工关怀", (("还好吗？", "All well?"),), today, today), made.officer, made.at
    )
    return {"sitting": str(made.session().pk), "drill": made.drill().code, "staff": survey.code}
