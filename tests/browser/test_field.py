"""The field in a real browser: a day without network, a cut in the middle, a phone handed on."""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from PIL import Image

from commonward.cases.actions.fielding import plan_round
from commonward.cases.models import Case, Photo, Report, Visit
from tests.browser.conftest import WIDTHS
from tests.district import District

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")


def photo() -> dict[str, Any]:
    kept = io.BytesIO()
    Image.effect_noise((3000, 2000), 80).convert("RGB").save(kept, "JPEG")
    return {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": kept.getvalue()}


@contextmanager
def without_network(w: Any) -> Iterator[None]:
    """No network; what a browser itself writes about that on its console is no fault of ours."""
    w.page.context.set_offline(True)
    try:
        yield
    finally:
        w.page.context.set_offline(False)
        w.faults[:] = [f for f in w.faults if "ERR_INTERNET_DISCONNECTED" not in f]


@pytest.fixture
def phone(window: Callable[..., Any], district: District) -> Callable[..., Any]:
    """`with phone("grid_worker") as w`: the field, loaded and ready to lose the network."""

    @contextmanager
    def opened(login: str = "grid_worker", language: str = "en-GB", width: int = 320) -> Any:
        with window(language, width) as w:
            lat, lon = district.inside()
            w.page.context.grant_permissions(["geolocation"])
            w.page.context.set_geolocation({"latitude": lat, "longitude": lon, "accuracy": 9})
            w.sign_in(login)
            w.open("/field/")
            w.page.wait_for_selector("h1")
            w.page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
            w.page.reload()  # from now on the worker answers
            w.page.wait_for_selector("h1")
            w.page.wait_for_load_state("networkidle")
            yield w

    return opened


def to_verify(district: District) -> Report:
    report = district.report(words="Rubbish beside the gate.")
    district.act(report, "ask_verification", district.intake_officer, 3)
    return report


def fill_find(w: Any, words: str = "Bags at the well") -> None:
    w.page.fill("#field-words", words)
    w.page.select_option("#field-category", label="Exposed rubbish")
    w.page.get_by_role("button", name="Where I am now").click()
    w.page.get_by_text("Place noted").wait_for()
    w.page.set_input_files("#find-photos", [photo()])
    w.page.locator(".field-photos img").wait_for()


def test_a_day_without_network_is_kept_through_a_restart_and_sent_once(
    phone: Callable[..., Any], district: District
) -> None:
    report = to_verify(district)
    lat, lon = district.inside()
    plan_round(
        district.teams["grids-south"], "Morning", [{"name": "Old well", "lat": lat, "lon": lon}],
        range(1, 8), timezone.localdate() - timedelta(days=1), district.dispatcher,
    )  # fmt: skip
    with phone() as w:
        with without_network(w):
            w.page.reload()
            w.page.get_by_text("No network").first.wait_for()
            w.page.get_by_role("link", name="Verifying on the spot").click()
            w.page.get_by_role("link", name="It is so").click()
            w.page.get_by_role("button", name="Done").click()
            w.page.get_by_text("Not yet sent: 1").wait_for()
            w.page.get_by_role("link", name="Find and file").click()
            fill_find(w)
            w.page.get_by_role("button", name="File it").click()
            w.page.get_by_text("Not yet sent: 2").wait_for()
            w.page.get_by_role("link", name="Rounds").click()
            w.page.get_by_role("button", name="I am here: visited").click()
            w.page.get_by_text("Not yet sent: 3").wait_for()
            # The phone is switched off and on again.
            context, address = w.page.context, w.page.url
            w.page.close()
            w.page = context.new_page()
            w.page.goto(address)
            w.page.get_by_text("Not yet sent: 3").wait_for()
            assert Report.objects.count() == 1
        w.page.get_by_text("Everything is sent").wait_for()
        assert Case.objects.get(pk=report.case_id).stage == "file"
        assert Report.objects.count() == 2
        assert Visit.objects.count() == 1
        kept = Photo.objects.get()
        assert max(kept.width, kept.height) == 1600, "the phone made it small before it was kept"
        w.open("/field/#outbox")
        w.page.get_by_text("Nothing waits here.").wait_for()
        assert not w.faults


def test_a_cut_in_the_middle_of_an_upload_files_once(
    phone: Callable[..., Any], district: District
) -> None:
    with phone() as w:
        cuts: list[int] = []

        def cut(route: Any) -> None:
            """The centre takes it, and the network goes before the phone hears of that."""
            if len(cuts) < 2:
                cuts.append(route.fetch().status)
                route.abort("connectionreset")
            else:
                route.continue_()

        w.page.context.route("**/field/send/", cut)
        w.page.get_by_role("link", name="Find and file").click()
        fill_find(w)
        w.page.get_by_role("button", name="File it").click()
        w.page.get_by_text("Not yet sent: 1").wait_for()
        w.page.get_by_role("link", name="Outbox").click()
        sent = w.page.get_by_text("Everything is sent")
        for _ in range(60):
            if sent.is_visible():
                break
            with suppress(sync_api.TimeoutError):
                w.page.get_by_role("button", name="Send now").click(timeout=1000)
            w.page.wait_for_timeout(500)
        sent.wait_for()
        assert cuts == [200, 200]
        assert Report.objects.count() == 1
        assert Photo.objects.count() == 1


def test_a_case_that_went_on_is_explained_and_what_was_written_is_sent_as_a_note(
    phone: Callable[..., Any], district: District
) -> None:
    report = to_verify(district)
    with phone() as w:
        with without_network(w):
            w.page.get_by_role("link", name="Verifying on the spot").click()
            w.page.get_by_role("link", name="Nothing found").click()
            w.page.fill("#field-reason", "I saw nothing there")
            w.page.get_by_role("button", name="Done").click()
            w.page.get_by_text("Not yet sent: 1").wait_for()
            district.act(report, "confirm", district.second_grid_worker, 9)
        w.page.get_by_role("link", name="Outbox").click()
        w.page.get_by_text("the case went on").wait_for()
        w.faults[:] = [f for f in w.faults if "409" not in f]
        w.sound("field-conflict")
        w.page.get_by_role("button", name="Send as a note").click()
        w.page.get_by_text("Everything is sent").wait_for()
        assert Case.objects.get(pk=report.case_id).stage == "file"
        assert not w.faults


def test_half_a_form_waits_for_its_writer(phone: Callable[..., Any], district: District) -> None:
    with phone() as w:
        w.page.get_by_role("link", name="Find and file").click()
        w.page.fill("#field-words", "Half a sen")
        w.page.get_by_role("button", name="File it").click()
        w.page.get_by_text("Choose what it is.").wait_for()
        w.page.reload()
        w.page.get_by_text("A draft is here").wait_for()
        assert w.page.input_value("#field-words") == "Half a sen"


def test_signing_out_empties_the_phone_and_asks_before_it_throws_away(
    phone: Callable[..., Any], district: District
) -> None:
    to_verify(district)
    with phone() as w:
        w.page.context.route("**/field/send/", lambda route: route.abort())
        w.page.get_by_role("link", name="Find and file").click()
        fill_find(w)
        w.page.get_by_role("button", name="File it").click()
        w.page.get_by_text("Not yet sent: 1").wait_for()
        w.page.get_by_role("link", name="Outbox").click()
        w.page.get_by_role("button", name="Sign out and empty this phone").click()
        w.page.get_by_role("button", name="Press again").click()
        w.page.wait_for_url("**/account/login/**")
        left = w.page.evaluate(
            """async () => [
                (await indexedDB.databases()).length,
                (await caches.keys()).length,
                (await navigator.serviceWorker.getRegistrations()).length,
            ]"""
        )
        assert left == [0, 0, 0]
        w.open("/field/")
        assert w.path.startswith("/account/login/")


def test_another_account_on_the_same_phone_sees_nothing_of_the_first(
    phone: Callable[..., Any], district: District
) -> None:
    to_verify(district)
    with phone() as w:
        with without_network(w):
            w.page.get_by_role("link", name="Find and file").click()
            fill_find(w, "Mine alone")
            w.page.get_by_role("button", name="File it").click()
            w.page.get_by_text("Not yet sent: 1").wait_for()
            w.sign_in("handler")
        w.page.goto(f"{w.server}/field/#tasks")
        w.page.reload()
        w.page.get_by_text("Nothing waits for your team now.").wait_for()
        assert Report.objects.count() == 1
        assert "Rubbish beside" not in w.page.content()


def test_work_that_was_not_seen_for_days_is_wiped(
    phone: Callable[..., Any], district: District
) -> None:
    to_verify(district)
    with phone() as w, without_network(w):
        w.page.evaluate(
            """() => new Promise((done) => {
                const asked = indexedDB.open("commonward-field");
                asked.onsuccess = () => {
                    const store = asked.result.transaction("work", "readwrite").objectStore("work");
                    const got = store.get("today");
                    got.onsuccess = () => {
                        store.put({ ...got.result, seen: Date.now() - 4 * 86400000 }, "today");
                        store.transaction.oncomplete = () => { asked.result.close(); done(); };
                    };
                };
            })"""
        )
        w.page.reload()
        w.page.get_by_text("was wiped").wait_for()
        assert "Rubbish beside" not in w.page.content()


def test_without_script_the_field_says_where_to_go(
    window: Callable[..., Any], district: District
) -> None:
    with window("en-GB", 320, script=False) as w:
        w.sign_in("grid_worker")
        w.open("/field/")
        assert "needs JavaScript" in w.text


@pytest.mark.parametrize("language", ["en-GB", "zh-CN"])
def test_every_screen_of_the_field_reads_well(
    phone: Callable[..., Any], district: District, language: str
) -> None:
    report = to_verify(district)
    lat, lon = district.inside()
    plan_round(
        district.teams["grids-south"], "晨巡 Morning", [{"name": "老井 Old well", "lat": lat,
        "lon": lon}], range(1, 8), timezone.localdate() - timedelta(days=1), district.dispatcher,
    )  # fmt: skip
    with phone("grid_worker", language, WIDTHS) as w:
        w.sound("field-tasks")
        for name in (f"task/{report.case.number}", f"step/{report.case.number}/not_found", "find",
                     "rounds", "outbox"):  # fmt: skip
            w.page.evaluate(f"() => {{ location.hash = '#{name}'; }}")
            w.page.wait_for_timeout(200)
            w.sound(f"field-{name.split('/')[0]}")


@pytest.mark.parametrize(("language", "width"), [("en-GB", 320), ("zh-CN", 768)])
def test_danger_is_answered_with_whom_to_call_without_network_and_with_it(
    phone: Callable[..., Any], language: str, width: int
) -> None:
    def numbers(where: str) -> list[str]:
        w.page.locator(f"{where} .emergency-call[href]").first.wait_for()
        calls = w.page.locator(f"{where} .emergency-call[href]")
        return [one.get_attribute("href") for one in calls.all()]

    def kept(said: str) -> None:
        w.page.fill("#field-words", said)
        w.page.select_option("#field-category", index=1)
        w.page.fill("#field-address", "South lane 4")
        w.page.locator("form button.field-wide").click()

    with phone(language=language, width=width) as w:
        with without_network(w):
            w.page.locator('a[href="#find"]').click()
            w.page.fill("#field-words", "消防通道被占")
            assert w.page.locator("#place .emergency-call").count() == 0
            w.page.fill("#field-words", "楼道着火了")
            assert numbers("#place") == ["tel:119"]
            w.sound(f"field-danger-typed-{language}")
            kept("楼道着火了")
            assert numbers("#call") == ["tel:119"], "the phone says it itself"
            assert Report.objects.count() == 0
            w.page.locator("#call button").click()
            assert w.page.locator("#call .emergency").count() == 0
        w.page.wait_for_function("() => document.querySelector('.field-state-waits') === null")
        assert Report.objects.count() == 1
        assert w.page.locator("#call .emergency").count() == 0, "said and put away: not again"
        w.page.locator('a[href="#find"]').click()
        # The plain words of the phone hold none of this; the centre reads more.
        kept("屋里全是烟，老人叫不醒")
        assert numbers("#call") == ["tel:119", "tel:120"]
        w.sound(f"field-danger-{language}")
