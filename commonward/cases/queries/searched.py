"""Find cases by their words, their address or their number: never by who told or who is meant.

What fits is read newest first (the case that came here last), a chunk at a time, and each chunk
is narrowed to what the asker may see and the filters leave. However common the words, one page
looks through a bounded number of cases and then says where to go on.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

from django.db import connection
from django.db.models import Max, Q

from commonward.cases.access import may_see
from commonward.cases.models import Case, Report, ToFind
from commonward.cases.queries.listed import MOST_ROWS, CaseLine, Filters, lines
from commonward.cases.queries.lists import conditions, planned
from commonward.core.finding import BLOCKS, Phrase, block_mark, phrases, place_marks
from commonward.core.geo import metres_between
from commonward.core.numbers import normalise
from commonward.core.refusals import N_, Invalid
from commonward.core.rights import Actor
from commonward.people.queries import revisions as read_revisions

MOST_LOOKED_AT = 10_000
"""Fitting cases that are looked through for one page."""
CHUNK = 500
_FIRST_BLOCKS, _MOST_BLOCKS = 4, 16
"""Blocks asked for at once: what an answer costs grows with their number."""
LOOKED_AT_FIRST = 1_000
"""The newest cases are looked at one by one: common words fill a page from them."""
MOST_AT_ONCE = 5_000
"""Where so few cases have the whole words that were asked for, all of them are read at once."""

EVERYTHING = Filters(state="all")
_FTS5 = """
SELECT rowid FROM cases_found WHERE cases_found MATCH %s AND rowid < %s
ORDER BY rowid DESC LIMIT %s
"""
# As a function, which no index answers: the key's does.
_BY_KEY = """
SELECT case_id FROM cases_found WHERE case_id >= %s AND case_id < %s
AND ts_match_vq(grams, %s::tsquery) ORDER BY case_id DESC
"""
_AT_ONCE = """
SELECT case_id, ts_match_vq(grams, %s::tsquery) FROM cases_found
WHERE grams @@ %s::tsquery LIMIT %s
"""
_BY_KEY_ON_SQLITE = """
SELECT rowid, grams FROM cases_found WHERE rowid >= %s AND rowid < %s ORDER BY rowid DESC
"""
_AT_ONCE_ON_SQLITE = """
SELECT rowid, grams FROM cases_found WHERE cases_found MATCH %s AND rowid < %s
ORDER BY rowid DESC LIMIT %s
"""
# With "+ 0" the order cannot be taken from the key's index, which would be walked to the end for
# rare words; the words' own index answers, narrowed to blocks.
_GIN = """
SELECT case_id FROM cases_found WHERE grams @@ %s::tsquery AND case_id + 0 < %s
ORDER BY case_id + 0 DESC LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class FoundPage:
    """Some of what was found; `next_key` asks for more and is empty at the end.

    A page may have fewer rows than asked for and still a `next_key`: then many cases have these
    words and few of them fit; `looked_back_to` says how far the page looked.
    """

    rows: tuple[CaseLine, ...]
    next_key: str
    looked_back_to: datetime | None = None


@dataclass(frozen=True, slots=True)
class AtPlace:
    """A case near a point, and how far away it is in metres."""

    line: CaseLine
    metres: float


def search(
    actor: Actor,
    text: str,
    at: datetime,
    *,
    filters: Filters = EVERYTHING,
    after: str = "",
    size: int = 50,
) -> FoundPage:
    """One page of the cases that have all these words (全文检索) and that the actor may see.

    Words next to each other are found side by side; a case's or report's number finds exactly
    that case. The last that came is first; `after` is the `next_key` of the page before. Raises
    Invalid for nothing to search for, and for numbers and names that lead to people.
    """
    if not 1 <= size <= MOST_ROWS:
        raise Invalid(N_("A page has 1 to {most} rows."), field="size", most=MOST_ROWS)
    before = _before(after)
    marks = read_revisions()
    numbered = _by_number(actor, text)
    if numbered is not None:
        return FoundPage(lines([numbered.pk], at, marks), "")
    asked = phrases(text)
    fits = conditions(actor, filters, at, marks)
    if fits is None:
        return FoundPage((), "")
    with planned():
        found, last = _fitting(_ids(asked, (), before), fits, size)
        back_to = (
            Case.objects.values_list("opened_at", flat=True).get(pk=last)
            if last is not None
            else None
        )
        rows = lines(found, at, marks)
    return FoundPage(rows, "" if last is None else str(last), back_to)


