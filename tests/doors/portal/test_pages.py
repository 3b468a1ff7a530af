"""What every page of the portal keeps to: policy, languages, escaping, and what is public."""

import gzip
import hashlib
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.contrib.staticfiles import finders
from django.test import Client, RequestFactory
from django.urls import get_resolver
from django.utils import timezone, translation

from commonward.areas.queries import revisions
from commonward.areas.queries.on_duty import hours, on_duty
from commonward.cases import actions as cases
from commonward.cases.models import Report
from commonward.cases.queries.followed import report_of_token
from commonward.core.rights import reporter
from commonward.doors.look.pages import POLICY
from commonward.doors.look.showing import due_words
from tests.architecture.tracked import ROOT, files, short
from tests.district import LAMP, District
from tests.doors.portal.conftest import Resident, last_report

PUBLIC = ("/", "/report/", "/follow/", "/areas/", "/areas/430298/", "/nowhere/")
SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'"
FIRST_PAGE_BYTES = 100_000
LICENCES = {
    "Apache-2.0": "Apache License\n                           Version 2.0, January 2004",
    "MIT": "The MIT License (MIT)",
    "ISC": "ISC License (ISC)",
    "MPL-2.0": "Mozilla Public License, version 2.0",
    "BSD-3-Clause": "Redistribution and use in source and binary forms",
}


@pytest.mark.parametrize("path", PUBLIC)
def test_every_page_carries_the_strict_policy(
    resident: Resident, district: District, path: str
) -> None:
    page = resident.open(path)
    assert page.headers["Content-Security-Policy"] == POLICY
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert page.headers["X-Frame-Options"] == "DENY"
    assert "geolocation=(self)" in page.headers["Permissions-Policy"]
    assert "unsafe" not in POLICY
    assert " style=" not in page.html
    assert "<style" not in page.html
    assert " onclick" not in page.html


@pytest.mark.parametrize("path", PUBLIC)
def test_no_page_names_another_site(resident: Resident, path: str) -> None:
    page = resident.open(path)
    assert "https://" not in page.html
    assert "http://" not in page.html


def test_secret_pages_are_stored_and_listed_nowhere(resident: Resident) -> None:
    key, receipt = resident.reported()
    pages = [receipt, resident.told()]
    pages += [resident.open(f"/my/{key}/{rest}") for rest in ("", "add_words/", "link/")]
    for page in pages:
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert "Cache-Control" not in resident.open("/areas/").headers


def test_the_language_is_the_browser_s_until_another_is_chosen(chinese: Resident) -> None:
    assert '<html lang="zh-Hans">' in chinese.open("/").html
    page = chinese.open("/areas/", lang="en", number="")
    assert '<html lang="en">' in page.html
    assert "lang=" not in page.path
    assert '<html lang="en">' in chinese.open("/follow/").html


def test_a_language_that_there_is_not_changes_nothing(chinese: Resident) -> None:
    page = chinese.open("/", lang="//evil.example.org")
    assert (page.status, page.path) == (200, "/")
    assert settings.LANGUAGE_COOKIE_NAME not in chinese.client.cookies
    assert '<html lang="zh-Hans">' in page.html


def test_the_language_changes_in_the_middle_of_a_report_without_losing_a_word(
    resident: Resident,
) -> None:
    page = resident.open("/report/")
    turned = resident.send(page, words="half a sent", lang="zh-hans")
    assert '<html lang="zh-Hans">' in turned.html
    assert turned.fields["words"] == "half a sent"
    assert '<html lang="zh-Hans">' in resident.send(turned).html, "it stays so"


def test_no_chinese_page_has_an_english_text_left(chinese: Resident, district: District) -> None:
    key, receipt = chinese.reported(words="大门旁有垃圾", address="东门")
    pages = [chinese.open(path) for path in (*PUBLIC, f"/cases/{last_report().number}/")]
    pages += [chinese.open(f"/my/{key}/{rest}") for rest in ("", "raise/", "add_words/", "link/")]
    pages += [chinese.told(until=step) for step in ("words", "category", "where", "contact")]
    known = {"English", "Commonward"}
    for page in (*pages, receipt):
        left = [
            text
            for text in page.texts
            if any(c.isascii() and c.isalpha() for c in text)
            and not any("\u4e00" <= c <= "\u9fff" for c in text)
            and text not in known
            and not text.replace(" ", "").isupper()  # numbers and codes
            and "intake everywhere" not in text  # the name that this site gave its rule
        ]
        assert not left, (page.path, left)


