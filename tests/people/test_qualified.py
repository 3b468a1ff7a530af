"""What somebody must have learnt before work is given to them: off until a site asks for it."""

from datetime import date, timedelta

import pytest

from commonward.cases.actions.fielding import plan_round
from commonward.cases.actions.tasking import ask_tasks
from commonward.core.refusals import Refusal
from commonward.core.rights import SYSTEM
from commonward.people import actions as people
from commonward.people.models import Qualification
from commonward.people.queries import revisions
from commonward.people.queries.qualified import asked_for, held_by, refuse_unqualified
from tests.district import LAMP, District, small_district

DAY = date(2026, 3, 2)


@pytest.fixture
def district(db: None) -> District:
    return small_district()


def ask(district: District, work: str = "grid_worker", next_on: date | None = None) -> None:
    people.require(
        SYSTEM, "law", work, "网格法律", at=district.at, since=DAY, title_en="Law", next_on=next_on
    )


def test_a_site_that_asks_for_nothing_bars_nobody_and_reads_nothing(
    district: District, django_assert_num_queries: object
) -> None:
    marks = revisions()
    asked_for(marks, "mediator")
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert asked_for(marks, "mediator") == ()
        assert held_by([], [district.accounts["handler"]], DAY)
        refuse_unqualified(marks, "mediator", district.accounts["handler"], DAY)


def test_a_team_is_given_work_while_one_of_it_has_the_course(district: District) -> None:
    ask(district, next_on=DAY + timedelta(days=4))
    case = district.report(LAMP).case
    team = district.teams["grids-south"]
    with pytest.raises(Refusal, match=r"网格法律 / Law.*2026-03-06") as why:
        ask_tasks(case.number, "whistle", [team], "看看", district.dispatcher, district.at)
    assert why.value.code == "course"
    people.qualify(SYSTEM, "law", {district.accounts["grid_worker"]: DAY})
    assert ask_tasks(case.number, "whistle", [team], "看看", district.dispatcher, district.at)
    later = district.at + timedelta(days=1)
    with pytest.raises(Refusal, match="course"):
        ask_tasks(
            case.number,
            "whistle",
            [district.teams["grids-north"]],
            "看看",
            district.dispatcher,
            later,
        )
    # A department is not asked for what grid workers learn.
    assert ask_tasks(
        case.number, "whistle", [district.teams["roads"]], "看看", district.dispatcher, later
    )


def test_a_round_is_planned_for_those_who_have_learnt_it_by_its_first_day(
    district: District,
) -> None:
    ask(district)
    points = [{"name": "桥", "lat": 27.805, "lon": 113.105}]
    given = (district.teams["grids-south"], "河边", points, [1], DAY + timedelta(days=7))
    people.qualify(SYSTEM, "law", {district.accounts["grid_worker"]: DAY + timedelta(days=6)})
    with pytest.raises(Refusal, match="no session is set yet"):
        plan_round(*given, district.dispatcher)
    people.qualify(SYSTEM, "law", {district.accounts["grid_worker"]: DAY + timedelta(days=7)})
    assert plan_round(*given, district.dispatcher).pk


def test_the_later_day_stands_and_for_good_stands_above_all(district: District) -> None:
    account = district.accounts["handler"]
    for until in (DAY, DAY - timedelta(days=3), None, DAY):
        people.qualify(SYSTEM, "law", {account: until})
    assert Qualification.objects.get().until is None


def test_it_is_deleted_when_somebody_leaves_and_two_years_after_its_end(
    district: District,
) -> None:
    handler, leader = district.accounts["handler"], district.accounts["leader"]
    people.qualify(SYSTEM, "law", {handler: None, leader: DAY})
    assert people.forget_qualifications(DAY + timedelta(days=730)) == 0
    people.deactivate_account(SYSTEM, handler, at=district.at)
    assert people.forget_qualifications(DAY) == 1
    assert people.forget_qualifications(DAY + timedelta(days=731)) == 1


def test_a_requirement_dropped_bars_no_more(district: District) -> None:
    ask(district, "handler")
    account = district.accounts["handler"]
    with pytest.raises(Refusal, match="missing"):
        refuse_unqualified(revisions(), "handler", account, DAY)
    assert people.drop_requirement(SYSTEM, "law", at=district.at)
    refuse_unqualified(revisions(), "handler", account, DAY)
