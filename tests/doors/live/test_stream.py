"""Events reach those who may see them, once each and none missing, through the real server."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from commonward.cases.access import may_see
from commonward.cases.models import Event
from commonward.core.following import Position
from commonward.people.models import Account, Grant, SignedIn
from commonward.people.queries import actor_for
from tests.district import ACCOUNTS, LAMP, RUBBISH, STREETS, District
from tests.doors.live.conftest import PATIENCE, Ear, live_server, session_of, until

Opens = Callable[..., Ear]


def last_event() -> int:
    """The id of the newest event."""
    return int(Event.objects.latest("id").pk)


def reported(here: District, category: str = RUBBISH) -> int:
    """A new report; the id of its last event."""
    here.report(category)
    return last_event()


def all_events() -> list[int]:
    """The ids of all events, in order."""
    return list(Event.objects.order_by("id").values_list("id", flat=True))


def test_each_person_hears_of_the_cases_that_they_may_see_and_of_no_other(
    here: District, ear: Opens
) -> None:
    leader = Grant.objects.filter(account_id=here.accounts["leader"])
    leader.update(area_code=STREETS[1])  # the other street, where nothing happens
    listening = {login: ear(login) for login in ACCOUNTS if ACCOUNTS[login][0]}
    for category in (LAMP, RUBBISH):
        here.handled(here.report(category))
    end = reported(here)
    everything = all_events()
    for login, heard in listening.items():
        actor = actor_for(here.accounts[login], timezone.now())
        may = [e.pk for e in Event.objects.select_related("case") if may_see(e.case, actor)]
        if actor.rights[0].role == "handler" and may:
            # Told with the rights of the moment: what was before the case came is not told.
            heard.has(may[-1])
            assert set(heard.events) <= set(may), login
        elif may:
            heard.has(end)
            assert heard.events == may == everything, login
        else:
            assert heard.events == [], login
    assert {login for login, heard in listening.items() if not heard.events} == {
        "leader", "administrator", "handler",
    }  # fmt: skip


def test_an_event_is_told_without_words_or_names(here: District, ear: Opens) -> None:
    listening = ear("dispatcher")
    report = here.report(words="My neighbour Zhou did it.", contact={"phone": "13800000000"})
    listening.has(last_event())
    told = listening.heard[0].data
    assert set(told) == {"id", "case", "verb", "stage", "version", "at", "light"}
    assert told["case"] == report.case.number
    assert told["verb"] == "opened"
    assert "Zhou" not in str(listening.heard)


@pytest.mark.parametrize("session", ["", "nobodyhasthissessionkey0000000000"])
def test_nobody_listens_without_having_signed_in(here: District, ear: Opens, session: str) -> None:
    assert ear(session=session).status == 401


def test_an_account_without_any_grant_does_not_listen(here: District, ear: Opens) -> None:
    assert ear("outsider").status == 401


def test_an_account_that_was_deactivated_does_not_listen(here: District, ear: Opens) -> None:
    session = session_of("dispatcher")
    Account.objects.filter(login="dispatcher").update(is_active=False)
    assert ear(session=session).status == 401


def test_a_page_of_another_site_does_not_listen_through_our_browsers(
    here: District, ear: Opens
) -> None:
    assert ear("dispatcher", origin="https://elsewhere.example").status == 403
    ours = ear("dispatcher", origin="http://127.0.0.1:8000")
    assert ours.status == 200
    assert ours.headers["access-control-allow-origin"] == "http://127.0.0.1:8000"
    assert ours.headers["access-control-allow-credentials"] == "true"


def test_a_word_that_is_no_place_is_refused(here: District, ear: Opens) -> None:
    assert ear("dispatcher", since="yesterday").status == 400


def test_a_case_that_one_may_not_see_is_none(here: District, ear: Opens) -> None:
    case = here.report().case.number
    assert ear("handler", case=case).status == 404


def test_signing_out_ends_the_stream(here: District, ear: Opens) -> None:
    session = session_of("dispatcher")
    listening = ear(session=session)
    SignedIn.objects.filter(session_key=session).delete()
    assert listening.closed.wait(PATIENCE)
    assert ear(session=session).status == 401


def test_a_new_password_ends_the_streams_of_old_sessions(here: District, ear: Opens) -> None:
    listening = ear("dispatcher")
    account = Account.objects.get(login="dispatcher")
    account.set_password("another long word")
    account.save()
    assert listening.closed.wait(PATIENCE)


def test_a_right_that_was_taken_away_narrows_the_open_stream(here: District, ear: Opens) -> None:
    narrowed, whole = ear("intake_officer"), ear("dispatcher")
    narrowed.has(reported(here))
    Grant.objects.filter(account_id=here.accounts["intake_officer"]).update(area_code=STREETS[1])

    def not_told() -> bool:
        event = reported(here)
        whole.has(event)
        return event not in narrowed.events

    until(not_told, "the narrower rights")
    assert not narrowed.closed.is_set()


def test_what_happened_while_the_line_was_cut_is_told_once_and_in_order(
    here: District, ear: Opens
) -> None:
    listening = ear("dispatcher")
    listening.has(reported(here))
    place = listening.cut()
    here.handled(here.report(LAMP))
    again = ear("dispatcher", since=place)
    end = reported(here)
    again.has(end)
    assert listening.events + again.events == all_events()


def test_nothing_is_lost_or_doubled_however_often_the_line_is_cut(
    here: District, ear: Opens
) -> None:
    done = threading.Event()

    def writing() -> None:
        try:
            for _ in range(12):
                here.handled(here.report(LAMP))
        finally:
            connections.close_all()
            done.set()

    heard: list[int] = []
    place = ear("dispatcher").cut()
    session = session_of("dispatcher")
    writer = threading.Thread(target=writing, daemon=True)
    writer.start()
    cuts = 0
    while not done.is_set():
        one = ear(session=session, since=place)
        done.wait(0.05)
        place = one.cut()
        heard += one.events
        cuts += 1
    writer.join(PATIENCE)
    last = ear(session=session, since=place)
    until(lambda: last_event() in heard + last.events, f"event {last_event()}")
    heard += last.events
    assert sorted(heard) == all_events()
    assert len(heard) == len(set(heard))
    assert cuts > 1


@pytest.mark.parametrize("place", [Position(1), Position(10**9)], ids=["long ago", "never was"])
def test_a_place_from_which_it_cannot_go_on_says_look_anew(
    here: District, ear: Opens, place: Position, monkeypatch: pytest.MonkeyPatch
) -> None:
    if place.last == 1:
        report = here.report()
        Event.objects.bulk_create(
            Event(case=report.case, at=here.at, written_at=here.at, verb="imported", role="system")
            for _ in range(1001)
        )
        until(lambda: ear("dispatcher").last == str(last_event()), "the server's own reading")
    listening = ear("dispatcher", since=place.to_text())
    until(lambda: [t.name for t in listening.heard] == ["refresh"], "the word to look anew")
    listening.has(reported(here))


@contextmanager
def held_open(here: District) -> Iterator[Callable[[], None]]:
    """A report written by a transaction that has not ended; gives what ends it."""
    written, go = threading.Event(), threading.Event()

    def writing() -> None:
        try:
            with transaction.atomic():
                here.report()
                written.set()
                go.wait(PATIENCE)
        finally:
            connections.close_all()

    thread = threading.Thread(target=writing, daemon=True)
    thread.start()
    assert written.wait(PATIENCE)

    def end() -> None:
        go.set()
        thread.join(PATIENCE)

    try:
        yield end
    finally:
        end()


@pytest.fixture
def many_writers() -> None:
    """Only where transactions end in another order than they began."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer: nothing commits out of order")


