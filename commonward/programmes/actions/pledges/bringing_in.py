"""Duties brought in from a table: tried first, written when all of them can be (导入承诺)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from commonward.core.pledge_sheet import PledgeLine
from commonward.core.refusals import N_, Invalid, Refusal
from commonward.core.rights import Actor
from commonward.core.targets.sheet import Fault
from commonward.programmes.actions.pledges.duties import Pledge, written
from commonward.programmes.actions.pledges.frame import note, opened
from commonward.programmes.models import Alliance, Duty, Membership


@dataclass(frozen=True, slots=True)
class BroughtIn:
    """The lines that are new and those that stand there already; and what is wrong, by row."""

    new: tuple[PledgeLine, ...]
    same: int
    faults: tuple[Fault, ...]


def bring_in(
    code: str, lines: Sequence[PledgeLine], actor: Actor, at: datetime, *, only_try: bool = False
) -> BroughtIn:
    """Write all lines, or none where one has a fault; with `only_try` never.

    A duty of the same member and words stands there already and is passed over. Raises Missing,
    Forbidden, Refusal.
    """
    new: list[PledgeLine] = []
    faults: list[Fault] = []
    with transaction.atomic():
        found, at = opened(code, actor, at)
        members = {}
        rows = Membership.objects.filter(alliance=found, left_on=None).select_related("unit")
        for one in rows:
            members.update({one.unit.name: one, one.unit.name_en or one.unit.name: one})
        there = set(Duty.objects.filter(alliance=found).values_list("member_id", "what"))
        for line in lines:
            member = members.get(line.member)
            if member is not None and (member.pk, line.what) in there:
                continue
            try:
                with transaction.atomic():
                    _write(found, member, line)
            except Refusal as why:
                faults.append(Fault(line.row, why.field, why))
                continue
            there.add((members[line.member].pk, line.what))
            new.append(line)
        if faults or only_try:
            transaction.set_rollback(True)
        elif new:
            note(found, "brought_in", actor, at, {"duties": len(new)})
    return BroughtIn(tuple(new), len(lines) - len(new) - len(faults), tuple(faults))


def _write(found: Alliance, member: Membership | None, line: PledgeLine) -> None:
    if member is None:
        raise Invalid(N_("There is no member of this name."), field="member")
    given = Pledge(line.what, line.due_on, line.wanted, line.repeats, line.what_en, line.wanted_en)
    written(found, member, given)
