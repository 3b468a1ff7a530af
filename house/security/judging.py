"""What every answer of the site must carry, and what none may: judged from outside."""

import csv
import io
from collections.abc import Iterable

from house.security.asking import REFUSED, Answer, Browser, Page
from house.security.told import Part

TRACE = ("Traceback (most recent call last)", "DJANGO_SETTINGS_MODULE", "django/core/handlers")
FORMULA = "=cmd|' /C calc'!A0"
TAG = '<cw-planted x="\'">'
"""What is planted into fields: it may come back escaped and in no other way."""
FORWARDED = "evil-forwarded.example"
_REFERRER = ("same-origin", "no-referrer", "strict-origin")
_STRICT = ("default-src 'none'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'")


def judge(answer: Answer, browser: Browser, part: Part, who: str, shape: str) -> Page | None:
    """Note what is wrong with an answer; gives the page where it is one."""
    place = f"{who} {answer.method} {shape}"
    if not answer.headers and answer.status == REFUSED:
        return None
    if answer.status >= 500:
        part.find("error", place, f"{answer.status} at {answer.path[:120]}")
    text = answer.text if answer.kind.startswith(("text/", "application/json")) else ""
    for mark in TRACE:
        if mark in text and not answer.path.startswith("/static/"):
            part.find("inside told", place, mark)
    if TAG in text and answer.kind in ("text/html", "image/svg+xml", "application/xhtml+xml"):
        part.find("unescaped", place, "a planted tag came back as a tag")
    if FORWARDED in text:
        part.find("forged host", place, "the page repeats X-Forwarded-Host")
    if answer.header("X-Planted"):
        part.find("header injection", place, "a planted line became a header")
    _headers(answer, browser, part, place)
    if answer.kind == "text/csv":
        _formulas(text, part, place)
    location = answer.header("Location")
    if location and browser.own(location) is None:
        part.find("open redirect", place, f"leads to {location[:80]}")
    return _page(answer, browser, part, place, text) if answer.kind == "text/html" else None


def _headers(answer: Answer, browser: Browser, part: Part, place: str) -> None:
    policy, static = answer.header("Content-Security-Policy"), answer.path.startswith("/static/")
    if "unsafe-" in policy:
        part.find("policy", place, "the policy of content allows unsafe-…")
    if answer.kind == "text/html" and not static:
        missing = [one for one in _STRICT if one not in policy]
        if missing:
            part.find("policy", place, f"the policy of content lacks {', '.join(missing)}")
        if "charset=utf-8" not in answer.header("Content-Type").lower().replace('"', ""):
            part.find("kind", place, "a page without its characters")
    if "frame-ancestors 'none'" not in policy and answer.header("X-Frame-Options") != "DENY":
        part.find("frames", place, "it may stand in another site's frame")
    if answer.header("X-Content-Type-Options") != "nosniff":
        part.find("nosniff", place, "missing")
    if answer.header("Referrer-Policy") not in _REFERRER and not static:
        part.find("referrer", place, answer.header("Referrer-Policy") or "missing")
    if answer.body and not answer.kind and answer.status not in (204, 304):
        part.find("kind", place, "no Content-Type")
    _kept(answer, browser, part, place)


def _kept(answer: Answer, browser: Browser, part: Part, place: str) -> None:
    """What caches are told, and the cookies."""
    kept = answer.header("Cache-Control")
    signed_in = any("session" in name for name in browser.cookies)
    page = answer.kind == "text/html" and "attachment" not in answer.header("Content-Disposition")
    # The field's shell is kept by the phone on purpose; "private" keeps it from every proxy.
    if signed_in and page and not {"no-store", "public", "private"} & set(kept.split(", ")):
        part.find("cache", place, f"personal, and kept as “{kept}”")
    if answer.header("Set-Cookie") and "public" in kept:
        part.find("cache", place, "a cookie in an answer that everybody's caches keep")
    for told in (value for name, value in answer.headers if name.lower() == "set-cookie"):
        cookie(told, part, place)


def cookie(told: str, part: Part, place: str, *, tls: bool = False) -> None:
    """The flags of a cookie that is set; one that ends needs none."""
    name, flags = told.partition("=")[0], told.lower()
    if "max-age=0" in flags:
        return
    wanted = ["httponly", "samesite=", *(["secure"] if tls else [])]
    missing = [one for one in wanted if one not in flags]
    if missing:
        part.find("cookie", f"{place} {name}", f"without {', '.join(missing)}")


def _formulas(text: str, part: Part, place: str) -> None:
    for row in csv.reader(io.StringIO(text)):
        if any(cell.lstrip().startswith(("=cmd", "+cmd", "-cmd", "@cmd")) for cell in row):
            part.find("formula", place, "a planted formula stands unmarked in a table")


def _page(answer: Answer, browser: Browser, part: Part, place: str, text: str) -> Page:
    page = Page(answer.path.partition("?")[0], text)
    # The checker of receipts that works alone carries its own parts: it is a file, never shown here.
    own = "attachment" in answer.header("Content-Disposition")
    for one in () if own else page.forbidden:
        part.find("inline", place, f"{one} is forbidden by the policy")
    for address in _elsewhere(browser, page.loads):
        part.find("mixed", place, f"loads {address[:80]}")
    for form in page.forms:
        if browser.own(form.action) is None:
            part.find("form", place, f"goes to {form.action[:80]}")
        names = {name for name, _kind, _value in form.fields}
        if form.method == "post" and "csrfmiddlewaretoken" not in names:
            part.find("form", place, f"a form to {form.action[:60]} without the form's own sign")
    return page


def _elsewhere(browser: Browser, addresses: Iterable[str]) -> list[str]:
    return [one for one in addresses if not one.startswith("data:") and browser.own(one) is None]
