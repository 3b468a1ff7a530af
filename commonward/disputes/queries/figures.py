"""Honest numbers of a month: every registered dispute, by type, source and outcome (统计报表)."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from commonward.cases.models import Event
from commonward.cases.queries.reference import book
from commonward.core.disputes import KINDS, SOURCES, category_of
from commonward.core.outcomes import (
    OPEN,
    OUTCOMES,
    Counted,
    Share,
    Table,
    cube,
    outcome_of,
    shares,
    suppressed,
    table,
)
from commonward.core.refusals import N_, Forbidden
from commonward.core.rights import Actor, Right
from commonward.disputes.models import Dispute, Holding, Side

WORKS_ON_THEM = ("coordinator",)
TOLD_FIGURES = ("mediator", "leader", "administrator")
"""Who is told figures with small numbers hidden; whoever works on the disputes sees them whole."""

ENDS = (*OUTCOMES, OPEN)


@dataclass(frozen=True, slots=True)
class Return:
    """The statistical return of a period, as one person may see it.

    `whole` says whether small numbers are shown. `shares` is empty where a share could give one
    of them away; `lines` (type, source, outcome, number) are the rows of the return, and empty
    unless whole.
    """

    registered: int | None
    by_kind: Table
    by_source: Table
    shares: Sequence[Share]
    lines: Sequence[tuple[str, str, str, int]]
    whole: bool


def figures(actor: Actor, since: datetime, until: datetime, at: datetime) -> Return:
    """The return of what was registered in `[since, until)`, inside this person's areas.

    Coordinators see it as it stands at `at`. Others are told how those had ended at the beginning
    of the month of `at`, and only of months that were over then, so that nobody can look every
    day and see which one ended. Raises Forbidden for anybody else.
    """
    roles = {right.role for right in actor.rights}
    whole = bool(roles & set(WORKS_ON_THEM))
    if not whole and not roles & set(TOLD_FIGURES):
        raise Forbidden(N_("Figures are for coordinators, mediators and leaders."))
    wanted = WORKS_ON_THEM if whole else TOLD_FIGURES
    rights = [right for right in actor.rights if right.role in wanted]
    known = at if whole else _month_of(at)
    rows = list(counted(since, min(until, known), known, rights))
    by_kind = _table(rows, "kind", tuple(KINDS))
    by_source = _table(rows, "source", tuple(SOURCES))
    if not whole:
        by_kind, by_source = suppressed(by_kind), suppressed(by_source)
    lines = sorted(cube(rows).items()) if whole else []
    return Return(
        by_kind.total,
        by_kind,
        by_source,
        shares(rows) if whole or _safe(rows) else (),
        [(*key, number) for key, number in lines],
        whole,
    )


def counted(
    since: datetime, until: datetime, known: datetime, rights: Collection[Right] | None = None
) -> Iterator[Counted]:
    """What was registered in `[since, until)` as it had ended at `known`; inside these grants,
    everywhere where none are given."""
    rows = Dispute.objects.filter(registered_at__gte=since, registered_at__lt=until)
    held = _confirmed_by_all(since, until)
    for pk, kind, source, result, ended, level, path in rows.values_list(
        "pk", "kind", "source", "result", "ended_at", "level", "case__area_path"
    ).iterator():
        if rights is not None and not any(r.covers(path, category_of(kind)) for r in rights):
            continue
        over = ended is not None and ended <= known
        yield Counted(
            kind, source, outcome_of(result if over else ""), bool(level), over and pk in held
        )


def recounted(since: datetime, until: datetime, known: datetime) -> Counter[tuple[str, str, str]]:
    """The same cube from the raw events alone: what the registration said, and the last step into
    a closed stage. It must equal `cube(counted(…))`."""
    procedures = {pk: found for pk, found in book().procedures.items() if found.room == "disputes"}
    outcome: Mapping[str, str] = {
        verb.name: verb.outcome
        for found in procedures.values()
        for verb in found.verbs.values()
        if verb.outcome
    }
    begun = Event.objects.filter(verb="dispute_registered", at__gte=since, at__lt=until)
    told = {
        case: (data["kind"], data["source"]) for case, data in begun.values_list("case", "data")
    }
    ended: dict[int, str] = {}
    closing = Event.objects.filter(
        case__procedure__in=list(procedures), task=None, at__lte=known, to_stage="closed"
    )
    for case, verb in closing.order_by("id").values_list("case", "verb").iterator():
        ended[case] = outcome[verb]
    return Counter((*told[case], ended.get(case, OPEN)) for case in told)


def _table(rows: Sequence[Counted], by: str, names: tuple[str, ...]) -> Table:
    counts = Counter((getattr(row, by), row.outcome) for row in rows)
    return table(counts, names, ENDS)


def _safe(rows: Sequence[Counted]) -> bool:
    """No part of a share, nor what is left of it, is one to four."""
    return all(
        not 0 < part < 5
        for share in shares(rows)
        for part in (share.over, share.under, share.under - share.over)
    )


def _confirmed_by_all(since: datetime, until: datetime) -> set[int]:
    inside = {"dispute__registered_at__gte": since, "dispute__registered_at__lt": until}
    holds = dict(
        Holding.objects.filter(
            side__dispute__registered_at__gte=since, side__dispute__registered_at__lt=until
        ).values_list("side", "holds")
    )
    sides: dict[int, list[bool]] = {}
    if holds:
        for side, dispute in Side.objects.filter(**inside).values_list("pk", "dispute"):
            sides.setdefault(dispute, []).append(holds.get(side, False))
    return {dispute for dispute, said in sides.items() if len(said) > 1 and all(said)}


def _month_of(at: datetime) -> datetime:
    return at.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
