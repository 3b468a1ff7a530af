"""What the tests' towns put into the database, put back the second time as the rows they were.

A town is some hundreds of statements of the rooms' own actions, and thousands of tests begin with
the same one. The first time in a process it is made by those actions; what they wrote is read, and
the next test that begins where the first one began is given the same rows, with marks of their own
for what processes keep in memory. A test that put something there before is not that one.
"""

import re
import time
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import connection, transaction

T = TypeVar("T")
Rows = dict[Any, tuple[Any, ...]]

_WRITES = re.compile(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM) "?(\w+)"?', re.IGNORECASE)
REVISIONS = "areas_revision"


@dataclass(frozen=True)
class _Table:
    """What was written into one table: new rows, and those that stood there and were changed."""

    name: str
    columns: tuple[str, ...]
    key: str
    new: tuple[tuple[Any, ...], ...]
    changed: tuple[tuple[Any, ...], ...]


class PutBack(Generic[T]):
    """A builder whose rows are kept; its result is copied, so that no test changes another's."""

    def __init__(self, build: Callable[[], T]) -> None:
        self.build = build
        self.tables: tuple[str, ...] = ()
        self.kept: dict[Any, tuple[T, tuple[_Table, ...]]] = {}

    def __call__(self) -> T:
        """Build it, or put its rows back where the database stands as it stood then."""
        stands = _stands(self.tables)
        if self.tables and stands in self.kept:
            made, tables = self.kept[stands]
            with transaction.atomic():
                for table in tables:
                    _write(table)
            return deepcopy(made)
        made, tables = self._watched()
        names = tuple(table.name for table in tables)
        if not set(names) <= set(self.tables):
            self.tables, self.kept = tuple(sorted({*names, *self.tables})), {}
        else:
            self.kept[stands] = (deepcopy(made), tables)
        return made

    def _watched(self) -> tuple[T, tuple[_Table, ...]]:
        """Build it and read what it wrote. The first time it is not known where to look before."""
        before = {name: _read(name) for name in self.tables}
        written: dict[str, None] = {}

        def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            found = _WRITES.match(sql)
            if found:
                written[found[1]] = None
            return execute(sql, params, many, context)

        with connection.execute_wrapper(watch):
            made = self.build()
        return made, tuple(_difference(name, before.get(name, {})) for name in written)


def _stands(tables: Sequence[str]) -> Any:
    """How many rows these tables hold and which is the last (1 query)."""
    if not tables:
        return ()
    asked = " UNION ALL ".join(
        f"SELECT '{name}', count(*), CAST(max({_key(name)}) AS text) FROM {name}"  # noqa: S608 (our tables)
        for name in tables
    )
    with connection.cursor() as cursor:
        cursor.execute(asked)
        return tuple(sorted(cursor.fetchall()))


def _key(name: str) -> str:
    columns = _COLUMNS.get(name)
    if columns is None:
        with connection.cursor() as cursor:
            told = connection.introspection.get_table_description(cursor, name)
            key = connection.introspection.get_primary_key_column(cursor, name)
        columns = _COLUMNS[name] = (key or told[0].name, tuple(one.name for one in told))
    return columns[0]


_COLUMNS: dict[str, tuple[str, tuple[str, ...]]] = {}


def _read(name: str) -> Rows:
    key = _key(name)
    columns = _COLUMNS[name][1]
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT {_listed(columns)} FROM {name} ORDER BY "{key}"')  # noqa: S608 (our tables)
        place = columns.index(key)
        return {row[place]: tuple(row) for row in cursor.fetchall()}


def _listed(columns: Sequence[str]) -> str:
    return ", ".join(f'"{one}"' for one in columns)


def _difference(name: str, before: Rows) -> _Table:
    after = _read(name)
    return _Table(
        name, _COLUMNS[name][1], _key(name),
        tuple(row for key, row in after.items() if key not in before),
        tuple(row for key, row in after.items() if key in before and before[key] != row),
    )  # fmt: skip


def _write(table: _Table) -> None:
    """Put the rows back; marks of what processes keep in memory are new, as after any change."""
    columns, new, changed = table.columns, table.new, table.changed
    if table.name == REVISIONS:
        place = columns.index("number")
        new, changed = (
            tuple((*row[:place], time.time_ns(), *row[place + 1 :]) for row in rows)
            for rows in (new, changed)
        )
    with connection.cursor() as cursor:
        if new:
            one = f"({', '.join(['%s'] * len(columns))})"
            for start in range(0, len(new), 30_000 // len(columns)):
                part = new[start : start + 30_000 // len(columns)]
                cursor.execute(
                    f"INSERT INTO {table.name} ({_listed(columns)}) "  # noqa: S608 (our tables)
                    f"VALUES {', '.join([one] * len(part))}",
                    [value for row in part for value in row],
                )
        set_ = ", ".join(f'"{one}" = %s' for one in columns if one != table.key)
        place = columns.index(table.key)
        for row in changed:
            cursor.execute(
                f'UPDATE {table.name} SET {set_} WHERE "{table.key}" = %s',  # noqa: S608 (our tables)
                [*row[:place], *row[place + 1 :], row[place]],
            )
