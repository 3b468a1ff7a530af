"""A course in a browser: made, a session set, its bar switched on."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from commonward.programmes.models import Course
from tests.browser.test_programme_risk import day, fill, push
from tests.district import District
from tests.programmes.learning_office import Learning, learning

HERE = "/desk/programmes/learning/"


@pytest.fixture
def office(district: District) -> Learning:
    """The district with a course, today."""
    return learning(district, timezone.now())


@pytest.mark.usefixtures("office")
def test_a_course_is_made_held_and_asked_for(window: Callable[..., Any]) -> None:
    with window("en-GB", 1280) as desk:
        desk.sign_in("programme_officer")
        desk.open(f"{HERE}courses/")
        desk.page.locator("main details summary").last.click()
        desk.sound("learn-courses")
        fill(desk, code="fire", title="消防巡查", title_en="Fire rounds", work="grid_worker",
             hours="4", months="12")  # fmt: skip
        push(desk, "add")
        desk.page.locator("main details summary").first.click()
        fill(desk, day=day(3), place="培训室", place_en="Room 1", capacity="2",
             **{"from": "09:00", "until": "11:00"})  # fmt: skip
        push(desk, "hold")
        desk.sound("learn-sitting")
        desk.open(f"{HERE}courses/fire/")
        desk.page.locator("main details summary").last.click()
        desk.page.locator("[name=barring]").check()
        push(desk, "keep")
        desk.sound("learn-course")
        assert Course.objects.get(code="fire").barring
