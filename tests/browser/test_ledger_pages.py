"""From a report to its proof, in a browser: sealed, saved, scanned, checked at the site and from a
disk; each page in both languages and at every width."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from commonward.cases import actions as cases
from commonward.cases.actions.receipts import new_link
from commonward.cases.actions.sequencing import sequence
from commonward.core.rights import reporter
from tests.browser.conftest import WIDTHS
from tests.browser.test_portal import LANGUAGES, Say
from tests.district import District

WORDS = "Rubbish behind the school 学校后面有垃圾 😀"


@pytest.fixture(autouse=True)
def log(tmp_path: Path, settings: Any) -> Path:
    """A folder for the log of this test alone."""
    settings.LEDGER = tmp_path / "ledger"
    return tmp_path / "ledger"


def reported(district: District) -> str:
    """A report that was told, added to and answered; the secret of its link."""
    report = district.report(words=WORDS, address="School road 7 学校路7号")
    district.closed(report)
    actor = reporter(report.pk)
    number = report.case.number
    cases.act(number, "add_words", actor, timezone.now(), {"words": "It smells. 有异味。"})
    return new_link(report.pk, timezone.now())


def saved(w: Any, name: str) -> Path:
    """The file behind the link of this name."""
    with w.page.expect_download() as waiting:
        w.page.get_by_role("link", name=name, exact=True).click()
    return Path(waiting.value.path())


def verdict(w: Any) -> str:
    """What the page says of the receipt."""
    found = w.page.locator("[data-part=result] [data-verdict]")
    found.wait_for()
    return str(found.get_attribute("data-verdict"))


def test_a_report_is_proven_from_its_link_to_the_page_that_checks(
    district: District, window: Callable[..., Any]
) -> None:
    key = reported(district)
    with window("en-GB", 320) as w:
        w.open(f"/my/{key}/")
        assert "is being sealed" in w.text
        w.press("Proof to keep or print")
        assert "being sealed; that takes about ten seconds" in w.text
        w.sound("ledger-proof-waiting")
        sequence()
        w.press("Look again")
        assert "Everything that the page of your report tells is sealed" in w.text
        w.sound("ledger-proof")
        w.press("Check it now")
        assert verdict(w) == "holds"
        assert "#" not in w.path, "a receipt stays in no history"
        assert WORDS in w.text
        assert "The report came in" in w.text
        w.sound("ledger-verified")


def test_the_file_is_checked_by_the_saved_page_without_any_network(
    district: District, window: Callable[..., Any], tmp_path: Path
) -> None:
    key = reported(district)
    sequence()
    with window("en-GB", 768) as w:
        w.open(f"/my/{key}/proof/")
        receipt = saved(w, "Save the proof as a file").read_bytes()
        w.open("/ledger/verify/")
        alone = saved(w, "Save this page as one file that works without the internet")
        kept = tmp_path / "verify.html"
        kept.write_bytes(alone.read_bytes())
        asked: list[str] = []
        w.page.context.set_offline(True)
        w.faults.clear()
        w.page.goto(kept.as_uri())
        w.faults.clear()  # the window calls each address beyond the site a fault, this file's, too
        w.page.on("request", lambda request: asked.append(request.url))
        given = tmp_path / "receipt.json"
        given.write_bytes(receipt)
        w.page.locator("#file").set_input_files(given)
        assert verdict(w) == "holds"
        w.sound("ledger-alone")
        w.page.get_by_role("button", name="简体中文").click()
        assert w.page.locator("html").get_attribute("lang") == "zh-Hans"
        assert verdict(w) == "holds"
        w.sound("ledger-alone-zh")
        changed = json.loads(receipt)
        changed["entries"][0]["opened"]["told"]["value"] = "nothing"
        w.page.locator("#receipt").fill(json.dumps(changed))
        w.page.locator("form button").first.click()
        expect(w.page.locator("[data-verdict=fails]")).to_be_visible()
        w.page.get_by_role("button", name="English").click()
        assert "1 of its" in w.text and "is not what was written down then" in w.text
        assert not asked


def test_months_later_the_log_is_shown_to_have_only_grown(
    district: District, window: Callable[..., Any], log: Path, tmp_path: Path
) -> None:
    key = reported(district)
    sequence()
    with window("en-GB", 320) as w:
        w.open(f"/my/{key}/proof/")
        w.press("Check it now")
        assert verdict(w) == "holds"
        for n in range(9):
            district.report(words=f"Rubbish {n}")
        sequence()
        w.page.get_by_text("Is the log still the same one?").click()
        proof = saved(w, "Get the log's proof for this receipt")
        w.page.locator("#proof").fill(proof.read_text())
        w.press("Compare")
        found = w.page.locator("[data-part=history-result] [data-verdict]")
        expect(found).to_have_attribute("data-verdict", "holds")
        assert "are the first of the" in found.inner_text()
        w.sound("ledger-history")
        told = json.loads(proof.read_text())
        told["proof"] = told["proof"][::-1] or ["AAAA"]
        w.page.locator("#proof").fill(json.dumps(told))
        w.press("Compare")
        expect(found).to_have_attribute("data-verdict", "fails")


def test_an_address_that_was_cut_off_is_told_in_words(window: Callable[..., Any]) -> None:
    with window("en-GB", 320) as w:
        w.open("/ledger/verify/#r=ABC0")
        assert verdict(w) == "fails"
        assert "was cut off or mistyped" in w.text
        w.open("/ledger/verify/")
        w.press("Check")
        assert "There is no receipt yet" in w.page.locator("[data-part=result]").inner_text()
        w.page.locator("#receipt").fill("{")
        w.page.locator("#receipt").press("Tab")
        w.press("Check")
        expect(w.page.locator("[data-part=result]")).to_contain_text("cannot be read as JSON")
        w.sound("ledger-refuted")


def test_without_javascript_the_proof_is_there_and_the_check_says_what_else_does_it(
    district: District, window: Callable[..., Any]
) -> None:
    key = reported(district)
    sequence()
    with window("en-GB", 320, script=False) as w:
        w.open(f"/my/{key}/proof/")
        assert w.page.locator("img.proof-code").count() >= 2
        assert json.loads(saved(w, "Save the proof as a file").read_text())["entries"]
        w.open("/ledger/verify/")
        assert "commonward ledger verify" in w.text
        assert not w.page.locator("[data-part=form]").is_visible()


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_page_of_the_log_is_sound(
    district: District, window: Callable[..., Any], language: str
) -> None:
    say = Say(language)
    with window(language, WIDTHS) as w:
        w.open("/ledger/")
        assert say("It has not begun yet: it begins with the first report.") in w.text
        w.sound("ledger-about-empty")
        key = reported(district)
        sequence(now=timezone.now() + timedelta(0))
        w.open("/ledger/")
        assert "commonward ledger monitor" in w.text
        w.sound("ledger-about")
        w.open("/ledger/verify/")
        w.page.get_by_text(say("Whose signature you trust")).click()
        w.page.get_by_text(say("Is the log still the same one?")).click()
        w.sound("ledger-verify")
        w.open(f"/my/{key}/proof/")
        w.sound("ledger-proof-sealed")
        w.press(say("Check it now"))
        assert verdict(w) == "holds"
        w.sound("ledger-verify-holds")
        w.open(f"/my/{key}/")
        w.sound("ledger-mine")
    with window(language, WIDTHS, dark=True) as w:
        w.open(f"/my/{key}/proof/")
        w.press(say("Check it now"))
        assert verdict(w) == "holds"
        w.sound("ledger-verify-dark")


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_the_desk_s_page_of_the_log_is_sound(
    district: District, window: Callable[..., Any], language: str
) -> None:
    reported(district)
    sequence()
    with window(language, (320, 1280)) as w:
        w.sign_in("administrator")
        w.open("/desk/admin/ledger/")
        assert "commonward ledger check" in w.text
        w.sound("ledger-desk")
