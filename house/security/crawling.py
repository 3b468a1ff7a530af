"""The baseline crawl: every door as nobody and as each role, link after link, form after form.

First it only looks. Then it plants: tags, formulas, line breaks, numbers and texts without measure,
into each kind of form once for each role, and into the query of each page; then it looks again for
what came back. The same route is looked at `EACH` times for each visitor; the town is a copy.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from house.security.asking import Answer, Browser, Form
from house.security.judging import FORMULA, FORWARDED, TAG, judge
from house.security.told import Part
from house.security.town import Town

EACH, MOST, ROUNDS, STEP = 2, 700, 7, 3
"""Looks at one route and requests in all, of one visitor; rounds with one form."""
EVIL = ("https://evil.example/", "//evil.example/", "/\\evil.example/", "https:evil.example")
WAYS = ("next", "url", "to", "back", "return", "return_to", "redirect", "then", "continue")
PLANTED: Sequence[str] = (
    TAG,
    FORMULA,
    "a\r\nX-Planted: 1\r\n\r\n" + TAG,
    "Bcc: x@evil.example\nSubject: " + TAG,
    "9" * 400,
    "-1e999",
    "\x00\u202e\ufffe\U0010ffff",
    "../" * 20 + "etc/passwd",
    "{{ settings.SECRET_KEY }} {% debug %} %(x)s {0.__class__}",
    "' OR 1=1 --",
    "9999-12-31T23:59",
    "0001-01-01",
    "((((((a+)+)+)+)+)+)$" + "a" * 5_000 + "!",
    "字" * 60_000,
)
ASKED = {"q", "page", "after", "at", "day", "area"}
LEFT_OUT = re.compile(r"^/(?:account/logout|demo/(?:clock|tour|sign-in)|live/)|lang=")
"""What would end the visit or change every later page; and the endless stream."""
_KEPT = ("hidden", "radio", "checkbox", "select", "button", "password", "file")


@dataclass(slots=True)
class Visit:
    """One visitor's way through the town."""

    who: str
    browser: Browser
    shape: Callable[[str], str]
    part: Part
    looked: Counter[str] = field(default_factory=Counter)
    forms: dict[tuple[str, tuple[str, ...]], Form] = field(default_factory=dict)
    pages: dict[str, str] = field(default_factory=dict)

    def look(self, starts: Iterable[str]) -> None:
        """Follow every link from the first pages on."""
        waiting, known = list(dict.fromkeys(starts)), set()
        while waiting and self.looked.total() < MOST:
            path = waiting.pop(0)
            shape = self.shape(path)
            if path in known or LEFT_OUT.search(path) or self.looked[shape] >= EACH:
                continue
            known.add(path)
            self.looked[shape] += 1
            waiting += self._at(self.browser.get(path), shape)

    def _at(self, answer: Answer, shape: str) -> list[str]:
        page = judge(answer, self.browser, self.part, self.who, shape)
        found = [answer.header("Location")] if answer.header("Location") else []
        if page is not None:
            if answer.status == 200:
                self.pages.setdefault(shape, answer.path)
            found += page.links + page.loads
            for form in page.forms:
                path = self.browser.own(form.action)
                if path is not None and not LEFT_OUT.search(path):
                    self.forms.setdefault((self.shape(path), form.shape), form)
        own = (self.browser.own(one) for one in found)
        return [one for one in own if one]

    def plant(self, tried: set[object]) -> int:
        """Try each kind of form and each page's query that nobody tried yet; gives how many."""
        before = self.browser.asked
        for shape, path in self.pages.items():
            if shape not in tried:
                tried.add(shape)
                self._try_query(shape, path.partition("?")[0])
        for key, form in self.forms.items():
            if key not in tried:
                tried.add(key)
                path = self.browser.own(form.action) or "/"
                for turn in range(ROUNDS):
                    self._try_form(key[0], path, form, turn)
        return self.browser.asked - before

    def _try_query(self, shape: str, path: str) -> None:
        for evil in EVIL:
            asked = urlencode([(way, evil) for way in WAYS])
            self._judged(self.browser.get(f"{path}?{asked}"), shape)
        fields = {
            name
            for (where, _), form in self.forms.items()
            for name, _kind, _value in form.fields
            if form.method == "get" and where == shape
        } - {"lang", *WAYS}
        for text in (TAG, PLANTED[4], PLANTED[6], PLANTED[10]):
            asked = urlencode([(name, text) for name in sorted(fields | ASKED)])
            self._judged(self.browser.get(f"{path}?{asked}"), f"{shape} ?")

    def _try_form(self, shape: str, path: str, form: Form, turn: int) -> None:
        # Each field gets another text in each round: a form that refuses one is tried with others.
        texts = [PLANTED[(at * STEP + turn * (at + 1)) % len(PLANTED)] for at in range(99)]
        if turn < 2:
            texts = [PLANTED[turn]] * 99
        fields = [
            (name, _filled(name, kind, value, texts[at % 99]))
            for at, (name, kind, value) in enumerate(form.fields)
        ]
        text = texts[0]
        if form.method == "get":
            asked = urlencode(fields)
            if len(asked) < 60_000:
                self._judged(self.browser.get(f"{path.partition('?')[0]}?{asked}"), shape)
            return
        fields = [(n, self.browser.cookies.get("csrftoken", v) if n == "csrfmiddlewaretoken" else v)
                  for n, v in fields]  # fmt: skip
        files = {
            n: (f"{TAG}.csv", f"{text},{text}\n".encode())
            for n, k, _v in form.fields
            if k == "file"
        }
        forged = {
            "X-Forwarded-Host": FORWARDED,
            "X-Original-URL": "/desk/",
            "X-Rewrite-URL": "/desk/",
        }
        self.browser.headers.update(forged)
        try:
            answer = (
                self.browser.send_files(path, fields, files)
                if files
                else self.browser.send(path, fields)
            )
        finally:
            for name in forged:
                self.browser.headers.pop(name)
        self._judged(answer, shape)
        where = self.browser.own(answer.header("Location")) if answer.header("Location") else None
        if where and not LEFT_OUT.search(where):
            self._judged(self.browser.get(where), self.shape(where))

    def _judged(self, answer: Answer, shape: str) -> None:
        judge(answer, self.browser, self.part, self.who, shape)


