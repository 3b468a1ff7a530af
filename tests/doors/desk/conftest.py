"""The desk as its people use it: each signed in with a browser of their own, over the real stack."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from commonward.people.models import Account
from tests.district import ACCOUNTS, District, small_district

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def key_of(login: str) -> tuple[Account, str]:
    """What Django's test client signs somebody in with."""
    return Account.objects.get(login=login), BACKEND


@dataclass
class Form:
    """A form of a page as a browser would send it; a name may stand several times."""

    action: str
    method: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)


class _Reader(HTMLParser):
    """The texts, links and forms of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.headings: list[str] = []
        self.links: list[str] = []
        self.forms: list[Form] = []
        self.ids: dict[str, Form] = {}
        self._open: Form | None = None
        self._skip = 0
        self._heading = False
        self._area = ""
        self._select: tuple[str, list[str], bool] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._skip += tag in ("script", "style")
        if tag == "h1":
            self._heading = True
            self.headings.append("")
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if tag == "form":
            self._open = Form(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self._open)
            if "id" in given:
                self.ids[given["id"]] = self._open
        form = self.ids.get(given["form"]) if "form" in given else self._open
        if form is None:
            return
        self._field(tag, given, form)

    def _field(self, tag: str, given: dict[str, str], form: Form) -> None:
        name, value = given.get("name", ""), given.get("value", "")
        if tag == "button":
            form.buttons.append((name, value))
        elif tag == "textarea":
            self._area = name
            form.fields[name] = [""]
        elif tag == "select":
            self._select = (name, [], "multiple" in given)
        elif tag == "option" and self._select is not None:
            kept, chosen, multiple = self._select
            if not multiple and "selected" in given:
                chosen.clear()
            if "selected" in given or not (chosen or multiple):
                chosen.append(value)
            form.fields[kept] = chosen
        elif tag == "input" and name and given.get("type") not in ("file", "submit"):
            ticked = given.get("type") in ("radio", "checkbox")
            if not ticked or "checked" in given:
                form.fields.setdefault(name, []).append(value or ("on" if ticked else ""))

    def handle_endtag(self, tag: str) -> None:
        self._skip -= tag in ("script", "style")
        if tag == "textarea":
            self._area = ""
        elif tag == "select":
            self._select = None
        elif tag == "h1":
            self._heading = False
        elif tag == "form":
            self._open = None

    def handle_data(self, data: str) -> None:
        if self._area and self._open is not None:
            self._open.fields[self._area][0] += data
        elif not self._skip and data.strip():
            text = " ".join(data.split())
            self.texts.append(text)
            if self._heading:
                self.headings[-1] = f"{self.headings[-1]} {text}".strip()


@dataclass
class Page:
    """An answer as its reader sees it."""

    status: int
    html: str
    headers: dict[str, str]
    path: str
    texts: list[str]
    headings: list[str]
    links: list[str]
    forms: list[Form]

    @property
    def text(self) -> str:
        """All that can be read on it, in one line."""
        return " ".join(self.texts)

    @property
    def heading(self) -> str:
        """Its first heading."""
        assert self.headings, self.html[:300]
        return self.headings[0]

    def form(self, action: str) -> Form:
        """The form that is sent to this address (or to one that begins so)."""
        for form in self.forms:
            if form.action.split("?")[0] == action:
                return form
        for form in self.forms:
            if form.action.startswith(action):
                return form
        raise AssertionError(f"no form to {action} among {[f.action for f in self.forms]}")


class Colleague:
    """Somebody with a browser, signed in or (login "") not, who sends what is on the page."""

    def __init__(self, login: str = "", language: str = "en") -> None:
        self.login = login
        self.client = Client(enforce_csrf_checks=True, headers={"accept-language": language})
        if login:
            self.client.force_login(*key_of(login))

    def open(self, path: str, *, follow: bool = True, **query: Any) -> Page:
        """GET an address, following what it leads to."""
        return self._page(self.client.get(path, query or None, follow=follow), path)

    def post(self, path: str, given: Mapping[str, Any]) -> Page:
        """Send these fields as they are (a form of ours holds a token among them)."""
        return self._page(self.client.post(path, given, follow=True), path)

    def send(self, page: Page, action: str, **filled: Any) -> Page:
        """Send a form of the page with some fields filled, following what it leads to."""
        form = page.form(action)
        given: Mapping[str, Any] = {**form.fields, **filled}
        target = form.action or page.path
        if form.method == "get":
            return self._page(self.client.get(target, given, follow=True), target)
        return self._page(self.client.post(target, given, follow=True), target)

    @staticmethod
    def _page(response: Any, path: str) -> Page:
        html = b"".join(response) if response.streaming else response.content
        last = path
        chain = getattr(response, "redirect_chain", [])
        if chain:
            last = chain[-1][0]
        elif response.status_code in (301, 302, 303):
            last = response.headers["Location"]
        reader = _Reader()
        text = html.decode(errors="replace")
        reader.feed(text)
        return Page(
            response.status_code, text, dict(response.headers), last,
            reader.texts, reader.headings, reader.links, reader.forms,
        )  # fmt: skip


@dataclass
class Office:
    """The district and a browser for each of its people, made when first asked for.

    `office.dispatcher` is that person's browser in English, `office.browser("dispatcher",
    "zh-CN")` another one; `office.nobody` is not signed in. What they did lies in
    `office.district` (reports, steps).
    """

    district: District
    _browsers: dict[str, Colleague] = field(default_factory=dict)

    def __getattr__(self, login: str) -> Colleague:
        if login not in ACCOUNTS and login != "nobody":
            raise AttributeError(login)
        if login not in self._browsers:
            self._browsers[login] = self.browser("" if login == "nobody" else login)
        return self._browsers[login]

    @staticmethod
    def key_of(login: str) -> tuple[Account, str]:
        """What Django's test client signs somebody in with."""
        return key_of(login)

    @staticmethod
    def browser(login: str, language: str = "en") -> Colleague:
        """One more browser of this person."""
        return Colleague(login, language)


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
def office(district: District) -> Office:
    """Everybody at their desk: signed-in browsers per role in the small district."""
    return Office(district)
