"""Votes as everybody sees them: how to vote, the box, the result, the list to count again."""

import json
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from commonward.core.ballots import blind, recount
from commonward.core.refusals import N_, Invalid, Missing, Refusal
from commonward.doors.look.showing import error_of, named, page
from commonward.doors.portal.views.home import nothing_here
from commonward.doors.portal.views.programmes.councils.proposals import child, place_of, stage_of
from commonward.people.queries import now as site_now
from commonward.programmes.actions.ballot_rights import sign_right
from commonward.programmes.actions.casting import cast, cast_paper
from commonward.programmes.actions.council_rules import day_of
from commonward.programmes.models import Vote, VoteOption
from commonward.programmes.queries.decisions import (
    about_so_many,
    public_votes,
    result_of,
    vote_of,
)

METHODS = {
    "yes_no": (
        N_("Yes or no"),
        N_("More yes than no decides, if enough people vote."),
    ),
    "approval": (
        N_("Choose as many as you like"),
        N_("What is named on most ballots wins."),
    ),
    "borda": (
        N_("Put them in order: points"),
        N_("The first place gives most points, the last none; most points win."),
    ),
    "instant_runoff": (
        N_("Put them in order: rounds"),
        N_(
            "Whoever has fewest first places goes out, round by round, until one has more than half."
        ),
    ),
    "schulze": (
        N_("Put them in order: compared two by two"),
        N_("Each is compared with each other; who would win against every other wins."),
    ),
    "knapsack": (
        N_("Share out money: by votes"),
        N_("Choose what you want. The money goes down the list by votes until it is spent."),
    ),
    "equal_shares": (
        N_("Share out money: equal shares"),
        N_(
            "Choose what you want. Each ballot has the same share of the money and pays for what it"
            " names, so that small groups get their part, too."
        ),
    ),
}
LONGEST = 8000


@require_safe
def votes(request: HttpRequest) -> HttpResponse:
    """What can be voted on, and what was decided."""
    rows = [
        {
            "number": one.case.number,
            "title": named(one.title, one.title_en),
            "stage": stage_of(one.case)[0],
            "open": one.case.stage == "open",
            "place": place_of(one.area),
            "vote": one,
        }
        for one in public_votes()
    ]
    context = {"rows": rows, "child": child(request)}
    return page(request, "portal/programmes/councils/votes.html", context)


@require_safe
def vote(request: HttpRequest, number: str) -> HttpResponse:
    """A vote: how to take part while it is open, what came out when it is published."""
    try:
        found = vote_of(number)
    except Missing:
        return nothing_here(request)
    return _shown(request, found)


def _shown(request: HttpRequest, found: Vote, error: Any = None, status: int = 200) -> HttpResponse:
    at = site_now()
    options = list(found.options.order_by("number"))
    stage, plain = stage_of(found.case)
    opens = found.case.stage == "open" and found.opens_on <= day_of(at) <= found.closes_on
    context = {
        "vote": found,
        "number": found.case.number,
        "title": named(found.title, found.title_en),
        "about": named(found.about, found.about_en),
        "place": place_of(found.area),
        "stage": stage,
        "plain": plain,
        "stage_name": found.case.stage,
        "open": opens,
        "options": [_option(one) for one in options],
        "places": range(1, len(options) + 1),
        "kind": "yes_no" if found.method == "yes_no" else _kind(found.method),
        "method": [_(words) for words in METHODS[found.method]],
        "money": found.method in recount.BUDGETED,
        "exponent": blind.EXPONENT,
        "so_many": about_so_many(found) if opens else 0,
        "result": _result(found, options),
        "root": found.root if found.case.stage in ("counted", "published") else "",
        "error": error,
        "given": request.POST if error else {},
        "chosen": request.POST.getlist("choice") if error else [],
        "child": child(request),
    }
    return page(
        request, "portal/programmes/councils/vote.html", context, status=status, private=opens
    )


def _kind(method: str) -> str:
    return "ranked" if method in recount.RANKED else "several"


def _option(one: VoteOption) -> dict[str, Any]:
    return {
        "number": one.number,
        "name": named(one.name, one.name_en),
        "cost": one.cost,
        "shape": one.number % 6,
    }


