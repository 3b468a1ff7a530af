"""Neighbours: named by address and key, compared by telephone, paused, ended (邻区管理)."""

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commonward.cases.actions.federating import keys
from commonward.cases.actions.federating import neighbours as deeds
from commonward.cases.queries import neighbours as asked
from commonward.core.federation import letters
from commonward.doors.desk.views.admin.doing import administer, beginning, done, text, words_of
from commonward.doors.look.standing import Standing, for_staff

FIELDS = (
    "name", "address", "key", "speaks", "categories", "since", "until", "jurisdiction", "form",
    "secret",
)  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff("administrator")
def neighbours(request: HttpRequest, standing: Standing) -> HttpResponse:
    """Every neighbour, our own key to read out to them, and adding one."""

    def shown() -> dict[str, Any]:
        public = keys.public_key(standing.at)
        return {
            "neighbours": asked.neighbours(),
            "own": {
                "name": keys.own_name(),
                "key": letters.public_text(public),
                "fingerprint": letters.fingerprint(public),
            },
            "given_fields": {field: text(request, field) for field in FIELDS},
        }

    return administer(
        request, standing, "desk/admin/neighbours.html", shown, {"add": _add, "key": _key}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff("administrator")
def neighbour(request: HttpRequest, standing: Standing, neighbour: int) -> HttpResponse:
    """One neighbour: its key to compare, pausing and ending it, what was handed."""

    def shown() -> dict[str, Any]:
        row = asked.neighbour(neighbour)
        return {
            "neighbour": row,
            "lines": [
                {"line": line, "waits": _(line.waits) if line.waits else ""}
                for line in asked.hand_overs(standing.at, of=row.pk)[:50]
            ],
        }

    bound = {
        name: partial(deed, neighbour)
        for name, deed in {
            "compare": _compare, "pause": _pause, "go_on": _go_on, "end": _end,
        }.items()
    }  # fmt: skip
    return administer(request, standing, "desk/admin/neighbour.html", shown, bound)


def _add(request: HttpRequest, standing: Standing) -> str:
    told = {name: text(request, name) for name in ("jurisdiction", "form") if text(request, name)}
    made = deeds.add_neighbour(
        standing.actor,
        text(request, "name"),
        text(request, "address"),
        at=standing.at,
        key=text(request, "key"),
        speaks=text(request, "speaks") or "commonward",
        categories=words_of(request, "categories"),
        secret=text(request, "secret"),
        told=told,
        hands_from=beginning(request, "since") if text(request, "since") else None,
        hands_until=beginning(request, "until") if text(request, "until") else None,
    )
    return reverse("desk:admin_neighbour", args=[made.pk])


def _key(request: HttpRequest, standing: Standing) -> str:
    keys.change_key(standing.actor, at=standing.at)
    done(request, _("Changed: tell every neighbour, who must compare it."))
    return reverse("desk:admin_neighbours")


def _here(neighbour: int) -> str:
    return reverse("desk:admin_neighbour", args=[neighbour])


def _compare(neighbour: int, request: HttpRequest, standing: Standing) -> str:
    deeds.compare(standing.actor, neighbour, text(request, "fingerprint"), at=standing.at)
    done(request, _("Compared: matters can be handed from now on."))
    return _here(neighbour)


def _pause(neighbour: int, request: HttpRequest, standing: Standing) -> str:
    deeds.pause(standing.actor, neighbour, at=standing.at, on=True)
    done(request, _("Paused: no new offers; what is under way goes on."))
    return _here(neighbour)


def _go_on(neighbour: int, request: HttpRequest, standing: Standing) -> str:
    deeds.pause(standing.actor, neighbour, at=standing.at, on=False)
    done(request, _("Changed."))
    return _here(neighbour)


def _end(neighbour: int, request: HttpRequest, standing: Standing) -> str:
    deeds.end_neighbour(standing.actor, neighbour, at=standing.at)
    done(request, _("Ended: nothing is handed there any more."))
    return reverse("desk:admin_neighbours")
