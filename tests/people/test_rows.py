"""Rows written by fixed SQL: what changed, and what changed back."""

from datetime import UTC, datetime

import pytest
from django.db import connection
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
