"""What has happened since a place in the record, for those who watch it live."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Max

from commonward.cases.access import sees, shown_by_tasks
from commonward.cases.models import Case, Event, Task
from commonward.cases.queries.listed import Light, light_of
from commonward.cases.queries.reference import book
from commonward.cases.queries.running import begun_until_now
from commonward.core.following import MOST_GAPS, Position
from commonward.core.rights import Actor

MOST = 1000
_TABLE = Event._meta.db_table
# Rows and snapshot in one statement: what is missing among them was begun before its end.
_LOOK = """
WITH look AS MATERIALIZED (SELECT pg_current_snapshot() AS shot)
SELECT pg_snapshot_xmin(look.shot)::text::bigint, found.id FROM look LEFT JOIN LATERAL ({found}) AS found ON true ORDER BY found.id
"""
_SINCE = _LOOK.format(
    found=f"""
    (SELECT e.id FROM unnest(%s::bigint[], %s::bigint[]) AS gap(first, last)
       JOIN {_TABLE} e ON e.id BETWEEN gap.first AND gap.last ORDER BY e.id LIMIT %s)
    UNION ALL (SELECT id FROM {_TABLE} WHERE id > %s ORDER BY id LIMIT %s)"""  # noqa: S608 (a constant)
)
_NEWEST = _LOOK.format(found=f"SELECT id FROM {_TABLE} ORDER BY id DESC LIMIT %s")  # noqa: S608 (a constant)


@dataclass(frozen=True, slots=True)
class Filed:
    """Where a case stands in the rules of who may see it."""

    number: str
    area_path: str
    category: str
    teams: frozenset[int]

    def seen_by(self, actor: Actor) -> bool:
        """Whether this person may see the case, as `cases.access.may_see` has it."""
        return sees(actor, self.area_path, self.category, self.teams)


@dataclass(frozen=True, slots=True)
class Happening:
    """One event as a queue may show it: no words, no names; `place` is the place after it.

    Stage, version and light are the case's own at the moment of asking.
    """

    id: int
    place: Position
    filed: Filed
    verb: str
    at: datetime
    stage: str
    version: int
    light: Light


@dataclass(frozen=True, slots=True)
class Happened:
    """What was found, oldest first; `more` says that it was too much to be told one by one.

    `before` is above every transaction that had begun at this look, where something was missing.
    """

    place: Position
    events: tuple[Happening, ...]
    before: int = 0
    more: bool = False


def happened(since: Position, at: datetime, *, most: int = MOST) -> Happened:
    """The events after a place, with the lights at this moment (1 query, 6 where any is found,
    two more where a number is missing).

    Nothing is lost and nothing comes twice, even where a transaction that began earlier ends
    later: what is missing stays remembered in the place until it can no longer come. That holds
    because each event's transaction has written or locked its case before, and so has its number.
    """
    oldest, ids = _ids_since(since, most + 1)
    if len(ids) > most:
        return Happened(head(), (), more=True)
    before = _before(since, ids)
    places: dict[int, Position] = {}
    place = since
    for id_ in ids:
        if id_ > place.last + 1 and place.crowded:
            break
        places[id_] = place = place.having(id_, before)
    if not places:
        return Happened(place.settled(oldest), (), before)
    rows = Event.objects.filter(pk__in=list(places)).order_by("id")
    found = list(rows.values_list("id", "case_id", "verb", "at"))
    cases = {case for _, case, _, _ in found}
    filed = filed_as(cases)
    now = Case.objects.in_bulk(list(cases))
    events = tuple(
        Happening(
            id_,
            places[id_],
            filed[case],
            verb,
            moment,
            now[case].stage,
            now[case].version,
            light_of(now[case], at),
        )
        for id_, case, verb, moment in found
    )
    return Happened(place.settled(oldest), events, before)


def head() -> Position:
    """The end of the record, with what is not yet settled shortly before it (3 queries at most)."""
    if connection.vendor != "postgresql":
        return Position(Event.objects.aggregate(last=Max("id"))["last"] or 0)
    oldest, ids = _looked(_NEWEST, [MOST_GAPS + 1])
    place = Position(ids[0] - 1 if ids else 0)
    before = _before(place, ids)
    for id_ in ids:
        place = place.having(id_, before)
    return place.settled(oldest)


def next_after(since: Position, most: int) -> tuple[Position, tuple[int, ...]]:
    """The ids of the next events after a place, oldest first, and the place after them (1 query,
    two more where a number is missing).

    For whoever must be told each one, however far behind: what does not fit comes the next time.
    """
    oldest, ids = _ids_since(since, most)
    before = _before(since, ids)
    place, taken = since, []
    for id_ in ids[:most]:
        if id_ > place.last + 1 and place.crowded:
            break
        place = place.having(id_, before)
        taken.append(id_)
    return place.settled(oldest), tuple(taken)


def filed_as(cases: Iterable[int]) -> dict[int, Filed]:
    """How each of these cases is filed, by its id (3 queries, none for no case)."""
    asked = list(cases)
    if not asked:
        return {}
    teams: Mapping[int, set[int]] = defaultdict(set)
    for case, team in Task.objects.filter(case_id__in=asked).values_list("case_id", "team_id"):
        teams[case].add(team)
    known = book().categories
    rows = Case.objects.filter(pk__in=asked).values_list(
        "id", "number", "area_path", "category_id", "team_id", "handling_team_id"
    )
    found = {}
    for id_, number, path, category, team, handling in rows:
        code = known[category].code
        # What was asked of a team before a case became a dispute shows them nothing of it.
        helping = teams[id_] if shown_by_tasks(code) else ()
        having = frozenset(t for t in (team, handling, *helping) if t is not None)
        found[id_] = Filed(number, path, code, having)
    return found


def _before(since: Position, ids: Sequence[int]) -> int:
    """Above whoever may still write what is missing among these; nobody where nothing is."""
    newer = [id_ for id_ in ids if id_ > since.last]
    missing = bool(newer) and newer[-1] - since.last > len(newer)
    return begun_until_now() if missing else 0


def _ids_since(since: Position, most: int) -> tuple[int, list[int]]:
    if connection.vendor != "postgresql":
        # One writer at a time: numbers are given in the order in which they are seen.
        newer = Event.objects.filter(pk__gt=since.last).order_by("id")
        return 0, list(newer.values_list("id", flat=True)[:most])
    firsts, lasts = [g.first for g in since.gaps], [g.last for g in since.gaps]
    return _looked(_SINCE, [firsts, lasts, most, since.last, most])


def _looked(statement: str, given: list[Any]) -> tuple[int, list[int]]:
    """The oldest running transaction, and the ids, in order."""
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        rows = cursor.fetchall()
    return rows[0][0], [row[1] for row in rows if row[1] is not None]
