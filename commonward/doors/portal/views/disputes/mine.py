"""A party's page of one dispute: where it stands, what they may do, and what was said of it."""

from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from commonward.cases.queries.filed import line_of
from commonward.cases.queries.reference import book
from commonward.core.disputes import KINDS, LEVELS
from commonward.core.refusals import N_, Missing, Refusal
from commonward.core.rights import Actor, party
from commonward.disputes import actions
from commonward.disputes.access import dispute_for, party_by, side_of
from commonward.disputes.actions.passes import enter
from commonward.disputes.models import Dispute, Party
from commonward.disputes.queries.filed import filed
from commonward.doors.look.showing import due_words, error_of, named, page, said
from commonward.doors.portal.views.disputes.sections import sections_of
from commonward.doors.portal.views.receipts import opens_nothing
from commonward.people.queries import now as site_now

DOOR = "portal"
_SALT = "commonward.portal.party"
_ENTERED_SECONDS = 2 * 3600
"""How long a number and code, once given, open a party's page on that device."""
_DONE = {
    "agreed": N_("Noted: you want to talk. You can take it back at any time."),
    "refused": N_("Noted. It ends here, and nothing follows from it. Every other way stays open."),
    "added": N_("Added."),
}


@dataclass(frozen=True, slots=True)
class Opened:
    """What a key opened: who holds it, and their dispute."""

    actor: Actor
    dispute: Dispute


def opened(key: str) -> Opened:
    """The party and dispute that a secret link, or a ticket given for number and code, leads to.

    Raises Missing when it opens nothing (any more).
    """
    at = site_now()
    actor = _by_ticket(key) if ":" in key else party_by(key, at)
    number = (
        Party.objects.filter(pk=actor.party or 0, left_at=None)
        .values_list("side__dispute__case__number", flat=True)
        .first()
        or ""
    )
    return Opened(actor, dispute_for(number, actor, at, door=DOOR))


def _by_ticket(key: str) -> Actor:
    try:
        return party(int(signing.loads(key, salt=_SALT, max_age=_ENTERED_SECONDS)))
    except (signing.BadSignature, TypeError, ValueError) as error:
        raise Missing(
            N_("The number and code were given too long ago. Please give them again.")
        ) from error


@require_safe
def mine(request: HttpRequest, key: str) -> HttpResponse:
    """The party's page."""
    try:
        found = opened(key)
    except Missing as refusal:
        return opens_nothing(request, refusal)
    done = _DONE.get(request.GET.get("done", ""), "")
    context = {**shown(found, key), "done": _(done) if done else ""}
    return page(request, "portal/disputes/mine.html", context, private=True)


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, key: str) -> HttpResponse:
    """Yes or no to talking; before a yes stands who sees what, why, and how long it is kept."""
    try:
        found = opened(key)
    except Missing as refusal:
        return opens_nothing(request, refusal)
    error, status = None, 200
    if request.method == "POST":
        says = request.POST.get("says", "")
        try:
            side = side_of(found.actor)
            actions.answer(found.dispute.case.number, side.letter, says, found.actor, site_now())
        except Refusal as refusal:
            error, status = error_of(refusal), 422
        else:
            return HttpResponseRedirect(f"{reverse('portal:dispute_mine', args=[key])}?done={says}")
    context = {
        **shown(found, key),
        "keep_years": book().procedures[found.dispute.case.procedure_id].keep_years,
        "error": error,
    }
    return page(request, "portal/disputes/answer.html", context, status=status, private=True)


@require_http_methods(["GET", "HEAD", "POST"])
def bring(request: HttpRequest, key: str) -> HttpResponse:
    """Bring a representative or a helper; every step can be done by them as well."""
    try:
        found = opened(key)
    except Missing as refusal:
        return opens_nothing(request, refusal)
    error, status = None, 200
    if request.method == "POST":
        try:
            actions.put_on_side(
                found.dispute.case.number,
                side_of(found.actor).letter,
                "representative" if request.POST.get("part") == "representative" else "supporter",
                {
                    n: request.POST.get(n, "").strip()
                    for n in ("name", "phone", "email", "relation", "powers")
                },
                found.actor,
                site_now(),
            )
        except Refusal as refusal:
            error, status = error_of(refusal), 422
        else:
            return HttpResponseRedirect(f"{reverse('portal:dispute_mine', args=[key])}?done=added")
    context = {**shown(found, key), "error": error, "given": request.POST if error else {}}
    return page(request, "portal/disputes/bring.html", context, status=status, private=True)


@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest) -> HttpResponse:
    """The way in by the number and code of the letter."""
    error, status = None, 200
    if request.method == "POST":
        try:
            found = enter(request.POST.get("number", ""), request.POST.get("code", ""), site_now())
        except Refusal as refusal:
            error, status = error_of(refusal), 422
        else:
            ticket = signing.dumps(found.pk, salt=_SALT)
            return HttpResponseRedirect(reverse("portal:dispute_mine", args=[ticket]))
    context = {"error": error, "given": {"number": request.POST.get("number", "")}}
    return page(request, "portal/disputes/follow.html", context, status=status, private=True)


def shown(found: Opened, key: str) -> dict[str, Any]:
    """What stands on every page of a party."""
    dispute, at = found.dispute, site_now()
    procedure = book().procedures[dispute.case.procedure_id]
    stage = procedure.stages[dispute.case.stage]
    file = filed(dispute, found.actor)
    own = next((side for side in file.sides if side.own), None)
    line = line_of(dispute.case, at)
    return {
        "key": key,
        "number": dispute.case.number,
        "kind": named(KINDS[dispute.kind][0], _(KINDS[dispute.kind][1])),
        "stage_title": said(stage.title),
        "stage_plain": said(stage.plain),
        "level": named(LEVELS[dispute.level][0], _(LEVELS[dispute.level][1]))
        if dispute.level
        else "",
        "team": named(line.team.name, line.team.name_en) if line.team else "",
        "due": due_words(line.due_at) if line.due_at else "",
        "is_open": dispute.case.is_open,
        "file": file,
        "own": own,
        "others": [side for side in file.sides if not side.own],
        "sections": sections_of(dispute, found.actor, key),
    }
