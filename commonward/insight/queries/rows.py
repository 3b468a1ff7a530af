"""Facts straight from the database, counted row by row: right by being plain, for few cases."""

from collections.abc import Iterator, Mapping, Sequence

from commonward.cases.queries import facts as case_facts
from commonward.core.indicators import reference
from commonward.core.indicators.book import Count
from commonward.core.indicators.facts import DISPUTES, TABLES
from commonward.core.indicators.figures import Counter
from commonward.core.indicators.tallies import Only
from commonward.core.indicators.windows import Window
from commonward.disputes.queries import facts as dispute_facts

MOST = 20_000
"""Cases that are counted one by one at most."""
Chunk = Mapping[str, list[case_facts.Fact]]


def extracted(cases: Sequence[int] | None = None) -> Iterator[Chunk]:
    """The rows of all tables for these cases, or for all, by table, some cases at a time."""
    known = case_facts.codes()
    yield from case_facts.facts(cases, known)
    for disputes in dispute_facts.facts(dict(known.levels), cases):
        yield {DISPUTES.name: disputes}


def all_rows() -> dict[str, list[reference.Row]]:
    """Every row of every table, as mappings."""
    found: dict[str, list[reference.Row]] = {name: [] for name in TABLES}
    for chunk in extracted():
        for name, some in chunk.items():
            found[name] += reference.rows_of(some, tuple(TABLES[name].columns))
    return found


def too_many() -> bool:
    """Whether there are more cases than can be counted one by one while somebody waits."""
    return len(case_facts.cases_after(0, MOST + 1)) > MOST


def counter() -> Counter:
    """The slow reference over the rows as they stand now."""
    return reference.counter(all_rows())


def cases(count: Count, window: Window, only: Only) -> list[int]:
    """The cases with a row that a count counts, in the order of their keys."""
    return sorted(
        {
            row["case"]
            for row in all_rows()[count.facts.name]
            if all(row[column] in values for column, values in only.items())
            and reference.counts_in(count, row, window)
        }
    )
