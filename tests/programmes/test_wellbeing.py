"""The survey of staff: one slip each, nobody's name, nothing of fewer than five."""

from datetime import timedelta

import pytest
from django.apps import apps
from hypothesis import given
from hypothesis import strategies as st

from commonward.core.outcomes import K
from commonward.core.refusals import Forbidden, Invalid, Refusal
from commonward.core.rights import SYSTEM, Actor
from commonward.core.wellbeing import Answer, told
from commonward.people import actions as people
from commonward.people.queries import actor_for
from commonward.programmes.actions.wellbeing import (
    SurveyGiven,
    answer_survey,
    close_past,
    close_staff_survey,
    draw_slip,
    open_staff_survey,
    take_over_answers,
)
from commonward.programmes.models import (
    StaffSurvey,
    StaffSurveyAnswer,
    StaffSurveyDraw,
    StaffSurveySlip,
)
from commonward.programmes.queries.wellbeing import teams_to_name
from tests.district import SINCE, District
from tests.programmes.learning_office import Learning, learning

ASKED = (("工作量合适吗？", "Is the workload right?"), ("得到支持吗？", "Are you supported?"))


@pytest.fixture
def office(district: District) -> Learning:
    return learning(district)


def opened(office: Learning) -> StaffSurvey:
    given = SurveyGiven("员工关怀", ASKED, office.today, office.today + timedelta(days=9), "Care")
    return open_staff_survey(given, office.officer, office.at)


def staff(office: Learning, count: int, team: str = "roads") -> list[Actor]:
    found = []
    for number in range(count):
        account = people.add_account(SYSTEM, f"{team}-{number}", f"{team} {number}", at=SINCE).pk
        people.grant(SYSTEM, account, "handler", at=SINCE)
        people.join_team(SYSTEM, account, office.here.teams[team], at=SINCE)
        found.append(actor_for(account, office.at))
    return found


def answered(office: Learning, survey: StaffSurvey, who: list[Actor], team: int | None) -> None:
    for number, actor in enumerate(who):
        slip = draw_slip(survey.code, actor, office.at)
        answer_survey(survey.code, slip, ["4", "5"], f"意见{number}", team, office.at)


def test_each_draws_one_slip_and_each_slip_answers_once(office: Learning) -> None:
    survey = opened(office)
    slip = draw_slip(survey.code, office.here.handler, office.at)
    with pytest.raises(Refusal, match="already"):
        draw_slip(survey.code, office.here.handler, office.at)
    answer_survey(survey.code, slip.lower(), ["1", "2"], "", None, office.at)
    with pytest.raises(Invalid, match="was used"):
        answer_survey(survey.code, slip, ["1", "2"], "", None, office.at)
    for wrong in (["1"], ["1", "6"], ["1", ""], ["0", "1"]):
        with pytest.raises(Invalid):
            answer_survey(survey.code, slip, wrong, "", None, office.at)
    with pytest.raises(Forbidden):
        draw_slip(survey.code, office.here.outsider, office.at)


def test_a_box_filled_on_paper_is_put_beside_what_was_answered(office: Learning) -> None:
    survey = opened(office)
    answered(office, survey, staff(office, 2), None)
    assert take_over_answers(survey.code, [[3, 4]] * 5, ["夜班多"]) == 5
    marks = sorted(StaffSurveyAnswer.objects.values_list("marks", flat=True))
    assert marks == [[3, 4]] * 5 + [[4, 5]] * 2


def test_no_answer_and_no_slip_leads_to_an_account_or_a_moment() -> None:
    for name in ("StaffSurveyAnswer", "StaffSurveySlip", "StaffSurveyDraw"):
        fields = {one.name: one for one in apps.get_model("programmes", name)._meta.get_fields()}
        assert not [n for n, one in fields.items() if "Date" in type(one).__name__]
        assert ("account" in fields) == (name == "StaffSurveyDraw")


def test_rows_stand_in_no_order_of_drawing(office: Learning) -> None:
    survey = opened(office)
    who = staff(office, 12)
    slips = [draw_slip(survey.code, one, office.at) for one in who]
    rows = list(StaffSurveyDraw.objects.filter(survey=survey).order_by("pk"))
    # Every row was written anew: the chance that twelve fall into the order of drawing is nil.
    assert [row.account_id for row in rows] != [one.account for one in who]
    assert min(row.pk for row in rows) > len(slips)
    assert StaffSurveySlip.objects.count() == len(slips)


def test_after_the_last_day_figures_stand_and_answers_are_gone(office: Learning) -> None:
    survey = opened(office)
    roads = office.here.teams["roads"]
    many = staff(office, 8)
    answered(office, survey, many, roads)
    answered(office, survey, [office.here.leader, office.here.dispatcher], None)
    with pytest.raises(Refusal, match="after its last day"):
        close_staff_survey(survey.code, office.officer, office.at)
    assert close_past(office.at + timedelta(days=10)) == 1
    survey.refresh_from_db()
    # The two who named no team would follow from the difference: the team is not shown either.
    assert [one["all"] for one in survey.told] == [True]
    assert survey.told[0]["n"] == 10
    assert len(survey.words) == 10
    for model in (StaffSurveyAnswer, StaffSurveySlip, StaffSurveyDraw):
        assert not model.objects.exists()


def test_of_four_nothing_is_told(office: Learning) -> None:
    survey = opened(office)
    answered(office, survey, staff(office, 4), None)
    close_past(office.at + timedelta(days=10))
    survey.refresh_from_db()
    assert (survey.told, survey.words, survey.closed) == ([], [], True)


def test_only_teams_of_five_and_more_are_named(office: Learning) -> None:
    survey = opened(office)
    roads = office.here.teams["roads"]
    assert roads not in teams_to_name(office.at)
    slip = draw_slip(survey.code, office.here.handler, office.at)
    with pytest.raises(Invalid):
        answer_survey(survey.code, slip, ["1", "2"], "", roads, office.at)
    staff(office, 4)
    assert roads in teams_to_name(office.at)


@given(
    st.dictionaries(st.sampled_from([None, 1, 2, 3, 4]), st.integers(0, 12), max_size=5),
)
def test_no_difference_of_shown_groups_is_smaller_than_five(groups: dict[int | None, int]) -> None:
    answers = [Answer(team, (3,)) for team, count in groups.items() for _ in range(count)]
    shown = told(answers, 1)
    assert all(one["n"] >= K for one in shown)
    if shown:
        rest = shown[0]["n"] - sum(one["n"] for one in shown[1:])
        assert rest == 0 or rest >= K
