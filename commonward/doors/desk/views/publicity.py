"""The switches beside "what is public": hide a case or a report's words, show it again; and the
check of single stretches."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from commonward.core.refusals import Forbidden, Missing, Refusal
from commonward.doors.desk import checking
from commonward.doors.desk.publicity import of_publicity
from commonward.doors.desk.showing import desk_page
from commonward.doors.desk.views.steps import answered, case_of, refusing
from commonward.doors.look.showing import error_of
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


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff()
@refusing
def checked(request: HttpRequest, standing: Standing, number: str) -> HttpResponse:
    """What may be private in what everybody reads: decided piece by piece (公开核对)."""
    case = case_of(number, standing)
    context = {"case": case, "case_href": reverse("desk:case", args=[case.number])}
    page = checking.page_of(case, standing)
    if request.method == "POST":
        try:
            checking.take(case, request.POST, standing)
        except (Missing, Forbidden):
            raise
        except Refusal as refusal:
            case = case_of(number, standing)
            page = checking.page_of(case, standing)
            context |= {"case": case, "error": error_of(refusal), **page}
            return desk_page(request, standing, "desk/case/checked.html", context)
        return HttpResponseRedirect(reverse("desk:checked", args=[case.number]))
    return desk_page(request, standing, "desk/case/checked.html", {**context, **page})
