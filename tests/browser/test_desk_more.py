"""Questions to reporters, news and rounds in a browser: three widths, both languages, every page."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from commonward.areas.actions import publish_news
from commonward.cases.actions.asking import answer_question, ask_reporter
from commonward.cases.actions.fielding import plan_round, visit
from commonward.cases.models import Round
from commonward.core.rights import reporter
from tests.district import STREETS, District

WAYS = [((320, 768, 1280), "zh-CN"), ((320, 1280), "en-GB")]


@pytest.mark.parametrize(("width", "language"), WAYS)
def test_every_new_page_is_sound(
    window: Callable[..., Any], district: District, width: int | tuple[int, ...], language: str
) -> None:
    now = timezone.now()
    today = timezone.localdate()
    report = district.report()
    number = report.case.number
    first = ask_reporter(number, "是东门还是西门？", district.intake_officer, now)
    answer_question(number, first.pk, "西门。", reporter(report.pk), now)
    second = ask_reporter(number, "早上几点？", district.intake_officer, now)
    publish_news(
        district.leader, STREETS[0], "prevention", "防溺水提示", "不到池塘游泳。", since=now,
        until=now + timedelta(days=7), at=now, title_en="Water is dangerous",
        words_en="Do not swim in ponds.",
    )  # fmt: skip
    team = district.teams["grids-south"]
    points = [
        {"name": "西门", "lat": 27.805, "lon": 113.105},
        {"name": "池塘", "lat": 27.806, "lon": 113.106},
    ]
    made = plan_round(team, "池塘巡查", points, range(1, 8), today, district.dispatcher)
    visit(made.pk, 0, today, district.grid_worker, now)
    with window(language, width) as w:
        w.sign_in("duty_chief")
        for name, path in {
            "more-case": reverse("desk:case", args=[number]),
            "more-ask": reverse("desk:question_ask", args=[number]),
            "more-answer": reverse("desk:question_answer", args=[number, second.pk]),
            "more-withdraw": reverse("desk:question_withdraw", args=[number, second.pk]),
            "more-news": f"{reverse('desk:news')}?area={STREETS[0]}",
            "more-rounds": reverse("desk:rounds"),
        }.items():
            w.open(path)
            w.sound(name)


def test_what_the_resident_will_read_is_shown_while_a_question_is_typed(
    window: Callable[..., Any], district: District
) -> None:
    report = district.report()
    with window("en-GB", 1280) as w:
        w.sign_in("intake_officer")
        w.open(reverse("desk:question_ask", args=[report.case.number]))
        w.page.fill("[name=words]", "Which gate is it?")
        w.page.locator("[data-reads] .reads-paper").wait_for()
        assert "Only this resident reads it" in w.text
        w.press("Ask the reporter")
        if w.page.locator("form.step-form").count():
            w.press("Send it like this")
        assert "Not answered yet." in w.text
        assert w.path.startswith(reverse("desk:case", args=[report.case.number]))


def test_points_taken_from_the_map_become_lines_of_the_round(
    window: Callable[..., Any], district: District
) -> None:
    with window("en-GB", 1280) as w:
        w.sign_in("dispatcher")
        w.open(reverse("desk:rounds"))
        for name, lat in (("West gate", "27.805"), ("Pond", "27.806")):
            w.page.fill("#point-name", name)
            w.page.fill("#lat", lat)
            w.page.fill("#lon", "113.105")
            w.page.get_by_role("button", name="Add the point", exact=True).click()
        w.page.fill("#name", "Ponds")
        w.page.fill("#team", "grids-south")
        w.press("Plan it")
        w.sound("more-planned")
        assert [p["name"] for p in Round.objects.get().points] == ["West gate", "Pond"]
