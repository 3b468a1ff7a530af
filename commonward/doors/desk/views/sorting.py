"""Reports that came without a category: what their words suggest, and a person who decides (分拣)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from commonward.cases.actions.suggesting import SORTS, sort, take_back
from commonward.cases.queries.reading import reading
from commonward.cases.queries.reference import book
from commonward.cases.queries.suggested import ON_A_PAGE, waiting
from commonward.core.refusals import Forbidden, Missing, Refusal
from commonward.doors.desk import rows, sorting
from commonward.doors.desk.naming import code_of
from commonward.doors.desk.showing import desk_page
from commonward.doors.desk.views.steps import case_of, refusing
from commonward.doors.look.showing import error_of, named
from commonward.doors.look.standing import Standing, for_staff
from commonward.people.queries import revisions


@require_safe
@for_staff(*SORTS)
def to_sort(request: HttpRequest, standing: Standing) -> HttpResponse:
    """What waits for somebody to say what it is, the oldest first, with one button each."""
    known = book()
    found = waiting(standing.actor, standing.at)
    context = {
        "waiting": [
            {
                "row": rows.shown(one.line, standing.at),
                "number": one.line.number,
                "version": one.line.version,
                "summary": one.line.summary,
                "shown_at": one.shown_at,
                "model": one.version,
                "kinds": sorting.kinds(one.given, known, one.version),
                "href": reverse("desk:case_sort", args=[one.line.number]),
                "case_href": rows.case_address(one.line.number),
            }
            for one in found
        ],
        "more": len(found) == ON_A_PAGE,
        "on": reading().on,
        "chief": standing.holds(("duty_chief", "administrator")),
        "unsorted": reading().unsorted,
        "others": sorting.others(),
    }
    return desk_page(request, standing, "desk/sort/list.html", context)


@require_POST
@for_staff(*SORTS)
@refusing
def case_sort(request: HttpRequest, standing: Standing, number: str) -> HttpResponse:
    """Say what a case is, or give it back to a person where its words had routed it."""
    found = case_of(number, standing)
    actor, at = standing.actor, standing.at
    given = request.POST.get("version", "")
    version = int(given) if given.isascii() and given.isdecimal() and len(given) < 10 else None
    back = request.POST.get("back", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = rows.case_address(found.number)
    try:
        if request.POST.get("do") == "back":
            take_back(found.number, actor, at, version=version)
            messages.success(request, _("A person sorts this case now."))
        else:
            chosen = request.POST.get("kind", "") or code_of(
                "category", request.POST.get("other", "").strip(), revisions()
            )
            sort(found.number, chosen, actor, at, version=version)
            facts = book().category(chosen)
            told = _("{number} is now: {kind}").format(
                number=found.number, kind=named(facts.name, facts.name_en)
            )
            messages.success(request, told)
    except (Missing, Forbidden):
        raise
    except Refusal as refusal:
        context = {"said": error_of(refusal)["text"], "missing": False}
        return desk_page(request, standing, "desk/case_refused.html", context, status=422)
    return HttpResponseRedirect(back)
