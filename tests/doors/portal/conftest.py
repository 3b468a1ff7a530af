"""The portal as a resident's browser uses it: forms filled and sent, over the real stack."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from commonward.cases.models import Report
from tests.district import District, small_district

WORDS = "暴露垃圾堆在大门旁 Rubbish beside the gate"


class _Reader(HTMLParser):
    """The texts of a page, and the fields that its forms would send."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.fields: dict[str, str] = {}
        self.links: list[str] = []
        self._skip = 0
        self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._skip += tag in ("script", "style")
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if tag == "textarea":
            self._area = given["name"]
            self.fields[self._area] = ""
        if tag != "input" or not given.get("name"):
            return
        if given.get("type") in ("radio", "checkbox") and "checked" not in given:
            return
        if given.get("type") != "file":
            self.fields[given["name"]] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        self._skip -= tag in ("script", "style")
        if tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.fields[self._area] += data
        elif not self._skip and data.strip():
            self.texts.append(" ".join(data.split()))


@dataclass
class Page:
    """An answer as its reader sees it."""

    status: int
    html: str
    headers: dict[str, str]
    path: str
    texts: list[str] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)
    links: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All that can be read on it, in one line."""
        return " ".join(self.texts)

    @property
    def heading(self) -> str:
        """Its first heading."""
        found = re.search(r"<h1[^>]*>(.*?)</h1>", self.html, re.DOTALL)
        assert found, self.html[:300]
        return " ".join(unescape(re.sub(r"<[^>]+>", "", found.group(1))).split())

    @property
    def step(self) -> str:
        """The question of a report that it asks."""
        return self.fields["step"]


class Resident:
    """Somebody with a browser in one language, who sends what is on the page."""

    def __init__(self, language: str = "en") -> None:
        self.client = Client(enforce_csrf_checks=True, headers={"accept-language": language})

    def open(self, path: str, **query: Any) -> Page:
        """GET an address, following what it leads to."""
        return self._page(self.client.get(path, query, follow=True), path)

    def send(self, page: Page, path: str = "/report/", **filled: Any) -> Page:
        """Send the form of a page with some fields filled, following what it leads to."""
        given = {**page.fields, **filled}
        return self._page(self.client.post(path, given, follow=True), path)

    def told(self, words: str = WORDS, until: str = "check", **answers: Any) -> Page:
        """Go through the questions of a report up to one of them; answers by the fields' names."""
        given = {
            "words": words,
            "category": "0301",
            "address": "East gate",
            "lat": "27.805",
            "lon": "113.105",
            "same": "other",
            "side": "unknown",
            **answers,
        }
        page = self.open("/report/")
        for _ in range(20):
            if page.step == until:
                return page
            step = page.step
            page = self.send(page, **given)
            assert page.step != step, f"{step} was refused: {page.text}"
        raise AssertionError(f"never came to {until}: {page.text}")

    def reported(self, **answers: Any) -> tuple[str, Page]:
        """A report sent; the key of its link and the page of its receipt."""
        page = self.send(self.told(**answers))
        found = re.match(r"/my/([^/]+)/receipt/", page.path)
        assert found, (page.path, page.text)
        return found.group(1), page

    @staticmethod
    def _page(response: Any, path: str) -> Page:
        html = response.content.decode()
        last = response.redirect_chain[-1][0] if response.redirect_chain else path
        reader = _Reader()
        reader.feed(html)
        return Page(
            response.status_code, html, dict(response.headers), last,
            reader.texts, reader.fields, reader.links,
        )  # fmt: skip


@pytest.fixture(scope="module")
def set_up(django_db_setup: None, django_db_blocker: Any) -> Iterator[District]:
    """The small district two days ago, so that whole cases have happened by now."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield small_district(timezone.now() - timedelta(days=2))
        transaction.set_rollback(True)


@pytest.fixture
def district(set_up: District, db: None) -> District:
    """The small district; what a test writes goes with the test."""
    return set_up


@pytest.fixture
def resident(district: District) -> Resident:
    """A resident who reads English."""
    return Resident()


@pytest.fixture
def chinese(district: District) -> Resident:
    """A resident who reads Chinese."""
    return Resident("zh-CN,zh;q=0.9")


@pytest.fixture
def media(tmp_path: Path, settings: Any) -> Path:
    """An empty folder for photos."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


def last_report() -> Report:
    """The report that was kept last."""
    return Report.objects.select_related("case").latest("id")
