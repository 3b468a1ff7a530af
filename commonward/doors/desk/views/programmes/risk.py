"""Reviews of risk at the desk: the list, a new one, the page of one with its steps, the days."""

import secrets
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from commonward.cases.queries.reference import book
from commonward.core.refusals import N_, Missing
from commonward.core.risk.terms import KINDS, OUTCOMES, Terms
from commonward.doors.desk.showing import desk_page
from commonward.doors.desk.views.admin.doing import Deed, administer, beginning, done, number, text
from commonward.doors.desk.views.programmes.risk_forms import (
    kept,
    maybe_whole,
    pages_of,
    teams,
    whole,
)
from commonward.doors.desk.views.programmes.ways import WORKS
from commonward.doors.look.files import as_file
from commonward.doors.look.risk import printed, stage_words, told, word
from commonward.doors.look.showing import due_words, error_of, named, said
from commonward.doors.look.standing import Standing, for_staff
from commonward.programmes.actions.risk import drafting, stepping
from commonward.programmes.actions.risk.setting_up import set_terms, set_up_risk
from commonward.programmes.models import RiskReview
from commonward.programmes.queries.risk import (
    CATEGORY,
    Line,
    answers_owed,
    conditions_for,
    keeps,
    review_of,
    reviews_for,
    terms,
    terms_number,
)

DRAFTS = ("programme_officer", "leader", "handler")
DAYS: Mapping[str, str] = {
    "notice_days": N_("Working days that the notice stands at least"),
    "read_days": N_("Working days until a question is read and shown at the latest"),
    "answer_days": N_("Working days until a question is answered"),
    "hearing_days": N_("Working days between announcing a hearing and holding it"),
    "names_days": N_("Days after a hearing until the names of who spoke are deleted"),
}


