"""A case's file as its page shows it: plain values, in the reader's language."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from commonward.cases.models import Case
from commonward.cases.queries.explaining import draw_clock, explain_clock
from commonward.cases.queries.filed import CaseFile, ClockLine, EventLine, ReportLine, TaskLine
from commonward.cases.queries.offering import Ways
from commonward.cases.queries.reference import Book
from commonward.core.clocks import Clock
from commonward.core.drawn import Drawing
from commonward.core.procedures import Procedure
from commonward.core.procedures.step import Choice
from commonward.doors.desk import rows, sheets, wording
from commonward.doors.look.showing import named, said
from commonward.people.queries import revisions
from commonward.people.queries.names import teams_to_choose

WIDE = 1000.0
"""Units of a clock's picture from left to right."""


@dataclass(frozen=True, slots=True)
class Button:
    """A step that may be taken; `barred` says why not now. A direct one asks for nothing more."""

    title: str
    href: str
    weight: str = "side"
    barred: str = ""
    direct: bool = False
    version: int = 0


def verb_buttons(case: Case, choices: Iterable[Choice], procedure: Procedure) -> list[Button]:
    """The steps of the case, the way forward first, those that end it last."""
    made = [
        Button(
            said(c.verb.title),
            reverse("desk:step", args=[case.number, c.verb.name]),
            wording.weight(c.verb),
            wording.refused(c.barred, procedure) if c.barred else "",
            sheets.is_direct(c.verb),
            case.version,
        )
        for c in choices
    ]
    order = ("forward", "side", "grave")
    return sorted(made, key=lambda b: (bool(b.barred), order.index(b.weight)))


def other_buttons(case: Case, ways: Ways) -> list[Button]:
    """What is asked of others: tasks, requests, parts, photos."""
    number = case.number
    made = [
        Button(wording.word(wording.ASKS, kind), reverse("desk:ask", args=[number, kind]))
        for kind in ways.asks
    ]
    made += [
        Button(wording.word(wording.REQUESTS, kind), reverse("desk:request", args=[number, kind]))
        for kind in ways.requests
    ]
    if ways.split:
        made.append(Button(_("Split"), reverse("desk:split", args=[number])))
    if case.away_since is not None or (ways.split and case.is_open):
        made.append(Button(_("Hand to a neighbour"), reverse("desk:case_neighbour", args=[number])))
    if ways.photos:
        made.append(Button(_("Add photos"), reverse("desk:photos", args=[number])))
    return made


def answers_told(given_to: Mapping[str, Any], case: Case, known: Book) -> list[tuple[str, str]]:
    """Answers under the questions that were asked, in the reader's language where it is known."""
    questions = {q["code"]: q for q in known.categories[case.category_id].questions}
    answers = []
    for code, given in given_to.items():
        asked = questions.get(code, {})
        names = {v["key"]: v["name"] for v in asked.get("values", ())}
        values = given if isinstance(given, list) else [given]
        prompt = named(asked.get("prompt", code), asked.get("prompt_en", ""))
        answers.append((prompt, _(", ").join(str(names.get(v, v)) for v in values)))
    return answers


def report_told(report: ReportLine, case: Case, known: Book) -> dict[str, Any]:
    """A report with what it answers."""
    return {
        "line": report,
        "channel": wording.word(wording.CHANNELS, report.channel),
        "sender": wording.word(wording.SENDERS, report.sender) if report.sender else "",
        "answers": answers_told(report.answers, case, known),
    }


def report_shown(report: ReportLine, case: Case, known: Book, ways: Ways) -> dict[str, Any]:
    """A report as the case page shows it, with what may be done about it."""
    args = [case.number, report.number]
    return {
        **report_told(report, case, known),
        "contact": reverse("desk:contact", args=args) if report.has_contact else "",
        "call_back": reverse("desk:call_back", args=args) if ways.call_back else "",
        "reached": {True: _("Reached"), False: _("Not reached"), None: ""}[report.reached],
        "solved": {True: _("Solved"), False: _("Not solved"), None: ""}[report.solved],
    }


