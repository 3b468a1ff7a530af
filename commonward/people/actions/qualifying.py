"""Which courses some work asks for, and who has done them; written by the room of courses."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q

from commonward.core.refusals import N_, Invalid
from commonward.core.rights import Actor, refuse_onlooker
from commonward.people.actions.records import record_change
from commonward.people.actions.revisions import raise_revision
from commonward.people.models import Qualification, Requirement
from commonward.people.queries.qualified import WORKS

KEEPS = timedelta(days=730)
_BATCH = 500


@transaction.atomic
def require(
    actor: Actor, code: str, work: str, title: str, *, at: datetime, since: date, title_en: str = "",
    kind: str = "", next_on: date | None = None,
) -> Requirement:  # fmt: skip
    """From now on this work is given to who has done this course alone. Raises Forbidden, Invalid."""
    refuse_onlooker(actor)
    if work not in WORKS:
        raise Invalid(N_("Choose one of the list."), field="work")
    fields = {"work": work, "kind": kind, "title": title, "title_en": title_en, "next_on": next_on}
    found = Requirement.objects.select_for_update().filter(code=code).first()
    if found is not None and all(getattr(found, name) == fields[name] for name in fields):
        return found
    made, new = Requirement.objects.update_or_create(
        code=code, defaults=fields, create_defaults={**fields, "since": since}
    )
    if new:
        record_change(actor, "require_course", code, at, {"work": work, "kind": kind})
    raise_revision("people")
    return made


@transaction.atomic
def drop_requirement(actor: Actor, code: str, *, at: datetime) -> bool:
    """The course is asked for no more; whether it was. Raises Forbidden."""
    refuse_onlooker(actor)
    gone = Requirement.objects.filter(code=code).delete()[0]
    if gone:
        record_change(actor, "drop_requirement", code, at)
        raise_revision("people")
    return bool(gone)


def qualify(actor: Actor, code: str, until: Mapping[int, date | None]) -> int:
    """These accounts have done a course until a day, or for good (None): the later day stands.

    How many rows were written. Raises Forbidden.
    """
    refuse_onlooker(actor)
    with transaction.atomic():
        rows = Qualification.objects.select_for_update().filter(code=code)
        if len(until) <= _BATCH:
            rows = rows.filter(account__in=list(until))
        there = {row.account_id: row for row in rows if row.account_id in until}
        new = [
            Qualification(account_id=account, code=code, until=day)
            for account, day in until.items()
            if account not in there
        ]
        later = []
        for account, row in there.items():
            day = until[account]
            if row.until is not None and (day is None or day > row.until):
                row.until = day
                later.append(row)
        Qualification.objects.bulk_create(new, batch_size=_BATCH)
        Qualification.objects.bulk_update(later, ["until"], batch_size=_BATCH)
    return len(new) + len(later)


def unqualify(actor: Actor, code: str, account: int) -> None:
    """Take back what was written by mistake. Raises Forbidden."""
    refuse_onlooker(actor)
    Qualification.objects.filter(code=code, account=account).delete()


def forget_qualifications(today: date) -> int:
    """Delete those of accounts that left, and those over for two years; how many rows."""
    over = Q(until__lt=today - KEEPS)
    return Qualification.objects.filter(over | Q(account__is_active=False)).delete()[0]
