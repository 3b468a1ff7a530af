"""Events stay as they were written, whoever asks."""

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from commonward.cases.actions import adopt_shipped
from commonward.cases.models import Case, Category, Event, ProcedureVersion

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


def written() -> Event:
    """One event of one case."""
    adopt_shipped(AT)
    category = Category.objects.create(code="0101", name="井盖")
    case = Case.objects.create(
        number="TEST000001",
        procedure=ProcedureVersion.objects.get(name="service_matter"),
        stage="collect",
        category=category,
        opened_at=AT,
        stage_since=AT,
        changed_at=AT,
    )
    return Event.objects.create(case=case, at=AT, written_at=AT, verb="opened", role="system")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE cases_event SET verb = 'never'",
        "DELETE FROM cases_event",
        "TRUNCATE cases_event CASCADE",
    ],
)
def test_the_database_itself_refuses_to_change_or_remove_an_event(statement: str) -> None:
    if statement.startswith("TRUNCATE") and connection.vendor != "postgresql":
        statement = "DELETE FROM cases_event WHERE 1"
    event = written()
    with (
        pytest.raises(DatabaseError, match="append only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        if connection.vendor == "postgresql":
            # Otherwise TRUNCATE is refused already for the foreign keys still to be checked.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(statement)
    assert Event.objects.get(pk=event.pk).verb == "opened"


@pytest.mark.django_db(transaction=True)
def test_a_transactional_test_leaves_no_event_behind_once() -> None:
    assert not Event.objects.exists()
    written()


@pytest.mark.django_db(transaction=True)
def test_a_transactional_test_leaves_no_event_behind_twice() -> None:
    assert not Event.objects.exists()
    written()
