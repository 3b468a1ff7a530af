"""The charts of the dashboards: each from figures that were read, with links to their cases."""

from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from commonward.core.indicators.book import Indicator
from commonward.core.indicators.figures import Figure
from commonward.core.indicators.pictures import (
    Band,
    Cell,
    Chart,
    Column,
    Form,
    Series,
    Table,
    said,
)
from commonward.core.indicators.uncertainty import league
from commonward.core.indicators.windows import Window
from commonward.core.refusals import N_
from commonward.doors.desk.views.board import BOARD
from commonward.doors.desk.views.dashboards import reading
from commonward.doors.desk.views.dashboards.asked import Asked
from commonward.doors.look.making import target
from commonward.doors.look.monthly_words import place_words
from commonward.doors.look.showing import language

SLOWED_WORDS = {
    "returned": N_("Handed back by a department"),
    "misdispatched": N_("Sent to the wrong department"),
    "reworked": N_("Sent back by the check"),
    "extended": N_("Given more time"),
    "reopened": N_("Reopened"),
}
MOST = 40
"""Groups that a league shows; the file has them all."""


def made_href(asked: Asked, name: str, page: str = "desk:figure") -> str:
    """The page that tells how a figure is made, or (`desk:figure_cases`) the cases behind it.

    What stands open is asked for today. "" for who may not read figures of areas there.
    """
    if not asked.standing.holds(BOARD) or name not in asked.book.indicators:
        return ""
    try:
        address = reverse(page, args=[name])
    except NoReverseMatch:
        return ""
    now = name.startswith("standing_") and not groupable_by_time(asked, name)
    window = asked.today if now else asked.window
    kept = {k: v for k in ("area", "category") if (v := asked.given.get(k, ""))}
    if name == asked.indicator.name and asked.given["cut"]:
        kept["cut"] = asked.indicator.cut
    return (
        f"{address}?{urlencode({'grain': window.grain, 'day': window.first.isoformat(), **kept})}"
    )


def groupable_by_time(asked: Asked, name: str) -> bool:
    """Whether a figure is placed in a window at all, and not as it stands."""
    return any(count.moment for count in asked.book.counts_of(name))


def _links(asked: Asked, chart: str, *figures: str) -> tuple[tuple[str, str], ...]:
    """How the figures are made, and the table as files."""
    made = [
        (_("How “{figure}” is made, and its cases").format(
            figure=asked.book.indicators[name].title(language())
        ), href)
        for name in figures
        if name in asked.book.indicators and (href := made_href(asked, name))
    ]  # fmt: skip
    files = [
        (_("{form} file").format(form=form.upper()), asked.href(table=chart, **{"as": form}))
        for form in ("csv", "xlsx", "pdf")
    ]
    return (*made, *files)


def queue_href(asked: Asked, **more: str) -> str:
    """The list of the cases that are meant."""
    kept = {k: v for k in ("area", "category") if (v := asked.given.get(k, ""))}
    return f"{reverse('desk:queue')}?{urlencode({**kept, **more})}"


def funnel(
    asked: Asked,
    standing: reading.Standing,
    times: Mapping[str, Mapping[str, Figure]],
    stages: Mapping[str, str],
) -> Chart:
    """How many cases stand in each stage, how many of them late, and how long one stands there."""
    known = [name for name in stages if name in standing.by_stage or name in times]
    rows = []
    for name in known:
        found, spent = standing.by_stage.get(name, {}), times.get(name, {})
        rows.append(
            [
                Cell(stages[name], queue_href(asked, stage=name)),
                Cell(found.get("standing_open", 0.0)),
                Cell(found.get("standing_late", 0.0), queue_href(asked, stage=name, light="red")),
                *(Cell(spent[one].value if one in spent else None) for one in reading.STAGE_TIMES),
            ]
        )
    columns = (
        Column(_("Stage")),
        Column(_("Open now"), "count"),
        Column(_("of them late in their stage"), "count"),
        Column(_("Left it in the window"), "count"),
        Column(_("Half took no longer than"), "seconds"),
        Column(_("Nine of ten took no longer than"), "seconds"),
    )
    title = _("Where cases stand, and where they get stuck")
    values = [standing.by_stage.get(name, {}) for name in known]
    return Chart(
        name="stages",
        form=Form.FUNNEL,
        title=title,
        about=_("Open cases by stage, in the order of the loop; the hatched part is late in its stage."),
        unit="count",
        labels=[stages[name] for name in known],
        series=(
            Series(_("Open now"), [one.get("standing_open", 0.0) for one in values]),
            Series(_("of them late in their stage"), [one.get("standing_late", 0.0) for one in values], tone="late"),
        ),
        hrefs=[queue_href(asked, stage=name) for name in known],
        behind=Table("stages", title, columns, rows),
        links=_links(asked, "stages", "standing_open", "standing_late", "stage_median"),
    )  # fmt: skip


