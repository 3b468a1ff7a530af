"""What surveys tell: weighted with intervals, of few nothing, beside the wave before, until it ends."""

from datetime import timedelta

import pytest
from django.utils import translation

from commonward.core.refusals import Refusal
from commonward.core.rights import SYSTEM
from commonward.doors.look.surveys import results_shown
from commonward.programmes.actions.surveys import answering, listing, planning
from commonward.programmes.actions.surveys.forgetting import forget_surveys
from commonward.programmes.models import Survey, SurveyAnswer, SurveyLink, SurveyWords
from commonward.programmes.queries.survey_results import reckoned, results_of
from commonward.programmes.queries.surveys import public_surveys
from tests.district import STREETS, District
from tests.programmes.survey_office import WHOLE, Surveys, plan, surveys, terms


@pytest.fixture
def office(district: District) -> Surveys:
    """The district with its survey."""
    return surveys(district)


def test_results_are_weighted_by_stratum_with_an_interval(office: Surveys) -> None:
    """30 of 40 and 5 of 20: unweighted 58.3 %, weighted (2·0.75 + 1·0.25)/3 = 58.3 %; 10 of 40 answer
    in the larger street: then the weights show."""
    office.open()
    office.answers({STREETS[0]: (30, 40), STREETS[1]: (10, 40)})
    planning.close_survey(office.code, office.officer, office.at)
    told = reckoned(Survey.objects.get())
    (asked,) = [one for one in told["questions"] if one["key"] == "reported"]
    assert asked["figure"]["value"] == pytest.approx((6000 * 0.75 + 3000 * 0.25) / 9000, abs=1e-6)
    assert asked["figure"]["low"] < asked["figure"]["value"] < asked["figure"]["high"]
    assert [area["figure"]["value"] for area in asked["areas"]] == [0.75, 0.25]
    (safe,) = [one for one in told["questions"] if one["key"] == "safe_night"]
    assert 1 + 4 * safe["figure"]["value"] == pytest.approx(
        (2 * (0.75 * 5 + 0.25 * 2) + (0.25 * 5 + 0.75 * 2)) / 3, abs=1e-4
    )


def test_an_area_or_answer_of_a_few_is_nowhere_in_what_is_published(office: Surveys) -> None:
    office.open()
    office.answers({STREETS[0]: (37, 40), STREETS[1]: (3, 6)})
    planning.close_survey(office.code, office.officer, office.at)
    told = results_of(planning.publish_survey(office.code, office.officer, office.at))
    (asked,) = [one for one in told["questions"] if one["key"] == "reported"]
    assert all(area["figure"] is None for area in asked["areas"])
    (channel,) = [one for one in told["questions"] if one["key"] == "channel"]
    assert channel["figure"] is not None


def test_of_few_links_and_few_calls_no_number_is_told(office: Surveys) -> None:
    office.open()
    made = answering.make_links(office.code, STREETS[0], 6, office.officer, office.at)
    rows = [["phone", "stratum"], *([f"1380000{n:04}", STREETS[0]] for n in range(4))]
    listing.bring_list(office.code, rows, office.officer, office.at)
    for _ in range(4):
        held = listing.take_number(office.code, office.officer, office.at)
        assert held is not None
        listing.end_call(office.code, held.id, "answered", office.officer, office.at, dict(WHOLE))

    def spent() -> int:
        return SurveyLink.objects.filter(spent=True).count()

    for given, told in ((4, None), (5, 5)):
        while spent() < given:
            answering.answer_by_link(office.code, made[spent()], WHOLE, office.at)
        results = reckoned(Survey.objects.get())
        assert results["by_link"] == told
        assert results["rates"]["asked"] == 4
        assert all(results["rates"][name] is None for name in ("answered", "rr1", "rr2", "rr3"))
        with translation.override("en"):
            assert results_shown(results)["by_link"] == (told or "under 5")


def test_who_comes_by_themselves_is_told_apart_unless_each_kth_is_asked(office: Surveys) -> None:
    office.open()
    office.answers({STREETS[0]: (20, 40), STREETS[1]: (10, 20)})
    office.answers({STREETS[0]: (25, 30)}, "counter")
    assert reckoned(Survey.objects.get())["answers"] == 60
    Survey.objects.update(counter_counts=True)
    assert reckoned(Survey.objects.get())["answers"] == 90


