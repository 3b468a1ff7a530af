"""A medical dispute in everybody's browser: an appraisal stops the clock, the panel takes it over,
it is handed on and comes back."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from commonward.disputes.models import DisputeClock
from tests.browser.whole import (
    answered,
    in_force,
    invited,
    number,
    pressed,
    proposed,
    signed,
    stage,
    step,
)
from tests.district import District
from tests.talks import Talks, mediation

WORDS = "术后并发症，治疗费用超出预期。"
SECRET = "手术记录第三页"


@pytest.fixture
def talks(district: District) -> Talks:
    """Mediation in the district."""
    return mediation(district)


def test_a_medical_dispute_in_everybodys_browser(
    window: Callable[..., Any], talks: Talks, pass_time: Callable[[timedelta], None]
) -> None:
    with window("en-GB", 1280) as w:
        w.sign_in("coordinator")
        registered(w, talks)
        step(w, "contact")
        first, second = (invited(w, letter) for letter in "ab")
    with window("en-GB", 320) as w:
        answered(w, second, "agreed")
    with window("zh-CN", 1280) as w:
        w.sign_in("coordinator")
        step(w, "to_district")
    appraised(window, first, pass_time)
    over_to_the_panel_and_back(window, talks, first)
    with window("en-GB", 1280) as w:
        w.sign_in("panelist")
        w.open(reverse("desk:dispute", args=[number()]))
        assert WORDS in w.text
        w.sound("medical-panel")
        w.page.goto(f"{w.server}{reverse('desk:dispute_caucus', args=[number()])}")
        assert SECRET not in w.page.content()
        w.faults = [fault for fault in w.faults if "404" not in fault and "403" not in fault]
        by = str(timezone.localdate() + timedelta(days=30))
        proposed(w, "术后赔偿。", {"what": "compensation 赔偿款", "fen": "30000", "by": by})
    with window("en-GB", 320) as w:
        w.page.goto(second + "agreement/")
        w.page.locator(".terms-object summary").click()
        w.page.fill("#words", "Sixty days would do, not thirty.")
        w.sound("medical-object")
        pressed(w, "button[value=object]")
    with window("zh-CN", 1280) as w:
        w.sign_in("panelist")
        by = str(timezone.localdate() + timedelta(days=60))
        proposed(w, "术后赔偿。", {"what": "compensation 赔偿款", "fen": "30000", "by": by})
        assert "Sixty days would do" in w.text
    for link, language in ((first, "zh-CN"), (second, "en-GB")):
        with window(language, 320) as w:
            signed(w, link)
    with window("en-GB", 1280) as w:
        w.sign_in("panelist")
        in_force(w)
        w.sound("medical-in-force")


def registered(w: Any, talks: Talks) -> None:
    """The coordinator takes it down at the counter, with the time limits of medical disputes."""
    lat, lon = talks.here.inside()
    w.open(reverse("desk:dispute_new"))
    w.page.select_option("#kind", "medical")
    w.page.select_option("#track", "medical")
    for name, value in {
        "words": WORDS,
        "neutral": "术后的赔偿。",
        "lat": str(lat),
        "lon": str(lon),
        "a_name": "钱多多",
        "b_name": "南街医院",
    }.items():
        w.page.fill(f"[name={name}]", value)
    pressed(w, "button[value=register]")
    w.sound("medical-registered")


def last_day(w: Any) -> Any:
    """The last day of the law's time for talks, as the page of the clocks tells it."""
    w.open(reverse("desk:dispute_terms", args=[number()]))
    return DisputeClock.objects.get(rule="mediation").last_day


def appraised(
    window: Callable[..., Any], first: str, pass_time: Callable[[timedelta], None]
) -> None:
    """The mediator asks an expert; three weeks later the clock goes on where it stood."""
    with window("en-GB", 1280) as w:
        w.sign_in("mediator")
        before = last_day(w)
        assert str(before) in w.text
        step(w, "appraise", "委托鉴定因果关系")
        assert stage() == "appraisal"
        w.sound("medical-appraisal")
        assert last_day(w) is None and str(before) not in w.text
        assert "paused" in w.text
        w.sound("medical-paused")
    with window("zh-CN", 320) as w:
        w.page.goto(first)
        assert "鉴定时间不计入期限" in w.text
        w.sound("medical-side-waits")
    pass_time(timedelta(days=21))
    with window("zh-CN", 1280) as w:
        w.sign_in("mediator")
        step(w, "resume")
        assert stage() == "at_district"
        after = last_day(w)
        assert after >= before + timedelta(days=20) and str(after) in w.text
        w.sound("medical-goes-on")


def over_to_the_panel_and_back(window: Callable[..., Any], talks: Talks, first: str) -> None:
    """To the panel with its file; from there to legal aid, which gives a receipt and returns it."""
    with window("en-GB", 1280) as w:
        w.sign_in("mediator")
        step(w, "to_panel")
        assert stage() == "at_panel" and w.path == reverse("desk:disputes")
        w.sign_in("coordinator")
        w.open(reverse("desk:dispute_handovers", args=[number()]))
        w.page.select_option("#what", "legal_aid")
        w.page.select_option("#team", "legal-aid")
        w.page.fill("#reason", "患者需要法律咨询")
        pressed(w, "button[value=hand_on]")
        assert stage() == "handed"
        w.sound("medical-handed")
    with window("zh-CN", 320) as w:
        w.page.goto(first)
        w.sound("medical-side-handed")
    with window("zh-CN", 320) as w:
        w.sign_in("legal_aid")
        w.open(reverse("desk:handover_box"))
        assert WORDS not in w.text
        w.sound("medical-box")
        w.page.fill("[name=reference]", "援2026-3")
        pressed(w, "button[value=receive]")
        w.page.locator("select[name=answer]").select_option("returned")
        pressed(w, "button[value=answer]")
        w.sound("medical-box-answered")
    assert stage() == "at_panel"
    with window("en-GB", 1280) as w:
        w.sign_in("coordinator")
        w.open(reverse("desk:dispute_handovers", args=[number()]))
        assert "援2026-3" in w.text and "returned to mediation" in w.text
