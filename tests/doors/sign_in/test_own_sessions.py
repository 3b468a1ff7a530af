"""Where somebody is signed in: seen by them alone, ended by them, by an administrator, and by time."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from commonward.core.refusals import Forbidden
from commonward.core.rights import SYSTEM
from commonward.doors.live.listeners import admit, look_again
from commonward.people import actions
from commonward.people.models import Account, ApiKey, Change, Notice, SignedIn, SignIn
from commonward.people.queries import actor_for
from tests.doors.sign_in.conftest import PASSWORD

PAGE = "/desk/signed-in/"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def came(agent: str = FIREFOX) -> Client:
    """A browser in which Dan has signed in."""
    made = Client(headers={"accept-language": "en", "user-agent": agent})
    answer = made.post("/account/login/", {"login": "dan", "password": PASSWORD})
    assert answer.headers["Location"] == "/desk/"
    return made


def boss() -> Account:
    """Who administers the site."""
    now = timezone.now()
    made = actions.add_account(SYSTEM, "alice", "Alice", at=now)
    actions.grant(SYSTEM, made.pk, "administrator", at=now)
    return made


def test_each_session_is_shown_in_plain_words_without_a_network_and_ended_by_its_button(
    dan: Account,
) -> None:
    here = came()
    there = came("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1")
    page = here.get(PAGE).content.decode()
    assert "Firefox on Linux" in page and "Safari on iPhone or iPad" in page
    assert "127.0.0.1" not in page and str(there.session.session_key) not in page
    [other] = SignedIn.objects.exclude(pk=here.session.session_key)
    # What else a browser tells of itself is nowhere.
    assert other.browser == "safari/ios" and "604.1" not in other.session_data
    mark = page.split('name="session" value="')[1].split('"')[0]
    assert here.post(PAGE, {"do": "end", "session": mark}).status_code == 302
    assert there.get("/desk/").status_code == 302
    assert here.get("/desk/").status_code == 200
    assert here.post(PAGE, {"do": "end", "session": mark}).status_code == 404


def test_all_others_are_ended_at_once_and_nobody_elses(dan: Account) -> None:
    alice = Client()
    alice.force_login(boss())
    here, there, third = came(), came(), came()
    here.post(PAGE, {"do": "others"})
    assert [one.get("/desk/").status_code for one in (here, there, third, alice)] == [
        200, 302, 302, 200,
    ]  # fmt: skip
    mark = alice.get(PAGE).content.decode()
    assert 'name="session"' not in mark, "nobody sees another's sessions"


def test_an_administrator_ends_all_sessions_of_an_account_on_record_and_with_a_notice(
    dan: Account,
) -> None:
    admin = boss()
    browsers = [came(), came()]
    alice = Client(headers={"accept-language": "en"})
    alice.force_login(admin)
    answer = alice.post(f"/desk/admin/accounts/{dan.pk}/", {"do": "sessions"})
    assert answer.status_code == 302
    assert [one.get("/desk/").status_code for one in browsers] == [302, 302]
    last = Change.objects.latest("id")
    assert (last.verb, last.about, last.data) == ("end_sessions", "dan", {"count": 2})
    first = came()
    assert "All your sessions were ended by Alice." in first.get("/desk/").content.decode()
    assert Notice.objects.get(account=dan).seen_at is not None
    with pytest.raises(Forbidden):
        actions.end_sessions_of(actor_for(dan.pk, timezone.now()), admin.pk, at=timezone.now())


@pytest.mark.parametrize("how", ["deactivated", "ended", "new start"])
def test_sessions_keys_and_live_streams_of_an_ended_account_are_over_at_once(
    dan: Account, how: str
) -> None:
    now = timezone.now()
    key, _ = actions.issue_key(SYSTEM, "tool", ["api"], at=now, account=dan.pk)
    browser = came()
    listening = admit(str(browser.session.session_key))
    assert listening is not None
    assert look_again([listening])
    if how == "deactivated":
        actions.deactivate_account(SYSTEM, dan.pk, at=now)
    elif how == "ended":
        actions.end_sessions_of(SYSTEM, dan.pk, at=now)
    else:
        actions.new_start(SYSTEM, dan.pk, at=now)
    assert not look_again([listening])
    assert not SignedIn.objects.filter(account=dan).exists()
    assert browser.get("/desk/").status_code == 302
    assert ApiKey.objects.get(pk=key.pk).active == (how != "deactivated")


def test_a_session_ends_without_use_and_at_its_whole_time_but_not_by_what_a_page_asks_itself(
    dan: Account,
) -> None:
    browser = came()
    row = SignedIn.objects.get(account=dan)
    assert row.idle == 120
    assert row.expire_date - row.since == timedelta(hours=12)
    ago = timezone.now() - timedelta(minutes=100)
    SignedIn.objects.update(seen=ago)
    browser.get("/live/since")
    assert SignedIn.objects.get().seen == ago, "a page that was left asks by itself"
    assert browser.get("/desk/").status_code == 200
    assert SignedIn.objects.get().seen > ago
    SignedIn.objects.update(seen=timezone.now() - timedelta(minutes=121))
    assert browser.get("/desk/").status_code == 302
    again = came()
    SignedIn.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert again.get("/desk/").status_code == 302


def test_changing_what_a_session_holds_does_not_make_it_last_longer(dan: Account) -> None:
    browser = came()
    before = SignedIn.objects.get()
    session = browser.session
    session["anything"] = 1
    session.save()
    after = SignedIn.objects.get(pk=session.session_key)
    assert (after.expire_date, after.since, after.browser) == (
        before.expire_date, before.since, before.browser,
    )  # fmt: skip


def test_some_posts_have_less_time(dan: Account) -> None:
    actions.grant(SYSTEM, dan.pk, "administrator", at=timezone.now())
    came()
    assert SignedIn.objects.get().idle == 30


def test_the_holder_sees_the_last_sign_ins_and_wrong_tries_and_they_go_after_90_days(
    dan: Account,
) -> None:
    stranger = Client()
    for _ in range(2):
        stranger.post("/account/login/", {"login": "DAN", "password": "wrong"})
    stranger.post("/account/login/", {"login": "nobody", "password": "wrong"})
    browser = came()
    page = browser.get(PAGE).content.decode()
    assert "2 wrong tries in this hour" in page and "new device" in page
    browser.post("/account/logout/")
    browser.post("/account/login/", {"login": "dan", "password": PASSWORD})
    assert SignIn.objects.latest("id").known
    now = timezone.now()
    SignIn.objects.filter(known=False).update(at=now - timedelta(days=91))
    actions.forget_signing(now, world=now)
    assert [one.known for one in SignIn.objects.all()] == [True]
