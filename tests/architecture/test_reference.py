"""The pages made of the code are as the code says; `./dev docs` makes them anew."""

import pytest

from house.reference.metrics import gauges
from house.reference.pages import FOLDER, PAGES
from tests.architecture.tracked import ROOT


@pytest.mark.parametrize("name", sorted(PAGES))
def test_the_page_is_the_one_of_the_code(name: str) -> None:
    told = (FOLDER / name).read_text(encoding="utf-8")
    assert told == PAGES[name](), "Run `./dev docs` and commit docs/reference."


def test_no_page_of_reference_is_left_that_nothing_makes() -> None:
    assert {path.name for path in FOLDER.iterdir()} == set(PAGES)


def test_no_page_names_this_machine() -> None:
    for name in PAGES:
        assert str(ROOT) not in (FOLDER / name).read_text(encoding="utf-8"), name


def test_the_gauges_of_a_loop_keep_their_own_words() -> None:
    found = dict(gauges())
    assert found["commonward_outbox_dead"] == "messages that were given up"
    assert found["commonward_backup_last_timestamp_seconds"].startswith("when `backup make`")
    assert all(name.startswith("commonward_") for name in found)