def reasons(asked: Asked, standing: reading.Standing) -> Chart:
    """What has happened to the cases that stand open; one may have met several of these."""
    every = [standing.total(f"standing_{one}") for one in SLOWED_WORDS]
    late = [standing.total(f"standing_late_{one}") for one in SLOWED_WORDS]
    waiting = [
        standing.total(name) for name in ("standing_waiting_tasks", "standing_waiting_late_tasks")
    ]
    return Chart(
        name="reasons",
        form=Form.FUNNEL,
        title=_("What holds them up"),
        about=_("What happened to open cases; one may stand in several lines. The last line are whistles and orders that wait for a team."),
        unit="count",
        labels=[*(_(text) for text in SLOWED_WORDS.values()), _("Whistles and orders waiting")],
        series=(
            Series(_("Open now"), [*every, waiting[0]]),
            Series(_("of them past their total limit"), [*late, waiting[1]], tone="late"),
        ),
        label_title=_("What happened"),
        hrefs=[made_href(asked, name, "desk:figure_cases") for name in (*(f"standing_{one}" for one in SLOWED_WORDS), "standing_waiting_tasks")],
        links=_links(asked, "reasons", "standing_overdue"),
    )  # fmt: skip


def where(
    asked: Asked, found: Mapping[str, Mapping[str, float]], names: Mapping[str, str]
) -> Chart:
    """What stands open and late by area, one level down; the fullest first."""
    codes = sorted(
        (code for code in found if code), key=lambda c: (-found[c]["standing_late"], -found[c]["standing_open"], c)
    )  # fmt: skip
    title = _("Where they lie")
    rows = []
    for code in codes:
        opened, late = found[code]["standing_open"], found[code]["standing_late"]
        rows.append(
            [
                Cell(names.get(code, code), asked.href(area=code)),
                Cell(opened, queue_href(asked, area=code)),
                Cell(late, queue_href(asked, area=code, light="red")),
                Cell(late / opened if opened else None),
            ]
        )
    columns = (
        Column(_("Area")), Column(_("Open now"), "count"), Column(_("of them late in their stage"), "count"),
        Column(_("Share late in its stage"), "share"),
    )  # fmt: skip
    shown = codes[:MOST]
    return Chart(
        name="where",
        form=Form.STACKED,
        title=title,
        about=_("Open cases by area, one level down. A line leads to the dashboard of its area."),
        unit="count",
        labels=[names.get(code, code) for code in shown],
        series=(
            Series(
                _("Not late in their stage"),
                [found[c]["standing_open"] - found[c]["standing_late"] for c in shown],
            ),
            Series(
                _("Late in their stage"), [found[c]["standing_late"] for c in shown], tone="late"
            ),
        ),
        hrefs=[asked.href(area=code) for code in shown],
        behind=Table("where", title, columns, rows),
        links=_links(asked, "where", "standing_open", "standing_late"),
    )


def trend(asked: Asked, found: reading.Trend) -> Chart:
    """The chosen figure along time, with the band of what is usual."""
    title = asked.indicator.title(language())
    banded = any(value is not None for value in found.low)
    return Chart(
        name="trend",
        form=Form.LINE,
        title=title,
        about=asked.indicator.about["zh" if language().startswith("zh") else "en"],
        unit=asked.indicator.unit.value,
        labels=[label(one) for one in found.windows],
        series=(Series(title, found.values(asked.indicator.name)),),
        label_title=_("Window"),
        band=Band(
            _("Usual in the season, 10–90 %"), found.low, found.high, found.middle, _("Median of former times")
        )
        if banded
        else None,
        target=target(asked.indicator, asked.level),
        hrefs=[asked.href(day=one.first.isoformat()) for one in found.windows],
        notes=() if banded else (_("There is too little of the past yet to say what is usual in the season."),),
        links=_links(asked, "trend", asked.indicator.name),
    )  # fmt: skip


