"""The rows of facts say what happened, and give the figures that there were before them."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commonward.cases.queries import facts as case_facts
from commonward.core.indicators.facts import TABLES, Kind
from commonward.core.indicators.reference import Row
from commonward.insight.queries import rows
from tests.district import COMMUNITIES, DISTRICT, STREETS, District
from tests.insight.busy import assert_the_same, limited, week

HOUR = timedelta(hours=1)


def case_of(found: dict[str, list[Row]], number: str) -> Row:
    return next(row for row in found["cases"] if row["number"] == number)


def test_facts_give_the_same_figures_as_the_definition_in_the_database(here: District) -> None:
    week(here)
    found = rows.all_rows()
    for after in (0, 4, 5, 7, 10, 40, 2000):
        assert assert_the_same(found, here.at + after * HOUR) >= 3
        assert_the_same(found, here.at + after * HOUR, STREETS[1])


def test_every_row_has_exactly_the_columns_and_kinds_of_its_table(here: District) -> None:
    week(here)
    types: dict[Kind, tuple[type, ...]] = {
        Kind.TEXT: (str,), Kind.YES_NO: (bool,), Kind.WHOLE: (int,), Kind.SECONDS: (int,),
        Kind.REAL: (float,),
    }  # fmt: skip
    for name, some in rows.all_rows().items():
        assert some or name == "disputes"
        for row in some:
            for column in TABLES[name].columns.values():
                value = row[column.name]
                if value is None:
                    assert column.optional, (name, column.name)
                elif column.kind is Kind.MOMENT:
                    assert value.utcoffset() == timedelta(0), (name, column.name)
                else:
                    assert type(value) in types[column.kind], (name, column.name, value)


def test_a_case_says_how_it_ended_and_what_it_went_through(here: District) -> None:
    made = week(here)
    found = rows.all_rows()

    def told(name: str, *columns: str) -> tuple[object, ...]:
        row = case_of(found, made[name].case.number)
        return tuple(row[column] for column in columns)

    assert told("in_time", "limited", "met", "open", "reports") == (True, True, False, 1)
    assert told("late", "met", "counted", "appealed") == (False, True, False)
    assert told("appealed", "met", "counted", "appealed") == (False, False, True)
    assert told("suspended", "suspended", "due_at") == (True, None)
    assert told("overdue", "met", "reports") == (None, 2)
    assert told("reopened", "reopened", "open", "met", "closed_at") == (1, True, None, None)
    assert told("handed_back", "returned", "misdispatched", "dispatched") == (0, 1, 2)
    assert told("handed_back", "reworked", "handled", "department") == (1, 1, "lamps")
    assert told("spot", "on_the_spot", "first_contact") == (True, False)
    assert told("asked", "on_the_spot", "first_contact") == (False, True)
    assert told("forced", "forced", "outcome", "first_contact") == (True, "forced", False)
    at = here.at
    assert told("in_time", "filed_at", "dispatched_at", "took") == (
        at + timedelta(minutes=5), at + timedelta(minutes=10), 5 * 3600,
    )  # fmt: skip
    assert told("in_time", "reckoned_at", "due_at") == (at + 5 * HOUR, at + 6 * HOUR)
    assert told("late", "reckoned_at") == (at + 4 * HOUR,)
    assert told("unlimited", "reckoned_at", "due_at", "met") == (None, None, None)
    assert told("north", "district", "street", "community", "grid", "part") == (
        DISTRICT, STREETS[1], COMMUNITIES[2], here.grid(2, 0), "03",
    )  # fmt: skip


def test_acts_know_whether_they_were_in_time_and_stood(here: District) -> None:
    made = week(here)
    found = rows.all_rows()

    def acts(name: str, verb: str) -> list[Row]:
        number = case_of(found, made[name].case.number)["case"]
        return [row for row in found["acts"] if row["case"] == number and row["verb"] == verb]

    assert [row["right"] for row in acts("handed_back", "dispatch")] == [False, True]
    assert [row["right"] for row in acts("handed_back", "file")] == [True]
    assert [row["right"] for row in acts("void", "file")] == [False]
    assert [row["right"] for row in acts("void", "void")] == [True]
    assert [row["in_time"] for row in acts("in_time", "accept")] == [True]
    assert [row["in_time"] for row in acts("in_time", "close")] == [False]  # 30 minutes
    assert [row["in_time"] for row in acts("in_time", "opened")] == [None]
    assert acts("in_time", "dispatch")[0]["account"] == here.dispatcher.account


def test_a_report_knows_what_its_reporter_said_when_called_back(here: District) -> None:
    made = week(here)
    found = {row["report"]: row for row in rows.all_rows()["reports"]}
    row = found[made["appealed"].pk]
    assert (row["first"], row["solved"], row["satisfied"]) == (True, True, 5)
    assert row["called_back_at"] == here.at + timedelta(minutes=400)
    assert row["answered_at"] == here.at + timedelta(minutes=400)
    assert sorted(one["first"] for one in found.values()).count(False) == 1


@pytest.mark.parametrize("more", [1, 30])
def test_reading_facts_costs_the_same_queries_for_few_and_for_many(
    here: District, more: int
) -> None:
    for _ in range(more):
        here.handled(limited(here, 9))
    list(rows.extracted())
    known = case_facts.codes()
    with CaptureQueriesContext(connection) as queries:
        list(case_facts.facts(None, known))
    assert len(queries) == 8
