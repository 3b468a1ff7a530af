"""Many new rows at once: COPY on PostgreSQL, one prepared statement on SQLite.

Both go into the transaction that is open. Values are written in the form in which Django itself
would write them, so that everything reads them alike.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, models

Written = Callable[[Any], Any]


class Table:
    """The rows of one model on their way into the database.

    `fixed` are values that all rows share; a field named nowhere gets the model's default. The
    values of a row are given in the order of `varying`, in the forms of `Forms`.
    """

    def __init__(
        self, model: type[models.Model], varying: Sequence[str], fixed: Mapping[str, Any]
    ) -> None:
        fields = {f.attname: f for f in model._meta.concrete_fields}
        instance = model(**fixed)
        base = {
            name: _fixed(f.get_db_prep_save(getattr(instance, name), connection))
            for name, f in fields.items()
            if name not in varying
        }
        names = [*varying, *base]
        quote = connection.ops.quote_name
        self.table = model._meta.db_table
        self._columns = ", ".join(quote(str(fields[name].column)) for name in names)
        self._rest = tuple(base.values())
        self._tail = "\t".join(("", *map(str, self._rest)))
        self._rows: list[Any] = []
        self._copies = copies()

    def add(self, *values: Any) -> None:
        """One row: the values of the varying fields, in their order.

        Several that are the same in many rows may stand together as one (`Forms.several`).
        """
        self._rows.append("\t".join(values) if self._copies else values)

    def block(self) -> "Block":
        """All rows that are waiting, ready to be written; none is waiting then."""
        rows, self._rows = self._rows, []
        into = f"{connection.ops.quote_name(self.table)} ({self._columns})"
        if not self._copies:
            return Block(into, [(*_flat(row), *self._rest) for row in rows])
        return Block(into, f"{self._tail}\n".join([*rows, ""]).encode())


@dataclass(frozen=True, slots=True)
class Block:
    """Rows of one table in their final form: COPY's bytes, or values to bind."""

    into: str
    rows: bytes | Sequence[tuple[Any, ...]]

    @property
    def bytes(self) -> int:
        """How many bytes a COPY sends; 0 where values are bound."""
        return len(self.rows) if isinstance(self.rows, bytes) else 0

    def write(self) -> None:
        """Write the rows into the open transaction."""
        if not self.rows:
            return
        with connection.cursor() as cursor:
            if isinstance(self.rows, bytes):
                with cursor.cursor.copy(f"COPY {self.into} FROM STDIN") as copy:
                    copy.write(self.rows)
            else:
                places = ", ".join(["%s"] * len(self.rows[0]))
                cursor.executemany(f"INSERT INTO {self.into} VALUES ({places})", self.rows)  # noqa: S608 (own names)


def copies() -> bool:
    """Whether rows are copied as text (PostgreSQL) or inserted as values (SQLite)."""
    return connection.vendor == "postgresql"


def keys(model: type[models.Model], count: int) -> Sequence[Any]:
    """So many new keys of a table, ascending, as they are written; they are nobody else's."""
    key = model._meta.pk
    assert key is not None  # noqa: S101 (every table has one)
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        if copies():
            # As one text: thousands of rows with a number each cost far more than the numbers.
            cursor.execute(
                "SELECT string_agg(nextval(kept.name)::text, ' ') FROM generate_series(1, %s),"
                " (SELECT pg_get_serial_sequence(%s, %s)::regclass AS name OFFSET 0) AS kept",
                [count, table, key.column],
            )
            return str(cursor.fetchone()[0] or "").split()
        # The one writer of SQLite holds its lock since the transaction began.
        cursor.execute(f"SELECT COALESCE(MAX({key.column}), 0) FROM {table}")  # noqa: S608 (own names)
        first = int(cursor.fetchone()[0]) + 1
    return range(first, first + count)


_ESCAPED = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})
_NOTHING = r"\N"


class Forms:
    """How values are written: as COPY's text (PostgreSQL), or as they are bound (SQLite)."""

    def __init__(self) -> None:
        copied = copies()
        self.copied = copied
        self.nothing: Any = _NOTHING if copied else None
        self.yes: Any = "t" if copied else True
        self.no: Any = "f" if copied else False
        self.number: Written = str if copied else _same
        self.text: Written = _escaped if copied else _same

    def moment(self, value: datetime) -> str:
        """A moment in UTC, as both databases read it."""
        plain = str(value)
        return plain if self.copied else plain[:-6]

    def perhaps(self, value: Any, form: Written) -> Any:
        """Nothing, or the value in its form."""
        return self.nothing if value is None else form(value)

    def several(self, *values: Any) -> Any:
        """Written values of neighbouring columns, put together once for many rows."""
        return "\t".join(values) if self.copied else values


def _same(value: Any) -> Any:
    return value


def _flat(values: Iterable[Any]) -> Iterator[Any]:
    """The single values: what stood together is the only tuple among them."""
    for value in values:
        if isinstance(value, tuple):
            yield from value
        else:
            yield value


def _escaped(value: str) -> str:
    # Almost no text needs it, and looking for the four is ten times as quick as translating.
    if "\\" in value or "\n" in value or "\t" in value or "\r" in value:
        return value.translate(_ESCAPED)
    return value


def _fixed(value: Any) -> Any:
    """A value that Django prepared for the database, as all rows share it."""
    if not copies():
        return value
    if value is None:
        return _NOTHING
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, datetime | str | int | float):
        return _escaped(str(value))
    return _escaped(json.dumps(value.obj))  # psycopg's wrapper of a JSON value
