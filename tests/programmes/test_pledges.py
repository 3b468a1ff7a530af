"""Pledges: kept with evidence and checked apart, reminded of once, booked once, called together."""

import io
from datetime import timedelta
from typing import Any

import pytest
import xlsxwriter
from django.core import mail
from django.db import IntegrityError, transaction

from commonward.cases.actions.tasking import act_on_task
from commonward.cases.models import Delivery, Event, Task
from commonward.core.pledge_sheet import read_pledges
from commonward.core.refusals import Forbidden, Invalid, Missing, Refusal, Stale
from commonward.core.targets.workbook import rows_of
from commonward.doors.outbox.sending import deliver
from commonward.programmes.actions.pledges import alliancing, duties, gathering, pooling
from commonward.programmes.actions.pledges.bringing_in import bring_in
from commonward.programmes.actions.pledges.calling import whistle_with
from commonward.programmes.actions.pledges.forgetting import forget_pledges
from commonward.programmes.actions.pledges.reminding import tick_pledges
from commonward.programmes.models import Duty, DutyDay, Organisation, Resolution
from commonward.programmes.queries.pledges import (
    alliance_of,
    alliances_for,
    joint_calls,
    owed_by,
    published,
)
from tests.district import LAMP, District
from tests.programmes.pledge_office import Pledges, agreed, pledges


@pytest.fixture(autouse=True)
def sends_mail(settings: Any) -> None:
    """A site with a mail server."""
    settings.MAIL, settings.MAIL_FROM = True, "Commonward <reports@example.org>"


@pytest.fixture
def office(district: District) -> Pledges:
    """The district with its alliance."""
    return pledges(district)


def test_a_duty_is_said_by_its_team_and_checked_by_somebody_apart(office: Pledges) -> None:
    code = office.alliance.code
    (day,) = DutyDay.objects.filter(duty=office.duty(office.roads))
    with pytest.raises(Refusal):
        duties.check_day(code, day.pk, office.officer, office.at, kept=True)
    with pytest.raises(Forbidden):
        duties.say_kept(code, day.pk, "照片一", office.officer, office.at)
    with pytest.raises(Forbidden):
        duties.say_kept(code, day.pk, "照片一", office.here.second_handler, office.at)
    duties.say_kept(code, day.pk, "照片一，电话 13912345678", office.here.handler, office.at)
    day.refresh_from_db()
    assert "13912345678" not in day.evidence
    with pytest.raises(Forbidden):
        duties.check_day(code, day.pk, office.here.handler, office.at, kept=True)
    duties.check_day(code, day.pk, office.officer, office.at, kept=True)
    with pytest.raises(Refusal):
        duties.check_day(code, day.pk, office.second, office.at, kept=False, why="no")


