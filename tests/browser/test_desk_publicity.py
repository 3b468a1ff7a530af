"""What is public, papers, danger and the place of a case, in a real browser at every width."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from commonward.cases import actions as cases
from commonward.cases.actions.hiding import hide, object_to_hiding
from commonward.cases.actions.receipts import new_link
from commonward.core.rights import reporter
from tests.browser.conftest import WIDTHS
from tests.district import District

WAYS = [(WIDTHS, "zh-CN"), (WIDTHS, "en-GB")]


@pytest.mark.parametrize(("width", "language"), WAYS)
def test_the_case_page_and_its_papers_read_well_at_every_width(
    district: District, window: Callable[..., Any], width: tuple[int, ...], language: str
) -> None:
    report = district.report(words="Smoke from the yard, call 13800138000.", public=True)
    district.handled(report)
    (task,) = cases.ask_tasks(
        report.case.number, "supervision", [district.teams["street"]], "Say when.",
        district.leader, district.at + timedelta(minutes=20),
    )  # fmt: skip
    number = report.case.number
    hide(
        number, "private", "It names a yard.", district.duty_chief,
        district.at + timedelta(minutes=30), report=number,
    )  # fmt: skip
    with window(language, width) as w:
        w.sign_in("duty_chief")
        w.open(reverse("desk:case", args=[number]))
        w.page.locator(".danger-hand summary").click()
        w.sound("gaps-case")
        pages = (
            ("desk:publicity", [number]),
            ("desk:publicity_words", [number, number]),
            ("desk:paper_file", [number]),
            ("desk:paper_receipt", [number, number]),
            ("desk:paper_order", [number, task.pk]),
        )
        for name, args in pages:
            w.open(reverse(name, args=args))
            w.sound(f"gaps-{name[5:]}")
        w.open(reverse("desk:board"))
        w.sound("gaps-board")
        w.open(reverse("desk:queue"))
        w.page.locator("main details > summary").first.click()
        w.sound("gaps-queue")
        assert not w.faults


@pytest.mark.parametrize(("width", "language"), WAYS)
def test_whoever_reported_reads_why_it_is_hidden_and_objects(
    district: District, window: Callable[..., Any], width: tuple[int, ...], language: str
) -> None:
    report = district.report(words="Smoke from the yard.", public=True)
    other = district.report(words="Noise at night.", public=True)
    at = district.at + timedelta(minutes=5)
    hide(report.case.number, "private", "It names a yard.", district.duty_chief, at)
    hide(
        other.case.number, "private", "It names one.", district.duty_chief, at, report=other.number
    )
    key = new_link(report.pk, at)
    with window(language, width) as w:
        for path, name in (
            (f"/my/{key}/", "mine"),
            (f"/my/{key}/object/", "object"),
            (f"/cases/{other.number}/", "words"),
        ):
            w.open(path)
            w.sound(f"gaps-portal-{name}")
        w.open(f"/my/{key}/object/")
        w.page.fill("#words", "It is a factory.")
        w.page.locator("main form button").click()
        w.page.wait_for_load_state()
        w.sound("gaps-portal-objected")
        object_to_hiding(other.pk, "Why?", reporter(other.pk), at + timedelta(minutes=1))
        w.sign_in("leader")
        w.open(reverse("desk:home"))
        assert w.page.locator("#decisions").count() == 1
        w.sound("gaps-home")
        w.faults.clear()
        w.open(f"/cases/{report.number}/")
        # The browser itself notes that a page answered 404 on its console.
        w.faults[:] = [fault for fault in w.faults if "404" not in fault]
        w.sound("gaps-portal-hidden")


@pytest.mark.parametrize("width", [320, 1280])
def test_the_place_of_a_case_is_set_with_a_pin_on_the_map(
    district: District, window: Callable[..., Any], width: int
) -> None:
    report = district.report(lat=None, lon=None, address="Somewhere")
    with window("en-GB", width) as w:
        w.sign_in("intake_officer")
        w.open(reverse("desk:step", args=[report.case.number, "locate"]))
        part = w.page.locator("[data-map]")
        part.locator("xpath=self::*[@data-drawn]").wait_for(timeout=60_000)
        w.sound("gaps-locate")
        part.locator("canvas").click()
        assert float(w.page.locator("#lat").input_value()) > 0
        w.page.locator("form.step-form .step-ways button").click()
        w.page.wait_for_load_state()
        report.case.refresh_from_db()
        assert report.case.lat is not None
