"""Figures (指标) for programs: how each is made, its values where a key may look, and what is public.

The same definitions, rows and rights as on the desk: values are for the posts that look at figures
of areas and teams there. Disputes are in none of them, urgent help only in those of who
coordinates it.
"""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import Query, Schema
from pydantic import Field

from commonward.cases.queries.reference import book as set_up
from commonward.core.indicators.book import Book, Indicator
from commonward.core.indicators.facts import DISPUTES
from commonward.core.indicators.figures import Figure
from commonward.core.indicators.windows import Window, run_up, window
from commonward.core.indicators.words import words
from commonward.core.refusals import N_, Forbidden, Invalid, Missing
from commonward.doors.api.fields import Code, Word
from commonward.doors.api.keys import caller
from commonward.doors.api.router import PROBLEMS, router
from commonward.doors.api.shown import Both
from commonward.insight.models import Release
from commonward.insight.queries import released
from commonward.insight.queries.books import Version, book_of, version, version_in_force
from commonward.insight.queries.looking import LOOKERS, RESPONDERS, scope_of
from commonward.insight.queries.measuring import figures_of

TAGS = ["figures"]
MOST_VALUES = 20_000
"""Values of one answer: a window more or a finer group is another question."""
Cut = Literal["calendar", "noon"]
Grain = Literal["day", "week", "month", "quarter", "year"]
By = Literal["", "district", "street", "community", "grid", "department", "category"]


class CountMadeShown(Schema):
    """One count of a formula: which rows, placed in a window by what, and what must hold."""

    name: str
    called: str
    rows: str
    placed: str
    measure: str
    conditions: list[str]
    expression: str


class FigureShown(Schema):
    """An indicator: `words` is its formula in the language of `Accept-Language`."""

    name: str
    group: str
    title: Both
    about: Both
    formula: str
    words: str
    unit: Literal["count", "share", "seconds", "score", "number"]
    better: Literal["", "more", "less"]
    cut: Cut
    source: str
    caveat: Both
    public: bool
    targets: dict[str, float] = Field(
        description="By level (all, district, street, community, grid, department), in the figure's unit."
    )


class FiguresShown(Schema):
    """The indicators of one version of the site's book; `digest` is that of its definitions."""

    version: int
    digest: str
    figures: list[FigureShown]


class FigureMadeShown(FigureShown):
    """An indicator with all that it is made of."""

    version: int
    digest: str
    bands: list[dict[str, Any]]
    counts: list[CountMadeShown]


class ValueShown(Schema):
    """A figure of one window and group; null where there is nothing to divide by."""

    first: date
    last: date
    group: str
    value: float | None
    under: float | None = Field(description="Its denominator, where it is a quotient of counts.")
    band: str


class ValuesShown(Schema):
    """A figure over some windows; `by` says what `group` is the code of."""

    name: str
    version: int
    digest: str
    unit: str
    cut: Cut
    grain: Grain
    by: By
    area: str
    category: str
    at: datetime
    values: list[ValueShown]


class ReleaseShown(Schema):
    """What was published of one month: `digest` is the SHA-256 of its canonical JSON."""

    month: date
    version: int
    made_at: datetime
    book: str
    digest: str


class ReleasedValueShown(Schema):
    """A published figure; `held_back` where a number under it is kept back for its smallness."""

    figure: str
    group: str
    value: float | None
    under: float | None
    held_back: bool


class ReleasedShown(ReleaseShown):
    """The figures of a published month."""

    by: str
    values: list[ReleasedValueShown]


@router.get("/figures", tags=TAGS, response={200: FiguresShown, **PROBLEMS})
def list_figures(
    request: HttpRequest, edition: Annotated[int | None, Query(None, ge=0, le=999_999)]
) -> dict[str, Any]:
    """Every indicator, its formula and the formula in words, as it holds now or in an `edition`."""
    held = _held(caller(request).at, edition)
    book = book_of(held)
    return {
        "version": held.number,
        "digest": held.digest,
        "figures": [_figure(book, one) for one in book.indicators.values()],
    }


@router.get("/figures/releases", tags=TAGS, response={200: list[ReleaseShown], **PROBLEMS})
def list_releases(request: HttpRequest) -> list[dict[str, Any]]:
    """The months that were published, the newest first: each in its last version."""
    caller(request)
    return [_release(one) for one in reversed(released.ledger(latest=240).releases)]


@router.get("/figures/releases/{month}", tags=TAGS, response={200: ReleasedShown, **PROBLEMS})
def read_release(
    request: HttpRequest,
    month: Annotated[str, Field(pattern=r"^2[0-9]{3}-(0[1-9]|1[0-2])$")],
    by: Annotated[Literal["", "street", "part"], Query("")],
) -> dict[str, Any]:
    """The figures of a published month, as everybody is shown them: of the whole site, by street
    or by big class."""
    caller(request)
    wanted = date.fromisoformat(f"{month}-01")
    told = released.ledger(latest=240)
    found = next((one for one in told.releases if one.first == wanted), None)
    if found is None:
        raise Missing(N_("Nothing was published of {month}."), month=month)
    kept = released.Ledger((found,))
    names = [one.name for one in released.indicators()]
    values = released.figures_told(kept, names, (by,) if by else ())
    return {
        **_release(found),
        "by": by,
        "values": [
            {
                "figure": one.indicator,
                "group": one.key[-1] if by else "",
                "value": one.value,
                "under": one.under,
                "held_back": one.held_back,
            }
            for one in values
        ],
    }


