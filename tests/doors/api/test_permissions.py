"""No operation hands data to somebody without a right to it: every one of them is walked."""

import json
from typing import Any

import pytest

from commonward.doors.api.urls import api
from tests.district import LAMP, RUBBISH
from tests.doors.api.conftest import Office

SECRET_WORDS = "An unmistakable heap of turnips"

BODIES: dict[str, dict[str, Any]] = {
    "open_case": {"category": RUBBISH},
    "add_report": {"words": "Me too."},
    "take_step": {"words": "x"},
    "take_task_step": {},
    "ask_tasks": {"kind": "assist", "teams": [1], "words": "x"},
    "ask_approval": {"kind": "appeal", "reason": "x"},
    "decide": {"grant": True, "reason": "x"},
    "join_case": {"into": "", "reason": "x"},
    "split_case": {"parts": [{"category": LAMP, "words": "x"}]},
    "call_back": {"reached": True},
    "ask_reporter": {"words": "x"},
    "note_answer": {"words": "x"},
    "withdraw_question": {},
    "publish_news": {
        "kind": "news", "title": "x", "words": "x",
        "since": "2026-01-01T00:00:00+08:00", "until": "2026-01-02T00:00:00+08:00",
    },
    "end_news": {},
    "set_category": {"name": "x"},
    "adopt_procedure": {"name": "enquiry"},
    "add_team": {"code": "x", "name": "x"},
    "set_answering_rule": {"duty": "handle", "team": 1},
    "hand_over_dispute": {
        "team": "x", "reference": "1", "source": "police", "kind": "neighbours", "words": "x",
    },
    "receive_hand_over": {},
    "answer_hand_over": {"answer": "confirmed"},
    "answer_payment_stop": {"state": "acknowledged"},
    "issue_key": {"name": "x", "rights": ["open311.report"]},
    "tell_call": {"words": "x"},
    "replay_hook": {"since": "2026-01-01T00:00:00Z", "until": "2026-01-02T00:00:00Z"},
    "report_unit_positions": {"positions": [{"lat": 27.8, "lon": 113.1}]},
}  # fmt: skip
"""What each operation that takes a body is sent; a new one fails here until it has one."""

FOR_ALL_STAFF = {
    "list_areas", "read_area", "locate", "list_categories", "list_procedures", "read_procedure",
    "list_teams", "read_alarms", "list_news", "list_figures", "read_figure", "list_releases",
    "list_answers",
}  # fmt: skip
"""Reference data, published anyway, and alarms, which count only what one may see."""
EMPTY_FOR_STRANGERS = {
    "list_cases",
    "list_unrouted",
    "list_stuck",
    "list_similar",
    "list_hand_overs",
    "read_events",
}
FOR_SYSTEMS = {
    "tell_call", "read_call_status", "report_unit_positions", "list_payment_stops",
    "answer_payment_stop",
}  # fmt: skip
"""Opened by a key with a right of their own ("calls", "positions", "payment_stops"), and by no post."""
FOR_HOLDERS = {"read_proof"}
"""Opened by what a reporter has, and by no key."""
NEW = {"open_case"}
"""A stranger with a post may file a report: it opens nothing that is there."""


def operations() -> list[tuple[str, str, str]]:
    """Every operation of the document: its name, method and path."""
    found = []
    for path, methods in api.get_openapi_schema()["paths"].items():
        for method, operation in methods.items():
            found.append((operation["operationId"], method.upper(), path))
    return sorted(found)


def test_the_walk_sees_every_operation() -> None:
    assert len(operations()) >= 44
    assert {name for name, method, _ in operations() if method in ("POST", "PUT")} == set(BODIES)


