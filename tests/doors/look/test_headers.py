"""What every answer carries besides its content, and what a site behind TLS is set to by itself."""

import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from allauth.account.adapter import get_adapter
from django.conf import LazySettings
from django.conf import settings as site
from django.http import HttpResponse
from django.test import Client, RequestFactory
from whitenoise import WhiteNoise  # type: ignore[import-untyped] # it ships no types

from commonward.config import statics
from commonward.doors.look.pages import Pages, keep_language

ROOT = Path(__file__).resolve().parents[3]
NAMES = (
    "SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE",
    "CSRF_TRUSTED_ORIGINS", "SECURE_HSTS_SECONDS", "SECURE_PROXY_SSL_HEADER",
    "ACCOUNT_DEFAULT_HTTP_PROTOCOL",
)  # fmt: skip


def set_as(tmp_path: Path, **given: str) -> dict[str, object]:
    """What the settings make of these variables, in a process of its own."""
    told = subprocess.run(
        [
            sys.executable, "-c",
            "import json; from commonward.config import settings as s;"
            f"print(json.dumps({{n: getattr(s, n, None) for n in {NAMES!r}}}))",
        ],
        cwd=ROOT, capture_output=True, text=True, check=True,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "COMMONWARD_VAR": str(tmp_path), **given},
    )  # fmt: skip
    found: dict[str, object] = json.loads(told.stdout)
    return found


def test_a_site_behind_tls_takes_its_own_forms_and_its_cookies_are_of_this_host_alone(
    tmp_path: Path,
) -> None:
    found = set_as(tmp_path, COMMONWARD_SITE_URL="https://city.example.org")
    assert found["CSRF_TRUSTED_ORIGINS"] == ["https://city.example.org"]
    assert found["SESSION_COOKIE_NAME"] == "__Host-session"
    assert found["CSRF_COOKIE_NAME"] == "__Host-csrf"
    assert found["SESSION_COOKIE_SECURE"] is found["CSRF_COOKIE_SECURE"] is True
    assert found["SECURE_HSTS_SECONDS"] == 365 * 24 * 3600
    assert found["ACCOUNT_DEFAULT_HTTP_PROTOCOL"] == "https"
    assert found["SECURE_PROXY_SSL_HEADER"] is None, "nobody said that a proxy of ours writes it"


def test_only_a_proxy_of_ours_is_believed_that_it_was_tls(tmp_path: Path) -> None:
    found = set_as(tmp_path, COMMONWARD_SITE_URL="https://city.example.org", COMMONWARD_PROXIES="1")
    assert found["SECURE_PROXY_SSL_HEADER"] == ["HTTP_X_FORWARDED_PROTO", "https"]
    plain = set_as(tmp_path, COMMONWARD_PROXIES="1")
    assert plain["SECURE_PROXY_SSL_HEADER"] is None
    assert plain["SESSION_COOKIE_SECURE"] is False


def test_a_form_that_was_sent_over_tls_is_taken_by_the_site_behind_the_web_server(
    settings: LazySettings, db: None
) -> None:
    """The web server ends TLS: the request arrives as plain http with an https Origin."""
    client = Client(enforce_csrf_checks=True)
    sent = {"login": "nobody", "password": "wrong wrong wrong"}
    page = client.get("/account/login/")
    sent["csrfmiddlewaretoken"] = page.context["csrf_token"]
    settings.CSRF_TRUSTED_ORIGINS = ["https://testserver"]
    ours = client.post("/account/login/", sent, headers={"Origin": "https://testserver"})
    assert ours.status_code == 200
    other = client.post("/account/login/", sent, headers={"Origin": "https://evil.example"})
    assert other.status_code == 403


@pytest.mark.parametrize("kind", ["application/json", "image/jpeg", "text/csv", "application/pdf"])
def test_no_answer_of_any_kind_stands_in_another_sites_frame(kind: str) -> None:
    request = RequestFactory().get("/")
    answer = Pages(lambda _: HttpResponse(b"", content_type=kind))(request)
    assert answer["Content-Security-Policy"] == "frame-ancestors 'none'"


@pytest.mark.parametrize("sign", ["cookie", "key"])
def test_what_somebody_gets_who_signed_in_is_kept_by_no_cache(
    sign: str, settings: LazySettings
) -> None:
    request = RequestFactory().get("/api/v1/cases")
    if sign == "cookie":
        request.COOKIES[settings.SESSION_COOKIE_NAME] = "x"
    else:
        request.META["HTTP_AUTHORIZATION"] = "Bearer cw_x"
    page = Pages(lambda _: HttpResponse("{}", content_type="application/json"))
    assert page(request)["Cache-Control"] == "private, no-store"
    own = Pages(lambda _: HttpResponse("", headers={"Cache-Control": "public, max-age=300"}))
    assert own(request)["Cache-Control"] == "public, max-age=300", "who says it themselves knows"
    assert "Cache-Control" not in page(RequestFactory().get("/"))


def test_a_site_behind_tls_keeps_the_language_in_a_cookie_for_tls_alone(
    settings: LazySettings,
) -> None:
    answer = HttpResponse()
    settings.SESSION_COOKIE_SECURE = True
    keep_language(answer, "en")
    kept = answer.cookies[settings.LANGUAGE_COOKIE_NAME]
    assert kept["secure"] and kept["httponly"] and kept["samesite"] == "Lax"


def test_failed_sign_ins_are_counted_for_who_asks_and_not_for_the_proxy(
    settings: LazySettings,
) -> None:
    request = RequestFactory().get(
        "/", headers={"X-Forwarded-For": "6.6.6.6, 203.0.113.9"}, REMOTE_ADDR="10.0.0.1"
    )
    settings.PROXIES = 1
    assert get_adapter().get_client_ip(request) == "203.0.113.9"
    settings.PROXIES = 0
    assert get_adapter().get_client_ip(request) == "10.0.0.1", "the header is hearsay"


def test_a_static_file_carries_what_a_page_carries(tmp_path: Path) -> None:
    """whitenoise answers before the middleware of pages is asked."""
    (tmp_path / "a.css").write_text("a{}", encoding="utf-8")

    def never(environ: object, start: object) -> list[bytes]:
        raise AssertionError("the file was not found")

    files = WhiteNoise(never, tmp_path, "/static/", add_headers_function=statics.headers)
    told: dict[str, str] = {}
    environ = {"PATH_INFO": "/static/a.css", "REQUEST_METHOD": "GET"}
    with contextlib.closing(files(environ, lambda _status, given: told.update(given))):
        pass
    assert told["Content-Security-Policy"] == "frame-ancestors 'none'"
    assert told["X-Frame-Options"] == "DENY"
    assert site.WHITENOISE_ADD_HEADERS_FUNCTION is statics.headers
