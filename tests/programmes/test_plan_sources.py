"""Where a target's value comes from by itself, and the month of a plan of one street."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from commonward.areas.models import Area
from commonward.core.indicators.book import shipped
from commonward.core.refusals import Forbidden, Missing
from commonward.core.rights import SYSTEM
from commonward.insight.actions.books import adopt_figures
from commonward.people import actions as people
from commonward.people.queries import actor_for
from commonward.programmes.access_plans import access_plan
from commonward.programmes.actions.planning import faults_of
from commonward.programmes.actions.reviewing import (
    begin_check,
    end_review,
    notify,
    open_review,
    reckon,
)
from commonward.programmes.models import MonthlyReview, ReviewLine, Target
from tests.district import RUBBISH, SINCE, STREETS
from tests.insight.busy import limited
from tests.programmes.plan_office import (
    AFTER_FEBRUARY,
    CODE,
    ESTATES,
    IN_TIME,
    LAMPS,
    Office,
    plan_office,
)

FEBRUARY = date(2026, 2, 1)


def test_a_target_fed_by_an_indicator_arrives_by_itself_and_nobody_types_it(db: None) -> None:
    """Two cases were due in February, one of them was closed in time: half, scored and carried."""
    office = plan_office()
    earlier = replace(office.here, at=AFTER_FEBRUARY - timedelta(days=10))
    in_time = limited(earlier, 6)
    earlier.closed(in_time)
    late = limited(earlier, 6, RUBBISH)
    earlier.handled(late)
    target = office.target(IN_TIME)
    number = open_review(office.plan, FEBRUARY, office.officer, AFTER_FEBRUARY).case.number
    line = ReviewLine.objects.get(target=target)
    assert (line.own, line.counted, line.verdict) == (Decimal(50), Decimal(50), "confirmed")
    assert line.by_id is None and line.checker_id is None
    begin_check(number, office.officer, AFTER_FEBRUARY)
    reckon(number, office.officer, AFTER_FEBRUARY)
    found = Target.objects.get(pk=target)
    assert (found.value, found.value_on) == (Decimal(50), date(2026, 2, 28))


def test_an_indicator_that_counts_people_by_its_title_feeds_no_target(db: None) -> None:
    office = plan_office()
    entry = {**shipped()["indicators"]["closed_in_time_rate"], "formula": "cases_closed"}
    changes = {
        "indicators": {
            "vendors": {**entry, "title": "Hawkers fined", "title_zh": "处罚流动摊贩人数"},
            "lamps": {**entry, "title": "Lamps mended", "title_zh": "修复路灯数"},
        }
    }
    adopt_figures(changes, "our own", office.here.administrator, AFTER_FEBRUARY)
    lines = [replace(IN_TIME, formula=name) for name in ("vendors", "lamps", "never")]
    found = faults_of(lines, office.plan, AFTER_FEBRUARY)
    assert [(fault.column, fault.why.code) for fault in found] == [
        ("formula", "counts_people"), ("formula", "invalid"),
    ]  # fmt: skip


@pytest.fixture
def streets(db: None) -> Office:
    """A plan of the first street, and an officer of each street."""
    office = plan_office(lines=(ESTATES, LAMPS))
    accounts = dict(office.here.accounts)
    office.plan.area = Area.objects.get(code=STREETS[0])
    office.plan.save(update_fields=["area"])
    for login, street in (("of_first", STREETS[0]), ("of_second", STREETS[1])):
        account = people.add_account(SYSTEM, login, login, at=SINCE).pk
        path = Area.objects.get(code=street).path
        people.grant(SYSTEM, account, "programme_officer", area_path=path, at=SINCE)
        accounts[login] = account
    return replace(office, here=replace(office.here, accounts=accounts))


def test_the_officer_of_a_street_moves_the_month_of_its_own_plan(streets: Office) -> None:
    own = actor_for(streets.here.accounts["of_first"], AFTER_FEBRUARY)
    number = open_review(streets.plan, FEBRUARY, own, AFTER_FEBRUARY).case.number
    case = MonthlyReview.objects.get().case
    assert case.area_path == streets.plan.area.path  # type: ignore[union-attr] # set in the fixture
    begin_check(number, own, AFTER_FEBRUARY)
    reckon(number, own, AFTER_FEBRUARY)
    notify(number, "Nothing was reported.", own, AFTER_FEBRUARY)
    assert not end_review(number, own, AFTER_FEBRUARY).is_open


def test_the_officer_of_the_other_street_neither_sees_nor_moves_it(streets: Office) -> None:
    other = actor_for(streets.here.accounts["of_second"], AFTER_FEBRUARY)
    with pytest.raises(Missing):
        access_plan(CODE, other)
    with pytest.raises(Forbidden):
        open_review(streets.plan, FEBRUARY, other, AFTER_FEBRUARY)
    number = open_review(streets.plan, FEBRUARY, streets.officer, AFTER_FEBRUARY).case.number
    with pytest.raises((Forbidden, Missing)):
        begin_check(number, other, AFTER_FEBRUARY)
