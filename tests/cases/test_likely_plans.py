"""The look-up of the same problem is answered through indexes, whatever the number of cases."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commonward.cases.queries.nearby import Telling, likely, stretches
from commonward.core.rights import SYSTEM
from tests.district import RUBBISH, District

pytestmark = pytest.mark.django_db
TABLES = ("cases_case", "cases_found", "cases_report")
MOST_ASKED = 12


def asked(here: District) -> list[str]:
    """Every statement of one look-up that reads a table which grows with the cases."""
    for n in range(30):
        here.report(words=f"Rubbish beside the gate {n}.")
    lat, lon = here.inside()
    telling = Telling(lat, lon, RUBBISH, "Rubbish beside the gate.", "")
    likely(SYSTEM, telling, here.at)  # what is kept between questions is read
    with CaptureQueriesContext(connection) as seen:
        found = likely(SYSTEM, telling, here.at)
    assert len(found) == 5
    assert len(seen.captured_queries) <= MOST_ASKED
    statements = [q["sql"] for q in seen.captured_queries if q["sql"].startswith("SELECT")]
    growing = [sql for sql in statements if any(f'"{t}"' in sql or t in sql for t in TABLES)]
    assert growing
    return growing


def test_on_sqlite_no_statement_reads_a_whole_table(here: District) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("SQLite chooses without statistics of small tables; PostgreSQL has its own")
    with connection.cursor() as cursor:
        for sql in asked(here):
            cursor.execute("EXPLAIN QUERY PLAN " + sql.replace("%", "%%"))
            steps = " | ".join(row[3] for row in cursor.fetchall())
            assert not re.search(r"SCAN cases_(?:case|report)\b", steps), (steps, sql)
            assert not re.search(r"SCAN cases_found\b(?! VIRTUAL)", steps), (steps, sql)


def test_on_postgresql_no_statement_reads_a_whole_table(here: District) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("the planner of PostgreSQL")
    statements = asked(here)
    with connection.cursor() as cursor:
        # Thirty rows are read whole by any planner; what is asked is whether an index can answer.
        cursor.execute("SET LOCAL enable_seqscan = off")
        for sql in statements:
            cursor.execute("EXPLAIN " + sql.replace("%", "%%"))
            steps = "\n".join(row[0] for row in cursor.fetchall())
            assert not re.search(r"Seq Scan on cases_(?:case|report|found)\b", steps), (steps, sql)


def test_what_is_in_common_is_told_as_it_stands_in_the_text(here: District) -> None:
    here.report(words="小区路灯不亮，晚上看不见")
    lat, lon = here.inside()
    (one,) = likely(SYSTEM, Telling(lat, lon, RUBBISH, "门口路灯不亮"), here.at)
    assert one.shared == ("路灯不亮",)
    assert stretches("路灯坏了，不亮", {"路灯", "不亮"}) == ("路灯", "不亮")
