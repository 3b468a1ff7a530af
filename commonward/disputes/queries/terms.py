"""Clocks of law as they are shown: of one dispute, and those that a coordinator must look at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from commonward.core.rights import Actor
from commonward.core.terms import TermRule
from commonward.disputes.access import require
from commonward.disputes.models import Dispute, DisputeClock, GradeWord, Holding
from commonward.disputes.queries.ruling import terms_in_force, terms_of

MOST = 200
MAY_SEE = ("coordinator", "mediator")


@dataclass(frozen=True, slots=True)
class TermLine:
    """One clock: its rule as it stood at the start, and where it stands.

    `state` is running, warned, overdue, paused, met, late or dropped.
    """

    id: int
    number: str
    rule: TermRule | None
    name: str
    citation: str
    state: str
    started_at: datetime
    due_at: datetime | None
    last_day: date | None
    provisional: bool
    longer: bool
    fault: str


def terms_of_dispute(dispute: Dispute, actor: Actor, at: datetime) -> Sequence[TermLine]:
    """Every clock of law of a dispute, the running ones first. Raises Forbidden."""
    require(dispute, actor, "summary")
    rows = DisputeClock.objects.filter(dispute=dispute).order_by("pk")
    lines = [_line(row, dispute, at) for row in rows]
    return sorted(lines, key=lambda line: (line.state in ("met", "late", "dropped"), line.id))


def rules_to_start(dispute: Dispute, at: datetime) -> Sequence[TermRule]:
    """The rules that hold in this dispute's track and do not run in it now."""
    running = set(
        DisputeClock.objects.filter(dispute=dispute, ended_at=None).values_list("rule", flat=True)
    )
    rules = terms_in_force(at)
    return [
        rules.find(name, track=dispute.track, place=dispute.case.area_path)
        for name in dict.fromkeys(
            rule.name
            for rule in rules.rules
            if rule.track in (dispute.track, "any")
            and (not rule.place or f"/{rule.place}/" in dispute.case.area_path)
        )
        if name not in running
    ]


@dataclass(frozen=True, slots=True)
class Owed:
    """What a coordinator must look at: clocks that are over or nearly so, that could not be
    reckoned or are provisional; objections to a grade; sides who say that it was not performed."""

    terms: Sequence[TermLine]
    objections: Sequence[tuple[str, str, datetime]]
    """Number, side, and since when."""
    denials: Sequence[tuple[str, str, datetime]]


def owed(actor: Actor, at: datetime) -> Owed:
    """The list of this coordinator or mediator, the soonest due first; empty for anybody else."""
    rights = [right for right in actor.rights if right.role in MAY_SEE]
    if not rights:
        return Owed((), (), ())
    clocks = (
        DisputeClock.objects.filter(ended_at=None)
        .filter(
            Q(warned_at__isnull=False)
            | Q(overdue_at__isnull=False)
            | Q(failures__gt=0)
            | Q(provisional=True)
        )
        .select_related("dispute__case__category")
        .order_by("due_at", "pk")
    )
    objections = (
        GradeWord.objects.filter(kind="objection", answered_at=None)
        .select_related("dispute__case__category", "side")
        .order_by("said_at", "pk")
    )
    denials = (
        Holding.objects.filter(holds=False, side__dispute__ended_at=None)
        .select_related("side__dispute__case__category")
        .order_by("said_at", "pk")
    )
    return Owed(
        [
            _line(row, row.dispute, at)
            for row in clocks.iterator(chunk_size=500)
            if _theirs(row.dispute, actor)
        ][:MOST],
        [
            (row.dispute.case.number, row.side.letter if row.side else "", row.said_at)
            for row in objections[:MOST]
            if _theirs(row.dispute, actor)
        ],
        [
            (row.side.dispute.case.number, row.side.letter, row.said_at)
            for row in denials[:MOST]
            if _theirs(row.side.dispute, actor)
        ],
    )


def _theirs(dispute: Dispute, actor: Actor) -> bool:
    """A coordinator's inside their grants; a mediator's where their team has it."""
    case = dispute.case
    roles = actor.roles_for(MAY_SEE, "see", case.area_path, case.category.code)
    return "coordinator" in roles or ("mediator" in roles and case.team_id in actor.teams)


def _line(row: DisputeClock, dispute: Dispute, at: datetime) -> TermLine:
    found = [
        rule
        for rule in terms_of(row.table, at).rules
        if rule.name == row.rule and rule.track in (row.track, "any")
    ]
    return TermLine(
        id=row.pk,
        number=dispute.case.number,
        rule=found[0] if found else None,
        name=row.rule,
        citation=row.citation,
        state=_state(row),
        started_at=row.started_at,
        due_at=row.due_at,
        last_day=row.last_day,
        provisional=row.provisional,
        longer=bool(row.more),
        fault=row.fault if row.failures else "",
    )


def _state(row: DisputeClock) -> str:
    if row.ended_at is not None:
        if row.met_at is not None:
            return "met"
        return "late" if row.due_at is not None and row.ended_at > row.due_at else "dropped"
    if row.due_at is None:
        return "paused"
    if row.overdue_at is not None:
        return "overdue"
    return "warned" if row.warned_at is not None else "running"
