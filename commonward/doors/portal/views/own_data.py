"""What is kept of a report: have it corrected or deleted, and read what was answered (更正与删除)."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commonward.cases.actions.data_requests import ask_data
from commonward.cases.queries.data_requests import ANSWER_WITHIN, WISHES, asked_of
from commonward.core.refusals import Missing, Refusal
from commonward.core.rights import reporter
from commonward.doors.look.showing import error_of, page
from commonward.doors.portal.views.receipts import opened, opens_nothing
from commonward.people.queries import now as site_now

_CONTACT = ("first_name", "phone", "email")


@require_http_methods(["GET", "HEAD", "POST"])
def own_data(request: HttpRequest, key: str) -> HttpResponse:
    """The copy, what may be asked, and every request with its answer.

    How somebody is reached stands on no page: it is written anew, or deleted.
    """
    try:
        found = opened(key)
    except Missing as refusal:
        return opens_nothing(request, refusal)
    error = None
    if request.method == "POST":
        kind, _gap, what = request.POST.get("wish", "").partition(" ")
        said = {name: _text(request, name) for name in (*_CONTACT, "place", "words")}
        try:
            ask_data(found.report, kind, what, said, reporter(found.report), site_now())
        except Refusal as refusal:
            error = error_of(refusal)
        else:
            return HttpResponseRedirect(f"{reverse('portal:own_data', args=[key])}?done")
    context = {
        "found": found,
        "key": key,
        "wishes": [(f"{kind} {what}", _(words)) for (kind, what), words in WISHES.items()],
        "asked": [
            {"line": one, "wish": _(one.wish), "plain": _plain(one.state)}
            for one in asked_of(found.report)
        ],
        "days": ANSWER_WITHIN.days,
        "given": request.POST,
        "done": "done" in request.GET,
        "error": error,
    }
    return page(request, "portal/own_data.html", context, private=True)


def _text(request: HttpRequest, name: str) -> str:
    return request.POST.get(name, "").replace("\r\n", "\n").replace("\x00", "")


def _plain(state: str) -> str:
    return {
        "asked": _("It is not answered yet."),
        "refused": _("The office said no, for this reason:"),
        "granted": _("The office said yes; it is done as soon as the case has ended:"),
        "done": _("It was done:"),
    }[state]
