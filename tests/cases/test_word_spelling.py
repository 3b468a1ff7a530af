"""The site's own words: who set them is kept, models take them at the next training, asked for or not."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, transaction

from commonward.cases.actions import training, word_settings
from commonward.cases.actions.word_asking import GIVEN_UP, ask_for_training, train_asked
from commonward.cases.actions.word_spelling import end_variant, leave_out, set_variant
from commonward.cases.models import WordModel, WordSettings, WordVariant
from commonward.cases.queries import spelling, suggested
from commonward.cases.queries.examples import unconfirmed
from commonward.cases.queries.reading import reading
from commonward.core.refusals import Forbidden, Invalid, Missing, Refusal
from commonward.core.rights import SYSTEM
from commonward.people.models import Change
from tests.corpus import closed_cases
from tests.district import AT, LAMP, District


def test_a_pair_is_kept_with_who_and_when_and_read_at_once(here: District) -> None:
    assert not suggested.offered("亮眼泡坏了").kinds
    set_variant(here.administrator, "亮眼泡", "路灯", "dialect", AT)
    [one] = spelling.rows()
    assert (one.written, one.meant, one.kind, one.at) == ("亮眼泡", "路灯", "dialect", AT)
    assert one.by
    assert suggested.offered("亮眼泡坏了").kinds[0].code == LAMP


def test_what_was_there_before_stands_in_the_record_of_changes(here: District) -> None:
    set_variant(here.administrator, "亮眼泡", "路灯", "dialect", AT)
    set_variant(here.administrator, "亮眼泡", "灯泡", "typo", AT)
    end_variant(here.administrator, "亮眼泡", AT)
    assert not WordVariant.objects.exists()
    kept = Change.objects.filter(about="亮眼泡").order_by("id")
    assert [one.verb for one in kept] == ["set_word_variant"] * 2 + ["end_word_variant"]
    assert [one.data.get("before") for one in kept] == [None, "路灯", None]
    assert {one.by_id for one in kept} == {here.administrator.account}


def test_a_pair_of_the_package_is_left_out_and_comes_back(here: District) -> None:
    leave_out(here.administrator, "单车", AT)
    assert spelling.table()("单车") == "单车"
    end_variant(here.administrator, "单车", AT)
    assert spelling.table()("单车") == "自行车"
    with pytest.raises(Missing):
        leave_out(here.administrator, "井盖", AT)


def test_a_circle_is_refused_and_nothing_is_kept(here: District) -> None:
    set_variant(here.administrator, "亮眼泡", "庭院灯具", "dialect", AT)
    for written, meant, field in (
        ("庭院灯具", "亮眼泡", "meant"),
        ("路凳", "路登", "meant"),
        ("灯", "路灯", "written"),
        ("路凳", "", "meant"),
        ("路凳", "路凳", "meant"),
        ("路凳" * 11, "路灯", "written"),
        ("13912345678", "路灯", "written"),
    ):
        with pytest.raises(Invalid) as refused:
            set_variant(here.administrator, written, meant, "typo", AT)
        assert refused.value.field == field
    with pytest.raises(Invalid):
        set_variant(here.administrator, "路凳", "路灯", "name", AT)
    assert list(spelling.pairs()) == ["亮眼泡"]


def test_a_pair_whose_end_would_close_a_circle_stays(here: District) -> None:
    # The package reads 单车 as 自行车; left out, other words may stand for it.
    leave_out(here.administrator, "单车", AT)
    set_variant(here.administrator, "两轮子", "单车", "dialect", AT)
    with pytest.raises(Invalid):
        end_variant(here.administrator, "单车", AT)
    assert spelling.table()("两轮子") == "单车"


def test_who_does_not_set_words_sets_none(here: District) -> None:
    for nobody in (here.duty_chief, here.leader, here.intake_officer, here.outsider):
        with pytest.raises(Forbidden):
            set_variant(nobody, "亮眼泡", "路灯", "dialect", AT)
        with pytest.raises(Forbidden):
            leave_out(nobody, "单车", AT)
        with pytest.raises(Forbidden):
            end_variant(nobody, "单车", AT)
        with pytest.raises(Forbidden):
            ask_for_training(nobody, AT)


def test_the_database_keeps_no_pair_that_means_itself(here: District) -> None:
    for given in ({"written": "路凳", "meant": "路凳"}, {"written": "", "meant": "路灯"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            WordVariant.objects.create(kind="typo", set_at=AT, **given)


def test_pairs_that_a_newer_package_contradicts_do_not_hold_and_say_why(here: District) -> None:
    WordVariant.objects.create(written="路灯", meant="灯具", kind="typo", set_at=AT)
    word_settings.set_reading(SYSTEM, AT, on=True)
    assert spelling.table()("路灯") == "路灯"
    assert spelling.contradiction() is not None


def test_another_table_is_learnt_the_next_night_and_by_no_model_before(
    here: District, tmp_path: Path
) -> None:
    closed_cases(tmp_path, AT)
    first = training.train(AT)
    night = AT + timedelta(days=1)
    assert not training.training_due(night)
    set_variant(here.administrator, "亮眼泡", "路灯", "dialect", AT)
    words = "北门的亮眼泡坏了，亮眼泡一闪一闪"
    now = suggested.offered(words)
    assert now.version == first.version
    assert spelling.taught_otherwise(reading().model)
    assert training.training_due(night)
    second = training.train(night)
    assert second.state == "champion", second.judged["because"]
    assert not spelling.taught_otherwise(reading().model)
    assert not training.training_due(night + timedelta(days=1))
    assert (
        suggested.offered(words).kinds == suggested.offered(words.replace("亮眼泡", "路灯")).kinds
    )
    training.roll_back(first.version, here.administrator, night)
    assert suggested.offered(words).kinds == now.kinds


def test_a_training_that_is_asked_for_is_done_once_by_the_worker(
    here: District, tmp_path: Path
) -> None:
    closed_cases(tmp_path, AT)
    assert train_asked(AT) is None
    ask_for_training(here.administrator, AT)
    assert not WordModel.objects.exists()
    with pytest.raises(Refusal):
        ask_for_training(here.administrator, AT)
    made = train_asked(AT)
    assert made is not None
    assert made.state == "champion"
    assert train_asked(AT) is None
    kept = WordSettings.objects.get()
    assert (kept.train_asked_at, kept.train_began_at, kept.train_said) == (None, None, {})
    assert Change.objects.filter(verb="ask_word_training", by=here.administrator.account).exists()


def test_why_an_asked_training_made_no_model_is_kept_for_who_asked(here: District) -> None:
    ask_for_training(here.administrator, AT)
    assert train_asked(AT) is None
    kept = WordSettings.objects.get()
    assert kept.train_asked_at is None
    assert kept.train_said["values"] == {"found": 0, "least": training.LEAST}
    ask_for_training(here.administrator, AT)
    assert WordSettings.objects.get().train_said == {}


def test_a_training_that_was_killed_is_done_again_and_never_twice_at_once(here: District) -> None:
    ask_for_training(here.administrator, AT)
    WordSettings.objects.update(train_began_at=AT)
    train_asked(AT + GIVEN_UP / 2)
    assert WordSettings.objects.get().train_began_at == AT
    train_asked(AT + GIVEN_UP)
    assert WordSettings.objects.get().train_began_at is None


def test_a_training_that_breaks_says_so(
    here: District, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed_cases(tmp_path, AT)
    ask_for_training(here.administrator, AT)

    def broken(*given: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(training, "_kept", broken)
    with pytest.raises(OSError, match="no space"):
        train_asked(AT)
    kept = WordSettings.objects.get()
    assert kept.train_asked_at is None
    assert "failed" in kept.train_said["text"]


def test_what_nobody_confirmed_is_read_for_its_words_alone_and_masked(here: District) -> None:
    here.report(LAMP, "路灯不亮，电话13912345678", at=AT)
    assert unconfirmed(AT) == []
    [one] = unconfirmed(AT + timedelta(hours=1))
    assert "路灯不亮" in one
    assert "139" not in one


@pytest.mark.parametrize(
    "words", ["Фонарь не горит возле дома", "La lampe de la rue est cassée", "가로등이 고장났어요"]
)
def test_other_languages_get_no_suggestion_before_and_after_a_training(
    here: District, tmp_path: Path, words: str
) -> None:
    assert suggested.offered(words).kinds == ()
    closed_cases(tmp_path, AT)
    training.train(AT)
    found = suggested.offered(words)
    assert found.calibrated
    assert found.kinds == ()