def task_shown(
    task: TaskLine,
    case: Case,
    known: Book,
    ways: Ways,
    file: CaseFile,
    at: datetime,
    together: str = "",
) -> dict[str, Any]:
    """A task with its stage, its own clock and what may be done with it."""
    procedure = known.procedures[known.in_force[task.kind]]
    stage = procedure.stages.get(task.stage)
    clock = next((c for c in file.clocks if c.task == task.id and c.stopped_at is None), None)
    buttons = [
        Button(
            said(c.verb.title),
            reverse("desk:task_step", args=[case.number, task.id, c.verb.name]),
            wording.weight(c.verb),
            wording.refused(c.barred, procedure) if c.barred else "",
            not c.verb.needs,
            task.version,
        )
        for c in ways.tasks.get(task.id, ())
    ]
    if task.is_open and case.is_open and ways.split:
        buttons.append(
            Button(
                _("Hand to a neighbour"),
                reverse("desk:task_neighbour", args=[case.number, task.id]),
            )
        )
    return {
        "line": task,
        "kind": wording.word(wording.KINDS, task.kind),
        "team": rows.team_name(task.team),
        "together": together,
        "stage": said(stage.title) if stage else task.stage,
        "light": rows.light(_light(clock, at)) if clock else None,
        "left": rows.left_words(task.due_at, at) if task.due_at else "",
        "due": wording.due(task.due_at),
        "clock": f"?clock={clock.id}#clocks" if clock else "",
        "buttons": buttons,
    }


def _light(clock: ClockLine, at: datetime) -> str:
    if clock.due_at is None:
        return ""
    used = explain_clock(clock.row, at)
    if clock.due_at < at:
        return "red"
    return "yellow" if used.used * 5 >= used.allowed * 4 else "green"


def clock_row(clock: ClockLine, procedures: Mapping[int | None, Procedure]) -> dict[str, Any]:
    """A clock as a line of the table of all clocks."""
    procedure = procedures.get(clock.task) or procedures[None]
    stage = procedure.stages.get(clock.stage)
    verdict = {True: _("in time"), False: _("missed"), None: ""}[clock.met]
    return {
        "id": clock.id,
        "what": wording.word(wording.CLOCKS, clock.kind),
        "stage": said(stage.title) if stage else clock.stage,
        "limit": wording.limit_words(Clock.from_data(clock.row.face).limit),
        "started": clock.started_at,
        "due": wording.due(clock.due_at),
        "stopped": clock.stopped_at,
        "verdict": verdict,
        "provisional": clock.provisional,
    }


def clock_drawn(
    clock: ClockLine, at: datetime, procedures: Mapping[int | None, Procedure]
) -> dict[str, Any]:
    """A clock as a picture, with its days in a table and the sentences that say why."""
    face = Clock.from_data(clock.row.face)
    picture = draw_clock(clock.row, at)
    explained = explain_clock(clock.row, at)
    whole = (picture.ends - picture.begins).total_seconds()

    def x(moment: datetime) -> float:
        inside = min(max(moment, picture.begins), picture.ends)
        return round((inside - picture.begins).total_seconds() / whole * WIDE, 1)

    spans = [
        {"x": x(s.since), "width": round(max(x(s.until) - x(s.since), 0.5), 1), "kind": s.kind}
        for s in picture.spans
    ]
    return {
        **clock_row(clock, procedures),
        "spans": spans,
        "ticks": [x(midnight) for midnight in _midnights(picture)],
        "now": None if clock.stopped_at else x(picture.at),
        "due_x": None if picture.due is None or picture.cut else x(picture.due),
        "begins": picture.begins,
        "ends": picture.ends,
        "cut": picture.cut,
        "sentences": _sentences(clock, face, at, explained.left),
        "days": [
            {
                "day": wording.day(day.day, short=True),
                "counted": wording.counted_words(day.counted) if day.counted else "–",
                "total": wording.counted_words(day.total),
                "why": _why(day.day, day.paused, day.off, day.counted),
            }
            for day in picture.days
        ],
        "allowed": wording.counted_words(explained.allowed),
        "used": wording.counted_words(explained.used),
        "left": wording.counted_words(abs(explained.left)),
        "over": explained.left < 0,
        "running": clock.stopped_at is None,
    }


