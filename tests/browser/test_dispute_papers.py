"""The pages of papers in a real browser, in both languages and at each width."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from commonward.disputes.actions.papers import keep_scan, make_paper
from tests.browser.conftest import WIDTHS
from tests.district import District
from tests.talks import Talks, mediation


@pytest.fixture
def case(district: District) -> tuple[Talks, str, str]:
    """A dispute in which talks have begun, with a scan and a paper that was handed out."""
    talks = mediation(district)
    made = talks.registered()
    number, first, _ = talks.talking("street")
    at = timezone.now() - timedelta(hours=1)
    out = io.BytesIO()
    Image.new("RGB", (300, 200), "#8899aa").save(out, "JPEG")
    keep_scan(number, "identity", out.getvalue(), first, at, name="身份证 ID card")
    make_paper(number, "application", talks.mediator, at)
    return talks, number, made.key


@pytest.mark.parametrize("language", ["en-GB", "zh-CN"])
def test_papers_are_found_and_read_at_the_desk_and_by_a_party(
    window: Callable[..., Any], case: tuple[Talks, str, str], language: str
) -> None:
    _, number, key = case
    with window(language, WIDTHS) as w:
        w.sign_in("mediator")
        w.open(reverse("desk:dispute_papers", args=[number]))
        w.sound("papers-desk")
        assert "身份证 ID card" in w.text
        w.open(reverse("desk:dispute_forms") + "?big=1")
        w.sound("papers-forms")
        w.open(reverse("portal:dispute_papers", args=[key]))
        w.sound("papers-party")


def test_without_javascript_a_party_hands_in_a_photo(
    window: Callable[..., Any], case: tuple[Talks, str, str]
) -> None:
    _, _, key = case
    out = io.BytesIO()
    Image.new("RGB", (300, 200), "#445566").save(out, "PNG")
    with window("zh-CN", 320, script=False) as w:
        w.open(reverse("portal:dispute_papers", args=[key]))
        w.page.locator("#entry").select_option("evidence")
        w.page.locator("#name").fill("院墙 wall")
        w.page.locator("#file").set_input_files(
            {"name": "wall.png", "mimeType": "image/png", "buffer": out.getvalue()}
        )
        w.page.locator("form .btn-primary").click()
        w.page.wait_for_load_state()
        assert "院墙 wall" in w.text
        w.sound("papers-handed-in")
