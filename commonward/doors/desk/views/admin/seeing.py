"""Back from the pages of somebody else to the administrator's own."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from commonward.doors.look import seeing
from commonward.doors.look.standing import Standing, for_staff
from commonward.people.actions.seeing import end_seeing


@require_POST
@for_staff("administrator", own=True)
def end(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The pages are one's own again; leads to the account that was looked through."""
    account = seeing.end_seeing(request)
    if account is None:
        return HttpResponseRedirect(reverse("desk:admin_accounts"))
    end_seeing(standing.actor, account, at=standing.at)
    return HttpResponseRedirect(reverse("desk:admin_account", args=[account]))
