"""A claim goes straight to what is due of its own channel, however much waits elsewhere."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from commonward.cases.actions import delivering
from commonward.cases.models import Delivery

AT = datetime(2026, 3, 2, 8, tzinfo=UTC)


@pytest.fixture
def many(db: None) -> None:
    """Thousands that wait by another channel, later, or for their turn."""
    rows = [
        Delivery(
            room="x",
            channel=("mail", "sms", "chat")[number % 3],
            lane=f"l{number // 2}",
            turn=number % 2 == 0,
            made_at=AT,
            next_at=AT + timedelta(minutes=number % 50),
        )
        for number in range(6000)
    ]
    Delivery.objects.bulk_create(rows, batch_size=1000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE cases_delivery")


def plan_of_claim() -> str:
    """How the database finds the next of a channel, by the statement that asks for them."""
    moment = connection.ops.adapt_datetimefield_value(AT + timedelta(hours=1))
    explain = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
    with connection.cursor() as cursor:
        cursor.execute(f"{explain} {delivering.CLAIM}", ["sms", moment, 20])
        return "\n".join(str(row) for row in cursor.fetchall())


def test_the_claim_reads_one_index_and_sorts_nothing(many: None) -> None:
    plan = plan_of_claim()
    assert "delivery_due" in plan
    assert "TEMP B-TREE" not in plan
    assert "Sort" not in plan


def test_each_lane_is_claimed_once_and_no_other_channel_is_touched(many: None) -> None:
    claimed = delivering.lease_some(AT + timedelta(hours=1), 5000, channel="sms")
    lanes = list(Delivery.objects.filter(pk__in=claimed).values_list("lane", flat=True))
    assert len(lanes) == len(set(lanes)) == 1000
    assert set(Delivery.objects.filter(attempts=1).values_list("channel", flat=True)) == {"sms"}
    assert delivering.lease_some(AT + timedelta(hours=1), 10, channel="sms") != claimed[:10]


def test_the_next_of_a_lane_is_found_by_its_index(many: None) -> None:
    waits = Delivery.objects.filter(lane="l77", next_at__isnull=False).order_by("id")[:1]
    assert "delivery_lane" in waits.explain()
