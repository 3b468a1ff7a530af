"""The switches beside "what is public": hide a case or a report's words, show it again."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from commonward.doors.desk.publicity import of_publicity
from commonward.doors.desk.views.steps import answered, case_of, refusing
from commonward.doors.look.standing import Standing, for_staff


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff()
@refusing
def publicity(
    request: HttpRequest, standing: Standing, number: str, report: str = ""
) -> HttpResponse:
    """Hide a case (or the words of one report) from the public, or show it again (屏蔽与公开)."""
    case = case_of(number, standing)
    return answered(request, standing, case, lambda now: of_publicity(now, report, standing))
