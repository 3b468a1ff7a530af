"""Pieces of work of other teams on a case: whistles, assists, supervision orders."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from commonward.areas.queries import calendar_name_for, revisions
from commonward.cases.actions import timing
from commonward.cases.actions.handing import team_that_answers
from commonward.cases.actions.moving import (
    check_version,
    in_order,
    locked,
    refuse_away,
    touch,
)
from commonward.cases.actions.recording import record
from commonward.cases.actions.rows import CASES, CLOCKS, TASKS, task_doers
from commonward.cases.models import Case, Task
from commonward.cases.models import Clock as ClockRow
from commonward.cases.queries.reference import Book, book
from commonward.core.procedures import Procedure, Situation, step
from commonward.core.refusals import N_, Forbidden, Invalid, Missing, Refusal, Stale
from commonward.core.rights import Actor
from commonward.people.queries import team_states

ASKED_BY: Mapping[str, tuple[str, ...]] = {
    "whistle": ("dispatcher", "duty_chief", "leader"),
    "assist": ("dispatcher", "duty_chief", "handler"),
    "supervision": ("duty_chief", "leader", "programme_officer", "system"),
}
"""Who may ask for which kind of task; a whistle is approved by the street's lead (街道)."""
MOST_OPEN = 20


def ask_tasks(
    number: str, kind: str, teams: Sequence[int], words: str, actor: Actor, at: datetime,
    *, version: int | None = None,
) -> list[Task]:  # fmt: skip
    """Ask several teams at once: whistle (吹哨), assist (协办) or a supervision order (督办).

    Each gets a task with its own clock. The case waits for whistles and assists before closing.
    """
    if kind not in ASKED_BY:
        raise Invalid(
            N_("“{kind}” is not a kind of task; known are {known}."),
            kind=kind,
            known=", ".join(ASKED_BY),
            field="kind",
        )
    if not words.strip():
        raise Invalid(N_("Say what is asked of them."), field="words")
    if not teams or len(set(teams)) != len(teams):
        raise Invalid(N_("Name at least one team, and each once."), field="teams")
    with transaction.atomic():
        case = locked(number)
        check_version(case, version)
        at = in_order(case, at)
        refuse_away(case, actor.role, kind)
        made = _ask(case, kind, teams, words, actor, at)
        touch(case, at)
    return made


def _ask(
    case: Case, kind: str, teams: Sequence[int], words: str, actor: Actor, at: datetime
) -> list[Task]:
    now = revisions()
    known = book(now)
    code = known.categories[case.category_id].code
    roles = actor.roles_for(ASKED_BY[kind], kind, case.area_path, code)
    if not roles:
        raise Forbidden(
            N_("“{kind}” is for {who}; you hold no such role here."),
            kind=kind,
            who=", ".join(ASKED_BY[kind]),
        )
    if case.closed_at is not None:
        raise Refusal(
            N_("Case {number} is closed; no task can be added."), number=case.number, code="stage"
        )
    open_teams = set(
        Task.objects.filter(case=case, kind=kind, is_open=True).values_list("team_id", flat=True)
    )
    if len(open_teams) + len(teams) > MOST_OPEN:
        raise Refusal(N_("A case has at most {most} open tasks."), most=MOST_OPEN, code="bound")
    procedure_id, procedure = known.procedure_in_force(kind)
    made = []
    for team in teams:
        if team in open_teams:
            raise Refusal(
                N_("Team {team} has been asked already and its task is open."),
                team=team,
                code="asked",
            )
        task = Task(
            case_id=case.pk,
            kind=kind,
            procedure_id=procedure_id,
            team_id=team_that_answers(team, at, now),
            stage=procedure.start,
            blocks=procedure.blocks,
            asked_by_id=actor.account,
            asked_at=at,
        )
        TASKS.insert(task)
        clock = _stage_clock(case, task, procedure, known, at, now)
        if clock is not None:
            timing.save([clock])
        record(
            case, f"{kind}_asked", at, actor, role=roles[0], team=team, task=task.pk,
            to_stage=procedure.start, words=words,
        )  # fmt: skip
        made.append(task)
    return made


