"""Ask a case's reporter something, note what they answered, take a question back (向诉求人提问)."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from commonward.doors.desk import asking
from commonward.doors.desk.views.steps import answered, case_of, refusing
from commonward.doors.look.standing import Standing, for_staff


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff()
@refusing
def ask(request: HttpRequest, standing: Standing, number: str) -> HttpResponse:
    """Ask; what the resident will read is shown before it is sent."""
    case = case_of(number, standing)
    return answered(request, standing, case, lambda now: asking.of_asking(now, standing))


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff()
@refusing
def answer(request: HttpRequest, standing: Standing, number: str, question: int) -> HttpResponse:
    """Note an answer that was given by telephone or at the counter."""
    case = case_of(number, standing)
    return answered(request, standing, case, lambda now: asking.of_answer(now, question, standing))


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff()
@refusing
def withdraw(request: HttpRequest, standing: Standing, number: str, question: int) -> HttpResponse:
    """Take back a question that needs no answer any more."""
    case = case_of(number, standing)
    return answered(
        request, standing, case, lambda now: asking.of_withdrawal(now, question, standing)
    )
