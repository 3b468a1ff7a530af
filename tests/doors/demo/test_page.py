"""The demonstration's page, and that no other site has it."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import Resolver404, resolve
from django.utils import timezone, translation

from commonward.core.rights import SYSTEM
from commonward.doors.demo.roles import PASSWORD, POSTS
from commonward.people import actions as people
from commonward.people.models import Account, SiteClock
from tests.district import SINCE, small_district
from tests.doors.demo import urls  # the site's own are read before it is called a demonstration

NOON = datetime(2026, 3, 3, 4, tzinfo=UTC)


@pytest.fixture
def visitor(settings: Any, db: None) -> Iterator[Client]:
    """A browser on a demonstration with the small district."""
    settings.DEMO = True
    settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, "commonward.doors.demo"]
    settings.ROOT_URLCONF = urls.__name__
    small_district()
    for post in POSTS:
        people.add_account(SYSTEM, post.login, post.login, at=SINCE)
    people.set_site_clock(NOON, 1, real=timezone.now())
    yield Client(headers={"accept-language": "en"})


def test_no_other_site_has_the_page_the_sign_in_or_the_command(db: None) -> None:
    assert not apps.is_installed("commonward.doors.demo")
    for path in ("/demo/", "/demo/sign-in/", "/demo/clock/"):
        with pytest.raises(Resolver404):
            resolve(path)
        assert Client().post(path).status_code == 404
    with pytest.raises(CommandError, match="living"):
        call_command("living", "make")


def test_a_district_of_an_earlier_version_is_refused_with_what_to_do(visitor: Client) -> None:
    Account.objects.filter(login="demo-clerk").update(login="nobody")
    with translation.override("en"), pytest.raises(CommandError, match="has no demo-clerk. Remove"):
        call_command("living", "make", stdout=io.StringIO())


def test_every_post_its_log_in_the_clock_and_the_tour_are_on_one_page(visitor: Client) -> None:
    told = visitor.get("/demo/").content.decode()
    for post in POSTS:
        assert post.login in told
        assert str(post.title) in told
    assert PASSWORD in told
    assert "2026-03-03 12:00" in told
    assert told.count("<li>") >= 10 + len(POSTS)


def test_one_press_signs_in_as_any_post_and_as_nobody_else(visitor: Client) -> None:
    for post in POSTS:
        answer = visitor.post("/demo/sign-in/", {"login": post.login})
        assert answer.status_code == 302
        account = Account.objects.get(login=post.login)
        assert visitor.session["_auth_user_id"] == str(account.pk)
    fresh = Client()
    for name in ("leader", "administrator", "", "demo-nobody"):
        assert fresh.post("/demo/sign-in/", {"login": name}).status_code == 404
        assert "_auth_user_id" not in fresh.session
    assert fresh.get("/demo/sign-in/").status_code == 405


def test_the_clock_is_made_faster_paused_and_refuses_other_speeds_in_words(
    visitor: Client,
) -> None:
    for speed in ("600", "0", "60", "1"):
        assert visitor.post("/demo/clock/", {"speed": speed}).status_code == 302
        assert SiteClock.objects.get().speed == int(speed)
    for wrong in ("7", "-1", "", "٣", "9" * 40, "x"):
        answer = visitor.post("/demo/clock/", {"speed": wrong})
        assert answer.status_code == 400
        assert "0, 1, 60, 600" in answer.content.decode()
    assert SiteClock.objects.get().speed == 1


def test_a_form_from_elsewhere_changes_nothing(visitor: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/demo/sign-in/", {"login": POSTS[0].login}).status_code == 403
    assert strict.post("/demo/clock/", {"speed": "600"}).status_code == 403
    assert SiteClock.objects.get().speed == 1


def test_every_page_of_a_demonstration_leads_back_to_it_and_no_other_site_s_does(
    visitor: Client, settings: Any
) -> None:
    assert 'href="/demo/"' in visitor.get("/").content.decode()
    settings.DEMO = False
    assert 'href="/demo/"' not in visitor.get("/").content.decode()
