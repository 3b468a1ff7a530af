"""Rows written by fixed SQL: what changed, and what changed back."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from commonward.people.models import Account, Team
from commonward.people.rows import Rows

TEAMS, ACCOUNTS = Rows(Team), Rows(Account)

pytestmark = pytest.mark.django_db


def team(code: str) -> Team:
    """A team as it is read."""
    made = Team.objects.create(code=code, name="Roads")
    return TEAMS.select("id = %s", [made.pk])[0]


def test_a_value_set_back_after_it_was_written_is_written_back() -> None:
    row = team("roads")
    row.name = "Lamps"
    TEAMS.update(row)
    row.name = "Roads"
    TEAMS.update(row)
    assert Team.objects.get(pk=row.pk).name == "Roads"


def test_several_rows_are_written_in_one_round_each_with_its_own_values() -> None:
    roads, lamps, street = (team(code) for code in ("roads", "lamps", "street"))
    roads.name, lamps.contact = "New roads", "12345"
    with CaptureQueriesContext(connection) as seen:
        TEAMS.update_all([roads, lamps, street])
    assert len(seen.captured_queries) == 1
    assert list(Team.objects.order_by("id").values_list("name", "contact")) == [
        ("New roads", ""),
        ("Roads", "12345"),
        ("Roads", ""),
    ]


def test_what_did_not_change_is_not_written() -> None:
    row = team("roads")
    Team.objects.filter(pk=row.pk).update(name="Changed by somebody else")
    row.contact = "12345"
    TEAMS.update(row)
    assert Team.objects.get(pk=row.pk).name == "Changed by somebody else"
    with CaptureQueriesContext(connection) as seen:
        TEAMS.update(row)
        TEAMS.update_all([row])
    assert seen.captured_queries == []


def test_an_inserted_row_has_its_key_and_every_kind_of_value() -> None:
    at = datetime(2026, 3, 2, 9, tzinfo=UTC)
    made = ACCOUNTS.insert(Account(login="alice", name="Alice", made_at=at))
    read = ACCOUNTS.select("login = %s", ["alice"])[0]
    assert (read.pk, read.made_at, read.is_active) == (made.pk, at, True)


def test_postgresql_keeps_a_fixed_statement_planned_however_often_it_runs() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL keeps statements planned")
    for n in range(4):
        TEAMS.insert(Team(code=f"team{n}", name="Roads"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        kept = [statement for (statement,) in cursor.fetchall()]
    assert len([s for s in kept if s.startswith('INSERT INTO "people_team"')]) == 1


def test_a_fixed_statement_is_refused_as_django_refuses_it() -> None:
    team("roads")
    with pytest.raises(IntegrityError), transaction.atomic():
        TEAMS.insert(Team(code="roads", name="Others"))
