"""Papers at the desk: looked at, handed out, scanned in, bound; blank forms for the counter."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image
from pypdf import PdfReader

from commonward.disputes.models import Paper
from commonward.doors.desk.views.disputes.papers import KIT
from tests.doors.desk.conftest import Office
from tests.talks import Talks, mediation


@pytest.fixture
def talks(office: Office) -> Talks:
    """Mediation in the district of the office."""
    return mediation(office.district)


@pytest.fixture
def mediator(office: Office, talks: Talks) -> Client:
    """The browser of who mediates."""
    client = Client(headers={"accept-language": "en-gb"})
    client.force_login(*office.key_of("mediator"))
    return client


def photo(name: str = "id.jpg") -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (300, 200), "#8899aa").save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")


def text(answer: Any) -> str:
    pages = PdfReader(io.BytesIO(answer.content)).pages
    return "".join(page.extract_text() for page in pages).replace("\n", "").replace(" ", "")


def test_the_mediator_looks_at_a_paper_and_hands_it_out(talks: Talks, mediator: Client) -> None:
    number, *_ = talks.talking("street")
    page = reverse("desk:dispute_papers", args=[number])
    shown = mediator.get(page).content.decode()
    assert "人民调解申请书" in shown or "Application for People’s Mediation" in shown
    one = reverse("desk:dispute_paper", args=[number, "application", 0])
    answer = mediator.get(one, {"language": "zh"})
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment;")
    assert "no-store" in answer["Cache-Control"]
    assert "钱多多" in text(answer)
    assert not Paper.objects.exists()
    handed = mediator.post(
        f"{page}?language=both&big=1", {"do": "hand", "code": "application", "which": "0"}
    )
    assert "ApplicationforPeople" in text(handed)
    row = Paper.objects.get()
    assert (row.kind, row.language) == ("application", "both")
    assert row.sha256[:16] in mediator.get(page).content.decode()


def test_word_is_word_and_unknown_papers_are_not_there(talks: Talks, mediator: Client) -> None:
    number, *_ = talks.talking("street")
    word = mediator.get(reverse("desk:dispute_paper", args=[number, "rights", 0]), {"as": "word"})
    assert word.content[:2] == b"PK" and word["Content-Disposition"].endswith('.docx"')
    for code, which in (("dossier", 0), ("cover", 0), ("record", 7), ("agreement", 0)):
        answer = mediator.get(reverse("desk:dispute_paper", args=[number, code, which]))
        assert answer.status_code == 404, code
    answer = mediator.get(reverse("desk:dispute_paper", args=[number, "rights", 0]), {"as": "exe"})
    assert answer.status_code == 404


def test_a_scan_goes_into_the_file_is_opened_and_taken_out(talks: Talks, mediator: Client) -> None:
    number, *_ = talks.talking("street")
    page = reverse("desk:dispute_papers", args=[number])
    given = {"do": "keep", "entry": "identity", "side": "a", "name": "身份证 copy"}
    refused = mediator.post(page, given)
    assert refused.status_code == 422 and "Choose a photo or a PDF" in refused.content.decode()
    bad = SimpleUploadedFile("a.exe", b"MZ not a picture")
    assert mediator.post(page, {**given, "file": bad}).status_code == 422
    assert mediator.post(page, {**given, "file": photo()}).status_code == 302
    row = Paper.objects.get()
    assert "身份证 copy" in mediator.get(page).content.decode()
    scan = reverse("desk:dispute_scan", args=[number, row.pk])
    assert mediator.get(scan).content.startswith(b"%PDF")
    assert mediator.post(page, {"do": "take_back", "paper": row.pk}).status_code == 302
    assert mediator.get(scan).status_code == 404


def test_the_file_is_bound_and_says_what_it_lacks(talks: Talks, mediator: Client) -> None:
    number, *_ = talks.talking("street")
    page = reverse("desk:dispute_papers", args=[number])
    shown = mediator.get(page).content.decode()
    assert "当事人身份证明" in shown or "Proof of the parties’ identity" in shown
    answer = mediator.post(f"{page}?language=zh", {"do": "bind"})
    assert "人民调解卷宗" in text(answer) and "卷内目录" in text(answer)
    refused = mediator.post(page, {"do": "package"})
    assert refused.status_code in (404, 422)


def test_the_coordinator_reads_that_it_is_not_for_them_while_the_sides_talk(
    office: Office, talks: Talks
) -> None:
    number, *_ = talks.talking("street")
    client = Client(headers={"accept-language": "en-gb"})
    client.force_login(*office.key_of("coordinator"))
    page = reverse("desk:dispute_papers", args=[number])
    shown = client.get(page).content.decode()
    assert "Not for your post at this stage." in shown and "钱多多" not in shown
    assert client.post(page, {"do": "bind"}).status_code == 422
    one = reverse("desk:dispute_paper", args=[number, "application", 0])
    assert client.get(one).status_code == 403
    assert not Paper.objects.exists()


@pytest.mark.parametrize("code", KIT)
def test_each_form_of_the_counter_is_printed_blank_in_each_language_and_in_big_type(
    talks: Talks, mediator: Client, code: str
) -> None:
    address = reverse("desk:dispute_form", args=[code])
    said = [
        text(mediator.get(address, {"language": language, "big": big}))
        for language in ("zh", "en", "both")
        for big in ("", "1")
    ]
    assert all(len(one) > 80 for one in said)
    assert len(set(said)) >= 3
    assert mediator.get(address, {"as": "word"}).content[:2] == b"PK"


def test_a_grid_worker_prints_forms_and_there_is_no_form_of_another_name(
    office: Office, talks: Talks
) -> None:
    client = Client(headers={"accept-language": "en-gb"})
    client.force_login(*office.key_of("grid_worker"))
    shown = client.get(reverse("desk:dispute_forms"), {"language": "zh", "big": "1"})
    assert shown.status_code == 200 and "language=zh&amp;big=1" in shown.content.decode()
    assert client.get(reverse("desk:dispute_form", args=["cover"])).status_code == 404
