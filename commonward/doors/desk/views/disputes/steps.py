"""Steps of a dispute: those of the procedure, and those with its sides."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commonward.cases.queries.reference import book
from commonward.core.disputes import LEVELS
from commonward.core.refusals import N_, Invalid, Missing, Refusal
from commonward.disputes import actions
from commonward.disputes.access import POSTS, dispute_for
from commonward.disputes.actions.passes import code_of
from commonward.disputes.models import Dispute
from commonward.disputes.queries.filed import filed
from commonward.disputes.queries.needs import needs_for
from commonward.doors.desk import sheets, wording
from commonward.doors.desk.showing import desk_page
from commonward.doors.desk.views.admin.doing import administer, done, text
from commonward.doors.desk.views.disputes import wording as words
from commonward.doors.desk.views.disputes.one import BESIDE, DOOR, head_of, nothing
from commonward.doors.look.needing import needs_told
from commonward.doors.look.showing import error_of, said
from commonward.doors.look.standing import Standing, for_staff
from commonward.people.queries import revisions, team_by_code
from commonward.people.queries.names import teams_to_choose


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*POSTS)
def step(request: HttpRequest, standing: Standing, number: str, verb: str) -> HttpResponse:
    """One step: what it needs is asked, then it is taken, or refused in words."""
    try:
        found = dispute_for(sheets.meant(number), standing.actor, standing.at, door=DOOR)
        wanted = book().procedures[found.case.procedure_id].verbs.get(verb)
        if wanted is None or verb in BESIDE:
            raise Missing(N_("There is no step “{verb}” here."), verb=verb)
    except Missing as missing:
        return nothing(request, standing, missing)
    error, status = None, 200
    if request.method == "POST":
        try:
            _take(request, standing, found, verb)
        except Refusal as refusal:
            procedure = book().procedures[found.case.procedure_id]
            error = {**error_of(refusal), "text": wording.refused(refusal, procedure)}
            status = 422
        else:
            done(request, _("Done: {step}").format(step=said(wanted.title)))
            return HttpResponseRedirect(_where_to(found, standing))
    context = {
        **head_of(found, standing),
        "verb": verb,
        "step": said(wanted.title),
        "needs": wanted.needs,
        "asks_team": verb.removeprefix("to_") in LEVELS,
        "teams": [(t.code, t.name) for t in teams_to_choose(revisions()).values()],
        "error": error,
        "given": request.POST if error else {},
    }
    return desk_page(request, standing, "desk/disputes/step.html", context, status=status)


def _where_to(found: Dispute, standing: Standing) -> str:
    """The dispute's page, or the list for whoever has handed it out of their own sight."""
    number = found.case.number
    try:
        dispute_for(number, standing.actor, standing.at, door=DOOR)
    except Missing:
        return reverse("desk:disputes")
    return reverse("desk:dispute", args=[number])


def _take(request: HttpRequest, standing: Standing, found: Dispute, verb: str) -> None:
    version = text(request, "version")
    known = int(version) if version.isdecimal() and len(version) < 10 else None
    level = verb.removeprefix("to_")
    if level in LEVELS:
        code = text(request, "team")
        actions.go_up(
            found.case.number, level, standing.actor, standing.at,
            team=team_by_code(code).pk if code else None, version=known,
        )  # fmt: skip
        return
    given = {"reason": text(request, "reason")}
    actions.take_step(found.case.number, verb, standing.actor, standing.at, given, version=known)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff("coordinator", "mediator")
def sides(request: HttpRequest, standing: Standing, number: str) -> HttpResponse:
    """Both sides: who stands there, inviting and reminding, and an answer given orally."""
    try:
        found = dispute_for(sheets.meant(number), standing.actor, standing.at, door=DOOR)
    except Missing as missing:
        return nothing(request, standing, missing)
    link: dict[str, str] = {}

    def shown() -> dict[str, Any]:
        found.case.refresh_from_db()
        file = filed(found, standing.actor)
        needs = needs_for(found, standing.actor)
        return {
            **head_of(found, standing),
            "sides": [
                {
                    "line": side,
                    "answer": wording.word(words.ANSWERS, side.answer),
                    "people": [
                        {
                            "line": p,
                            "part": wording.word(words.PARTS, p.part),
                            "details": [
                                (wording.word({**words.DETAILS, **words.FURTHER}, k), v)
                                for k, v in p.details.items()
                            ],
                        }
                        for p in side.parties
                    ],
                    "needs": needs_told(needs[side.letter]) if side.letter in needs else [],
                    "wants": needs[side.letter].wants if side.letter in needs else "",
                }
                for side in file.sides
            ],
            "parts": words.told(words.PARTS),
            "details": words.told({**words.DETAILS, **words.FURTHER}),
            "link": link,
        }

    def invited(key: str) -> str:
        # Shown once, to be printed or read out: only its hash is kept.
        link["address"] = request.build_absolute_uri(reverse("portal:dispute_mine", args=[key]))
        link["code"] = code_of(key)
        link["side"] = text(request, "side")
        return ""

    number = found.case.number
    return administer(
        request,
        standing,
        "desk/disputes/sides.html",
        shown,
        {
            "invite": lambda r, s: invited(actions.invite(number, text(r, "side"), s.actor, s.at)),
            "remind": lambda r, s: invited(actions.remind(number, text(r, "side"), s.actor, s.at)),
            "answer": lambda r, s: _answered(r, s, number),
            "add": lambda r, s: _added(r, s, number),
            "leave": lambda r, s: _left(r, s, number),
        },
    )


def _answered(request: HttpRequest, standing: Standing, number: str) -> str:
    actions.answer(
        number, text(request, "side"), text(request, "says"), standing.actor, standing.at
    )
    done(request, _("Noted what this side said."))
    return reverse("desk:dispute_sides", args=[number])


def _added(request: HttpRequest, standing: Standing, number: str) -> str:
    details = {name: text(request, name) for name in (*words.DETAILS, *words.FURTHER)}
    actions.put_on_side(
        number, text(request, "side"), text(request, "part"), details, standing.actor, standing.at
    )
    done(request, _("Added."))
    return reverse("desk:dispute_sides", args=[number])


def _left(request: HttpRequest, standing: Standing, number: str) -> str:
    given = text(request, "party")
    if not given.isdecimal() or len(given) > 18:
        raise Invalid(N_("Choose one of the list."), field="party")
    actions.leave(number, int(given), standing.actor, standing.at)
    return reverse("desk:dispute_sides", args=[number])
