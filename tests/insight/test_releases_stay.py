"""What was published stays as it was published, whoever asks the database."""

from datetime import UTC, date, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from commonward.insight.models import Release


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE insight_release SET version = 2",
        "DELETE FROM insight_release",
        "TRUNCATE insight_release",
    ],
)
def test_the_database_itself_refuses_to_change_or_remove_a_release(statement: str) -> None:
    if statement.startswith("TRUNCATE") and connection.vendor != "postgresql":
        statement = "DELETE FROM insight_release WHERE 1"
    made = Release.objects.create(
        first=date(2026, 2, 1),
        until=date(2026, 3, 1),
        version=1,
        made_at=datetime(2026, 3, 3, tzinfo=UTC),
        book="b",
        digest="d",
        content={},
    )
    with (
        pytest.raises(DatabaseError, match="append only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert Release.objects.get(pk=made.pk).version == 1
