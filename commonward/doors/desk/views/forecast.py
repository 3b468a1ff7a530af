"""What is expected in the next 14 days, how well such forecasts did, and who must answer the phones."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from commonward.areas.queries.names import areas_to_choose
from commonward.core.forecast.arrivals import AHEAD
from commonward.core.forecast.outlook import BOUNDS, Line, Sum
from commonward.core.forecast.staffing import LIMITS, Terms, cover, officers
from commonward.core.refusals import N_, Forbidden, Invalid, Missing
from commonward.doors.desk.choices import choices
from commonward.doors.desk.naming import code_of, shown_as, written
from commonward.doors.desk.showing import desk_page
from commonward.doors.desk.tables import csv_file, csv_text
from commonward.doors.desk.views import forecast_charts as charts
from commonward.doors.desk.views.admin.doing import administer, done
from commonward.doors.look.charting import shown as chart_shown
from commonward.doors.look.charting import table_shown
from commonward.doors.look.showing import error_of, named
from commonward.doors.look.standing import Standing, for_staff
from commonward.insight.actions.forecasting import SETS_TERMS, set_terms
from commonward.insight.queries.forecast import SEES, Kept, areas_of, newest, picked, terms
from commonward.people.queries import revisions

STAFFED = {"50": 0.5, "75": 0.75, "90": 0.9, "97": 0.975}
"""In how many hours of a hundred the calls are not more than what is staffed for."""
TERM_NAMES: Mapping[str, str] = {
    "handling": N_("Seconds a call takes, writing included"),
    "answer": N_("Answered within so many seconds"),
    "percent": N_("Per cent of the calls"),
    "calls": N_("Calls for every hundred cases"),
}


@dataclass(frozen=True)
class Wanted:
    """What the page is asked for: `area` and `category` are codes, "" for all."""

    area: str = ""
    category: str = ""
    day: int = 0
    staffed: str = "90"
    terms: Terms = Terms()

    def query(self, **other: Any) -> str:
        """As part of an address."""
        given = {
            "area": self.area, "category": self.category, "day": self.day,
            "staffed": self.staffed, **asdict(self.terms), **other,
        }  # fmt: skip
        return urlencode({name: value for name, value in given.items() if value != ""})


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*SEES)
def forecast(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The next 14 days of an area and a kind, by day and by hour; leaders set the hotline's terms."""

    def keep(request: HttpRequest, standing: Standing) -> str:
        wanted = Wanted(terms=_terms(request.POST, terms()))
        set_terms(wanted.terms, standing.actor, standing.at)
        done(request, _("This is what the hotline is staffed for from now on."))
        return f"{reverse('desk:forecast')}?{request.POST.get('back', '')}"

    if request.method == "POST":
        return administer(
            request, standing, "desk/forecast/page.html",
            lambda: _page(QueryDict(), standing)[0], {"terms": keep},
        )  # fmt: skip
    context, status = _page(request.GET, standing)
    return desk_page(request, standing, "desk/forecast/page.html", context, status=status)


@require_safe
@for_staff(*SEES)
def forecast_file(request: HttpRequest, standing: Standing, name: str) -> HttpResponse:
    """days.csv, hours.csv (with officers), or cover.txt in the rosters' own form."""
    try:
        wanted = _wanted(request.GET, standing)
        kept = newest()
        if kept is None or name not in ("days.csv", "hours.csv", "cover.txt"):
            raise Missing(N_("There is no such file of a forecast."))
        found = picked(kept, wanted.area, wanted.category, standing.actor)
        if name == "cover.txt":
            answer = csv_text(_cover(kept, found, wanted), name)
            answer.headers["Content-Type"] = "text/plain; charset=utf-8"
        else:
            rows = _day_rows(kept, found) if name == "days.csv" else _hour_rows(kept, found, wanted)
            answer = csv_file(rows, f"forecast-{kept.outlook.first}-{name}")
    except (Missing, Invalid, Forbidden) as refused:
        status = {Missing: 404, Forbidden: 403}.get(type(refused), 422)
        context = {"error": error_of(refused)}
        return desk_page(request, standing, "desk/admin/missing.html", context, status=status)
    return answer