@pytest.fixture
def planted(office: Office) -> dict[str, str]:
    """A case with everything on it, and what its addresses are called."""
    receipt = office.opened(words=SECRET_WORDS, contact={"phone": "13800000000"}).data
    number = receipt["case"]
    task = office.call(
        "duty_chief",
        "POST",
        f"/cases/{number}/tasks",
        {"kind": "assist", "teams": [office.here.teams["lamps"]], "words": SECRET_WORDS},
        If_Match='"1"',
    ).data[0]["id"]
    office.step("intake_officer", number, "accept")
    office.step("duty_chief", number, "file")
    office.step("dispatcher", number, "dispatch", team=office.here.teams["street"])
    etag = office.call("leader", "GET", f"/cases/{number}").etag
    approval = office.call(
        "street_handler",
        "POST",
        f"/cases/{number}/approvals",
        {"kind": "extension", "reason": SECRET_WORDS, "limit": "1 work_day"},
        If_Match=etag,
    ).data["id"]
    return {
        "number": number, "report": receipt["report"], "task": str(task),
        "approval": str(approval), "etag": office.call("leader", "GET", f"/cases/{number}").etag,
    }  # fmt: skip


def address(path: str, planted: dict[str, str], office: Office) -> str:
    lat, lon = office.here.inside()
    named = {
        "{number}": planted["number"],
        "{task}": planted["task"],
        "{approval}": planted["approval"],
        "{verb}": "note",
        "{code}": "430298",
        "{name}": "enquiry",
        "{key}": "1",
        "{question}": "1",
        "{news}": "1",
        "{answer}": "1000000",
        "{hook}": "1000000",
        "{month}": "2026-01",
    }
    for place, value in named.items():
        path = path.replace(place, value)
    return f"{path.removeprefix('/api/v1')}?category={RUBBISH}&lat={lat}&lon={lon}"


@pytest.mark.parametrize("who", ["", "outsider", "stranger"])
def test_nobody_without_a_right_gets_data_from_any_operation(
    office: Office, planted: dict[str, str], who: str
) -> None:
    for name, method, path in operations():
        body = dict(BODIES.get(name, {}))
        if name == "join_case":
            body["into"] = planted["number"]
        where = address(path, planted, office)
        got = office.call(who, method, where, body, If_Match=planted["etag"])
        told = json.dumps(got.data, ensure_ascii=False)
        assert SECRET_WORDS not in told, name
        assert "13800000000" not in told, name
        if name in FOR_HOLDERS:
            assert (got.status, got.code) == (401, "secret"), name
        elif who == "":
            assert (got.status, got.code) == (401, "key"), name
        elif who == "outsider":
            assert (got.status, got.code) == (403, "right" if name in FOR_SYSTEMS else "grant"), (
                name
            )
        elif name in EMPTY_FOR_STRANGERS:
            assert got.status == 200, name
            assert planted["number"] not in told, name
        elif name not in FOR_ALL_STAFF | NEW:
            assert got.status in (403, 404), (name, got.status, got.data)


def test_what_a_stranger_may_not_see_is_told_like_what_is_not_there(
    office: Office, planted: dict[str, str]
) -> None:
    for name, method, path in operations():
        if "{number}" not in path or "/reports/" in path:
            continue
        body = dict(BODIES.get(name, {}))
        if name == "join_case":
            body["into"] = planted["number"]
        told = []
        for number in (planted["number"], "0000000000"):
            where = address(path, {**planted, "number": number}, office)
            got = office.call("stranger", method, where, body, If_Match=planted["etag"])
            told.append((got.status, got.code, got.data["detail"].replace(number, "N")))
        assert told[0] == told[1], name


@pytest.mark.parametrize("who", ["intake_officer", "dispatcher", "leader", "handler"])
def test_only_administrators_change_what_the_loop_stands_on(office: Office, who: str) -> None:
    for name, method, path in operations():
        if name in ("set_category", "adopt_procedure", "add_team", "set_answering_rule",
                    "issue_key", "revoke_key"):  # fmt: skip
            where = path.removeprefix("/api/v1").replace("{code}", "0199")
            where = where.replace("{name}", "enquiry").replace("{key}", "1")
            got = office.call(who, method, where, BODIES.get(name))
            assert (got.status, got.code) == (403, "forbidden"), (name, got.data)


def test_a_handler_reads_the_cases_of_the_own_team_only(
    office: Office, planted: dict[str, str]
) -> None:
    path = f"/cases/{planted['number']}"
    assert office.call("street_handler", "GET", path).status == 200
    assert office.call("second_handler", "GET", path).status == 200, "it has a task there"
    assert office.call("handler", "GET", path).status == 404
