"""News and advice for an area: written by those who lead it, shown there and below, for a time."""

from datetime import timedelta
from typing import Any

import pytest

from commonward.areas.actions import end_news, publish_news
from commonward.areas.queries import area_by_code
from commonward.areas.queries.news import news_at
from commonward.core.refusals import Forbidden, Invalid, Missing
from tests.district import AT, COMMUNITIES, STREETS, District, small_district

WEEK = timedelta(days=7)


@pytest.fixture
def district(db: None) -> District:
    """The small district."""
    return small_district()


def published(district: District, area: str = STREETS[0], **given: Any) -> int:
    told = {"kind": "news", "title": "停水", "words": "周三停水。", **given}
    made = publish_news(
        district.duty_chief, area, told.pop("kind"), told.pop("title"), told.pop("words"),
        since=told.pop("since", AT), until=told.pop("until", AT + WEEK), at=AT, **told,
    )  # fmt: skip
    return int(made.pk)


def titles(area: str, at: Any = AT) -> list[str]:
    return [n.title for n in news_at(area_by_code(area, at).path, at)]


def test_news_stand_on_the_area_and_on_all_below_it(district: District) -> None:
    published(district)
    assert titles(STREETS[0]) == ["停水"]
    assert titles(COMMUNITIES[0]) == ["停水"]
    assert titles(STREETS[1]) == []


def test_news_begin_and_end_when_they_say(district: District) -> None:
    published(district, since=AT + WEEK / 7, until=AT + WEEK)
    assert titles(STREETS[0]) == []
    assert titles(STREETS[0], AT + WEEK / 2) == ["停水"]
    assert titles(STREETS[0], AT + WEEK) == []


def test_what_is_ended_is_shown_no_more(district: District) -> None:
    made = published(district)
    end_news(district.duty_chief, made, at=AT + WEEK / 2)
    assert titles(STREETS[0], AT + WEEK / 2) == []
    with pytest.raises(Invalid):
        end_news(district.duty_chief, made, at=AT + WEEK)


def test_only_who_leads_or_administers_the_area_writes_there(district: District) -> None:
    for nobody in (district.outsider, district.handler, district.grid_worker):
        with pytest.raises(Forbidden):
            publish_news(nobody, STREETS[0], "news", "x", "x", since=AT, until=AT + WEEK, at=AT)
    made = published(district)
    with pytest.raises(Forbidden):
        end_news(district.grid_worker, made, at=AT)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"kind": "gossip"}, "kind"),
        ({"title": " "}, "title"),
        ({"words": ""}, "words"),
        ({"title": "x" * 121}, "title"),
        ({"title_en": "No water"}, "words_en"),
        ({"until": AT}, "until"),
        ({"until": AT + timedelta(days=400)}, "until"),
    ],
)
def test_a_broken_piece_is_refused_by_its_field(
    district: District, given: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        published(district, **given)
    assert refusal.value.field == field
    assert titles(STREETS[0]) == []


def test_an_unknown_area_is_said_to_be_unknown(district: District) -> None:
    with pytest.raises(Missing):
        published(district, "999")
