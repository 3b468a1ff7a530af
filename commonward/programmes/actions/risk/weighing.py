"""The list of risks (风险清单): what of the project, how likely, how grave, and what is done."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from commonward.core.refusals import N_, Invalid, Missing
from commonward.core.rights import Actor
from commonward.core.risk.allowed import refuse_against_people, refuse_measure
from commonward.core.risk.table import NOW, level_of
from commonward.programmes.actions.risk.frame import (
    DRAFTS,
    in_stage,
    note,
    opened,
    team_of,
    words,
    write_draft,
)
from commonward.programmes.models import RiskGroup, RiskItem, RiskReview

MOST_ITEMS = 60


@dataclass(frozen=True, slots=True)
class Risk:
    """One risk: `group` is a row of the review's groups or None, `owner` the team of the measure."""

    what: str
    likely: str
    grave: str
    measure: str
    owner: int
    due: datetime
    group: int | None = None
    what_en: str = ""
    measure_en: str = ""


def set_item(
    number: str, given: Risk, actor: Actor, at: datetime, *, item: int | None = None
) -> RiskItem:
    """Put a risk on the list, or write one anew. Whoever does will not decide the review.

    Raises Missing, Forbidden, Invalid ("against_people" for a measure against people), Refusal.
    """
    what, what_en = words("what", given.what, owed=True), words("what_en", given.what_en)
    measure = words("measure", given.measure, owed=True)
    measure_en = words("measure_en", given.measure_en)
    refuse_against_people(what, what_en, field="what")
    refuse_measure(measure, measure_en)
    level = level_of(given.likely, given.grave)
    owner = team_of(given.owner, "owner")
    with transaction.atomic():
        found, at = opened(number, actor, at)
        in_stage(found, *DRAFTS[:-1])
        if item is None and RiskItem.objects.filter(review=found).count() >= MOST_ITEMS:
            raise Invalid(N_("A review has at most {most} risks."), most=MOST_ITEMS, field="what")
        row = _item(found.pk, item) if item is not None else RiskItem(review=found)
        row.group = _group(found, given.group)
        row.what, row.what_en, row.measure, row.measure_en = what, what_en, measure, measure_en
        row.likely, row.grave, row.level, row.table = given.likely, given.grave, level, NOW
        row.owner, row.due_at = owner, given.due
        write_draft(found, actor, at)
        row.save()
        note(found, "item", actor, at, {"item": row.pk, "level": level, "table": NOW})
    return row


def drop_item(number: str, item: int, actor: Actor, at: datetime) -> None:
    """Take a risk off the list before it is weighed; the ledger keeps that it was there."""
    with transaction.atomic():
        found, at = opened(number, actor, at)
        in_stage(found, *DRAFTS[:-1])
        row = _item(found.pk, item)
        write_draft(found, actor, at)
        row.delete()
        note(found, "item_dropped", actor, at, {"item": item})


def _group(found: RiskReview, group: int | None) -> RiskGroup | None:
    if group is None:
        return None
    row = RiskGroup.objects.filter(review=found, pk=group).first()
    if row is None:
        raise Invalid(N_("Choose one of the list."), field="group")
    return row


def _item(review: int, item: int) -> RiskItem:
    found = RiskItem.objects.filter(review=review, pk=item).first()
    if found is None:
        raise Missing(N_("There is no such risk in this review."))
    return found
