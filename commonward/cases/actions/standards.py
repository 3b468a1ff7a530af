"""Take in a table of filing conditions: categories, conditions, limits, closing conditions."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db import transaction

from commonward.areas.actions import bump
from commonward.areas.queries import calendar
from commonward.cases.models import Category, Standard
from commonward.core.refusals import N_, Invalid, Refusal
from commonward.core.sheets import Record, Sheet
from commonward.core.standards import COLUMNS, Condition, condition_of


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record that was left out: its line in the file, and why."""

    line: int
    refusal: Refusal


@dataclass(slots=True)
class StandardsPlan:
    """What taking in a table does (or would do): codes, and (category, condition) pairs."""

    new_categories: list[str] = field(default_factory=list)
    changed_categories: list[str] = field(default_factory=list)
    added: list[tuple[str, str]] = field(default_factory=list)
    changed: list[tuple[str, str]] = field(default_factory=list)
    unchanged: int = 0
    extensions: int = 0
    rejected: list[Rejected] = field(default_factory=list)
    seasons_missing: list[str] = field(default_factory=list)
    """Seasons that limits name and the site's calendar does not have yet: until it has, a case
    of such a condition cannot start its clock."""


def import_standards(
    sheet: Sheet, *, procedure: str = "service_matter", dry_run: bool = False
) -> StandardsPlan:
    """Bring categories and filing conditions (立案条件) in line with a table, in one transaction.

    A condition is known again by its category, source and words; it keeps its number when its
    limit changes. What the table does not name stays. A second run changes nothing. Raises
    Invalid when a column is missing.
    """
    sheet.need(*COLUMNS)
    plan = StandardsPlan()
    conditions = list(_read(sheet, plan))
    plan.extensions = sum(c.extension for c in conditions)
    known = calendar().seasons
    plan.seasons_missing = sorted({c.limit.season for c in conditions} - {"", *known})
    with transaction.atomic():
        _categories(conditions, procedure, plan, write=not dry_run)
        _standards(conditions, plan, write=not dry_run)
        if not dry_run and (
            plan.new_categories or plan.changed_categories or plan.added or plan.changed
        ):
            bump("cases")
    return plan


def _read(sheet: Sheet, plan: StandardsPlan) -> Iterable[Condition]:
    """The conditions of the table; what cannot be used is told."""
    first: dict[tuple[str, str, str], int] = {}
    small_names: dict[str, str] = {}
    for record in sheet.records():
        try:
            found = _one(sheet, record)
            here = (found.small, found.source, found.condition)
            if here in first:
                raise Invalid(
                    N_("the same condition of {category} stands in line {first} already"),
                    category=found.small,
                    first=first[here],
                )
            name = small_names.setdefault(found.small, found.small_name)
            if name != found.small_name:
                raise Invalid(
                    N_("{category} is called {name} above, and {other} here"),
                    category=found.small,
                    name=name,
                    other=found.small_name,
                )
        except Refusal as refusal:
            plan.rejected.append(Rejected(record.line, refusal))
            continue
        first[here] = record.line
        yield found


def _one(sheet: Sheet, record: Record) -> Condition:
    if record.fault is not None:
        raise record.fault
    return condition_of(dict(zip(sheet.columns, record.values, strict=True)))


def _categories(
    conditions: Sequence[Condition], procedure: str, plan: StandardsPlan, *, write: bool
) -> None:
    # Where two tables name a big class differently, the first one's name stands.
    big: dict[str, tuple[str, str]] = {}
    small: dict[str, tuple[str, str, str]] = {}
    for c in conditions:
        big.setdefault(c.big, (c.big_name, c.kind))
        small.setdefault(c.small, (c.small_name, c.kind, c.big))
    known = {c.code: c for c in Category.objects.filter(code__in=[*big, *small])}
    for code, (name, kind) in big.items():
        _category(known, plan, write, code, name=name, kind=kind, procedure=procedure,
                  reportable=False, group="", parent_id=None)  # fmt: skip
    for code, (name, kind, above) in small.items():
        parent = known[above].pk if above in known else None
        _category(known, plan, write, code, name=name, kind=kind, procedure=procedure,
                  reportable=True, group=big[above][0], parent_id=parent)  # fmt: skip


def _category(
    known: dict[str, Category], plan: StandardsPlan, write: bool, code: str, **wanted: object
) -> None:
    row = known.get(code)
    if row is None:
        plan.new_categories.append(code)
        row = Category(code=code, **wanted)
    else:
        # What an office set by hand since (procedure, whether reportable) stays as it is.
        tell = {k: v for k, v in wanted.items() if k in ("name", "kind", "parent_id")}
        if all(getattr(row, name) == value for name, value in tell.items()):
            return
        plan.changed_categories.append(code)
        for name, value in tell.items():
            setattr(row, name, value)
    if write:
        row.save()
        known[code] = row


def _standards(conditions: Sequence[Condition], plan: StandardsPlan, *, write: bool) -> None:
    ids = dict(
        Category.objects.filter(code__in={c.small for c in conditions}).values_list("code", "id")
    )
    known: dict[tuple[str, str, str], Standard] = {}
    numbers: dict[str, int] = defaultdict(int)
    for row in Standard.objects.filter(category__in=ids.values()).select_related("category"):
        known[row.category.code, row.source, row.condition] = row
        numbers[row.category.code] = max(numbers[row.category.code], row.number)
    new: list[Standard] = []
    for c in conditions:
        wanted = {
            "closing": c.closing,
            "limit": c.limit.to_data(),
            "limit_text": c.limit_text,
            "handler": c.handler,
        }
        found = known.get((c.small, c.source, c.condition))
        if found is None:
            plan.added.append((c.small, c.condition))
            numbers[c.small] += 1
            if write:
                new.append(
                    Standard(
                        category_id=ids[c.small], number=numbers[c.small],
                        condition=c.condition, source=c.source, **wanted,
                    )
                )  # fmt: skip
        elif all(getattr(found, name) == value for name, value in wanted.items()):
            plan.unchanged += 1
        else:
            plan.changed.append((c.small, c.condition))
            if write:
                for name, value in wanted.items():
                    setattr(found, name, value)
                found.save()
    Standard.objects.bulk_create(new, batch_size=500)
