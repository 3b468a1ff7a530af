"""Keep the full-text index of cases in step, in the transaction that writes the words.

A case is found by what its reporters said, its address and where it lies. A bulk import only
notes which cases it wrote (`ToFind`); the tick takes those in within its next rounds.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import Max, Min

from commonward.cases.actions.sealing import masters
from commonward.cases.models import Case, CaseKey, Remark, Report, ToFind
from commonward.core import sealing
from commonward.core.finding import BETWEEN, block_marks, grams, hidden, place_mark
from commonward.people.rows import fixed_cursor

BATCH = 500
WORDS_ADDED = "add_words"
"""The verb whose remark is more of what the reporter says; other remarks are staff's own."""

_PAGES = 500
_POSITIONS = 16_000
"""Tokens of one case; PostgreSQL counts positions no further."""
# An overgrown case (a power cut with thousands of "me too") is found by its first words.
_MOST_SAID = 500
_MOST_LEXEMES, _MOST_CHARACTERS = 8_000, 100_000

_POSTGRESQL = f"""
INSERT INTO cases_found (case_id, grams) VALUES (%s, %s::tsvector)
ON CONFLICT (case_id) DO UPDATE SET grams = cases_found.grams || excluded.grams
WHERE length(cases_found.grams) < {_MOST_LEXEMES}
"""  # noqa: S608 (a constant)
_SQLITE_MORE = f"""
UPDATE cases_found SET grams = grams || %s WHERE rowid = %s AND length(grams) < {_MOST_CHARACTERS}
"""  # noqa: S608 (a constant)
_SQLITE_NEW = "INSERT INTO cases_found (rowid, grams) VALUES (%s, %s)"
_SQLITE_KNOWN = "SELECT 1 FROM cases_found WHERE rowid = %s"


def find_new(case: Case, words: str, contact: Mapping[str, str]) -> None:
    """A new case can be found from now on (1 query)."""
    more = _together([words, case.address], contact.values())
    _insert([(case.pk, [*_marks(case), *more])])


def find_more(case: Case, words: str, address: str, contact: Mapping[str, str]) -> None:
    """More was said about a locked case: it can be found by that too (1 query, 2 on SQLite)."""
    more = _together([words, address], contact.values())
    if not more:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_POSTGRESQL, [case.pk, _vector(more)])
            return
        cursor.execute(_SQLITE_KNOWN, [case.pk])
        if cursor.fetchone():
            cursor.execute(_SQLITE_MORE, [f" {' '.join(more)}", case.pk])
        else:
            cursor.execute(_SQLITE_NEW, [case.pk, " ".join(more)])


def find_again(cases: Sequence[Case]) -> None:
    """Make the index anew for these locked cases, from all that is kept of them (5 queries)."""
    ids = [case.pk for case in cases]
    said: dict[int, list[_Said]] = defaultdict(list)
    for row in (
        Report.objects.filter(case_id__in=ids)
        .order_by("id")
        .values_list("id", "case_id", "number", "words", "address", "contact")
    ):
        report, case_id, number, words, address, contact = row
        if len(said[case_id]) < _MOST_SAID:
            sealed = (number, bytes(contact)) if contact is not None else None
            said[case_id].append(_Said(report, (words, address), sealed))
    for case_id, report, words in (
        Remark.objects.filter(event__case_id__in=ids, event__verb=WORDS_ADDED)
        .order_by("event_id")
        .values_list("event__case_id", "event__report_id", "words")
    ):
        said[case_id].append(_Said(report, (words,), None))
    details = _details(cases, said)
    find_no_more(ids)
    _insert([(c.pk, _all_tokens(c, said[c.pk], details)) for c in cases if c.forgotten_at is None])


@dataclass(frozen=True, slots=True)
class _Said:
    """What a report says, and that reporter's sealed details (under the report's number)."""

    report: int | None
    texts: tuple[str, ...]
    sealed: tuple[str, bytes] | None


def find_no_more(ids: Sequence[int]) -> None:
    """These cases are in the index no more (1 query)."""
    key = "case_id" if connection.vendor == "postgresql" else "rowid"
    places = ", ".join(["%s"] * len(ids))
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM cases_found WHERE {key} IN ({places})", list(ids))  # noqa: S608 (constants; ids are bound)


def sweep_out() -> None:
    """Take deleted words out of SQLite's index itself, which otherwise keeps them until it grows.

    In steps of some hundred pages, each a transaction of its own, so that nobody waits long.
    """
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        # Below zero: begin to merge everything into one part; above: go on with that.
        pages = -_PAGES
        while True:
            before = _changes(cursor)
            cursor.execute(
                "INSERT INTO cases_found (cases_found, rank) VALUES ('merge', %s)", [pages]
            )
            # The statement itself counts as one change.
            if _changes(cursor) - before < 2:
                return
            pages = _PAGES


