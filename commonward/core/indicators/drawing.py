"""Charts as SVG for paper (图表矢量图): drawn here, without a browser, for a report or a printer.

Plain shapes with the colours of the paper; what differs by colour differs by shape or hatching too.
All texts are escaped; there is no script and no style in it.
"""

import math
from collections.abc import Iterator, Sequence
from html import escape

from commonward.core.indicators.pictures import Chart, Form, Series, Value, said

FONT = "Noto Sans SC, sans-serif"
INK, QUIET, RULE, PALE = "#1d2528", "#51606a", "#cfd8da", "#dfe7e8"
TONES = {"main": "#0f5257", "quiet": "#74838a", "late": "#8a3a00", "good": "#1d5c2e"}
WIDTH = 640.0
_LINE = 22.0
"""Height of a lying label."""
_TEXT = 11.0
_AIM = ' stroke-width="1.4" stroke-dasharray="7 4"'
"""How the line of a target is drawn."""


def svg(chart: Chart, language: str) -> str:
    """The chart as an SVG drawing, 640 units wide."""
    drawn = {
        Form.LINE: _line,
        Form.BARS: _bars,
        Form.STACKED: _lying,
        Form.FUNNEL: _lying,
        Form.LEAGUE: _league,
        Form.HEAT: _heat,
    }[chart.form]
    height, parts = drawn(chart, language)
    body = "".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {height:g}" '
        f'width="{WIDTH:g}" height="{height:g}" font-family="{FONT}" font-weight="500" font-size="{_TEXT:g}">'
        '<defs><pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)"><rect width="5" height="5" fill="#8a3a00"/>'
        '<rect width="2" height="5" fill="#ffffff"/></pattern></defs>'
        f"{body}</svg>"
    )


Drawn = tuple[float, list[str]]


def _text(x: float, y: float, text: str, *, anchor: str = "start", fill: str = QUIET) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{fill}">{escape(text)}</text>'
    )


def _rule(x1: float, y1: float, x2: float, y2: float, stroke: str = RULE, more: str = "") -> str:
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{stroke}"{more}/>'
    )


def _fill(place: int, one: Series) -> str:
    return "url(#hatch)" if one.tone == "late" and place else TONES.get(one.tone, TONES["main"])


def _known(values: Sequence[Value]) -> list[float]:
    return [value for value in values if value is not None]


def ticks(low: float, high: float, many: int = 4) -> list[float]:
    """Round values from low to high, about so many steps.

    >>> ticks(0, 930)
    [0.0, 250.0, 500.0, 750.0, 1000.0]
    """
    if high - low < 1e-9 * max(1.0, abs(low), abs(high)):
        high = low + max(1.0, abs(low) * 1e-3)  # nothing that a drawing could tell apart
    raw = (high - low) / many
    size = 10.0 ** len(str(int(raw))) / 10 if raw >= 1 else 1.0
    while size > raw:
        size /= 10
    step = next(size * n for n in (1, 2, 2.5, 5, 10) if size * n >= raw)
    first = low // step * step
    many = math.ceil((high - first) / step - 1e-9)
    return [round(first + n * step, 12) for n in range(many + 1)]


def _legend(chart: Chart, language: str) -> tuple[float, list[str]]:
    named = [(one.name, _fill(place, one)) for place, one in enumerate(chart.series)]
    if chart.band is not None:
        named.append((chart.band.name, PALE))
    x, parts = 4.0, []
    if chart.target is not None:
        text = f"{chart.target[0]} {said(chart.target[1], chart.unit, language)}"
        parts += [_rule(x, 7.5, x + 14, 7.5, INK, _AIM), _text(x + 18, 12, text, fill=INK)]
        x += 34 + _wide(text)
    if len(named) < 2:
        return (24.0, parts) if parts else (4.0, [])
    for name, fill in named:
        parts.append(f'<rect x="{x:.1f}" y="3" width="14" height="9" fill="{fill}"/>')
        parts.append(_text(x + 18, 12, name, fill=INK))
        x += 34 + _wide(name)
    return 24.0, parts


def _wide(text: str) -> float:
    return sum(_TEXT if ord(sign) > 0x2E7F else _TEXT * 0.56 for sign in text)


