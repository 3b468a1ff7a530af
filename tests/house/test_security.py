"""The check of security finds what it is for; each of its rules is broken here once."""

from collections.abc import Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from house.security import libraries
from house.security.asking import HUNG_UP, Answer, Browser, Page
from house.security.crawling import PLANTED, Visit
from house.security.judging import FORMULA, FORWARDED, TAG, cookie, judge
from house.security.leaks import entropy, of
from house.security.sources import judge as judge_code
from house.security.sources import reason_in
from house.security.told import Part, lines, verdict

GOOD: Mapping[str, str] = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "private, no-store",
}


def found(
    body: str = "<p>good</p>", status: int = 200, cookies: Sequence[str] = (), **other: str
) -> set[str]:
    """The rules that an answer breaks, for somebody who signed in."""
    headers = dict(GOOD) | {name.replace("_", "-"): value for name, value in other.items()}
    told = [*headers.items(), *(("Set-Cookie", one) for one in cookies)]
    browser, part = Browser("127.0.0.1", 8000), Part("test")
    browser.cookies["sessionid"] = "x"
    judge(Answer("GET", "/desk/", status, told, body.encode()), browser, part, "me", "/desk/")
    return {one.rule for one in part.findings}


def test_a_good_page_has_no_finding() -> None:
    assert not found()
    assert not found("<form method=post><input name=csrfmiddlewaretoken value=x></form>")
    assert not found(
        f"<p>{TAG.replace('<', '&lt;')}</p><a href='https://elsewhere.example'>law</a>"
    )


@pytest.mark.parametrize(
    ("rule", "given"),
    [
        ("error", {"status": 500}),
        ("inside told", {"body": "Traceback (most recent call last): …"}),
        ("unescaped", {"body": f"<p>{TAG}</p>"}),
        ("forged host", {"body": f"<a href='http://{FORWARDED}/x'>link</a>"}),
        ("header injection", {"X_Planted": "1"}),
        ("policy", {"Content_Security_Policy": "default-src 'none'"}),
        ("policy", {"Content_Security_Policy": GOOD["Content-Security-Policy"] + "; script-src 'unsafe-inline'"}),
        ("frames", {"Content_Security_Policy": "", "X_Frame_Options": ""}),
        ("nosniff", {"X_Content_Type_Options": ""}),
        ("referrer", {"Referrer_Policy": "unsafe-url"}),
        ("cache", {"Cache_Control": "max-age=60"}),
        ("cache", {"Cache_Control": "public", "cookies": ["a=1; HttpOnly; SameSite=Lax"]}),
        ("cookie", {"cookies": ["a=1; SameSite=Lax"]}),
        ("open redirect", {"status": 302, "Location": "//evil.example/"}),
        ("inline", {"body": "<p onclick='x()'>"}),
        ("inline", {"body": "<script>x()</script>"}),
        ("mixed", {"body": "<script src='http://elsewhere.example/a.js'></script>"}),
        ("form", {"body": "<form method=post><input name=a></form>"}),
        ("form", {"body": "<form action='https://evil.example/'></form>"}),
        ("formula", {"Content_Type": "text/csv", "body": f"a,{FORMULA}\n"}),
    ],
)  # fmt: skip
def test_each_rule_finds_what_it_is_for(rule: str, given: dict[str, Any]) -> None:
    assert rule in found(**given)


def test_a_cookie_behind_tls_must_be_for_tls_alone() -> None:
    part = Part("test")
    cookie("a=1; HttpOnly; SameSite=Lax", part, "/", tls=True)
    cookie("b=1; HttpOnly; SameSite=Lax; Secure", part, "/", tls=True)
    cookie('c=""; Max-Age=0', part, "/", tls=True)
    assert [one.place for one in part.findings] == ["/ a"]


def test_fields_of_a_form_are_read_with_what_they_hold() -> None:
    page = Page(
        "/desk/x/",
        "<form action='../y/' method=POST><input name=a value=1><textarea name=b>two\nlines</textarea>"
        "<select name=c><option value=3><option value=4 selected></select>"
        "<input type=radio name=d value=5><input type=radio name=d value=6 checked></form>",
    )
    (form,) = page.forms
    assert (form.action, form.method) == ("/desk/y/", "post")
    assert {name: value for name, _kind, value in form.fields} == {
        "a": "1", "b": "two\nlines", "c": "4", "d": "6",
    }  # fmt: skip


