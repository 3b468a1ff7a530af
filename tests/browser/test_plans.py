"""A cover plan in a browser: asked for, watched, stopped, read with and without script, printed."""

from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from io import BytesIO
from threading import Thread
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from commonward.response.actions.planning import ask_plan, run_next
from commonward.response.actions.stationing import propose_stations
from commonward.response.models import Plan
from tests.browser.conftest import PATIENCE, WIDTHS
from tests.district import District
from tests.help import urgent_help
from tests.planning import answered, asked, calls_csv, held_until_stopped, planners

NEW = reverse("desk:plan_new", args=["cover"])


def fill_in(window: Any, calls: str, **more: str) -> None:
    """The form of a cover plan with a file of calls, sent."""
    window.open(NEW)
    page = window.page
    page.select_option("#source", "file")
    page.set_input_files(
        "#calls", {"name": "calls.csv", "mimeType": "text/csv", "buffer": calls.encode()}
    )
    page.select_option("#level", "grid")
    for field, value in more.items():
        page.fill(f"#{field}", value)
    page.locator("button[value=ask]").click()
    page.wait_for_load_state()


def worker() -> Thread:
    """What the command `plan` does once, beside the browser."""

    def run() -> None:
        with closing(connection):
            run_next(timezone.now())

    beside = Thread(target=run)
    beside.start()
    return beside


def test_a_planner_asks_watches_stops_one_and_opens_the_report_of_another(
    district: District, window: Callable[..., Any]
) -> None:
    planners(district.at)
    with window("en-GB", 1280) as w, pytest.MonkeyPatch.context() as patch:
        held_until_stopped(patch)
        w.sign_in("planner")
        fill_in(w, calls_csv(2_000, weeks=4), count="8")
        assert "Waiting" in w.text
        stopped = w.page.url.rstrip("/").rpartition("/")[2]
        beside = worker()
        # The page keeps itself new: without a reload it says what the run is doing.
        w.page.wait_for_selector("progress", timeout=PATIENCE)
        w.press("Stop and keep the best so far")
        beside.join()
        w.open(reverse("desk:plan", args=[stopped]))
        assert "Stopped, best so far" in w.text and "9 units" not in w.text
        assert "what is missing below was not reached" in w.text
        assert w.page.locator(".plan-map").count() == 1  # nobody stands anywhere today
        patch.undo()
        fill_in(w, calls_csv(), goal="3")
        ended = w.page.url.rstrip("/").rpartition("/")[2]
        worker().join()
        w.page.wait_for_selector("text=Report in English (PDF)", timeout=PATIENCE)
        w.sound("plan-ended-by-itself")
        for name, language in (("report-en.pdf", "en"), ("report-zh.pdf", "zh")):
            report = w.page.request.get(
                f"{w.server}{reverse('desk:plan_file', args=[ended, name])}"
            )
            assert report.status == 200 and report.headers["content-type"] == "application/pdf"
            paper = PdfReader(BytesIO(report.body()))
            assert str(paper.root_object["/Lang"]).startswith(language)
            assert len(paper.pages) >= 2


@pytest.mark.parametrize("language", ["en-GB", "zh-CN"])
def test_the_form_the_list_and_an_answer_are_sound(
    district: District, window: Callable[..., Any], language: str
) -> None:
    who = planners(district.at)
    urgent_help(district, on_duty=False)
    made = answered(ask_plan("cover", "Posts", "", asked(hours="two"), who["planner"], district.at))
    with window(language, WIDTHS) as w:
        w.sign_in("planner")
        for name, path in (
            ("plans", reverse("desk:plans")),
            ("plan-new", NEW),
            ("plan", reverse("desk:plan", args=[made.code])),
        ):
            w.open(path)
            w.page.locator("details").evaluate_all("all => all.forEach((d) => { d.open = true; })")
            w.sound(name)
        soon = timezone.now() + timedelta(days=1)
        propose_stations(made.code, soon, who["planner"], timezone.now())
        w.sign_in("administrator")
        w.open(reverse("desk:admin_stations"))
        w.sound("planned-stations")


def test_without_javascript_a_plan_is_asked_for_and_read(
    district: District, window: Callable[..., Any]
) -> None:
    planners(district.at)
    with window("en-GB", 768, script=False) as w:
        w.sign_in("planner")
        fill_in(w, "time,lat,lon\nnever,27.8,113.1")
        assert "1 rows of the file cannot be read; the first are the lines 2." in w.text
        fill_in(w, calls_csv(), count="3")
        worker().join()
        w.press("Look again")
        assert "0 – proven the best" in w.text
        assert "Help comes after" in w.text
        assert Plan.objects.get().state == "ended"
