"""Accounts of staff: added, renamed, given a new start, teams and grants, deactivated."""

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commonward.areas.queries import area_by_code, revisions
from commonward.areas.queries.names import areas_to_choose
from commonward.core.refusals import N_, Invalid
from commonward.doors.desk.views.admin.doing import administer, done, number, text, words_of
from commonward.doors.desk.views.admin.wording import role_words, roles_to_give
from commonward.doors.look.seeing import begin_seeing
from commonward.doors.look.showing import named
from commonward.doors.look.standing import Standing, for_staff
from commonward.people import actions
from commonward.people.actions.seeing import see_as
from commonward.people.queries import team_by_code
from commonward.people.queries.administration import account_card
from commonward.people.queries.administration import accounts as accounts_of
from commonward.people.queries.names import teams_to_choose

PASSWORD = "new_password"  # noqa: S105 (the name of a place in the session)
_SHOWN = 4
"""How many of somebody's teams a line of the list names."""


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff("administrator")
def accounts(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The accounts by login, and adding one."""
    found = request.GET.get("q", "").strip()[:80]

    def shown() -> dict[str, Any]:
        page = accounts_of(standing.at, text=found, after=request.GET.get("after", "")[:80])
        rows = [
            {
                "line": r,
                "roles": _(", ").join(role_words(one) for one in r.roles),
                "teams": _(", ").join(r.teams[:_SHOWN]),
                "more": len(r.teams[_SHOWN:]),
            }
            for r in page.rows
        ]
        return {"rows": rows, "after": page.after, "text": found}

    return administer(request, standing, "desk/admin/accounts.html", shown, {"add": _add})


def _add(request: HttpRequest, standing: Standing) -> str:
    made = actions.add_account(
        standing.actor, text(request, "login"), text(request, "name"), at=standing.at
    )
    done(request, _("Added. It may do nothing until something is granted to it."))
    return reverse("desk:admin_account", args=[made.pk])


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff("administrator")
def account(request: HttpRequest, standing: Standing, account: int) -> HttpResponse:
    """One account, and everything that can be done with it."""

    def shown() -> dict[str, Any]:
        card = account_card(account, standing.at)
        marks = revisions()
        return {
            "card": card,
            "memberships": [
                {"id": one.team_id, "name": named(one.team.name, one.team.name_en)}
                for one in card.memberships
            ],
            "grants": [
                {"id": g.pk, "role": role_words(g.role), "area": _area_name(g.area_code, standing),
                 "categories": ", ".join(g.categories), "verbs": ", ".join(g.verbs),
                 "since": g.since, "until": g.until}
                for g in card.grants
            ],
            "roles": roles_to_give(),
            "areas": [(a.code, named(a.name, a.name_en)) for a in areas_to_choose(marks)],
            "teams": [
                (t.code, named(t.name, t.name_en))
                for t in teams_to_choose(marks).values()
                if t.kind != "grid"
            ],
            "password": request.session.pop(f"{PASSWORD}-{account}", ""),
        }  # fmt: skip

    deeds = {
        "rename": _rename, "start": _start, "deactivate": _deactivate, "sessions": _end_sessions,
        "grant": _grant, "revoke": _revoke, "join": _join, "leave": _leave, "see": _see,
    }  # fmt: skip
    template = "desk/admin/account.html"
    bound = {name: partial(deed, account) for name, deed in deeds.items()}
    return administer(request, standing, template, shown, bound)


def _area_name(code: str, standing: Standing) -> str:
    if not code:
        return _("everywhere")
    place = area_by_code(code, standing.at)
    return f"{named(place.name, place.name_en)} ({code})"


def _here(account: int) -> str:
    return reverse("desk:admin_account", args=[account])


def _rename(account: int, request: HttpRequest, standing: Standing) -> str:
    actions.rename(standing.actor, account, text(request, "name"), at=standing.at)
    done(request, _("Renamed."))
    return _here(account)


def _start(account: int, request: HttpRequest, standing: Standing) -> str:
    password = actions.new_start(standing.actor, account, at=standing.at)
    # Shown on the page that follows, once; the session forgets it there.
    request.session[f"{PASSWORD}-{account}"] = password
    return _here(account)


def _end_sessions(account: int, request: HttpRequest, standing: Standing) -> str:
    ended = actions.end_sessions_of(standing.actor, account, at=standing.at)
    done(request, _("Ended: {count} sessions.").format(count=ended))
    return _here(account)


def _see(account: int, request: HttpRequest, standing: Standing) -> str:
    see_as(standing.actor, account, at=standing.at)
    begin_seeing(request, account)
    return reverse("desk:home")


def _deactivate(account: int, request: HttpRequest, standing: Standing) -> str:
    if account == standing.actor.account:
        raise Invalid(N_("Nobody deactivates the own account: ask another administrator."))
    actions.deactivate_account(standing.actor, account, at=standing.at)
    done(request, _("Deactivated: nobody acts with it any more."))
    return _here(account)


def _path(code: str, standing: Standing) -> str:
    return area_by_code(code, standing.at).path if code else ""


def _grant(account: int, request: HttpRequest, standing: Standing) -> str:
    actions.grant(
        standing.actor,
        account,
        text(request, "role"),
        at=standing.at,
        area_path=_path(text(request, "area"), standing),
        categories=words_of(request, "categories"),
        verbs=words_of(request, "verbs"),
    )
    done(request, _("Granted."))
    return _here(account)


def _revoke(account: int, request: HttpRequest, standing: Standing) -> str:
    wanted = number(request, "grant")
    found = [g for g in account_card(account, standing.at).grants if g.pk == wanted]
    if not found:
        raise Invalid(N_("This grant does not stand any more."), field="grant")
    path = _path(found[0].area_code, standing)
    actions.revoke(standing.actor, wanted, at=standing.at, area_path=path)
    done(request, _("Ended."))
    return _here(account)


def _join(account: int, request: HttpRequest, standing: Standing) -> str:
    team = team_by_code(text(request, "team"))
    actions.join_team(standing.actor, account, team.pk, at=standing.at)
    done(request, _("Joined “{team}”.").format(team=named(team.name, team.name_en)))
    return _here(account)


def _leave(account: int, request: HttpRequest, standing: Standing) -> str:
    actions.leave_team(standing.actor, account, number(request, "team"), at=standing.at)
    done(request, _("Left the team."))
    return _here(account)
