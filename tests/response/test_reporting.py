"""Two hundred reports a second: gathered, written together, and never after a shift's end."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from commonward.core.refusals import Forbidden, Invalid
from commonward.response.actions.reporting import (
    MOST_AT_ONCE,
    Fix,
    Gathering,
    Seen,
    report_positions,
    write_positions,
)
from commonward.response.actions.ticking import forget_response
from commonward.response.actions.units import (
    end_forgotten_shifts,
    go_off_duty,
    go_on_duty,
)
from commonward.response.models import Duty, Position, Unit
from tests.district import small_district
from tests.help import Help, urgent_help

NEAR = (27.805, 113.105)


def seen(aid: Help, code: str, second: float, lat: float = NEAR[0]) -> Seen:
    """A place of a unit in its running shift, so many seconds after the district's moment."""
    duty = Duty.objects.get(unit__code=code, off_at=None)
    return Seen(duty.unit_id, duty.pk, lat, NEAR[1], aid.later(second))


def test_places_that_wait_at_the_end_of_a_shift_stay_in_its_track_and_on_no_unit(aid: Help) -> None:
    waiting = [seen(aid, "fire-1", 1), seen(aid, "fire-1", 60), seen(aid, "police-1", 1)]
    go_off_duty("fire-1", aid.crews["fire-1"], aid.later(30))
    write_positions(waiting)
    fire, police = Unit.objects.get(code="fire-1"), Unit.objects.get(code="police-1")
    assert (fire.lat, fire.seen_at) == (None, None)
    assert police.lat == NEAR[0]
    kept = Position.objects.order_by("unit__code").values_list("unit__code", "at")
    assert list(kept) == [("fire-1", aid.later(1)), ("police-1", aid.later(1))]


def test_a_place_of_the_last_shift_is_none_of_the_next(aid: Help) -> None:
    waiting = [seen(aid, "fire-1", 1)]
    go_off_duty("fire-1", aid.crews["fire-1"], aid.later(30))
    go_on_duty("fire-1", aid.later(3600), aid.crews["fire-1"], aid.later(40))
    write_positions(waiting)
    assert Unit.objects.get(code="fire-1").lat is None


def test_the_newest_place_stands_though_an_older_one_comes_later(aid: Help) -> None:
    write_positions([seen(aid, "fire-1", 20, 27.8)])
    write_positions([seen(aid, "fire-1", 4, 27.9), seen(aid, "fire-1", 2, 27.7)])
    found = Unit.objects.get(code="fire-1")
    assert (found.lat, found.seen_at) == (27.8, aid.later(20))


def test_a_track_keeps_one_place_in_fifteen_seconds_whoever_writes_it(aid: Help) -> None:
    for second in range(0, 60, 5):
        write_positions([seen(aid, "fire-1", second)])
    # In one batch as well as one by one.
    write_positions([seen(aid, "police-1", second) for second in range(0, 60, 5)])
    for code in ("fire-1", "police-1"):
        kept = Position.objects.filter(unit__code=code).order_by("at").values_list("at", flat=True)
        assert [(at - aid.at).total_seconds() for at in kept] == [0, 15, 30, 45]
    assert Unit.objects.get(code="fire-1").seen_at == aid.later(55)


def test_a_batch_is_written_in_as_many_statements_for_one_unit_as_for_seven(aid: Help) -> None:
    counts = []
    for codes in (["fire-1"], list(aid.crews)):
        batch = [seen(aid, code, 60 * len(codes)) for code in codes]
        with CaptureQueriesContext(connection) as asked:
            write_positions(batch)
        counts.append(len([q for q in asked if "SAVEPOINT" not in q["sql"]]))
    assert counts[0] == counts[1] <= 5


def test_what_a_phone_kept_without_a_network_comes_later_with_its_moments(aid: Help) -> None:
    crew = aid.crews["fire-1"]
    two_hours = [Fix(*NEAR, 7200), Fix(*NEAR, 600), Fix(*NEAR, 300), Fix(27.81, 113.11, 2)]
    # The shift began an hour ago: nobody was located before.
    assert report_positions("fire-1", two_hours, crew, aid.at) == 3
    kept = Position.objects.order_by("at").values_list("at", flat=True)
    assert [(aid.at - at).total_seconds() for at in kept] == [600, 300, 2]
    found = Unit.objects.get(code="fire-1")
    assert (found.lat, found.seen_at) == (27.81, aid.later(-2))


@pytest.mark.parametrize(
    "fixes",
    [
        [], [Fix(*NEAR)] * (MOST_AT_ONCE + 1), [Fix(91, 0)], [Fix(float("nan"), 0)],
        [Fix(*NEAR, -1)], [Fix(*NEAR, float("nan"))], [Fix(*NEAR, 90_000)],
    ],
)  # fmt: skip
def test_what_is_no_place_is_refused(aid: Help, fixes: list[Fix]) -> None:
    with pytest.raises(Invalid):
        report_positions("fire-1", fixes, aid.crews["fire-1"], aid.at)
    assert not Position.objects.exists()


