"""A review of a project's risk: its whole course, what is owed at each step, and who may do what."""

import json
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from commonward.cases.actions import forget
from commonward.cases.actions.sealing import unseal_words
from commonward.cases.models import Event, Task
from commonward.core.refusals import Forbidden, Invalid, Missing, Refusal
from commonward.programmes.actions.risk import (
    asking,
    deciding,
    drafting,
    hearing,
    opining,
    stepping,
    weighing,
)
from commonward.programmes.actions.risk.drafting import Affected
from commonward.programmes.actions.risk.forgetting import forget_risk
from commonward.programmes.models import (
    RiskCondition,
    RiskHearing,
    RiskItem,
    RiskOpinion,
    RiskQuestion,
    RiskReview,
    RiskSeat,
)
from commonward.programmes.queries.risk import due_after, review_of, reviews_for
from commonward.programmes.queries.risk_public import (
    announced,
    announced_review,
    published_groups,
    question_of,
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


def test_a_whole_review_from_the_draft_to_the_checked_condition(office: Reviews) -> None:
    number = number_of(office.conditional())
    found = review_of(number, office.officer)
    assert (found.case.stage, found.decision) == ("conditions", "conditions")
    order = Task.objects.get(case=found.case, kind="supervision")
    assert order.team_id == office.here.teams["roads"]
    with pytest.raises(Refusal, match="each condition is done"):
        stepping.end(number, office.leader, office.later(30))
    row = RiskCondition.objects.get(review=found)
    deciding.meet(number, row.pk, "照片见公示栏", office.roads, office.later(40))
    deciding.check_condition(number, row.pk, office.officer, office.later(41), good=True)
    ended = stepping.end(number, office.leader, office.later(42))
    assert (ended.case.stage, ended.case.is_open) == ("ended", False)
    verbs = list(
        Event.objects.filter(case=ended.case).order_by("pk").values_list("verb", flat=True)
    )
    for verb in ("opened", "draft", "announce", "risk_asked", "risk_answered", "hear",
                 "risk_hearing_held", "consult", "risk_opinion", "risk_item", "weigh",
                 "decide_conditions", "risk_condition_met", "risk_condition_checked", "end"):  # fmt: skip
        assert verb in verbs


def test_nobody_decides_a_review_in_which_they_wrote(office: Reviews) -> None:
    number = number_of(office.weighed())
    given = deciding.Decided("later", "需要更多资料。", "暂无。")
    with pytest.raises(Forbidden, match="someone apart"):
        deciding.decide(number, given, office.officer, office.later(26))
    assert deciding.decide(number, given, office.leader, office.later(26)).decision == "later"


def test_who_wrote_only_a_risk_does_not_decide_either(office: Reviews) -> None:
    number = number_of(office.at_experts())
    weighing.set_item(number, office.risk(), office.leader, office.later(23))
    one = opining.ask_expert(number, "林工", "大学", office.officer, office.later(23), consent=True)
    opining.declare(number, one.pk, "无。", office.officer, office.later(23))
    opining.give_opinion(number, one.pk, "go", "可行。", office.officer, office.later(23))
    stepping.go_on(number, "weigh", office.officer, office.later(24))
    with pytest.raises(Forbidden, match="someone apart"):
        deciding.decide(
            number, deciding.Decided("no", "不行。", "无。"), office.leader, office.later(25)
        )


def test_the_notice_stands_its_working_days(office: Reviews) -> None:
    made = office.drafted()
    number = number_of(made)
    least = due_after(made.case, 10, office.later(1))
    assert least - office.later(1) > timedelta(days=12)  # two weekends lie between
    with pytest.raises(Invalid, match="at least 10 working days"):
        stepping.announce(number, office.officer, office.later(1), until=office.later(5))
    stepping.announce(number, office.officer, office.later(1))
    with pytest.raises(Refusal, match="still stands"):
        stepping.go_on(number, "consult", office.officer, least - timedelta(minutes=1))
    assert stepping.go_on(number, "consult", office.officer, least).case.stage == "experts"


def test_a_draft_without_a_group_is_not_announced_and_nobody_reads_it(office: Reviews) -> None:
    made = drafting.draft_review(FACTS, office.here.teams["roads"], office.officer, office.at)
    with pytest.raises(Refusal, match="which groups"):
        stepping.announce(number_of(made), office.officer, office.later(1))
    with pytest.raises(Missing):
        announced_review(number_of(made))
    with pytest.raises(Missing):
        asking.ask(number_of(made), "question", "What is this?", office.later(1))


def test_what_the_public_says_is_masked_before_it_is_kept_for_publication(office: Reviews) -> None:
    made = office.announced()
    row, secret = asking.ask(
        number_of(made), "objection", "太吵了，电话 13912345678 找我", office.later(2),
        contact="13912345678",
    )  # fmt: skip
    row = question_of(secret)
    assert "139" not in row.words and "太吵了" in row.words
    assert row.said is not None and row.contact is not None
    assert b"139" not in bytes(row.said) + bytes(row.contact)
    assert "13912345678" in unseal_words(made.case, row.said, f"risk question {row.pk}")
    assert secret not in json.dumps(list(Event.objects.filter(case=made.case).values("data")))


def test_the_same_sending_asks_once(office: Reviews) -> None:
    made = office.announced()
    for _ in range(2):
        asking.ask(number_of(made), "question", "Again?", office.later(2), secret="a" * 20)
    assert RiskQuestion.objects.count() == 1


def test_a_question_shows_itself_after_the_days_for_reading(office: Reviews) -> None:
    made = office.announced()
    row = office.asked(made)
    before = whole_of(made, row.shown_from - timedelta(seconds=1))
    assert (list(before.questions), before.unread) == ([], 1)
    assert [q.pk for q in whole_of(made, row.shown_from).questions] == [row.pk]
    asking.read(number_of(made), row.pk, office.officer, office.later(2.1))
    assert [q.pk for q in whole_of(made, office.later(2.2)).questions] == [row.pk]


def test_a_late_answer_is_public_and_holds_the_decision_up(office: Reviews) -> None:
    made = office.announced()
    row = office.asked(made)
    assert row.due_at > row.shown_from
    (line,) = announced(row.due_at + timedelta(seconds=1))
    assert (line.late, line.answered, line.open_to_words) == (1, 0, True)
    (desk,) = reviews_for(office.officer, row.due_at + timedelta(seconds=1))
    assert (desk.owed, desk.late) == (1, 1)
    stepping.go_on(number_of(made), "consult", office.officer, office.later(22))
    number = number_of(made)
    one = opining.ask_expert(number, "林工", "大学", office.officer, office.later(23), consent=True)
    opining.declare(number, one.pk, "无。", office.officer, office.later(23))
    opining.give_opinion(number, one.pk, "go", "可行。", office.officer, office.later(23))
    weighing.set_item(number, office.risk(), office.officer, office.later(23))
    with pytest.raises(Refusal, match="no answer yet"):
        stepping.go_on(number, "weigh", office.officer, office.later(24))


def test_after_the_public_part_a_question_is_led_to_complaining(office: Reviews) -> None:
    number = number_of(office.at_experts())
    with pytest.raises(Refusal, match="complain or appeal at any time"):
        asking.ask(number, "question", "Too late?", office.later(23))


def test_an_opinion_counts_only_once_interests_are_declared(office: Reviews) -> None:
    number = number_of(office.at_experts())
    with pytest.raises(Invalid, match="consent"):
        opining.ask_expert(number, "林工", "大学", office.officer, office.later(23), consent=False)
    one = opining.ask_expert(number, "林工", "大学", office.officer, office.later(23), consent=True)
    with pytest.raises(Refusal, match="First the interests"):
        opining.give_opinion(number, one.pk, "go", "可行。", office.officer, office.later(23))
    with pytest.raises(IntegrityError), transaction.atomic():
        RiskOpinion.objects.filter(pk=one.pk).update(
            words="x", recommends="go", given_at=office.later(23)
        )
    assert not whole_of(one.review, office.later(23)).opinions
    opining.declare(number, one.pk, "是投标人的顾问。", office.officer, office.later(23))
    opining.give_opinion(number, one.pk, "go", "可行。", office.officer, office.later(24))
    (shown,) = whole_of(one.review, office.later(24)).opinions
    assert shown.interests == "是投标人的顾问。"
    opining.withdraw_name(number, one.pk, office.officer, office.later(25))
    assert whole_of(one.review, office.later(25)).opinions[0].name == ""


def test_a_hearing_is_told_in_time_and_gives_out_no_more_than_its_places(office: Reviews) -> None:
    number = number_of(office.announced())
    with pytest.raises(Invalid, match="at least 5 working days"):
        hearing.announce_hearing(
            number, office.later(4), "Hall", 1, office.officer, office.later(2)
        )
    one = hearing.announce_hearing(
        number, office.later(14), "Hall", 1, office.officer, office.later(2)
    )
    seat, secret = hearing.take_seat(number, one.pk, office.later(3), name="Zhao Xiaomei")
    assert seat.name is not None and b"Zhao" not in bytes(seat.name)
    with pytest.raises(Refusal, match="All places are taken"):
        hearing.take_seat(number, one.pk, office.later(3))
    hearing.give_seat_back(secret, office.later(4))
    listener, _ = hearing.take_seat(number, one.pk, office.later(4))
    assert (listener.speaks, listener.name) == (False, None)
    with pytest.raises(IntegrityError), transaction.atomic():
        RiskSeat.objects.filter(pk=listener.pk).update(name=b"x")


def test_the_names_of_a_hearing_go_days_after_it(office: Reviews) -> None:
    number = number_of(office.announced())
    one = hearing.announce_hearing(
        number, office.later(14), "Hall", 5, office.officer, office.later(2)
    )
    hearing.take_seat(number, one.pk, office.later(3), name="Zhao Xiaomei")
    assert forget_risk(office.later(20)) == 0
    assert forget_risk(office.later(21.1)) == 1
    assert not RiskSeat.objects.exists()
    assert RiskHearing.objects.get().names_gone_at is not None


def test_the_end_destroys_what_leads_to_anybody(office: Reviews) -> None:
    made = office.announced()
    asking.ask(number_of(made), "question", "Who pays?", office.later(2), contact="a@b.example")
    stepping.withdraw(number_of(made), "项目取消。", office.leader, office.later(3))
    row = RiskQuestion.objects.get()
    assert (row.said, row.contact) == (None, None)
    assert row.words == "Who pays?"


def test_the_words_of_the_public_end_with_the_case(office: Reviews) -> None:
    made = office.announced()
    office.asked(made)
    stepping.withdraw(number_of(made), "项目取消。", office.leader, office.later(3))
    years = office.later(3) + timedelta(days=5 * 366 + 2)
    forget(years)
    assert forget_risk(years) == 1
    assert RiskQuestion.objects.get().words == ""
    assert forget_risk(years) == 0


def test_a_measure_against_people_is_refused_in_words(office: Reviews) -> None:
    number = number_of(office.at_experts())
    for measure, english in (("安排专人稳控", ""), ("通知", "Monitor the residents who object")):
        with pytest.raises(Invalid, match="weighs the project") as refused:
            weighing.set_item(
                number, office.risk(measure=measure, measure_en=english), office.officer,
                office.later(23),
            )  # fmt: skip
        assert (refused.value.code, refused.value.field) == ("against_people", "measure")
    assert not RiskItem.objects.exists()


def test_no_condition_and_no_group_is_about_persons(office: Reviews) -> None:
    made = office.drafted()
    with pytest.raises(Invalid, match="weighs the project"):
        drafting.add_group(number_of(made), Affected("重点人员", "5_49"), office.officer, office.at)
    number = number_of(office.weighed())
    wanted = deciding.Condition(
        "Dissuade the objectors", office.here.teams["roads"], office.later(50)
    )
    with pytest.raises(Invalid, match="weighs the project"):
        deciding.decide(
            number, deciding.Decided("conditions", "可以。", "无。", (wanted,)), office.leader,
            office.later(26),
        )  # fmt: skip


def test_a_group_of_fewer_than_five_is_not_published(office: Reviews) -> None:
    made = office.drafted()
    drafting.add_group(number_of(made), Affected("独居户", "under_5"), office.officer, office.at)
    shown = [one.name for one in published_groups(whole_of(made, office.at))]
    assert shown == ["沿街商户"]
