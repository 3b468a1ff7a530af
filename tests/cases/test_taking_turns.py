"""Writers of one process wait in a queue: first come, first served, and nobody is left behind."""

import threading
import time

import pytest
from django.db import IntegrityError, connection, transaction

from commonward.config.sqlite3.base import Turns, _turns
from commonward.people.models import Revision


def test_whoever_came_first_is_served_first() -> None:
    turns, served = Turns(), list[int]()
    assert turns.take()

    def write(number: int) -> None:
        assert turns.take()
        served.append(number)
        turns.give()

    threads = []
    for number in range(30):
        thread = threading.Thread(target=write, args=[number])
        thread.start()
        while len(turns._waiting) <= number:
            time.sleep(0)
        threads.append(thread)
    turns.give()
    for thread in threads:
        thread.join()
    assert served == list(range(30))
    assert turns.take(), "the turn is free again"


def test_whoever_loses_patience_leaves_the_queue_and_stops_nobody() -> None:
    turns = Turns()
    assert turns.take()
    assert not turns.take(patience=0.01)
    assert not turns._waiting
    turns.give()
    assert turns.take(patience=0)


def taken(name: str) -> bool:
    """Whether somebody has the turn."""
    return _turns[name]._taken


@pytest.mark.django_db(transaction=True)
def test_the_turn_is_given_on_after_a_commit_a_rollback_and_a_failure() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite needs a queue")
    name = str(connection.settings_dict["NAME"])
    with transaction.atomic():
        assert taken(name)
    assert not taken(name)
    with pytest.raises(RuntimeError), transaction.atomic():
        raise RuntimeError
    assert not taken(name)
    with pytest.raises(IntegrityError), transaction.atomic():
        first = Revision.objects.first()
        Revision.objects.bulk_create([Revision(name=first.name if first else "x")] * 2)
    assert not taken(name)
    with transaction.atomic():
        connection.close()
    assert not taken(name)
