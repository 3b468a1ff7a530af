"""Hot issues (热点问题): problems of which several cases speak, and what is decided of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from commonward.areas.queries.tree import chain
from commonward.core.refusals import N_, Invalid, Missing, Refusal
from commonward.doors.desk.navigation import CENTRE
from commonward.doors.desk.rows import shown
from commonward.doors.desk.showing import desk_page
from commonward.doors.look.showing import error_of, named
from commonward.doors.look.standing import Standing, for_staff
from commonward.insight.actions.hot import case_of_hot, merge_hot, split_hot
from commonward.insight.queries.hot import (
    MOST_LISTED,
    Hot,
    cases_of,
    decided,
    hot_issue,
    hot_issues,
    last_run,
)

ORDERS = {
    "growth": N_("growing most"),
    "count": N_("most cases"),
    "last": N_("newest case"),
}
VERBS = {
    "split": N_("split"),
    "merge": N_("merged"),
    "case": N_("made a case of"),
}
_WIDE, _HIGH, _BAR = 96, 24, 8
"""The drawing of growth, in its own units: twelve bars of eight."""


@require_safe
@for_staff(*CENTRE)
def issues(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The issues that this person may see, those that grow most first."""
    order = request.GET.get("order", "growth")
    order = order if order in ORDERS else "growth"
    found = hot_issues(standing.actor, standing.at, order=order)
    areas = _areas(found, standing)
    context = {
        "issues": [_shown(one, areas) for one in found],
        "orders": [(code, _(words)) for code, words in ORDERS.items()],
        "order": order,
        "made_at": last_run(),
    }
    return desk_page(request, standing, "desk/hot/issues.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*CENTRE)
def issue(request: HttpRequest, standing: Standing, issue: int) -> HttpResponse:
    """One issue down to its cases; POST splits it, merges it or makes a case of it."""
    error: dict[str, str] | None = None
    try:
        found = hot_issue(issue, standing.actor, standing.at)
        if found.id != issue:
            return HttpResponseRedirect(reverse("desk:hot_issue", args=[found.id]))
        if request.method == "POST":
            return HttpResponseRedirect(_act(request.POST, found, standing))
    except Missing as refusal:
        raise Http404(str(refusal)) from refusal
    except Refusal as refusal:
        error = error_of(refusal)
    rows = cases_of(found.id, standing.actor, standing.at)
    marked = set(request.POST.getlist("cases"))
    others = [one for one in hot_issues(standing.actor, standing.at) if one.id != found.id]
    context = {
        "issue": _shown(found, _areas([found], standing)),
        "rows": [(one.id, shown(one, standing.at), str(one.id) in marked) for one in rows],
        "more": found.count > len(rows),
        "most": MOST_LISTED,
        "weeks": [(len(found.weeks) - 1 - place, count) for place, count in enumerate(found.weeks)],
        "others": [(one.id, _name(one), str(one.id) == request.POST.get("into")) for one in others],
        "decided": [(_(VERBS[one.verb]), one) for one in decided(found.id)],
        "error": error,
        "given": request.POST,
    }
    status = 400 if error else 200
    return desk_page(request, standing, "desk/hot/issue.html", context, status=status)


def _act(given: QueryDict, found: Hot, standing: Standing) -> str:
    """The act of the button that was pressed; where to go then. Raises Refusal."""
    act, reason = given.get("act", ""), given.get("reason", "").replace("\x00", "")
    who = (standing.actor, standing.at)
    if act == "split":
        cases = [int(one) for one in given.getlist("cases") if one.isdecimal() and len(one) < 19]
        split_hot(found.id, cases, reason, *who)
        return reverse("desk:hot_issue", args=[found.id])
    if act == "merge":
        into = given.get("into", "")
        if not into.isdecimal() or len(into) > 18:
            raise Invalid(N_("Choose the issue that it belongs to."), field="into")
        return reverse("desk:hot_issue", args=[merge_hot(found.id, int(into), reason, *who).pk])
    if act == "case":
        words = given.get("words", "").replace("\x00", "")[:2_000]
        return reverse("desk:case", args=[case_of_hot(found.id, words, reason, *who)])
    raise Invalid(N_("Choose what to do with the issue."), field="act")


def _areas(found: Sequence[Hot], standing: Standing) -> Mapping[str, str]:
    """By the code of an area, what it is called (1 query)."""
    codes = sorted({code for one in found for code in one.areas})
    if not codes:
        return {}
    return {one.code: named(one.name, one.name_en) for one in chain("/".join(codes), standing.at)}


def _name(one: Hot) -> str:
    return one.name or _("Issue {n}").format(n=one.id)


def _shown(one: Hot, areas: Mapping[str, str]) -> dict[str, Any]:
    most = max((*one.weeks, 1))
    bars = [
        {
            "x": place * _BAR,
            "y": _HIGH - round(count * (_HIGH - 1) / most),
            "height": round(count * (_HIGH - 1) / most),
        }
        for place, count in enumerate(one.weeks)
    ]
    rising = one.rising
    return {
        "id": one.id,
        "name": _name(one),
        "place": one.place,
        "words": one.words,
        "count": one.count,
        "joined": one.joined,
        "distinct": one.distinct,
        "hidden": one.hidden,
        "first_at": one.first_at,
        "last_at": one.last_at,
        "areas": [areas[code] for code in one.areas if code in areas],
        "bars": bars,
        "box": f"0 0 {_WIDE} {_HIGH}",
        "rising": rising,
        "sign": "↗" if rising > 0 else "↘" if rising < 0 else "→",
        "lately": sum(one.weeks[-4:]),
        "case": one.case,
        "version": one.version,
    }
