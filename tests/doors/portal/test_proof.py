"""The proof of a report, as its holder's browser gets it: page, file, codes; nobody else's."""

import json
from pathlib import Path
from typing import Any

import pytest
import segno
from django.utils import timezone

from commonward.cases import actions as cases
from commonward.cases.actions.sequencing import sequence
from commonward.cases.queries.ledger import state
from commonward.core.ledger.notes import Verifier
from commonward.core.ledger.packed import unpacked
from commonward.core.ledger.receipts import verify
from commonward.core.rights import reporter
from tests.district import District
from tests.doors.portal.conftest import WORDS, Resident, last_report

SECRET = "the third lamp, beside my own door"


@pytest.fixture(autouse=True)
def log(tmp_path: Path, settings: Any) -> Path:
    """A folder for the log of this test alone."""
    settings.LEDGER = tmp_path / "ledger"
    return tmp_path / "ledger"


def keys() -> list[Verifier]:
    return [Verifier.read(one.verifier) for one in state().keys]


def test_before_it_is_sealed_the_page_says_that_it_is_being_sealed(resident: Resident) -> None:
    key, _ = resident.reported()
    assert "being sealed in a public log" in resident.open(f"/my/{key}/").text
    page = resident.open(f"/my/{key}/proof/")
    assert page.status == 200
    assert "1 step is being sealed" in page.text
    assert "Save the proof" not in page.text
    assert "being sealed" in resident.open(f"/my/{key}/proof/receipt.json").text


def test_the_file_proves_what_was_told_with_the_log_s_key_alone(resident: Resident) -> None:
    key, _ = resident.reported()
    sequence()
    assert "is sealed in a public log" in resident.open(f"/my/{key}/").text
    assert (
        "Everything that the page of your report tells is sealed"
        in resident.open(f"/my/{key}/proof/").text
    )
    answer = resident.client.get(f"/my/{key}/proof/receipt.json")
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "attachment" in answer.headers["Content-Disposition"]
    (told,) = verify(answer.content.decode(), keys(), state().origin)
    assert told.opened["told"] == WORDS
    assert told.facts["case"] == last_report().case.number


def test_the_link_to_check_it_carries_the_receipt_where_no_server_gets_it(
    resident: Resident,
) -> None:
    key, _ = resident.reported()
    sequence()
    page = resident.open(f"/my/{key}/proof/")
    (link,) = [one for one in page.links if "#r=" in one]
    address, receipt = link.split("#r=")
    assert address == "/ledger/verify/"
    assert verify(unpacked(receipt), keys())[0].opened["told"] == WORDS
    assert page.headers["Cache-Control"] == "no-store"


def codes_of(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """What the codes of a page hold, and their versions."""
    made: list[tuple[str, int]] = []
    real = segno.make

    def kept(content: Any, **how: Any) -> Any:
        code = real(content, **how)
        made.append(("".join(part[0] for part in content), int(str(code.version))))
        return code

    monkeypatch.setattr(segno, "make", kept)
    return made


def test_each_code_holds_the_receipt_of_its_step(
    resident: Resident, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, _ = resident.reported()
    report = last_report()
    cases.act(
        report.case.number, "add_words", reporter(report.pk), timezone.now(), {"words": SECRET}
    )
    sequence()
    made = codes_of(monkeypatch)
    page = resident.open(f"/my/{key}/proof/")
    assert page.html.count("proof-code") == 2
    said = [verify(unpacked(text.split("#r=")[1]), keys()) for text, _ in made]
    assert [len(one) for one in said] == [1, 1]
    assert [one[0].facts["verb"] for one in said] == ["opened", "add_words"]
    assert said[1][0].opened["words"] == SECRET
    assert all(text.startswith("http://testserver/ledger/verify/#r=") for text, _ in made)


def test_words_too_long_for_a_code_stay_in_the_file(
    resident: Resident, district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, _ = resident.reported()
    report = last_report()
    long = " ".join(f"{n * 7919:x}" for n in range(600))
    cases.act(report.case.number, "add_words", reporter(report.pk), timezone.now(), {"words": long})
    sequence()
    made = codes_of(monkeypatch)
    page = resident.open(f"/my/{key}/proof/")
    assert "Your words are in the file, not in this code" in page.text
    (told,) = verify(unpacked(made[-1][0].split("#r=")[1]), keys())
    assert "words" not in told.opened and "words" in told.facts["parts"]
    file = resident.client.get(f"/my/{key}/proof/receipt.json").content.decode()
    assert verify(file, keys())[-1].opened["words"] == long


def test_a_wrong_link_gives_no_proof(resident: Resident) -> None:
    resident.reported()
    sequence()
    for path in ("/my/wrong/proof/", "/my/wrong/proof/receipt.json"):
        page = resident.open(path)
        assert page.status == 404
        assert WORDS not in page.html


def test_a_log_whose_files_were_spoilt_is_told_in_words(resident: Resident, log: Path) -> None:
    key, _ = resident.reported()
    resident.reported()
    sequence()
    for one in (log / "tile" / "0").rglob("*"):
        if one.is_file():
            one.unlink()
    page = resident.open(f"/my/{key}/proof/")
    assert page.status == 200
    assert "The log's files are not as they must be" in page.text
    assert resident.open(f"/my/{key}/").status == 200
    assert "not as they must be" in resident.open(f"/my/{key}/proof/receipt.json").text


def test_the_file_is_sound_json_and_small(resident: Resident) -> None:
    key, _ = resident.reported()
    sequence()
    raw = resident.client.get(f"/my/{key}/proof/receipt.json").content
    assert json.loads(raw)["format"] == "commonward-receipt/1"
    assert len(raw) < 4_000
