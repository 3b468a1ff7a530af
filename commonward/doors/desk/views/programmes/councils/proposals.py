"""The queue of proposals, and each with its steps: check, merge, cost, answer, vote, work."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from commonward.cases.queries.reference import book
from commonward.core.refusals import N_, Invalid
from commonward.doors.desk.showing import desk_page
from commonward.doors.desk.views.admin.doing import administer, done, number, text
from commonward.doors.look.proposing import NOTES
from commonward.doors.look.showing import named, said
from commonward.doors.look.standing import Standing, for_staff
from commonward.people.queries import revisions
from commonward.people.queries.names import teams_to_choose
from commonward.programmes.actions.proposal_photos import show_proposal_photo
from commonward.programmes.actions.proposing import (
    STEPS,
    decide_comment,
    hide_comment,
    merge_proposal,
    proposal_step,
    put_to_vote,
    reckon_cost,
)
from commonward.programmes.queries.decisions import (
    ENDED,
    GOING,
    appeals_open,
    comments_of,
    keeps,
    notes_of,
    proposal_for,
    proposals_for,
)
from commonward.programmes.queries.proposal_photos import photos_of

SEES = ("programme_officer", "leader", "handler")


def stage_title(case: Any) -> str:
    """What the case's stage is called."""
    return said(book().procedures[case.procedure_id].stages[case.stage].title)


@require_safe
@for_staff(*SEES)
def programme_proposals(request: HttpRequest, standing: Standing) -> HttpResponse:
    """Proposals that wait for something, or one stage of them."""
    stage, before = request.GET.get("stage", ""), request.GET.get("before", "")
    found = proposals_for(
        standing.actor, stage, int(before) if before.isdecimal() and len(before) < 18 else None
    )
    in_force = book().in_force.get("proposal")
    stages = book().procedures[in_force].stages if in_force else {}
    context = {
        "rows": [
            {
                "one": one,
                "number": one.case.number,
                "stage": stage_title(one.case),
                "place": named(one.area.name, one.area.name_en) if one.area else "",
            }
            for one in found.rows
        ],
        "older": found.older,
        "stage": stage,
        "stages": [(s, said(stages[s].title)) for s in ("received", *GOING, *ENDED) if s in stages],
        "appeals": appeals_open(standing.actor),
    }
    return desk_page(request, standing, "desk/programmes/councils/proposals.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*SEES)
def programme_proposal(request: HttpRequest, standing: Standing, number: str) -> HttpResponse:
    """One proposal and what can be done with it now."""
    here = reverse("desk:programme_proposal", args=[number])
    return administer(
        request, standing, "desk/programmes/councils/proposal.html",
        lambda: _shown(number, standing), _deeds(number, here),
    )  # fmt: skip


def _deeds(number_: str, here: str) -> Mapping[str, Callable[[HttpRequest, Standing], str]]:
    def step(verb: str) -> Callable[[HttpRequest, Standing], str]:
        def take(asked: HttpRequest, who: Standing) -> str:
            proposal_step(
                number_, verb, who.actor, who.at, words=text(asked, "words"),
                team=number(asked, "team") if verb == "ask_answer" else None,
                linked=text(asked, "linked"),
            )  # fmt: skip
            done(asked, _("Done."))
            return here

        return take

    def merge(asked: HttpRequest, who: Standing) -> str:
        merge_proposal(number_, text(asked, "into"), who.actor, who.at)
        done(asked, _("Done."))
        return here

    def to_vote(asked: HttpRequest, who: Standing) -> str:
        put_to_vote(number_, text(asked, "vote"), who.actor, who.at)
        done(asked, _("Done."))
        return here

    def cost(asked: HttpRequest, who: Standing) -> str:
        given = text(asked, "cost")
        if given and not (given.isdecimal() and len(given) < 13):
            raise Invalid(N_("Please write a number."), field="cost")
        reckon_cost(
            number_, int(given) if given else None, text(asked, "budget_line"),
            number(asked, "wanted"), who.actor, who.at,
        )  # fmt: skip
        done(asked, _("Done."))
        return here

    def hide(asked: HttpRequest, who: Standing) -> str:
        hide_comment(number(asked, "comment"), text(asked, "reason"), who.actor)
        return f"{here}#said"

    def decide(asked: HttpRequest, who: Standing) -> str:
        decide_comment(
            number(asked, "comment"),
            text(asked, "shown") == "yes",
            text(asked, "reason"),
            who.actor,
        )
        return f"{here}#said"

    return {
        **{verb: step(verb) for verb in STEPS},
        "photo_show": _photo(number_, here, public=True),
        "photo_hide": _photo(number_, here, public=False),
        "merge": merge, "to_vote": to_vote, "cost": cost, "hide": hide, "decide": decide,
    }  # fmt: skip


def _photo(number_: str, here: str, *, public: bool) -> Callable[[HttpRequest, Standing], str]:
    def take(asked: HttpRequest, who: Standing) -> str:
        show_proposal_photo(
            number_, text(asked, "photo"), text(asked, "alt"), text(asked, "reason"), who.actor,
            who.at, public=public,
        )  # fmt: skip
        done(asked, _("Done."))
        return here

    return take


def _shown(number_: str, standing: Standing) -> dict[str, Any]:
    found = proposal_for(number_, standing.actor)
    case = found.case
    procedure = book().procedures[case.procedure_id]
    code = book().categories[case.category_id].code
    offered = {
        verb.name: said(verb.title)
        for verb in procedure.by_stage[case.stage]
        if standing.actor.roles_for(verb.who, verb.name, case.area_path, code)
    }
    teams = teams_to_choose(revisions()).values()
    return {
        "one": found,
        "number": case.number,
        "stage": said(procedure.stages[case.stage].title),
        "place": named(found.area.name, found.area.name_en) if found.area else "",
        "due": case.due_at,
        "offered": offered,
        "steps": [(verb, title) for verb, title in offered.items() if verb in STEPS],
        "teams": [(t.id, named(t.name, t.name_en)) for t in teams if t.kind == "department"]
        or [(t.id, named(t.name, t.name_en)) for t in teams],
        "keeps": keeps(standing.actor, case.area_path),
        "notes": [(one, _(NOTES[one.kind])) for one in notes_of(found)],
        "photos": photos_of(found, inside=True),
        "comments": comments_of(found),
        "into": found.merged_into.case.number if found.merged_into else "",
    }
