"""Reviews of risk: what is decided, on what conditions, who sees and changes it."""

from datetime import timedelta
from typing import Any

import pytest

from commonward.core.refusals import Forbidden, Invalid, Missing, Refusal, Stale
from commonward.core.rights import SYSTEM
from commonward.people.queries import actor_for
from commonward.programmes.actions.risk import (
    asking,
    deciding,
    drafting,
    masking,
    stepping,
)
from commonward.programmes.actions.risk.drafting import Facts
from commonward.programmes.actions.risk.setting_up import set_terms
from commonward.programmes.models import (
    RiskCondition,
    RiskItem,
    RiskQuestion,
    RiskReview,
)
from commonward.programmes.queries.risk import due_after, review_of
from commonward.programmes.queries.risk_public import (
    announced,
    announced_review,
    open_rows,
    whole_of,
)
from tests.district import small_district
from tests.programmes.risk_office import FACTS, Reviews, reviews


@pytest.fixture
def office(db: None) -> Reviews:
    """Reviews of risk in the small district."""
    return reviews(small_district())


def number_of(review: RiskReview) -> str:
    """Its number."""
    return str(review.case.number)


def test_a_risk_that_is_too_high_bars_a_plain_go(office: Reviews) -> None:
    number = number_of(office.weighed(likely="expected", grave="lasting"))
    assert RiskItem.objects.get().level == "stop"
    with pytest.raises(Refusal, match="too high"):
        deciding.decide(
            number, deciding.Decided("go", "可以。", "无。"), office.leader, office.later(26)
        )


def test_a_decision_has_reasons_and_says_what_objections_changed(office: Reviews) -> None:
    number = number_of(office.weighed())
    for given in (
        deciding.Decided("go", "", "无。"),
        deciding.Decided("go", "可以。", ""),
        deciding.Decided("go", "可以。", "无。", (deciding.Condition("x", 1, office.later(50)),)),
        deciding.Decided("conditions", "可以。", "无。"),
    ):
        with pytest.raises(Invalid):
            deciding.decide(number, given, office.leader, office.later(26))
    assert announced_review(number).decision == ""


def test_a_condition_is_met_by_its_team_and_checked_by_others(office: Reviews) -> None:
    number = number_of(office.conditional())
    row = RiskCondition.objects.get()
    with pytest.raises(Forbidden):
        deciding.meet(number, row.pk, "done", office.officer, office.later(30))
    with pytest.raises(Refusal):
        deciding.check_condition(number, row.pk, office.officer, office.later(30), good=True)
    deciding.meet(number, row.pk, "done", office.roads, office.later(30))
    with pytest.raises(Forbidden):
        deciding.check_condition(number, row.pk, office.roads, office.later(31), good=True)
    deciding.check_condition(
        number, row.pk, office.officer, office.later(31), good=False, reason="no photo"
    )
    row.refresh_from_db()
    assert (row.done_at, row.sent_back) == (None, "no photo")
    (line,) = announced(row.due_at + timedelta(days=1))
    assert line.late == 1


def test_a_line_is_hidden_with_a_reason_and_shown_again_by_somebody_else(office: Reviews) -> None:
    made = office.announced()
    row = office.asked(made)
    number = number_of(made)
    for ground, reason in (("critical", "It is unfriendly."), ("private", " ")):
        with pytest.raises(Invalid):
            masking.hide_line(
                number, "question", row.pk, ground, reason, office.officer, office.later(3)
            )
    hidden = masking.hide_line(
        number, "question", row.pk, "private", "a name", office.officer, office.later(3)
    )
    seen = whole_of(made, office.later(10)).mask_of("question", row.pk)
    assert seen is not None and (seen.reason, seen.role) == ("a name", "programme_officer")
    with pytest.raises(Forbidden, match="did not hide it"):
        masking.show_line(number, hidden.pk, office.officer, office.later(4))
    masking.show_line(number, hidden.pk, office.leader, office.later(4))
    assert whole_of(made, office.later(10)).mask_of("question", row.pk) is None