def test_what_commits_late_is_told_though_later_numbers_went_before(
    many_writers: None, here: District, ear: Opens
) -> None:
    listening = ear("dispatcher")
    with held_open(here) as end:
        early = reported(here)
        listening.has(early)
        place = listening.cut()
        assert "~" in place, "the place remembers what is missing"
        resumed = ear("dispatcher", since=place)
        next_one = reported(here)
        resumed.has(next_one)
        end()
        late = [event for event in all_events() if event < early]
        assert late
        for event in late:
            resumed.has(event)
    assert sorted(listening.events + resumed.events) == all_events()
    # Also for whoever comes back only now, and once only for whoever has heard it.
    back = ear("dispatcher", since=place)
    back.has(next_one)
    assert sorted(listening.events + back.events) == all_events()
    fresh = ear("dispatcher", since=resumed.last)
    after = reported(here)
    fresh.has(after)
    assert fresh.events == [after]


def test_what_was_rolled_back_holds_nobody_up_and_is_forgotten(here: District, ear: Opens) -> None:
    listening = ear("dispatcher")
    with pytest.raises(RuntimeError), transaction.atomic():
        here.report()
        raise RuntimeError
    event = reported(here)
    listening.has(event)
    place = until(lambda: "~" not in ear("dispatcher").last and ear("dispatcher").last, "no gap")
    assert int(place) >= event


def test_two_processes_tell_the_same_and_one_goes_on_where_the_other_stopped(
    here: District, ear: Opens
) -> None:
    with live_server() as other:
        first, second = ear("dispatcher"), ear("leader", at=other)
        event = reported(here)
        first.has(event)
        second.has(event)
        here.handled(here.report(LAMP))
        first.has(last_event())
        place = first.cut()
        moved = ear("dispatcher", at=other, since=place)
        end = reported(here)
        moved.has(end)
        assert first.events + moved.events == all_events()
        second.has(end)
        assert second.events == all_events()