@router.get("/figures/{name}", tags=TAGS, response={200: FigureMadeShown, **PROBLEMS})
def read_figure(
    request: HttpRequest, name: Word, edition: Annotated[int | None, Query(None, ge=0, le=999_999)]
) -> dict[str, Any]:
    """How one indicator is made: its counts, each condition in words and as it is written."""
    held = _held(caller(request).at, edition)
    book = book_of(held)
    one = _known(book, name)
    told = words(book, one, get_language() or "en", _, set_up().procedures.values())
    return {
        **_figure(book, one),
        "version": held.number,
        "digest": held.digest,
        "bands": [{"name": band.name, "bound": band.bound} for band in one.bands],
        "counts": [
            {
                "name": count.name,
                "called": count.called,
                "rows": count.rows,
                "placed": count.placed,
                "measure": count.measure,
                "conditions": list(count.parts),
                "expression": book.counts[count.name].text,
            }
            for count in told.counts
        ],
    }


class ValuesIn(Schema):
    """Which values: so many windows of a kind, of which the one with `day` is the last."""

    grain: Grain = "month"
    day: date | None = None
    windows: Annotated[int, Field(ge=1, le=60)] = 1
    by: By = ""
    area: Code = ""
    category: Code = ""
    cut: Literal["", "calendar", "noon"] = ""


@router.get("/figures/{name}/values", tags=TAGS, response={200: ValuesShown, **PROBLEMS})
def list_figure_values(request: HttpRequest, name: Word, asked: Query[ValuesIn]) -> dict[str, Any]:
    """The values of one indicator by window and group, inside the areas and categories of this key.

    What is not over yet is reckoned as it stands now. The areas of a level are those below `area`.
    """
    by = caller(request)
    held = version_in_force(by.at)
    book = book_of(held)
    one = book.indicators.get(name)
    urgent = one is not None and one.apart == "response"
    scope = scope_of(
        by.actor, RESPONDERS if urgent else LOOKERS, by.at,
        area=asked.area, category=asked.category, urgent=urgent,
    )  # fmt: skip
    one = _known(book, name)
    _may_be_told(book, one, asked.by)
    book = book.cut(name, asked.cut)
    windows = _windows(one, asked, by.at)
    found = figures_of(
        [name], windows, by=(asked.by,) if asked.by else (), only=scope.only, at=by.at, book=book
    )
    rows = [
        _value(when, group[0] if group else "", figures[name])
        for when in windows
        for group, figures in sorted(found[when].items())
        if not group or group[0]
    ]
    if len(rows) > MOST_VALUES:
        raise Invalid(
            N_("These are more than {most} values; ask for fewer windows or a larger group."),
            most=MOST_VALUES,
            field="windows",
        )
    return {
        "name": name,
        "version": held.number,
        "digest": held.digest,
        "unit": one.unit.value,
        "cut": asked.cut or one.cut,
        "grain": asked.grain,
        "by": asked.by,
        "area": scope.place.code if scope.place else "",
        "category": asked.category,
        "at": by.at,
        "values": rows,
    }


def _held(at: datetime, edition: int | None) -> Version:
    return version_in_force(at) if edition is None else version(edition)


def _known(book: Book, name: str) -> Indicator:
    if name not in book.indicators:
        raise Missing(N_("There is no indicator “{name}”."), name=name)
    return book.indicators[name]


def _may_be_told(book: Book, one: Indicator, by: str) -> None:
    counts = book.counts_of(one.name)
    if any(count.facts is DISPUTES for count in counts):
        raise Forbidden(N_("Disputes have figures of their own."))
    if by and any(by not in count.facts.columns for count in counts):
        raise Invalid(
            N_("“{name}” cannot be grouped by “{column}”."), name=one.name, column=by, field="by"
        )


def _windows(one: Indicator, asked: ValuesIn, at: datetime) -> list[Window]:
    today = timezone.localtime(at).date()
    day = asked.day or today
    if not date(2000, 1, 1) <= day <= today:
        raise Invalid(N_("Choose a day that has begun."), field="day")
    last = window(asked.grain, day, settings.TIME_ZONE, asked.cut or one.cut)
    return run_up(last, asked.windows)


def _value(when: Window, group: str, figure: Figure) -> dict[str, Any]:
    last = date.fromordinal(when.until.toordinal() - 1)
    return {
        "first": when.first,
        "last": last,
        "group": group,
        "value": figure.value,
        "under": figure.under,
        "band": figure.band,
    }


def _figure(book: Book, one: Indicator) -> dict[str, Any]:
    told = words(book, one, get_language() or "en", _, set_up().procedures.values())
    return {
        "name": one.name,
        "group": one.group,
        "title": one.titles,
        "about": one.about,
        "formula": one.text,
        "words": told.formula,
        "unit": one.unit.value,
        "better": one.better,
        "cut": one.cut,
        "source": one.source,
        "caveat": {"en": one.caveats.get("en", ""), "zh": one.caveats.get("zh", "")},
        "public": one.public,
        "targets": {level: one.target(level) for level in one.targets},
    }


def _release(one: Release) -> dict[str, Any]:
    return {
        "month": one.first,
        "version": one.version,
        "made_at": one.made_at,
        "book": one.book,
        "digest": one.digest,
    }
