"""Run cards, and what loads them."""

import subprocess
import sys
from pathlib import Path

import pytest

from commonward.core.plans.dispatching import (
    Need,
    read_run_cards,
)
from commonward.core.plans.dispatching.run_cards import shipped
from commonward.core.refusals import Invalid, Missing
from tests.architecture.tracked import ROOT


def test_a_run_card_adds_each_alarm_level_to_those_below(tmp_path: Path) -> None:
    card = shipped().card("fire", 1)
    first, second = card.needs(1), card.needs(2)
    engines = Need("fire", "engine", 5, frozenset(), 4)
    assert engines in second
    assert len(second) == len(first) + 1
    assert card.added(2)[0].number == 3
    assert shipped().card("fire", 3) is card
    assert shipped().card("medical", 2).priority == 2
    with pytest.raises(Invalid, match="levels 1 to 3"):
        card.needs(4)
    with pytest.raises(Missing, match="no run card for “picnic”"):
        shipped().card("picnic", 1)
    for text, fault in (
        ("cards = 3", "no file of run cards"),
        ("[[cards]]\nkind = 'x'\npriority = 1\nlevels = []", "without a need"),
        (
            "[[cards]]\nkind = 'x'\npriority = 1\n"
            "levels = [{needs = [{agency = '', kind = '', skill = 'gas'}]}]",
            "unknown word 'skill'",
        ),
    ):
        path = tmp_path / "cards.toml"
        path.write_text(text)
        with pytest.raises(Invalid, match=fault):
            read_run_cards(path)
    twice = "[[cards]]\nkind = 'x'\npriority = 1\nlevels = [{needs = [{agency = '', kind = ''}]}]\n"
    path.write_text(twice * 2)
    with pytest.raises(Invalid, match="two run cards"):
        read_run_cards(path)


def test_dispatching_is_imported_without_numba() -> None:
    code = (
        "import sys\n"
        "import commonward.core.plans.dispatching, commonward.core.plans.roads\n"
        "print('numba' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"