def test_who_coordinates_does_not_say_where_a_unit_is(aid: Help) -> None:
    with pytest.raises(Forbidden):
        report_positions("fire-1", [Fix(*NEAR)], aid.coordinator, aid.at)


def test_within_a_second_a_process_writes_once_and_its_timer_writes_the_rest(
    settings: Any,
) -> None:
    settings.POSITION_SECONDS = 0.2
    written: list[list[Seen]] = []
    done = threading.Event()

    def write(given: list[Seen]) -> None:
        written.append(given)
        if len(written) == 2:
            done.set()

    kept = Gathering(write)
    at = datetime(2026, 1, 1).astimezone()
    for number in range(50):
        kept.add([Seen(number % 5, 1, float(number), 0.0, at + timedelta(seconds=number))])
    assert done.wait(20)
    assert [len(batch) for batch in written][0] == 1
    assert {one.unit: one.lat for one in written[1]} == {n: 45.0 + n for n in range(5)}


def test_what_the_database_refused_waits_for_the_next_time(settings: Any) -> None:
    settings.POSITION_SECONDS = 0
    written: list[list[Seen]] = []
    broken = True

    def write(given: list[Seen]) -> None:
        if broken:
            raise DatabaseError("gone")
        written.append(given)

    kept = Gathering(write)
    at = datetime(2026, 1, 1).astimezone()
    with pytest.raises(DatabaseError):
        kept.add([Seen(1, 1, 1.0, 0.0, at), Seen(2, 1, 2.0, 0.0, at)])
    broken = False
    kept.add([Seen(1, 1, 3.0, 0.0, at + timedelta(seconds=1))])
    assert {one.unit: one.lat for one in written[0]} == {1: 3.0, 2: 2.0}


@pytest.mark.parametrize("how", ["ended", "forgotten"])
@pytest.mark.django_db(transaction=True)
def test_a_shift_that_ends_while_places_are_written_leaves_no_place(
    small: Callable[[], Help], how: str
) -> None:
    aid = small()
    crew = aid.crews["fire-1"]

    def in_thread(work: Callable[[], object]) -> Callable[[], None]:
        def run() -> None:
            try:
                work()
            finally:
                connections.close_all()

        return run

    for round_ in range(12):
        begun = aid.at + timedelta(days=round_)
        go_on_duty("fire-1", begun + timedelta(hours=8), crew, begun)
        duty = Duty.objects.get(unit__code="fire-1", off_at=None)
        at = begun + timedelta(hours=9)
        waiting = [Seen(duty.unit_id, duty.pk, *NEAR, begun + timedelta(minutes=1))]

        def end(at: datetime = at) -> None:
            if how == "ended":
                go_off_duty("fire-1", crew, at)
            else:
                end_forgotten_shifts(at)

        def write(waiting: list[Seen] = waiting) -> None:
            write_positions(waiting)

        with ThreadPoolExecutor(2) as threads:
            both = [threads.submit(in_thread(write)), threads.submit(in_thread(end))]
            for one in both:
                one.result()
        assert Unit.objects.get(code="fire-1").lat is None
        assert Position.objects.filter(duty=duty).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_writing_that_waits_for_the_end_of_a_shift_sees_that_end(
    small: Callable[[], Help],
) -> None:
    """The batch has begun and waits for the unit, while its shift is being ended."""
    aid = small()
    go_on_duty("fire-1", aid.later(3600), aid.crews["fire-1"], aid.at)
    duty = Duty.objects.get(unit__code="fire-1", off_at=None)
    waiting = [Seen(duty.unit_id, duty.pk, *NEAR, aid.later(1))]

    def write() -> None:
        try:
            write_positions(waiting)
        finally:
            connections.close_all()

    with transaction.atomic():
        go_off_duty("fire-1", aid.crews["fire-1"], aid.later(30))
        late = threading.Thread(target=write)
        late.start()
        # Whether it waits already or only begins afterwards, it must not bring the place back.
        time.sleep(0.3)
    late.join(30)
    assert Unit.objects.get(code="fire-1").lat is None


def test_positions_end_by_the_night_s_forgetting(aid: Help, settings: Any) -> None:
    settings.POSITION_DAYS = 2
    for second in range(0, 3600, 15):
        write_positions([seen(aid, "fire-1", second)])
    assert Position.objects.count() == 240
    forget_response(aid.at + timedelta(days=1, hours=2))
    assert Position.objects.count() == 4
    forget_response(aid.at + timedelta(days=2, hours=2))
    assert not Position.objects.exists()


@pytest.fixture
def small(transactional_db: None) -> Callable[[], Help]:
    """Urgent help whose units are off duty, for threads."""
    return lambda: urgent_help(small_district(), on_duty=False)
