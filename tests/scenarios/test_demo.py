"""The demonstration, with and without real data."""

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from commonward.areas.models import Area
from commonward.cases.models import Case, Clock, Event, Standard
from commonward.doors.commands.replay import running, showing
from tests.district import District, small_district


def run(*arguments: str) -> str:
    out = io.StringIO()
    with translation.override("en"):
        call_command("demo", *arguments, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def test_without_real_data_an_invented_district_is_shown_and_that_is_said(
    db: None, tmp_path: Path
) -> None:
    told = run("--headless", "--cases", "40", "--shared", str(tmp_path))
    assert "invented district" in told
    assert "Sample District" in told
    assert "everything fits together" in told
    assert Case.objects.count() == 40


def test_a_store_that_does_not_fit_ends_the_demonstration_with_an_error(
    db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def spoiled(*given: Any, **named: Any) -> Any:
        done = running.replay(*given, **named)
        Case.objects.filter(is_open=False).update(paused=True)
        return done

    monkeypatch.setattr(showing, "replay", spoiled)
    with pytest.raises(CommandError):
        run("--headless", "--cases", "20", "--shared", str(tmp_path))


def test_the_real_data_runs_through_and_the_rate_equals_the_file_s(db: None, shared: Path) -> None:
    told = run("--headless", "--cases", "25", "--shared", str(shared))
    assert "800 synthetic grids; 798 filing conditions" in told
    assert "equal ✓" in told
    assert Area.objects.filter(path__contains="/430211/", level="grid").count() == 800
    assert Standard.objects.filter(category__code__startswith="C").count() > 600
    assert Case.objects.count() == 50


def test_the_living_district_is_started_elsewhere_and_that_is_said(db: None) -> None:
    with pytest.raises(CommandError, match="dev demo"):
        run("--cases", "30")


def test_the_tick_command_does_what_is_due_at_a_moment(db: None) -> None:
    here: District = small_district()
    report = here.report()
    with pytest.raises(CommandError):
        call_command("tick", "--at", "2026-03-02T09:00:00", stdout=io.StringIO())
    with pytest.raises(CommandError):
        call_command("tick", "--at", here.at.isoformat(), "--every", "5", stdout=io.StringIO())
    due = Clock.objects.get(case_id=report.case_id).due_at
    assert due is not None
    out = io.StringIO()
    call_command("tick", "--at", (due + timedelta(seconds=1)).isoformat(), stdout=out)
    verbs = Event.objects.filter(case_id=report.case_id).values_list("verb", flat=True)
    assert list(verbs) == ["opened", "warned", "overdue"]
    assert "2" in out.getvalue()
