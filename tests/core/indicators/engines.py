"""Engines of tables that are filled with rows and asked through the compiler."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import Any

from commonward.core.indicators.compiling import create
from commonward.core.indicators.expressions import in_utc
from commonward.core.indicators.facts import TABLES, Kind
from commonward.core.indicators.reference import Row

Tables = Mapping[str, Sequence[Row]]
Run = Callable[[str], Sequence[Sequence[Any]]]


_ARROW: Mapping[Kind, str] = {
    Kind.TEXT: "string",
    Kind.YES_NO: "bool",
    Kind.WHOLE: "int64",
    Kind.SECONDS: "int64",
    Kind.REAL: "double",
    Kind.MOMENT: "timestamp[us]",
}


def values(table: str, row: Row) -> list[Any]:
    """A row's values in the order of the columns, moments in UTC."""
    return [_utc(row[name]) for name in TABLES[table].columns]


def _utc(value: Any) -> Any:
    return in_utc(value) if isinstance(value, datetime) else value


@contextmanager
def duckdb(tables: Tables) -> Iterator[Run]:
    """DuckDB in memory, holding these rows."""
    import duckdb  # noqa: PLC0415 (only where it is asked)
    import pyarrow  # noqa: PLC0415 (as above)

    connection = duckdb.connect()
    try:
        for name, rows in tables.items():
            connection.execute(create(TABLES[name], "duckdb"))
            told = pyarrow.table(
                {
                    column: pyarrow.array([_utc(row[column]) for row in rows], _ARROW[c.kind])
                    for column, c in TABLES[name].columns.items()
                }
            )
            connection.register("told", told)
            connection.execute(f"INSERT INTO {name} SELECT * FROM told")  # noqa: S608 (our own)
            connection.unregister("told")
        yield lambda sql: connection.execute(sql).fetchall()
    finally:
        connection.close()


@contextmanager
def postgres(tables: Tables) -> Iterator[Run]:
    """Tables of this connection alone in the tests' PostgreSQL."""
    from django.db import connection  # noqa: PLC0415 (a test of a database)

    with connection.cursor() as cursor:
        for name, rows in tables.items():
            made = create(TABLES[name], "postgres", f"facts_{name}")
            cursor.execute(made.replace("CREATE TABLE", "CREATE TEMPORARY TABLE", 1))
            if rows:
                places = ", ".join(["%s"] * len(TABLES[name].columns))
                cursor.executemany(
                    f"INSERT INTO facts_{name} VALUES ({places})",  # noqa: S608 (our own names)
                    [values(name, row) for row in rows],
                )
        try:
            yield lambda sql: _asked(cursor, sql)
        finally:
            for name in tables:
                cursor.execute(f'DROP TABLE "facts_{name}"')


def _asked(cursor: Any, sql: str) -> list[Any]:
    cursor.execute(sql)
    return list(cursor.fetchall())


@contextmanager
def spark(tables: Tables) -> Iterator[Run]:
    """A local Spark, one for the whole run, holding these rows."""
    session = _session()
    for name, rows in tables.items():
        found = session.createDataFrame([values(name, row) for row in rows], _schema(name))
        found.createOrReplaceTempView(name)
    yield lambda sql: [tuple(row) for row in session.sql(sql).collect()]


@cache
def _session() -> Any:
    from pyspark.sql import SparkSession  # noqa: PLC0415 (starts Java)

    wanted = {
        "spark.ui.enabled": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.sql.shuffle.partitions": "1",
        "spark.default.parallelism": "1",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.timestampType": "TIMESTAMP_NTZ",
        "spark.driver.memory": "1g",
    }
    builder = SparkSession.builder.master("local[1]").appName("figures")
    for name, value in wanted.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return session


def _schema(table: str) -> Any:
    from pyspark.sql import types  # noqa: PLC0415 (as above)

    kinds: Mapping[Kind, Any] = {
        Kind.TEXT: types.StringType(),
        Kind.YES_NO: types.BooleanType(),
        Kind.WHOLE: types.LongType(),
        Kind.SECONDS: types.LongType(),
        Kind.REAL: types.DoubleType(),
        Kind.MOMENT: types.TimestampNTZType(),
    }
    columns = TABLES[table].columns.values()
    return types.StructType([types.StructField(c.name, kinds[c.kind]) for c in columns])
