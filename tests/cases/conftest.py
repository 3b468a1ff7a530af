"""Every test here may have the small district."""

from pathlib import Path
from typing import Any

import pytest

from commonward.cases.queries.on_map import keeping
from tests.cases.map_by_hand import Clock
from tests.district import District, small_district


@pytest.fixture
def here(db: None) -> District:
    """The small district, set up afresh."""
    return small_district()


@pytest.fixture
def log(tmp_path: Path, settings: Any) -> Path:
    """A folder for the public log of this test alone."""
    settings.LEDGER = tmp_path / "ledger"
    return tmp_path / "ledger"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Nothing in memory yet, and a clock in the hand of the test."""
    made = Clock()
    monkeypatch.setattr(keeping, "_keeper", keeping._Keeper())
    monkeypatch.setattr(keeping, "time", made)
    return made
