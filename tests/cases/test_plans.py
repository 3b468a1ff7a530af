"""What every step asks is answered through an index, whatever the number of cases."""

import re
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commonward.cases import actions as cases
from tests.district import RUBBISH, District

GROWING = re.compile(r"SCAN (cases_(?:case|report|event|clock|task|remark|photo)\b[^|]*)")
"""A table that grows with the cases, read from one end to the other."""


@pytest.fixture
def plans(here: District) -> Iterator[CaptureQueriesContext]:
    """Every statement of the test, to be explained."""
    if connection.vendor != "sqlite":
        pytest.skip("plans are read from SQLite, which chooses without statistics of small tables")
    with CaptureQueriesContext(connection) as captured:
        yield captured


def test_no_statement_of_the_loop_reads_a_whole_table(
    here: District, plans: CaptureQueriesContext
) -> None:
    first, second = here.report(contact={"phone": "1"}), here.report(words="The same.")
    cases.join(second.case.number, first.case.number, "One heap.", here.dispatcher, here.at)
    here.handled(first)
    cases.ask_tasks(
        first.case.number, "assist", [here.teams["roads"]], "Help.", here.dispatcher, here.at
    )
    here.act(first, "hand_back", here.street_handler, 20, reason="Not ours.")
    here.act(first, "decide_finally", here.duty_chief, 25, team=here.teams["street"], reason="Yes.")
    (task,) = cases.ask_tasks(
        first.case.number, "supervision", [here.teams["street"]], "Why?", here.leader, here.at
    )
    cases.act_on_task(task.pk, "reply", here.street_handler, here.at, {"words": "So."})
    cases.tick(here.at.replace(month=5))
    other = here.report(RUBBISH, idempotency="once")
    here.closed(other)
    here.act(other, "not_content", here.holder(other), 400, reason="Half.", satisfied=1)
    here.act(other, "reopen", here.holder(other), 500, reason="It is back.")
    statements = {q["sql"] for q in plans.captured_queries}
    whole: dict[str, str] = {}
    with connection.cursor() as cursor:
        for sql in sorted(statements):
            if not sql.lstrip().upper().startswith(("SELECT", "UPDATE", "DELETE")):
                continue
            cursor.execute("EXPLAIN QUERY PLAN " + sql.replace("%", "%%"))
            steps = " | ".join(row[3] for row in cursor.fetchall())
            if found := GROWING.search(steps):
                whole[sql[:300]] = found.group(1)
    assert len(statements) > 50
    assert whole == {}
