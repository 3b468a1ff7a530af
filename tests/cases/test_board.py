"""The dispatch board's lists: what they show, to whom, and that an index answers each."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commonward.cases import actions as cases
from commonward.cases.queries import board
from commonward.cases.queries.listed import Page
from tests.district import LAMP, POTHOLE, RUBBISH, STREETS, District, small_district

pytestmark = pytest.mark.django_db


@pytest.fixture
def district(db: None) -> District:
    return small_district()


def test_a_column_holds_its_stage_due_soonest_first_and_counts_the_late(
    district: District,
) -> None:
    later = district.report(at=district.at + timedelta(minutes=5))
    first = district.report()
    gone = district.report()
    district.act(gone, "accept", district.intake_officer, 6)
    at = district.at + timedelta(minutes=17)
    found = {c.stage: c for c in board.columns(district.dispatcher, board.Wanted(), at)}
    collect = found["collect"]
    assert [r.number for r in collect.rows] == [first.case.number, later.case.number]
    assert (collect.count, collect.late, collect.soon, collect.cut) == (2, 1, 0, False)
    assert [r.number for r in found["file"].rows] == [gone.case.number]
    assert found["handle"].count == 0
    assert list(found) == [
        "collect", "verify", "file", "dispatch", "handle", "suspended", "feed_back", "check",
        "close", "evaluate", "answer_again",
    ]  # fmt: skip


def test_the_board_is_narrowed_by_area_category_and_team(district: District) -> None:
    lat, lon = district.inside(row=2)
    north = district.report(LAMP, lat=lat, lon=lon)
    south = district.report(RUBBISH)

    def shown(**wanted: Any) -> set[str]:
        found = board.columns(district.leader, board.Wanted(**wanted), district.at)
        return {row.number for column in found for row in column.rows}

    assert shown() == {north.case.number, south.case.number}
    assert shown(area=STREETS[1]) == {north.case.number}
    assert shown(category="03") == {south.case.number}
    assert shown(team=district.teams["intake"]) == {north.case.number, south.case.number}
    assert shown(team=district.teams["lamps"]) == set()
    assert shown(area="000000000") == set()


def test_a_stage_is_counted_no_deeper_than_the_bound_and_says_so(
    district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board, "DEEP", 2)
    for minute in range(3):
        district.report(at=district.at + timedelta(minutes=minute))
    column = board.columns(district.leader, board.Wanted(), district.at)[0]
    assert (column.count, column.cut, len(column.rows)) == (2, True, 2)


def test_whistles_stand_by_their_own_clock_page_by_page(district: District) -> None:
    report = district.report()
    district.handled(report)
    number = report.case.number
    for minute, team in enumerate(("roads", "lamps", "intake")):
        cases.ask_tasks(
            number, "whistle", [district.teams[team]], "Come to the gate.",
            district.dispatcher, district.at + timedelta(minutes=20 + minute),
        )  # fmt: skip
    at = district.at + timedelta(minutes=51)
    found, key = board.open_tasks(district.duty_chief, "whistle", board.Wanted(), at, size=2)
    assert [t.team.code for t in found] == ["roads", "lamps"]
    assert [t.light for t in found] == ["red", "yellow"]
    rest, end = board.open_tasks(
        district.duty_chief, "whistle", board.Wanted(), at, after=key, size=2
    )
    assert ([t.team.code for t in rest], end) == (["intake"], "")
    owes = board.Wanted(team=district.teams["lamps"])
    only, _ = board.open_tasks(district.duty_chief, "whistle", owes, at)
    assert [t.team.code for t in only] == ["lamps"]
    assert board.open_tasks(district.duty_chief, "supervision", board.Wanted(), at) == ((), "")


def test_a_hand_back_is_told_with_its_reason_and_how_often(district: District) -> None:
    report = district.report(LAMP)
    district.handled(report)
    district.act(report, "hand_back", district.second_handler, 30, reason="Not our lamp.")
    (one,) = board.returned(district.dispatcher, board.Wanted(), district.at)
    assert (one.case.number, one.words, one.times, one.final) == (
        report.case.number, "Not our lamp.", 1, False,
    )  # fmt: skip
    assert board.returned(district.dispatcher, board.Wanted(), district.at, before=one.event) == ()
    assert board.returned(district.outsider, board.Wanted(), district.at) == ()


def test_an_unrouted_case_says_what_the_rules_said(district: District) -> None:
    report = district.report(POTHOLE, answers={"HOWDEEP": "5"}, lat=None, lon=None)
    report.case.unrouted, report.case.team = True, None
    report.case.routing = {}
    report.case.save(update_fields=["unrouted", "team", "routing"])
    found, key = board.unrouted(district.dispatcher, board.Wanted(), district.at)
    assert ([u.case.number for u in found], found[0].why, key) == ([report.case.number], None, "")


def test_suspended_cases_stand_by_the_day_on_which_they_go_on_page_by_page(
    district: District,
) -> None:
    made = [district.report() for _ in range(4)]
    for number, report in enumerate(made[:3]):
        report.case.paused = True
        report.case.due_at = None if number == 0 else district.at + timedelta(days=9 - number)
        report.case.save(update_fields=["paused", "due_at"])

    def page(after: str = "") -> Page:
        wanted = board.Wanted()
        return board.flagged(district.leader, "paused", wanted, district.at, size=2, after=after)

    first = page()
    assert [r.number for r in first.rows] == [made[2].case.number, made[1].case.number]
    rest = page(first.next_key)
    assert ([r.number for r in rest.rows], rest.next_key) == ([made[0].case.number], "")


def _plans(captured: CaptureQueriesContext) -> str:
    plans = []
    with connection.cursor() as cursor:
        for query in captured.captured_queries:
            sql = query["sql"]
            if not sql.startswith(("SELECT", "WITH")) or "set_config" in sql:
                continue
            if connection.vendor == "postgresql":
                cursor.execute("SET LOCAL enable_seqscan = off")
                cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}")
                plans.append(json.dumps(cursor.fetchone()[0]))
            else:
                cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
                plans += [str(row[-1]) for row in cursor.fetchall()]
    return "\n".join(plans)


@pytest.mark.parametrize(
    ("index", "asked"),
    [
        ("case_board", lambda who, at: board.columns(who, board.Wanted(), at)),
        ("task_owed", lambda who, at: board.open_tasks(who, "whistle", board.Wanted(), at)),
        ("event_returned", lambda who, at: board.returned(who, board.Wanted(), at)),
        ("case_unrouted", lambda who, at: board.flagged(who, "unrouted", board.Wanted(), at)),
        ("case_paused", lambda who, at: board.flagged(who, "paused", board.Wanted(), at)),
    ],
)
def test_an_index_answers_each_part_of_the_board(
    district: District, index: str, asked: Any
) -> None:
    for _ in range(3):
        district.report()
    board.columns(district.leader, board.Wanted(), district.at)
    with CaptureQueriesContext(connection) as captured:
        asked(district.leader, district.at)
    plans = _plans(captured)
    if connection.vendor == "postgresql":
        # Among a handful of rows any index is as good as another; a whole table is not.
        read = re.findall(r'"Seq Scan"[^{}]*"Relation Name": "(cases_(?:case|task|event))"', plans)
        assert not read, plans
    else:
        assert index in plans
