"""A mark in browsers: its kind published, a room nominated and shown on a phone, looked at by another
team, decided by a panel of two, doubted, answered, kept, and read by everybody."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from commonward.cases.models import Case
from commonward.programmes.models import Mark, MarkKind
from tests.browser.test_programme_risk import fill, push
from tests.district import District
from tests.programmes.mark_office import ROOM, Marks, marks

LIST = "/desk/programmes/marks/"


@pytest.fixture
def office(district: District) -> Marks:
    """The district with its kinds of marks, today."""
    return marks(district, timezone.now())


def _refused(w: Any, do: str) -> str:
    """Press a button that is refused, and what the page says; the browser's own note is no fault."""
    with w.page.expect_navigation():
        w.page.locator(f"button[name=do][value={do}]:visible").first.click()
    w.page.locator("#error").wait_for()
    w.faults.clear()
    return str(w.page.locator("#error").inner_text())


@pytest.mark.parametrize(("language", "width"), [("en-GB", 1280), ("zh-CN", 320)])
def test_from_the_criteria_to_the_mark_that_everybody_reads(
    office: Marks, window: Callable[..., Any], language: str, width: int
) -> None:
    with window(language, width) as desk, window(language, 320) as phone:
        desk.sign_in("programme_officer")
        _kind(desk)
        phone.sign_in("handler")
        phone.open(f"{LIST}new/?kind={ROOM}")
        phone.sound("mark-new")
        fill(phone, room=str(office.room.pk))
        push(phone, "nominate")
        number = Mark.objects.get().case.number
        here = f"{LIST}{number}/"
        phone.sound("mark-nominated")
        for one in (2, 3):
            phone.page.locator(f"#evidence{one}").fill("门口告示，照片已存档")
            with phone.page.expect_navigation():
                phone.page.locator(f"form:has(#evidence{one}) button").click()
        desk.open(here)
        fill(desk, team=str(office.here.teams["lamps"]))
        push(desk, "send")
        desk.sound("mark-sent")
        _look(phone, here)
        desk.open(here)
        push(desk, "put")
        _panel(desk, here)
        assert Case.objects.get(number=number).stage == "given"
        desk.open(LIST)
        desk.sound("mark-list")
        with window(language, 320, script=False) as reader:
            for path in ("", "criteria/", f"{number}/"):
                reader.open(f"/together/marks/{path}")
                reader.sound(f"marks-portal-{path.strip('/') or 'list'}"[:20])
            assert "门口告示" in reader.text
            assert "Officer" not in reader.text
        _doubted(desk, phone, here)
        assert Case.objects.get(number=number).stage == "given"


def _kind(desk: Any) -> None:
    """A kind of one figure is refused in words; with a look beside it is published."""
    desk.open(f"{LIST}kinds/")
    desk.sound("mark-kinds")
    desk.open(f"{LIST}kinds/new/")
    desk.sound("mark-kind-new")
    fill(desk, code="quiet-street", about="area", title="安静街区", title_en="Quiet street",
         says="事项按期办结。", says_en="What is reported is closed in time.", months="12",
         sort1="figure", title1="没有超期", title_en1="Nothing overdue")  # fmt: skip
    desk.page.locator("main summary").first.click()
    fill(desk, indicator1="overdue_backlog", bound1="0", days1="90", least1="5")
    alone = _refused(desk, "publish")
    assert "one figure" in alone or "两项" in alone or "criteria" in alone
    fill(desk, sort2="evidence", title2="公示答复", title_en2="Answers are posted")
    _refused(desk, "publish")
    fill(desk, sort3="figure", title3="满意率", title_en3="Satisfied")
    desk.page.locator("main summary").nth(2).click()
    fill(desk, indicator3="satisfaction_rate", bound3="80", days3="90", least3="5")
    push(desk, "publish")
    assert MarkKind.objects.filter(kind="quiet-street").count() == 1
    desk.open(f"{LIST}kinds/quiet-street/")
    desk.sound("mark-kind")


def _look(phone: Any, here: str) -> None:
    phone.sign_out()
    phone.sign_in("second_handler")
    phone.open(here)
    phone.sound("mark-look")
    for one in (1, 2, 3):
        form = phone.page.locator(f"form:has(#reason{one})")
        for tick in form.locator("[name=ticked]").all():
            tick.check()
        form.locator("[name=reason]").fill("到场看过")
        form.locator("[name=met][value=yes]").check()
        with phone.page.expect_navigation():
            form.locator("button").click()
    phone.sound("mark-looked")


def _panel(desk: Any, here: str) -> None:
    for login in ("second_officer", "third_officer"):
        desk.sign_out()
        desk.sign_in(login)
        desk.open(here)
        desk.page.locator("#voice").fill("条件全部符合")
        push(desk, "good")
    desk.sound("mark-panel")
    desk.page.locator("#decision").fill("条件全部符合。")
    desk.page.locator("#decision_en").fill("All criteria are met.")
    push(desk, "decide")
    desk.sound("mark-given")


def _doubted(desk: Any, phone: Any, here: str) -> None:
    desk.open(here)
    desk.page.locator("details:has(#doubt) summary").click()
    desk.page.locator("#doubt").fill("第二间谈话室已改作他用")
    push(desk, "doubt")
    phone.sign_out()
    phone.sign_in("handler")
    phone.open(here)
    phone.sound("mark-doubted")
    fill(phone, words="已恢复原状")
    push(phone, "answer")
    desk.sign_out()
    desk.sign_in("second_officer")
    desk.open(here)
    desk.page.locator("#verdict").fill("已恢复。")
    push(desk, "keep")
    desk.sound("mark-kept")
