"""A chart as a page shows it: `look/chart.html` draws what `shown` gives.

A page with charts takes `{% include "look/chart_head.html" %}` into its head, and one
`{% include "look/chart.html" with chart=chart %}` a chart. Without JavaScript the table stands
there alone.
"""

from typing import Any
from urllib.parse import quote

from commonward.core.indicators.drawing import svg
from commonward.core.indicators.pictures import Chart, Column, Form, Table, options
from commonward.doors.look.showing import language

_ROW = {Form.STACKED: 2.1, Form.FUNNEL: 2.6, Form.LEAGUE: 1.9, Form.HEAT: 2.1}
"""Rem of height that a label needs where labels stand below each other."""
_HEIGHTS = ("s", "m", "l", "xl", "xxl", "xxxl")
"""Classes of height, so that no page needs a style of its own."""


def shown(chart: Chart) -> dict[str, Any]:
    """What `look/chart.html` is given."""
    return {
        "id": f"chart-{chart.name}",
        "data_id": f"chart-{chart.name}-data",
        "title": chart.title,
        "about": chart.about,
        "size": _size(chart),
        "data": options(chart, language()),
        "svg": "" if _empty(chart) else f"data:image/svg+xml,{quote(svg(chart, language()))}",
        "table": table_shown(chart.table),
        "notes": list(chart.notes),
        "links": list(chart.links),
        "empty": _empty(chart),
    }


def _empty(chart: Chart) -> bool:
    """Nothing is known, or counts that are all nought: a sentence says more than an empty field."""
    known = [v for one in chart.series for v in one.values if v is not None]
    return not known or (chart.unit == "count" and not any(known))


def table_shown(table: Table) -> dict[str, Any]:
    """What `look/figure_table.html` is given: heads, and rows of (text, note, address, is number)."""
    texts = table.texts(language())
    return {
        "name": table.name,
        "title": table.title,
        "heads": [(column.title, _number(column)) for column in table.columns],
        "rows": [
            [
                (*_two(text), cell.href, _number(column))
                for text, cell, column in zip(words, row, table.columns, strict=True)
            ]
            for words, row in zip(texts, table.rows, strict=True)
        ],
        "notes": list(table.notes),
    }


def _number(column: Column) -> bool:
    return bool(column.unit)


def _two(text: str) -> tuple[str, str]:
    value, _, note = text.partition("\n")
    return value, note


def _size(chart: Chart) -> str:
    rem = _ROW.get(chart.form)
    if rem is None:
        return "m"
    lines = len(chart.series) if chart.form is Form.HEAT else len(chart.labels)
    wanted = 5 + rem * lines
    return next(
        (name for name, room in zip(_HEIGHTS, (12, 18, 26, 38, 56, 84), strict=True) if wanted <= room),
        _HEIGHTS[-1],
    )  # fmt: skip
