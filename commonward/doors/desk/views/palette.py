"""Go anywhere by typing: pages, a case by its number, saved views, steps with the case at hand."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from commonward.cases.access import visible_case
from commonward.cases.queries.saved import views_for
from commonward.core.numbers import normalise
from commonward.core.refusals import Refusal
from commonward.doors.desk import many
from commonward.doors.desk.rows import case_address
from commonward.doors.desk.showing import desk_page, ways_of
from commonward.doors.look.standing import Standing, for_staff

_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Goal:
    """A line of the palette; `kind` says what it leads to."""

    text: str
    href: str
    kind: str


@require_safe
@for_staff()
def go(request: HttpRequest, standing: Standing) -> HttpResponse:
    """What fits the typed words (快速前往); `case` is the number of the case at hand."""
    typed = request.GET.get("q", "").strip()[:_LONGEST]
    at_hand = request.GET.get("case", "")[:_LONGEST]
    context = {"goals": _goals(standing, typed, at_hand), "typed": typed, "at_hand": at_hand}
    if request.GET.get("part") == "list":
        return render(request, "desk/parts/goals.html", context)
    return desk_page(request, standing, "desk/go.html", context)


def _goals(standing: Standing, typed: str, at_hand: str) -> list[Goal]:
    goals = [
        *_steps(standing, at_hand),
        *(Goal(way["text"], way["href"], _("Page")) for way in ways_of(standing)),
        *(
            Goal(view.name, f"{reverse('desk:queue')}?{view.query}", _("Saved view"))
            for view in views_for(standing.actor)
        ),
        Goal(_("Saved views"), reverse("desk:saved"), _("Page")),
        Goal(_("Keys"), reverse("desk:keys"), _("Page")),
    ]
    words = typed.casefold().split()
    fitting = [goal for goal in goals if all(word in goal.text.casefold() for word in words)]
    if typed:
        search = f"{reverse('desk:queue')}?{urlencode({'q': typed})}"
        fitting.append(Goal(_("Search cases for “{words}”").format(words=typed), search, ""))
    return [*_case(standing, typed), *fitting]


def _case(standing: Standing, typed: str) -> list[Goal]:
    try:
        case = visible_case(normalise(typed), standing.actor)
    except Refusal:
        return []
    text = f"{case.number} {case.summary}".strip()
    return [Goal(text, case_address(case.number), _("Case"))]


def _steps(standing: Standing, at_hand: str) -> list[Goal]:
    if not at_hand:
        return []
    try:
        number = normalise(at_hand)
    except Refusal:
        return []
    to = reverse("desk:bulk")
    return [
        Goal(
            deed.title,
            f"{to}?{urlencode({'case': number, 'verb': deed.name})}",
            _("Step with {number}").format(number=number),
        )
        for deed in many.deeds(standing, [number])
    ]