class _Careless(BaseHTTPRequestHandler):
    """A site that escapes nothing, in one page with one form."""

    def do_GET(self) -> None:
        self._answer(
            "<form action='/kept' method='post'><input name='words'></form><a href='/'>.</a>"
        )

    def do_POST(self) -> None:
        said = self.rfile.read(int(self.headers["Content-Length"])).decode()
        host = self.headers.get("X-Forwarded-Host", "")
        self._answer(f"{TAG if 'cw-planted' in said else ''} <a href='//{host}/'>{host}</a>")

    def _answer(self, body: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def test_a_careless_site_is_found_by_what_was_planted() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Careless)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        part = Part("test")
        browser = Browser("127.0.0.1", server.server_address[1])
        visit = Visit("nobody", browser, lambda path: path.partition("?")[0], part)
        visit.look(["/"])
        assert visit.plant(set()) > len(PLANTED) / 2
    finally:
        server.shutdown()
        server.server_close()
    assert {"unescaped", "forged host", "policy", "nosniff", "form"} <= {
        one.rule for one in part.findings
    }


def test_who_hangs_up_on_a_short_request_is_a_finding() -> None:
    browser = Browser("127.0.0.1", 1)
    assert browser.get("/").status == HUNG_UP


def test_a_silence_is_no_success_unless_it_is_allowed() -> None:
    fine, silent = Part("code", looked="1 line"), Part("libraries", not_asked="not reached")
    assert verdict([fine]) == 0
    assert verdict([fine, silent]) == 1
    assert verdict([fine, silent], silence_allowed=True) == 0
    fine.find("B1", "x.py:1", "wrong")
    assert verdict([fine], silence_allowed=True) == 1
    assert lines([fine, silent])[2:] == [
        "| code | 1 line | 1 found |",
        "| libraries | not reached | not asked |",
    ]


def test_a_service_that_knows_no_fault_of_a_release_full_of_faults_was_not_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(libraries, "_ask", lambda *_: [{"name": "django", "skip_reason": "?"}])
    assert libraries.read(Path("pip-audit"), Path("uv")).state == "not asked"


def test_a_fault_of_a_library_and_a_library_that_nobody_knows_are_findings() -> None:
    fault = {"id": "CVE-1", "fix_versions": ["2"]}
    answers: list[dict[str, Any]] = [
        {"name": "a", "version": "1", "vulns": [fault]},
        {"name": "b", "skip_reason": "?"},
    ]
    assert [one.rule for one in libraries.judge(answers, Part("x")).findings] == [
        "CVE-1",
        "not asked",
    ]


@pytest.mark.parametrize(
    "line",
    [
        "key = 'AKIA" + "ABCDEFGHIJKLMNOP'",
        "-----BEGIN RSA PRIVATE" + " KEY-----\\nMIIEowIBAAKCAQEAx1",
        "url = 'https://anna:" + "hunter2hunter2@example.org/'",
        "SECRET_" + "KEY = 'k3J9xQm2Lr8VtYw4Zp7NbHs5'",
        "TOKEN=ghp_" + "a1B2" * 10,
    ],
)
def test_what_looks_like_a_secret_is_found(line: str) -> None:
    assert of([line])


def test_words_are_no_secret() -> None:
    assert not of([
        "password = request.POST['password']",
        "SECRET_KEY = os.environ.get('COMMONWARD_SECRET_KEY')",
        "token = 'a-word-that-somebody-wrote-down'",
        "url = 'https://user:{password}@example.org'",
    ])  # fmt: skip
    assert entropy("aaaa") == 0 < entropy("abcd") == 2


def test_a_reason_beside_the_code_counts_and_a_bare_exception_does_not() -> None:
    assert reason_in("x = f(y)  # noqa: S608 (constants)", [1], "B608")
    assert reason_in("x = f(y)  # noqa: S603, S607 -- our own program", [1], "B607")
    assert reason_in('x = f"""\nSELECT\n"""  # noqa: S608 (constants)', [1], "B608")
    assert not reason_in("x = f(y)  # noqa: S608", [1], "B608")
    assert not reason_in("x = f(y)  # noqa: S603 (ours)", [1], "B608")


def test_more_than_was_accepted_and_a_reason_for_nothing_are_findings() -> None:
    one = {
        "filename": "a/b.py",
        "line_number": 1,
        "line_range": [1],
        "test_id": "B608",
        "issue_text": "SQL",
    }
    row = {"files": "a/*.py", "rules": ["B608"], "most": 1, "why": "ours"}
    files = {"a/b.py": "x\n"}
    for results, accepted, rules in (
        ([one], [row], set()),
        ([one, one], [row], {"more"}),
        ([], [row], {"stale"}),
        ([one], [], {"B608"}),
    ):
        part = Part("code")
        judge_code(results, files, accepted, part)
        assert {finding.rule for finding in part.findings} == rules
