"""How a case stands in a list: its light in shape and word, what is left of its time, where."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from commonward.cases.queries.listed import CaseLine, TeamName
from commonward.doors.desk.wording import LIGHTS, moment, word
from commonward.doors.look.showing import named, said

SHAPES = {"green": "●", "yellow": "▲", "red": "■", "": "○"}
GRADE_WORDS: dict[str, str | Promise] = {
    "ordinary": gettext_lazy("ordinary"),
    "urgent": gettext_lazy("urgent"),
    "red": gettext_lazy("red"),
    "yellow": gettext_lazy("yellow"),
    "blue": gettext_lazy("blue"),
}
ORIGIN_WORDS: dict[str, str | Promise] = {
    "public": gettext_lazy("residents"),
    "patrol": gettext_lazy("own rounds"),
    "hotline": gettext_lazy("hotline"),
    "transfer": gettext_lazy("handed over"),
    "split": gettext_lazy("split off"),
    "import": gettext_lazy("taken over"),
}
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


@dataclass(frozen=True, slots=True)
class Light:
    """A stage light (红绿灯): never by its colour alone."""

    colour: str
    shape: str
    word: str


@dataclass(frozen=True, slots=True)
class RowShown:
    """A line of a list, ready to be written; `left` says how long, `due_at` exactly when.

    `point` is "latitude,longitude" in degrees, or "".
    """

    number: str
    href: str
    preview: str
    beside: str
    point: str
    version: int
    light: Light
    category: str
    summary: str
    where: str
    stage: str
    team: str
    left: str
    due_at: datetime | None
    opened_at: datetime
    urgent: bool
    unrouted: bool
    paused: bool
    provisional: bool
    danger: bool = False
    read_first: bool = False


_ROW = """<tr class="row-{colour}" data-row="{number}" data-preview="{preview}" data-beside="{beside}"\
{point}{changed}>
  <td class="cell-select"><input type="checkbox" class="form-check-input" name="case" \
value="{number}:{version}" aria-label="{select}"></td>
  <td class="cell-light"><span class="light light-{colour}"><span aria-hidden="true">{shape}</span> \
{word}</span>{left}</td>
  <td class="cell-what"><a class="row-open" href="{href}">{danger}{urgent}{category}{summary}</a>
    <span class="row-where"><span class="number">{number}</span>{where}</span></td>
  <td class="cell-stage"><span class="row-stage">{stage}</span>
    <span class="row-team">{team}</span></td>
</tr>"""


def row_html(row: RowShown, *, changed: bool = False) -> SafeString:
    """A line of the list as a row of its table.

    Put together here and not in a template: fifty of them cost 30 ms there, half of a page.
    """
    marks = [
        *((_flag("flag-wrong", _("nobody answers")),) if row.unrouted else (escape(row.team),)),
        *((_flag("", _("suspended")),) if row.paused else ()),
        *((_flag("", _("provisional")),) if row.provisional else ()),
        *((_flag("flag-new", _("changed")),) if changed else ()),
    ]
    return format_html(
        _ROW,
        colour=row.light.colour,
        shape=row.light.shape,
        word=row.light.word,
        number=row.number,
        preview=row.preview,
        beside=row.beside,
        point=format_html(' data-point="{}"', row.point) if row.point else "",
        changed=mark_safe(" data-changed") if changed else "",
        version=row.version,
        select=_("Select {number}").format(number=row.number),
        left=_left(row),
        href=row.href,
        danger=_danger(row),
        urgent=format_html("{} ", _flag("flag-urgent", _("urgent"))) if row.urgent else "",
        category=row.category,
        summary=format_html(': <span class="row-words">{}</span>', row.summary)
        if row.summary
        else "",
        where=f" · {row.where}" if row.where else "",
        stage=row.stage,
        team=format_html_join(" ", "{}", ((mark,) for mark in marks)),
    )


def _danger(row: RowShown) -> SafeString | str:
    if row.danger:
        return format_html("{} ", _flag("flag-danger", _("perhaps danger")))
    if row.read_first:
        return format_html("{} ", _flag("flag-first", _("read first: may be urgent")))
    return ""


def _flag(kind: str, word: str) -> SafeString:
    return format_html('<strong class="flag {}">{}</strong>', kind, word)


def _left(row: RowShown) -> str:
    if row.due_at is None:
        return ""
    return format_html(
        '<time class="left" datetime="{}" title="{}">{}</time>',
        row.due_at.isoformat(timespec="seconds"),
        moment(row.due_at),
        row.left,
    )


def light(colour: str) -> Light:
    """The light of this colour, "" where no limit runs."""
    return Light(
        colour or "none", SHAPES[colour], word(LIGHTS, colour) if colour else _("no limit")
    )


def shown(line: CaseLine, at: datetime) -> RowShown:
    """A line in the reader's language; `at` is the moment of asking."""
    href = case_address(line.number)
    where = [part for part in (line.address, named(line.area_name, line.area_name_en)) if part]
    return RowShown(
        number=line.number,
        href=href,
        preview=f"{href}?part=preview",
        beside=f"{_desk()}queue/beside/{line.number}/",
        point="" if line.lat is None else f"{line.lat},{line.lon}",
        version=line.version,
        light=light(line.light),
        category=named(line.category_name, line.category_name_en),
        summary=line.summary,
        where=" · ".join(where),
        stage=said(line.stage_title),
        team=team_name(line.team),
        left=left_words(line.due_at, at) if line.due_at else "",
        due_at=line.due_at,
        opened_at=line.opened_at,
        urgent=line.grade == "urgent",
        unrouted=line.unrouted,
        paused=line.paused,
        provisional=line.provisional,
        danger=line.danger,
        read_first=line.read_first,
    )


def case_address(number: str) -> str:
    """The address of a case's page."""
    return f"{_desk()}cases/{number}/"


@cache
def _desk() -> str:
    return reverse("desk:home")


def team_name(team: TeamName | None) -> str:
    """A team in the reader's language, "" for none."""
    return "" if team is None else named(team.name, team.name_en)


def left_words(due: datetime, at: datetime) -> str:
    """How long is left, or by how long it is late, in one or two units."""
    if due < at:
        return _("{time} late").format(time=span_words(at - due))
    return _("{time} left").format(time=span_words(due - at))


def ago_words(then: datetime, at: datetime) -> str:
    """How long ago something was."""
    return _("{time} ago").format(time=span_words(max(at - then, timedelta())))


def span_words(span: timedelta) -> str:
    """A stretch of time in the unit that fits: minutes, hours or days."""
    seconds = int(span.total_seconds())
    if seconds < _HOUR:
        return _("{n} min").format(n=max(1, seconds // _MINUTE))
    if seconds < 2 * _DAY:
        return _("{n} h").format(n=seconds // _HOUR)
    days = seconds // _DAY
    return ngettext("{n} day", "{n} days", days).format(n=days)