def test_who_notes_it_for_a_unit_outside_does_not_check_it(office: Pledges) -> None:
    code = office.alliance.code
    (day,) = DutyDay.objects.filter(duty=office.duty(office.shop))
    duties.say_kept(code, day.pk, "照片", office.officer, office.at)
    with pytest.raises(Forbidden):
        duties.check_day(code, day.pk, office.officer, office.at, kept=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        DutyDay.objects.filter(pk=day.pk).update(
            kept=True, checked_at=office.at, checked_by=office.officer.account
        )
    row = duties.check_day(code, day.pk, office.second, office.at, kept=False, why="只有一半")
    assert (row.kept, row.why) == (False, "只有一半")


def test_pledges_about_persons_are_refused(office: Pledges) -> None:
    for words in ("登记重点人员名单", "Keep a list of residents"):
        with pytest.raises(Invalid):
            duties.pledge(
                office.alliance.code, office.shop.pk,
                duties.Pledge(words, office.today, "照片"), office.officer, office.at,
            )  # fmt: skip
    with pytest.raises(Invalid):
        alliancing.keep_unit(
            alliancing.Unit("店", "shop", office_line="55550101"), office.officer, office.at
        )


def test_members_are_reminded_once_before_and_once_after(office: Pledges, settings: object) -> None:
    own, outside = office.duty(office.roads), office.duty(office.shop)
    assert tick_pledges(office.at) == (2, 0)
    assert tick_pledges(office.at) == (0, 0)
    assert [one.duty_id for one in owed_by(office.here.handler, own.days.get().due_on)] == [own.pk]
    (owed,) = Delivery.objects.filter(room="programmes")
    later = office.at + timedelta(days=5)
    assert deliver(lambda: office.at).sent == 1
    assert tick_pledges(later) == (0, 2)
    assert tick_pledges(later) == (0, 0)
    assert deliver(lambda: later).sent == 1
    assert [one.to for one in mail.outbox] == [["office@shop.example"]] * 2
    for one in mail.outbox:
        assert office.alliance.code in one.subject
        assert outside.what_en not in one.body
    verbs = list(Event.objects.filter(case=office.alliance.case).values_list("verb", flat=True))
    assert (verbs.count("alliance_duty_soon"), verbs.count("alliance_duty_late")) == (2, 2)


def test_a_mail_that_is_no_longer_needed_or_agreed_is_not_sent(office: Pledges) -> None:
    office.duty(office.shop)
    tick_pledges(office.at)
    Organisation.objects.filter(pk=office.shop.unit_id).update(
        contact_until=office.today - timedelta(days=1), consent_on=office.today - timedelta(days=9)
    )
    assert deliver(lambda: office.at).dropped == 1
    assert forget_pledges(office.at) == 1
    unit = Organisation.objects.get(pk=office.shop.unit_id)
    assert (unit.office_box, unit.office_line, unit.contact_until) == ("", "", None)


def test_a_thing_of_the_pool_is_taken_once(office: Pledges) -> None:
    code, day = office.alliance.code, office.today + timedelta(days=1)
    room = pooling.lend(code, office.shop.pk, "room", "会议室", office.officer, office.at)
    made = pooling.book(code, room.pk, day, "morning", "开会", office.here.handler, office.at)
    with pytest.raises(Stale):
        pooling.book(code, room.pk, day, "morning", "开会", office.officer, office.at)
    pooling.book(code, room.pk, day, "evening", "开会", office.officer, office.at)
    with pytest.raises(Forbidden):
        pooling.free(code, made.pk, office.here.second_handler, office.at)
    pooling.free(code, made.pk, office.here.handler, office.at)
    pooling.book(code, room.pk, day, "morning", "开会", office.officer, office.at)
    with pytest.raises(Missing):
        pooling.book(code, room.pk, day, "evening", "开会", office.here.outsider, office.at)


def test_a_whistle_with_an_alliance_is_a_task_for_each_team_and_none_closes_another(
    office: Pledges,
) -> None:
    case = office.here.report(LAMP).case
    number = case.number
    with pytest.raises(Forbidden):
        whistle_with(
            number, office.alliance.code, [], "到场", office.here.intake_officer, office.at
        )
    made = whistle_with(
        number, office.alliance.code, [office.here.teams["street"]], "请到场",
        office.here.dispatcher, office.at,
    )  # fmt: skip
    assert {one.team_id for one in made} == {
        office.here.teams[name] for name in ("roads", "lamps", "street")
    }
    together = joint_calls(case)
    assert len(together) == 2
    (own,) = [one for one in made if one.team_id == office.here.teams["roads"]]
    act_on_task(own.pk, "accept", office.here.handler, office.at)
    stages = dict(Task.objects.filter(case=case).values_list("team_id", "stage"))
    assert stages[office.here.teams["roads"]] != stages[office.here.teams["lamps"]]
    assert Task.objects.filter(case=case, is_open=True).count() == 3
    with pytest.raises(Invalid):
        whistle_with(number, "none", [], "到场", office.here.dispatcher, office.at)


def test_decisions_of_a_meeting_become_duties_and_orders_to_teams(office: Pledges) -> None:
    code = office.alliance.code
    starts = office.at + timedelta(days=1)
    held = gathering.call_meeting(
        code, starts, starts + timedelta(hours=1), "会议室", "街面整治", office.officer, office.at
    )
    assert deliver(lambda: office.at).sent == 1
    (invitation,) = mail.outbox
    assert "BEGIN:VEVENT" in str(invitation.message())
    due = office.today + timedelta(days=20)
    decided = [
        gathering.Decision("修补路面", office.roads.pk, due, "照片"),
        gathering.Decision("清理排水沟", office.roads.pk, due, "照片"),
        gathering.Decision("门前三包", office.shop.pk, due, "照片"),
    ]
    with pytest.raises(Refusal):
        gathering.write_minutes(code, held.pk, "议定三项。", decided, office.officer, office.at)
    after = starts + timedelta(hours=2)
    gathering.write_minutes(code, held.pk, "议定三项。", decided, office.officer, after)
    (order,) = Task.objects.filter(case=office.alliance.case)
    assert order.team_id == office.here.teams["roads"]
    assert Duty.objects.count() == 3
    assert sorted(Resolution.objects.values_list("task_id", flat=True), key=str) == [
        order.pk, order.pk, None,
    ]  # fmt: skip
    with pytest.raises(Refusal):
        gathering.write_minutes(code, held.pk, "又一次", [], office.officer, after)
    with pytest.raises(Refusal):
        alliancing.end_alliance(code, office.officer, after)


def test_an_alliance_ends_with_its_coming_days_and_takes_nothing_more(office: Pledges) -> None:
    code = office.alliance.code
    office.duty(office.shop, days=0, repeats="month")
    assert DutyDay.objects.count() == 13
    later = office.at + timedelta(days=40)
    alliancing.end_alliance(code, office.officer, later)
    assert DutyDay.objects.count() == 2
    assert not published(office.today)
    with pytest.raises(Refusal):
        office.duty(office.shop)


def test_a_table_is_tried_first_and_written_whole_or_not_at_all(office: Pledges) -> None:
    code, day = office.alliance.code, (office.today + timedelta(days=9)).isoformat()
    table = [
        ["成员单位", "承诺事项", "履行凭据", "首次到期", "频次"],
        ["河滨超市", "清扫门前", "照片", day, "每月"],
        ["河滨超市", "登记重点人员", "名单", day, ""],
        ["", "", "", "", ""],
        ["别家", "清扫门前", "照片", day, ""],
        ["路灯所", "检修路灯", "照片", "someday", ""],
    ]
    lines, faults = read_pledges(table)
    assert [one.row for one in faults] == [6]
    for only_try in (True, False):
        tried = bring_in(code, lines, office.officer, office.at, only_try=only_try)
        assert [one.row for one in tried.faults] == [3, 5]
        assert not Duty.objects.exists()
    good = [lines[0]]
    assert len(bring_in(code, good, office.officer, office.at, only_try=True).new) == 1
    assert not Duty.objects.exists()
    assert len(bring_in(code, good, office.officer, office.at).new) == 1
    assert bring_in(code, good, office.officer, office.at).same == 1
    assert (Duty.objects.count(), Duty.objects.get().repeats) == (1, "month")
    with pytest.raises(Forbidden):
        bring_in(code, good, office.here.handler, office.at)


def test_an_alliance_ends_by_itself_after_its_last_day(office: Pledges) -> None:
    last = office.alliance.ends_on
    at = office.at + (last - office.today)
    tick_pledges(at)
    assert published(last)
    tick_pledges(at + timedelta(days=1))
    office.alliance.case.refresh_from_db()
    assert office.alliance.case.stage == "ended"


def test_only_members_teams_and_who_keeps_the_area_see_it(office: Pledges) -> None:
    here, code = office.here, office.alliance.code
    for actor in (office.officer, here.leader, here.handler, here.second_handler):
        assert alliance_of(code, actor)
        assert [one.alliance.code for one in alliances_for(actor, office.today)] == [code]
    for actor in (here.street_handler, here.outsider, here.dispatcher):
        with pytest.raises(Missing):
            alliance_of(code, actor)
        assert not alliances_for(actor, office.today)
    with pytest.raises(Forbidden):
        alliancing.join(code, office.shop.unit_id, here.handler, office.at)
    with pytest.raises(Forbidden):
        alliancing.make_alliance(agreed(office.area.pk, office.today), here.handler, office.at)
    alliancing.leave(code, office.roads.pk, office.officer, office.at)
    with pytest.raises(Missing):
        alliance_of(code, here.handler)


def test_a_spreadsheet_with_merged_cells_is_read_as_a_table_of_duties() -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        page = book.add_worksheet()
        for at, name in enumerate(("member", "what", "wanted", "due_on")):
            page.write(0, at, name)
        for row, what in ((1, "清扫门前"), (2, "修补路面")):
            page.write_row(row, 0, ["河滨超市", what, "照片", "2026-05-01"])
        page.merge_range(3, 0, 4, 0, "路灯所")
    lines, faults = read_pledges(rows_of(buffer.getvalue(), fill=False))
    assert ([one.what for one in lines], [one.row for one in faults]) == (
        ["清扫门前", "修补路面"],
        [4],
    )
