"""Hooks: addresses of other programs that are told of events; tried, looked at, called again."""

from datetime import timedelta
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commonward.areas.queries import area_by_code, revisions
from commonward.cases.actions import hooking
from commonward.cases.queries import hooks as asked
from commonward.doors.desk.choices import choices
from commonward.doors.desk.views.admin.doing import (
    administer,
    beginning,
    done,
    number,
    text,
    words_of,
)
from commonward.doors.desk.views.admin.wording import delivery_words
from commonward.doors.desk.wording import step_words
from commonward.doors.look.standing import Standing, for_staff

SECRET = "new_hook_secret"  # noqa: S105 (the name of a place in the session)
FIELDS = ("name", "address", "verbs", "stages", "area", "categories")


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff("administrator")
def hooks(request: HttpRequest, standing: Standing) -> HttpResponse:
    """Every hook, and adding one."""

    def shown() -> dict[str, Any]:
        sent = {field: text(request, field) for field in FIELDS}
        return {"hooks": asked.hooks(), "hook": sent, **_offered()}

    return administer(request, standing, "desk/admin/hooks.html", shown, {"add": _add})


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff("administrator")
def hook(request: HttpRequest, standing: Standing, hook: int) -> HttpResponse:
    """One hook, its latest calls, and everything that can be done with it."""

    def shown() -> dict[str, Any]:
        given = request.GET.get("before", "")
        before = int(given) if given.isdecimal() and len(given) < 19 else None
        card = asked.hook_card(hook, before)
        row = card.hook
        kept = {
            "name": row.name, "address": row.address, "verbs": ", ".join(row.verbs),
            "stages": ", ".join(row.stages), "area": row.area_code,
            "categories": ", ".join(row.categories),
        }  # fmt: skip
        sent = {field: text(request, field) for field in FIELDS}
        return {
            "name": row.name,
            "ended": row.ended_at,
            "hook": sent if request.POST.get("do") == "change" else kept,
            "calls": [
                {"id": d.pk, "made_at": d.made_at, "state": delivery_words(d.state),
                 "waits": d.state == "waiting", "good": d.state == "sent",
                 "verb": d.event.verb if d.event else _("trial"),
                 "step": step_words(d.event.verb) if d.event else "",
                 "case": d.event.case.number if d.event else "",
                 "attempts": d.attempts, "fault": d.fault, "next_at": d.next_at}
                for d in card.deliveries
            ],
            "before": card.deliveries[-1].pk if len(card.deliveries) == asked.ON_A_PAGE else None,
            "old_until": row.old_until
            if row.old_until is not None and row.old_until > standing.at
            else None,
            "secret": request.session.pop(f"{SECRET}-{hook}", ""),
            **_offered(),
        }  # fmt: skip

    deeds = {
        "change": _change, "secret": _secret, "try": _try, "again": _again, "end": _end,
        "replay": _replay,
    }  # fmt: skip
    bound = {name: partial(deed, hook) for name, deed in deeds.items()}
    return administer(request, standing, "desk/admin/hook.html", shown, bound)


def _offered() -> dict[str, Any]:
    known = choices(revisions())
    return {"areas": known.areas, "stages": known.stages}


def _given(request: HttpRequest, standing: Standing) -> dict[str, Any]:
    area = text(request, "area")
    return {
        "at": standing.at,
        "verbs": words_of(request, "verbs"),
        "stages": words_of(request, "stages"),
        "area_path": area_by_code(area, standing.at).path if area else "",
        "categories": words_of(request, "categories"),
    }


def _here(hook: int) -> str:
    return reverse("desk:admin_hook", args=[hook])


def _add(request: HttpRequest, standing: Standing) -> str:
    made, secret = hooking.add_hook(
        standing.actor, text(request, "name"), text(request, "address"), **_given(request, standing)
    )
    # Shown on the page that follows, once; the session forgets it there.
    request.session[f"{SECRET}-{made.pk}"] = secret
    return _here(made.pk)


def _change(hook: int, request: HttpRequest, standing: Standing) -> str:
    hooking.change_hook(
        standing.actor,
        hook,
        text(request, "name"),
        text(request, "address"),
        **_given(request, standing),
    )
    done(request, _("Changed."))
    return _here(hook)


def _secret(hook: int, request: HttpRequest, standing: Standing) -> str:
    request.session[f"{SECRET}-{hook}"] = hooking.new_secret(
        standing.actor, hook, at=standing.at, at_once=bool(text(request, "at_once"))
    )
    return _here(hook)


def _try(hook: int, request: HttpRequest, standing: Standing) -> str:
    hooking.try_hook(standing.actor, hook, at=standing.at)
    done(request, _("It is called within a minute; look at this page again then."))
    return _here(hook)


def _again(hook: int, request: HttpRequest, standing: Standing) -> str:
    hooking.call_again(standing.actor, hook, number(request, "call"), at=standing.at)
    done(request, _("It is called within a minute; look at this page again then."))
    return _here(hook)


def _replay(hook: int, request: HttpRequest, standing: Standing) -> str:
    since = beginning(request, "since")
    until = min(beginning(request, "until") + timedelta(days=1), standing.at)
    count = hooking.replay_hook(standing.actor, hook, since, until, at=standing.at)
    done(request, _("{count} calls are owed once more.").format(count=count))
    return _here(hook)


def _end(hook: int, request: HttpRequest, standing: Standing) -> str:
    hooking.end_hook(standing.actor, hook, at=standing.at)
    done(request, _("Ended: it is called no more."))
    return reverse("desk:admin_hooks")
