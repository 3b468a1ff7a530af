"""A report's proof through the API: for who has its secret, and for nobody else."""

import json
from pathlib import Path
from typing import Any

import pytest

from commonward.cases.actions.receipts import code_of, token_of, with_receipt
from commonward.cases.actions.sequencing import sequence
from commonward.cases.queries.ledger import state
from commonward.core.ledger.notes import Verifier
from commonward.core.ledger.receipts import verify
from tests.district import AT
from tests.doors.api.conftest import Answer, Office


@pytest.fixture(autouse=True)
def log(tmp_path: Path, settings: Any) -> Path:
    """A folder for the log of this test alone."""
    settings.LEDGER = tmp_path / "ledger"
    return tmp_path / "ledger"


@pytest.fixture
def held(office: Office) -> tuple[str, str]:
    """A report's number and the token of its link."""
    token = token_of("a sending")
    report = with_receipt(lambda: office.here.report(words="A lamp is out."), token, AT)
    return report.number, token


def asked(office: Office, number: str, secret: str) -> Answer:
    return office.call("", "GET", f"/reports/{number}/proof", Receipt_Secret=secret)


def test_the_code_and_the_token_give_the_proof_that_the_page_gives(
    office: Office, held: tuple[str, str]
) -> None:
    number, token = held
    before = asked(office, number, token)
    assert (before.status, before.data["receipt"], before.data["waiting"]) == (200, None, 1)
    sequence()
    for secret in (token, code_of(token)):
        got = asked(office, number, secret)
        assert got.status == 200 and got.data["complete"], got.data
        assert got.headers["Cache-Control"] == "private, no-store"
        (told,) = verify(json.dumps(got.data["receipt"]), [Verifier.read(state().keys[0].verifier)])
        assert told.opened["told"] == "A lamp is out."


def test_a_wrong_secret_a_number_of_another_and_none_at_all_are_told_apart_from_nothing(
    office: Office, held: tuple[str, str]
) -> None:
    number, token = held
    other = office.here.report().number
    for number_, secret in (
        (number, "000000"), (number, "x" * 40), (other, token), ("0000000000", token),
    ):  # fmt: skip
        got = asked(office, number_, secret)
        assert (got.status, got.code) == (422, "invalid"), (number_, secret)
    assert office.call("", "GET", f"/reports/{number}/proof").code == "secret"
    # A key of the office opens it no more than no key does.
    assert office.call("leader", "GET", f"/reports/{number}/proof").status == 401


def test_who_tries_codes_is_stopped_and_the_link_still_opens(
    office: Office, held: tuple[str, str]
) -> None:
    number, token = held
    sequence()
    codes = [asked(office, number, f"00000{n % 10}").code for n in range(12)]
    assert "tries" in codes
    assert asked(office, number, code_of(token)).code == "tries"
    assert asked(office, number, token).status == 200


def test_a_log_whose_files_are_broken_is_told_as_such(
    office: Office, held: tuple[str, str], log: Path
) -> None:
    number, token = held
    sequence()
    for tile in (log / "tile").rglob("*"):
        if tile.is_file():
            tile.write_bytes(b"")
    got = asked(office, number, token)
    assert (got.status, got.code) == (409, "ledger")
