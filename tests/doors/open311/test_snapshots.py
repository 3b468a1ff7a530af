"""The answers as they stand, byte for byte: a machine contract, renewed with RENEW_ANSWERS=1.

Numbers and moments differ each time and are written as N1, N2, … and T1, T2, … in order.
"""

import os
import re
from pathlib import Path

import pytest
from django.test import Client

from tests.district import LAMP, POTHOLE, RUBBISH, District
from tests.doors.open311.conftest import Door

ANSWERS = Path(__file__).parent / "answers"
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d")


class Shown:
    """Replaces what differs each time, the same thing by the same name."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}

    def named(self, kind: str, found: str) -> str:
        return self.names.setdefault(
            found, f"{kind}{sum(n.startswith(kind) for n in self.names.values()) + 1}"
        )

    def __call__(self, raw: bytes, numbers: list[str]) -> str:
        text = MOMENT.sub(lambda m: self.named("T", m[0]), raw.decode())
        text = re.sub(
            r'(update_id>|"update_id": ")(\d+)', lambda m: m[1] + self.named("U", m[2]), text
        )
        for number in numbers:
            text = text.replace(number, self.named("N", number))
        return text


CASES = {
    "discovery": "discovery.{form}?locale=en",
    "services": "services.{form}?locale=en",
    "services-zh": "services.{form}?locale=zh",
    "definition": f"services/{POTHOLE}.{{form}}?locale=en",
    "definition-empty": f"services/{LAMP}.{{form}}",
    "requests": "requests.{form}?locale=en",
    "requests-extended": "requests.{form}?locale=en&extensions=true",
    "requests-none": "requests.{form}?status=closed&service_code=" + RUBBISH,
    "updates": "servicerequestupdates.{form}?locale=zh",
    "token": "tokens/batch-7.{form}",
    "error-404": "services/nix.{form}?locale=en",
    "error-400": "requests.{form}?start_date=2026-01-01&locale=en",
}


@pytest.fixture
def numbers(district: District) -> list[str]:
    """Two reports: a closed one of a lamp, an open one of a hole with answers."""
    lamp = district.report(LAMP, "Dark & <cold> 🌃", standard=district.standards[LAMP])
    district.closed(lamp)
    hole = district.report(
        POTHOLE,
        "Ring 13912345678",
        answers={"HOWDEEP": "12", "HARMS": ["walkers", "drivers"]},
        address="Gate 3",
        token="batch-7",
    )
    return [lamp.number, hole.number]


@pytest.mark.parametrize("form", ["xml", "json"])
@pytest.mark.parametrize("name", CASES)
def test_an_answer_is_the_one_that_was_agreed(
    client: Client, secret: str, numbers: list[str], name: str, form: str
) -> None:
    found = Door(client, form, secret).send("GET", CASES[name].format(form=form))
    agreed(f"{name}.{form}", Shown()(found.raw, numbers))


def test_the_bulk_table_is_the_one_that_was_agreed(
    xml: Door, district: District, numbers: list[str]
) -> None:
    agreed("bulk.csv", Shown()(xml.get("requests", form="csv").raw, numbers))


def test_no_agreed_answer_is_left_over() -> None:
    wanted = {f"{name}.{form}" for name in CASES for form in ("xml", "json")} | {"bulk.csv"}
    assert {path.name for path in ANSWERS.iterdir()} == wanted


def agreed(name: str, text: str) -> None:
    path = ANSWERS / name
    if os.environ.get("RENEW_ANSWERS") == "1":
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text.encode())
    assert path.read_bytes().decode() == text, "RENEW_ANSWERS=1 writes the answers anew"