def at_place(
    actor: Actor,
    lat: float,
    lon: float,
    at: datetime,
    *,
    metres: int = 50,
    days: int = 365,
    category: str = "",
    most: int = 20,
    state: str = "all",
    marks: Mapping[str, int] | None = None,
) -> tuple[AtPlace, ...]:
    """The cases around a point in the last days (该处以往案件), open and ended, the last first.

    By the place alone; nobody's cases are gathered by who told them. `metres` up to 300, `days`
    up to 3660, `category` a prefix, `state` "all" or "open". Only what the actor may see. Raises
    Invalid.
    """
    if not 1 <= metres <= 300:
        raise Invalid(N_("Ask for the cases within 1 to 300 metres."), field="metres")
    if not 1 <= days <= 3660:
        raise Invalid(N_("Ask for the cases of 1 to 3660 days."), field="days")
    if not (-89 <= lat <= 89 and -180 <= lon <= 180):
        return ()
    now = dict(marks) if marks is not None else read_revisions()
    wanted = replace(
        EVERYTHING, category=category, state=state, opened_from=at - timedelta(days=days)
    )
    fits = conditions(actor, wanted, at, now)
    if fits is None:
        return ()
    cells = place_marks(lat, lon, metres)
    away: dict[int, float] = {}
    with planned():
        for ids in _ids((), cells, None):
            near = Case.objects.filter(Q(pk__in=ids) & fits).order_by("-pk")
            for pk, y, x in near.values_list("pk", "lat", "lon"):
                if y is None or x is None:
                    continue
                distance = metres_between(lat, lon, y, x)
                if distance <= metres:
                    away[pk] = distance
            if len(away) >= most:
                break
    shown = lines(list(away)[:most], at, now)
    return tuple(AtPlace(line, away[line.id]) for line in shown)


def waiting() -> int:
    """How many cases of bulk imports wait for the index (an estimate by their keys, 1 query)."""
    notes = ToFind.objects.values_list("first", "last")
    return sum(last - first + 1 for first, last in notes)


def _before(after: str) -> int | None:
    if not after:
        return None
    if not (after.isascii() and after.isdigit() and len(after) < 19):
        raise Invalid(
            N_("“after” is no key of this list: take the one the page before gave."), field="after"
        )
    return int(after)


def _by_number(actor: Actor, text: str) -> Case | None:
    """The case with this number, or in which this report stands; None where it is none."""
    try:
        number = normalise(text)
    except Invalid:
        return None
    case = Case.objects.filter(number=number).first()
    if case is None:
        report = Report.objects.select_related("case").filter(number=number).first()
        case = report.case if report is not None else None
    return case if case is not None and may_see(case, actor) else None


def _fitting(chunks: Iterator[list[int]], fits: Q, size: int) -> tuple[list[int], int | None]:
    """The first of the found cases that fit, and the case to go on after (None at the end)."""
    found: list[int] = []
    looked = 0
    # Mostly all or nearly all that is found may be seen: then a page's worth is enough.
    first = min(CHUNK, 2 * size)
    for ids in chunks:
        edges = [0, *range(first, len(ids), CHUNK), len(ids)]
        for chunk in (ids[begin:end] for begin, end in pairwise(edges)):
            rows = Case.objects.filter(Q(pk__in=chunk) & fits)
            found += sorted(rows.values_list("pk", flat=True), reverse=True)
            if len(found) > size:
                return found[:size], found[size - 1]
            looked += len(chunk)
            if looked >= MOST_LOOKED_AT:
                return found, chunk[-1]
    return found, None


def _ids(asked: Sequence[Phrase], cells: Sequence[str], before: int | None) -> Iterator[list[int]]:
    """The ids of the cases that have all phrases and lie in one of the cells, downwards."""
    if before is None:
        newest = Case.objects.aggregate(newest=Max("pk"))["newest"]
        if newest is None:
            return
        before = newest + 1
    packed = connection.vendor == "postgresql"
    # Beginnings of words ("lamp": lamps) are dear to either index, which gathers every case that
    # has one before it tells the first. So it is asked for them only where nothing else is left.
    if not cells and (packed or any(p.open for p in asked)):
        bottom = max(0, before - LOOKED_AT_FIRST)
        if ids := _newest(asked, bottom, before):
            yield ids
        before = bottom
        if whole := _whole(asked):
            at_once = _at_once(asked, whole, before)
            if at_once is not None:
                yield at_once
                return
    if packed:
        yield from _ids_by_block(_tsquery(asked, cells), before)
    else:
        yield from _ids_in_order(_match(asked, cells), before)


