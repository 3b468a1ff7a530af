"""Signing in: nobody without an account, nothing without a second factor, no way around either."""

import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.test.utils import override_settings
from django.utils import timezone

from commonward.core.refusals import Forbidden
from commonward.core.rights import SYSTEM, Actor
from commonward.people import actions
from commonward.people.models import Account, Notice
from commonward.people.queries import actor_for
from tests.doors.sign_in.conftest import PASSWORD, code_of

LOGIN = "/account/login/"


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    cache.clear()


def sign_in(client: Client, login: str = "dan", password: str = PASSWORD) -> str:
    """Where the form leads, or "" when it stays."""
    answer = client.post(LOGIN, {"login": login, "password": password})
    return str(answer.headers.get("Location", ""))


def test_the_desk_sends_a_stranger_to_the_sign_in_and_back(client: Client, dan: Account) -> None:
    answer = client.get("/desk/")
    assert answer.headers["Location"] == f"{LOGIN}?next=/desk/"
    answer = client.post(LOGIN, {"login": "dan", "password": PASSWORD, "next": "/desk/?x=1"})
    assert answer.headers["Location"] == "/desk/?x=1"
    assert client.get("/desk/").status_code == 200


def test_next_never_leads_to_another_site(client: Client, dan: Account) -> None:
    for elsewhere in ("https://evil.example/", "//evil.example/", "javascript:alert(1)"):
        answer = Client().post(LOGIN, {"login": "dan", "password": PASSWORD, "next": elsewhere})
        assert answer.headers["Location"] == "/desk/"


def test_a_wrong_password_and_an_unknown_login_are_told_alike(client: Client, dan: Account) -> None:
    wrong = client.post(LOGIN, {"login": "dan", "password": "wrong"})
    unknown = client.post(LOGIN, {"login": "nobody", "password": "wrong"})
    assert wrong.status_code == unknown.status_code == 200
    said = re.compile(rb'role="alert".*?</div>|field-wrong.*?</span>', re.DOTALL)
    assert said.findall(wrong.content) == said.findall(unknown.content) != []


def test_guessing_passwords_is_stopped(client: Client, dan: Account) -> None:
    for _ in range(12):
        sign_in(client, password="wrong")
    assert sign_in(client) == "", "the right password after a dozen wrong ones must wait"


def test_an_account_that_was_deactivated_signs_in_no_longer_and_is_put_out(
    client: Client, dan: Account
) -> None:
    assert sign_in(client) == "/desk/"
    actions.deactivate_account(SYSTEM, dan.pk, at=timezone.now())
    assert client.get("/desk/").headers["Location"].startswith(LOGIN)
    assert Client().post(LOGIN, {"login": "dan", "password": PASSWORD}).headers.get("Location") in (
        None,
        "/account/inactive/",
    )


def test_there_is_no_address_that_makes_an_account(client: Client, db: None) -> None:
    for path in ("signup/", "password/reset/", "2fa/webauthn/signup/", "email/"):
        for answer in (client.get(f"/account/{path}"), client.post(f"/account/{path}", {})):
            assert answer.status_code in (302, 404, 403), path
    assert not Account.objects.exists()


def test_somebody_without_a_grant_sees_nothing_but_why(client: Client, db: None) -> None:
    account = actions.add_account(SYSTEM, "eve", "Eve", at=timezone.now())
    client.force_login(account)
    answer = client.get("/desk/")
    assert answer.status_code == 403
    assert "nothing was granted to you" in answer.content.decode()


@override_settings(SECOND_FACTOR=True)
def test_no_page_opens_before_a_second_factor_is_set_up_and_then_each_sign_in_asks_for_it(
    client: Client, dan: Account
) -> None:
    sign_in(client)
    assert client.get("/desk/").headers["Location"] == "/account/2fa/"
    assert client.get("/account/2fa/").status_code == 200
    form = client.get("/account/2fa/totp/activate/").content.decode()
    found = re.search(r'value="([A-Z2-7]{16,})"', form)
    assert found, "the secret is shown to be typed where no camera is at hand"
    secret = found.group(1)
    wrong = client.post("/account/2fa/totp/activate/", {"code": "000000"})
    assert wrong.status_code == 200
    answer = client.post("/account/2fa/totp/activate/", {"code": code_of(secret)})
    assert answer.status_code == 302
    assert client.get("/desk/").status_code == 200

    again = Client(headers={"accept-language": "en"})
    assert sign_in(again) == "/account/2fa/authenticate/"
    assert again.get("/desk/").headers["Location"].startswith(LOGIN), "half signed in is not in"
    assert again.post("/account/2fa/authenticate/", {"code": "123456"}).status_code == 200
    code = code_of(secret)
    assert again.post("/account/2fa/authenticate/", {"code": code}).status_code == 302
    assert again.get("/desk/").status_code == 200
    thief = Client()
    sign_in(thief)
    assert thief.post("/account/2fa/authenticate/", {"code": code}).status_code == 200
    assert thief.get("/desk/").status_code == 302, "a code that was looked at opens once"


