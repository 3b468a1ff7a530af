"""The explorer in a real browser: by links alone, at every width, in both languages, on paper."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from commonward.core.explorer import shipped, shipped_text
from commonward.disputes.actions.exploring import adopt_explorer
from commonward.disputes.models import Dispute
from tests.browser.conftest import WIDTHS
from tests.district import District
from tests.talks import mediation

WAY = ("no", "work", "wages", "living", "talked")
GATES = ("now", "violence", "no.land.land.owner")


def answered(w: Any, here: str, way: tuple[str, ...] = WAY) -> None:
    """From the first question to the end of a way, each answer pressed and each page looked at."""
    for n in range(len(way)):
        w.sound(f"explorer-{n + 1}")
        w.page.locator(f'a.door[href="{here}?a={".".join(way[: n + 1])}"]').click()
        w.page.wait_for_load_state()


@pytest.mark.parametrize("language", ["en-GB", "zh-CN"])
def test_a_resident_finds_the_ways_on(
    window: Callable[..., Any], district: District, language: str
) -> None:
    talk = shipped().routes["talk"].title
    with window(language, WIDTHS) as w:
        w.open("/")
        w.sound("explorer-home")
        w.page.locator('a.door[href="/disputes/"]').click()
        answered(w, "/disputes/")
        w.sound("explorer-outcome")
        assert (talk.zh if language == "zh-CN" else talk.en) in w.text
        w.page.locator('a[href^="/disputes/letter/wages/"]').click()
        w.sound("explorer-letter")
        w.page.locator("#letter-happened").fill("三月、四月工资共 9,600 元未付。March and April.")
        w.page.locator("#letter-sender").fill("N. N.")
        w.page.locator("form .btn-primary").click()
        w.page.wait_for_load_state()
        w.sound("explorer-letter-filled")
        assert "9,600" in w.page.locator(".explorer-letter").inner_text()
        assert w.page.locator("#print").is_visible()
        w.open("/disputes/register/?kind=migrant_wages&fact_livelihood=1&fact_households=10")
        w.sound("explorer-register")
        for gate in GATES:
            w.open(f"/disputes/?a={gate}")
            w.sound(f"explorer-gate-{gate}")
        assert w.page.context.cookies() == [] or all(
            cookie["name"] == "csrftoken" for cookie in w.page.context.cookies()
        )


@pytest.mark.parametrize("answer", ["now", "violence"])
def test_violence_stops_the_explorer_shows_whom_to_call_and_the_counter_does_the_same(
    window: Callable[..., Any], district: District, answer: str
) -> None:
    talks = mediation(district)
    gate = shipped().gates["danger" if answer == "now" else "violence"]
    with window("zh-CN", 320) as w:
        w.open("/disputes/")
        w.page.locator(f'a.door[href="/disputes/?a={answer}"]').click()
        w.page.wait_for_url(f"**/disputes/?a={answer}")
        stopped(w, gate.title.zh)
        w.sound(f"violence-{answer}")
    with window("en-GB", 320) as w:
        w.open("/disputes/register/")
        w.page.select_option("#kind", "family")
        w.page.check("#f-violence")
        w.page.fill("#words", "He hits me.")
        w.page.fill("#name", "N. N.")
        w.page.locator("main form button.btn-primary").click()
        w.page.locator(".notice-asks a[href='tel:110']").wait_for()
        w.faults = [fault for fault in w.faults if "422" not in fault]  # the refusal that is meant
        w.sound("violence-register")
    assert not Dispute.objects.exists()
    with window("en-GB", 1280) as w:
        w.sign_in("coordinator")
        w.open("/desk/disputes/explorer/")
        w.page.locator(f'a.door[href="/desk/disputes/explorer/?a={answer}"]').click()
        w.page.wait_for_url(f"**/desk/disputes/explorer/?a={answer}")
        stopped(w, gate.title.en)
        w.sound(f"violence-desk-{answer}")
        w.open("/desk/disputes/new/")
        w.page.check("#f-violence")
        w.page.fill("#words", "He hits her.")
        for name, degrees in zip(("lat", "lon"), talks.here.inside(), strict=True):
            w.page.fill(f"#{name}", str(degrees))
        w.page.locator("button[value=register]").click()
        w.page.get_by_text("is not for mediation").wait_for()
        w.sound("violence-counter")
    kept = Dispute.objects.select_related("case").get()
    assert (kept.result, kept.case.is_open) == ("gated", False)


def stopped(w: Any, title: str) -> None:
    """The gate stands first, with the police's number on the first screen, and no way to go on."""
    assert w.page.locator("h1").inner_text() == title
    call = w.page.locator("main a[href='tel:110']").first
    assert call.bounding_box()["y"] < 720
    assert not w.page.locator("main a[href*=register], main a[href*=letter]").count()


