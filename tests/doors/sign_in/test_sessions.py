"""A late answer to a page that was left does not throw out who has signed in anew."""

from django.conf import settings
from django.test import Client
from django.utils import timezone

from commonward.people.models import Account
from tests.district import small_district

COOKIE = settings.SESSION_COOKIE_NAME


def test_an_answer_to_an_ended_session_leaves_the_new_ones_cookie_alone(db: None) -> None:
    account = small_district(timezone.now()).accounts["intake_officer"]
    browser = Client()
    browser.force_login(Account.objects.get(pk=account))
    left = browser.cookies[COOKIE].value
    ended = browser.post("/account/logout/")
    assert ended.cookies[COOKIE].value == ""  # who signs out loses it
    late = Client()
    late.cookies[COOKIE] = left
    answer = late.get("/desk/")
    assert answer.status_code == 302 and COOKIE not in answer.cookies
    assert "Cookie" in answer.headers["Vary"]
