"""Votes at the desk: prepared, letters and papers printed, the counter, the closing by two."""

from datetime import date
from typing import Any

import segno
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from commonward.areas.models import Area
from commonward.core.ballots import codes
from commonward.core.ballots.recount import METHODS as KNOWN
from commonward.core.refusals import N_, Invalid, Missing, Refusal
from commonward.doors.desk.showing import desk_page
from commonward.doors.desk.views.admin.doing import administer, done, number, text
from commonward.doors.desk.views.programmes.councils.proposals import stage_title
from commonward.doors.desk.views.programmes.ways import OFFICE
from commonward.doors.look.showing import error_of, named
from commonward.doors.look.standing import Standing, for_staff
from commonward.programmes.actions import ballot_rights, voting
from commonward.programmes.models import Ballot, LetterBatch, PaperMark, Vote
from commonward.programmes.queries.decisions import areas_to_choose, votes_for

METHODS = {
    "yes_no": N_("Yes or no"),
    "approval": N_("Choose as many as you like"),
    "borda": N_("Put them in order: points"),
    "instant_runoff": N_("Put them in order: rounds"),
    "schulze": N_("Put them in order: compared two by two"),
    "knapsack": N_("Share out money: by votes"),
    "equal_shares": N_("Share out money: equal shares"),
}
STEPS = {
    "open_box": N_("Open the vote"),
    "end_voting": N_("End the voting"),
    "count": N_("Agree, and count"),
    "publish": N_("Publish"),
}
_NEXT = {"prepared": "open_box", "open": "end_voting", "closing": "count", "counted": "publish"}


def areas_of(standing: Standing) -> list[tuple[int, str]]:
    """Areas to choose from, by code."""
    return [(a.pk, f"{named(a.name, a.name_en)} ({a.code})") for a in areas_to_choose(standing.at)]


