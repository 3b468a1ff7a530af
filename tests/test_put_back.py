"""A town that is put back is the one that was built, to the last row."""

import re
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction

from tests.district import built_district, small_district
from tests.put_back import REVISIONS, PutBack

DRAWN = re.compile(r"'![A-Za-z0-9]{40}'")
"""Passwords that nobody has are drawn each time."""


class Undone(Exception):
    """Takes back what a block wrote."""


def whole() -> dict[str, list[Any]]:
    """Every row of every table of ours; of the marks of memory only which there are."""
    found = {}
    for table in sorted({model._meta.db_table for model in apps.get_models()}):
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 (our tables)
            rows = cursor.fetchall()
        told = (str(row[0] if table == REVISIONS else row) for row in rows)
        found[table] = sorted(DRAWN.sub("", one) for one in told)
    return found


def undone(build: Any) -> tuple[Any, dict[str, list[Any]], int]:
    """What this builds and what the tables hold then, with how many statements; then none of it."""
    with pytest.raises(Undone) as told, transaction.atomic():
        asked: list[str] = []

        def watch(execute: Any, sql: str, *rest: Any) -> Any:
            asked.append(sql)
            return execute(sql, *rest)

        with connection.execute_wrapper(watch):
            made = build()
        raise Undone(made, whole(), len(asked))
    made, rows, count = told.value.args
    return made, rows, count


@pytest.mark.django_db
def test_what_is_put_back_is_what_was_built() -> None:
    town = PutBack(built_district)
    empty = whole()
    runs = [undone(town) for _ in range(4)]
    assert whole() == empty
    last, rows, count = runs[3]
    assert count < runs[0][2] / 8
    if connection.vendor == "sqlite":  # PostgreSQL gives no number twice
        assert runs[0][0] == last and runs[0][1] == rows
    assert {name: len(kept) for name, kept in rows.items()} == {
        name: len(kept) for name, kept in runs[0][1].items()
    }
    assert runs[2][0] == last and runs[2][1] == rows
    assert last is not runs[2][0] and last.teams is not runs[2][0].teams


@pytest.mark.django_db
def test_where_something_stood_before_it_is_built_anew() -> None:
    town = PutBack(built_district)
    for _ in range(2):
        undone(town)
    with pytest.raises(Undone), transaction.atomic():
        first = small_district()
        with pytest.raises(Exception, match=r"(?s).+"):
            town()  # the same codes a second time: refused as the rooms refuse it
        raise Undone(first)
