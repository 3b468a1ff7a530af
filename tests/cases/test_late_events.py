"""What a slow transaction writes is found by whoever follows the record, whatever ended before it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.db import connection

from commonward.cases.models import Event
from commonward.cases.queries.happened import head, next_after
from commonward.cases.queries.on_map import keeping
from tests.district import District

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def two_writers() -> Iterator[list[Any]]:
    """Two other writers, each in a transaction of its own that has its number by now."""
    told = connection.get_connection_params()
    keep = {k: v for k, v in told.items() if k in ("dbname", "user", "password", "host", "port")}
    opened = [psycopg.connect(**keep) for _ in range(2)]
    for one in opened:
        one.execute("SELECT pg_current_xact_id()")
    try:
        yield opened
    finally:
        for one in opened:
            one.close()


def copied(writer: Any, event: int) -> int:
    """An event like this one, written by another transaction and not yet seen."""
    columns = [f.column for f in Event._meta.concrete_fields if not f.primary_key]
    among = ", ".join(f'"{one}"' for one in columns)
    found = writer.execute(
        f"INSERT INTO cases_event ({among}) SELECT {among} FROM cases_event WHERE id = %s"  # noqa: S608 (own names)
        " RETURNING id",
        [event],
    ).fetchone()
    return int(found[0])


def test_who_began_later_and_writes_first_is_waited_for(here: District) -> None:
    """The earlier one ends with the higher number; no transaction beyond the slow one has ended, so
    that the end of a snapshot lies below it."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer: nothing commits out of order")
    here.report()
    place, model = head(), Event.objects.latest("id").pk
    keeper = keeping._Keeper()
    assert keeper.fresh() is not None
    with two_writers() as (earlier, slow):
        late, first = copied(slow, model), copied(earlier, model)
        earlier.commit()
        place, ids = next_after(place, 100)
        assert ids == (first,)
        keeper._changed()
        place, ids = next_after(place, 100)
        assert ids == ()
        keeper._changed()
        assert keeper.reading.sure < late, "it may still come"
        slow.commit()
        place, ids = next_after(place, 100)
        assert ids == (late,), "and is told when it does"
        assert keeper._changed(), "and the map reads its case anew"
