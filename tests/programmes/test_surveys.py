"""Surveys: planned, asked by every channel, shredded so that no byte is left, told with intervals."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from commonward.core.refusals import Forbidden, Invalid, Missing, Refusal
from commonward.people.models import Change
from commonward.programmes.actions.surveys import answering, listing, planning
from commonward.programmes.actions.surveys.forgetting import forget_surveys
from commonward.programmes.models import (
    Survey,
    SurveyAnswer,
    SurveyLink,
    SurveyNumber,
    SurveyStratum,
    SurveyWords,
)
from commonward.programmes.queries.survey_results import results_of
from commonward.programmes.queries.surveys import survey_of, work_of
from tests.district import STREETS, District
from tests.programmes.survey_office import MARKER, WHOLE, Surveys, phone_list, plan, surveys, terms
from tests.stored import every_byte


@pytest.fixture
def office(district: District) -> Surveys:
    """The district with its survey."""
    return surveys(district)


def test_the_plan_divides_the_sample_and_stays_once_asking_has_begun(office: Surveys) -> None:
    sizes = dict(SurveyStratum.objects.values_list("key", "size"))
    assert sizes == {STREETS[0]: 40, STREETS[1]: 20}
    wanted = plan(size=0, margin=0.05)
    assert sum(planning.plan_survey(office.code, wanted, office.officer, office.at).values()) == 369
    office.open()
    with pytest.raises(Refusal):
        planning.plan_survey(office.code, plan(), office.officer, office.at)
    with pytest.raises(Refusal):
        planning.change_survey(
            office.code, terms(office.area.pk, office.at), office.officer, office.at
        )


def test_nobody_lives_in_two_strata(office: Surveys) -> None:
    twice = [planning.Layer(STREETS[0], 10), planning.Layer(f"{STREETS[0]}001", 10)]
    mixed = [planning.Layer(STREETS[0], 10), planning.Layer(STREETS[0], 10, "老年", "Old")]
    for layers in (twice, mixed, [planning.Layer("999", 10)]):
        with pytest.raises(Invalid):
            planning.plan_survey(
                office.code, plan(layers=layers, size=4, least=1), office.officer, office.at
            )
    groups = [planning.Layer(STREETS[0], 10, "老年", "Old"), planning.Layer(STREETS[0], 10, "其他")]
    assert planning.plan_survey(
        office.code, plan(layers=groups, size=8, least=1), office.officer, office.at
    )


def test_a_question_on_opinions_is_refused_where_it_is_typed(office: Surveys) -> None:
    asked = terms(office.area.pk, office.at, questions="a | yes_no | 您信教吗，有宗教信仰吗？")
    with pytest.raises(Invalid) as refused:
        planning.make_survey(asked, office.officer, office.at)
    assert refused.value.code == "opinions"


def test_only_who_keeps_plans_and_an_intake_officer_only_asks(office: Surveys) -> None:
    here = office.here
    with pytest.raises(Missing):
        survey_of(office.code, here.handler)
    assert survey_of(office.code, here.intake_officer)
    for deed in (planning.open_survey, listing.shred_list):
        with pytest.raises(Forbidden):
            deed(office.code, here.intake_officer, office.at)
    with pytest.raises(Forbidden):
        listing.bring_list(office.code, phone_list(), here.intake_officer, office.at)


def test_of_a_list_only_the_drawn_numbers_are_kept_and_none_can_be_read(office: Surveys) -> None:
    made = listing.bring_list(office.code, phone_list(), office.officer, office.at)
    assert (made.listed, made.drawn) == (201, 80 + 40)
    assert SurveyNumber.objects.count() == 120
    assert not any(b"139" in bytes(one.sealed) for one in SurveyNumber.objects.all())
    with pytest.raises(Refusal):
        listing.bring_list(office.code, phone_list(), office.officer, office.at)


def test_the_same_seed_draws_the_same_numbers(office: Surveys) -> None:
    office.open()
    listing.bring_list(office.code, phone_list(), office.officer, office.at)
    first = called(office)
    planning_again = Survey.objects.get(pk=office.survey.pk)
    assert planning_again.list_key is None
    listing.bring_list(office.code, phone_list(), office.officer, office.at)
    assert called(office) == first


def called(office: Surveys) -> set[str]:
    """All numbers that a caller is shown, one after the other; then the list is shredded."""
    shown = set()
    while (held := listing.take_number(office.code, office.officer, office.at)) is not None:
        shown.add(held.phone)
        listing.end_call(office.code, held.id, "refused", office.officer, office.at)
    listing.shred_list(office.code, office.officer, office.at)
    return shown


@pytest.mark.parametrize(
    "rows",
    [
        [["phone", "stratum", "name"], ["13900000001", STREETS[0], "x"]],
        [["phone"], ["13900000001"]],
        [["phone", "stratum"], ["13900000001", "elsewhere"]],
        [["phone", "stratum"], ["hello", STREETS[0]]],
        [["phone", "stratum"], ["13900000001", STREETS[0], "李雷"]],
        [],
    ],
)
def test_a_list_with_anything_else_is_refused_without_repeating_it(
    office: Surveys, rows: list[list[object]]
) -> None:
    with pytest.raises(Invalid) as refused:
        listing.bring_list(office.code, rows, office.officer, office.at)
    assert "13900000001" not in str(refused.value)
    assert not SurveyNumber.objects.exists()


def test_a_caller_holds_one_number_until_its_outcome(office: Surveys) -> None:
    office.open()
    listing.bring_list(office.code, phone_list(), office.officer, office.at)
    first = listing.take_number(office.code, office.officer, office.at)
    other = listing.take_number(office.code, office.here.intake_officer, office.at)
    assert first is not None and other is not None and first.phone != other.phone
    assert listing.take_number(office.code, office.officer, office.at) == first
    with pytest.raises(Refusal):
        listing.end_call(office.code, other.id, "refused", office.officer, office.at)
    later = office.at + listing.HELD + timedelta(minutes=1)
    assert listing.held_number(office.survey, office.officer, later) is None
    with pytest.raises(Refusal):
        listing.end_call(office.code, first.id, "refused", office.officer, later)


def test_what_is_done_is_deleted_and_counted_and_an_answer_leads_to_no_number(
    office: Surveys,
) -> None:
    office.open()
    listing.bring_list(office.code, phone_list(), office.officer, office.at)
    for outcome in ("answered", "refused", "wrong_number", "no_answer"):
        held = listing.take_number(office.code, office.officer, office.at)
        assert held is not None
        listing.end_call(office.code, held.id, outcome, office.officer, office.at, WHOLE)
        assert SurveyNumber.objects.filter(pk=held.id).exists() == (outcome == "no_answer")
    (answer,) = SurveyAnswer.objects.all()
    kept = {field.name for field in SurveyAnswer._meta.get_fields()}
    assert kept == {"id", "survey", "stratum", "channel", "version", "answers"}
    assert "better" not in answer.answers
    assert SurveyWords.objects.get().words == "路灯,请联系 •••"
    work = work_of(office.survey)
    assert work.phone["answered"] == work.phone["refused"] == work.phone["wrong_number"] == 1
    assert work.phone["waiting"] == 116 and work.left == 117
    assert not Change.objects.filter(verb__in=["survey_called", "survey_answered"]).exists()


def test_a_number_that_nobody_answers_is_tried_four_times(office: Surveys) -> None:
    office.open()
    rows = [["phone", "stratum"], [MARKER, STREETS[0]]]
    listing.bring_list(office.code, rows, office.officer, office.at)
    for outcome in ("no_answer", "call_back", "no_answer", "no_answer"):
        held = listing.take_number(office.code, office.officer, office.at)
        assert held is not None and held.phone == MARKER
        listing.end_call(office.code, held.id, outcome, office.officer, office.at)
    assert listing.take_number(office.code, office.officer, office.at) is None
    assert work_of(office.survey).phone == {"call_back": 1}


@pytest.mark.django_db(transaction=True)
def test_after_shredding_the_number_is_in_no_byte_of_database_or_files(
    office: Surveys,
) -> None:
    """A number is planted, called and shredded; the key that was kept beside it opens nothing more."""
    office.open()
    listing.bring_list(
        office.code, [["phone", "stratum"], [MARKER, STREETS[0]]], office.officer, office.at
    )
    held = listing.take_number(office.code, office.officer, office.at)
    assert held is not None and held.phone == MARKER
    found = planning.close_survey(office.code, office.officer, office.at)
    assert found.list_key is None and not SurveyNumber.objects.exists()
    with connection.cursor() as cursor:
        dumped = []
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 (names of our own tables)
            dumped += [
                repr(bytes(c) if isinstance(c, memoryview) else c)
                for row in cursor.fetchall()
                for c in row
            ]
    told = json.dumps(results_of(found), ensure_ascii=False)
    assert MARKER not in "".join(dumped) + told
    assert MARKER[-8:] not in "".join(dumped) + told
    if connection.vendor == "sqlite" and "memory" not in str(connection.settings_dict["NAME"]):
        assert MARKER.encode() not in every_byte()
    media = Path(settings.MEDIA_ROOT)
    assert not [
        one for one in media.rglob("*") if one.is_file() and MARKER.encode() in one.read_bytes()
    ]


def test_the_list_is_shredded_on_its_date_even_if_nobody_closes(office: Surveys) -> None:
    listing.bring_list(office.code, phone_list(), office.officer, office.at)
    assert forget_surveys(office.at + timedelta(days=34)) == 0
    assert SurveyNumber.objects.exists()
    assert forget_surveys(office.at + timedelta(days=35)) == 1
    assert not SurveyNumber.objects.exists()
    assert Survey.objects.get().list_key is None


def test_a_survey_whose_last_day_is_over_closes_by_itself(office: Surveys) -> None:
    office.open()
    listing.bring_list(office.code, phone_list(), office.officer, office.at)
    answering.make_links(office.code, STREETS[0], 3, office.officer, office.at)
    forget_surveys(office.at + timedelta(days=29))
    found = Survey.objects.get()
    assert found.state == "closed" and found.list_key is None and not found.counter_key
    assert not SurveyNumber.objects.exists() and not SurveyLink.objects.exists()
    assert work_of(found).phone == {"waiting": 120}


def test_a_link_gives_one_answer_and_nothing_leads_from_it_to_the_answer(office: Surveys) -> None:
    office.open()
    codes = answering.make_links(office.code, STREETS[1], 6, office.officer, office.at)
    kept = {one.mark for one in SurveyLink.objects.all()}
    assert not kept & set(codes)
    with pytest.raises(Invalid):
        answering.answer_by_link(office.code, "AAAA-BBBB-CCCC", WHOLE, office.at)
    answering.answer_by_link(office.code, codes[0].lower(), WHOLE, office.at)
    with pytest.raises(Refusal) as used:
        answering.answer_by_link(office.code, codes[0], WHOLE, office.at)
    assert used.value.code == "used"
    assert SurveyAnswer.objects.get().stratum.key == STREETS[1]
    assert SurveyLink.objects.filter(spent=True).count() == 1
    assert {f.name for f in SurveyLink._meta.get_fields()} == {
        "id",
        "survey",
        "stratum",
        "mark",
        "spent",
    }


def test_less_than_half_is_no_answer_and_leaves_the_link_as_it_was(office: Surveys) -> None:
    office.open()
    (code,) = answering.make_links(office.code, STREETS[1], 1, office.officer, office.at)
    with pytest.raises(Invalid):
        answering.answer_by_link(office.code, code, {"safe_day": "5", "clean": "1"}, office.at)
    assert not SurveyLink.objects.get().spent
    half = {key: WHOLE[key] for key in ("safe_night", "safe_day", "lighting", "clean")}
    answering.answer_by_link(office.code, code, half, office.at)
    assert work_of(office.survey).strata[1].stratum.counts.get().outcome == "partial"


def test_the_counter_needs_its_key_and_paper_a_post(office: Surveys) -> None:
    found = office.open()
    with pytest.raises(Missing):
        answering.answer_at_counter(office.code, "wrong", STREETS[0], WHOLE, office.at)
    answering.answer_at_counter(office.code, found.counter_key, STREETS[0], WHOLE, office.at)
    answering.answer_from_paper(
        office.code, STREETS[0], WHOLE, office.here.intake_officer, office.at
    )
    with pytest.raises(Missing):
        answering.answer_from_paper(office.code, STREETS[0], WHOLE, office.here.handler, office.at)
    assert sorted(SurveyAnswer.objects.values_list("channel", flat=True)) == ["counter", "paper"]


def test_mixing_leaves_no_order_to_join_words_and_answers_by(
    office: Surveys, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.open()
    (key,) = {STREETS[0]}
    for n in range(12):
        answering.answer_from_paper(
            office.code,
            key,
            {**WHOLE, "better": f"第{n}条", "clean": str(n % 5 + 1)},
            office.officer,
            office.at,
        )
    before = set(SurveyAnswer.objects.values_list("pk", flat=True))
    assert answering.mix_surveys() == 1
    assert SurveyAnswer.objects.count() == SurveyWords.objects.count() == 12
    assert not before & set(SurveyAnswer.objects.values_list("pk", flat=True))