@require_safe
@for_staff(*WORKS)
def reviews(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The reviews that this person sees, what is next due, what is late, and their conditions."""
    ended = request.GET.get("ended") == "1"
    lines = reviews_for(standing.actor, standing.at, ended=ended)
    context = {
        "rows": [_row(one) for one in lines],
        "ended": ended,
        "may_draft": standing.holds(DRAFTS) and CATEGORY in book().codes,
        "set_up": CATEGORY in book().codes,
        "conditions": [
            {
                "row": one,
                "title": named(one.review.title, one.review.title_en),
                "number": one.review.case.number,
                "words": named(one.words, one.words_en),
                "due": due_words(one.due_at),
                "late": one.done_at is None and one.due_at < standing.at,
            }
            for one in conditions_for(standing.actor)
        ],
        "answers": [
            {
                "title": named(one.review.title, one.review.title_en),
                "number": one.review.case.number,
                "kind": word(KINDS, one.kind),
                "due": due_words(one.due_at),
                "late": one.due_at < standing.at,
            }
            for one in answers_owed(standing.actor)
        ],
    }
    return desk_page(request, standing, "desk/programmes/risk/list.html", context)


def _row(one: Line) -> dict[str, Any]:
    return {
        "review": one.review,
        "number": one.review.case.number,
        "title": named(one.review.title, one.review.title_en),
        "office": named(one.review.office.name, one.review.office.name_en),
        "stage": stage_words(one.review)[0],
        "decision": word(OUTCOMES, one.review.decision),
        "owed": one.owed,
        "late": one.late,
        "due": due_words(one.next_due) if one.next_due is not None else "",
    }


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*DRAFTS)
def review_new(request: HttpRequest, standing: Standing) -> HttpResponse:
    """Begin the draft of a review."""

    def shown() -> Mapping[str, Any]:
        own = standing.actor.teams
        offered = [one for one in teams() if standing.holds(DRAFTS[:2]) or one[0] in own]
        return {
            "kept": kept(request, key=secrets.token_hex(20)),
            "teams": offered,
            "begin": True,
        }

    def draft(asked: HttpRequest, who: Standing) -> str:
        made = drafting.draft_review(
            facts_of(asked), number(asked, "office"), who.actor, who.at,
            address=text(asked, "address"), key=text(asked, "key")[:60],
        )  # fmt: skip
        done(asked, _("The draft is begun. Say next which groups are affected."))
        return reverse("desk:programme_risk_facts", args=[made.case.number])

    return administer(request, standing, "desk/programmes/risk/new.html", shown, {"draft": draft})


def facts_of(request: HttpRequest) -> drafting.Facts:
    """The facts that a form gives."""
    return drafting.Facts(
        text(request, "title"), text(request, "facts"), text(request, "title_en"),
        text(request, "facts_en"), maybe_whole(request, "cost"),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*WORKS)
def review(request: HttpRequest, standing: Standing, review: str) -> HttpResponse:
    """A review with its stages, all of it, and the steps that can be taken now."""

    def shown() -> Mapping[str, Any]:
        found = review_of(review, standing.actor)
        return {
            **page_of(found, standing, "programme_risk"),
            "verbs": _verbs(found) if keeps(found.case, standing.actor) else [],
            "kept": kept(request),
            "notice_days": terms().notice_days,
        }

    def step(verb: str) -> Deed:
        def go(asked: HttpRequest, who: Standing) -> str:
            if verb == "announce":
                until = beginning(asked, "until") if text(asked, "until") else None
                stepping.announce(review, who.actor, who.at, until=until)
            elif verb == "withdraw":
                stepping.withdraw(
                    review, text(asked, "reason"), who.actor, who.at,
                    reason_en=text(asked, "reason_en"),
                )  # fmt: skip
            elif verb == "end":
                stepping.end(review, who.actor, who.at)
            else:
                stepping.go_on(review, verb, who.actor, who.at)
            done(asked, _("Done. The review is in its next stage."))
            return reverse("desk:programme_risk", args=[review])

        return go

    deeds = {
        verb: step(verb) for verb in ("announce", "hear", "consult", "weigh", "end", "withdraw")
    }
    return administer(request, standing, "desk/programmes/risk/review.html", shown, deeds)


def page_of(found: RiskReview, standing: Standing, here: str) -> dict[str, Any]:
    """What every page of a review shows: its head, its ways, and all of it."""
    due = found.case.due_at
    return {
        **told(found, standing.at, inside=True),
        "pages": pages_of(found, here),
        "keeps": keeps(found.case, standing.actor),
        "due": due_words(due) if due is not None else "",
        "late_stage": due is not None and due < standing.at,
        "inside": True,
        "way": _way(found),
    }


def _way(found: RiskReview) -> list[dict[str, Any]]:
    """The stages in order, with those that are over."""
    procedure = book().procedures[found.case.procedure_id]
    stage = found.case.stage
    heard = stage == "hearing" or found.hearings.exists()
    names = [
        *("drafted", "announced", *(("hearing",) if heard else ()), "experts", "weighed"),
        "conditions" if found.decision == "conditions" else "decided",
        "withdrawn" if stage == "withdrawn" else "ended",
    ]
    here = names.index(stage)
    return [
        {"title": said(procedure.stages[one].title), "over": place < here, "here": place == here}
        for place, one in enumerate(names)
    ]


def _verbs(found: RiskReview) -> list[dict[str, str]]:
    offered = book().procedures[found.case.procedure_id].by_stage[found.case.stage]
    own = ("announce", "hear", "consult", "weigh", "end")
    return [{"name": one.name, "title": said(one.title)} for one in offered if one.name in own]


@require_safe
@for_staff(*WORKS)
def report(request: HttpRequest, standing: Standing, review: str) -> HttpResponse:
    """The whole review for printing, as everybody may read it."""
    try:
        found = review_of(review, standing.actor)
    except Missing as missing:
        context = {"error": error_of(missing)}
        return desk_page(request, standing, "desk/admin/missing.html", context, status=404)
    from commonward.core.papers.report import report_pdf  # noqa: PLC0415 (fonts: only when drawn)

    return as_file(report_pdf(printed(found, standing.at)), f"risk-{found.case.number}.pdf")


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff("administrator")
def days(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The days that the site keeps in reviews; and the category, made once."""

    def shown() -> Mapping[str, Any]:
        now = terms().to_data()
        values = kept(request, **now)
        return {
            "fields": [
                (name, _(label), values.get(name, now[name])) for name, label in DAYS.items()
            ],
            "upon": terms_number(),
            "proposed": Terms(),
            "set_up": CATEGORY in book().codes,
        }

    def change(asked: HttpRequest, who: Standing) -> str:
        given = {name: whole(asked, name) for name in DAYS}
        set_terms(given, who.actor, who.at, upon=whole(asked, "upon"))
        done(asked, _("These days are in force; reviews under way keep the moments they have."))
        return reverse("desk:programme_risk_days")

    def begin(asked: HttpRequest, who: Standing) -> str:
        set_up_risk(who.at, who.actor)
        done(asked, _("Reviews of risk can be drafted now."))
        return reverse("desk:programme_risk_days")

    deeds = {"change": change, "set_up": begin}
    return administer(request, standing, "desk/programmes/risk/days.html", shown, deeds)