@override_settings(SECOND_FACTOR=True)
def test_a_recovery_code_opens_once(client: Client, dan: Account) -> None:
    sign_in(client)
    form = client.get("/account/2fa/totp/activate/").content.decode()
    found = re.search(r'value="([A-Z2-7]{16,})"', form)
    assert found
    client.post("/account/2fa/totp/activate/", {"code": code_of(found.group(1))})
    page = client.get("/account/2fa/recovery-codes/").content.decode()
    codes = re.findall(r"\b[0-9a-f]{8}\b", page)
    assert len(codes) >= 8
    for status, browser in ((302, Client()), (200, Client())):
        sign_in(browser)
        answer = browser.post("/account/2fa/authenticate/", {"code": codes[0]})
        assert answer.status_code == status


@override_settings(SECOND_FACTOR=True)
def test_a_new_start_ends_the_second_factor_and_every_session_and_asks_for_an_own_password(
    client: Client, dan: Account
) -> None:
    sign_in(client)
    form = client.get("/account/2fa/totp/activate/").content.decode()
    found = re.search(r'value="([A-Z2-7]{16,})"', form)
    assert found
    client.post("/account/2fa/totp/activate/", {"code": code_of(found.group(1))})
    assert client.get("/desk/").status_code == 200

    password = actions.new_start(SYSTEM, dan.pk, at=timezone.now())
    assert client.get("/desk/").headers["Location"].startswith(LOGIN)
    assert sign_in(Client()) == "", "the old password is gone"
    fresh = Client()
    assert sign_in(fresh, password=password) == "/desk/"
    assert fresh.get("/desk/").headers["Location"] == "/account/password/change/"
    own = "quiet rain on slate 3"
    fresh.post(
        "/account/password/change/",
        {"oldpassword": password, "password1": own, "password2": own},
    )
    assert fresh.get("/desk/").headers["Location"] == "/account/2fa/"
    assert sign_in(Client(), password=own) == "/desk/"


def test_only_an_administrator_of_the_whole_site_gives_a_new_start(dan: Account) -> None:
    now = timezone.now()
    with pytest.raises(Forbidden):
        actions.new_start(actor_for(dan.pk, now), dan.pk, at=now)
    with pytest.raises(Forbidden):
        actions.new_start(Actor(), dan.pk, at=now)


def test_weak_passwords_are_refused_in_words(client: Client, dan: Account) -> None:
    sign_in(client)
    for weak in ("short", "1234567890"):
        answer = client.post(
            "/account/password/change/",
            {"oldpassword": PASSWORD, "password1": weak, "password2": weak},
        )
        assert answer.status_code == 200
        assert "field-wrong" in answer.content.decode(), weak


def test_signing_out_is_a_button_and_not_a_link(client: Client, dan: Account) -> None:
    sign_in(client)
    client.get("/account/logout/")
    assert client.get("/desk/").status_code == 200
    client.post("/account/logout/")
    assert client.get("/desk/").status_code == 302


@override_settings(SECOND_FACTOR=True, SECOND_FACTOR_ROLES=("leader", "administrator"))
def test_where_the_site_names_posts_those_alone_must_have_a_second_factor(
    client: Client, dan: Account
) -> None:
    sign_in(client)
    assert client.get("/desk/").status_code == 200, "a dispatcher need not"
    given = actions.grant(SYSTEM, dan.pk, "leader", at=timezone.now())
    assert client.get("/desk/").headers["Location"] == "/account/2fa/", (
        "from the moment of the post"
    )
    actions.revoke(SYSTEM, given.pk, at=timezone.now())
    assert client.get("/desk/").status_code == 200


def test_a_new_start_is_told_to_the_account_and_the_other_administrators(
    client: Client, dan: Account
) -> None:
    now = timezone.now()
    for login in ("alice", "ann"):
        made = actions.add_account(SYSTEM, login, login.title(), at=now)
        actions.grant(SYSTEM, made.pk, "administrator", at=now)
    alice = Account.objects.get(login="alice")
    password = actions.new_start(actor_for(alice.pk, now), dan.pk, at=now)
    assert sign_in(client, password=password) == "/desk/"
    changed = client.get("/account/password/change/").content.decode()
    assert "Your account was given a new start by Alice." in changed
    told = {(one.account.login, one.kind) for one in Notice.objects.all()}
    assert told == {("dan", "new_start"), ("ann", "new_start_of")}