def test_a_line_of_another_review_is_not_hidden_by_its_number(office: Reviews) -> None:
    row = office.asked(office.announced())
    other = office.announced()
    with pytest.raises(Missing):
        masking.hide_line(
            number_of(other), "question", row.pk, "private", "x", office.officer, office.later(3)
        )


def test_other_offices_neither_see_nor_write_in_a_review(office: Reviews) -> None:
    number = number_of(office.announced())
    for stranger in (office.here.second_handler, office.here.administrator, office.here.outsider):
        with pytest.raises(Missing):
            review_of(number, stranger)
        with pytest.raises(Missing):
            stepping.withdraw(number, "x", stranger, office.later(2))
    assert review_of(number, office.roads).title == FACTS.title


def test_a_handler_drafts_for_their_own_team_alone(office: Reviews) -> None:
    teams = office.here.teams
    assert (
        drafting.draft_review(FACTS, teams["roads"], office.roads, office.at).office_id
        == teams["roads"]
    )
    with pytest.raises(Forbidden):
        drafting.draft_review(FACTS, teams["lamps"], office.roads, office.at)
    with pytest.raises(Forbidden):
        drafting.draft_review(FACTS, teams["roads"], office.here.grid_worker, office.at)
    assert RiskReview.objects.count() == 1


def test_a_team_with_a_condition_sees_the_review_and_meets_it(office: Reviews) -> None:
    number = number_of(office.weighed())
    wanted = deciding.Condition("换灯", office.here.teams["lamps"], office.later(60))
    given = deciding.Decided("conditions", "利大于弊。", "保留通道。", (wanted,))
    deciding.decide(number, given, office.leader, office.later(26))
    lamps = office.here.second_handler
    row = RiskCondition.objects.get()
    assert deciding.meet(number, row.pk, "done", lamps, office.later(30)).done_at is not None
    with pytest.raises(Forbidden):
        asking.read(number, RiskQuestion.objects.get().pk, lamps, office.later(30))


def test_the_days_are_the_site_s_to_change_and_never_without_knowing_the_last(
    office: Reviews,
) -> None:
    chief = office.here.administrator
    set_terms({"notice_days": 20}, chief, office.at, upon=0)
    with pytest.raises(Stale):
        set_terms({"notice_days": 5}, chief, office.at, upon=0)
    with pytest.raises(Forbidden):
        set_terms({"notice_days": 5}, office.officer, office.at, upon=1)
    with pytest.raises(Invalid):
        set_terms({"notice_days": 0}, chief, office.at, upon=1)
    made = office.announced()
    assert made.notice_until == due_after(made.case, 20, office.later(1))


def test_open_data_has_no_words_and_no_names_of_anybody(office: Reviews) -> None:
    office.asked(office.announced(), "Ask Zhao Xiaomei about it")
    (row,) = open_rows(office.later(3))
    assert "Zhao" not in str(row)
    assert {"number", "title", "stage", "decision", "late"} <= set(row)


def test_the_list_asks_the_same_of_the_database_for_one_review_and_for_many(
    office: Reviews, django_assert_num_queries: Any
) -> None:
    office.asked(office.announced())
    with django_assert_num_queries(3):
        assert len(announced(office.later(9))) == 1
    for _ in range(3):
        office.asked(office.announced())
    with django_assert_num_queries(3):
        assert len(announced(office.later(9))) == 4


def test_whoever_looks_with_another_s_eyes_changes_nothing(office: Reviews) -> None:
    number = number_of(office.announced())
    eyes = actor_for(office.officer.account or 0, office.at)
    onlooker = type(eyes)(
        account=eyes.account, name=eyes.name, rights=eyes.rights, teams=eyes.teams, seen_by=1
    )
    with pytest.raises(Forbidden):
        stepping.withdraw(number, "x", onlooker, office.later(2))
    assert SYSTEM.seen_by is None
    with pytest.raises(Forbidden):
        drafting.draft_review(Facts("x", "y"), office.here.teams["roads"], onlooker, office.at)