def _span(chart: Chart) -> tuple[float, float]:
    values = [v for one in chart.series for v in (*_known(one.values), *_known(one.low), *_known(one.high))]  # fmt: skip
    if chart.band is not None:
        values += [*_known(chart.band.low), *_known(chart.band.high)]
    if values and chart.target is not None:
        values.append(chart.target[1])
    if not values:
        return 0.0, 1.0
    low, high = min(values), max(values)
    if chart.unit == "share" and high <= 1:
        return max(0.0, low // 0.1 * 0.1), min(1.0, -(-high // 0.1) * 0.1) or 0.1
    return min(0.0, low), high or 1.0


def _axis(value: float, unit: str, language: str) -> str:
    return f"{round(value * 100, 1):g}%" if unit == "share" else said(value, unit, language)


def _upright(chart: Chart, language: str, low: float, high: float) -> tuple[float, float, float, float, list[float], list[str]]:  # fmt: skip
    """Top, bottom, left, right of the field, its ticks, and what stands around it."""
    top, parts = _legend(chart, language)
    steps = ticks(low, high)
    inside = [t for t in steps if t <= high + (high - low) * 0.35]
    scale = inside if len(inside) > 1 else steps
    left = 10 + max(_wide(_axis(t, chart.unit, language)) for t in scale)
    bottom, right = top + 170, WIDTH - 8
    for tick in scale:
        y = bottom - (tick - scale[0]) / (scale[-1] - scale[0]) * (bottom - top - 6)
        parts.append(_rule(left, y, right, y))
        parts.append(_text(left - 4, y + 4, _axis(tick, chart.unit, language), anchor="end"))
    many = len(chart.labels)
    room = (right - left) / max(many, 1)
    every = max(1, -(-int(max((_wide(one) for one in chart.labels), default=0) + 10) // max(int(room), 1)))  # fmt: skip
    for place, name in enumerate(chart.labels):
        if place % every == 0:
            parts.append(_text(left + (place + 0.5) * room, bottom + 15, name, anchor="middle"))
    return top, bottom, left, right, scale, parts


def _line(chart: Chart, language: str) -> Drawn:
    top, bottom, left, right, scale, parts = _upright(chart, language, *_span(chart))
    room = (right - left) / max(len(chart.labels), 1)

    def at(place: int, value: float) -> tuple[float, float]:
        share = (value - scale[0]) / (scale[-1] - scale[0])
        return left + (place + 0.5) * room, bottom - share * (bottom - top - 6)

    if chart.band is not None:
        for run in _runs(chart.band.low, chart.band.high):
            edge = [at(p, chart.band.high[p] or 0.0) for p in run]
            edge += [at(p, chart.band.low[p] or 0.0) for p in reversed(run)]
            told = " ".join(f"{x:.1f},{y:.1f}" for x, y in edge)
            parts.append(f'<polygon points="{told}" fill="{PALE}"/>')
    if chart.target is not None:
        y = at(0, chart.target[1])[1]
        parts.append(_rule(left, y, right, y, INK, _AIM))
    for number, one in enumerate(chart.series):
        colour = TONES.get(one.tone, TONES["main"])
        dash = f' stroke-dasharray="{4 + number * 2} 3"' if number else ""
        for run in _runs(one.values):
            spots = [at(p, one.values[p] or 0.0) for p in run]
            told = " ".join(f"{x:.1f},{y:.1f}" for x, y in spots)
            parts.append(f'<polyline points="{told}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>')  # fmt: skip
            parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.6" fill="{colour}"/>' for x, y in spots]  # fmt: skip
    return bottom + 24, parts


def _runs(*columns: Sequence[Value]) -> Iterator[list[int]]:
    """Places one after the other where every column has a value."""
    run: list[int] = []
    for place in range(len(columns[0])):
        if all(column[place] is not None for column in columns):
            run.append(place)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _bars(chart: Chart, language: str) -> Drawn:
    values = [v for one in chart.series for v in _known(one.values)]
    top, bottom, left, right, scale, parts = _upright(chart, language, 0.0, max(values, default=1) or 1)  # fmt: skip
    room = (right - left) / max(len(chart.labels), 1)
    wide = min(24.0, room * 0.8 / len(chart.series))
    for number, one in enumerate(chart.series):
        for place, value in enumerate(one.values):
            if value is None:
                continue
            tall = (value - scale[0]) / (scale[-1] - scale[0]) * (bottom - top - 6)
            x = left + (place + 0.5) * room + (number - len(chart.series) / 2) * wide
            parts.append(_box(x, bottom - tall, wide - 1, tall, _fill(number, one)))
    return bottom + 24, parts


def _box(x: float, y: float, wide: float, tall: float, fill: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(wide, 0):.1f}" height="{max(tall, 0):.1f}" fill="{fill}"/>'  # fmt: skip


def _names(chart: Chart) -> float:
    """How much room the names of lying bars take."""
    return min(230.0, 12 + max((_wide(name) for name in chart.labels), default=0))


def _short(name: str, room: float) -> str:
    if _wide(name) <= room - 8:
        return name
    while name and _wide(name) > room - 20:
        name = name[:-1]
    return f"{name}…"


def _lying(chart: Chart, language: str) -> Drawn:
    y, parts = _legend(chart, language)
    left = _names(chart)
    stacked = chart.form is Form.STACKED
    sums = [
        sum(one.values[p] or 0.0 for one in chart.series) if stacked else (chart.series[0].values[p] or 0.0)
        for p in range(len(chart.labels))
    ]  # fmt: skip
    most = max(sums, default=0) or 1.0
    field = WIDTH - left - 60
    for place, name in enumerate(chart.labels):
        parts.append(_text(left - 6, y + 14, _short(name, left), anchor="end", fill=INK))
        x = left
        for number, one in enumerate(chart.series):
            wide = (one.values[place] or 0.0) / most * field
            parts.append(_box(x, y + 3, wide, _LINE - 7, _fill(number, one)))
            x += wide if stacked else 0.0
        parts.append(_text(left + sums[place] / most * field + 5, y + 14, said(sums[place], chart.unit, language)))  # fmt: skip
        y += _LINE
    return y + 6, parts


def _league(chart: Chart, language: str) -> Drawn:
    one = chart.series[0]
    left, right = _names(chart), WIDTH - 14
    y, parts = _legend(chart, language) if chart.target is not None else (6.0, list[str]())
    scale = ticks(*_span(chart))
    scale = [t for t in scale if chart.unit != "share" or t <= 1 + 1e-9]
    if len(scale) < 2:
        scale = [0.0, 1.0]
    bottom = y + _LINE * len(chart.labels) + 2

    def at(value: float) -> float:
        return left + (value - scale[0]) / (scale[-1] - scale[0]) * (right - left)

    for tick in scale:
        parts.append(_rule(at(tick), y, at(tick), bottom))
        parts.append(_text(at(tick), bottom + 14, _axis(tick, chart.unit, language), anchor="middle"))  # fmt: skip
    if chart.across is not None:
        x = at(chart.across[1])
        parts.append(_rule(x, y, x, bottom, INK, ' stroke-dasharray="4 3"'))
    if chart.target is not None:
        x = at(chart.target[1])
        parts.append(_rule(x, y, x, bottom, INK, _AIM))
    for place, name in enumerate(chart.labels):
        middle = y + _LINE / 2
        parts.append(_text(left - 6, middle + 4, _short(name, left), anchor="end", fill=INK))
        value, low, high = one.values[place], one.low[place], one.high[place]
        grey = bool(chart.grey and chart.grey[place])
        colour = TONES["quiet"] if grey else TONES["main"]
        if value is not None and low is not None and high is not None:
            dash = ' stroke-dasharray="3 3"' if grey else ' stroke-width="1.6"'
            parts.append(_rule(at(low), middle, at(high), middle, colour, dash))
            fill = "#ffffff" if grey else colour
            parts.append(f'<circle cx="{at(value):.1f}" cy="{middle:.1f}" r="4" fill="{fill}" stroke="{colour}" stroke-width="1.5"/>')  # fmt: skip
        y += _LINE
    return bottom + 22, parts


def _heat(chart: Chart, language: str) -> Drawn:
    left, y, parts = 12 + max((_wide(one.name) for one in chart.series), default=0), 4.0, []
    most = max((v for one in chart.series for v in _known(one.values)), default=0) or 1.0
    room = (WIDTH - left - 8) / max(len(chart.labels), 1)
    for one in chart.series:
        parts.append(_text(left - 6, y + 15, one.name, anchor="end", fill=INK))
        for place, value in enumerate(one.values):
            if value is not None:
                opacity = 0.08 + 0.92 * value / most
                parts.append(f'<rect x="{left + place * room:.1f}" y="{y:.1f}" width="{room - 1:.1f}" height="{_LINE - 1:.1f}" fill="{TONES["main"]}" fill-opacity="{opacity:.2f}"/>')  # fmt: skip
        y += _LINE
    every = max(1, int(max((_wide(name) for name in chart.labels), default=0) // room) + 1)
    for place, name in enumerate(chart.labels):
        if place % every == 0:
            parts.append(_text(left + (place + 0.5) * room, y + 13, name, anchor="middle"))
    return y + 22, parts
