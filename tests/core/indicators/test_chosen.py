"""What hypothesis chooses is what it says: sets that are accepted, rows that can be counted."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from commonward.core.indicators.book import book
from commonward.core.indicators.facts import TABLES
from commonward.core.indicators.figures import Asked, figures
from commonward.core.indicators.reference import counter
from tests.core.indicators import chosen


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_every_chosen_set_is_accepted_and_every_figure_can_be_reckoned(data: Any) -> None:
    plain = data.draw(chosen.books())
    by = data.draw(chosen.groupings(plain))
    made = book(plain)
    window = data.draw(chosen.windows())
    tables = data.draw(chosen.tables(4))
    asked = Asked(list(made.indicators), [window], by, areas={"street": 3})
    for group, found in figures(made, asked, counter(tables))[window].items():
        assert len(group) == len(by)
        assert set(found) == set(made.indicators)


@given(chosen.tables(3))
def test_chosen_rows_have_every_column_and_only_optional_ones_are_unknown(tables: Any) -> None:
    for name, rows in tables.items():
        facts = TABLES[name]
        for row in rows:
            assert set(row) == set(facts.columns)
            assert all(row[c.name] is not None or c.optional for c in facts.columns.values())
        assert len({row[facts.key] for row in rows}) == len(rows)