def test_without_javascript_everything_works(
    window: Callable[..., Any], district: District
) -> None:
    with window("zh-CN", 320, script=False) as w:
        w.open("/disputes/")
        answered(w, "/disputes/")
        w.page.locator('a[href^="/disputes/letter/wages/"]').click()
        w.page.locator("#letter-sender").fill("张三")
        w.page.locator("form .btn-primary").click()
        assert "张三" in w.page.locator(".explorer-letter").inner_text()
        assert not w.page.locator("#print").is_visible()
        w.page.go_back()
        w.page.go_back()
        w.page.go_back()
        assert w.path == f"/disputes/?a={'.'.join(WAY[:-1])}"
        w.sound("explorer-no-script")


def test_by_the_keyboard_alone(window: Callable[..., Any], district: District) -> None:
    with window("en-GB", 1280) as w:
        w.open("/disputes/")
        first = w.page.locator("a.door").first
        first.focus()
        w.page.keyboard.press("Enter")
        w.page.wait_for_url("**/disputes/?a=no")
        w.sound("explorer-keyboard")


def test_on_paper_only_the_letter_is_left(window: Callable[..., Any], district: District) -> None:
    with window("en-GB", 1280) as w:
        w.open("/disputes/letter/neighbours/")
        w.page.locator("#letter-to").fill("the flat above")
        w.page.locator("form .btn-primary").click()
        w.page.emulate_media(media="print")
        w.page.locator(".explorer-letter").wait_for()
        for hidden in ("h1", "form", ".emergency", "#print", "nav"):
            assert not any(one.is_visible() for one in w.page.locator(hidden).all()), hidden


@pytest.mark.parametrize("language", ["en-GB", "zh-CN"])
def test_the_desk_reads_well(window: Callable[..., Any], district: District, language: str) -> None:
    talks = mediation(district)
    for _ in range(5):
        talks.registered(at=talks.at.replace(day=1) - timedelta(days=3))
    adopt_explorer(
        shipped_text().replace("[contacts.court]", '[contacts.court]\nphone = "0731-555"'),
        at=timezone.now(),
    )
    with window(language, WIDTHS) as w:
        w.sign_in("coordinator")
        w.open("/desk/disputes/places/")
        w.sound("places")
        w.open("/desk/disputes/explorer/")
        answered(w, "/desk/disputes/explorer/")
        w.sound("explorer-desk-outcome")
        w.open("/desk/disputes/explorer/?a=now")
        w.sound("explorer-desk-gate")
        w.open("/desk/disputes/explorer/neighbours/")
        w.page.locator("#letter-happened").fill("He has a knife")
        w.page.locator("#main form .btn-primary").click()
        w.page.wait_for_load_state()
        w.sound("explorer-desk-letter")
        w.sign_out()
        w.sign_in("administrator")
        w.open("/desk/admin/explorer/")
        w.sound("explorer-admin")
        w.page.locator("#phone-health").fill("0731-777")
        w.page.locator('button[value="phones"]').click()
        w.page.wait_for_load_state()
        w.sound("explorer-admin-tried")
        assert "+phone" in w.text


def test_a_place_of_the_list_is_shown_on_the_map(
    window: Callable[..., Any], district: District
) -> None:
    talks = mediation(district)
    for column in (0, 2):
        lat, lon = district.inside(0, column)
        for _ in range(5):
            talks.registered(at=talks.at.replace(day=1) - timedelta(days=3), lat=lat, lon=lon)
    with window("en-GB", 1280) as w:
        w.sign_in("coordinator")
        w.open("/desk/disputes/places/")
        buttons = w.page.locator("[data-place]")
        buttons.last.wait_for(timeout=60_000)
        buttons.last.click()
        w.page.locator(".maplibregl-marker").wait_for(timeout=60_000)
        assert buttons.last.get_attribute("aria-pressed") == "true"
        w.sound("places-map")
