"""Lines for programs: what happened, where and for which request, and no word of anybody."""

import io
import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from commonward.cases import access
from commonward.config.logs import LEFT_OUT, Hidden, Lines
from commonward.core.refusals import N_, Refusal
from commonward.doors.portal.views import public as public_views
from commonward.people.models import Account
from tests.district import District, small_district

MARKS = {
    "path": "zzpath",
    "query": "zzquery",
    "body": "zzbody",
    "header": "zzheader",
    "cookie": "zzcookie",
    "agent": "zzagent",
    "host": "zzhost.example.org",
    "token": "zztoken",
    "file": "zzfile",
}
"""A word in each part of a request: no finder of numbers and names could know it."""


@dataclass
class Written:
    """What went out, for programs and for people."""

    lines: io.StringIO
    plain: io.StringIO

    def all(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.lines.getvalue().splitlines()]

    def last(self) -> dict[str, Any]:
        return self.all()[-1]


@pytest.fixture
def written() -> Iterator[Written]:
    """Both forms beside each other, on the root of all loggers, each line of a request told."""
    made = Written(io.StringIO(), io.StringIO())
    lines, plain = logging.StreamHandler(made.lines), logging.StreamHandler(made.plain)
    lines.setFormatter(Lines())
    plain.addFilter(Hidden())
    root, requests = logging.getLogger(), logging.getLogger("commonward.requests")
    before = root.level, requests.level, list(root.handlers)
    # `Hidden` rewrites a record for whoever comes after it, so it comes last.
    root.handlers[:] = [lines, plain]
    root.setLevel("WARNING")
    requests.setLevel("INFO")
    yield made
    root.handlers[:] = before[2]
    root.setLevel(before[0])
    requests.setLevel(before[1])


@pytest.fixture
def town(db: None) -> District:
    return small_district()


def asked(client: Client, path: str, **more: Any) -> Any:
    client.cookies["sessionid"] = MARKS["cookie"]
    return client.post(
        f"{path}?q={MARKS['query']}",
        {"words": MARKS["body"], "phone": "13912345678", "name": "张女士"},
        headers={
            "x-marked": MARKS["header"], "user-agent": MARKS["agent"],
            "authorization": f"Bearer {MARKS['token']}",
        },
        **more,
    )  # fmt: skip


def marks_in(text: str) -> list[str]:
    return [name for name, mark in MARKS.items() if mark in text]


def test_a_request_is_one_line_with_its_route_and_none_of_its_parts(
    town: District, written: Written
) -> None:
    client = Client()
    asked(client, f"/my/{MARKS['path']}/")
    asked(client, f"/{MARKS['path']}/")
    asked(client, "/report/")
    asked(client, "/open311/v2/requests.json")
    asked(client, "/", HTTP_HOST=MARKS["host"])
    told = [one for one in written.all() if one["by"] == "commonward.requests"]
    assert [(one["route"], one["status"]) for one in told] == [
        ("portal:mine", 405), ("none", 404), ("portal:report", 200),
        ("open311:commonward.doors.open311.asking.view", 403), ("none", 400),
    ]  # fmt: skip
    assert all(set(one) <= FIELDS for one in written.all())
    assert len({one["request"] for one in told}) == 5
    assert all(len(one["request"]) == 32 and one["ms"] > 0 for one in told)
    assert marks_in(written.lines.getvalue()) == []


FIELDS = {
    "time", "level", "what", "by", "process", "pid", "request", "route", "case", "verb", "status",
    "ms", "error", "channel", "kind",
}  # fmt: skip


