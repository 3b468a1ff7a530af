"""Thousands of overlapping calls through the dispatcher, against a book that knows only the rules."""

from typing import Any

import pytest

from bench import sending
from commonward.core.plans.dispatching import Fleet


def test_of_two_thousand_calls_none_is_lost_none_is_sent_twice_and_all_is_explained() -> None:
    told = sending.played(2_000, seed=1)
    assert told.clean, told
    assert told.calls == 2_000 and told.orders > 4_000
    # It was not too easy: there were failures, shortages and plans for many at once.
    assert told.failures > 50 and told.short > 20 and told.together > 20 and told.overlapping > 40
    assert sending.played(2_000, seed=1) == told


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("set_status", "twice"),
        ("told", "unexplained"),
    ],
)
def test_the_book_sees_a_dispatcher_that_forgets(
    monkeypatch: pytest.MonkeyPatch, name: str, fault: str
) -> None:
    if name == "set_status":
        whole = Fleet.set_status

        def forgets(self: Fleet, key: int, status: str, **more: Any) -> None:
            if status != "busy" or key % 7:
                whole(self, key, status, **more)

        monkeypatch.setattr(Fleet, "set_status", forgets)
    else:
        words = Fleet.told

        def silent(self: Fleet, *args: Any, **more: Any) -> Any:
            found = words(self, *args, **more)
            for pick in found.picks:
                object.__setattr__(pick, "why", ())
            return found

        monkeypatch.setattr(Fleet, "told", silent)
    assert getattr(sending.played(60, seed=1), fault) > 0
