"""A machine's clock ran ahead and was set back: nothing waits for the time that is no more."""

from datetime import timedelta

import pytest

from commonward.cases.actions.delivering import (
    LEASE,
    lease_some,
    owe,
    put_off,
    set_right,
    wait_until,
)
from commonward.cases.models import Delivery
from tests.district import AT

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
pytestmark = pytest.mark.django_db


def test_what_was_leased_by_a_clock_that_ran_ahead_is_due_again() -> None:
    made = owe("talks", AT)
    assert lease_some(AT + DAY, 1) == [made.pk]
    assert lease_some(AT + HOUR, 1) == []
    assert set_right(AT + HOUR) == 1
    assert lease_some(AT + HOUR, 1) == [made.pk]


def test_what_such_a_clock_put_off_is_due_again() -> None:
    made = owe("talks", AT)
    lease_some(AT + DAY, 1)
    put_off(made.pk, AT + DAY, "SMTP 451")
    assert set_right(AT) == 1
    assert lease_some(AT, 1) == [made.pk]


def test_a_lease_a_pause_and_quiet_hours_of_this_time_stay() -> None:
    leased, paused, quiet = (owe("talks", AT) for _ in range(3))
    lease_some(AT, 3)
    for _ in range(12):
        Delivery.objects.filter(pk=paused.pk).update(attempts=12)
        put_off(paused.pk, AT, "SMTP 451")
    wait_until(quiet.pk, AT + 10 * HOUR, "quiet")
    assert set_right(AT) == 0
    assert lease_some(AT + LEASE - timedelta(seconds=1), 3) == []
