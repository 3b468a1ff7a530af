"""Advice: counted where everybody can count, proposed once, told by a person, ended by its day."""

from datetime import datetime, timedelta

import pytest

from commonward.areas.queries import area_by_code
from commonward.areas.queries.news import news_at
from commonward.cases.models import Case
from commonward.core.advising import Advice
from commonward.core.refusals import Forbidden, Invalid, Missing, Stale
from commonward.core.rights import SYSTEM, Actor
from commonward.people import actions as people
from commonward.people.queries import actor_for
from commonward.programmes.actions.advising import (
    AGAIN,
    LAPSES,
    advice_due,
    ask_advice,
    decline_advice,
    keep_text,
    propose_advice,
    publish_advice,
    set_up_advice,
)
from commonward.programmes.models import AdviceProposal
from commonward.programmes.queries.advice import counted, proposed, told_now
from tests.district import DISTRICT, LAMP, SINCE, STREETS, District

LAMPS = Advice(
    "dark", "theft", "走亮处", ("走亮处。",), (LAMP,), (), "Keep to light", ("Walk there.",)
)


@pytest.fixture
def officer(district: District) -> Actor:
    """Who keeps the programmes of the whole district."""
    account = people.add_account(SYSTEM, "officer", "Officer", at=SINCE).pk
    people.grant(SYSTEM, account, "programme_officer", at=SINCE)
    return actor_for(account, district.at)


@pytest.fixture(autouse=True)
def _the_office_has_a_past(district: District) -> None:
    """What is usual is known: one lamp, long ago."""
    district.report(LAMP, at=district.at - timedelta(days=112))


def dark(district: District, many: int, at: datetime, *, public: bool = True) -> None:
    """So many lamps out in the southern street."""
    for _ in range(many):
        district.report(LAMP, at=at, public=public)


def test_a_rise_is_proposed_for_the_largest_area_alone_and_told_by_a_person(
    district: District, officer: Actor
) -> None:
    keep_text(LAMPS, district.at, actor=officer)
    dark(district, 6, district.at)
    at = district.at + timedelta(hours=1)
    assert advice_due(at)
    assert propose_advice(at) == 1
    (one,) = proposed(officer)
    assert (one.area, one.rule, one.count) == (DISTRICT, "rise", 6)
    assert propose_advice(at) == 0
    row = publish_advice(one.id, officer, at)
    assert row.decided_by_id == officer.account
    south = area_by_code(STREETS[0], at)
    assert [n.title for n in news_at(south.path, at)] == ["走亮处"]
    assert [t.area for t in told_now(at, south.path)] == [DISTRICT]
    assert not told_now(at + timedelta(days=29), south.path)
    with pytest.raises(Stale):
        decline_advice(one.id, officer, at)


def test_four_reports_and_reports_that_are_not_public_call_for_nothing(
    district: District, officer: Actor
) -> None:
    keep_text(LAMPS, district.at, actor=officer)
    dark(district, 4, district.at)
    dark(district, 5, district.at, public=False)
    at = district.at + timedelta(hours=1)
    assert counted({"dark": (LAMP,)}, at)["dark", DISTRICT][0] == 4
    assert propose_advice(at) == 0


def test_what_was_declined_comes_again_only_after_four_weeks(
    district: District, officer: Actor
) -> None:
    keep_text(LAMPS, district.at, actor=officer)
    dark(district, 6, district.at)
    at = district.at + timedelta(hours=1)
    propose_advice(at)
    decline_advice(proposed(officer)[0].id, officer, at)
    assert propose_advice(at + timedelta(days=1)) == 0
    later = at + AGAIN + timedelta(days=1)
    dark(district, 12, later - timedelta(hours=1))
    assert propose_advice(later) == 1


def test_a_new_office_takes_its_first_month_for_no_rise(district: District, officer: Actor) -> None:
    Case.objects.update(opened_at=district.at - timedelta(days=30))
    keep_text(LAMPS, district.at, actor=officer)
    dark(district, 9, district.at)
    assert propose_advice(district.at + timedelta(hours=1)) == 0


def test_a_proposal_that_nobody_decided_lapses(district: District, officer: Actor) -> None:
    keep_text(LAMPS, district.at, actor=officer)
    made = ask_advice("dark", STREETS[0], officer, district.at)
    with pytest.raises(Stale):
        ask_advice("dark", STREETS[0], officer, district.at)
    propose_advice(district.at + LAPSES)
    assert AdviceProposal.objects.get(pk=made.pk).state == "lapsed"


def test_only_who_leads_or_keeps_the_programmes_there_decides(
    district: District, officer: Actor
) -> None:
    keep_text(LAMPS, district.at, actor=officer)
    made = ask_advice("dark", STREETS[0], officer, district.at)
    for other in (district.handler, district.grid_worker, district.outsider):
        with pytest.raises(Missing):
            publish_advice(made.pk, other, district.at)
        with pytest.raises(Forbidden):
            ask_advice("dark", STREETS[1], other, district.at)
        with pytest.raises(Forbidden):
            keep_text(LAMPS, district.at, actor=other)
    with pytest.raises(Invalid):
        publish_advice(made.pk, officer, district.at, until=district.at + timedelta(days=400))


def test_setting_up_adopts_what_fits_and_keeps_what_the_site_changed(
    district: District, officer: Actor
) -> None:
    made = set_up_advice(district.at)
    assert made >= 1
    assert set_up_advice(district.at) == 0


def test_counting_reads_a_row_per_category_and_grid_not_per_case(
    district: District, django_assert_num_queries: object
) -> None:
    dark(district, 3, district.at)
    with django_assert_num_queries(6):  # type: ignore[operator]
        counted({"dark": (LAMP,), "all": ("",)}, district.at)