def _page(given: QueryDict, standing: Standing) -> tuple[dict[str, Any], int]:
    """The context and its status; what was refused stands on the page with its reason."""
    kept, marks = newest(), revisions()
    wanted, error, status = Wanted(terms=terms()), None, 200
    found: Sum | None = None
    try:
        wanted = _wanted(given, standing)
        if kept is not None:
            found = picked(kept, wanted.area, wanted.category, standing.actor, marks)
    except Forbidden as refused:
        error, status = error_of(refused), 403
    except (Invalid, Missing) as refused:
        error, status = error_of(refused), 422
    context: dict[str, Any] = {
        "kept": kept,
        "wanted": wanted,
        "error": error,
        "area_text": _text("area", wanted.area, given, marks),
        "category_text": _text("category", wanted.category, given, marks),
        "areas": _areas(standing, marks),
        "categories": [written(*one) for one in choices(marks).categories],
        "staffed": list(STAFFED),
        "numbers": [
            (name, _(TERM_NAMES[name]), getattr(wanted.terms, name), least, most)
            for name, least, most in LIMITS
        ],
        "sets_terms": standing.holds(SETS_TERMS) and standing.actor.account is not None,
        "plans": standing.holds(("planner",)),
    }
    if kept is not None:
        context |= _told(kept, wanted, standing)
    if kept is not None and found is not None:
        try:
            context |= _drawn(kept, found, wanted)
        except Invalid as refused:
            context["error"], status = error_of(refused), 422
    return context, status


def _told(kept: Kept, wanted: Wanted, standing: Standing) -> dict[str, Any]:
    """What holds whatever is chosen: how old it is, how well it did."""
    look = kept.outlook
    today = timezone.localtime(standing.at).date()
    report = look.report
    fitting = charts.levels_for(wanted.area, wanted.category)
    return {
        "old": look.first < today,
        "unknown": not look.known.all(),
        "gaps": [charts.day_text(day) for day in look.gaps[-5:]],
        "gap_count": len(look.gaps),
        "past_days": (look.first - look.since).days,
        "tested": len(report.origins) if report else 0,
        "test": table_shown(charts.tested(report)) if report else None,
        "worse": [
            charts.worse_words(one)
            for one in (report.levels if report else ())
            if one.level in fitting and not one.better
        ],
        "others": sum(way != "model" for way in look.by),
        "kinds": len(look.by),
    }


def _drawn(kept: Kept, found: Sum, wanted: Wanted) -> dict[str, Any]:
    look = kept.outlook
    day = look.day(wanted.day)
    needed = _needed(found, wanted)
    hours = found.hours(wanted.day)
    whole = found.whole()
    first_monday = look.first + timedelta(days=(7 - look.first.weekday()) % 7)
    of_rosters = {"cover": _cover(kept, found, wanted), "first": first_monday.isoformat()}
    return {
        "found": True,
        "whole": whole,
        # The mean, as the days' line has it: where the past was wild, the median lies far below.
        "whole_expected": f"{whole.expected:,.0f}",
        "whole_band": whole.band(80),
        "days_chart": chart_shown(charts.by_day(look, found, wanted.area, wanted.category)),
        "hours_chart": chart_shown(charts.by_hour(day, hours, needed[wanted.day])),
        "day": charts.day_text(day),
        "days": [(n, charts.day_text(look.day(n))) for n in range(AHEAD)],
        "most": max(needed[wanted.day]),
        "officer_hours": sum(needed[wanted.day]),
        "query": wanted.query(),
        "cover": of_rosters["cover"],
        "rosters_at": f"{reverse('desk:plan_new', args=['rosters'])}?{urlencode(of_rosters)}",
    }


