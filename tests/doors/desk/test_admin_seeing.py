"""An administrator sees what somebody else sees, changes nothing, and leaves a line of it."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from commonward.areas.actions.telling import end_news, publish_news
from commonward.cases.access import contact_of
from commonward.cases.actions.fielding import end_round, plan_round
from commonward.cases.actions.saving import save_view
from commonward.core.refusals import Forbidden
from commonward.doors.look import seeing
from commonward.people.actions import add_account
from commonward.people.actions.looking import note_look
from commonward.people.models import AccessRecord, Account, Change, Grant
from tests.district import RUBBISH
from tests.doors.desk.conftest import Office
from tests.doors.desk.test_admin_people import do
from tests.doors.desk.test_rights import ROWS

ACCOUNTS = "/desk/admin/accounts/"
BANNER = "Nothing can be changed."


def see(office: Office, login: str) -> None:
    """The administrator begins to see as this person."""
    me, other = office.administrator, Account.objects.get(login=login)
    page = do(me, me.open(f"{ACCOUNTS}{other.pk}/"), "see")
    assert page.path == "/desk/"
    assert f"You see the pages as {other.name}." in page.text


def test_the_pages_are_those_of_the_other_and_end_with_a_button(office: Office) -> None:
    report = office.district.report(RUBBISH)
    case = reverse("desk:case", args=[report.case.number])
    me = office.administrator
    assert me.open(case).status == 404
    see(office, "dispatcher")
    page = me.open(case)
    assert page.status == 200
    assert BANNER in page.text
    assert me.open(ACCOUNTS).status == 403, "the dispatcher administers nothing"
    page = me.send(me.open("/desk/queue/"), "/desk/admin/seen/")
    assert page.path.startswith(ACCOUNTS)
    assert BANNER not in page.text
    assert me.open(case).status == 404


def test_each_use_and_each_case_that_was_opened_is_noted_as_the_administrators(
    office: Office,
) -> None:
    report = office.district.report(RUBBISH)
    see(office, "dispatcher")
    office.administrator.open(reverse("desk:case", args=[report.case.number]))
    office.administrator.send(office.administrator.open("/desk/"), "/desk/admin/seen/")
    told = Change.objects.filter(verb__startswith="see_as").order_by("id")
    lines = list(told.values_list("verb", "about", "by__login"))
    assert lines == [
        ("see_as", "dispatcher", "administrator"),
        ("see_as_end", "dispatcher", "administrator"),
    ]
    other = Account.objects.get(login="dispatcher")
    looks = list(AccessRecord.objects.values_list("account__login", "what"))
    assert ("administrator", f"read as account {other.pk}") in looks
    assert all(login == "administrator" for login, _what in looks)


OF_ONESELF = ("admin_see_end", "signed_in", "emergency")
"""What an administrator does with own rights meanwhile: nobody looks with whose eyes there."""


def contents() -> dict[str, list[str]]:
    """Every row of each of our tables, whole: a changed one tells as much as a new one."""
    kept = [m for m in apps.get_models() if m.__module__.startswith("commonward.")]
    return {
        m._meta.label: [repr(row) for row in m._default_manager.order_by("pk").values_list()]
        for m in kept
    }


@pytest.mark.parametrize("login", ["dispatcher", "street_handler", "duty_chief", "intake_officer"])
def test_every_address_refuses_every_change_while_seeing_as(office: Office, login: str) -> None:
    report = office.district.report(RUBBISH)
    office.district.handled(report)
    see(office, login)
    client = Client()
    client.cookies = office.administrator.client.cookies
    before = contents()
    for name, row in ROWS.items():
        if name in OF_ONESELF:
            continue
        known = {
            "number": report.case.number,
            "account": office.district.accounts["street_handler"],
            "team": office.district.teams["street"],
        }
        given = {key: value.format(**known) for key, value in row.given}
        path = reverse(f"desk:{name}", kwargs=given)
        for verb in (client.post, client.put, client.patch, client.delete):
            assert verb(path).status_code in (403, 405), (name, verb)
    assert client.post(reverse("field:send"), "{}", "application/json").status_code in (403, 405)
    assert contents() == before


@pytest.mark.parametrize("login", ["dispatcher", "street_handler", "duty_chief", "intake_officer"])
def test_reading_pages_writes_nothing_but_that_somebody_looked(office: Office, login: str) -> None:
    report = office.district.report(RUBBISH)
    office.district.handled(report)
    see(office, login)
    before = contents()
    for path in ("/desk/", "/desk/queue/", reverse("desk:case", args=[report.case.number]), "/desk/answers/",
                 "/desk/texts/", "/desk/keys/", "/desk/go/"):  # fmt: skip
        page = office.administrator.open(path)
        assert page.status == 200, (path, page.text)
        assert BANNER in page.text
    after = contents()
    changed = {label for label in after if after[label] != before[label]}
    assert changed <= {"people.AccessRecord"}


def test_a_page_that_would_write_is_refused_by_the_database_itself(office: Office) -> None:
    see(office, "dispatcher")
    write: list[Callable[[], object]] = [
        lambda: Account.objects.update(name="x"),
        lambda: Change.objects.create(verb="x", about="x", at=office.district.at),
        lambda: Grant.objects.all().delete(),
        lambda: connection.cursor().execute(
            "WITH a AS (SELECT 1) UPDATE people_account SET name = 'x'"
        ),
    ]
    with seeing.only_reading():
        for deed in write:
            with pytest.raises(Forbidden), transaction.atomic():
                deed()
        assert Account.objects.count() > 0
    assert not Account.objects.filter(name="x").exists()


def test_the_verbs_themselves_refuse_whoever_only_looks(office: Office) -> None:
    district = office.district
    report = district.report(RUBBISH)
    onlooker = replace(district.intake_officer, seen_by=district.accounts["administrator"])
    with pytest.raises(Forbidden):
        district.act(report, "accept", onlooker, 2)
    with pytest.raises(Forbidden):
        contact_of(report, onlooker, district.at, door="desk")
    chief = replace(district.administrator, seen_by=1)
    with pytest.raises(Forbidden):
        add_account(chief, "eve", "Eve", at=district.at)
    district.act(report, "accept", district.intake_officer, 2)


def test_the_verbs_that_write_no_event_refuse_whoever_only_looks_too(office: Office) -> None:
    district = office.district
    chief = replace(district.duty_chief, seen_by=district.accounts["administrator"])
    at, today = timezone.now(), timezone.localdate()
    planned = plan_round(
        district.teams["grids-south"], "The park", [{"name": "Gate", "lat": 27.8, "lon": 113.1}],
        [1], today, district.duty_chief,
    )  # fmt: skip
    told = publish_news(
        district.duty_chief, "430298", "news", "停水", "明日停水。",
        since=at, until=at + timedelta(days=2), at=at,
    )  # fmt: skip
    before = contents()
    deeds: list[Callable[[], object]] = [
        lambda: plan_round(planned.team_id, "Another", planned.points, [2], today, chief),
        lambda: end_round(planned.pk, chief, today),
        lambda: publish_news(
            chief, "430298", "news", "停电", "明日停电。",
            since=at, until=at + timedelta(days=2), at=at,
        ),
        lambda: end_news(chief, told.pk, at=at),
        lambda: save_view(chief, "mine", "mine=yes", at),
        lambda: note_look(chief, at),
    ]  # fmt: skip
    for deed in deeds:
        with pytest.raises(Forbidden, match="as somebody else"):
            deed()
    assert contents() == before


def test_it_ends_by_itself_and_with_the_administrators_post(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    see(office, "dispatcher")
    later = time.time() + seeing.LASTS + 1
    with monkeypatch.context() as patched:
        patched.setattr(time, "time", lambda: later)
        assert BANNER not in office.administrator.open("/desk/").text
    see(office, "dispatcher")
    mine = Grant.objects.get(account__login="administrator")
    mine.area_code = "430298"
    mine.save()
    assert BANNER not in office.administrator.open("/desk/").text, "no longer for the whole site"


def test_nobody_else_sees_as_and_not_as_oneself_or_as_one_who_left(office: Office) -> None:
    me = office.administrator
    own = Account.objects.get(login="administrator")
    page = do(me, me.open(f"{ACCOUNTS}{own.pk}/"), "see")
    assert page.status == 422
    other = Account.objects.get(login="dispatcher")
    Grant.objects.filter(account=own).update(area_code="430298")
    page = do(me, me.open(f"{ACCOUNTS}{other.pk}/"), "see")
    assert page.status == 422
    assert "Only an administrator for the whole site" in page.text
    assert not Change.objects.filter(verb="see_as").exists()