def _newest(asked: Sequence[Phrase], bottom: int, before: int) -> list[int]:
    """The cases from `bottom` to below `before` that have all phrases, downwards, without the
    index of words."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_BY_KEY, [bottom, before, _tsquery(asked, ())])
            return [pk for (pk,) in cursor.fetchall()]
        cursor.execute(_BY_KEY_ON_SQLITE, [bottom, before])
        return [pk for pk, grams in cursor.fetchall() if _has(grams, asked)]


def _at_once(asked: Sequence[Phrase], whole: Sequence[Phrase], before: int) -> list[int] | None:
    """All cases below `before` that have all phrases, downwards, found by the whole words among
    them; None where too many have those."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            most = MOST_AT_ONCE + 1
            cursor.execute(_AT_ONCE, [_tsquery(asked, ()), _tsquery(whole, ()), most])
            rows = cursor.fetchall()
            found = [pk for pk, fits in rows if fits and pk < before]
        else:
            cursor.execute(_AT_ONCE_ON_SQLITE, [_match(whole, ()), before, MOST_AT_ONCE + 1])
            rows = cursor.fetchall()
            found = [pk for pk, grams in rows if _has(grams, asked)]
    return sorted(found, reverse=True) if len(rows) <= MOST_AT_ONCE else None


def _has(grams: str, asked: Sequence[Phrase]) -> bool:
    """Whether these tokens, with spaces between, hold all phrases."""
    text = f" {grams} "
    return all(f" {' '.join(p.tokens)}{'' if p.open else ' '}" in text for p in asked)


def _whole(asked: Sequence[Phrase]) -> list[Phrase]:
    """What was asked for without the words of which only the beginning is known."""
    shorter = [Phrase(p.tokens[:-1]) if p.open else p for p in asked]
    return [p for p in shorter if p.tokens]


def _ids_in_order(question: str, before: int) -> Iterator[list[int]]:
    """SQLite's index gives the order itself."""
    most = CHUNK
    while True:
        ids = _read(_FTS5, question, before, most)
        if ids:
            yield ids
        if len(ids) < most:
            return
        before = ids[-1]
        most = min(most * 2, 8 * CHUNK)


def _ids_by_block(question: str, before: int) -> Iterator[list[int]]:
    """Block by block from above, small ones down to where a larger one begins, then larger ones:
    a common word fills a page from the first, a rare one is looked for in a few large ones."""
    top, many = -(-before // BLOCKS[0]) * BLOCKS[0], _FIRST_BLOCKS
    while top > 0:
        size, bottom = _next_blocks(top, many)
        blocks = " | ".join(f"'{block_mark(size, b // size)}'" for b in range(bottom, top, size))
        while ids := _read(_GIN, f"({question}) & ({blocks})", before, MOST_LOOKED_AT):
            yield ids
            before = ids[-1]
            if len(ids) < MOST_LOOKED_AT:
                break
        top, many = bottom, min(many * 2, _MOST_BLOCKS)


def _next_blocks(top: int, many: int) -> tuple[int, int]:
    """The size of the blocks below `top`, and where so many of them, or those up to the next
    larger one, begin."""
    larger = [size for size in BLOCKS if top % size == 0]
    size = larger[-1]
    wider = BLOCKS[min(BLOCKS.index(size) + 1, len(BLOCKS) - 1)]
    bottom = max(0, top - many * size)
    if wider != size:
        bottom = max(bottom, (top - 1) // wider * wider)
    return size, bottom


def _read(statement: str, question: str, before: int, most: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [question, before, most])
        return [pk for (pk,) in cursor.fetchall()]


def _match(asked: Sequence[Phrase], cells: Sequence[str]) -> str:
    """The question in FTS5's language; tokens hold letters and digits only, so nothing escapes."""
    parts = [f'"{" ".join(p.tokens)}"{" *" if p.open else ""}' for p in asked]
    if cells:
        parts.append("(" + " OR ".join(f'"{cell}"' for cell in cells) + ")")
    return " AND ".join(parts)


def _tsquery(asked: Sequence[Phrase], cells: Sequence[str]) -> str:
    """The question in PostgreSQL's language."""
    parts = []
    for p in asked:
        tokens = [f"'{token}'" for token in p.tokens]
        if p.open:
            tokens[-1] += ":*"
        parts.append(f"({' <-> '.join(tokens)})")
    if cells:
        parts.append("(" + " | ".join(f"'{cell}'" for cell in cells) + ")")
    return " & ".join(parts)
