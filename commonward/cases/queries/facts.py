"""The rows of facts that figures are computed from, many cases at once (指标数据抽取).

Their columns are those of `core.indicators.facts`: no words, no names of persons. A chunk of cases
costs the same few queries however many there are in it.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from commonward.areas.models import Area
from commonward.cases.models import Approval, Case, Category, Clock, Event, Report, Task
from commonward.cases.queries.reference import book
from commonward.cases.queries.shown import is_shown
from commonward.core.figures import NO_CASE
from commonward.core.indicators.facts import LEVELS
from commonward.core.procedures.trail import TAKEN_OVER
from commonward.core.rights import APART
from commonward.people.models import Team

Fact = tuple[Any, ...]
"""The values of one row, in the order of the table's columns."""
Chunk = Mapping[str, list[Fact]]
"""Rows by table."""

CHUNK = 1_000
"""Cases that are read together."""
FILED = "file"
FILING = ("service_matter",)
"""Procedures in which a case is filed (立案)."""
DISPATCHED = ("dispatch", "decide_finally")
HANDLED = "finish"
HANDED_BACK = "hand_back"
MIS_DISPATCHED = "mis_dispatched"
REWORKED = ("fail_check", "ask_rework")
ON_THE_SPOT = "fix_on_spot"
AT_ONCE = "answer"
"""The verb that answers in the very first stage."""
CALLED_BACK = ("called_back", "content", "not_content", "unreached", "end_unreached")
"""Verbs that, about a report, say that its reporter was called back or said it of themselves."""
LIMITS = ("total", "stage", "task")
"""The clocks that bind an office; a review and the end of a suspension are no limits."""
_TABLES = ("cases", "reports", "acts", "limits")
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Codes:
    """What rows say by codes, as it stands now; rows made under others must be made again."""

    categories: Mapping[int, tuple[str, str]]
    """Category → its code, and that of the big class above it (its own where there is none)."""
    teams: Mapping[int, str]
    areas: Mapping[int, str]
    levels: Mapping[str, str]
    procedures: Mapping[int, tuple[str, frozenset[str]]]
    """Version of a procedure → its name, and the stages that end a case."""

    def known(self) -> dict[str, str]:
        """All of it as plain text by plain key, to be compared with what was kept earlier."""
        found = {f"category {k}": f"{code} {part}" for k, (code, part) in self.categories.items()}
        found |= {f"team {k}": code for k, code in self.teams.items()}
        found |= {f"area {k}": code for k, code in self.areas.items()}
        found |= {f"level {k}": level for k, level in self.levels.items()}
        for key, (name, ends) in self.procedures.items():
            found[f"procedure {key}"] = " ".join((name, *sorted(ends)))
        return found


def codes() -> Codes:
    """The codes of the site (4 queries, and those of the book where it changed)."""
    rows = {pk: (code, parent) for pk, code, parent in
            Category.objects.values_list("id", "code", "parent_id")}  # fmt: skip

    def part(key: int) -> str:
        for _ in rows:  # a circle, if a site had made one, ends too
            code, parent = rows[key]
            if parent not in rows:
                break
            key = parent
        return rows[key][0]

    areas = list(Area.objects.values_list("id", "code", "level"))
    return Codes(
        categories={key: (code, part(key)) for key, (code, _) in rows.items()},
        teams=dict(Team.objects.values_list("id", "code")),
        areas={key: code for key, code, _ in areas},
        levels={code: level for _, code, level in areas if level in LEVELS},
        procedures={
            key: (one.name, frozenset(s.name for s in one.stages.values() if s.ends))
            for key, one in book().procedures.items()
        },
    )


def facts(cases: Sequence[int] | None = None, known: Codes | None = None) -> Iterator[Chunk]:
    """The rows of these cases, or of all, by table, some cases at a time (7 queries for each)."""
    known = known or codes()
    if cases is None:
        last = 0
        while ids := list(
            Case.objects.filter(pk__gt=last).order_by("id").values_list("id", flat=True)[:CHUNK]
        ):
            yield _chunk(ids, known)
            last = ids[-1]
        return
    ordered = sorted(set(cases))
    for start in range(0, len(ordered), CHUNK):
        yield _chunk(ordered[start : start + CHUNK], known)


def touched_with(cases: Sequence[int]) -> set[int]:
    """These cases, and those joined to them: their reporters are answered together."""
    found = set(cases)
    ordered = sorted(found)
    for start in range(0, len(ordered), CHUNK):
        joined = Case.objects.filter(joined_to__in=ordered[start : start + CHUNK])
        found.update(joined.values_list("id", flat=True))
    return found


def cases_of(events: Sequence[int]) -> set[int]:
    """The cases that these events happened to."""
    found: set[int] = set()
    for start in range(0, len(events), CHUNK):
        rows = Event.objects.filter(pk__in=events[start : start + CHUNK])
        found.update(rows.values_list("case_id", flat=True))
    return found


