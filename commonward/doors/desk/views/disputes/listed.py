"""The disputes that somebody may see, the soonest due first."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from commonward.cases.queries.listed import STATES, CaseLine, Filters
from commonward.cases.queries.lists import case_list
from commonward.core.disputes import KINDS, category_of
from commonward.core.refusals import Refusal
from commonward.core.rights import SEALED
from commonward.disputes.access import POSTS
from commonward.doors.desk import wording as desk_wording
from commonward.doors.desk.rows import shown
from commonward.doors.desk.showing import desk_page
from commonward.doors.desk.views.disputes import wording
from commonward.doors.look.showing import error_of
from commonward.doors.look.standing import Standing, for_staff


@require_safe
@for_staff(*POSTS)
def disputes(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The list; filters stand in the address."""
    given = {k: request.GET.get(k, "").strip()[:40] for k in ("kind", "grade", "state", "after")}
    kind = given["kind"] if given["kind"] in KINDS else ""
    state = given["state"] if given["state"] in STATES else "open"
    error = None
    rows: tuple[CaseLine, ...] = ()
    key = ""
    try:
        found = case_list(
            standing.actor,
            Filters(
                state=state, category=category_of(kind) if kind else SEALED, grade=given["grade"]
            ),
            "due" if state == "open" else "newest",
            standing.at,
            after=given["after"],
        )
        rows, key = found.rows, found.next_key
    except Refusal as refusal:
        error = error_of(refusal)
    kept = {k: v for k, v in given.items() if v and k != "after"}
    context = {
        "rows": [
            (
                shown(line, standing.at),
                line.grade,
                desk_wording.word(wording.GRADES, line.grade),
                wording.SHAPES.get(line.grade, "○"),
            )
            for line in rows
        ],
        "next": urlencode({**kept, "after": key}) if key else "",
        "kinds": wording.choices(KINDS),
        "grades": wording.told(wording.GRADES),
        "given": {**given, "kind": kind, "state": state},
        "registers": standing.holds(("coordinator", "mediator")),
        "mediates": standing.holds(("mediator", "panelist")),
        "coordinates": standing.holds(("coordinator",)),
        "error": error,
    }
    return desk_page(request, standing, "desk/disputes/list.html", context)
