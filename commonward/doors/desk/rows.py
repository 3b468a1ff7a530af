"""How a case stands in a list: its light in shape and word, what is left of its time, where."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from commonward.cases.queries.listed import CaseLine, TeamName
from commonward.doors.desk.wording import LIGHTS, word
from commonward.doors.look.showing import named, said

SHAPES = {"green": "●", "yellow": "▲", "red": "■", "": "○"}
GRADE_WORDS: dict[str, str | Promise] = {
    "ordinary": gettext_lazy("ordinary"),
    "urgent": gettext_lazy("urgent"),
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


def light(colour: str) -> Light:
    """The light of this colour, "" where no limit runs."""
    return Light(
        colour or "none", SHAPES[colour], word(LIGHTS, colour) if colour else _("no limit")
    )


def shown(line: CaseLine, at: datetime) -> RowShown:
    """A line in the reader's language; `at` is the moment of asking."""
    href = case_address(line.number)
    where = [part for part in (line.address, line.area_name) if part]
    return RowShown(
        number=line.number,
        href=href,
        preview=f"{href}?part=preview",
        beside=reverse("desk:beside", args=[line.number]),
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
    )


def case_address(number: str) -> str:
    """The address of a case's page."""
    return f"{reverse('desk:home')}cases/{number}/"


def team_name(team: TeamName | None) -> str:
    """A team in the reader's language, "" for none."""
    return "" if team is None else named(team.name, team.name_en)


def left_words(due: datetime, at: datetime) -> str:
    """How long is left, or by how long it is late, in one or two units."""
    if due < at:
        return _("{time} late").format(time=span_words(at - due))
    return _("{time} left").format(time=span_words(due - at))


def ago_words(moment: datetime, at: datetime) -> str:
    """How long ago something was."""
    return _("{time} ago").format(time=span_words(max(at - moment, timedelta())))


def span_words(span: timedelta) -> str:
    """A stretch of time in the unit that fits: minutes, hours or days."""
    seconds = int(span.total_seconds())
    if seconds < _HOUR:
        return _("{n} min").format(n=max(1, seconds // _MINUTE))
    if seconds < 2 * _DAY:
        return _("{n} h").format(n=seconds // _HOUR)
    days = seconds // _DAY
    return ngettext("{n} day", "{n} days", days).format(n=days)
