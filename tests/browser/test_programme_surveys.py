"""A survey in browsers: prepared, planned, its list drawn, called, answered by link without scripts and
on the tablet, typed in from paper, closed, published and read by everybody."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from commonward.areas.models import Area
from commonward.core.rights import SYSTEM
from commonward.programmes.actions.surveys import answering
from commonward.programmes.models import Survey, SurveyAnswer, SurveyNumber
from tests.browser.test_programme_risk import day, fill, push
from tests.district import DISTRICT, STREETS, District
from tests.programmes.survey_office import MARKER, phone_list, surveys

LIST = "/desk/programmes/surveys/"


def choose(w: Any, **more: str) -> None:
    """Answer every question by its first choice."""
    for name in ("safe_night", "safe_day", "lighting", "clean", "reported", "answered", "channel"):
        w.page.locator(f"input[name={name}]").first.check()
    for name, value in more.items():
        w.page.locator(f"input[name={name}][value='{value}']").check()


def sent(w: Any) -> None:
    """Send the form and wait for the page that follows."""
    with w.page.expect_navigation():
        w.page.locator("main form button.btn-primary").last.click()
    w.page.wait_for_load_state()
    assert not w.page.locator("#error").count(), w.text


@pytest.mark.parametrize(("language", "width"), [("en-GB", 1280), ("zh-CN", 320)])
def test_from_the_questions_to_what_everybody_reads(
    district: District, window: Callable[..., Any], language: str, width: int
) -> None:
    office = surveys(district, timezone.now())
    with window(language, width) as desk, window(language, 320) as phone:
        desk.sign_in("programme_officer")
        desk.open(f"{LIST}new/")
        desk.sound("survey-new")
        fill(desk, title="安全感调查", title_en="Sense of safety", begins_on=day(0),
             ends_on=day(20), shred_on=day(25), area=str(Area.objects.get(code=DISTRICT).pk))  # fmt: skip
        push(desk, "make")
        code = Survey.objects.exclude(pk=office.survey.pk).get().code
        here = f"{LIST}{code}/"
        desk.sound("survey-plan")
        fill(desk, layers=f"{STREETS[0]} | 6000\n{STREETS[1]} | 3000", size="60", margin="")
        push(desk, "plan")
        push(desk, "open")
        desk.sound("survey-page")
        desk.open(f"{here}numbers/")
        desk.sound("survey-numbers")
        table = "\n".join(",".join(map(str, row)) for row in phone_list(20))
        file = {"name": "l.csv", "mimeType": "text/csv", "buffer": table.encode()}
        desk.page.set_input_files("#file", file)
        push(desk, "bring")
        assert SurveyNumber.objects.count() == 21
        assert MARKER not in desk.page.content()
        phone.sign_in("intake_officer")
        phone.open(f"{here}calls/")
        push(phone, "take")
        phone.sound("survey-call")
        held = phone.page.locator(".survey-number").inner_text()
        choose(phone, outcome="answered")
        push(phone, "end")
        phone.sound("survey-calls")
        assert held not in phone.page.content()
        phone.open(f"{here}type/")
        phone.sound("survey-type")
        fill(phone, stratum=STREETS[0])
        choose(phone)
        push(phone, "keep")
        desk.open(f"{here}paper/")
        desk.sound("survey-paper")
        _by_everybody(window, language, code)
        desk.open(here)
        push(desk, "close")
        assert not SurveyNumber.objects.exists()
        desk.open(f"{here}results/")
        desk.sound("survey-results-few")
        # What is told of a few is nothing; the office's own survey has enough.
        office.open()
        office.answers({STREETS[0]: (30, 40), STREETS[1]: (10, 40)})
        desk.open(f"{LIST}{office.code}/")
        push(desk, "close")
        desk.open(f"{LIST}{office.code}/results/")
        desk.sound("survey-results")
        desk.open(f"{LIST}{office.code}/")
        push(desk, "publish")
        desk.open(LIST)
        desk.sound("survey-list")
        desk.open(f"{LIST}{office.code}/edit/")
        desk.sound("survey-edit")
        phone.sign_out()
        phone.open("/together/surveys/")
        phone.sound("surveys-portal")
        phone.open(f"/together/surveys/{office.code}/")
        phone.sound("survey-portal")
        assert "58.3" in phone.text


def _by_everybody(window: Callable[..., Any], language: str, code: str) -> None:
    found = Survey.objects.get(code=code)
    one, two = answering.make_links(code, STREETS[1], 2, SYSTEM, timezone.now())
    for words, script in ((one, False), (two, True)):
        with window(language, 320, script=script) as reader:
            reader.open(f"/together/surveys/{code}/")
            reader.sound(f"survey-open-{script}")
            reader.open(f"/together/surveys/{code}/answer/#{words}")
            if not script:
                reader.page.fill("#code", words)
            else:
                reader.page.wait_for_function(
                    "() => document.querySelector('#code').value.length > 0"
                )
            reader.sound(f"survey-answer-{script}")
            choose(reader)
            sent(reader)
            reader.sound(f"survey-thanks-{script}")
    with window(language, 768) as tablet:
        tablet.open(f"/together/surveys/{code}/counter/{found.counter_key}/")
        tablet.sound("survey-counter")
        choose(tablet, stratum=STREETS[0])
        sent(tablet)
        assert tablet.page.locator("#kept").count()
        assert not tablet.page.locator("input[name=safe_night][value='5']:checked").count()
        tablet.sound("survey-counter-anew")
    channels = sorted(SurveyAnswer.objects.filter(survey=found).values_list("channel", flat=True))
    assert channels == ["counter", "link", "link", "paper", "phone"]
