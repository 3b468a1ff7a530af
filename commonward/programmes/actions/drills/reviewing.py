"""Look back on a drill: what happened and why, and what changes, which becomes tasks (复盘与整改)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from commonward.cases.actions import act
from commonward.cases.actions.moving import locked
from commonward.cases.actions.tasking import act_on_task, ask_tasks
from commonward.cases.models import Task
from commonward.core.refusals import N_, Forbidden, Invalid, Missing, Refusal
from commonward.core.rights import SYSTEM, Actor
from commonward.people.models import Team
from commonward.programmes.actions.council_rules import day_of
from commonward.programmes.actions.drills.frame import (
    LONGEST_WORDS,
    ROOM,
    entered,
    note,
    opened,
    said,
)
from commonward.programmes.models import Drill, DrillChange
from commonward.programmes.queries.drills import CATEGORY

MOST_CHANGES = 20
ORDER = "supervision"
REPLIES = ("handler", "grid_worker", "dispatcher", "intake_officer")
SETTLES = ("duty_chief", "leader", "programme_officer")


@dataclass(frozen=True, slots=True)
class Change:
    """What is to change: by which team, until when."""

    what: str
    team: int
    due_on: date


def look_back(
    code: str, happened: str, because: str, changes: Sequence[Change], actor: Actor, at: datetime
) -> Drill:
    """Write what happened and why; each change becomes a task of its team, with a day.

    A drill that showed nothing to change ends at once. Raises Missing, Forbidden, Invalid, Refusal.
    """
    if len(changes) > MOST_CHANGES:
        raise Invalid(N_("A drill has at most {most} changes."), most=MOST_CHANGES, field="changes")
    words = said("happened", happened, LONGEST_WORDS)
    reasons = said("because", because, LONGEST_WORDS)
    with transaction.atomic():
        found, at = opened(code, actor, at, "review")
        found.happened, found.because = words, reasons
        found.save(update_fields=["happened", "because"])
        act(found.case.number, "look_back", actor, at, room=ROOM)
        _hand_out(found, changes, at)
        found.case = locked(found.case.number)
        note(found, "looked_back", actor, at, {"changes": len(changes)})
        _end_if_done(found, at)
    return found


def say_changed(code: str, change: int, evidence: str, actor: Actor, at: datetime) -> DrillChange:
    """The change is made, and by what it is seen: said by its own team. With the last one of a
    team its order is answered. Raises Missing, Forbidden, Invalid, Refusal."""
    shown = said("evidence", evidence, 400)
    with transaction.atomic():
        found, at = entered(code, actor, at, "improving")
        row = _change(found, change)
        if row.team_id not in actor.teams:
            raise Forbidden(N_("The team that was asked says so."))
        if row.checked_at is not None:
            raise Refusal(N_("This change is checked already."), code="checked")
        row.evidence, row.said_at, row.said_by_id, row.sent_back = shown, at, actor.account, ""
        row.save(update_fields=["evidence", "said_at", "said_by", "sent_back"])
        note(found, "change_said", actor, at, {"change": row.pk, "late": day_of(at) > row.due_on})
        rest = DrillChange.objects.filter(task=row.task_id, said_at=None)
        if row.task is not None and not rest.exists():
            _order(found, row.task, "reply", REPLIES, actor, at, {"words": shown})
    return row


def check_change(
    code: str, change: int, actor: Actor, at: datetime, *, made: bool, why: str = ""
) -> DrillChange:
    """Somebody apart looks: made, or sent back with a reason. Never who said it, nor their team.

    With the last one the drill ends. Raises Missing, Forbidden, Invalid, Refusal.
    """
    reason = said("why", why, 240, needed=not made)
    with transaction.atomic():
        found, at = opened(code, actor, at, "improving")
        row = _change(found, change)
        if row.said_at is None or row.checked_at is not None:
            raise Refusal(N_("There is nothing to check here now."), code="checked")
        if row.said_by_id == actor.account or row.team_id in actor.teams:
            raise Forbidden(N_("Somebody apart from who said it checks it."), code="apart")
        if made:
            row.checked_at, row.checked_by_id = at, actor.account
        else:
            row.said_at, row.said_by, row.evidence, row.sent_back = None, None, "", reason
        row.save(
            update_fields=[
                "checked_at",
                "checked_by",
                "said_at",
                "said_by",
                "evidence",
                "sent_back",
            ]
        )
        note(found, "change_made" if made else "change_sent_back", actor, at, {"change": row.pk})
        if row.task is not None and not made:
            _order(found, row.task, "not_enough", SETTLES, actor, at, {"reason": reason})
        elif row.task and not DrillChange.objects.filter(task=row.task, checked_at=None).exists():
            _order(found, row.task, "settle", SETTLES, actor, at, {})
        found.case = locked(found.case.number)
        _end_if_done(found, at)
    return row


def _hand_out(found: Drill, changes: Sequence[Change], at: datetime) -> None:
    known = set(
        Team.objects.filter(pk__in=[one.team for one in changes], active=True).values_list(
            "pk", flat=True
        )
    )
    made = []
    for one in changes:
        if one.team not in known:
            raise Invalid(N_("Choose one of the list."), field="changes")
        if one.due_on < day_of(at):
            raise Invalid(N_("A change is made after today."), field="changes")
        made.append(
            DrillChange(
                drill=found, what=said("changes", one.what), team_id=one.team, due_on=one.due_on
            )
        )
    for team in dict.fromkeys(one.team_id for one in made):
        own = [one for one in made if one.team_id == team]
        words = "\n".join(f"{one.due_on}: {one.what}" for one in own)
        (task,) = ask_tasks(
            found.case.number, ORDER, [team], f"演练整改 / After a drill\n{words}", SYSTEM, at
        )
        for change in own:
            change.task = task
    DrillChange.objects.bulk_create(made)


def _order(
    found: Drill, task: Task, verb: str, roles: tuple[str, ...], actor: Actor, at: datetime,
    given: dict[str, str],
) -> None:  # fmt: skip
    """Take the step of the team's order that says the same, where it stands open for it."""
    stage = Task.objects.filter(pk=task.pk).values_list("stage", flat=True).first()
    fits = {"reply": ("ordered",), "not_enough": ("replied",), "settle": ("replied", "ordered")}
    may = actor.roles_for(roles, verb, found.case.area_path, CATEGORY)
    if stage in fits[verb] and may:
        act_on_task(task.pk, verb, actor, at, given)


def _end_if_done(found: Drill, at: datetime) -> None:
    if not DrillChange.objects.filter(drill=found, checked_at=None).exists():
        act(found.case.number, "end", SYSTEM, at, room=ROOM)
        found.case = locked(found.case.number)


def _change(found: Drill, pk: int) -> DrillChange:
    row = DrillChange.objects.select_related("task").filter(drill=found, pk=pk).first()
    if row is None:
        raise Missing(N_("There is no such change of this drill."))
    return row