def test_a_second_wave_says_plainly_where_no_difference_could_be_shown(office: Surveys) -> None:
    office.open()
    office.answers({STREETS[0]: (20, 40), STREETS[1]: (10, 20)})
    planning.close_survey(office.code, office.officer, office.at)
    planning.publish_survey(office.code, office.officer, office.at)
    later = office.at + timedelta(days=40)
    for safe, shown in ((21, False), (36, True)):
        asked = terms(office.area.pk, later, earlier=office.code)
        made = planning.make_survey(asked, office.officer, later)
        planning.plan_survey(made.code, plan(), office.officer, later)
        planning.open_survey(made.code, office.officer, later)
        office.survey = made
        office.answers({STREETS[0]: (safe, 40), STREETS[1]: (safe // 2, 20)})
        (one,) = [
            q
            for q in reckoned(Survey.objects.get(pk=made.pk))["questions"]
            if q["key"] == "reported"
        ]
        assert one["change"]["shown"] is shown
        assert one["change"]["low"] < one["change"]["value"] < one["change"]["high"]
        office.survey = Survey.objects.get(state="published")


def test_raked_weights_follow_a_second_margin_and_say_so(office: Surveys) -> None:
    margin = {"question": "channel", "totals": {"o1": 3000, "o2": 3000, "o3": 2000, "o4": 1000}}
    planning.change_survey(
        office.code, terms(office.area.pk, office.at, margin=margin), office.officer, office.at
    )
    office.open()
    office.answers({STREETS[0]: (20, 40), STREETS[1]: (10, 20)})
    assert not reckoned(Survey.objects.get())["raked"]  # nobody of three answers
    for n, answer in enumerate(SurveyAnswer.objects.all()):
        answer.answers["channel"] = f"o{n % 4 + 1}"
        answer.save()
    assert reckoned(Survey.objects.get())["raked"]


def test_free_words_can_be_taken_out_and_few_are_not_shown(office: Surveys) -> None:
    office.open()
    office.answers({STREETS[0]: (20, 40), STREETS[1]: (10, 20)})
    for words in ("多装路灯", "多装摄像", "清理楼道", "修路"):
        answering.answer_from_paper(
            office.code, STREETS[0], {**WHOLE, "better": words}, office.officer, office.at
        )
    assert not reckoned(Survey.objects.get())["words"]
    answering.answer_from_paper(
        office.code, STREETS[0], {**WHOLE, "better": "张三是坏人"}, office.officer, office.at
    )
    planning.close_survey(office.code, office.officer, office.at)
    bad = SurveyWords.objects.get(words__contains="坏人")
    assert len(reckoned(Survey.objects.get())["words"][0]["words"]) == 5
    answering.take_out(office.code, bad.pk, office.officer, office.at)
    assert not SurveyWords.objects.filter(pk=bad.pk).exists()


def test_published_is_what_everybody_sees_and_answers_end_after_two_years(office: Surveys) -> None:
    today = office.survey.begins_on
    assert not public_surveys(today)
    office.open()
    assert [one.code for one in public_surveys(today)] == [office.code]
    office.answers({STREETS[0]: (20, 40), STREETS[1]: (10, 20)})
    planning.close_survey(office.code, office.officer, office.at)
    assert not public_surveys(today)
    with pytest.raises(Refusal):
        planning.close_survey(office.code, office.officer, office.at)
    planning.publish_survey(office.code, office.officer, office.at)
    assert forget_surveys(office.at + timedelta(days=600)) == 0
    assert forget_surveys(office.at + timedelta(days=800)) == 60
    assert results_of(Survey.objects.get())["answers"] == 60


def test_a_survey_that_fewer_than_five_answered_is_not_published(office: Surveys) -> None:
    office.open()
    office.answers({STREETS[0]: (2, 4)})
    planning.close_survey(office.code, SYSTEM, office.at)
    with pytest.raises(Refusal):
        planning.publish_survey(office.code, office.officer, office.at)
