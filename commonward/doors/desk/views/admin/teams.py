"""Teams: added, changed, closed, and who belongs to them."""

from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commonward.disputes.actions.mailing import set_office_mail
from commonward.disputes.queries.telling import office_mail_of
from commonward.doors.desk.views.admin.doing import administer, done, text
from commonward.doors.desk.views.admin.wording import kind_words, kinds
from commonward.doors.look.showing import named
from commonward.doors.look.standing import Standing, for_staff
from commonward.people import actions
from commonward.people.queries import account_by_login, team_by_code, teams_on
from commonward.people.queries.administration import team_card


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff("administrator")
def teams(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The teams that work, by kind (grids only when asked for), and adding one."""
    wanted = request.GET.get("kind", "")
    known = [kind for kind, _words in kinds()]

    def shown() -> dict[str, Any]:
        kind = wanted if wanted in known else "department"
        rows = [
            {"id": t.id, "code": t.code, "name": named(t.name, t.name_en), "members": t.members}
            for t in teams_on(standing.at, kind)
        ]
        return {"rows": rows, "kinds": kinds(), "kind": kind, "kind_words": kind_words(kind)}

    return administer(request, standing, "desk/admin/teams.html", shown, {"add": _add})


def _line(request: HttpRequest) -> int | None:
    code = text(request, "line")
    return team_by_code(code).pk if code else None


def _add(request: HttpRequest, standing: Standing) -> str:
    made = actions.add_team(
        standing.actor,
        text(request, "code"),
        text(request, "name"),
        at=standing.at,
        kind=text(request, "kind"),
        name_en=text(request, "name_en"),
        contact=text(request, "contact"),
        line=_line(request),
    )
    done(request, _("Added. Work reaches it when somebody has joined it."))
    return reverse("desk:admin_team", args=[made.pk])


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff("administrator")
def team(request: HttpRequest, standing: Standing, team: int) -> HttpResponse:
    """One team, its members, and everything that can be done with it."""

    def shown() -> dict[str, Any]:
        card = team_card(team, standing.at)
        partner = card.team.kind == "partner"
        return {
            "card": card,
            "kind": kind_words(card.team.kind),
            "partner": partner,
            "mail": office_mail_of(team) if partner else None,
            "mails": settings.MAIL,
            "languages": settings.LANGUAGES,
        }

    deeds = {"change": _change, "close": _close, "join": _join, "mail": _mail}
    bound = {name: partial(deed, team) for name, deed in deeds.items()}
    return administer(request, standing, "desk/admin/team.html", shown, bound)


def _here(team: int) -> str:
    return reverse("desk:admin_team", args=[team])


def _change(team: int, request: HttpRequest, standing: Standing) -> str:
    actions.change_team(
        standing.actor,
        team,
        at=standing.at,
        name=text(request, "name"),
        name_en=text(request, "name_en"),
        contact=text(request, "contact"),
        line=_line(request),
    )
    done(request, _("Changed."))
    return _here(team)


def _close(team: int, request: HttpRequest, standing: Standing) -> str:
    actions.close_team(standing.actor, team, at=standing.at)
    done(request, _("Closed. Rules that still name it leave their cases unrouted: change them."))
    return _here(team)


def _mail(team: int, request: HttpRequest, standing: Standing) -> str:
    made = set_office_mail(
        standing.actor,
        team,
        text(request, "address"),
        standing.at,
        certificate=text(request, "certificate"),
        language=text(request, "language"),
    )
    done(request, _("Hand-overs are told there by mail.") if made else _("No mail goes there."))
    return _here(team)


def _join(team: int, request: HttpRequest, standing: Standing) -> str:
    who = account_by_login(text(request, "login"))
    actions.join_team(standing.actor, who, team, at=standing.at)
    done(request, _("Joined."))
    return _here(team)
