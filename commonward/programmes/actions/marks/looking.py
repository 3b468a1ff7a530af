"""Another team looks (核验), and the record is asked for its figures; then the panel has it."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from commonward.core.refusals import N_, Forbidden, Invalid, Refusal
from commonward.core.rights import SYSTEM, Actor
from commonward.people.models import Team
from commonward.programmes.actions.council_rules import day_of
from commonward.programmes.actions.marks.frame import (
    LONGEST_NOTE,
    criterion_of,
    kept,
    note,
    opened,
    refuse_own,
    said,
    step,
)
from commonward.programmes.models import Defect, Mark, MarkCheck
from commonward.programmes.queries.marks import checks_of, figure_of, of_checker, read_kind


def send(number: str, team: int, actor: Actor, at: datetime) -> Mark:
    """Send another team to look, once everything is shown; figures are asked of the record.

    Raises Missing, Forbidden, Invalid, Refusal.
    """
    with transaction.atomic():
        found, at = kept(number, actor, at, "nominated")
        chosen = Team.objects.filter(pk=team, active=True).first()
        if chosen is None or chosen.pk == found.office_id:
            raise Invalid(N_("Choose a team that is not the office itself."), field="team")
        criteria = read_kind(found.version).criteria
        rows = checks_of(found)
        lacking = [
            row for row in rows if criteria[row.number - 1].kind == "evidence" and not row.evidence
        ]
        if lacking:
            raise Refusal(
                N_("Evidence is owed for {count} criteria before another team looks."),
                count=len(lacking),
                code="owed",
            )
        found.checker = chosen
        found.save(update_fields=["checker"])
        step(found, "send", actor, at)
        note(found, "sent", actor, at, {"checker": chosen.pk})
        _reckon(found, rows, at)
    return found


def reckon(number: str, actor: Actor, at: datetime) -> Mark:
    """Ask the record for the figures once more, while others look. Raises as `send`."""
    with transaction.atomic():
        found, at = kept(number, actor, at, "checking")
        _reckon(found, checks_of(found), at)
    return found


def look(
    number: str, criterion: int, actor: Actor, at: datetime, *, met: bool, reason: str = "",
    ticked: Iterable[int] = (),
) -> MarkCheck:  # fmt: skip
    """Say of one criterion what was found: never by the office, nor by who showed it.

    `ticked` are the lines of a list that are in order, from 1; a list is met when all are. A note
    says what was seen. Raises Missing, Forbidden, Invalid, Refusal.
    """
    words = said("reason", reason, LONGEST_NOTE)
    with transaction.atomic():
        found, at = opened(number, actor, at, "checking")
        refuse_own(found, actor)
        if not of_checker(found, actor):
            raise Forbidden(N_("Only the team that was sent to look says what it found."))
        row = criterion_of(found, criterion)
        wanted = read_kind(found.version).criteria[criterion - 1]
        if wanted.kind == "figure":
            raise Refusal(N_("This figure comes from the record; nobody sets it."))
        lines = sorted({one for one in ticked if 1 <= one <= len(wanted.items)})
        if met and wanted.kind == "checklist" and len(lines) < len(wanted.items):
            raise Invalid(
                N_("A list is met when each of its lines is in order."), field=f"met{criterion}"
            )
        if met and wanted.kind == "checklist" and _faults_open(found):
            raise Refusal(N_("A fault that was found at this place is not mended yet."))
        row.met, row.note, row.checked_at, row.ticked = met, words, at, lines
        row.checked_by_id, row.team = actor.account, found.checker
        if row.shown_by_id is not None and row.shown_by_id == actor.account:
            raise Forbidden(N_("Nobody looks at what they showed themselves."), code="apart")
        row.save(
            update_fields=["met", "note", "checked_at", "ticked", "checked_by", "team"]
        )  # fmt: skip
        step(found, "look", actor, at)
        note(found, "looked", actor, at, {"criterion": criterion, "met": met})
    return row


def put(number: str, actor: Actor, at: datetime) -> Mark:
    """Put it to the panel, once each criterion was looked at. Raises as `send`."""
    with transaction.atomic():
        found, at = kept(number, actor, at, "checking")
        rows = checks_of(found)
        _reckon(found, rows, at)
        waiting = [row for row in rows if row.met is None]
        if waiting:
            raise Refusal(
                N_("{count} criteria were not looked at yet."), count=len(waiting), code="owed"
            )
        step(found, "put", actor, at)
    return found


def _reckon(found: Mark, rows: Iterable[MarkCheck], at: datetime) -> None:
    """Fill the figures; what has too little to stand on is not met."""
    criteria = read_kind(found.version).criteria
    today, told = day_of(at), {}
    for row in rows:
        criterion = criteria[row.number - 1]
        if criterion.kind != "figure":
            continue
        figure = figure_of(found, criterion, today, at)
        row.value, row.under, row.met, row.checked_at = figure.value, figure.under, figure.met, at
        row.save(update_fields=["value", "under", "met", "checked_at"])
        told[str(row.number)] = figure.met
    if told:
        note(found, "reckoned", SYSTEM, at, {"met": told})


def reckoned_again(found: Mark, rows: Iterable[MarkCheck], at: datetime) -> None:
    """The same for who decides on an appeal; the case is locked."""
    _reckon(found, rows, at)


def _faults_open(found: Mark) -> bool:
    return (
        found.place_id is not None
        and Defect.objects.filter(visit__place=found.place_id).exclude(state="mended").exists()
    )
