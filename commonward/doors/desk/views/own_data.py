"""Answer what a reporter asks of their own data (个人信息更正与删除的答复)."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from commonward.cases.access import access_case
from commonward.doors.desk.own_data import of_data_request
from commonward.doors.desk.sheets import meant
from commonward.doors.desk.views.case import DOOR
from commonward.doors.desk.views.steps import answered, case_of, refusing
from commonward.doors.look.standing import Standing, for_staff


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff()
@refusing
def data_request(
    request: HttpRequest, standing: Standing, number: str, data_request: int
) -> HttpResponse:
    """What is asked, what it should say, and the form of the answer; the look is noted."""
    case = case_of(number, standing)
    if request.method != "POST":
        access_case(meant(number), standing.actor, standing.at, door=DOOR, what="request")
    return answered(
        request, standing, case, lambda now: of_data_request(now, data_request, standing)
    )
