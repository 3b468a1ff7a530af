"""Guessing is slowed, for all processes together, and nobody locks a colleague out by it."""

import random
import re
from datetime import timedelta

import pytest
from django.test import Client, override_settings
from django.utils import timezone

from commonward.core.rights import SYSTEM
from commonward.core.signing_in import (
    LONGEST_WAIT,
    LONGEST_WAIT_KNOWN,
    ByRole,
    browser_kind,
    network_part,
    wait_after,
)
from commonward.doors.sign_in.devices import cookie_name
from commonward.people import actions
from commonward.people.actions.signing import right_try, take_try
from commonward.people.models import Account, WrongTries
from tests.doors.sign_in.conftest import PASSWORD, code_of

LOGIN = "/account/login/"


def tried(browser: Client, password: str = "wrong", login: str = "dan", network: str = "1") -> str:
    """Where the form leads, or what it says."""
    answer = browser.post(
        LOGIN, {"login": login, "password": password}, REMOTE_ADDR=f"192.0.2.{network}"
    )
    if answer.status_code == 302:
        return str(answer.headers["Location"])
    text = answer.content.decode()
    return "wait" if "Too many wrong tries" in text else "wrong"


def new() -> Client:
    """A browser that has never been here."""
    return Client(headers={"accept-language": "en"})


def test_wrong_tries_wait_ever_longer_and_never_for_good() -> None:
    waits = [wait_after(n) for n in range(200)]
    assert waits == sorted(waits) and waits[4] == timedelta() and waits[-1] == LONGEST_WAIT
    assert max(wait_after(n, known=True) for n in range(200)) == LONGEST_WAIT_KNOWN


def test_a_dozen_wrong_passwords_must_wait_whatever_process_counts(dan: Account) -> None:
    # Each browser is a new one; what is counted lies in the database and in no process.
    said = [tried(new()) for _ in range(12)]
    assert said[:5] == ["wrong"] * 5 and said[5:] == ["wait"] * 7
    assert tried(new(), PASSWORD) == "wait", "not even the right one, from there"
    assert WrongTries.objects.get().wrong == 5, "who waits is not counted"


def test_an_unknown_login_is_told_the_same_as_a_known_one(dan: Account) -> None:
    known = [tried(new()) for _ in range(8)]
    assert known == [tried(new(), login="nobody") for _ in range(8)]


def test_whoever_guesses_elsewhere_makes_nobody_wait(dan: Account) -> None:
    for _ in range(20):
        tried(new(), network="66")
    assert tried(new(), PASSWORD, network="7") == "/desk/"


def test_a_known_device_comes_in_though_somebody_guesses_from_the_same_network(
    dan: Account,
) -> None:
    own = new()
    assert tried(own, PASSWORD) == "/desk/"
    own.post("/account/logout/")
    for _ in range(20):
        tried(new())
    assert tried(new(), PASSWORD) == "wait"
    assert tried(own, PASSWORD) == "/desk/"


def test_the_mark_of_a_device_cannot_be_made_up_nor_used_for_another_account(dan: Account) -> None:
    actions.own_password(actions.add_account(SYSTEM, "eve", "Eve", at=timezone.now()).pk, PASSWORD)
    eve = new()
    assert tried(eve, PASSWORD, login="eve") == "/desk/"
    eve.post("/account/logout/")
    forged = new()
    forged.cookies[cookie_name()] = f'{{"{dan.pk}": "x"}}:forged:forged'
    for browser in (eve, forged):
        for _ in range(12):
            tried(browser)
    assert {tried(eve), tried(forged), tried(new())} == {"wait"}
    assert WrongTries.objects.get().wrong == 5, "all of it counted for the one network"


@override_settings(SECOND_FACTOR=True)
def test_who_knows_the_password_and_guesses_codes_does_not_keep_a_known_device_out(
    dan: Account,
) -> None:

    own = new()
    tried(own, PASSWORD)
    form = own.get("/account/2fa/totp/activate/").content.decode()
    secret = re.findall(r'value="([A-Z2-7]{16,})"', form)[0]
    own.post("/account/2fa/totp/activate/", {"code": code_of(secret)})
    own.post("/account/logout/")
    thief = new()
    assert tried(thief, PASSWORD, network="66") == "/account/2fa/authenticate/"
    said = [
        thief.post("/account/2fa/authenticate/", {"code": f"{n:06d}"}).content.decode()
        for n in range(8)
    ]
    assert ["Too many wrong tries" in one for one in said] == [False] * 5 + [True] * 3
    assert tried(own, PASSWORD) == "/account/2fa/authenticate/"
    answer = own.post("/account/2fa/authenticate/", {"code": code_of(secret)})
    assert answer.status_code == 302


@pytest.mark.django_db
def test_whatever_others_try_a_known_device_waits_for_its_own_tries_alone() -> None:
    drawn = random.Random(7)
    now = timezone.now()
    own = ("password", "device", "1", "drawn")
    others = [("password", "network", "dan", f"192.0.2.{n}") for n in range(3)]
    others += [("password", "device", "1", "another"), ("password", "device", "2", "drawn")]
    spent: dict[tuple[str, ...], tuple[int, float]] = {}
    for _step in range(150):
        now += timedelta(seconds=drawn.choice((0, 1, 5, 40, 2000)))
        what = drawn.choice(others)
        free = take_try(what, now)
        wrong, until = spent.get(what, (0, 0.0))
        # The slow oracle: nothing but one's own wrong tries decides.
        assert (free is not None) == (now.timestamp() < until)
        if free is None:
            wrong += 1
            until = (now + wait_after(wrong)).timestamp()
            if drawn.random() < 0.1:
                right_try(what)
                wrong, until = 0, 0
            spent[what] = (wrong, until)
        assert take_try(own, now, known=True) is None
        right_try(own)


@pytest.mark.django_db
def test_after_a_day_and_after_a_clock_set_back_nobody_waits() -> None:
    now = timezone.now()
    what = ("password", "network", "dan", "192.0.2.1")
    for _ in range(5):
        assert take_try(what, now) is None
    assert take_try(what, now) is not None
    assert take_try(what, now - timedelta(days=3)) is None
    for _ in range(9):
        take_try(what, now)
    assert take_try(what, now + timedelta(hours=25)) is None
    assert WrongTries.objects.get().wrong == 1


def test_a_network_is_one_line_and_a_browser_its_kind_alone() -> None:
    assert network_part("2001:db8::1") == network_part("2001:db8::ffff:1") == "2001:db8::/64"
    assert network_part("192.0.2.7") == "192.0.2.7"
    assert browser_kind("") == "other/other"
    assert (
        browser_kind("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537 Edg/140")
        == "edge/windows"
    )
    for wrong in ("", "x=3", "0", "5, leader=none"):
        with pytest.raises(ValueError, match="administrator=30"):
            ByRole.parse(wrong)
