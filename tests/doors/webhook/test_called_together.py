"""Calls that are due together: few statements for each, and a slow program holds no other up."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commonward.cases.actions import delivering, hooking
from commonward.cases.models import Hook
from commonward.core.rights import SYSTEM
from commonward.doors.look.calling import exchange
from tests.district import District
from tests.doors.webhook.conftest import Other, called

Hooked = Callable[..., tuple[Hook, bytes]]


def test_a_slow_program_is_not_waited_for_and_gets_it_again_under_the_same_id(
    district: District, other: Other, hooked: Hooked, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook, _key = hooked(verbs=["opened"])
    for _each in range(2):
        district.report()
    other.slow = threading.Event()
    with monkeypatch.context() as patched:
        patched.setattr(
            exchange, "__kwdefaults__", {**(exchange.__kwdefaults__ or {}), "longest": 0.3}
        )
        done = called()
    assert (done.sent, done.put_off, done.away) == (0, 2, {hook.pk})
    assert len(other.got) == 1, "its other call waits with it"
    other.slow.set()
    assert called(timezone.now() + timedelta(minutes=5)).sent == 2
    ids = [got.headers["webhook-id"] for got in other.got]
    assert (len(ids), len(set(ids))) == (3, 2)


def test_an_answer_is_its_status_and_an_answer_more_belongs_to_nothing(
    district: District, other: Other, hooked: Hooked
) -> None:
    hooked(verbs=["opened"])
    other.status = 200
    other.says = b'{"error": "no"}HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n'
    for _each in range(2):
        district.report()
    assert called().sent == 2
    other.status = 500
    other.says = b'{"ok": true}HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'
    district.report()
    assert called().put_off == 1


def test_a_call_more_costs_a_few_constant_statements_more(
    district: District, other: Other, hooked: Hooked
) -> None:
    hooked(verbs=["opened"])
    asked = {}
    for count in (2, 6):
        for _each in range(count):
            district.report()
        hooking.prepare(timezone.now())
        with CaptureQueriesContext(connection) as captured:
            assert called().sent == count
        asked[count] = len(captured)
    # Whether it is owed, and in a savepoint: whose it is (PostgreSQL: held), that it was taken, and
    # who comes next in its lane.
    assert (asked[6] - asked[2]) / 4 <= 8


def test_a_hook_that_ends_while_a_batch_is_called_is_called_no_more(
    district: District, other: Other, hooked: Hooked, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook, _key = hooked(verbs=["opened"])
    for _each in range(2):
        district.report()
    taken = delivering.taken

    def ends(delivery: int, at: datetime) -> None:
        taken(delivery, at)
        hooking.end_hook(SYSTEM, hook.pk, at=at)

    monkeypatch.setattr(delivering, "taken", ends)
    assert called().sent == 1
    assert len(other.got) == 1
