"""May this person take this step now, and where does it lead? Asked before every change."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from commonward.core.procedures.model import BACK, STAY, Procedure, Stage, Verb
from commonward.core.refusals import N_, Forbidden, Invalid, Missing, Refusal
from commonward.core.rights import Actor

APART = "apart"
"""The code of a refusal to check what oneself, or one's own team, has done."""


@dataclass(frozen=True, slots=True)
class Situation:
    """Where a case or task stands, as plain values, so that `step` needs no database.

    `done_by` maps verbs to the accounts that did them, `done_by_teams` to the teams; only the
    verbs named in some `apart_from` need be there. `waits_for` counts open tasks and children.
    """

    stage: str
    area_path: str = ""
    category: str = ""
    team: int | None = None
    back_to: str = ""
    counters: Mapping[str, int] = field(default_factory=dict)
    closed_at: datetime | None = None
    waits_for: int = 0
    done_by: Mapping[str, frozenset[int]] = field(default_factory=dict)
    done_by_teams: Mapping[str, frozenset[int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """A step that may be taken: the verb, the stages, and in which role."""

    verb: Verb
    from_: Stage
    to: Stage
    role: str
    counters: Mapping[str, int]

    @property
    def moves(self) -> bool:
        """Whether the stage changes."""
        return self.from_.name != self.to.name


def step(
    procedure: Procedure,
    verb: str,
    actor: Actor,
    situation: Situation,
    given: Mapping[str, Any],
    at: datetime,
    *,
    approved: bool = False,
) -> Step:
    """The step, or a refusal that says what is wrong and what would be right.

    Missing: no such verb. Refusal "stage", "bound", "waits", "window": not now. Forbidden: not by
    this person. Invalid: something is not filled in.
    """
    found = procedure.verbs.get(verb)
    if found is None:
        raise Missing(
            N_("There is no step “{verb}” in the procedure {procedure}."),
            verb=verb,
            procedure=procedure.name,
            field="verb",
        )
    s = situation
    if s.stage not in found.from_:
        offered = ", ".join(v.name for v in procedure.by_stage[s.stage]) or "–"
        raise Refusal(
            N_("“{verb}” is not possible in the stage {stage}. Possible now: {offered}."),
            verb=verb,
            stage=s.stage,
            offered=offered,
            code="stage",
        )
    role = _role(found, actor, s)
    if found.approval and not approved:
        raise Refusal(
            N_("“{verb}” needs approval: ask for it, and it happens when it is granted."),
            verb=verb,
            code="approval",
        )
    _bounds(procedure, found, s, at)
    missing = [n for n in found.needs if given.get(n) in (None, "")]
    if missing:
        raise Invalid(
            N_("“{verb}” needs {missing}; it was not given."),
            verb=verb,
            missing=", ".join(missing),
            field=missing[0],
        )
    if "outcome" in found.needs and given["outcome"] not in procedure.outcomes:
        raise Invalid(
            N_("The outcome “{outcome}” is not one of {known}."),
            outcome=given["outcome"],
            known=", ".join(procedure.outcomes),
            field="outcome",
        )
    to = {STAY: s.stage, BACK: s.back_to}.get(found.to, found.to)
    if to not in procedure.stages:
        raise Refusal(N_("It is not known which stage “{verb}” leads back to."), verb=verb)
    counters = {**s.counters, found.counts: s.counters.get(found.counts, 0) + 1}
    return Step(found, procedure.stages[s.stage], procedure.stages[to], role, counters)


def _role(verb: Verb, actor: Actor, s: Situation) -> str:
    roles = actor.roles_for(verb.who, verb.name, s.area_path, s.category)
    if not roles:
        raise Forbidden(
            N_("“{verb}” is for {who}; you hold no such role for this place and category."),
            verb=verb.name,
            who=", ".join(verb.who),
        )
    if verb.own_team and not actor.role and s.team not in actor.teams:
        raise Forbidden(
            N_("“{verb}” is for the team that has the case; you are not in it."), verb=verb.name
        )
    for other in verb.apart_from:
        same = actor.account is not None and actor.account in s.done_by.get(other, ())
        if same or actor.teams & s.done_by_teams.get(other, frozenset()):
            raise Forbidden(
                N_("“{verb}” must be done by someone apart from those who did “{other}”."),
                verb=verb.name,
                other=other,
                code=APART,
            )
    return roles[0]


def _bounds(procedure: Procedure, verb: Verb, s: Situation, at: datetime) -> None:
    done = s.counters.get(verb.counts, 0)
    if verb.at_most is not None and done >= verb.at_most:
        raise Refusal(
            N_("“{verb}” was already done {done} times, which is the bound. Now: {then}."),
            verb=verb.name,
            done=done,
            then=verb.then,
            code="bound",
        )
    if verb.unless and s.counters.get(verb.unless, 0):
        raise Refusal(
            N_("“{verb}” is no longer possible: “{other}” has been decided, finally."),
            verb=verb.name,
            other=verb.unless,
            code="final",
        )
    if verb.waits and s.waits_for:
        raise Refusal(
            N_("{count} tasks or split-off cases are still open; “{verb}” waits for them."),
            count=s.waits_for,
            verb=verb.name,
            code="waits",
        )
    if verb.within and s.closed_at is not None:
        last = s.closed_at + timedelta(days=procedure.reopen_days)
        if at > last:
            raise Refusal(
                N_("“{verb}” was possible for {days} days, until {last}. A new report is welcome."),
                verb=verb.name,
                days=procedure.reopen_days,
                last=last.isoformat(timespec="minutes"),
                code="window",
            )


@dataclass(frozen=True, slots=True)
class Choice:
    """A step that a post gives this person here; `barred` says why not now, or is None."""

    verb: Verb
    barred: Refusal | None


def choices(procedure: Procedure, actor: Actor, situation: Situation, at: datetime) -> list[Choice]:
    """What this person's posts give them in this stage, in the file's order.

    Barred is what they could do but for a bound, a date, open tasks, or because they (or their
    team) did what is to be checked. What is for another post or team is not there at all.
    """
    found = []
    for verb in procedure.by_stage[situation.stage]:
        if verb.approval:
            continue
        barred = None
        try:
            _role(verb, actor, situation)
            _bounds(procedure, verb, situation, at)
        except Refusal as refusal:
            if isinstance(refusal, Forbidden) and refusal.code != APART:
                continue
            barred = refusal
        found.append(Choice(verb, barred))
    return found


def offered(procedure: Procedure, actor: Actor, situation: Situation, at: datetime) -> list[Verb]:
    """The verbs this person could do now, in the file's order (what is filled is not asked)."""
    return [c.verb for c in choices(procedure, actor, situation, at) if c.barred is None]
