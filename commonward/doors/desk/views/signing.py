"""Where I am signed in (登录情况): one's own sessions, last sign-ins and notices, and nobody else's."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from commonward.doors.desk.views.admin.doing import administer, done, text
from commonward.doors.look.signing_words import browser_words, notice_words, way_words
from commonward.doors.look.standing import Standing, for_staff
from commonward.people import actions
from commonward.people.queries import signing


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(own=True)
def signed_in(request: HttpRequest, standing: Standing) -> HttpResponse:
    """Each session with a button that ends it, and how one came in lately."""
    account = standing.actor.account or 0
    own = request.session.session_key or ""

    def shown() -> dict[str, Any]:
        return {
            "places": [
                {"row": one, "browser": browser_words(one.browser)}
                for one in signing.signed_in(account, own, signing.world())
            ],
            "sign_ins": [
                {"row": one, "way": way_words(one.way), "browser": browser_words(one.browser)}
                for one in signing.sign_ins(account)
            ],
            "notices": [
                {"at": one.at, "words": notice_words(one.kind, one.about)}
                for one in signing.notices(account)
            ],
        }

    return administer(
        request, standing, "desk/signing/signed_in.html", shown,
        {"end": _end, "others": _end_others},
    )  # fmt: skip


def _end(request: HttpRequest, standing: Standing) -> str:
    actions.end_session(standing.actor, text(request, "session"), at=standing.at)
    done(request, _("Ended."))
    return reverse("desk:signed_in")


def _end_others(request: HttpRequest, standing: Standing) -> str:
    own = request.session.session_key or ""
    count = actions.end_other_sessions(standing.actor, own, at=standing.at)
    done(
        request,
        ngettext("{n} other session ended.", "{n} other sessions ended.", count).format(n=count),
    )
    return reverse("desk:signed_in")