def _filled(name: str, kind: str, value: str, text: str) -> str:
    if name in WAYS:
        return EVIL[len(text) % len(EVIL)]
    if kind in _KEPT:
        return value
    return text


def _tell(visit: Visit, part: Part) -> None:
    """How far it is, for whoever waits."""
    found = len(part.findings)
    print(f"   {visit.who}: {visit.browser.asked} asked, {found} found so far", flush=True)


def crawl(town: Town, pages: Sequence[dict[str, Any]], logins: Sequence[str],
          shape: Callable[[str], str], part: Part, again: Part) -> Counter[str]:  # fmt: skip
    """Look as everybody, then plant as everybody, then look again; gives each route's looks."""
    seen: Counter[str] = Counter()
    visits: list[Visit] = []
    for login in ("", *logins):
        visit = Visit(login or "nobody", town.signed_in(login), shape, part)
        own = [one["path"] for one in pages if one["login"] == login]
        visit.look(
            ["/", "/desk/", "/field/", "/ledger/", "/chat/", "/demo/", "/account/login/", *own]
        )
        seen.update(visit.looked)
        _tell(visit, part)
        visits.append(visit)
    asked = sum(visit.browser.asked for visit in visits)
    kinds = sum(len(visit.forms) for visit in visits)
    part.looked = (
        f"{asked:,} answers to {len(visits)} visitors at {len(seen)} routes, {kinds} forms"
    )
    planted, tried = 0, set[object]()
    # The administrator last: what a planted form switches off is missed by nobody then.
    for visit in sorted(visits, key=lambda one: (one.who == "demo-admin", one.who == "")):
        visit.part = again
        planted += visit.plant(tried)
        _tell(visit, again)
    for login in ("", *logins):
        late = Visit(f"{login or 'nobody'} after", town.signed_in(login), shape, again)
        late.look(
            ["/", "/desk/", "/field/", *[one["path"] for one in pages if one["login"] == login]]
        )
        planted += late.browser.asked
    again.looked = f"{planted:,} answers to planted and forged requests, and to looks after them"
    return seen
