"""Hooks on the desk: added with a secret shown once, tried, looked at, called again, ended."""

import re
from typing import Any

import pytest

from commonward.cases.actions import delivering
from commonward.cases.models import Delivery, Hook
from tests.district import LAMP
from tests.doors.desk.conftest import Colleague, Office, Page
from tests.doors.desk.test_admin_people import do

HOOKS = "/desk/admin/hooks/"


def added(me: Colleague) -> Page:
    """A hook that was added on the page, and the page that follows."""
    return do(me, me.open(HOOKS), "add", name="City map", address="https://map.example.org/hook",
              verbs="opened, close", categories="01")  # fmt: skip


def test_a_hook_is_added_shown_its_secret_once_and_changed(office: Office) -> None:
    me = office.administrator
    page = added(me)
    made = Hook.objects.get()
    assert (made.verbs, made.categories) == (["opened", "close"], ["01"])
    found = re.search(r"whsec_[\w+/=]{40,}", page.html)
    assert found
    where = f"{HOOKS}{made.pk}/"
    assert found.group() not in me.open(where).html
    do(me, me.open(where), "change", verbs="", area="430298")
    made.refresh_from_db()
    assert (made.verbs, made.area_code, made.categories) == ([], "430298", ["01"])
    page = do(me, me.open(where), "secret")
    renewed = re.search(r"whsec_[\w+/=]{40,}", page.html)
    assert renewed
    assert renewed.group() != found.group()
    assert "City map" in me.open(HOOKS).text


def test_its_calls_are_seen_and_sent_again_and_it_is_ended(office: Office) -> None:
    me = office.administrator
    added(me)
    where = f"{HOOKS}{Hook.objects.get().pk}/"
    do(me, me.open(where), "try")
    owed = Delivery.objects.get()
    assert owed.event is None
    delivering.lease(owed.made_at, hooks=True)
    delivering.put_off(owed.pk, owed.made_at, "HTTP 503")
    assert "HTTP 503" in me.open(where).text
    delivering.taken(owed.pk, owed.made_at)
    page = me.open(where)
    assert "taken" in page.text
    do(me, page, "again")
    owed.refresh_from_db()
    assert owed.state == "waiting"
    do(me, me.open(where), "end")
    assert Hook.objects.get().ended_at
    assert "Send a trial" not in me.open(where).text


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"address": "http://map.example.org/"}, "Only https is called"),
        ({"address": "https://127.0.0.1/"}, "its own network and is not called"),
        ({"address": "https://u:p@map.example.org/"}, "without a password"),
        ({"stages": "nowhere"}, "No procedure knows “nowhere”."),
        ({"area": "99"}, "no area with the code 99"),
        ({"categories": "77"}, "begins with “77”"),
    ],
)
def test_wrong_hooks_are_refused_in_words_and_what_was_typed_stays(
    office: Office, wrong: dict[str, str], told: str
) -> None:
    me = office.administrator
    good = {"name": "City map", "address": "https://map.example.org/hook"}
    page = do(me, me.open(HOOKS), "add", **{**good, **wrong})
    assert page.status in (404, 422)
    assert told in page.text
    assert 'value="City map"' in page.html
    assert not Hook.objects.exists()


def test_the_pages_of_hooks_ask_a_bounded_number_of_queries(
    office: Office, django_assert_max_num_queries: Any
) -> None:
    me = office.administrator
    added(me)
    hook = Hook.objects.get()
    for _each in range(8):
        office.district.report(LAMP)
        Delivery.objects.create(hook=hook, made_at=hook.made_at, next_at=hook.made_at)
    for path in (HOOKS, f"{HOOKS}{hook.pk}/"):
        me.open(path)
        with django_assert_max_num_queries(16):
            me.open(path)
