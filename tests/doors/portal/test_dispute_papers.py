"""A party reads, prints and hands in papers; the other side's stay theirs."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image
from pypdf import PdfReader

from commonward.disputes import actions as disputes
from commonward.disputes.models import Paper
from tests.district import District
from tests.talks import Talks, mediation


def browser() -> Client:
    """Somebody who reads English."""
    return Client(headers={"accept-language": "en"})


@pytest.fixture
def talks(district: District) -> Talks:
    """Mediation in the district."""
    return mediation(district)


@pytest.fixture
def keys(talks: Talks) -> tuple[str, str]:
    """The secret links of both sides of one dispute in which talks have begun."""
    made = talks.registered()
    disputes.take_step(made.number, "contact", talks.coordinator, talks.later(5))
    other = disputes.invite(made.number, "b", talks.coordinator, talks.later(6))
    return made.key, other


def photo() -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (300, 200), "#8899aa").save(out, "JPEG")
    return SimpleUploadedFile("p.jpg", out.getvalue(), "image/jpeg")


def text(answer: Any) -> str:
    pages = PdfReader(io.BytesIO(answer.content)).pages
    return "".join(page.extract_text() for page in pages).replace("\n", "").replace(" ", "")


def test_a_party_finds_their_papers_from_their_page_and_prints_them(keys: tuple[str, str]) -> None:
    client = Client(headers={"accept-language": "zh-hans"})
    page = reverse("portal:dispute_papers", args=[keys[0]])
    assert page in client.get(reverse("portal:dispute_mine", args=[keys[0]])).content.decode()
    listed = client.get(page)
    assert listed["Cache-Control"] == "no-store" or "no-store" in listed["Cache-Control"]
    one = reverse("portal:dispute_paper", args=[keys[0], "application", 0])
    assert one in listed.content.decode()
    answer = client.get(one)
    assert "钱多多" in text(answer) and "人民调解申请书" in text(answer)
    assert answer["Referrer-Policy"] == "no-referrer" and "no-store" in answer["Cache-Control"]
    big = client.get(one, {"big": "1"})
    assert len(PdfReader(io.BytesIO(big.content)).pages) >= len(
        PdfReader(io.BytesIO(answer.content)).pages
    )
    assert client.get(one, {"as": "word"}).content[:2] == b"PK"


def test_the_other_side_has_no_way_to_it(keys: tuple[str, str]) -> None:
    client = browser()
    for code, which in (("application", 0), ("proxy", 0), ("record", 0), ("cover", 0), ("x", 0)):
        path = reverse("portal:dispute_paper", args=[keys[1], code, which])
        assert client.get(path).status_code == 404, code
    listed = client.get(reverse("portal:dispute_papers", args=[keys[1]])).content.decode()
    assert "钱多多" not in listed
    own = client.get(reverse("portal:dispute_paper", args=[keys[1], "application", 1]))
    assert "13912345678" not in text(own) and "takesourlight" not in text(own)


def test_a_wrong_key_opens_nothing(keys: tuple[str, str]) -> None:
    client = browser()
    for path in (
        reverse("portal:dispute_papers", args=["0" * 40]),
        reverse("portal:dispute_paper", args=["0" * 40, "rights", 0]),
        reverse("portal:dispute_scan", args=["0" * 40, 1]),
    ):
        assert client.get(path).status_code == 404


def test_what_a_side_hands_in_it_opens_and_takes_out_and_the_other_never_sees(
    keys: tuple[str, str],
) -> None:
    client = browser()
    page = reverse("portal:dispute_papers", args=[keys[0]])
    assert client.post(page, {"do": "keep", "entry": "evidence"}).status_code == 422
    given = {"do": "keep", "entry": "evidence", "name": "die Mauer 墙"}
    answer = client.post(page, {**given, "file": photo()}, follow=True)
    assert "die Mauer 墙" in answer.content.decode()
    row = Paper.objects.get()
    mine = reverse("portal:dispute_scan", args=[keys[0], row.pk])
    assert client.get(mine).content.startswith(b"%PDF")
    theirs = reverse("portal:dispute_scan", args=[keys[1], row.pk])
    assert client.get(theirs).status_code == 404
    other = reverse("portal:dispute_papers", args=[keys[1]])
    assert "die Mauer" not in client.get(other).content.decode()
    taken = client.post(other, {"do": "take_back", "paper": row.pk})
    assert taken.status_code == 422 and Paper.objects.get().sealed is not None
    assert client.post(page, {"do": "take_back", "paper": row.pk}).status_code == 302
    assert client.get(mine).status_code == 404


def test_a_side_cannot_hand_in_what_the_office_keeps(keys: tuple[str, str]) -> None:
    page = reverse("portal:dispute_papers", args=[keys[0]])
    for entry in ("agreement", "record", "confirmation", "", "nothing"):
        answer = browser().post(page, {"do": "keep", "entry": entry, "file": photo()})
        assert answer.status_code == 422, entry
    assert not Paper.objects.exists()
