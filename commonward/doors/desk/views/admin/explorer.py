"""The explorer of disputes: numbers filled in, the file edited, the change shown, then adopted."""

import difflib
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commonward.core.explorer import (
    Explorer,
    Outcome,
    ask,
    led_elsewhere,
    parse,
    read_toml,
    with_phones,
)
from commonward.core.refusals import Invalid
from commonward.disputes.actions.exploring import adopt_explorer, explorer_faults
from commonward.disputes.queries.exploring import (
    current_explorer,
    explorer_text,
    explorer_versions,
)
from commonward.doors.desk.views.admin.doing import administer, done, number, text
from commonward.doors.look.showing import said
from commonward.doors.look.standing import Standing, for_staff
from commonward.people.words import tell

MOST_LINES = 400
MOST_WAYS_SHOWN = 20


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff("administrator")
def explorer(request: HttpRequest, standing: Standing) -> HttpResponse:
    """What is in force, and what a change would do; nothing is adopted unseen."""
    tried: dict[str, Any] = {}

    def shown() -> Mapping[str, Any]:
        current = current_explorer(standing.at)
        return {
            "number": current.number,
            "contacts": [
                {"code": c.code, "title": said(c.title), "phone": c.phone}
                for c in current.explorer.contacts.values()
            ],
            "counts": _counts(current.explorer),
            "whole": explorer_text(standing.at),
            "versions": explorer_versions(standing.at),
            **tried,
        }

    def look(request: HttpRequest, standing: Standing) -> str:
        """Show what the file would change, or all its faults at once."""
        wanted = request.POST.get("whole", "").replace("\r\n", "\n")
        tried["whole"] = wanted
        faults = explorer_faults(wanted, standing.at)
        tried["faults"] = [tell(fault) for fault in faults]
        if not faults:
            tried.update(_tried(wanted, standing))
        return ""

    def phones(request: HttpRequest, standing: Standing) -> str:
        """The numbers of the form, shown like any other change before they hold."""
        current = current_explorer(standing.at).explorer
        given = {
            code: text(request, f"phone-{code}")
            for code, contact in current.contacts.items()
            if f"phone-{code}" in request.POST and text(request, f"phone-{code}") != contact.phone
        }
        wanted = with_phones(explorer_text(standing.at), given)
        faults = explorer_faults(wanted, standing.at)
        if faults:
            raise faults[0]
        tried.update(_tried(wanted, standing))
        return ""

    def adopt(request: HttpRequest, standing: Standing) -> str:
        made = adopt_explorer(
            request.POST.get("proposed", ""),
            at=standing.at,
            actor=standing.actor,
            upon=number(request, "upon"),
        )
        if made is None:
            done(request, _("Nothing changed: this text is in force already."))
        else:
            told = _("Version {number} of the explorer is in force.")
            done(request, told.format(number=made.number))
        return reverse("desk:admin_explorer")

    deeds = {"look": look, "phones": phones, "adopt": adopt}
    return administer(request, standing, "desk/admin/explorer.html", shown, deeds)


def _tried(wanted: str, standing: Standing) -> dict[str, Any]:
    current = current_explorer(standing.at)
    new = parse(read_toml(wanted))
    changed, count = led_elsewhere(current.explorer, new)
    return {
        "tried": True,
        "proposed": wanted,
        "upon": current.number,
        "diff": _diff(explorer_text(standing.at), wanted),
        "changed": [_told(new, answers) for answers in changed[:MOST_WAYS_SHOWN]],
        "changed_count": len(changed),
        "ways_count": count,
    }


def _diff(old: str, new: str) -> Sequence[tuple[str, str]]:
    """The lines that differ, each with "+" or "-" or " " before it."""
    lines = list(difflib.unified_diff(old.splitlines(), new.splitlines(), n=1, lineterm=""))[2:]
    return [(line[:1], line) for line in lines[:MOST_LINES]]


def _told(explorer: Explorer, answers: Sequence[str]) -> str:
    """A way in words: its answers, and the type or gate at its end."""
    try:
        step = ask(explorer, answers)
    except Invalid as refusal:
        return tell(refusal)
    said_so_far = " › ".join(said(answer.say) for _question, answer in step.taken)
    if isinstance(step, Outcome):
        return f"{said_so_far} → {said(step.routes[0].title)}"
    gate = getattr(step, "gate", None)
    return f"{said_so_far} → {said(gate.title)}" if gate else said_so_far


def _counts(explorer: Explorer) -> dict[str, int]:
    return {
        "questions": len(explorer.questions),
        "gates": len(explorer.gates),
        "routes": len(explorer.routes),
        "unfilled": sum(not contact.phone for contact in explorer.contacts.values()),
    }