def order_reply(case: Case, words: str, actor: Actor, at: datetime) -> Task | None:
    """A supervision order to the team that has a locked case, unless one is open already."""
    if case.team_id is None or case.closed_at is not None:
        return None
    if Task.objects.filter(case=case, kind="supervision", is_open=True).exists():
        return None
    # A team that was closed or emptied owes nothing; those above it learn from the rung itself,
    # and the ladder must not stick just where nobody is left.
    state = team_states(at, revisions()).get(case.team_id)
    if state is None or not state.active or not state.members:
        return None
    at = in_order(case, at)
    (made,) = _ask(case, "supervision", [case.team_id], words, actor, at)
    touch(case, at)
    return made


def act_on_task(
    task_id: int, verb: str, actor: Actor, at: datetime, given: Mapping[str, Any] | None = None,
    *, version: int | None = None,
) -> Task:  # fmt: skip
    """Take a step of a task's own procedure: accept, object, arrive, conclude, score, reply …"""
    given = given or {}
    with transaction.atomic():
        found = Task.objects.filter(pk=task_id).values_list("case_id", flat=True).first()
        if found is None:
            raise Missing(N_("There is no such task."))
        case = CASES.select("id = %s", [found], lock=True)[0]
        task = TASKS.select("id = %s", [task_id])[0]
        at = in_order(case, at)
        if version is not None and version != task.version:
            raise Stale(
                N_("The task was changed in the meantime (version {now}, you had {had})."),
                now=task.version,
                had=version,
            )
        now = revisions()
        known = book(now)
        procedure = known.procedures[task.procedure_id]
        taken = step(procedure, verb, actor, _situation(case, task, procedure, verb, known),
                     given, at)  # fmt: skip
        if given.get("score") not in (None, ""):
            task.score = _score(given["score"])
        task.stage = taken.to.name
        task.counters = dict(taken.counters)
        task.version += 1
        if taken.to.ends:
            task.is_open, task.ended_at = False, at
        spent = None
        if taken.moves:
            rows = CLOCKS.select("task_id = %s AND stopped_at IS NULL", [task.pk])
            for running in rows:
                spent = int((at - running.started_at).total_seconds())
                timing.reckon(running, timing.face(running).stop(at), procedure, now)
            started = _stage_clock(case, task, procedure, known, at, now)
            timing.save([*rows, *([started] if started is not None else [])])
        TASKS.update(task)
        touch(case, at)
        record(
            case, f"{task.kind}_{verb}", at, actor, role=taken.role, task=task.pk,
            from_stage=taken.from_.name, to_stage=taken.to.name, team=task.team_id, spent=spent,
            data={"score": task.score} if task.score is not None else {},
            words=next((str(given[k]) for k in ("reason", "result", "words") if given.get(k)), ""),
        )  # fmt: skip
    return task


def _situation(case: Case, task: Task, procedure: Procedure, verb: str, known: Book) -> Situation:
    found = procedure.verbs.get(verb)
    done_by: dict[str, frozenset[int]] = {}
    done_by_teams: dict[str, frozenset[int]] = {}
    for other in found.apart_from if found is not None else ():
        rows = task_doers(task.pk, f"{task.kind}_{other}")
        done_by[other] = frozenset(a for a, _ in rows if a is not None)
        done_by_teams[other] = frozenset(t for _, t in rows if t is not None)
    return Situation(
        stage=task.stage,
        area_path=case.area_path,
        category=known.categories[case.category_id].code,
        team=task.team_id,
        counters=task.counters,
        done_by=done_by,
        done_by_teams=done_by_teams,
    )


def _stage_clock(
    case: Case, task: Task, procedure: Procedure, known: Book, at: datetime,
    now: Mapping[str, int],
) -> ClockRow | None:  # fmt: skip
    stage = procedure.stages[task.stage]
    code = known.categories[case.category_id].code
    own = timing.stage_limit(procedure, stage, case.grade, code, None, at, None)
    if own is None:
        return None
    name = calendar_name_for(case.area_path, now)
    return timing.start(
        case, "task", own[1], at, procedure, name, now, stage=stage.name, task=task.pk
    )


def _score(given: Any) -> int:
    try:
        score = int(given)
    except (TypeError, ValueError):
        score = -1
    if not 0 <= score <= 100:
        raise Invalid(N_("A score is a whole number from 0 to 100."), field="score")
    return score