@pytest.mark.parametrize("field", ["words", "address", "last_name"])
def test_what_people_write_is_shown_and_never_run(resident: Resident, field: str) -> None:
    check = resident.told(**{field: SCRIPT})
    assert "<script>alert" not in check.html
    assert "<img src=x" not in check.html
    assert "&lt;script&gt;alert(1)" in check.html
    page = resident.send(check)
    key = page.path.split("/")[2]
    number = last_report().number
    for path in (f"/my/{key}/", f"/cases/{number}/", "/areas/430298/"):
        assert "<script>alert" not in resident.open(path).html
        assert "<img src=x" not in resident.open(path).html


@pytest.mark.parametrize(
    ("language", "at", "told"),
    [
        ("en", datetime(2026, 11, 27, 16, tzinfo=UTC), "by the end of 27 November 2026"),
        ("en", datetime(2026, 11, 27, 9, tzinfo=UTC), "27 November 2026, 17:00"),
        ("zh-hans", datetime(2026, 11, 27, 9, 5, tzinfo=UTC), "2026年11月27日 17:05"),
    ],
)
def test_a_deadline_is_told_by_the_office_s_clock_and_midnight_by_its_day(
    language: str, at: datetime, told: str
) -> None:
    with translation.override(language):
        assert due_words(at) == told


def test_what_stands_in_an_address_is_never_run(resident: Resident, district: District) -> None:
    for path, query in (
        ("/areas/", {"number": SCRIPT}),
        ("/areas/430298/", {"before": SCRIPT}),
        ("/follow/", {"number": SCRIPT}),
        (f"/cases/{'%3Cscript%3Ealert(1)'}/", {}),
    ):
        assert "<script>alert" not in resident.open(path, **query).html


def test_a_number_leads_to_its_case_and_a_wrong_one_is_told(
    resident: Resident, district: District
) -> None:
    report = district.report(LAMP, "Lamp out")
    page = resident.open("/areas/", number=f"{report.number[:5]} {report.number[5:].lower()}")
    assert page.path == f"/cases/{report.number}/"
    assert "A number has 10 characters" in resident.open("/areas/", number="12").text


def test_an_area_lists_its_own_cases_by_pages_and_nobody_s_private_ones(
    resident: Resident, district: District
) -> None:
    begun = timezone.now() - timedelta(hours=1)
    numbers = [
        district.report(words=f"Rubbish {n}", at=begun + timedelta(seconds=n)).number
        for n in range(23)
    ]
    hidden = district.report(words="Hidden", at=begun, public=False).number
    lat, lon = district.inside(2, 2)
    far = district.report(words="Far away", at=begun, lat=lat, lon=lon).number
    first = resident.open(f"/areas/{district.grid(0, 0)}/")
    older = next(link for link in first.links if link.startswith("?before="))
    second = resident.open(f"/areas/{district.grid(0, 0)}/{older}")
    shown = [link.split("/")[2] for p in (first, second) for link in p.links if "/cases/" in link]
    assert shown == numbers[::-1]
    assert hidden not in first.html + second.html
    assert far not in first.html + second.html
    assert far in resident.open("/areas/430298002/").html
    assert resident.open("/areas/999999/").status == 404


def test_a_broken_page_key_begins_at_the_top(resident: Resident, district: District) -> None:
    number = district.report(words="Rubbish").number
    for key in ("x", "1_x", "nan_1", "inf_2", f"1_{'9' * 40}", "1e400_1", "-1e18_3"):
        page = resident.open("/areas/430298/", before=key)
        assert page.status == 200, key
    assert number in resident.open("/areas/430298/", before="x").html


def test_a_grid_shows_its_team_and_the_opening_hours(
    resident: Resident, district: District
) -> None:
    page = resident.open(f"/areas/{district.grid(2, 0)}/")
    assert "Northern grids" in page.text
    assert "08:00–12:00, 14:00–18:00" in page.text
    district_page = resident.open("/areas/430298/")
    assert "grids" not in district_page.text, "a district has many teams"
    assert "08:00–12:00" in district_page.text
    path = f"/430298/430298002/430298002001/{district.grid(2, 0)}/"
    found = on_duty("grid", path, district.at, revisions())
    assert found is not None
    assert found.name == "北片网格"
    monday = district.at.replace(year=2026, month=3, day=2, hour=2)
    week = hours(path, monday, revisions())
    assert week.open_now
    assert [len(day.windows) for day in week.days] == [2, 2, 2, 2, 2, 0, 0]
    assert not hours(path, monday - timedelta(days=1), revisions()).open_now