def day(request: HttpRequest, name: str) -> date:
    """A day that a field gives. Raises Invalid."""
    try:
        found = parse_date(text(request, name))
    except ValueError:
        found = None
    if found is None or not 2000 <= found.year <= 2100:
        raise Invalid(N_("Give the day."), field=name)
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*OFFICE)
def programme_votes(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The votes, and a form for a new one."""

    def prepare(asked: HttpRequest, who: Standing) -> str:
        made = voting.prepare_vote(_terms(asked), who.actor, who.at)
        done(asked, _("The vote is prepared. Print its letters, then open it."))
        return reverse("desk:programme_vote", args=[made.case.number])

    return administer(
        request, standing, "desk/programmes/councils/votes.html",
        lambda: {
            "rows": [
                {"one": v, "number": v.case.number, "title": named(v.title, v.title_en),
                 "stage": stage_title(v.case)}
                for v in votes_for(standing.actor)
            ],
            "methods": [(name, _(METHODS[name])) for name in KNOWN],
            "areas": areas_of(standing),
            "may": standing.holds(("programme_officer",)),
        },
        {"prepare": prepare},
    )  # fmt: skip


def _terms(asked: HttpRequest) -> voting.Terms:
    def whole(name: str) -> int:
        given = text(asked, name)
        if given and not (given.isdecimal() and len(given) < 13):
            raise Invalid(N_("Please write a number."), field=name)
        return int(given or 0)

    return voting.Terms(
        title=text(asked, "title"), title_en=text(asked, "title_en"), method=text(asked, "method"),
        area=number(asked, "area"), opens_on=day(asked, "opens_on"),
        closes_on=day(asked, "closes_on"), about=text(asked, "about"),
        about_en=text(asked, "about_en"), quorum=whole("quorum"), seats=max(1, whole("seats")),
        budget=whole("budget"), options=[_option(row) for row in _lines(asked, "options")],
    )  # fmt: skip


def _lines(asked: HttpRequest, name: str) -> list[str]:
    return [row.strip() for row in text(asked, name).splitlines() if row.strip()]


def _option(row: str) -> voting.Option:
    """ "name | English name | cost"; the last two may be missing."""
    name, english, cost = ([*(part.strip() for part in row.split("|")), "", ""])[:3]
    if english.isdecimal() and not cost:
        english, cost = "", english
    if cost and not (cost.isdecimal() and len(cost) < 13):
        raise Invalid(N_("Please write a number."), field="options")
    return voting.Option(name, english, int(cost or 0))


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*OFFICE)
def programme_vote(request: HttpRequest, standing: Standing, number: str) -> HttpResponse:
    """One vote: its next step, letters, papers and the counter."""
    here = reverse("desk:programme_vote", args=[number])

    def open_box(asked: HttpRequest, who: Standing) -> str:
        voting.open_vote(number, who.actor, who.at)
        return here

    def end(asked: HttpRequest, who: Standing) -> str:
        voting.end_voting(number, who.actor, who.at)
        done(asked, _("Voting has ended. A second person must agree before it is counted."))
        return here

    def count(asked: HttpRequest, who: Standing) -> str:
        voting.count_vote(number, who.actor, who.at)
        done(asked, _("Counted; the root stands in the public log and the key is destroyed."))
        return here

    def publish(asked: HttpRequest, who: Standing) -> str:
        voting.publish_vote(number, who.actor, who.at)
        return here

    def call_off(asked: HttpRequest, who: Standing) -> str:
        voting.call_off_vote(number, text(asked, "reason"), who.actor, who.at)
        return here

    def hand(asked: HttpRequest, who: Standing) -> str:
        ballot_rights.hand_paper(
            number, who.actor, who.at, code=text(asked, "code"), looked=bool(text(asked, "looked"))
        )
        done(asked, _("Let them draw one folded paper from the pile."))
        return f"{here}#counter"

    return administer(
        request, standing, "desk/programmes/councils/vote.html",
        lambda: _shown(number, standing),
        {"open_box": open_box, "end_voting": end, "count": count, "publish": publish,
         "call_off": call_off, "hand": hand},
    )  # fmt: skip


def _shown(number_: str, standing: Standing) -> dict[str, Any]:
    found = voting.kept(number_, standing.actor)
    stage = found.case.stage
    step = _NEXT.get(stage, "")
    return {
        "vote": found,
        "number": number_,
        "title": named(found.title, found.title_en),
        "stage": stage_title(found.case),
        "stage_name": stage,
        "method": _(METHODS[found.method]),
        "options": list(found.options.order_by("number")),
        "step": step,
        "step_title": _(STEPS[step]) if step else "",
        "keeps": standing.holds(("programme_officer",)),
        "leads": standing.holds(("leader",)),
        "issued": voting.issued(found),
        "pile": PaperMark.objects.filter(vote=found).count() - found.papers_handed,
        "ballots": Ballot.objects.filter(vote=found).count() // 10 * 10,
        "batches": LetterBatch.objects.filter(vote=found).select_related("area").order_by("id"),
        "areas": _below(found, standing),
        "rights": stage in ("prepared", "open"),
    }


def _below(found: Vote, standing: Standing) -> list[tuple[int, str]]:
    areas: list[Area] = areas_to_choose(standing.at, found.area.path)
    return [(a.pk, f"{named(a.name, a.name_en)} ({a.code})") for a in areas] or [
        (found.area.pk, named(found.area.name, found.area.name_en))
    ]


@sensitive_variables()
@require_POST
@for_staff("programme_officer")
def programme_letters(request: HttpRequest, standing: Standing, number: str) -> HttpResponse:
    """Letters or papers to print now: their words are on this page once and nowhere else."""
    what = "papers" if text(request, "what") == "papers" else "letters"
    found = voting.kept(number, standing.actor)
    try:
        many = text(request, "many")
        count = int(many) if many.isdecimal() and len(many) < 6 else 0
        if what == "papers":
            made = ballot_rights.print_papers(number, count, standing.actor, standing.at)
        else:
            area = text(request, "area")
            made = ballot_rights.print_letters(
                number, int(area) if area.isdecimal() else 0, count, standing.actor, standing.at,
                entrance=text(request, "entrance"),
            )  # fmt: skip
    except Missing:
        return HttpResponseRedirect(reverse("desk:programme_votes"))
    except Refusal as refusal:
        context = {**_shown(number, standing), "error": error_of(refusal), "given": request.POST}
        return desk_page(
            request, standing, "desk/programmes/councils/vote.html", context, status=422
        )
    address = request.build_absolute_uri(reverse("portal:vote", args=[number]))
    context = {
        "vote": found,
        "number": number,
        "title": named(found.title, found.title_en),
        "what": what,
        "entrance": text(request, "entrance"),
        "address": address,
        "sheets": [
            {"code": codes.shown(one), "picture": _picture(f"{address}#{one}", what)}
            for one in made
        ],
        "options": list(found.options.order_by("number")),
    }
    return desk_page(request, standing, "desk/programmes/councils/letters.html", context)


def _picture(address: str, what: str) -> str:
    """The letter's address with its code behind the sign that no server is sent; papers have none."""
    if what == "papers":
        return ""
    drawn = segno.make(address, error="m", micro=False).svg_inline(scale=3, border=2)
    return mark_safe(drawn)  # noqa: S308  # made of squares by the library, no words of anybody
