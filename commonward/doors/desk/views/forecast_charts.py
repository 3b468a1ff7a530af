"""The forecast's charts and the tables behind them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta

from django.utils import dateformat
from django.utils.translation import gettext as _

from commonward.core.forecast.arrivals import AHEAD, HOLIDAY, MADE_UP, ORDINARY
from commonward.core.forecast.checking import BANDS, Checked, Report
from commonward.core.forecast.outlook import Line, Outlook, Sum
from commonward.core.indicators.pictures import Band, Cell, Chart, Column, Form, Series, Table
from commonward.core.refusals import N_
from commonward.doors.look.showing import language

MARKS: Mapping[int, str] = {ORDINARY: "ordinary", HOLIDAY: "holiday", MADE_UP: "make-up"}
_MARK_WORDS: Mapping[int, str] = {
    HOLIDAY: N_("holiday"),
    MADE_UP: N_("make-up working day"),
}
LEVEL_NAMES: Mapping[str, str] = {
    "total_hour": N_("all together, by hour"),
    "total_day": N_("all together, by day"),
    "category_day": N_("each category, by day"),
    "category_hour": N_("each category, by hour"),
    "area_day": N_("each area, by day"),
    "cell_day": N_("each category in each area, by day"),
    "cell_hour": N_("each category in each area, by hour"),
}
_WIDE, _USUAL, _NARROW = 95, 80, 50


_WORSE: Mapping[str, str] = {
    "last_week": N_("not better than last week's same hour"),
    "four_weeks": N_("not better than four weeks' mean"),
}


def worse_than(one: Checked) -> str:
    """The nearer rival where this level's forecast is not the nearest; "" where it is."""
    if one.better:
        return ""
    return "last_week" if one.mae_last_week <= one.mae_four_weeks else "four_weeks"


def worse_words(one: Checked) -> str:
    """A level that is not better, with what it is not better than."""
    return f"{_(LEVEL_NAMES[one.level])} – {_(_WORSE[worse_than(one)])}"


def levels_for(area: str, category: str) -> tuple[str, ...]:
    """The levels of the test that speak of such a choice."""
    if area and category:
        return "cell_day", "cell_hour"
    if area:
        return ("area_day",)
    return ("category_day", "category_hour") if category else ("total_day", "total_hour")


def day_text(day: date) -> str:
    """A day as it is read: "Mon 2 Mar", "3月2日周一"."""
    if language().startswith("zh"):
        return f"{day.month}月{day.day}日周{'一二三四五六日'[day.weekday()]}"
    return dateformat.format(day, "D j M")


def by_day(look: Outlook, found: Sum, area: str, category: str) -> Chart:
    """The last four weeks, where they are of all areas, and the 14 days to come."""
    lines = found.days()
    back = _back(look, area, category)
    days = [look.first + timedelta(days=n) for n in range(-len(back), AHEAD)]
    nothing: list[float | None] = [None] * len(back)
    series = [Series(_("Expected"), [*nothing, *(round(one.expected, 1) for one in lines)])]
    if back:
        series.append(Series(_("Arrived"), [*back, *[None] * AHEAD], tone="quiet"))
    low, high = zip(*(one.band(_USUAL) for one in lines), strict=True)
    return Chart(
        name="forecast-days",
        form=Form.LINE,
        title=_("Expected by day"),
        about=_("What is expected on each of the next 14 days, with the interval in which four days of five should lie."),
        unit="count",
        labels=[day_text(day) for day in days],
        series=series,
        label_title=_("Day"),
        band=Band(_("Interval of 80 %"), [*nothing, *low], [*nothing, *high]),
        behind=Table(
            "forecast-days", _("Expected by day"),
            [Column(_("Day")), *_columns()],
            [
                [Cell(day_text(look.day(n)), note=_mark(int(look.marks[n]))), *_cells(line)]
                for n, line in enumerate(lines)
            ],
        ),
    )  # fmt: skip


def by_hour(day: date, lines: Sequence[Line], needed: Sequence[int]) -> Chart:
    """The hours of one day, and how many must answer."""
    labels = [f"{hour:02}:00" for hour in range(len(lines))]
    low, high = zip(*(one.band(_USUAL) for one in lines), strict=True)
    title = _("Expected by hour on {day}").format(day=day_text(day))
    return Chart(
        name="forecast-hours",
        form=Form.LINE,
        title=title,
        about=_("What is expected in each hour of the day, with the interval in which four hours of five should lie."),
        unit="count",
        labels=labels,
        series=[Series(_("Expected"), [round(one.expected, 2) for one in lines])],
        label_title=_("Hour"),
        band=Band(_("Interval of 80 %"), low, high),
        behind=Table(
            "forecast-hours", title,
            [Column(_("Hour")), *_columns(), Column(_("Officers"), "count")],
            [
                [Cell(label), *_cells(line, 2), Cell(count)]
                for label, line, count in zip(labels, lines, needed, strict=True)
            ],
        ),
    )  # fmt: skip


def tested(report: Report) -> Table:
    """The honest test, a row for each level; a row that is not better says so."""
    columns = [
        Column(_("What was forecast")),
        Column(_("Arrived on average"), "number"),
        Column(_("Mean error"), "number"),
        Column(_("Error of last week's same hour"), "number"),
        Column(_("Error of four weeks' mean"), "number"),
        Column(_("Our error against last week's"), "share"),
        *(Column(_("Inside the interval of {percent} %").format(percent=round(100 * b)), "share") for b in BANDS),
    ]  # fmt: skip
    rows = [
        [
            Cell(
                _(LEVEL_NAMES[one.level]),
                note=_(_WORSE[worse]) if (worse := worse_than(one)) else "",
            ),
            Cell(_short(one.mean)), Cell(_short(one.mae)), Cell(_short(one.mae_last_week)),
            Cell(_short(one.mae_four_weeks)), Cell(one.mase), *(Cell(x) for x in one.fair),
        ]
        for one in report.levels
    ]  # fmt: skip
    return Table("forecast-test", _("How well such forecasts did"), columns, rows)


def _columns() -> list[Column]:
    return [
        Column(_("Expected"), "number"),
        *(
            Column(_("Interval of {percent} %").format(percent=percent), "interval count")
            for percent in (_NARROW, _USUAL, _WIDE)
        ),
    ]


def _cells(line: Line, digits: int = 1) -> list[Cell]:
    bands = (line.band(percent) for percent in (_NARROW, _USUAL, _WIDE))
    return [Cell(round(line.expected, digits)), *(Cell((low, high)) for low, high in bands)]


def _mark(mark: int) -> str:
    words = _MARK_WORDS.get(mark)
    return _(words) if words else ""


def _back(look: Outlook, area: str, category: str) -> list[float | None]:
    """What arrived on the days before; by area it is not kept."""
    if area:
        return []
    wanted: Callable[[str, str], bool] = lambda code, part: (  # noqa: E731
        not category or (code != "-" and (code.startswith(category) or part == category))
    )
    rows = [
        n for n, one in enumerate(zip(look.categories, look.parts, strict=True)) if wanted(*one)
    ]
    return [float(x) for x in look.back[rows].sum(axis=0)]


def _short(value: float) -> float:
    return float(f"{value:.3g}")
