"""The site's figures by version; and nobody's figures but one's own."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from commonward.core.refusals import Forbidden, Invalid, Stale
from commonward.insight.actions.books import adopt_figures
from commonward.insight.queries import books
from commonward.insight.queries.trying import try_changes
from tests.district import District
from tests.insight.busy import week

ROOT = Path(__file__).parents[2] / "commonward"
TARGET = {"constants": {"intake_target": 20}}
HOUR = timedelta(hours=1)


def test_what_ships_holds_until_a_version_does_and_old_ones_can_be_asked_for(
    here: District,
) -> None:
    at = here.at
    assert books.version_in_force(at).number == 0
    made = adopt_figures(TARGET, "fewer calls", here.administrator, at, since=at + HOUR)
    assert made is not None and made.number == 1
    assert books.version_in_force(at).number == 0
    assert books.book_at(at).constants["intake_target"] == 40
    later = books.version_in_force(at + HOUR)
    assert (later.number, later.reason, later.by) == (1, "fewer calls", later.by)
    assert books.book_of(later).constants["intake_target"] == 20
    assert books.book_of(books.version(0)).constants["intake_target"] == 40
    assert later.digest != books.version(0).digest
    assert adopt_figures(TARGET, "again", here.administrator, at) is None


def test_only_an_administrator_changes_figures_with_a_reason_and_not_for_the_past(
    here: District,
) -> None:
    with pytest.raises(Forbidden):
        adopt_figures(TARGET, "mine", here.leader, here.at)
    with pytest.raises(Invalid):
        adopt_figures(TARGET, " ", here.administrator, here.at)
    with pytest.raises(Invalid):
        adopt_figures(TARGET, "late", here.administrator, here.at, since=here.at - HOUR)
    with pytest.raises(Invalid, match="forced_rate"):
        wrong = {"indicators": {"forced_rate": {"formula": "forced / nothing"}}}
        adopt_figures(wrong, "try", here.administrator, here.at)
    adopt_figures(TARGET, "first", here.administrator, here.at, upon=0)
    with pytest.raises(Stale):
        adopt_figures({}, "second", here.administrator, here.at, upon=0)


def test_a_trial_shows_all_figures_that_would_be_made_otherwise(here: District) -> None:
    week(here)
    at = here.at + timedelta(days=31)  # the week lies in the last whole month then
    changes = {"conditions": {"cases": {"in_time": "closed_at <= due_at and took <= 0"}}}
    tried = try_changes(changes, at)
    moved = {now.name: (before, after) for _, now, before, after in tried.moved}
    assert {"closed_in_time_rate", "closed_in_time_rate_raw"} <= set(moved)
    before, after = moved["closed_in_time_rate"]
    assert before and after == 0
    assert "month_on_month" not in moved
    weights = {"constants": {"basically_weighs": 0.5}}
    names = {now.name for _, now, _, _ in try_changes(weights, at).moved}
    assert names == {"satisfaction_rate", "three_rates_score"}
    gone = try_changes({"indicators": {"forced_rate": None}}, at).gone
    assert [one.name for one in gone] == ["forced_rate"]


def test_rows_are_asked_for_by_account_in_one_place_alone_and_only_for_oneself() -> None:
    """No page lists accounts with figures: nobody else may write this key into a question."""
    asked = re.compile(r"[\"']account[\"']\s*:\s*\(")
    found = {
        str(path.relative_to(ROOT))
        for room in ("insight", "doors")
        for path in (ROOT / room).rglob("*.py")
        if asked.search(path.read_text(encoding="utf-8"))
    }
    assert found == {"doors/desk/views/figures/asked.py"}
    text = (ROOT / "doors/desk/views/figures/asked.py").read_text(encoding="utf-8")
    assert text.count('"account"') == 1
    assert 'return {"account": (actor.account or 0,)}' in text
    assert "own_rows(standing.actor)" in text
