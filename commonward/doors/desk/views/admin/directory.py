"""What groups and departments of the office's directory give here, and who waits for a way in."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commonward.areas.queries import area_by_code, revisions
from commonward.areas.queries.names import areas_to_choose
from commonward.core.refusals import N_, Invalid
from commonward.doors.desk.views.admin.doing import administer, done, number, text
from commonward.doors.desk.views.admin.wording import role_words, roles_to_give
from commonward.doors.look.showing import named
from commonward.doors.look.standing import Standing, for_staff
from commonward.people.actions.directory import give, stop_giving
from commonward.people.queries import directory as known
from commonward.people.queries import team_by_code
from commonward.people.queries.names import teams_to_choose


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff("administrator")
def directory(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The groups, what each gives, and accounts that nobody can sign in with yet."""

    def shown() -> dict[str, Any]:
        marks = revisions()
        areas = areas_to_choose(marks)
        places = {a.code: named(a.name, a.name_en) for a in areas}
        return {
            "groups": known.group_lines(),
            "givings": [
                {
                    "id": one.pk,
                    "source": one.group.name if one.group else one.department,
                    "department": one.group is None,
                    "gives": _given(one, places),
                }
                for one in known.givings()
            ],
            "roles": roles_to_give(),
            "areas": list(places.items()),
            "teams": [
                (t.code, named(t.name, t.name_en)) for t in teams_to_choose(marks).values()
                if t.kind != "grid"
            ],
            "waiting": [] if settings.OIDC_ISSUER else known.without_way_in(),
            "address": f"{settings.SITE_URL}/scim/v2",
        }  # fmt: skip

    deeds = {"give": _give, "stop": _stop}
    return administer(request, standing, "desk/admin/directory.html", shown, deeds)


def _given(one: Any, places: dict[str, str]) -> str:
    if one.team is not None:
        return _("team “{team}”").format(team=named(one.team.name, one.team.name_en))
    where = places.get(one.area_code, one.area_code) if one.area_code else _("everywhere")
    return _("{role}, {area}").format(role=role_words(one.role), area=where)


def _give(request: HttpRequest, standing: Standing) -> str:
    what, area = text(request, "what"), text(request, "area")
    kind, _sep, code = what.partition(":")
    if kind not in ("team", "role") or not code:
        raise Invalid(N_("Choose one of the list."), field="what")
    give(
        standing.actor,
        at=standing.at,
        group=number(request, "group") if text(request, "group") else None,
        department=text(request, "department"),
        team=team_by_code(code).pk if kind == "team" else None,
        role=code if kind == "role" else "",
        area_path=area_by_code(area, standing.at).path if area and kind == "role" else "",
    )
    done(request, _("Given: whoever is in it has it now."))
    return reverse("desk:admin_directory")


def _stop(request: HttpRequest, standing: Standing) -> str:
    stop_giving(standing.actor, number(request, "giving"), at=standing.at)
    done(request, _("Given no more: who held it by this has lost it."))
    return reverse("desk:admin_directory")
