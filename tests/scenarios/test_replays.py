"""Replays of invented and of undated data; and the plans behind them."""

import io
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from commonward.cases.models import Case, Clock, Event
from commonward.core.refusals import Invalid, Refusal
from commonward.doors.commands.replay import boston, days_off, synthetic, zurich
from commonward.doors.commands.replay.drive import Replay, duplicates
from commonward.doors.commands.replay.matters import Matter, in_order
from commonward.doors.commands.replay.paths import steps
from commonward.doors.commands.replay.staff import settle

DATA = synthetic.make(10)
TEAMS = sorted(DATA.departments)


def matter(ref: str, opened: int, closed: int | None, same_as: str = "") -> Matter:
    return Matter(ref, "S01", TEAMS[0], opened, closed, None, 30.0, 112.0, "", same_as=same_as)


@settings(max_examples=300)
@given(
    ref=st.text("0123456789", min_size=1, max_size=6),
    lasts=st.none() | st.integers(0, 90_000) | st.integers(0, 10**8),
    usual=st.sampled_from(TEAMS),
    into=st.sampled_from(["", "7"]),
)
def test_steps_lie_in_order_between_opening_and_closing(
    ref: str, lasts: int | None, usual: str, into: str
) -> None:
    opened = 1_700_000_000
    closed = None if lasts is None else opened + lasts
    plan = steps(matter(ref, opened, closed), DATA, usual, into if closed is not None else "")
    moments = [s.at for s in plan]
    assert moments == sorted(moments)
    assert moments[0] >= opened
    ends = [s.at for s in plan if s.verb in ("close", "join")]
    assert ends == ([] if closed is None else [closed])
    if lasts is None or lasts > 60:
        assert len(set(moments)) == len(moments)


def test_the_same_matter_takes_the_same_way_each_time() -> None:
    one = matter("12", 1_700_000_000, 1_700_900_000)
    assert steps(one, DATA, TEAMS[1], "") == steps(one, DATA, TEAMS[1], "")


def test_a_duplicate_joins_only_a_case_that_is_open_then() -> None:
    cases = [
        matter("1", 0, 500),
        matter("2", 10, 100, same_as="1"),
        matter("3", 20, 600, same_as="1"),
        matter("4", 30, 200, same_as="2"),
        matter("5", 40, None, same_as="1"),
    ]
    assert duplicates(cases) == {"2": "1", "4": "1"}


def test_a_closing_before_the_opening_is_a_clock_s_fault_or_the_data_s() -> None:
    assert in_order("1", 1000, 970) == 1000
    assert in_order("1", 1000, None) is None
    with pytest.raises(Invalid):
        in_order("1", 100_000, 1000)


def test_holidays_follow_their_rules() -> None:
    here = dict(days_off.boston([2015]))
    assert here["2015-11-26"] == "Thanksgiving Day"
    assert here["2015-05-25"] == "Memorial Day"
    assert "2015-07-04" in here
    assert days_off.easter(2024) == date(2024, 3, 31)
    assert {"2018-05-10", "2018-05-21", "2018-03-30"} <= set(dict(days_off.zurich([2018])))


def test_boston_keeps_the_hour_that_summer_time_adds() -> None:
    winter, summer = (
        boston._moment(text) for text in ("2015-03-07 12:00:00", "2015-03-09 12:00:00")
    )
    assert summer - winter == 47 * 3600


def test_an_invented_district_runs_through_the_loop_by_command(db: None, tmp_path: Path) -> None:
    out = io.StringIO()
    call_command("replay", "synthetic", limit=60, form="json", stdout=out, stderr=io.StringIO())
    told = json.loads(out.getvalue())
    assert told[-1]["filed"] == 60
    assert told[-1]["closed"] > 50
    assert sum(row["filed"] for row in told[:-1]) == 60
    call_command("verify", stdout=io.StringIO())
    with pytest.raises(CommandError):
        call_command("replay", "synthetic", limit=60, stdout=out, stderr=io.StringIO())


def test_verify_ends_with_an_error_when_something_does_not_fit(db: None) -> None:
    data = synthetic.make(3)
    Replay(data, settle(data)).run()
    Case.objects.update(version=1)
    with pytest.raises(CommandError):
        call_command("verify", stdout=io.StringIO())


def test_requests_for_more_time_are_granted_and_suspensions_end_by_the_tick(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("commonward.doors.commands.replay.paths.EXTENDED", 0.5)
    monkeypatch.setattr("commonward.doors.commands.replay.paths.SUSPENDED", 0.5)
    long = 40 * 86_400
    begins = DATA.matters[0].opened
    matters = [
        Matter(str(n), "S02", "synthetic-roads", begins + n * 600, begins + long + n, None, 30.0,
               112.0, "hole")
        for n in range(8)
    ]  # fmt: skip
    data = synthetic.make(10)
    object.__setattr__(data, "matters", matters)
    done = Replay(data, settle(data)).run()
    assert done.refused == []
    assert done.resumed > 0
    assert done.steps["ask_extension"] > 0
    assert done.steps["decide"] == 2 * 8
    assert Case.objects.filter(closed_at=None).count() == 0


def test_a_refused_step_stops_its_case_alone(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    data = synthetic.make(6)
    staff = settle(data)
    driven = Replay(data, staff)
    real = driven._step

    def refusing(run: Any, verb: str, step: Any) -> None:
        if run.matter.ref == "3" and verb == "file":
            raise Refusal("not this one")
        real(run, verb, step)

    monkeypatch.setattr(driven, "_step", refusing)
    done = driven.run()
    assert [(ref, verb) for ref, verb, _ in done.refused] == [("3", "file")]
    assert done.opened == 6 == Case.objects.count()
    assert Case.objects.get(source_ref="3").stage == "file"
    assert Event.objects.filter(verb="opened").count() == 6


def test_zurich_s_first_reports_run_to_their_generated_closings(db: None, shared: Path) -> None:
    data = zurich.read(shared)
    assert len(data.matters) == 62_245
    assert data.matters == zurich.read(shared).matters
    until = data.matters[80].opened + 60 * 86_400
    done = Replay(data, settle(data), limit=80, until=until).run()
    assert done.refused == []
    closed = {m.ref: m.closed for m in data.first(80) if m.closed and m.closed <= until}
    for case in Case.objects.filter(source="zurich", closed_at__isnull=False):
        assert case.closed_at == datetime.fromtimestamp(closed[case.source_ref] or 0, UTC)
    assert Case.objects.filter(closed_at__isnull=False).count() == len(closed)
    assert not Clock.objects.filter(provisional=True).exists()