def _midnights(picture: Drawing) -> list[datetime]:
    local = timezone.localtime(picture.begins).replace(hour=0, minute=0, second=0, microsecond=0)
    found: list[datetime] = []
    moment = local + timedelta(days=1)
    while moment < picture.ends and len(found) < 60:
        found.append(moment)
        moment += timedelta(days=1)
    return found if moment >= picture.ends else []


def _why(day: date, paused: bool, off: bool, counted: int) -> str:
    if counted:
        return ""
    if paused:
        return _("paused")
    if off:
        return _("day off") if day.weekday() < 5 else _("weekend")
    return _("nothing counts any more that day")


def _sentences(clock: ClockLine, face: Clock, at: datetime, left: int) -> list[str]:
    """Why it is due when it is, one sentence after another."""
    told = [
        _("It may take {limit}, counted from {started}.").format(
            limit=wording.limit_words(face.limit), started=wording.moment(face.started)
        )
    ]
    if face.limit.unit.needs_table:
        told.append(_("Weekends and holidays do not count."))
    for extension in face.extensions:
        told.append(
            _("On {at} it was given {more} more.").format(
                at=wording.moment(extension.at), more=wording.counted_words(extension.seconds)
            )
        )
    for paused, resumed in face.pauses:
        told.append(
            _("From {since} to {until} it was paused; that time does not count.").format(
                since=wording.moment(paused), until=wording.moment(resumed)
            )
            if resumed
            else _("It has been paused since {since}.").format(since=wording.moment(paused))
        )
    if clock.due_at is not None and not face.paused:
        told.append(_("So it is due {due}.").format(due=wording.due(clock.due_at)))
    if clock.stopped_at is not None:
        told.append(_("It ended on {at}.").format(at=wording.moment(clock.stopped_at)))
    elif clock.due_at is not None and clock.due_at < at:
        told.append(_("That is past."))
    if clock.provisional:
        told.append(_("The holidays of that year are not announced yet: this may still change."))
    return told


def timeline(
    events: Iterable[EventLine], case: Case, known: Book, tasks: Mapping[int, str]
) -> list[dict[str, Any]]:
    """What happened, the newest day first; in a day the newest first."""
    procedure = known.procedures[case.procedure_id]
    events = tuple(events)
    told = {event.data.get("to_team") for event in events}
    teams = teams_to_choose(revisions()).values()
    names = {t.id: named(t.name, t.name_en) for t in teams if t.id in told}
    found = []
    for day, of_day in groupby(events, key=lambda e: timezone.localtime(e.at).date()):
        found.append(
            {
                "day": wording.day(day),
                "events": [_event(e, procedure, known, tasks, names) for e in of_day],
            }
        )
    return found


def _event(
    event: EventLine,
    procedure: Procedure,
    known: Book,
    tasks: Mapping[int, str],
    names: Mapping[int, str],
) -> dict[str, Any]:
    moved = event.from_stage != event.to_stage and event.task is None
    stages = [
        said(procedure.stages[name].title)
        for name in (event.from_stage, event.to_stage)
        if name in procedure.stages
    ]
    return {
        "at": timezone.localtime(event.at),
        "what": wording.happened(event, procedure, known, tasks.get(event.task or 0, "")),
        "stages": _(" → ").join(stages) if moved and event.from_stage else "",
        "by": event.by,
        "role": wording.word(wording.ROLES, event.role),
        "team": named(event.team, event.team_en),
        "details": wording.details(event, known, names),
        "words": event.words,
        "public": event.public,
        "system": event.role == "system",
    }


def people_on(
    file: CaseFile, events: Iterable[EventLine]
) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """The teams that have the case or a task of it, and who has worked on it lately."""
    teams: dict[str, str] = {}
    if file.line.team:
        teams[rows.team_name(file.line.team)] = _("has it now")
    if file.line.handling_team:
        teams.setdefault(rows.team_name(file.line.handling_team), _("handles it"))
    for task in file.tasks:
        teams.setdefault(rows.team_name(task.team), wording.word(wording.KINDS, task.kind))
    workers: dict[str, str] = {}
    for event in events:
        if event.by:
            workers.setdefault(event.by, wording.word(wording.ROLES, event.role))
    return list(teams.items()), list(workers.items())
