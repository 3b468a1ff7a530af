"""What one person may do with one case now: its steps, its tasks', and what they may ask for."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from commonward.areas.queries import Why
from commonward.areas.queries import why as why_decided
from commonward.cases.actions.calls import HANDED_OVER, HANDS_OVER
from commonward.cases.actions.tasking import ASKED_BY
from commonward.cases.models import Approval, Case, Event, Standard, Task
from commonward.cases.queries.answering import decided
from commonward.cases.queries.explaining import standing_of
from commonward.cases.queries.levels import VERBS, levels_of
from commonward.cases.queries.reference import book
from commonward.core.procedures import Procedure, Situation
from commonward.core.procedures.step import APART, Choice, choices
from commonward.core.refusals import N_, Forbidden
from commonward.core.rights import Actor
from commonward.people.queries import revisions as read_revisions

REQUESTS: Mapping[str, str] = {kind: VERBS[kind] for kind in ("extension", "suspension", "appeal")}
"""What the office asks of a higher level, and the verb that a granted one takes."""
_CENTRE = ("intake_officer", "dispatcher", "duty_chief")
_WORKS = (*_CENTRE, "grid_worker", "handler")


@dataclass(frozen=True, slots=True)
class Decision:
    """A request that waits for this person's level; `barred` where they asked for it themselves."""

    approval: int
    kind: str
    barred: Forbidden | None


@dataclass(frozen=True, slots=True)
class Ways:
    """All that this person may do with a case now."""

    verbs: tuple[Choice, ...]
    tasks: Mapping[int, tuple[Choice, ...]]
    asks: tuple[str, ...]
    """Kinds of tasks: "whistle", "assist", "supervision"."""
    requests: tuple[str, ...]
    """Kinds of requests: "extension", "suspension", "appeal"."""
    decisions: tuple[Decision, ...]
    split: bool
    photos: bool
    show_photos: bool
    call_back: bool
    danger: bool
    """Whether they may note that a danger was handed to 110, 119 or 120."""


@dataclass(frozen=True, slots=True)
class StandardLine:
    """A filing condition (立案条件) as a form offers it."""

    id: int
    condition: str
    closing: str
    limit: Mapping[str, Any] | None


def ways(actor: Actor, case: Case, at: datetime) -> Ways:
    """Everything that a page about this case may offer (at most 6 queries)."""
    known = book(read_revisions())
    code = known.categories[case.category_id].code
    procedure, situation = standing_of(case)

    def holds(roles: Sequence[str], verb: str) -> bool:
        return bool(actor.roles_for(roles, verb, case.area_path, code))

    closed = case.closed_at is not None
    approvals = list(Approval.objects.filter(case=case, state="asked").order_by("id"))
    asked = {a.kind for a in approvals}
    return Ways(
        verbs=tuple(choices(procedure, actor, situation, at)),
        tasks=task_choices(actor, case, at),
        asks=() if closed else tuple(k for k, roles in ASKED_BY.items() if holds(roles, k)),
        requests=tuple(
            kind
            for kind, verb in REQUESTS.items()
            if kind not in asked and _may_request(actor, case, procedure, code, verb)
        ),
        decisions=tuple(
            Decision(a.pk, a.kind, _own(actor, a))
            for a in approvals
            if holds((levels_of(procedure, a.kind)[a.level],), VERBS[a.kind])
        ),
        split=not closed and case.parent_id is None and holds(_CENTRE, "split"),
        photos=holds(_WORKS, "add_photos"),
        show_photos=holds(_CENTRE, "show_photo"),
        call_back=closed and holds(("intake_officer",), "call_back"),
        danger=not closed and holds(HANDS_OVER, HANDED_OVER),
    )


def task_choices(actor: Actor, case: Case, at: datetime) -> dict[int, tuple[Choice, ...]]:
    """By task, what this person may do with the open tasks of a case (2 queries)."""
    known = book(read_revisions())
    code = known.categories[case.category_id].code
    tasks = list(Task.objects.filter(case=case, is_open=True).order_by("id"))
    if not tasks:
        return {}
    done: dict[tuple[int, str], list[tuple[int | None, int | None]]] = defaultdict(list)
    rows = Event.objects.filter(task_id__in=[t.pk for t in tasks])
    for of, verb, account, team in rows.values_list("task_id", "verb", "account_id", "team_id"):
        if of is not None:
            done[of, verb].append((account, team))
    found = {}
    for task in tasks:
        procedure = known.procedures[task.procedure_id]
        others = {n for verb in procedure.by_stage[task.stage] for n in verb.apart_from}
        by = {name: done[task.pk, f"{task.kind}_{name}"] for name in others}
        situation = Situation(
            stage=task.stage,
            area_path=case.area_path,
            category=code,
            team=task.team_id,
            counters=task.counters,
            done_by={n: frozenset(a for a, _ in r if a is not None) for n, r in by.items()},
            done_by_teams={n: frozenset(t for _, t in r if t is not None) for n, r in by.items()},
        )
        found[task.pk] = tuple(choices(procedure, actor, situation, at))
    return found


def rule_says(case: Case, stage: str, at: datetime) -> tuple[int | None, Why]:
    """The team that the rules name for a stage of this case, and why (at most 1 query)."""
    marks = read_revisions()
    known = book(marks)
    found = decided(
        known.procedures[case.procedure_id].stages[stage],
        known.categories[case.category_id].code,
        case.area_path,
        case.grade,
        at,
        marks,
    )
    return found.team, why_decided(found)


def standards_of(category: int) -> tuple[StandardLine, ...]:
    """The filing conditions of a category that are in use, in their order (1 query)."""
    rows = Standard.objects.filter(category_id=category, active=True).order_by("number")
    return tuple(
        StandardLine(*row) for row in rows.values_list("id", "condition", "closing", "limit")
    )


def _may_request(actor: Actor, case: Case, procedure: Procedure, code: str, verb: str) -> bool:
    found = procedure.verbs.get(verb)
    if found is None or not found.approval or case.stage not in found.from_:
        return False
    roles = actor.roles_for(("handler", "dispatcher"), f"ask_{verb}", case.area_path, code)
    return "dispatcher" in roles or ("handler" in roles and case.handling_team_id in actor.teams)


def _own(actor: Actor, approval: Approval) -> Forbidden | None:
    if actor.account is None or actor.account != approval.asked_by_id:
        return None
    return Forbidden(N_("Nobody decides what they asked for themselves."), code=APART)
