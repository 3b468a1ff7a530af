"""Accounts, teams, grants and keys, administered on the desk; each act leaves its line."""

import re

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from commonward.people.models import Account, ApiKey, Change, Grant, Membership, Team
from commonward.people.queries import key_for
from tests.district import STREETS
from tests.doors.desk.conftest import Colleague, Office, Page

ACCOUNTS = "/desk/admin/accounts/"


def do(me: Colleague, page: Page, deed: str, **filled: str) -> Page:
    """Send the form of the page whose button does this, with some fields filled."""
    for form in page.forms:
        if ("do", deed) in form.buttons:
            given = {**form.fields, **filled, "do": deed}
            target = form.action or page.path
            return me._page(me.client.post(target, given, follow=True), target)
    raise AssertionError(f"nothing here does “{deed}”: {[f.buttons for f in page.forms]}")


def newcomer(office: Office) -> Account:
    """An account that the administrator has just added on the page."""
    page = office.administrator.open(ACCOUNTS)
    page = office.administrator.send(page, ACCOUNTS, login="fay", name="Fay", do="add")
    assert page.path.startswith(ACCOUNTS), page.texts
    return Account.objects.get(login="fay")


def test_a_newcomer_is_added_granted_joined_and_signs_in_with_the_password_shown_once(
    office: Office,
) -> None:
    fay = newcomer(office)
    me, where = office.administrator, f"{ACCOUNTS}{fay.pk}/"
    page = me.open(where)
    do(me, page, "grant", role="dispatcher", area=STREETS[0], categories="02, 03")
    do(me, me.open(where), "join", team="dispatch")
    given = Grant.objects.get(account=fay)
    assert (given.role, given.area_code, given.categories) == (
        "dispatcher",
        STREETS[0],
        ["02", "03"],
    )
    assert given.given_by is not None
    assert Membership.objects.filter(account=fay, team__code="dispatch", until=None).exists()
    page = do(me, me.open(where), "start")
    found = re.search(r'number-big">([^<]+)<', page.html)
    assert found
    assert found.group(1) not in me.open(where).html, "it is shown once"
    signed_in = Client().post("/account/login/", {"login": "fay", "password": found.group(1)})
    assert signed_in.headers["Location"] == "/desk/"


def test_ending_a_grant_and_deactivating_hold_at_once(office: Office) -> None:
    me, dispatcher = office.administrator, Account.objects.get(login="dispatcher")
    where = f"{ACCOUNTS}{dispatcher.pk}/"
    assert office.dispatcher.open("/desk/queue/").status == 200
    do(me, me.open(where), "revoke")
    assert office.dispatcher.open("/desk/queue/").status == 403
    do(me, me.open(where), "deactivate")
    assert office.dispatcher.open("/desk/queue/", follow=False).path.startswith("/account/login/")


def test_nobody_deactivates_the_own_account(office: Office) -> None:
    me = Account.objects.get(login="administrator")
    page = do(office.administrator, office.administrator.open(f"{ACCOUNTS}{me.pk}/"), "deactivate")
    assert page.status == 422
    assert Account.objects.get(pk=me.pk).is_active


@pytest.mark.parametrize(
    ("filled", "told"),
    [
        ({"role": "system"}, "No role “The system” can be given"),
        ({"role": "dispatcher", "area": "999999"}, "999999"),
        ({"role": "dispatcher", "categories": "x" * 41}, "1 to 40 characters"),
    ],
)
def test_a_wrong_grant_is_refused_in_words_and_what_was_typed_stays(
    office: Office, filled: dict[str, str], told: str
) -> None:
    fay = newcomer(office)
    page = do(
        office.administrator, office.administrator.open(f"{ACCOUNTS}{fay.pk}/"), "grant", **filled
    )
    assert page.status in (404, 422)
    assert told in page.html
    assert not Grant.objects.filter(account=fay).exists()


def test_accounts_are_found_by_a_part_of_login_or_name_and_listed_by_pages(office: Office) -> None:
    for n in range(60):
        Account.objects.create(login=f"w{n:03}", name=f"Worker {n}", made_at=timezone.now())
    me = office.administrator
    first = me.open(ACCOUNTS, q="worker")
    assert "w000" in first.html
    assert "w059" not in first.html
    more = [link for link in first.links if "after=" in link]
    assert len(more) == 1
    assert "w059" in me.open(ACCOUNTS + more[0].replace("&amp;", "&")).html
    assert "No account fits" in me.open(ACCOUNTS, q="zzz").html


def test_a_team_is_added_changed_and_closed_and_an_empty_one_says_what_that_means(
    office: Office,
) -> None:
    me, where = office.administrator, "/desk/admin/teams/"
    page = do(me, me.open(where), "add", code="water", name="水务队", kind="department")
    team = Team.objects.get(code="water")
    assert "unrouted queue" in page.html
    do(me, me.open(f"{where}{team.pk}/"), "join", login="handler")
    do(me, me.open(f"{where}{team.pk}/"), "change", name="水务一队", contact="12345", line="street")
    team.refresh_from_db()
    assert (team.name, team.contact, team.line and team.line.code) == (
        "水务一队",
        "12345",
        "street",
    )
    page = do(me, me.open(f"{where}{team.pk}/"), "change", name="x", line="water")
    assert "cannot stand below itself" in page.html
    do(me, me.open(f"{where}{team.pk}/"), "close")
    assert not Membership.objects.filter(team=team, until=None).exists()


def test_a_key_is_issued_shown_once_and_revoked(office: Office) -> None:
    me, where = office.administrator, "/desk/admin/keys/"
    page = do(me, me.open(where), "issue", name="City app", rights="open311.report")
    found = re.search(r"cw_[\w-]{20,}", page.html)
    assert found
    assert found.group() not in me.open(where).html
    assert key_for(found.group(), timezone.now()) is not None
    do(me, me.open(where), "revoke")
    assert key_for(found.group(), timezone.now()) is None
    assert ApiKey.objects.count() == 1
    page = do(me, me.open(where), "issue", name="x", rights="api", per_minute="many")
    assert page.status == 422


def test_every_act_leaves_a_line_without_secrets_that_the_database_keeps(office: Office) -> None:
    fay = newcomer(office)
    page = do(office.administrator, office.administrator.open(f"{ACCOUNTS}{fay.pk}/"), "start")
    password = re.search(r'number-big">([^<]+)<', page.html)
    assert password
    lines = list(Change.objects.filter(about="fay").order_by("id"))
    assert [line.verb for line in lines] == ["add_account", "new_start"]
    assert {line.by.login for line in lines if line.by} == {"administrator"}
    assert all(password.group(1) not in str(line.data) for line in lines)
    home = office.administrator.open("/desk/admin/")
    assert "New start for an account" in home.html
    for forge in (lambda: Change.objects.update(about="x"), lambda: Change.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            forge()


def test_pages_ask_a_bounded_number_of_queries(
    office: Office, django_assert_max_num_queries: object
) -> None:
    me = office.administrator
    fay = newcomer(office)
    for path in (
        ACCOUNTS,
        f"{ACCOUNTS}{fay.pk}/",
        "/desk/admin/teams/",
        "/desk/admin/keys/",
        "/desk/admin/",
    ):
        me.open(path)
        with django_assert_max_num_queries(16):  # type: ignore[operator]
            me.open(path)