def _result(found: Vote, options: list[VoteOption]) -> dict[str, Any]:
    """What came out, as rows of a table with the winners first."""
    published = result_of(found)
    if not published:
        return {}
    result = published["result"]
    if found.method == "yes_no":
        rows = [(_("Yes"), result["yes"]), (_("No"), result["no"]), (_("Blank"), result["blank"])]
        return {**_told(published), "rows": rows, "accepted": result["accepted"],
                "quorum": result["quorum"]}  # fmt: skip
    names = {one.number: named(one.name, one.name_en) for one in options}
    figures = result.get("votes") or result.get("points") or {}
    if "rounds" in result:
        figures = result["rounds"][0]
    won = [names[n] for n in result["winners"]]
    rows = [(names[int(n)], figure) for n, figure in figures.items()]
    return {**_told(published), "won": won, "rows": rows, "rounds": len(result.get("rounds", ())),
            "spent": result.get("spent")}  # fmt: skip


def _told(published: Any) -> dict[str, Any]:
    return {"ballots": published["result"]["ballots"], "issued": published["issued"]}


@sensitive_post_parameters()
@sensitive_variables()
@require_POST
def vote_right(request: HttpRequest, number: str) -> JsonResponse:
    """Spend a letter's code on one blind signature."""
    try:
        given = _json(request)
        signature = sign_right(
            number, str(given.get("code", "")), str(given.get("blinded", "")), site_now()
        )
    except Refusal as refusal:
        return JsonResponse({"error": error_of(refusal)["text"]}, status=422)
    return _unkept(JsonResponse({"signature": signature}))


@sensitive_post_parameters()
@sensitive_variables()
@require_http_methods(["POST"])
def vote_cast(request: HttpRequest, number: str) -> HttpResponse:
    """Put a ballot into the box: from a browser with its token, or from a paper of the pile."""
    if request.content_type == "application/json":
        try:
            given = _json(request)
            cast(
                number, str(given.get("token", "")), str(given.get("randomizer", "")),
                str(given.get("signature", "")), given.get("choice"), site_now(),
            )  # fmt: skip
        except Refusal as refusal:
            return JsonResponse({"error": error_of(refusal)["text"]}, status=422)
        return _unkept(JsonResponse({"done": True}))
    try:
        found = vote_of(number)
        cast_paper(number, request.POST.get("paper", ""), _choice(request, found), site_now())
    except Missing:
        return nothing_here(request)
    except Refusal as refusal:
        return _shown(request, found, error_of(refusal), 422)
    return HttpResponseRedirect(reverse("portal:vote_thanks", args=[number]))


@require_safe
def vote_thanks(request: HttpRequest, number: str) -> HttpResponse:
    """It lies in the box; what happens now."""
    context = {"number": number}
    return page(request, "portal/programmes/councils/vote_thanks.html", context, private=True)


def _choice(request: HttpRequest, found: Vote) -> Any:
    """What the form says, in the form of the list."""
    if found.method == "yes_no":
        return request.POST.get("choice", "")
    if found.method not in recount.RANKED:
        return [int(one) for one in request.POST.getlist("choice") if one.isdecimal()]
    places: dict[int, int] = {}
    for one in found.options.order_by("number"):
        place = request.POST.get(f"rank-{one.number}", "")
        if place.isdecimal():
            if int(place) in places:
                raise Invalid(N_("Each place can be given once only."), field="choice")
            places[int(place)] = one.number
    return [places[place] for place in sorted(places)]


def _json(request: HttpRequest) -> dict[str, Any]:
    if len(request.body) > LONGEST:
        raise Invalid(N_("This is not what a ballot's browser sends."))
    try:
        given = json.loads(request.body)
    except ValueError:
        given = None
    if not isinstance(given, dict):
        raise Invalid(N_("This is not what a ballot's browser sends."))
    return given


def _unkept(response: JsonResponse) -> JsonResponse:
    response.headers["Cache-Control"] = "no-store"
    return response


@require_safe
def vote_list(request: HttpRequest, number: str) -> HttpResponse:
    """The published list: terms, tokens, signatures, choices, result."""
    try:
        found = vote_of(number)
    except Missing:
        return nothing_here(request)
    if found.case.stage != "published":
        return nothing_here(request)
    response = HttpResponse(found.published, content_type="application/json; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="ballots-{number}.json"'
    return response


@require_safe
def vote_recount(request: HttpRequest) -> HttpResponse:
    """The file with which this site counts, for everybody who wants to count again."""
    text = Path(recount.__file__).read_text(encoding="utf-8")
    response = HttpResponse(text, content_type="text/x-python; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="recount.py"'
    return response
