"""An alliance in browsers: made, joined, pledged, said to be kept on a phone, checked by another, its
pool booked, its meeting held, its whistle answered by each team, and read by everybody."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from commonward.cases.models import Task
from commonward.programmes.actions.pledges.gathering import call_meeting
from commonward.programmes.models import Alliance, Duty, DutyDay
from tests.browser.test_programme_risk import day, fill, push
from tests.district import LAMP, District
from tests.programmes.pledge_office import Pledges, pledges

LIST = "/desk/programmes/pledges/"


@pytest.fixture
def office(district: District) -> Pledges:
    """The district with an alliance, today."""
    return pledges(district, timezone.now())


@pytest.mark.parametrize(("language", "width"), [("en-GB", 1280), ("zh-CN", 320)])
def test_from_the_agreement_to_what_everybody_reads(
    office: Pledges, window: Callable[..., Any], language: str, width: int
) -> None:
    with window(language, width) as desk, window(language, 320) as phone:
        desk.sign_in("programme_officer")
        desk.open(f"{LIST}new/")
        desk.sound("pledge-new")
        fill(desk, title="校园周边联盟", title_en="Around the school", about="上下学时段护路。",
             about_en="The way to school is kept clear.", kind="school",
             area=str(office.area.pk), begins_on=day(0), ends_on=day(200))  # fmt: skip
        push(desk, "make")
        code = Alliance.objects.exclude(pk=office.alliance.pk).get().code
        here = f"{LIST}{code}/"
        fill(desk, unit=str(office.roads.unit_id))
        push(desk, "join")
        desk.page.locator("details summary").last.click()
        fill(desk, what="清理人行道", what_en="Clear the pavement", wanted="照片", due_on=day(2),
             repeats="month")  # fmt: skip
        push(desk, "add")
        desk.sound("pledge-page")
        phone.sign_in("handler")
        phone.open(LIST)
        phone.sound("pledge-own")
        assert phone.page.locator("#own").count()
        phone.open(here)
        phone.page.locator("[name=evidence]").first.fill("照片已存档")
        push(phone, "say")
        phone.sound("pledge-said")
        desk.open(here)
        desk.sound("pledge-checks")
        push(desk, "kept")
        assert DutyDay.objects.get(said_at__isnull=False).kept
        _pool(desk, here)
        _meetings(desk, office, here, code)
        _table(desk, here)
        for path in (LIST, f"{here}edit/", f"{LIST}units/", f"{LIST}units/{office.shop.unit_id}/"):
            desk.open(path)
            desk.sound(f"pledge{path.replace('/', '-')}")
        with window(language, width) as other:
            _whistle(other, office)
        with window(language, 320, script=False) as reader:
            reader.open("/together/pledges/")
            reader.sound("pledges-portal")
            reader.open(f"/together/pledges/{code}/")
            reader.sound("pledge-portal")
            assert "照片已存档" not in reader.text


def _table(desk: Any, here: str) -> None:
    desk.open(f"{here}import/")
    table = f"member,what,wanted,due_on,repeats\n道路养护队,补划标线,照片,{day(5)},每月\n无名单位,扫雪,照片,{day(5)},\n"
    file = {"name": "duties.csv", "mimeType": "text/csv"}
    desk.page.set_input_files("#file", {**file, "buffer": table.encode()})
    push(desk, "look")
    desk.sound("pledge-import-faults")
    assert not desk.page.locator("button[value=confirm]").count()
    desk.page.set_input_files(
        "#file", {**file, "buffer": table.replace("无名单位", "道路养护队").encode()}
    )
    push(desk, "look")
    desk.sound("pledge-import")
    push(desk, "confirm")
    assert Duty.objects.filter(what__in=["补划标线", "扫雪"]).count() == 2


def _pool(desk: Any, here: str) -> None:
    desk.open(f"{here}pool/")
    desk.page.locator("details summary").last.click()
    fill(desk, kind="room", name="会议室", name_en="Meeting room")
    push(desk, "lend")
    fill(desk, day=day(1), part="morning", purpose="碰头会")
    push(desk, "book")
    desk.sound("pledge-pool")
    fill(desk, day=day(1), part="morning", purpose="另一场")
    with desk.page.expect_navigation():
        desk.page.locator("button[name=do][value=book]").click()
    assert desk.page.locator("#error").count()
    desk.faults.clear()  # the browser itself notes the refusal


def _meetings(desk: Any, office: Pledges, here: str, code: str) -> None:
    desk.open(f"{here}meetings/")
    desk.page.locator("details summary").last.click()
    fill(desk, day=day(1), place="街道办", agenda="下月安排", **{"from": "14:00", "until": "15:00"})
    push(desk, "call")
    desk.sound("pledge-meetings")
    past = timezone.now() - timedelta(hours=2)
    held = call_meeting(
        code, past, past + timedelta(hours=1), "街道办", "本月安排", office.officer,
        past - timedelta(hours=1),
    )  # fmt: skip
    desk.open(f"{here}meetings/{held.pk}/")
    desk.sound("pledge-minutes-form")
    fill(desk, minutes="议定一项。", words1="增设护栏", due1=day(30), wanted1="照片")
    push(desk, "write")
    desk.sound("pledge-minutes")
    assert Task.objects.filter(kind="supervision").count() == 1


def _whistle(other: Any, office: Pledges) -> None:
    number = office.here.report(LAMP, at=timezone.now()).case.number
    other.sign_in("dispatcher")
    other.open(f"/desk/cases/{number}/ask/whistle/")
    fill(other, words="请到场", alliance=office.alliance.code)
    other.sound("pledge-whistle")
    with other.page.expect_navigation():
        other.page.locator("main form button.btn-primary").last.click()
    assert Task.objects.filter(kind="whistle").count() == 2
    other.open(f"/desk/cases/{number}/")
    other.sound("pledge-whistle-case")
