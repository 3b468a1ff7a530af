"""The whole loop by its people, each in a browser of their own; every page of it looked over."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone, translation
from django.utils.translation import gettext

from commonward.cases import actions as cases
from commonward.cases.models import Case, Report
from tests.browser.conftest import WIDTHS
from tests.district import LAMP, POTHOLE, RUBBISH, District

LANGUAGES = {"en-GB": "en", "zh-CN": "zh-hans"}


class Say:
    """The page's own words in one language."""

    def __init__(self, browser_language: str) -> None:
        self.language = LANGUAGES[browser_language]

    def __call__(self, text: str) -> str:
        with translation.override(self.language):
            return gettext(text)

    def step(self, case: Case, verb: str) -> str:
        """A step's title."""
        title = case.procedure.text["verbs"]
        found = next(v for v in title if v["name"] == verb)["title"]
        return str(found["zh" if self.language.startswith("zh") else "en"])


@pytest.fixture
def staff(window: Callable[..., Any]) -> Callable[..., Any]:
    """Opens a window in which somebody of the staff is signed in."""

    @contextmanager
    def opened(login: str, language: str = "en-GB", width: int = 1280) -> Iterator[Any]:
        with window(language, width) as w:
            w.sign_in(login)
            yield w

    return opened


def fill(w: Any, **filled: str) -> None:
    """Fill a step's form, wait for what the resident will read, and send it."""
    for name, value in filled.items():
        field = w.page.locator(f"main [name={name}]")
        if field.first.get_attribute("type") in ("radio", "checkbox"):
            w.page.locator(f"main [name={name}][value='{value}']").first.check()
        elif field.first.evaluate("e => e.tagName") == "SELECT":
            field.first.select_option(value)
        else:
            field.first.fill(value)
    send(w)


def send(w: Any) -> None:
    """Press the form's button, once more where something is to be looked at first."""
    for _ in range(2):
        w.page.locator("form.step-form .step-ways button").click()
        w.page.wait_for_load_state()
        if not w.page.locator("form.step-form").count():
            return


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_the_whole_loop_by_its_people(
    district: District, window: Callable[..., Any], staff: Callable[..., Any], language: str
) -> None:
    say = Say(language)
    with ExitStack() as all_of:

        def at_desk(login: str) -> Any:
            return all_of.enter_context(staff(login, language))

        resident = all_of.enter_context(window(language, 320))
        resident.open("/report/")
        resident.page.locator("#words").fill("大门旁有垃圾 Rubbish beside the gate")
        resident.press(say("Next"))
        kind = resident.page.locator(f"#kind-{RUBBISH}")
        if not kind.is_visible():
            resident.page.locator("summary").first.click()
        kind.check()
        resident.press(say("Next"))
        resident.page.locator("#address").fill("East gate 东门")
        resident.page.get_by_text(say("I know the position in numbers"), exact=True).click()
        resident.page.locator("#lat").fill("27.805")
        resident.page.locator("#lon").fill("113.105")
        resident.press(say("Next"))
        resident.page.locator("#phone").fill("13912345678")
        resident.press(say("Next"))
        resident.press(say("Send"))
        resident.press(say("Follow this report"))
        report = Report.objects.get()
        case = Case.objects.select_related("procedure").get(pk=report.case_id)
        page = f"/desk/cases/{case.number}/"

        intake = at_desk("intake_officer")
        intake.open(page)
        intake.sound("case-received")
        intake.press(say.step(case, "accept"))
        intake.sound("case-accepted")

        chief = at_desk("duty_chief")
        chief.open(f"{page}steps/file/")
        chief.sound("step-file")
        fill(chief, standard=str(district.standards[RUBBISH]))

        dispatcher = at_desk("dispatcher")
        dispatcher.open("/desk/board/")
        dispatcher.sound("board-stages")
        dispatcher.page.locator(f"a[href='{page}']").first.click()
        dispatcher.page.wait_for_load_state()
        dispatcher.press(say.step(case, "dispatch"))
        dispatcher.sound("step-dispatch")
        fill(dispatcher, team=str(district.teams["street"]))

        handler = at_desk("street_handler")
        handler.open(page)
        handler.sound("case-handling")
        handler.press(say.step(case, "finish"))
        area = handler.page.locator("textarea[name=result]")
        area.fill("垃圾已清运 The rubbish is gone, ring 139 1234 5678.")
        handler.page.wait_for_selector(".reads .timeline-words")
        assert "•••" in handler.page.locator(".reads").inner_text()
        handler.sound("step-finish-read")
        send(handler)
        case.refresh_from_db()
        assert case.stage == "feed_back"

        dispatcher.open(page)
        dispatcher.press(say.step(case, "pass_on"))
        checker = at_desk("second_grid_worker")
        checker.open(f"{page}steps/pass_check/")
        checker.sound("step-check")
        send(checker)
        chief.open(f"{page}steps/close/")
        chief.sound("step-close")
        fill(chief, outcome="solved")

        intake.open(f"{page}steps/content/")
        intake.sound("step-content")
        fill(intake, solved="yes", satisfied="5")
        intake.sound("case-closed")
        case.refresh_from_db()
        assert (case.stage, case.outcome) == ("closed", "solved")
        resident.page.reload()
        assert "•••" in resident.text
        assert "139 1234 5678" not in resident.text


