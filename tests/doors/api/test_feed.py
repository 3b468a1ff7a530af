"""The events feed: each event once, in order, from a cursor on, and only what one may see."""

from typing import Any

import pytest

from commonward.cases.actions.hooking import add_hook
from commonward.cases.models import Case, Event
from commonward.core.rights import SYSTEM
from tests.doors.api.conftest import Office


def told(office: Office, who: str, after: str = "", size: int = 2) -> tuple[list[str], str]:
    """Every event from a cursor to the end, a page at a time: ids and the last cursor."""
    ids: list[str] = []
    while True:
        page: Any = office.call(who, "GET", f"/events?size={size}&after={after}")
        assert page.status == 200, page.data
        ids += [one["id"] for one in page.data["events"]]
        after = page.data["after"]
        if not page.data["more"]:
            return ids, after


def test_pages_tell_each_event_once_and_a_cursor_goes_on_where_it_stopped(office: Office) -> None:
    for _each in range(3):
        office.opened()
    ids, after = told(office, "intake_officer")
    assert ids == [str(one) for one in Event.objects.order_by("id").values_list("id", flat=True)]
    assert told(office, "intake_officer", after)[0] == []
    office.opened()
    assert told(office, "intake_officer", after)[0] == [str(Event.objects.latest("id").pk)]


def test_the_end_is_a_cursor_without_events(office: Office) -> None:
    office.opened()
    end = office.call("intake_officer", "GET", "/events?after=end").data
    assert end["events"] == [] and not end["more"]
    office.opened()
    assert len(told(office, "intake_officer", end["after"])[0]) == 1


def test_what_one_may_not_see_is_not_told(office: Office) -> None:
    office.opened()
    assert told(office, "intake_officer")[0]
    assert told(office, "handler")[0] == []
    assert told(office, "administrator")[0] == []


def test_an_event_is_a_cloud_event_of_facts_without_words(office: Office) -> None:
    number = office.opened().data["case"]
    (event,) = office.call("intake_officer", "GET", "/events").data["events"]
    assert event["specversion"] == "1.0"
    assert event["type"] == "commonward.case.opened"
    assert event["subject"] == f"cases/{number}"
    assert "Rubbish" not in str(event)
    assert Case.objects.get().number == event["data"]["number"]


@pytest.mark.parametrize("cursor", ["x", "!!", "NQ*", "LTE", "105"])
def test_a_strange_cursor_is_refused_in_words(office: Office, cursor: str) -> None:
    assert office.call("intake_officer", "GET", f"/events?after={cursor}").status == 422


def test_that_words_told_of_danger_is_told_to_no_program(office: Office) -> None:
    office.opened(words="There is a gas leak and somebody is trapped, fire!")
    assert Event.objects.filter(verb__startswith="danger_").exists()
    page = office.call("intake_officer", "GET", "/events").data
    assert not [one for one in page["events"] if "danger" in one["type"]]


def test_a_span_is_replayed_by_administrators_alone(office: Office, settings: Any) -> None:
    settings.HOOKS_PRIVATE = True
    hook, _secret = add_hook(SYSTEM, "Other", "http://127.0.0.1:9/", at=office.here.at)
    span = {"since": "2026-01-01T00:00:00Z", "until": "2026-01-02T00:00:00Z"}
    path = f"/hooks/{hook.pk}/replay"
    assert office.call("administrator", "POST", path, span).data == {"calls": 0}
    assert office.call("leader", "POST", path, span).status == 403
