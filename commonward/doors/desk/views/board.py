"""The dispatch board (派遣看板): what stands where, what is owed, what came back, what is stuck."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from commonward.cases.queries import attention
from commonward.cases.queries import board as lists
from commonward.cases.queries.board import Wanted
from commonward.cases.queries.listed import CaseLine
from commonward.core.refusals import N_, Invalid, Refusal
from commonward.doors.desk import rows, wording
from commonward.doors.desk.asked import query_of
from commonward.doors.desk.choices import choices
from commonward.doors.desk.naming import code_of, shown_as
from commonward.doors.desk.showing import desk_page
from commonward.doors.look.showing import error_of, named, said
from commonward.doors.look.standing import Standing, for_staff
from commonward.people.queries import revisions
from commonward.people.queries.names import teams_to_choose
from commonward.people.words import tell

BOARD = ("dispatcher", "duty_chief", "leader")
"""The posts that look over the whole loop (派遣员, 值班长, 领导)."""
_SIZE = 50
_FILTERS = ("area", "category", "team")
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a part of the board is asked for: who, narrowed to what, from which page on."""

    standing: Standing
    wanted: Wanted
    after: str
    given: dict[str, str]


@require_safe
@for_staff(*BOARD)
def board(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The board, one part at a time; the filters stand in the address."""
    marks = revisions()
    typed = {name: request.GET.get(name, "").strip()[:_LONGEST] for name in _FILTERS}
    error, given = None, typed
    try:
        given = {name: text and code_of(name, text, marks) for name, text in typed.items()}
    except Refusal as refusal:
        error = error_of(refusal)
    tab = request.GET.get("tab", "")
    tab = tab if tab in _PARTS else "stages"
    context: dict[str, Any] = {
        "tab": tab,
        "tabs": [(name, _(part.title), _address(name, given)) for name, part in _PARTS.items()],
        "about": _(_PARTS[tab].about),
        "given": {
            name: shown_as(name, code, marks) if code else "" for name, code in given.items()
        },
        "choices": choices(marks),
        "error": error,
        "narrowed": any(given.values()),
        "part": f"desk/board/{_PARTS[tab].template}.html",
    }
    if error is not None:
        return desk_page(request, standing, "desk/board.html", context)
    try:
        asked = _Asked(standing, _wanted(given), request.GET.get("after", "")[:200], given)
        shown, following = _PARTS[tab].read(asked)
        context |= {"shown": shown, "next": following and _address(tab, given, after=following)}
    except Refusal as refusal:
        context["error"] = error_of(refusal)
    return desk_page(request, standing, "desk/board.html", context)


def _wanted(given: dict[str, str]) -> Wanted:
    team = None
    if given["team"]:
        found = teams_to_choose(revisions()).get(given["team"])
        if found is None:
            raise Invalid(N_("There is no team “{given}”."), field="team", given=given["team"])
        team = found.id
    return Wanted(given["area"], given["category"], team)


def _address(tab: str, given: dict[str, str], **more: str) -> str:
    kept = {"tab": tab, **{k: v for k, v in given.items() if v}, **more}
    return f"{reverse('desk:board')}?{urlencode(kept)}"


def _stages(asked: _Asked) -> tuple[list[dict[str, Any]], str]:
    at = asked.standing.at
    kept = {name: (value,) for name, value in asked.given.items() if value}
    queue = reverse("desk:queue")
    return [
        {
            "title": said(column.title),
            "column": column,
            "count": f"{column.count}+" if column.cut else str(column.count),
            "rows": [rows.shown(line, at) for line in column.rows],
            "all": f"{queue}?{query_of({**kept, 'stage': (column.stage,)})}",
            "late": f"{queue}?{query_of({**kept, 'stage': (column.stage,), 'light': ('red',)})}",
        }
        for column in lists.columns(asked.standing.actor, asked.wanted, at)
    ], ""


def _tasks(kind: str) -> Callable[[_Asked], tuple[list[dict[str, Any]], str]]:
    def read(asked: _Asked) -> tuple[list[dict[str, Any]], str]:
        at = asked.standing.at
        found, following = lists.open_tasks(
            asked.standing.actor, kind, asked.wanted, at, after=asked.after, size=_SIZE
        )
        return [
            {
                "row": rows.shown(task.case, at),
                "team": named(task.team.name, task.team.name_en),
                "stage": said(task.stage_title),
                "light": rows.light(task.light),
                "left": rows.left_words(task.due_at, at) if task.due_at else "",
                "due": wording.due(task.due_at),
                "asked_at": task.asked_at,
            }
            for task in found
        ], following

    return read


def _returned(asked: _Asked) -> tuple[list[dict[str, Any]], str]:
    before = int(asked.after) if asked.after.isascii() and asked.after.isdecimal() else 0
    found = lists.returned(
        asked.standing.actor, asked.wanted, asked.standing.at, before=before, size=_SIZE + 1
    )
    known = [
        {
            "line": one,
            "team": named(one.team, one.team_en),
            "row": rows.shown(one.case, asked.standing.at),
            "what": _("Sent to the wrong department")
            if one.verb == "mis_dispatched"
            else _("Handed back"),
            "do": _what_to_do(one),
        }
        for one in found[:_SIZE]
    ]
    return known, str(found[_SIZE - 1].event) if len(found) > _SIZE else ""


def _what_to_do(one: lists.Returned) -> str:
    """What a case that came back waits for now."""
    if one.final:
        return _("It was decided finally who answers.")
    if one.case.stage != "dispatch":
        return _("It was sent on.")
    if one.times >= 2:
        return _("Not a third time: the duty chief or a leader decides finally.")
    return _("Waits to be sent to another team.")


def _unrouted(asked: _Asked) -> tuple[list[dict[str, Any]], str]:
    found, following = lists.unrouted(
        asked.standing.actor, asked.wanted, asked.standing.at, after=asked.after, size=_SIZE
    )
    return [
        {
            "row": rows.shown(one.case, asked.standing.at),
            "why": [tell(words) for words in one.why.lines()] if one.why else [],
            "assign": reverse("desk:step", args=[one.case.number, "assign"]),
            "recategorise": reverse("desk:step", args=[one.case.number, "recategorise"]),
            "locate": reverse("desk:step", args=[one.case.number, "locate"])
            if one.case.lat is None
            else "",
        }
        for one in found
    ], following


def _suspended(asked: _Asked) -> tuple[list[dict[str, Any]], str]:
    page = lists.flagged(
        asked.standing.actor, "paused", asked.wanted, asked.standing.at,
        after=asked.after, size=_SIZE,
    )  # fmt: skip
    return [_case_row(line, asked) for line in page.rows], page.next_key


def _provisional(asked: _Asked) -> tuple[list[dict[str, Any]], str]:
    page = lists.provisional(
        asked.standing.actor, asked.wanted, asked.standing.at, after=asked.after, size=_SIZE
    )
    return [_case_row(line, asked) for line in page.rows], page.next_key


def _case_row(line: CaseLine, asked: _Asked) -> dict[str, Any]:
    return {"row": rows.shown(line, asked.standing.at), "due": wording.due(line.due_at)}


def _stuck(asked: _Asked) -> tuple[list[dict[str, Any]], str]:
    clocks = [
        {
            "line": one,
            "href": rows.case_address(one.case),
            "kind": wording.word(wording.CLOCKS, one.kind),
        }
        for one in attention.stuck(asked.standing.actor)
    ]
    mails = [
        {"line": one, "href": rows.case_address(one.case), "kind": _("Mail to the reporter")}
        for one in attention.stuck_deliveries(asked.standing.actor)
    ]
    return clocks + mails, ""


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of the board: its title, what to do with it, how it is read, what draws it."""

    title: str
    about: str
    read: Callable[[_Asked], tuple[list[dict[str, Any]], str]]
    template: str


_PARTS = {
    "stages": _Part(
        N_("Stages"), N_("Each stage with the cases that are due soonest."), _stages, "stages"
    ),
    "whistles": _Part(
        N_("Whistles"),
        N_("Departments that were called, by the clock of their own answer."),
        _tasks("whistle"),
        "tasks",
    ),
    "assists": _Part(
        N_("Assists"), N_("Teams that were asked to help."), _tasks("assist"), "tasks"
    ),
    "orders": _Part(
        N_("Supervision orders"),
        N_("A reply is owed to each; settle those that have replied."),
        _tasks("supervision"),
        "tasks",
    ),
    "returned": _Part(
        N_("Hand-backs"),
        N_("What came back from those it was sent to, and why; at most twice for a case."),
        _returned,
        "returned",
    ),
    "suspended": _Part(
        N_("Suspended"),
        N_("Their clocks stand still until the day shown; then they go on by themselves."),
        _suspended,
        "cases",
    ),
    "provisional": _Part(
        N_("Provisional"),
        N_(
            "Their due moments lie in a year whose holidays are not announced yet; they are "
            "computed again when the table is taken in."
        ),
        _provisional,
        "cases",
    ),
    "unrouted": _Part(
        N_("Nobody has it"),
        N_(
            "No rule names a team for these. Give each to a team, or mend its category or place; "
            "then add the rule that was missing."
        ),
        _unrouted,
        "unrouted",
    ),
    "stuck": _Part(
        N_("Stuck"),
        N_(
            "Clocks and mails that failed several times. They are tried again by themselves; the "
            "reason tells what to mend, mostly a calendar, a procedure or the mail server."
        ),
        _stuck,
        "stuck",
    ),
}
