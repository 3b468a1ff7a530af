"""Keys of programs: issued with rights and a limit, shown once, revoked."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commonward.core.refusals import N_, Invalid
from commonward.doors.desk.views.admin.doing import administer, done, number, text
from commonward.doors.desk.views.admin.wording import key_words
from commonward.doors.look.standing import Standing, for_staff
from commonward.people import actions
from commonward.people.queries import KEY_RIGHTS, account_by_login
from commonward.people.queries.administration import keys

SECRET = "new_key"  # noqa: S105 (the name of a place in the session)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff("administrator")
def api_keys(request: HttpRequest, standing: Standing) -> HttpResponse:
    """Every key, issuing one, and revoking."""

    def shown() -> dict[str, Any]:
        known = [(one, key_words(one)) for one in KEY_RIGHTS]
        rows = [{"row": one, "rights": "; ".join(map(key_words, one.rights))} for one in keys()]
        return {"keys": rows, "rights": known, "secret": request.session.pop(SECRET, "")}

    deeds = {"issue": _issue, "revoke": _revoke}
    return administer(request, standing, "desk/admin/keys.html", shown, deeds)


def _issue(request: HttpRequest, standing: Standing) -> str:
    login, limit = text(request, "login"), text(request, "per_minute")
    if not limit.isdecimal() or len(limit) > 9:
        raise Invalid(N_("Say how often a minute as a number."), field="per_minute")
    _made, secret = actions.issue_key(
        standing.actor,
        text(request, "name"),
        request.POST.getlist("rights"),
        at=standing.at,
        account=account_by_login(login) if login else None,
        per_minute=int(limit),
    )
    request.session[SECRET] = secret
    return reverse("desk:admin_keys")


def _revoke(request: HttpRequest, standing: Standing) -> str:
    actions.revoke_key(standing.actor, number(request, "key"), at=standing.at)
    done(request, _("Revoked: it opens nothing any more."))
    return reverse("desk:admin_keys")
