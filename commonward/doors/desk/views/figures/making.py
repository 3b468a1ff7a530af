"""All figures, and how one is made; with its value and counts for who looks at areas and teams."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from commonward.core.indicators.book import Book
from commonward.core.indicators.formulas import Unit
from commonward.core.indicators.pictures import NOTHING, said
from commonward.core.refusals import N_, Missing, Refusal
from commonward.doors.desk.showing import desk_page, ways_of
from commonward.doors.desk.views.figures.asked import Asked, cuts, may_read, read, shown
from commonward.doors.look.making import by_group, made
from commonward.doors.look.showing import error_of, language
from commonward.doors.look.standing import Standing, for_staff
from commonward.insight.queries.books import Version, book_of, version, version_in_force, versions
from commonward.insight.queries.measuring import figures_of


@require_safe
@for_staff()
def figures(request: HttpRequest, standing: Standing) -> HttpResponse:
    """Every figure of the site by group, each leading to how it is made."""
    held = version_in_force(standing.at)
    spoken = language()
    context = {
        "groups": [
            (group, [(one.name, one.title(spoken), one.about["zh" if spoken.startswith("zh") else "en"])
                     for one in some])
            for group, some in by_group(book_of(held))
        ],
        "version": held,
        "below": [way for way in ways_of(standing) if way["below"] == "desk:figures"],
    }  # fmt: skip
    return desk_page(request, standing, "desk/figures/list.html", context)


@require_safe
@for_staff()
def figure(request: HttpRequest, standing: Standing, name: str) -> HttpResponse:
    """How a figure is made, under the version in force or an older one."""
    try:
        held = version_asked(request, standing)
        book = book_of(held)
        if name not in book.indicators:
            raise Missing(N_("There is no indicator “{name}”."), name=name[:60])
    except Missing as missing:
        lost = {"error": error_of(missing)}
        return desk_page(request, standing, "desk/figures/missing.html", lost, status=404)
    told = made(book, name, held) | {"hrefs": "desk:figure"}
    context: dict[str, Any] = {
        "made": told,
        "others": [one for one in versions() if one.number != held.number][:12],
        "public": book.indicators[name].public,
        "leads": standing.holds(("leader",)),
    }
    # Disputes have figures of their own, without places; here they would stand as nought.
    context["apart"] = any(one.facts.name == "disputes" for one in book.counts_of(name))
    context["urgent"] = book.indicators[name].apart == "response"
    if may_read(standing, book.indicators[name]) and not context["apart"]:
        try:
            asked = read(request, standing, urgent=context["urgent"])
            book = book.cut(name, asked.given["cut"])
            context |= {
                "asked": shown(asked, standing.at),
                "cuts": cuts(book, name),
                "figure": reckoned(asked, book, name, standing),
            }
        except Refusal as refusal:
            context["error"] = error_of(refusal)
            return desk_page(request, standing, "desk/figures/figure.html", context, status=422)
    return desk_page(request, standing, "desk/figures/figure.html", context)


def reckoned(asked: Asked, book: Book, name: str, standing: Standing) -> dict[str, Any]:
    """The figure of a window, its band, and each count with the way to its cases."""
    by_group_ = figures_of([name], [asked.window], only=asked.only, at=standing.at, book=book)
    found = by_group_[asked.window][()][name]
    spoken = language()
    one = book.indicators[name]
    counts = []
    for count in book.counts_of(name):
        worth = found.counts.get(count.name)
        counts.append({
            "name": count.name,
            "called": count.about["zh" if spoken.startswith("zh") else "en"] or count.name,
            "value": NOTHING if worth is None else said(worth, count.unit.value, spoken),
            "href": reverse("desk:figure_cases", args=[name]) + asked.query(count=count.name)
            if count.facts.name != "disputes" else "",
        })  # fmt: skip
    return {
        "value": worded(found.value, one.unit),
        "band": found.band,
        "counts": counts,
    }


def worded(value: float | None, unit: Unit) -> str:
    """A figure with its unit, as the reader's language writes it."""
    return NOTHING if value is None else said(value, unit.value, language())


def version_asked(request: HttpRequest, standing: Standing) -> Version:
    """The version in force, or the one whose number the address gives. Raises Missing."""
    given = request.GET.get("version", "")
    if not given:
        return version_in_force(standing.at)
    if not given.isdecimal() or len(given) > 6:
        raise Missing(N_("There is no version {number} of the figures."), number=given[:20])
    return version(int(given))