def _needed(found: Sum, wanted: Wanted) -> list[list[int]]:
    """Officers by day and hour, for the count of cases that is chosen to be staffed for."""
    many = found.every_hour(STAFFED[wanted.staffed])
    kept: dict[int, int] = {}
    for cases in {int(one) for one in many.ravel()}:
        kept[cases] = officers(cases * wanted.terms.calls / 100, wanted.terms)
    return [[kept[int(one)] for one in row] for row in many]


def _cover(kept: Kept, found: Sum, wanted: Wanted) -> str:
    weekdays = [kept.outlook.day(n).weekday() for n in range(AHEAD)]
    return cover(weekdays, _needed(found, wanted))


def _day_rows(kept: Kept, found: Sum) -> Iterator[list[Any]]:
    yield ["date", "kind", "expected", *(f"q{100 * share:g}" for share in BOUNDS)]
    for number, line in enumerate(found.days()):
        mark = charts.MARKS[int(kept.outlook.marks[number])]
        yield [kept.outlook.day(number).isoformat(), mark, *_cells(line)]


def _hour_rows(kept: Kept, found: Sum, wanted: Wanted) -> Iterator[list[Any]]:
    needed = _needed(found, wanted)
    bounds = [f"q{100 * share:g}" for share in BOUNDS]
    yield ["date", "hour", "expected", *bounds, "officers"]
    for number in range(AHEAD):
        day = kept.outlook.day(number).isoformat()
        for hour, line in enumerate(found.hours(number)):
            yield [day, hour, *_cells(line), needed[number][hour]]


def _cells(line: Line) -> list[Any]:
    return [f"{line.expected:.2f}", *line.bounds]


def _wanted(given: Mapping[str, str], standing: Standing) -> Wanted:
    """What is asked for; whoever leads a street alone is shown that street. Raises Invalid."""
    marks = revisions()
    codes = {}
    for name in ("area", "category"):
        said = (given.get(name) or "").strip()
        codes[name] = code_of(name, said, marks) if said else ""
    own = areas_of(standing.actor)
    if not codes["area"] and own and "" not in own:
        codes["area"] = own[0]
    if not codes["category"]:
        codes["category"] = _own_category(standing)
    day, staffed = given.get("day") or "0", given.get("staffed") or "90"
    if not day.isdecimal() or len(day) > 2 or int(day) >= AHEAD or staffed not in STAFFED:
        raise Invalid(N_("Choose one of the list."), field="day")
    return Wanted(codes["area"], codes["category"], int(day), staffed, _terms(given, terms()))


def _own_category(standing: Standing) -> str:
    """The first category of whoever was granted some alone; "" for all."""
    rights = [right for right in standing.actor.rights if right.role in SEES]
    narrow = [right.categories[0] for right in rights if right.categories]
    return narrow[0] if narrow and len(narrow) == len(rights) else ""


def _terms(given: Mapping[str, str], otherwise: Terms) -> Terms:
    values = asdict(otherwise)
    for name, least, most in LIMITS:
        said = (given.get(name) or "").strip()
        if not said:
            continue
        if not said.isdecimal() or len(said) > 6:
            raise Invalid(
                N_("Give a whole number from {least} to {most}."),
                field=name, least=least, most=most,
            )  # fmt: skip
        values[name] = int(said)
    return Terms(**values)


def _text(name: str, code: str, given: Mapping[str, str], marks: Mapping[str, int]) -> str:
    return shown_as(name, code, marks) if code else str(given.get(name, ""))[:80]


def _areas(standing: Standing, marks: Mapping[str, int]) -> list[str]:
    own = areas_of(standing.actor)
    return [
        written(place.code, named(place.name, place.name_en))
        for place in areas_to_choose(marks)
        if "" in own or any(f"/{code}/" in place.path for code in own)
    ]