def _changes(cursor: Any) -> int:
    cursor.execute("SELECT total_changes()")
    return int(cursor.fetchone()[0])


def take_in(most: int = 20_000) -> int:
    """Take cases that came in bulk into the index, at most about so many; says how many.

    Each batch is a transaction of its own, in which the note of what waits is moved on: run it as
    often as you like, several at once too.
    """
    done = 0
    # Mostly nothing waits: then this is all that a tick asks.
    while done < most and ToFind.objects.exists():
        with transaction.atomic():
            waiting = (
                ToFind.objects.select_for_update(
                    skip_locked=connection.features.has_select_for_update_skip_locked
                )
                .order_by("id")
                .first()
            )
            if waiting is None:
                break
            cases = list(
                Case.objects.select_for_update(of=("self",))
                .filter(pk__gte=waiting.first, pk__lte=waiting.last)
                .order_by("pk")[:BATCH]
            )
            if cases:
                find_again(cases)
            done += len(cases)
            if len(cases) < BATCH or cases[-1].pk == waiting.last:
                waiting.delete()
            else:
                waiting.first = cases[-1].pk + 1
                waiting.save(update_fields=["first"])
    return done


def make_anew() -> int:
    """Note every case for the index, which `take_in` then makes anew; says how many there are."""
    ends = Case.objects.aggregate(first=Min("pk"), last=Max("pk"))
    with transaction.atomic():
        ToFind.objects.all().delete()
        if ends["first"] is not None:
            ToFind.objects.create(first=ends["first"], last=ends["last"])
    return Case.objects.count()


def _details(
    cases: Sequence[Case], said: Mapping[int, Sequence[_Said]]
) -> dict[int | None, list[str]]:
    """By report, what the reporter gave of themselves: left out where their words repeat it."""
    found: dict[int | None, list[str]] = {}
    numbers = {case.pk: case.number for case in cases}
    having = [pk for pk, told in said.items() if any(one.sealed for one in told)]
    rows = CaseKey.objects.filter(case_id__in=having, wrapped__isnull=False)
    for case_id, wrapped in rows.values_list("case_id", "wrapped"):
        key = sealing.unwrap(bytes(wrapped or b""), masters(), numbers[case_id])
        for one in said[case_id]:
            if one.sealed is not None:
                number, contact = one.sealed
                opened: dict[str, str] = json.loads(sealing.open_sealed(contact, key, number))
                found[one.report] = list(opened.values())
    return found


def _all_tokens(
    case: Case, said: Sequence[_Said], details: Mapping[int | None, list[str]]
) -> list[str]:
    tokens = _marks(case)
    seen: set[str] = set()
    # Whose key was destroyed: their name can no longer be told from their other words.
    unknown = {one.report for one in said if one.sealed and one.report not in details}
    for one in said or [_Said(None, (case.summary,), None)]:
        if one.report in unknown:
            continue
        if len(tokens) >= _POSITIONS:
            break
        texts = [text for text in one.texts if text not in seen]
        seen.update(texts)
        tokens += _together(texts, details.get(one.report, ()))
    return [*tokens, *_together([case.address] if case.address not in seen else [], ())]


def _marks(case: Case) -> list[str]:
    """The case's cell on the map, and its block."""
    marks = [] if case.lat is None or case.lon is None else [place_mark(case.lat, case.lon)]
    if connection.vendor == "postgresql":
        # This index gives no order, so it is read block by block (cases.queries.searched).
        marks += block_marks(case.pk)
    return marks


def _together(texts: Iterable[str], known: Iterable[str]) -> list[str]:
    """The tokens of some texts, each after the mark that parts it from what stands before."""
    details = list(known)
    return [
        token
        for text in dict.fromkeys(texts)
        if text
        for token in (BETWEEN, *grams(hidden(text, details)))
    ]


def _insert(rows: Sequence[tuple[int, list[str]]]) -> None:
    with fixed_cursor() as cursor:
        if connection.vendor == "postgresql":
            values = [(pk, _vector(tokens)) for pk, tokens in rows]
            if len(values) == 1:
                cursor.execute(_POSTGRESQL, values[0])
                return
            cursor.executemany(_POSTGRESQL, values)
        else:
            cursor.executemany(_SQLITE_NEW, [(pk, " ".join(tokens)) for pk, tokens in rows])


def _vector(tokens: Sequence[str]) -> str:
    """PostgreSQL's own form of a document: each token with the places where it stands."""
    places: dict[str, list[str]] = defaultdict(list)
    for place, token in enumerate(tokens[:_POSITIONS], 1):
        places[token].append(str(place))
    return " ".join(f"'{token}':{','.join(at)}" for token, at in places.items())
