"""The command that keeps the files figures are counted from."""

from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from commonward.doors.commands.management.commands.figures import Command
from commonward.insight.store import manifest, writing
from tests.district import District, small_district


@pytest.fixture
def here(db: None, settings: Any, tmp_path: Path) -> Iterator[District]:
    settings.FIGURES = tmp_path / "figures"
    with translation.override("en"):
        yield small_district()


def told(*asked: str, **more: Any) -> str:
    said = StringIO()
    call_command("figures", *asked, stdout=said, **more)
    return said.getvalue()


def test_files_are_made_followed_and_looked_at(here: District) -> None:
    assert "no files yet" in told("state")
    here.closed(here.report())
    assert "made anew: 1 cases" in told("refresh")
    here.report()
    assert "1 events are not followed yet" in told("state")
    assert "1 events followed, 2 cases read" in told("refresh")
    state = told("state")
    assert "0 events are not followed" in state
    assert "cases: 2 rows" in state
    assert "made anew: 2 cases" in told("rebuild")


def test_who_comes_second_is_told(here: District, settings: Any) -> None:
    with manifest.writing(settings.FIGURES):
        assert "Another process" in told("refresh")
        with pytest.raises(CommandError, match="Another process"):
            told("rebuild")
    with pytest.raises(CommandError, match="again and again"):
        told("state", "--every", "5")


def test_a_pass_that_fails_in_the_loop_is_tried_again(
    here: District, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_given: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(writing, "refresh", broken)
    Command(stdout=StringIO()).once({"what": "refresh"}, quiet=True)
    assert "tried again" in caplog.text
    with pytest.raises(OSError, match="full"):
        told("refresh")