def busy(district: District) -> tuple[str, str]:
    """A case with everything on it, and a closed one; both numbers."""
    report = district.report(
        POTHOLE,
        "学校门口路面有个深坑，雨天看不见，已经有人摔倒。A deep hole before the school gate.",
        address="School road 7 学校路7号",
        answers={"HOWDEEP": "12", "SURFACE": "asphalt"},
        at=timezone.now() - timedelta(hours=5),
    )
    district.report(POTHOLE, "Same hole 同一个坑", answers={"HOWDEEP": "9"}, at=timezone.now())
    number = report.case.number
    begun = timezone.now() - timedelta(hours=4)

    def act(verb: str, who: Any, minutes: int, **given: Any) -> None:
        cases.act(number, verb, who, begun + timedelta(minutes=minutes), given)

    act("accept", district.intake_officer, 1)
    act("file", district.duty_chief, 2)
    act("dispatch", district.dispatcher, 3, team=district.teams["roads"])
    act("hand_back", district.handler, 20, reason="这是开发商的路。It is the developer's road.")
    act("dispatch", district.dispatcher, 40, team=district.teams["roads"])
    act("note", district.dispatcher, 50, words="The school was told. 已告知学校。")
    whistled = [district.teams["lamps"], district.teams["street"]]
    when = begun + timedelta(minutes=60)
    cases.ask_tasks(number, "whistle", whistled, "请到场。Come.", district.dispatcher, when)
    cases.ask_tasks(
        number, "supervision", [district.teams["roads"]], "说明原因。Say why.",
        district.duty_chief, when,
    )  # fmt: skip
    closed = district.report(LAMP)
    district.closed(closed)
    return number, closed.case.number


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_page_of_a_case_is_sound_at_every_width(
    district: District, staff: Callable[..., Any], language: str
) -> None:
    number, closed = busy(district)
    with staff("dispatcher", language, WIDTHS) as w:
        for name, path in (
            ("case-busy", f"/desk/cases/{number}/"),
            ("case-ended", f"/desk/cases/{closed}/"),
            ("whistle", f"/desk/cases/{number}/ask/whistle/"),
            ("split", f"/desk/cases/{number}/split/"),
            ("extension", f"/desk/cases/{number}/requests/extension/"),
            ("suspension", f"/desk/cases/{number}/requests/suspension/"),
            ("not-yours", f"/desk/cases/{number}/steps/force_close/"),
            *(
                (f"board-{tab}", f"/desk/board/?tab={tab}")
                for tab in ("stages", "whistles", "orders", "returned", "unrouted", "stuck")
            ),
        ):
            w.open(path)
            if name == "not-yours":
                w.faults.clear()  # the browser notes the 403 that is meant
            for summary in w.page.locator(".clock summary").all():
                summary.click()
            w.sound(f"desk-{name}")


def test_another_persons_change_is_told_while_it_is_typed(
    district: District, staff: Callable[..., Any]
) -> None:
    number, _ = busy(district)
    with staff("dispatcher") as one, staff("duty_chief") as other:
        one.open(f"/desk/cases/{number}/steps/note/")
        one.page.locator("textarea[name=words]").fill("We look at noon.")
        other.open(f"/desk/cases/{number}/steps/note/")
        other.page.locator("textarea[name=words]").fill("The mast leans.")
        send(other)
        one.page.locator("form.step-form .step-ways button").click()
        one.page.wait_for_load_state()
        assert "The mast leans." in one.text
        assert one.page.locator("textarea[name=words]").input_value() == "We look at noon."
        one.sound("stale")
        send(one)
        assert "We look at noon." in one.text
