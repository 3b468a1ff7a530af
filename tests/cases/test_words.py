"""What the words suggest: kept with who decided, learnt from what people confirmed, judged first."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from commonward.cases import actions as cases
from commonward.cases.actions import suggesting, training, word_settings
from commonward.cases.actions.forgetting import forget
from commonward.cases.actions.opening import Said
from commonward.cases.models import AutoRoute, Case, Event, Report, Suggestion, WordModel
from commonward.cases.queries import suggested
from commonward.cases.queries.examples import examples
from commonward.cases.queries.measured import curve
from commonward.cases.queries.reading import reading
from commonward.core.refusals import Forbidden, Invalid, Missing, Refusal
from commonward.core.rights import SYSTEM
from tests.corpus import closed_cases
from tests.district import AT, LAMP, POTHOLE, RUBBISH, District, small_district

OTHER = "0999"
LAMP_WORDS = "北门的路灯整夜漆黑，灯泡不亮了，the street lamp is dark and flickers all night 已经好几天了，照明灯也一闪一闪，灯杆旁的庭院灯没有灯泡"


@pytest.fixture(scope="module")
def trained(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[District]:
    """The district with a model trained on three months of confirmed cases."""
    with django_db_blocker.unblock(), transaction.atomic():
        found = small_district()
        assert closed_cases(tmp_path_factory.mktemp("corpus"), AT).taken == 300
        made = training.train(AT)
        assert made.state == "champion", made.judged["because"]
        yield found
        transaction.set_rollback(True)


@pytest.fixture
def learnt(trained: District, db: None) -> District:
    """The same; what a test writes goes with the test."""
    return trained


@pytest.fixture
def sorting(learnt: District) -> District:
    """The same, and reports without a category wait under “Other”."""
    cases.set_category(OTHER, "其他", name_en="Other", parent="03")
    word_settings.set_reading(SYSTEM, AT, on=True, unsorted=OTHER)
    return learnt


def unsorted(words: str = LAMP_WORDS, **more: object) -> Report:
    lat, lon = District.inside()
    said = Said(
        channel="portal", words=words, lat=lat, lon=lon, idempotency=str(more.pop("key", ""))
    )
    return suggesting.open_unsorted(said, AT)


def route(here: District, code: str = LAMP, confidence: float = 0.6) -> AutoRoute:
    return word_settings.set_route(here.administrator, code, confidence, "Lamps are plain.", AT)


def test_a_model_is_learnt_from_closed_cases_and_suggests_with_its_reasons(
    learnt: District,
) -> None:
    champion = WordModel.objects.get(state="champion")
    assert champion.learnt + champion.card["held_back"] <= 300
    found = suggested.offered(LAMP_WORDS)
    assert found.calibrated
    assert found.version == champion.version
    assert found.kinds[0].code == LAMP
    assert found.kinds[0].probability > 0.5
    assert found.kinds[0].because


def test_a_night_has_one_training_and_only_where_something_is_new(
    learnt: District, tmp_path: Path
) -> None:
    assert not training.training_due(AT)
    assert not training.training_due(AT + timedelta(days=1))
    closed_cases(tmp_path, AT + timedelta(hours=20), count=20, days=1, seed=3, name="new")
    assert training.training_due(AT + timedelta(days=1))


def test_a_planted_bad_batch_is_refused_and_the_champion_goes_on(
    learnt: District, tmp_path: Path
) -> None:
    before = reading().model
    assert before is not None
    # Six hundred cases of another system, sorted by lot, older than the month held back.
    closed_cases(
        tmp_path, AT - timedelta(days=31), count=600, days=40, seed=7, wrong=0.95, name="bad"
    )
    made = training.train(AT + timedelta(days=1))
    assert made.state == "refused"
    assert made.judged["because"]
    now = reading().model
    assert now is not None
    assert now.version == before.version
    with pytest.raises(Refusal):
        training.roll_back(made.version, learnt.administrator, AT)


def test_one_step_takes_an_earlier_model_back(learnt: District, tmp_path: Path) -> None:
    first = WordModel.objects.get(state="champion").version
    route(learnt)
    closed_cases(tmp_path, AT + timedelta(days=3), count=60, days=3, seed=5, name="more")
    second = training.train(AT + timedelta(days=3))
    assert second.state == "champion", second.judged["because"]
    with pytest.raises(Forbidden):
        training.roll_back(first, learnt.duty_chief, AT)
    training.roll_back(first, learnt.administrator, AT + timedelta(days=4))
    now = reading().model
    assert now is not None
    assert now.version == first
    assert WordModel.objects.get(version=second.version).state == "retired"
    assert WordModel.objects.filter(state="champion").count() == 1


def test_a_model_whose_bytes_were_changed_does_not_answer(learnt: District) -> None:
    row = WordModel.objects.get(state="champion")
    content = bytearray(row.content or b"")
    content[len(content) // 2] ^= 1
    WordModel.objects.filter(pk=row.pk).update(content=bytes(content))
    word_settings.set_reading(SYSTEM, AT, on=True)
    assert reading().model is None
    assert suggested.offered(LAMP_WORDS).version.startswith(suggested.STARTING)


def test_a_report_without_a_category_waits_with_its_suggestions(sorting: District) -> None:
    report = unsorted()
    case = Case.objects.get(pk=report.case_id)
    assert case.category.code == OTHER
    [one] = suggested.waiting(sorting.dispatcher, AT)
    assert one.line.number == case.number
    assert one.given[0]["code"] == LAMP
    assert not suggested.waiting(sorting.second_handler, AT)


def test_one_click_accepts_and_it_is_kept_who_decided(sorting: District) -> None:
    report = unsorted()
    suggesting.sort(report.case.number, LAMP, sorting.intake_officer, AT)
    kept = Suggestion.objects.get(report=report)
    assert kept.accepted
    assert kept.chosen == LAMP
    assert kept.decided_by_id == sorting.intake_officer.account
    assert Case.objects.get(pk=report.case_id).category.code == LAMP
    event = Event.objects.filter(case=report.case_id, verb="sorted").get()
    assert event.data["model"] == kept.version
    assert event.data["kind"] == LAMP
    assert event.role == "intake_officer"
    assert not suggested.waiting(sorting.dispatcher, AT)
    with pytest.raises(Missing):
        suggesting.sort(report.case.number, RUBBISH, sorting.intake_officer, AT)


def test_another_kind_is_a_correction(sorting: District) -> None:
    report = unsorted()
    Suggestion.objects.filter(report=report).update(
        given=[{"code": RUBBISH, "probability": 0.7, "because": []}]
    )
    suggesting.sort(report.case.number, LAMP, sorting.duty_chief, AT)
    [one] = suggested.corrections()
    assert (one.suggested, one.chosen, one.routed) == (RUBBISH, LAMP, False)


def test_who_does_not_sort_cannot(sorting: District) -> None:
    report = unsorted()
    for nobody in (sorting.second_handler, sorting.leader, sorting.administrator, sorting.outsider):
        with pytest.raises(Forbidden):
            suggesting.sort(report.case.number, LAMP, nobody, AT)


def test_nothing_is_routed_without_a_person_unless_the_office_set_it(sorting: District) -> None:
    assert reading().routes == {}
    assert not Suggestion.objects.get(report=unsorted()).routed


def test_above_the_sites_confidence_a_report_is_routed_and_says_by_which_model(
    sorting: District,
) -> None:
    made = route(sorting)
    assert made.precision is not None
    assert made.precision >= word_settings.LEAST_PRECISION
    report = unsorted()
    case = Case.objects.get(pk=report.case_id)
    assert case.category.code == LAMP
    kept = Suggestion.objects.get(report=report)
    assert kept.routed
    assert kept.decided_at is None
    event = Event.objects.filter(case=case, verb=suggesting.ROUTED).get()
    assert event.data["model"] == kept.version
    assert event.data["probability"] >= 0.6
    assert "because" not in event.data
    # A model never learns from itself.
    assert case.pk not in {one.case for one in examples(AT + timedelta(days=1))}


def test_one_step_gives_a_routed_case_back_to_a_person(sorting: District) -> None:
    route(sorting)
    report = unsorted()
    assert suggested.waiting(sorting.dispatcher, AT) == ()
    suggesting.take_back(report.case.number, sorting.dispatcher, AT)
    assert Case.objects.get(pk=report.case_id).category.code == OTHER
    [one] = suggested.waiting(sorting.dispatcher, AT)
    assert one.line.number == report.case.number
    with pytest.raises(Refusal):
        suggesting.take_back(report.case.number, sorting.dispatcher, AT)
    suggesting.sort(report.case.number, RUBBISH, sorting.dispatcher, AT)
    assert Suggestion.objects.get(report=report).accepted is False


def test_danger_always_meets_a_person(sorting: District) -> None:
    route(sorting)
    report = unsorted(LAMP_WORDS + "，灯杆着火了")
    assert Case.objects.get(pk=report.case_id).category.code == OTHER
    assert not Suggestion.objects.get(report=report).routed


def test_a_confidence_holds_for_the_model_on_whose_card_it_was_set(sorting: District) -> None:
    route(sorting)
    AutoRoute.objects.update(version="words-of-another-night")
    word_settings.set_reading(SYSTEM, AT, on=True, unsorted=OTHER)
    assert not Suggestion.objects.get(report=unsorted()).routed


def test_a_confidence_that_was_not_measured_is_refused(sorting: District) -> None:
    with pytest.raises(Refusal):
        route(sorting, "0901")
    with pytest.raises(Invalid):
        route(sorting, confidence=0.3)
    with pytest.raises(Invalid):
        word_settings.set_route(sorting.administrator, LAMP, 0.9, " ", AT)
    with pytest.raises(Forbidden):
        word_settings.set_route(sorting.duty_chief, LAMP, 0.9, "Because.", AT)
    row = WordModel.objects.get(state="champion")
    points = curve(row, LAMP)
    assert [p.confidence for p in points] == sorted(p.confidence for p in points)
    assert all(p.count >= 5 for p in points)
    shares = [p.share for p in points]
    assert shares == sorted(shares, reverse=True)
    WordModel.objects.filter(pk=row.pk).update(
        judged=row.judged | {"curves": {"long": {LAMP: [[0.5, 0.79, 0.7, 1.0, 20]]}}}
    )
    with pytest.raises(Refusal):
        route(sorting)


def test_switched_off_nothing_is_computed(sorting: District) -> None:
    word_settings.set_reading(sorting.administrator, AT, on=False, unsorted=OTHER)
    assert reading().model is None
    assert suggested.offered(LAMP_WORDS).kinds == ()
    report = unsorted()
    assert Suggestion.objects.get(report=report).given == []
    assert not training.training_due(AT + timedelta(days=9))
    with pytest.raises(Refusal):
        training.train(AT)
    with pytest.raises(Forbidden):
        word_settings.set_reading(sorting.leader, AT, on=True)


def test_a_site_without_a_category_for_it_takes_no_unsorted_report(learnt: District) -> None:
    with pytest.raises(Invalid):
        unsorted()
    with pytest.raises(Invalid):
        word_settings.set_reading(SYSTEM, AT, on=True, unsorted=POTHOLE)
    with pytest.raises(Invalid):
        word_settings.set_reading(SYSTEM, AT, on=True, unsorted="0302")


def test_the_same_sending_twice_is_one_report_also_after_another_training(
    sorting: District,
) -> None:
    first = unsorted(key="k" * 20)
    route(sorting)
    again = unsorted(key="k" * 20)
    assert again.pk == first.pk
    assert Suggestion.objects.count() == 1


def test_what_somebody_chose_is_kept_with_what_was_suggested(learnt: District) -> None:
    lat, lon = District.inside()
    said = Said(channel="phone", words=LAMP_WORDS, lat=lat, lon=lon)
    report = suggesting.take_in(RUBBISH, said, AT, actor=learnt.intake_officer)
    kept = Suggestion.objects.get(report=report)
    assert kept.chosen == RUBBISH
    assert kept.decided_by_id == learnt.intake_officer.account
    assert kept.accepted == any(one["code"] == RUBBISH for one in kept.given)
    assert kept.given[0]["code"] == LAMP


def test_a_decision_is_never_changed_nor_deleted(sorting: District) -> None:
    report = unsorted()
    suggesting.sort(report.case.number, LAMP, sorting.intake_officer, AT)
    mine = Suggestion.objects.filter(report=report)
    for change in ({"chosen": RUBBISH}, {"accepted": False}, {"version": "another"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            mine.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        mine.delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        Suggestion.objects.create(
            case=report.case, report=report, version="x", shown_at=AT, chosen=LAMP
        )


def test_two_models_never_answer_at_once(learnt: District) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        WordModel.objects.create(
            version="two", kind="trained", state="champion", content=b"x", digest="", size=1,
            made_at=AT, changed_at=AT,
        )  # fmt: skip


def test_the_words_of_a_suggestion_go_with_the_report(sorting: District) -> None:
    report = unsorted()
    suggesting.sort(report.case.number, LAMP, sorting.intake_officer, AT)
    report = Report.objects.select_related("case__category").get(pk=report.pk)
    sorting.handled(report)
    sorting.act(report, "finish", sorting.second_handler, 200, result="Done as asked.")
    sorting.act(report, "pass_on", sorting.dispatcher, 220)
    sorting.act(report, "pass_check", sorting.second_grid_worker, 260)
    sorting.act(report, "close", sorting.duty_chief, 300, outcome="solved")
    Case.objects.filter(pk=report.case_id).update(is_open=False)
    forget(AT + timedelta(days=366 * 40))
    kept = Suggestion.objects.get(report=report)
    assert kept.given == []
    assert kept.chosen == LAMP
