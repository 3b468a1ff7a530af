"""The wages of 23 workers in everybody's browser: red, one group, paid in parts, one part missed."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from commonward.disputes.actions.performing import tick_performing
from commonward.disputes.models import Dispute, DisputeClock, Obligation
from tests.browser.whole import answered, in_force, invited, number, pressed, proposed, stage, step
from tests.district import District
from tests.talks import Talks, mediation

PARTS = ((10, "50000"), (40, "50000"), (70, "40000"))


@pytest.fixture
def talks(district: District) -> Talks:
    """Mediation in the district."""
    return mediation(district)


def test_the_wages_of_twenty_three_workers_in_everybodys_browser(
    window: Callable[..., Any], talks: Talks, pass_time: Callable[[timedelta], None]
) -> None:
    with window("zh-CN", 1280) as w:
        w.sign_in("intake_officer")
        told_at_the_counter(w, talks)
    assert (Dispute.objects.get().case.grade, stage()) == ("red", "register")
    with window("en-GB", 1280) as w:
        w.sign_in("coordinator")
        w.open(reverse("desk:disputes"))
        assert number() in w.text and "■ red" in w.text
        w.sound("wages-list")
        w.open(reverse("desk:dispute_grade", args=[number()]))
        assert "livelihood" not in w.text, "reasons are told in words, not in names of facts"
        w.sound("wages-grade")
        step(w, "contact")
        assert "23 households or workers" in w.text
        first, second = (invited(w, letter) for letter in "ab")
    with window("zh-CN", 320) as w:
        w.page.goto(first)
        w.sound("wages-first-side")
    with window("en-GB", 320) as w:
        answered(w, second, "agreed")
    assert stage() == "choose"
    with window("zh-CN", 1280) as w:
        w.sign_in("coordinator")
        step(w, "to_street")
        w.sign_in("mediator")
        agreed(w)
    with window("en-GB", 320) as w:
        w.page.goto(second + "agreement/")
        w.page.check("#read")
        w.sound("wages-sign")
        pressed(w, "button[value=sign]")
    with window("en-GB", 1280) as w:
        w.sign_in("mediator")
        w.open(reverse("desk:dispute_agreement", args=[number()]))
        pressed(w, "form:has(input[name=side][value=a]) button[value=signed]")
        in_force(w)
        w.open(reverse("desk:dispute_performance", args=[number()]))
        w.sound("wages-instalments")
    first_part_is_paid(window, first, second)
    pass_time(timedelta(days=42))
    assert tick_performing(timezone.now())[1] == 1
    the_second_is_missed(window, first, second)


def told_at_the_counter(w: Any, talks: Talks) -> None:
    """One of them tells it at the counter for all."""
    lat, lon = talks.here.inside()
    w.open(reverse("desk:dispute_new") + "?kind=migrant_wages")
    for box in ("fact_livelihood", "fact_threat", "group", "oral"):
        w.page.check(f"[name={box}]")
    for name, value in {
        "fact_households": "23",
        "words": "完工三个月，23名工人没有拿到工资。",
        "neutral": "完工后的工资。",
        "place": "南巷工地",
        "lat": str(lat),
        "lon": str(lon),
        "a_name": "钱多多",
        "b_name": "南巷建筑公司",
    }.items():
        w.page.fill(f"[name={name}]", value)
    w.sound("wages-counter")
    pressed(w, "button[value=register]")
    assert number() in w.text
    w.sound("wages-registered")


def agreed(w: Any) -> None:
    """The mediator drafts the instalments; they make the sum, and each has its day."""
    today = timezone.localdate()
    lines = [f"{today + timedelta(days=days)} {yuan}" for days, yuan in PARTS]
    clause = {"what": "wages 工资", "fen": "140000", "instalments": "\n".join(lines)}
    proposed(w, "23名工人完工后未获工资。", clause)


def first_part_is_paid(window: Callable[..., Any], first: str, second: str) -> None:
    """The enterprise says that it paid the first part; the workers confirm it."""
    with window("en-GB", 320) as w:
        w.page.goto(second + "performance/")
        w.page.locator("section[aria-labelledby=o-1] details summary").click()
        w.sound("wages-paid")
        pressed(w, "section[aria-labelledby=o-1] details button.btn-primary")
    with window("zh-CN", 320) as w:
        w.page.goto(first + "performance/")
        w.sound("wages-confirm")
        pressed(w, "button[value=confirmed]")
    assert Obligation.objects.get(number=1).done_at is not None
    assert stage() == "perform"


def the_second_is_missed(window: Callable[..., Any], first: str, second: str) -> None:
    """Both read which ways there are, with the two years' last day; then they talk again."""
    clock = DisputeClock.objects.get(rule="enforcement")
    last = Obligation.objects.get(number=3).due
    assert last is not None and clock.last_day is not None
    assert clock.last_day.year == last.year + 2
    for link, language in ((first, "zh-CN"), (second, "en-GB")):
        with window(language, 320) as w:
            w.page.goto(link + "performance/")
            assert str(clock.last_day) in w.page.locator(".notice-asks").inner_text()
            w.sound("wages-missed")
    with window("zh-CN", 1280) as w:
        w.sign_in("mediator")
        w.open(reverse("desk:dispute_terms", args=[number()]))
        assert str(clock.last_day) in w.text
        w.sound("wages-terms")
        step(w, "talk_again", "第二期逾期，双方同意再谈")
        assert stage() == "choose"
        w.sound("wages-talk-again")