def cases_after(last: int, most: int) -> list[int]:
    """The ids of the next cases after one, for who looks at all of them again in turn."""
    rows = Case.objects.filter(pk__gt=last).order_by("id")
    return list(rows.values_list("id", flat=True)[:most])


@dataclass(slots=True)
class _Told:
    """What the events of one case say of it, read in their order."""

    opened_by: int | None = None
    filed_at: datetime | None = None
    dispatched_at: datetime | None = None
    ended_at: datetime | None = None
    handled_at: datetime | None = None
    last_move: str = ""
    verbs: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    called_back: dict[int, datetime] = field(default_factory=dict)

    def hear(self, event: "_Event", ends: frozenset[str]) -> None:
        if event.report is not None and event.verb in CALLED_BACK:
            self.called_back[event.report] = event.at
        if event.task is not None:
            return
        self.verbs[event.verb] += 1
        if event.verb == "opened" and self.opened_by is None:
            self.opened_by = event.report
        elif event.verb == FILED and self.filed_at is None:
            self.filed_at = event.at
        elif event.verb in DISPATCHED and self.dispatched_at is None:
            self.dispatched_at = event.at
        elif event.verb == HANDLED:
            self.handled_at = event.at
        moves = event.from_stage != event.to_stage
        if moves and event.to_stage in ends and event.verb != "join" and self.ended_at is None:
            self.ended_at = event.at

    def times(self, *verbs: str) -> int:
        return sum(self.verbs.get(verb, 0) for verb in verbs)


@dataclass(frozen=True, slots=True)
class _Event:
    id: int
    case: int
    task: int | None
    report: int | None
    at: datetime
    verb: str
    from_stage: str
    to_stage: str
    role: str
    team: int | None
    account: int | None
    spent: int | None


_EVENT = (
    "id", "case_id", "task_id", "report_id", "at", "verb", "from_stage", "to_stage", "role",
    "team_id", "account_id", "spent",
)  # fmt: skip
_CLOCK = (
    "id", "case_id", "task_id", "kind", "stage", "started_at", "due_at", "stopped_at", "met",
)  # fmt: skip
_REPORT = (
    "id", "case_id", "channel", "received_at", "answered_at", "reached", "solved", "satisfied",
    "public",
)  # fmt: skip
_CASE = (
    "id", "procedure_id", "category_id", "grade", "origin", "outcome", "area_id", "area_path",
    "handling_team_id", "number", "stage", "opened_at", "closed_at", "due_at", "paused", "counted",
    "public", "lat", "lon",
)  # fmt: skip


def _by_case(rows: QuerySet[Any], columns: Sequence[str]) -> dict[int, list[Any]]:
    """Rows by case, each case's in the order of their ids."""
    found: dict[int, list[Any]] = defaultdict(list)
    place = columns.index("case_id")
    for row in rows.order_by("id").values_list(*columns).iterator(chunk_size=5_000):
        found[row[place]].append(row)
    return found


def _chunk(ids: Sequence[int], known: Codes) -> Chunk:
    """The rows of some cases."""
    events = _by_case(Event.objects.filter(case_id__in=ids), _EVENT)
    clocks = _by_case(Clock.objects.filter(case_id__in=ids, kind__in=LIMITS), _CLOCK)
    reports = _by_case(Report.objects.filter(case_id__in=ids), _REPORT)
    tasks = _by_case(Task.objects.filter(case_id__in=ids), ("case_id", "kind"))
    appeals = Approval.objects.filter(case_id__in=ids, kind="appeal")
    appealed = set(appeals.values_list("case_id", flat=True))
    done: dict[str, list[Fact]] = {name: [] for name in _TABLES}
    for row in Case.objects.filter(pk__in=ids).order_by("id").values_list(*_CASE):
        one = dict(zip(_CASE, row, strict=True))
        key = one["id"]
        filed = _filed(one, known)
        heard = [_Event(*event) for event in events.get(key, ())]
        told = _Told()
        for event in heard:
            told.hear(event, known.procedures[one["procedure_id"]][1])
        own = reports.get(key, [])
        kinds = [kind for _, kind in tasks.get(key, ())]
        limits = clocks.get(key, [])
        one["public"] = is_shown(filed[2], case=one["public"], reports=[row[8] for row in own])
        done["cases"].append(
            filed + _case(one, filed, told, own, kinds, limits, appealed=key in appealed)
        )
        done["reports"] += (filed + _report(report, told, public=one["public"]) for report in own)
        marks = {"counted": one["counted"], "public": one["public"]}
        done["acts"] += (filed + act for act in _acts(heard, limits, known, **marks))
        done["limits"] += (
            filed + _limit(limit, suspended=one["paused"], **marks) for limit in limits
        )
    return done


