"""Forget again what was forgotten before an older backup was put back (恢复后补销毁)."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from commonward.cases.actions.erasing import Taken, erase_all, erase_contact, take_out, write_down
from commonward.cases.actions.forgetting import forget_one
from commonward.cases.actions.moving import in_order, locked, touch
from commonward.cases.actions.recording import record
from commonward.cases.actions.sealing import shred
from commonward.cases.models import Case, Event, Report
from commonward.cases.queries.data_requests import ERASED, GRANTED
from commonward.cases.queries.forgotten import CASE, FORGOTTEN, KEY, SHREDDED, Forgotten
from commonward.core.rights import SYSTEM

_OF_CASE = {KEY: (SHREDDED,), CASE: (FORGOTTEN,)}


def forget_again(lines: Iterable[Forgotten], at: datetime) -> int:
    """Forget what these say, where this record does not say so itself; says how many.

    A correction is not known any more: what it corrected is taken out. What a line names and this
    record does not know is passed over: it came later than the backup.
    """
    done = 0
    for line in lines:
        with transaction.atomic():
            done += _again(line, at)
    return done


def _again(line: Forgotten, at: datetime) -> bool:
    known = Case.objects.filter(number=line.case)
    verbs = _OF_CASE.get(line.what, (GRANTED, ERASED))
    said = Event.objects.filter(case__in=known, verb__in=verbs)
    if line.report:
        said = said.filter(report__number=line.report, at__gte=line.at, data__what=line.what)
    if not known.exists() or said.exists():
        return False
    case = locked(line.case)
    at = in_order(case, at)
    if line.what == CASE:
        forget_one(line.case, at)
        return True
    if line.what == KEY:
        shred(case, at, SYSTEM)
        return True
    report = Report.objects.select_for_update(of=("self",)).filter(number=line.report).first()
    if report is None:
        return False
    taken = Taken()
    if line.what == "contact":
        erase_contact(report.case, report)
    elif line.what in ("words", "place"):
        taken = take_out(report.case, report, line.what)
    else:
        taken = erase_all(case, report)
    event = record(
        case, ERASED, at, SYSTEM, team=case.team_id, report=report.pk,
        data={"what": line.what, "again": True, "now": taken.now},
    )  # fmt: skip
    write_down(taken, event)
    touch(case, at)
    return True
