"""Asking again and again tells the same as the stream, to the same people, at a bounded cost."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commonward.cases.models import Event
from commonward.people.models import Account
from tests.district import ACCOUNTS, LAMP, District
from tests.doors.live.conftest import BACKEND, Ear

MOST_QUERIES = 14
"""Session, account, second look at its rights, events, cases, tasks, marks; however many."""


class Asker:
    """A browser that asks, and goes on each time from where the answer before ended."""

    def __init__(self, login: str, place: str = "") -> None:
        self.client = Client()
        if login:
            self.client.force_login(Account.objects.get(login=login), BACKEND)
        self.place = place
        self.events: list[dict[str, Any]] = []
        self.refresh = False

    def ask(self, **more: str) -> int:
        """Ask once; the status of the answer."""
        answer = self.client.get("/live/since", {"id": self.place, **more})
        if answer.status_code == 200:
            told = answer.json()
            self.place = told["id"]
            self.events += told["events"]
            self.refresh |= told["refresh"]
        return int(answer.status_code)


def test_asking_tells_each_person_the_same_as_their_stream(
    here: District, ear: Callable[..., Ear]
) -> None:
    logins = [login for login in ACCOUNTS if ACCOUNTS[login][0]]
    streams = {login: ear(login) for login in logins}
    askers = {login: Asker(login) for login in logins}
    for asker in askers.values():
        assert asker.ask() == 200
    here.report(LAMP)
    last = int(Event.objects.latest("id").pk)
    streams["dispatcher"].has(last)
    here.handled(here.report(LAMP))
    last = int(Event.objects.latest("id").pk)
    for login in ("dispatcher", "second_handler"):
        streams[login].has(last)
    for login, asker in askers.items():
        asker.ask()
        assert asker.ask() == 204, "nothing new, nothing twice"
        heard = [t.data for t in streams[login].heard if t.name == "happened"]
        if login == "dispatcher":
            assert [e["id"] for e in asker.events] == [e["id"] for e in heard]
            assert set(heard[0]) == set(asker.events[0])
        # Both tell with the rights of the moment; the stream had more moments.
        assert {e["id"] for e in heard} <= {e["id"] for e in asker.events}, login
    assert askers["second_handler"].events
    assert not askers["handler"].events
    assert not askers["administrator"].events


def test_a_place_from_the_stream_serves_for_asking_and_the_other_way_round(
    here: District, ear: Callable[..., Ear]
) -> None:
    place = ear("dispatcher").cut()
    here.report()
    asker = Asker("dispatcher", place)
    asker.ask()
    assert [e["id"] for e in asker.events] == list(
        Event.objects.order_by("id").values_list("id", flat=True)
    )
    here.report()
    again = ear("dispatcher", since=asker.place)
    again.has(int(Event.objects.latest("id").pk))
    assert not set(again.events) & {e["id"] for e in asker.events}


@pytest.mark.parametrize("login", ["", "outsider"])
def test_whoever_may_see_nothing_is_told_to_sign_in(here: District, login: str) -> None:
    here.report()
    asker = Asker(login, "0")
    assert asker.ask() == 401
    assert not asker.events


def test_whoever_still_owes_a_second_factor_is_told_nothing(here: District, settings: Any) -> None:
    settings.SECOND_FACTOR = True
    assert Asker("dispatcher").ask() == 401


def test_too_much_at_once_is_told_in_one_word(here: District) -> None:
    asker = Asker("dispatcher")
    asker.ask()
    report = here.report()
    Event.objects.bulk_create(
        Event(case=report.case, at=here.at, written_at=here.at, verb="imported", role="system")
        for _ in range(1001)
    )
    asker.ask()
    assert asker.refresh
    assert not asker.events
    assert asker.ask() == 204


def test_a_word_that_is_no_place_and_a_case_that_is_none_are_refused(here: District) -> None:
    assert Asker("dispatcher", "yesterday").ask() == 400
    assert Asker("dispatcher").ask(case="NOSUCH") == 404
    assert Asker("handler").ask(case=here.report().case.number) == 404


def test_asking_costs_few_queries_whatever_happened(here: District) -> None:
    asker = Asker("dispatcher")
    asker.ask()
    for _ in range(20):
        here.report()
    with CaptureQueriesContext(connection) as counted:
        asker.ask()
    assert len(asker.events) == Event.objects.count()
    assert len(counted) <= MOST_QUERIES, [q["sql"][:80] for q in counted.captured_queries]
    with CaptureQueriesContext(connection) as quiet:
        asker.ask()
    assert len(quiet) < len(counted)


def test_an_answer_is_kept_by_no_cache(here: District) -> None:
    asker = Asker("dispatcher")
    answer = asker.client.get("/live/since")
    assert answer.headers["Cache-Control"] == "no-store"


def test_where_nothing_leads_to_the_stream_a_browser_is_told_to_try_no_more(here: District) -> None:
    assert Client().get("/live/events").status_code == 204


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("", ""),
        (":8001", " http://testserver:8001"),
        ("https://live.example.org/", " https://live.example.org"),
    ],
)
def test_pages_may_listen_to_the_one_other_origin_that_is_named_and_to_no_more(
    here: District, settings: Any, url: str, origin: str
) -> None:
    settings.LIVE_URL = url
    policy = Client().get("/").headers["Content-Security-Policy"]
    assert f"connect-src 'self'{origin};" in policy
