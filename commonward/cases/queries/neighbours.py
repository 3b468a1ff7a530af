"""Neighbours and what is handed between them and us, as the desk and a reporter read it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from commonward.cases.actions.federating.sending import STUCK_AFTER
from commonward.cases.models import (
    Case,
    HandOver,
    HandOverConsent,
    HandOverLetter,
    Neighbour,
    NeighbourRequest,
    Report,
    Task,
)
from commonward.cases.queries.reference import book
from commonward.core.federation import handing
from commonward.core.refusals import N_, Missing

ON_A_PAGE = 200
WAITS = {
    ("giver", handing.OFFERED): N_("the neighbour decides whether to take it"),
    ("giver", handing.COMMITTED): N_("in passing: the neighbour's receipt"),
    ("giver", handing.AWAY): N_("the neighbour's answer"),
    ("taker", handing.ASKED): N_("our decision whether to take it"),
    ("taker", handing.HELD): N_("the giver's commit"),
    ("taker", handing.ACTIVE): N_("our own work"),
    ("taker", handing.ANSWERED): N_("the giver's receipt of our answer"),
    ("taker", handing.RETURNED): N_("the giver's receipt of what we gave back"),
}
"""What an open hand-over waits for."""
ENDS = {
    handing.DECLINED: N_("declined"),
    handing.WITHDRAWN: N_("taken back"),
    handing.DROPPED: N_("taken back by the giver"),
    handing.HOME: N_("came home with an answer"),
    handing.BACK: N_("given back"),
    handing.ENDED: N_("went home"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One hand-over as a line: `waits` says for what, or how it ended; `stuck` since when what is
    owed does not arrive."""

    row: HandOver
    waits: str
    owed: int
    stuck: datetime | None
    late: bool


def neighbours() -> Sequence[Neighbour]:
    """Every neighbour, those that are in force first."""
    return tuple(Neighbour.objects.order_by("ended_at", "name")[:ON_A_PAGE])


def neighbour(pk: int) -> Neighbour:
    """One. Raises Missing."""
    found = Neighbour.objects.filter(pk=pk).first()
    if found is None:
        raise Missing(N_("There is no such neighbour, or it has ended."), field="neighbour")
    return found


def to_hand_to(at: datetime, category: str) -> Sequence[Neighbour]:
    """Who may be offered a matter of this category now."""
    live = Neighbour.objects.filter(ended_at=None, paused_at=None, compared_at__isnull=False)
    return tuple(
        one
        for one in live.order_by("name")
        if (not one.categories or category.startswith(tuple(one.categories)))
        and (one.hands_from is None or one.hands_from <= at)
        and (one.hands_until is None or at < one.hands_until)
    )


def asked_of_us(at: datetime) -> Sequence[Line]:
    """What neighbours offer, the oldest first."""
    rows = HandOver.objects.filter(side="taker", state=handing.ASKED, ended_at=None)
    return _lines(rows.select_related("neighbour").order_by("id")[:ON_A_PAGE], at)


def hand_overs(at: datetime, of: int | None = None) -> Sequence[Line]:
    """Everything that is or was handed, what changed last first; of one neighbour or of all."""
    rows = HandOver.objects.select_related("neighbour", "case")
    if of is not None:
        rows = rows.filter(neighbour=of)
    return _lines(rows.order_by("-changed_at", "-id")[:ON_A_PAGE], at)


def of_case(case: Case, at: datetime) -> Sequence[Line]:
    """Every hand-over of a case, the newest first."""
    rows = HandOver.objects.filter(case=case).select_related("neighbour", "case")
    return _lines(rows.order_by("-id")[:20], at)


def hand_over(pk: int, at: datetime) -> Line:
    """One. Raises Missing."""
    found = HandOver.objects.select_related("neighbour", "case").filter(pk=pk).first()
    if found is None:
        raise Missing(N_("There is no such hand-over."), field="hand_over")
    return _lines([found], at)[0]


def _lines(rows: Any, at: datetime) -> Sequence[Line]:
    found = list(rows)
    owed: dict[int, int] = {}
    of = HandOverLetter.objects.filter(hand_over__in=[row.pk for row in found])
    for pk in of.values_list("hand_over_id", flat=True):
        owed[pk] = owed.get(pk, 0) + 1
    return tuple(
        Line(
            row,
            WAITS.get((row.side, row.state), "") or ENDS.get(row.state, ""),
            owed.get(row.pk, 0),
            row.failing_since
            if row.failing_since is not None and at - row.failing_since >= STUCK_AFTER
            else None,
            row.ended_at is None and row.agreed_at is not None and row.agreed_at < at,
        )
        for row in found
    )


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where a reporter's matter is, when a neighbour was asked or has it; `asks` says that the
    reporter is asked whether their details may go along."""

    hand_over: int
    neighbour: str
    state: str
    until: datetime | None
    promised: datetime | None
    late_because: str
    told: str
    asks: bool
    agreed: bool | None


def whereabouts(report: Report | int) -> Whereabouts | None:
    """Of a report whose case is offered or away; None where it is here (2 queries, 1 mostly)."""
    pk = report if isinstance(report, int) else report.pk
    row = (
        HandOver.objects.filter(
            side="giver",
            what="case",
            ended_at=None,
            case__in=Report.objects.filter(pk=pk).values("case_id"),
        )
        .select_related("neighbour")
        .first()
    )
    if row is None:
        return None
    said = HandOverConsent.objects.filter(hand_over=row, report=pk).first()
    has_contact = Report.objects.filter(pk=pk, contact__isnull=False).exists()
    later = bool(row.agreed_at and row.promised_at and row.agreed_at > row.promised_at)
    return Whereabouts(
        row.pk,
        row.neighbour.name,
        row.state,
        row.agreed_at,
        row.promised_at,
        row.told if later and row.state != handing.AWAY else "",
        row.told if row.state == handing.AWAY else "",
        has_contact and (said is None or said.sent_at is None),
        said.given if said is not None else None,
    )


def task_to_hand(case: Case, task: int) -> Task:
    """An open task of the case. Raises Missing."""
    live = Task.objects.filter(case=case, is_open=True).select_related("team")
    found = live.filter(pk=task).first()
    if found is None:
        raise Missing(N_("There is no such task."), field="task")
    return found


def pushed(case: Case) -> Sequence[NeighbourRequest]:
    """Requests of this case at neighbours who speak Open311, and the one it came from."""
    found = NeighbourRequest.objects.filter(case=case).select_related("neighbour")
    return tuple(found.order_by("id"))


def consents(row: HandOver) -> Sequence[tuple[Report, HandOverConsent | None]]:
    """Each report of the case with what its reporter said of their details going along."""
    said = {one.report_id: one for one in HandOverConsent.objects.filter(hand_over=row)}
    reports = Report.objects.filter(case=row.case_id, contact__isnull=False).order_by("id")
    return tuple((one, said.get(one.pk)) for one in reports[:50])


def categories_to_take() -> Sequence[tuple[str, str, str]]:
    """What an accepted matter may become: code, name, English name."""
    return tuple(
        (c.code, c.name, c.name_en)
        for c in sorted(book().categories.values(), key=lambda c: c.code)
        if c.reportable and c.active and not any(q.get("required") for q in c.questions)
    )