def test_far_too_many_words_are_told_what_would_be_right(resident: Resident) -> None:
    page = resident.send(resident.open("/report/"), words="很" * 3_000_000)
    assert page.status == 400
    assert "Words may have 4,000 characters" in page.text


def test_our_own_failure_is_told_in_words(
    resident: Resident, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(request: object) -> None:
        raise RuntimeError("broken on purpose")

    resident.client.raise_request_exception = False
    monkeypatch.setattr("commonward.doors.portal.views.public.children", broken)
    page = resident.open("/areas/")
    assert page.status == 500
    assert "It is our fault, not yours." in page.text
    assert page.headers["Content-Security-Policy"] == POLICY


def test_the_first_page_weighs_less_than_a_hundred_kilobytes(district: District) -> None:
    html = Client().get("/").content
    weight = len(gzip.compress(html))
    for name in ("look/vendor/bootstrap.min.css", "look/look.css", "look/look.js", "look/icon.svg"):
        found = finders.find(name)
        assert isinstance(found, str)
        assert name.encode() in html
        weight += len(gzip.compress(Path(found).read_bytes()))
    assert weight < FIRST_PAGE_BYTES


def test_every_vendored_file_is_the_one_of_its_table_with_its_licence() -> None:
    vendored = [path for path in files() if path.parent.name == "vendor"]
    tables = [path for path in vendored if path.name == "VENDORED.toml"]
    listed: set[Path] = set(tables)
    for table in tables:
        for entry in tomllib.loads(table.read_text(encoding="utf-8"))["file"]:
            file, licence = table.parent / entry["name"], table.parent / entry["licence_file"]
            assert hashlib.sha256(file.read_bytes()).hexdigest() == entry["sha256"], file.name
            # A project that writes no version into its file says so in the table.
            stamped = entry.get("stamped", True)
            assert (entry["version"].encode() in file.read_bytes()[:2000]) is stamped, file.name
            assert LICENCES[entry["licence"]] in licence.read_text(encoding="utf-8")
            listed |= {file, licence}
    assert {short(p) for p in vendored} == {short(p) for p in listed}
    assert {t.relative_to(ROOT).parts[0] for t in tables} == {"commonward", "tests"}


def test_no_page_asks_the_database_more_the_more_there_is(
    resident: Resident, district: District, settings: Any, django_assert_max_num_queries: Any
) -> None:
    settings.MAIL = True
    key, _ = resident.reported()
    for n in range(12):
        district.report(words=f"Rubbish {n}")
        cases.act(
            last_report_of(key).case.number, "add_words",
            reporter(last_report_of(key).pk), timezone.now(), {"words": f"more {n}"},
        )  # fmt: skip
    for path, most in (
        ("/", 1),
        ("/report/", 1),
        ("/areas/", 1),
        ("/areas/430298/", 9),  # one of them only in a process that has not looked at this area yet
        (f"/cases/{last_report_of(key).number}/", 6),
        (f"/my/{key}/", 14),  # one of them whether the matter is at a neighbour
        (f"/my/{key}/mail/", 12),
        (f"/cases/{last_report_of(key).number}/mail/", 3),
    ):
        with django_assert_max_num_queries(most):
            assert resident.open(path).status == 200


def last_report_of(key: str) -> Report:
    """The report that a link leads to."""
    return Report.objects.select_related("case").get(pk=report_of_token(key))


def test_who_reached_a_bound_of_signing_in_is_told_so_on_a_page_of_ours(db: None) -> None:
    """The library's own page has no characters, no language and no way back."""
    told = get_resolver().resolve_error_handler(429)
    request = RequestFactory().get("/account/login/", headers={"Accept-Language": "en"})
    request.session = SessionStore()
    request.user = AnonymousUser()
    answer = told(request)
    assert answer.status_code == 429
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "</h1>" in answer.content.decode()