def flow(asked: Asked, found: reading.Trend) -> Chart:
    """What came in and what was closed."""
    return counted(asked, found, "flow", _("What came in, and what was closed"), reading.FLOW)


def counted(
    asked: Asked, found: reading.Trend, chart: str, title: str, wanted: Sequence[str]
) -> Chart:
    """Some counts along time, side by side."""
    names = asked.known(*wanted)
    tones = ("main", "quiet", "late")
    return Chart(
        name=chart,
        form=Form.BARS,
        title=title,
        about="",
        unit="count",
        labels=[label(one) for one in found.windows],
        series=[
            Series(asked.book.indicators[name].title(language()), found.values(name), tone=tone)
            for name, tone in zip(names, tones, strict=False)
        ],
        label_title=_("Window"),
        links=_links(asked, chart, *names),
    )


def ranking(
    asked: Asked,
    name: str,
    title: str,
    found: Mapping[str, Figure],
    names: Mapping[str, str],
    whole: float | None,
    level: str,
) -> Chart:
    """A figure by group with its intervals; too small ones greyed, and no place that noise gives."""
    ranked = league(
        {
            code: (round((one.value or 0.0) * (one.under or 0.0)), one.under or 0.0)
            for code, one in found.items()
            if code and one.under
        },
        asked.indicator.least,
        better=asked.indicator.better or "more",
    )
    figure = asked.indicator.title(language())
    rows = [
        [
            Cell(names.get(one.name, one.name)),
            Cell(one.value),
            Cell((one.low, one.high) if one.low is not None and one.high is not None else None),
            Cell(one.under),
            Cell(place_words(one)),
        ]
        for one in ranked
    ]
    columns = [
        Column(title), Column(figure, "share"), Column(_("95% interval"), "interval share"),
        Column(_("of how many"), "count"), Column(_("Place in the order")),
    ]  # fmt: skip
    aim = target(asked.indicator, level)
    if aim is not None:
        columns.append(Column(aim[0], "share"))
        rows = [[*row, Cell(aim[1])] for row in rows]
    shown = ranked[:MOST]
    return Chart(
        name=name,
        form=Form.LEAGUE,
        title=f"{figure} – {title}",
        about=_(
            "A dot with its 95% interval. Grey: fewer than {least} cases, not compared. Where "
            "intervals overlap no order is told."
        ).format(least=asked.indicator.least),
        unit="share",
        labels=[names.get(one.name, one.name) for one in shown],
        series=(
            Series(
                figure, [one.value for one in shown], [one.low for one in shown], [one.high for one in shown]
            ),
        ),
        label_title=title,
        grey=[one.small for one in shown],
        across=(_("All together"), whole) if whole is not None else None,
        target=aim,
        behind=Table(name, f"{figure} – {title}", columns, rows),
        links=_links(asked, name, asked.indicator.name),
    )  # fmt: skip


def label(window: Window) -> str:
    """A window as an axis names it."""
    first = window.first
    match window.grain:
        case "day":
            return f"{first:%m-%d}"
        case "week":
            return f"{first:%G-W%V}"
        case "month":
            return f"{first:%Y-%m}"
        case "quarter":
            return f"{first.year}-Q{(first.month + 2) // 3}"
        case "year":
            return str(first.year)
    return str(window)


def change_words(indicator: Indicator, now: float | None, then: float | None) -> str:
    """How a figure stands beside an earlier one: points for shares, per cent for others."""
    if now is None or then is None:
        return ""
    if indicator.unit.value in ("share", "score"):
        step = now - then if indicator.unit.value == "share" else (now - then) / 100
        return _("{points} points").format(points=said(step, "points", language()))
    return said(now / then - 1, "change", language()) if then else ""


def tables(charts: Iterable[Chart]) -> dict[str, Table]:
    """The tables of a page by name."""
    return {chart.name: chart.table for chart in charts}
