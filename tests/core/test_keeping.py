"""How long each paper is kept: set by the site, never longer than the case."""

from datetime import UTC, datetime

import pytest

from commonward.core.keeping import KINDS, read_keeping, shipped_keeping, shipped_text
from commonward.core.refusals import Invalid

ENDED = datetime(2026, 1, 1, tzinfo=UTC)


def test_what_was_said_apart_goes_first_and_the_rest_with_the_case() -> None:
    keeping = shipped_keeping()
    assert keeping.until("caucus", ENDED, 5) == ENDED
    assert keeping.until("offer", ENDED, 5) == ENDED
    assert keeping.until("agreement", ENDED, 5).date().isoformat() == "2031-01-01"
    assert {paper.name for paper in keeping.papers} == set(KINDS)


def test_a_site_sets_years_of_its_own_and_none_outlives_the_case() -> None:
    text = shipped_text().replace('years = "procedure"', "years = 3", 1)
    assert read_keeping(text).until("record", ENDED, 5).year == 2028
    longer = shipped_text().replace('years = "procedure"', "years = 30", 1)
    assert read_keeping(longer).until("record", ENDED, 5) == shipped_keeping().until(
        "record", ENDED, 5
    )


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('name = "offer"', 'name = "caucus"', "exactly once"),
        ('name = "offer"', 'name = "dossier"', "exactly once"),
        ('name = "offer"', 'name = "O"', "no kind of paper"),
        ("years = 0", "years = -1", "whole number"),
        ("years = 0", "years = true", "whole number"),
        ("years = 0", 'years = "for ever"', "whole number"),
        ('title_en = "Offers"', 'title_en = ""', "needs its titles"),
        ("years = 0", "days = 0", "no more"),
        ("[[paper]]", "[paper", "cannot be read"),
        ("[[paper]]", "[[sheet]]", "no more"),
    ],
)
def test_a_table_that_leaves_something_open_is_refused(old: str, new: str, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        read_keeping(shipped_text().replace(old, new, 1))
