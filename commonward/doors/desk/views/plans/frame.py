"""What all plans share: the list, the form's frame, progress, stopping, and files of answers."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from commonward.core.refusals import N_, Invalid, Missing, Refusal
from commonward.doors.desk.showing import desk_page
from commonward.doors.desk.views.admin.doing import administer, done, text
from commonward.doors.desk.views.plans.kinds import page_of
from commonward.doors.look.showing import error_of
from commonward.doors.look.standing import Standing, for_staff
from commonward.people.words import tell
from commonward.response.actions.planning import ask_plan, stop_plan
from commonward.response.models import Plan
from commonward.response.planning import kinds
from commonward.response.queries.plans import PLANS, answer_of, given_of, plan_of, plans_of

STATES: Mapping[str, str] = {
    "waiting": N_("Waiting"),
    "running": N_("Running"),
    "ended": N_("Done"),
    "stopped": N_("Stopped, best so far"),
    "refused": N_("No answer is possible"),
    "failed": N_("Broken off"),
}
_LIVE = ("waiting", "running")


@require_safe
@for_staff(*PLANS)
def plans(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The kinds, and the newest plans."""
    context = {
        "kinds": [
            {"name": one, "title": _(page_of(one).TITLE), "about": _(page_of(one).ABOUT)}
            for one in kinds()
        ],
        "rows": [_row(plan) for plan in plans_of(standing.actor)],
    }
    return desk_page(request, standing, "desk/plans/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*PLANS)
def plan_new(request: HttpRequest, standing: Standing, kind: str) -> HttpResponse:
    """Ask for a plan of a kind."""

    def shown() -> Mapping[str, Any]:
        page = page_of(kind)
        given = request.POST or request.GET
        return {
            "kind": kind,
            "title_of_kind": _(page.TITLE),
            "about": _(page.ABOUT),
            "form": f"desk/plans/{kind}_form.html",
            "kept": given,
            "areas_of_me": sorted({r.area for r in standing.actor.rights if r.role in PLANS}),
            **page.form(standing, given),
        }

    def ask(request: HttpRequest, standing: Standing) -> str:
        page = page_of(kind)
        plan = ask_plan(
            kind,
            text(request, "title") or _(page.TITLE),
            text(request, "area"),
            page.asked(request),
            standing.actor,
            standing.at,
            seconds=_whole(request, "seconds", 60),
            seed=_whole(request, "seed", 1),
        )
        done(request, _("The plan is computed; this page shows how far it is."))
        return reverse("desk:plan", args=[plan.code])

    return administer(request, standing, "desk/plans/new.html", shown, {"ask": ask})


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*PLANS)
def plan(request: HttpRequest, standing: Standing, code: str) -> HttpResponse:
    """How far a plan is, and the best answer so far."""

    def shown() -> Mapping[str, Any]:
        found = plan_of(code, standing.actor)
        page = page_of(found.kind)
        answer, given = answer_of(found), given_of(found)
        context: dict[str, Any] = {
            "plan": found,
            "row": _row(found),
            "live": found.state in _LIVE,
            "gap": _gap(found),
            "why": _why(found),
            "course": found.course,
            "answer": answer,
            "answered": f"desk/plans/{found.kind}.html",
        }
        if answer is not None and given is not None:
            context |= page.shown(found, given, answer, standing)
        return context

    def stop(request: HttpRequest, standing: Standing) -> str:
        stop_plan(code, standing.actor, standing.at)
        done(request, _("The run is asked to stop; the best so far is kept."))
        return reverse("desk:plan", args=[code])

    return administer(
        request, standing, "desk/plans/plan.html", shown, {"stop": stop, **_deeds(code, standing)}
    )


@require_safe
@for_staff(*PLANS)
def plan_file(request: HttpRequest, standing: Standing, code: str, name: str) -> HttpResponse:
    """A file of an answer: what it is depends on the kind."""
    try:
        found = plan_of(code, standing.actor)
        answer, given = answer_of(found), given_of(found)
        if answer is None or given is None:
            raise Missing(N_("This plan has no answer yet."))
        response = page_of(found.kind).file(found, given, answer, name)
    except Missing as missing:
        context = {"error": error_of(missing)}
        return desk_page(request, standing, "desk/admin/missing.html", context, status=404)
    response.headers["Cache-Control"] = "no-store"
    return response


def _deeds(code: str, standing: Standing) -> dict[str, Callable[[HttpRequest, Standing], str]]:
    """The deeds of the plan's kind; each looks the plan up again with its own right."""
    try:
        kind = plan_of(code, standing.actor).kind
    except Missing:
        return {}

    def bound(
        deed: Callable[[HttpRequest, Standing, Plan], str],
    ) -> Callable[[HttpRequest, Standing], str]:
        def act(request: HttpRequest, who: Standing) -> str:
            return deed(request, who, plan_of(code, who.actor)) or reverse("desk:plan", args=[code])

        return act

    return {name: bound(deed) for name, deed in page_of(kind).DEEDS.items()}


def _row(plan: Plan) -> dict[str, Any]:
    return {
        "plan": plan,
        "kind": _(page_of(plan.kind).TITLE),
        "state": _(STATES[plan.state]),
        "live": plan.state in _LIVE,
        "percent": min(100, 100 * plan.done // plan.total) if plan.total else 0,
    }


def _gap(plan: Plan) -> float | None:
    """How far the best may be from the optimum, in per cent; None where nothing is proven."""
    if plan.best is None or plan.bound is None:
        return None
    if plan.best == plan.bound:
        return 0.0
    return 100 * abs(plan.best - plan.bound) / max(abs(plan.best), 1e-12)


def _why(plan: Plan) -> str:
    """The refusal in the reader's language; "" where there is none."""
    if not plan.refusal:
        return ""
    values = plan.refusal.get("values", {})
    return tell(Refusal(plan.refusal["text"], **values))


def _whole(request: HttpRequest, name: str, otherwise: int) -> int:
    given = text(request, name)
    if not given:
        return otherwise
    if not given.isdecimal() or len(given) > 9:
        raise Invalid(N_("Give a whole number."), field=name)
    return int(given)