def test_who_looks_into_a_case_is_a_line_with_its_number_and_without_them(
    town: District, written: Written
) -> None:
    made = town.report(words=MARKS["body"])
    client = Client()
    client.force_login(
        Account.objects.get(login="dispatcher"),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    assert client.get(f"/desk/cases/{made.case.number}/").status_code == 200
    line = written.last()
    assert (line["case"], line["status"]) == (made.case.number, 200)
    assert "dispatcher" not in json.dumps(line)


def test_what_breaks_tells_where_and_not_what_was_said(
    town: District, written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_given: Any, **_more: Any) -> None:
        try:
            raise ValueError(f"{MARKS['body']} 13912345678")
        except ValueError as fault:
            raise RuntimeError(MARKS["token"]) from fault

    monkeypatch.setattr(public_views, "public_case", broken, raising=False)
    monkeypatch.setattr(public_views, "public_report", broken, raising=False)
    got = Client(raise_request_exception=False).get(f"/cases/{town.report().number}/")
    assert got.status_code == 500
    fault = next(one for one in written.all() if "error" in one)
    assert [one["kind"] for one in fault["error"]] == ["RuntimeError", "ValueError"]
    assert "broken" in fault["error"][0]["at"][-1]
    assert fault["route"] == "portal:case" and fault["status"] == 500
    assert fault["request"] == written.last()["request"]
    assert marks_in(written.lines.getvalue()) == []


def test_what_breaks_over_opened_words_keeps_them_in_neither_form(
    town: District, written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a reporter sealed is opened for an officer, and something breaks with it in its hand."""

    def broken(opened: bytes, *_more: Any) -> None:
        assert MARKS["token"] in opened.decode()
        try:
            raise ValueError(opened.decode())
        except ValueError as fault:
            raise KeyError(MARKS["body"], opened) from fault

    report = town.report(words=MARKS["body"], contact={"first_name": MARKS["token"]})
    monkeypatch.setattr(access, "json", SimpleNamespace(loads=broken))
    client = Client(raise_request_exception=False)
    client.force_login(
        Account.objects.get(login="dispatcher"),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    path = f"/desk/cases/{report.case.number}/reports/{report.number}/details/"
    assert client.post(path).status_code == 500
    assert marks_in(written.lines.getvalue()) == [] == marks_in(written.plain.getvalue())
    told = written.plain.getvalue()
    assert "ValueError: " in told and "KeyError: " in told and "in contact_of" in told


def _clash() -> None:
    Account.objects.create(login=MARKS["token"], name=MARKS["body"])
    Account.objects.create(login=MARKS["token"], name=MARKS["body"])


def _null() -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO people_team (code, name) VALUES (%s, NULL)", [MARKS["body"]])


def _no_number() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM people_account WHERE id = '{MARKS['body']}x' AND nothing")  # noqa: S608 (a mark of the test)


@pytest.mark.parametrize("wrong", [_clash, _null, _no_number])
def test_what_a_database_refuses_is_told_without_the_row(
    town: District, written: Written, wrong: Any
) -> None:
    log = logging.getLogger("commonward.planted")
    try:
        with transaction.atomic():
            wrong()
    except DatabaseError:
        log.exception("it could not be kept")
    # Django's own fault comes first, the database's after it.
    told = {name: of for one in written.last()["error"] for name, of in one.items()}
    assert marks_in(written.lines.getvalue()) == []
    if connection.vendor == "postgresql":
        assert len(told["sqlstate"]) == 5
        assert marks_in(written.plain.getvalue()) == [], "the people's lines are without it, too"
    if wrong is _clash:
        assert "login" in told["constraint"]


def test_the_values_that_postgresql_tells_beside_its_error_are_in_no_line() -> None:
    said = (
        'duplicate key value violates unique constraint "people_account_login_key"\n'
        "DETAIL:  Key (login)=(zztoken (a)) already exists.\n",
        'null value in column "name" of relation "people_team" violates not-null constraint\n'
        "DETAIL:  Failing row contains (1, zzbody, null,\n2026-01-01 (zz), zzfile).\n",
        "invalid input syntax for type integer: \"zzbody\"\nLINE 1: SELECT 'zzbody'\n     ^\n",
        'value too long for type character varying(80)\nCONTEXT:  COPY x, line 1: "zzbody"\n',
    )
    for words in said:
        record = logging.LogRecord("x", logging.ERROR, "", 1, "failed: %s", (words,), None)
        Hidden().filter(record)
        assert marks_in(str(record.msg)) == [], words
        assert str(record.msg).startswith("failed: "), words


def test_words_given_to_a_line_are_left_out_and_numbers_kept(written: Written) -> None:
    log = logging.getLogger("commonward.planted")
    log.warning("the mail %s of %d is %s", MARKS["body"], 7, "TimeoutError")
    assert written.last()["what"] == f"the mail {LEFT_OUT} of 7 is TimeoutError"
    log.warning("refused: %s", Refusal(N_("There is no case {number}."), number=MARKS["token"]))
    assert written.last()["what"] == "refused: There is no case {number}."
    log.warning("not %d", MARKS["body"])
    log.warning("too few %s %s", MARKS["body"])
    logging.getLogger("library").warning(f"filled before: {MARKS['body']}")
    assert written.last()["what"] == LEFT_OUT
    logging.getLogger("library").error({"a": MARKS["body"]})
    logging.getLogger("commonward.x").error("%(a)s", {"a": MARKS["body"]})
    assert marks_in(written.lines.getvalue()) == []


def test_a_line_says_its_moment_in_utc() -> None:
    record = logging.LogRecord("commonward.x", logging.ERROR, "", 1, "kept", (), None)
    record.created = datetime(
        2026, 3, 2, 9, 0, 0, 123000, tzinfo=timezone(timedelta(hours=8))
    ).timestamp()
    told = json.loads(Lines().format(record))
    assert (told["time"], told["level"]) == ("2026-03-02T01:00:00.123Z", "error")


def test_health_is_asked_for_without_a_line(db: None, written: Written) -> None:
    Client().get("/-/alive")
    assert written.all() == []
