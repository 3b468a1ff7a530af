"""Rows by fixed SQL, for what every step of a case reads and writes.

Django builds and compiles each statement anew, which is most of what a step costs (measured:
0.4 ms a statement, of which the database 0.05). Here a statement is made once per model and
kept. Values and results still go through the model's own fields, so that both databases and
every field type behave as they do in Django; constraints and triggers are the database's.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import connection, models
from django.db.backends.utils import CursorWrapper

M = TypeVar("M", bound=models.Model)

_READ = "_values_as_read"


def fixed_cursor() -> CursorWrapper:
    """A cursor for statements that are constants in the code, with their values apart from them.

    Each connection to PostgreSQL keeps these planned (the setting `prepare_threshold`); Django
    itself writes the values into the text, which is then parsed and planned anew every time.
    While queries are captured it does so here too: only whole texts can be read and explained.
    """
    if connection.vendor != "postgresql" or connection.queries_logged:
        return connection.cursor()
    connection.ensure_connection()
    # Known only where the driver is: the embedded database does not need it.
    from django.db.backends.postgresql.base import ServerBindingCursor  # noqa: PLC0415

    kind: Any = ServerBindingCursor
    return connection.make_cursor(kind(connection.connection))


class Rows(Generic[M]):
    """The rows of one model: inserted, updated by their key, and read by a fixed condition."""

    def __init__(self, model: type[M]) -> None:
        self._model = model
        self._selects: dict[tuple[str, bool, bool], str] = {}
        self._updates: dict[tuple[str, ...], tuple[str, tuple[Any, ...]]] = {}

    @cached_property
    def _fields(self) -> tuple[Any, ...]:
        return tuple(self._model._meta.concrete_fields)

    @cached_property
    def _names(self) -> tuple[str, ...]:
        return tuple(f.attname for f in self._fields)

    @cached_property
    def _table(self) -> str:
        return connection.ops.quote_name(self._model._meta.db_table)

    @cached_property
    def _key(self) -> Any:
        return self._model._meta.pk

    @cached_property
    def _inserted(self) -> tuple[tuple[Any, ...], str, bool]:
        """The fields to insert, the statement, and whether the database gives the key."""
        given = self._key.get_internal_type() == "BigAutoField"
        fields = tuple(f for f in self._fields if not (given and f is self._key))
        columns = ", ".join(connection.ops.quote_name(f.column) for f in fields)
        places = ", ".join(["%s"] * len(fields))
        back = f" RETURNING {connection.ops.quote_name(self._key.column)}" if given else ""
        into = f"INSERT INTO {self._table} ({columns}) VALUES ({places}){back}"  # noqa: S608 (own names)
        return fields, into, given

    @cached_property
    def _converters(self) -> tuple[tuple[int, tuple[Any, ...], Any], ...]:
        return _converting(self._fields)

    def insert(self, row: M) -> M:
        """Insert one row and set its key; raises what the database raises."""
        fields, statement, given = self._inserted
        with fixed_cursor() as cursor:
            cursor.execute(statement, _values(row, fields))
            if given:
                (row.pk,) = cursor.fetchone()
        row._state.adding = False
        row._state.db = connection.alias
        return row

    def update(self, row: M) -> None:
        """Write what differs from what was read (all fields of a row that was not read here)."""
        changed = self._changed(row)
        if not changed:
            return
        statement, fields = self._update(changed)
        with fixed_cursor() as cursor:
            cursor.execute(statement, _values(row, fields))
        self._written(row)

    def update_all(self, rows: Sequence[M]) -> None:
        """Write what differs in several rows, in one round to the database."""
        differing = {id(row): self._changed(row) for row in rows}
        together = {name for changed in differing.values() for name in changed}
        if not together:
            return
        statement, fields = self._update(tuple(n for n in self._names if n in together))
        written = [row for row in rows if differing[id(row)]]
        with fixed_cursor() as cursor:
            cursor.executemany(statement, [_values(row, fields) for row in written])
        for row in written:
            self._written(row)

    def _changed(self, row: M) -> tuple[str, ...]:
        read = row.__dict__.get(_READ)
        now = row.__dict__
        return tuple(
            n
            for at, n in enumerate(self._names)
            if n != self._key.attname and (read is None or now[n] != read[at])
        )

    def _update(self, changed: tuple[str, ...]) -> tuple[str, tuple[Any, ...]]:
        found = self._updates.get(changed)
        if found is None:
            fields = tuple(f for f in self._fields if f.attname in changed)
            sets = ", ".join(f"{connection.ops.quote_name(f.column)} = %s" for f in fields)
            where = connection.ops.quote_name(self._key.column)
            found = self._updates[changed] = (
                f"UPDATE {self._table} SET {sets} WHERE {where} = %s",  # noqa: S608 (own names)
                (*fields, self._key),
            )
        return found

    def _written(self, row: M) -> None:
        # What is written counts as read: set back in the same transaction, it differs again.
        row.__dict__[_READ] = [row.__dict__[name] for name in self._names]

    def select(
        self, where: str, values: Sequence[Any], *, lock: bool = False, skip_locked: bool = False
    ) -> list[M]:
        """The rows for which the condition holds (columns by name, %s for each value).

        `where` is a constant of the calling code, never built from what somebody sent. `lock`
        keeps the rows until the transaction ends; `skip_locked` leaves out those another holds.
        """
        kind = (where, lock, skip_locked)
        statement = self._selects.get(kind)
        if statement is None:
            columns = ", ".join(connection.ops.quote_name(f.column) for f in self._fields)
            statement = f"SELECT {columns} FROM {self._table} WHERE {where}"  # noqa: S608 (constant)
            if lock and connection.features.has_select_for_update:
                statement += " FOR UPDATE"
                if skip_locked and connection.features.has_select_for_update_skip_locked:
                    statement += " SKIP LOCKED"
            self._selects[kind] = statement
        with fixed_cursor() as cursor:
            cursor.execute(statement, values)
            rows = cursor.fetchall()
        return [self._row(r) for r in rows]

    def _row(self, found: Sequence[Any]) -> M:
        values = _converted(found, self._converters)
        row = self._model.from_db(connection.alias, self._names, values)
        row.__dict__[_READ] = values
        return row


def among() -> str:
    """What stands after a column in a constant statement for "is one of these" (with `many`)."""
    if connection.vendor == "postgresql":
        return "= ANY(%s)"
    return "IN (SELECT value FROM json_each(%s))"


def many(ids: Iterable[int]) -> list[int] | str:
    """These ids as the one value that `among` asks for."""
    return list(ids) if connection.vendor == "postgresql" else json.dumps(list(ids))


class Joined:
    """Columns of several tables by one constant statement, each value through its own field."""

    def __init__(self, tables: Mapping[str, type[models.Model]], columns: str, source: str) -> None:
        """`columns` are "alias.column" with spaces between; `source` begins with FROM.

        Where `source` says {ids}, a list of ids is given in the place of one value.
        """
        self._tables = tables
        self._columns = columns.split()
        self._source = source

    @cached_property
    def _statement(self) -> str:
        return f"SELECT {', '.join(self._columns)} {self._source.format(ids=among())}"

    @cached_property
    def _converters(self) -> tuple[tuple[int, tuple[Any, ...], Any], ...]:
        named = (name.split(".") for name in self._columns)
        return _converting([self._tables[alias]._meta.get_field(column) for alias, column in named])

    def read(self, *values: Any) -> list[list[Any]]:
        """The rows for these values, in the order of the columns."""
        given = [many(value) if isinstance(value, list) else value for value in values]
        with fixed_cursor() as cursor:
            cursor.execute(self._statement, given)
            found = cursor.fetchall()
        return [_converted(row, self._converters) for row in found]


def _converting(fields: Iterable[Any]) -> tuple[tuple[int, tuple[Any, ...], Any], ...]:
    """By position, what has to be done to a value as it was read."""
    found = []
    for at, field in enumerate(fields):
        column = field.get_col(field.model._meta.db_table)
        steps = (
            *connection.ops.get_db_converters(column),
            *field.get_db_converters(connection),
        )
        if steps:
            found.append((at, tuple(steps), column))
    return tuple(found)


def _converted(
    row: Sequence[Any], converters: tuple[tuple[int, tuple[Any, ...], Any], ...]
) -> list[Any]:
    values = list(row)
    for at, steps, column in converters:
        value = values[at]
        for convert in steps:
            value = convert(value, column, connection)
        values[at] = value
    return values


_PLAIN = (
    models.AutoField,
    models.BigAutoField,
    models.IntegerField,
    models.FloatField,
    models.BooleanField,
    models.CharField,
    models.TextField,
    models.ForeignKey,
)
"""Fields whose values the drivers take as they are."""


def _values(row: models.Model, fields: Iterable[Any]) -> list[Any]:
    known = row.__dict__
    ops = connection.ops
    values = []
    for field in fields:
        value = known[field.attname]
        if value is None or isinstance(field, _PLAIN):
            values.append(value)
        elif isinstance(field, models.DateTimeField):
            values.append(ops.adapt_datetimefield_value(value))
        else:
            values.append(field.get_db_prep_save(value, connection))
    return values