def _filed(one: Mapping[str, Any], known: Codes) -> Fact:
    """How the case is filed, for each of its rows."""
    path: str = one["area_path"]
    walked = [code for code in path.split("/") if code]
    at_level = {known.levels[code]: code for code in walked if code in known.levels}
    area = known.areas.get(one["area_id"], walked[-1] if walked else "")
    category, part = known.categories[one["category_id"]]
    return (
        one["id"], known.procedures[one["procedure_id"]][0], category, part, one["grade"],
        one["origin"], one["outcome"], area, path, *(at_level.get(level, "") for level in LEVELS),
        known.teams.get(one["handling_team_id"], ""),
    )  # fmt: skip


def _case(
    one: Mapping[str, Any],
    filed: Fact,
    told: _Told,
    reports: Sequence[Any],
    tasks: Sequence[str],
    clocks: Sequence[Any],
    *,
    appealed: bool,
) -> Fact:
    opened, closed = one["opened_at"], one["closed_at"]
    total = next((row for row in reversed(clocks) if row[3] == "total"), None)
    due = total[6] if total is not None else None
    answered = _least(told.ended_at, *(report[4] for report in reports))
    dispatched = told.times(*DISPATCHED)
    ended = closed is not None and one["outcome"] not in (*NO_CASE, "forced")
    filed_at = told.filed_at
    if filed_at is None and told.times(TAKEN_OVER) and filed[1] in FILING:
        # What came closed from an earlier system was filed there, and when is not told: without
        # this the months before the change would seem to have had no case at all.
        filed_at = opened
    apart = filed[2].startswith(APART)  # where a dispute or an emergency was is nobody's hotspot
    return (
        one["number"], one["stage"], reports[0][2] if reports else "", opened, filed_at,
        told.dispatched_at, answered, told.handled_at, closed, due,
        one["due_at"],
        _least(closed, due) if total is not None else None,
        closed is None,
        total is not None,
        # A clock that stopped at an earlier closing says nothing of a case that is open again.
        total[8] if total is not None and closed is not None else None,
        one["paused"], one["counted"], appealed, one["public"],
        told.times(ON_THE_SPOT) > 0 and not told.times(HANDLED),
        ended and told.times(AT_ONCE) > 0 and not dispatched and not tasks,
        closed is not None and one["outcome"] == "forced",
        told.times("reopen"), told.times(HANDED_BACK), told.times(MIS_DISPATCHED), dispatched,
        told.times(*REWORKED), told.times(HANDLED), told.times("extend"),
        tasks.count("supervision"), len(reports),
        _seconds(opened, closed), _seconds(opened, answered),
        None if apart else one["lat"], None if apart else one["lon"],
    )  # fmt: skip


def _report(row: Sequence[Any], told: _Told, *, public: bool) -> Fact:
    key, _, channel, received, answered, reached, solved, satisfied, told_of = row
    return (
        key, channel, key == told.opened_by, received, answered, told.called_back.get(key),
        reached, solved, satisfied, public and told_of,
    )  # fmt: skip


def _acts(
    events: Sequence[_Event], clocks: Sequence[Any], known: Codes, *, counted: bool, public: bool
) -> Iterator[Fact]:
    """Each event; a void takes back all before it, a wrong dispatch the last one before it."""
    stopped = {
        (row[2], row[4], row[7].replace(microsecond=0)): row[8]
        for row in clocks
        if row[3] in ("stage", "task") and row[7] is not None
    }
    wrong: set[int] = set()
    last: int | None = None
    voided = 0
    for event in events:
        if event.verb == "void" and event.task is None:
            voided = event.id
        elif event.verb in DISPATCHED and event.task is None:
            last = event.id
        elif event.verb == MIS_DISPATCHED and event.task is None and last is not None:
            wrong.add(last)
    for event in events:
        in_time = None
        if event.from_stage != event.to_stage:
            whole = event.at.replace(microsecond=0)  # clocks run in whole seconds, events do not
            in_time = stopped.get((event.task, event.from_stage, whole))
        yield (
            event.id, event.at, event.verb, event.from_stage, event.to_stage, event.role,
            known.teams.get(event.team or 0, ""), event.account, event.spent,
            event.task is not None, in_time, event.id not in wrong and not event.id < voided,
            counted, public,
        )  # fmt: skip


def _limit(row: Sequence[Any], *, suspended: bool, counted: bool, public: bool) -> Fact:
    key, _, _, kind, stage, started, due, stopped, met = row
    return (
        key, kind, stage, started, due, stopped, _least(stopped, due), stopped is not None, met,
        suspended, counted, public,
    )  # fmt: skip


def _least(*moments: datetime | None) -> datetime | None:
    return min((one for one in moments if one is not None), default=None)


def _seconds(since: datetime, until: datetime | None) -> int | None:
    return None if until is None else (until - since) // _SECOND
