"""The agreement at the desk: drafted from clauses, checked while it is written, signed, sealed."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from commonward.core.agreements.clauses import Agreement, read_agreement
from commonward.core.agreements.linting import lint
from commonward.core.confidentiality import TALKS
from commonward.core.refusals import Forbidden, Missing, Refusal
from commonward.disputes.access import POSTS, dispute_for, require, roles_in
from commonward.disputes.actions import agreements as actions
from commonward.disputes.models import Dispute
from commonward.disputes.queries.agreements import agreement_shown, names_of, objections
from commonward.doors.desk import sheets
from commonward.doors.desk.views.admin.doing import Deed, administer, done, text
from commonward.doors.desk.views.disputes import clauses
from commonward.doors.desk.views.disputes.one import DOOR, head_of, nothing
from commonward.doors.look.showing import error_of, language, page
from commonward.doors.look.standing import Standing, for_staff


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*POSTS)
def agreement(request: HttpRequest, standing: Standing, number: str) -> HttpResponse:
    """The text in hand or in force; who mediates writes it, the others read it once it is agreed."""
    found = _found(request, standing, number)
    if isinstance(found, HttpResponse):
        return found
    number = found.case.number
    here = reverse("desk:dispute_agreement", args=[number])

    def save(r: HttpRequest, s: Standing, change: Callable[[list[Any]], None]) -> str:
        data = clauses.read(r.POST)
        change(data["clauses"])
        made, findings = actions.draft_agreement(number, data, s.actor, s.at, upon=text(r, "upon"))
        done(
            r,
            _("Saved. {count} things are still unclear.").format(count=len(findings))
            if findings
            else _("Saved. Nothing is unclear: it can be put before the sides."),
        )
        return f"{here}#clause-{len(data['clauses'])}" if made and r.POST["do"] == "add" else here

    def add(r: HttpRequest, s: Standing) -> str:
        kind = text(r, "kind")
        return save(r, s, lambda found: found.append({"act": kind}))

    def propose(r: HttpRequest, s: Standing) -> str:
        if r.POST.get("count"):
            data = clauses.read(r.POST)
            actions.draft_agreement(number, data, s.actor, s.at, upon=text(r, "upon"))
        actions.propose_agreement(
            number,
            s.actor,
            s.at,
            oral=bool(text(r, "oral")),
            free_words_read=bool(text(r, "read")),
        )
        done(r, _("It lies before the sides now, unchanged until they have answered."))
        return here

    def signed(r: HttpRequest, s: Standing) -> str:
        actions.record_signature(number, text(r, "side"), text(r, "digest"), s.actor, s.at)
        done(r, _("Noted that this side has signed."))
        return here

    def force(r: HttpRequest, s: Standing) -> str:
        actions.bring_into_force(
            number, text(r, "digest"), s.actor, s.at, seal_set=bool(text(r, "seal"))
        )
        done(r, _("The agreement is in force."))
        return here

    deeds: dict[str, Deed] = {
        "save": lambda r, s: save(r, s, lambda found: None),
        "add": add,
        "propose": propose,
        "signed": signed,
        "force": force,
    }
    taken_out = request.POST.get("do", "").removeprefix("remove-")
    if taken_out.isdecimal() and len(taken_out) < 4:
        deeds[f"remove-{taken_out}"] = lambda r, s: save(
            r, s, lambda found: _removed(found, int(taken_out))
        )
    return administer(
        request,
        standing,
        "desk/disputes/agreement.html",
        lambda: _shown(found, standing),
        deeds,
    )


@require_POST
@for_staff("mediator", "panelist")
def check(request: HttpRequest, standing: Standing, number: str) -> HttpResponse:
    """What is unclear in the form as it stands, without saving it: a part of the page."""
    found = _found(request, standing, number)
    if isinstance(found, HttpResponse):
        return found
    try:
        terms = _of_form(request, found)
    except Refusal as refusal:
        return render(request, "look/error.html", {"error": error_of(refusal)}, status=422)
    findings = lint(terms, timezone.localdate(standing.at))
    context = {"findings": clauses.told(findings)}
    return render(request, "desk/disputes/findings.html", context)


def _found(request: HttpRequest, standing: Standing, number: str) -> Dispute | HttpResponse:
    try:
        found = dispute_for(
            sheets.meant(number), standing.actor, standing.at, door=DOOR, what="agreement"
        )
        require(found, standing.actor, "agreement")
    except Missing as missing:
        return nothing(request, standing, missing)
    except Forbidden:
        return page(request, "look/not_for_you.html", status=403, private=True)
    return found


def _of_form(request: HttpRequest, dispute: Dispute) -> Agreement:
    return read_agreement({**clauses.read(request.POST), "sides": sorted(names_of(dispute))})


def _removed(found: list[Any], at: int) -> None:
    """Take a clause out; whatever came after it keeps pointing at the same one."""
    if not 1 <= at <= len(found):
        return
    del found[at - 1]
    for one in found:
        after = one.get("after") or 0
        one["after"] = 0 if after == at else after - 1 if after > at else after


def _shown(dispute: Dispute, standing: Standing) -> dict[str, Any]:
    dispute.case.refresh_from_db()
    told = "zh" if language().startswith("zh") else "en"
    current = agreement_shown(dispute, standing.actor, told)
    drafts = bool({"mediator", "panelist"} & set(roles_in(dispute, standing.actor)))
    latest, upon = actions.latest_text(dispute)
    open_ = current is None or current.state != "in_force"
    terms = (
        actions.terms_of(latest, dispute)
        if latest is not None
        else Agreement(tuple(sorted(names_of(dispute))), "")
    )
    findings = lint(terms, timezone.localdate(standing.at)) if open_ and latest else []
    return {
        **head_of(dispute, standing),
        "agreement": current,
        "names": names_of(dispute),
        "signed": [one for one in current.said if one.says == "signed"] if current else [],
        "drafts": drafts
        and open_
        and dispute.case.is_open
        and dispute.case.stage in (*TALKS, "agreed"),
        "records": bool({"mediator", "coordinator"} & set(roles_in(dispute, standing.actor))),
        "rows": clauses.rows(terms, findings),
        "facts": terms.facts,
        "upon": upon,
        "findings": clauses.told(findings),
        "free_words": any(clause.act == "other" for clause in terms.clauses),
        "checked": latest is not None,
        "kinds": [(name, _(said)) for name, said in clauses.ACTS.items()],
        "objections": objections(dispute) if drafts else [],
    }
