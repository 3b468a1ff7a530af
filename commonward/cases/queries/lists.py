"""The desk's lists: any combination of filters in either order, one page at a time by key.

No single index answers every combination, and the database's own guess of "walk the order until
50 fit" is seconds wrong where the fitting cases lie far down. So a page is filled in two steps:
a *window* of the order's index, never more than `WINDOW` cases deep, in which most pages are
full; and where the fitting cases are rare, all of the rest are *gathered* through the indexes of
the filters and sorted. Before gathering, newest-first lists leap to where their category or team
last occurs and look through one more window there: what lies together in time stays cheap. And
before all that the first rows are looked at (`beginnings`), which fill most pages.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import connection, transaction
from django.db.models import F, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from commonward.areas.queries.paths import paths_of
from commonward.cases.access import below, categories_under, ways_to_see
from commonward.cases.models import Case, Category
from commonward.cases.queries.beginnings import MOST_ORDERS, Pair, beginning
from commonward.cases.queries.listed import MOST_ROWS, ORDERS, Filters, Key, Page, lines
from commonward.cases.queries.reference import book
from commonward.core.refusals import N_, Invalid
from commonward.core.rights import Actor
from commonward.people.models import Team
from commonward.people.queries import revisions as read_revisions

WINDOW = 10_000
"""How many cases of the order are looked through before the rare ones are gathered."""
FEW = 2_000
"""Where the database expects at most so many to fit, they are gathered at once."""
_MOST_LEAPS = 300


def case_list(
    actor: Actor,
    filters: Filters,
    order: str,
    at: datetime,
    *,
    after: str = "",
    size: int = 50,
) -> Page:
    """One page of the cases that the actor may see and the filters leave (案件列表).

    `order` is "newest" (opened last first) or "due" (due soonest first, then those without a
    running limit; open cases only). `after` is the `next_key` of the page before: cases that come
    or move meanwhile are never shown twice and hide no other. Raises Invalid.
    """
    if order not in ORDERS:
        raise Invalid(
            N_("“{given}” is not known here; choose one of {known}."),
            field="order",
            given=order,
            known=", ".join(ORDERS),
        )
    if order == "due" and filters.state != "open":
        raise Invalid(
            N_("Only open cases have a due moment: ask for state open, or order by newest."),
            field="order",
        )
    if not 1 <= size <= MOST_ROWS:
        raise Invalid(N_("A page has 1 to {most} rows."), field="size", most=MOST_ROWS)
    key = Key.from_text(after, order) if after else None
    marks = read_revisions()
    asked = _asked(actor, filters, at, marks)
    if asked is None:
        return Page((), "")
    with planned():
        found = _due(asked, key, size) if order == "due" else _newest(asked, key, size)
        rows = lines([k.id for k in found], at, marks)
    return Page(rows, found[-1].to_text(order) if len(found) == size else "")


def soonest_due(actor: Actor, filters: Filters, at: datetime, size: int) -> list[int]:
    """The ids of the first page of open cases in the due order, for whoever wants no lines."""
    asked = _asked(actor, filters, at, read_revisions())
    if asked is None:
        return []
    with planned():
        return [key.id for key in _due(asked, None, size)]


def conditions(actor: Actor, filters: Filters, at: datetime, revisions: dict[str, int]) -> Q | None:
    """What the filters leave and the actor may see, as one condition for cases that were found
    otherwise; None where nothing can fit. Raises Invalid."""
    asked = _asked(actor, filters, at, revisions)
    return None if asked is None else asked.base & asked.fits & asked.seen


_said: ContextVar[bool] = ContextVar("planned", default=False)


@contextmanager
def planned() -> Iterator[None]:
    """On PostgreSQL: no whole table is read and nothing compiled for a list of a page.

    Its statistics cannot know that two filters exclude each other, and then it would do either.
    Several lists of one page may stand in one: it is said once.
    """
    if _said.get():
        yield
        return
    before = _said.set(True)
    try:
        with transaction.atomic():
            _say()
            yield
    finally:
        _said.reset(before)


def _say() -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('enable_seqscan', 'off', true), set_config('jit', 'off', true),"
                " set_config('max_parallel_workers_per_gather', '0', true)"
            )


@dataclass(frozen=True)
class _Asked:
    """A list's conditions: when opened and whether open, what else must fit, how it is seen.

    `due` is that part of `fits` which the index of the due order begins with. `leaps` are
    a model, a case's column and the ids of which each fitting case has one.
    """

    opened: Q
    state: Q
    due: Q
    fits: Q
    ways: Sequence[Q]
    leaps: Sequence[tuple[type[Category] | type[Team], str, Sequence[int]]]

    @property
    def base(self) -> Q:
        """What the index of the newest order begins with."""
        return self.opened & self.state

    def orders(self, indexed: Sequence[str]) -> list[Q]:
        """Conditions that exclude each other and hold for all that fits: one for each value of the
        narrowest of the indexed columns that are asked for, or none."""
        few = [
            (column, ids)
            for _, column, ids in self.leaps
            if column in indexed and len(ids) <= MOST_ORDERS
        ]
        if not few:
            return [Q()]
        column, ids = min(few, key=lambda one: len(one[1]))
        return [Q(**{f"{column}_id": one}) for one in sorted(set(ids))]

    @property
    def seen(self) -> Q:
        """All the ways as one condition."""
        if any(not way for way in self.ways):
            return Q()
        one = Q(pk__in=[])
        for way in self.ways:
            one |= way
        return one


def _asked(actor: Actor, filters: Filters, at: datetime, marks: dict[str, int]) -> _Asked | None:
    """The conditions, or None where nothing can fit."""
    ways = ways_to_see(actor, marks)
    due, late = _running(filters, at)
    fits = _flags(filters) & due & late
    leaps: list[tuple[type[Category] | type[Team], str, Sequence[int]]] = []
    if filters.category:
        ids = categories_under([filters.category], marks)
        fits &= Q(category_id__in=ids)
        leaps.append((Category, "category", ids))
    if filters.area:
        paths = paths_of(filters.area, marks)
        if not paths:
            return None
        fits &= below(paths)
    for column, teams in (
        ("team", None if filters.team is None else [filters.team]),
        ("handling_team", None if filters.handling_team is None else [filters.handling_team]),
        ("team", sorted(actor.teams) if filters.mine else None),
    ):
        if teams is not None:
            fits &= Q(**{f"{column}_id__in": teams})
            leaps.append((Team, column, teams))
    if not ways or any(not ids for _, _, ids in leaps):
        return None
    # As a list, because SQLite uses no index for a bare yes-or-no column.
    states = {"open": [True], "closed": [False], "all": [True, False]}[filters.state]
    states = [is_open for is_open in states if is_open in _possible(filters, marks)]
    if not states:
        return None
    state = Q(is_open__in=states) if len(states) == 1 else Q()
    return _Asked(_opened(filters), state, due, fits, ways, leaps)


def _flags(filters: Filters) -> Q:
    fits = Q()
    if filters.stages:
        fits &= Q(stage__in=filters.stages)
    for column in ("grade", "origin"):
        if getattr(filters, column):
            fits &= Q(**{column: getattr(filters, column)})
    for column in ("unrouted", "paused", "provisional"):
        if getattr(filters, column) is not None:
            fits &= Q(**{column: getattr(filters, column)})
    return fits


def _running(filters: Filters, at: datetime) -> tuple[Q, Q]:
    """What the filters ask of the due moment, and what of the warning before it."""
    due, warned = Q(), Q()
    if filters.due_before is not None:
        due &= Q(due_at__lt=filters.due_before)
    if filters.light == "red":
        due &= Q(due_at__lt=at)
    elif filters.light:
        due &= Q(due_at__gte=at)
    if filters.light == "yellow":
        warned = Q(warn_at__lt=at)
    elif filters.light == "green":
        warned = Q(warn_at=None) | Q(warn_at__gte=at)
    return due, warned


def _opened(filters: Filters) -> Q:
    base = Q()
    if filters.opened_from is not None:
        base &= Q(opened_at__gte=filters.opened_from)
    if filters.opened_until is not None:
        base &= Q(opened_at__lt=filters.opened_until)
    return base


def _possible(filters: Filters, marks: dict[str, int]) -> set[bool]:
    """Whether open cases, ended ones or both can fit the other filters at all."""
    if filters.light or filters.due_before is not None or filters.paused:
        return {True}
    if not filters.stages:
        return {True, False}
    stages = [
        stage
        for procedure in book(marks).procedures.values()
        for stage in procedure.stages.values()
        if stage.name in filters.stages
    ]
    return {not stage.ends for stage in stages}


def _newest(asked: _Asked, after: Key | None, size: int) -> list[Key]:
    base = asked.base
    fits = asked.fits & asked.seen
    if after is not None:
        base &= Q(Pair("opened_at", "<", after))
    orders = [base & one for one in asked.orders(("team", "handling_team", "category"))]
    first = beginning(orders, ("opened_at", "id"), fits, size, down=True)
    if first is not None:
        return [Key(*row) for row in first]
    if _few(asked, base & asked.fits):
        return _gathered_newest(asked, base, size)
    found, end = _newest_window(base, fits, size)
    if end is None or end.moment is None or len(found) == size:
        return found
    base = asked.base & Q(Pair("opened_at", "<", end))
    last = _last_occurrence(asked, end.moment)
    if last is None:
        return found
    if last < end.moment:
        # Alone, not beside the pair: an index begins at one of two bounds and skips to the other.
        more, end = _newest_window(asked.base & Q(opened_at__lte=last), fits, size - len(found))
        found += more
        if end is None or len(found) == size:
            return found
        base = asked.base & Q(Pair("opened_at", "<", end))
    return found + _gathered_newest(asked, base, size - len(found))


def _few(asked: _Asked, fits: Q) -> bool:
    """Whether PostgreSQL expects so few cases that walking an order to find them is a waste.

    It may be wrong by much where filters go together; a gathering is bounded by its rarest filter
    all the same. SQLite keeps no such statistics.
    """
    if connection.vendor != "postgresql":
        return False
    expected = 0
    for way in asked.ways:
        cases = Case.objects.filter(fits & way).order_by()
        [told] = json.loads(cases.values("id").explain(format="json"))
        expected += told["Plan"]["Plan Rows"]
        if expected > FEW:
            return False
    return True


def _newest_window(base: Q, fits: Q, size: int) -> tuple[list[Key], Key | None]:
    """What fits among the next `WINDOW` cases, and the last of these where there are more."""
    rows = Case.objects.filter(base).order_by("-opened_at", "-id").values_list("opened_at", "id")
    edge = rows[WINDOW - 1 : WINDOW].first()
    if edge is None:
        return [Key(*row) for row in rows.filter(fits)[:size]], None
    end = Key(*edge)
    inside = rows.filter(Q(Pair("opened_at", ">=", end)) & fits)
    return [Key(*row) for row in inside[:size]], end


def _last_occurrence(asked: _Asked, before: datetime) -> datetime | None:
    """The moment before which no case can fit every category and team asked for."""
    last = before
    for model, column, ids in asked.leaps:
        if len(ids) > _MOST_LEAPS:
            continue
        cases = Case.objects.filter(**{column: OuterRef("pk")}, opened_at__lte=last)
        newest = cases.order_by("-opened_at", "-id").values("opened_at")[:1]
        reached = (
            model._default_manager.filter(pk__in=ids)
            .annotate(last=Subquery(newest))
            .aggregate(reached=Max("last"))["reached"]
        )
        if reached is None:
            return None
        last = reached
    return last


def _gathered_newest(asked: _Asked, base: Q, size: int) -> list[Key]:
    # Sorted by an expression, so that no plan can walk the order's index in the hope of a hit.
    order = (Coalesce(F("opened_at"), F("opened_at")).desc(), "-id")
    found: set[tuple[datetime, int]] = set()
    for way in asked.ways:
        rows = Case.objects.filter(base & asked.fits & way).order_by(*order)
        found.update(rows.values_list("opened_at", "id")[:size])
    return [Key(*row) for row in sorted(found, reverse=True)[:size]]


def _due(asked: _Asked, after: Key | None, size: int) -> list[Key]:
    # Only an open case has a due moment: asking for both would mislead the database's guesses.
    fits = asked.fits & asked.opened
    found: list[Key] = []
    if after is None or after.moment is not None:
        running = Q(due_at__isnull=False)
        if after is not None:
            running &= Q(Pair("due_at", ">", after))
        found = _due_part(asked, running & asked.due, fits, ("due_at", "id"), size)
        after = None
    if len(found) < size and not asked.due:
        rest = Q(is_open=True, due_at__isnull=True)
        if after is not None:
            rest &= Q(id__gt=after.id)
        found += _due_part(asked, rest, fits, ("id",), size - len(found))
    return found


def _due_part(asked: _Asked, base: Q, fits: Q, order: tuple[str, ...], size: int) -> list[Key]:
    """A window and the gathered rest of those with a due moment, or of those without one."""
    if order[0] == "due_at":
        orders = [base & one for one in asked.orders(("team",))]
        first = beginning(orders, ("due_at", "id"), fits & asked.seen, size)
        if first is not None:
            return [Key(*row) for row in first]
    cases: QuerySet[Case] = Case.objects.filter(base)
    rows = cases.order_by(*order).values_list("due_at", "id")
    if _few(asked, base & fits):
        return _gathered_due(asked, base & fits, size)
    edge = rows[WINDOW - 1 : WINDOW].first()
    if edge is None:
        return [Key(*row) for row in rows.filter(fits & asked.seen)[:size]]
    end = Key(*edge)
    if end.moment is None:
        inside, beyond = Q(id__lte=end.id), Q(id__gt=end.id)
    else:
        inside, beyond = Q(Pair("due_at", "<=", end)), Q(Pair("due_at", ">", end))
    found = [Key(*row) for row in rows.filter(inside & fits & asked.seen)[:size]]
    if len(found) == size:
        return found
    return found + _gathered_due(asked, base & beyond & fits, size - len(found))


def _gathered_due(asked: _Asked, fits: Q, size: int) -> list[Key]:
    order = (Coalesce(F("due_at"), F("due_at")).asc(), Coalesce(F("id"), F("id")).asc())
    found: set[tuple[datetime | None, int]] = set()
    for way in asked.ways:
        rows = Case.objects.filter(fits & way).order_by(*order)
        found.update(rows.values_list("due_at", "id")[:size])
    # Within one part the moments are all there or all missing, so the pairs can be compared.
    ordered = sorted(found, key=lambda row: (row[0] or _NEVER, row[1]))
    return [Key(*row) for row in ordered[:size]]


_NEVER = datetime.max.replace(tzinfo=UTC)
