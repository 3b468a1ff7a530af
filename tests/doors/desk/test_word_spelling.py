"""The table of words at the desk: tried, kept, refused in words; a training asked for, not waited for."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commonward.cases import actions as cases
from commonward.cases.actions import suggesting, word_settings
from commonward.cases.actions.opening import Said
from commonward.cases.actions.word_asking import ask_for_training
from commonward.cases.actions.word_spelling import set_variant
from commonward.cases.models import Case, Suggestion, WordModel, WordSettings, WordVariant
from commonward.core.rights import SYSTEM
from tests.corpus import closed_cases
from tests.district import LAMP, District
from tests.doors.desk.conftest import Office

HERE, WORDS = "/desk/admin/words/spelling/", "/desk/admin/words/"
OTHER = "0999"


@pytest.fixture
def here(set_up: District, db: None) -> Iterator[Office]:
    """Everybody at their desk."""
    yield Office(set_up)


def keep(here: Office, **given: str) -> Any:
    page = here.administrator.open(HERE)
    return here.administrator.send(page, HERE, **{"do": "keep", "kind": "dialect", **given})


def test_a_pair_is_added_changed_and_taken_away_with_who_set_it(here: Office) -> None:
    page = keep(here, written="亮眼泡", meant="路灯")
    assert "“亮眼泡” is read as “路灯”." in page.text
    assert "Administrator" in page.text
    page = keep(here, written="亮眼泡", meant="灯泡")
    assert WordVariant.objects.get().meant == "灯泡"
    page = here.administrator.send(page, HERE, do="end", written="亮眼泡")
    assert "None yet: the package's table holds." in page.text


def test_a_pair_of_the_package_is_left_out(here: Office) -> None:
    page = here.administrator.open(HERE)
    page = here.administrator.send(page, HERE, do="out", written="单车")
    assert "“单车” is read as it is written." in page.text
    assert "(package: 自行车)" in page.text


@pytest.mark.parametrize(
    ("written", "meant", "told"),
    [
        ("", "路灯", "Give a word."),
        ("灯", "路灯", "too short"),
        ("路凳" * 11, "路灯", "at most 20 characters"),
        ("路凳 3", "路灯", "no blank and no number"),
        ("路凳", "路登", "go round in a circle"),
        ("路灯", "灯具", "go round in a circle"),
    ],
)
def test_what_cannot_be_kept_is_refused_in_words_and_what_was_typed_stays(
    here: Office, written: str, meant: str, told: str
) -> None:
    page = keep(here, written=written, meant=meant)
    assert page.status == 422
    assert told in page.text
    assert f'value="{meant}"' in page.html
    assert not WordVariant.objects.exists()


def test_a_few_words_are_tried_before_anything_is_kept(here: Office) -> None:
    page = here.administrator.open(HERE, text="亮眼泡坏了", written="亮眼泡", meant="路灯")
    assert "亮眼泡坏了" in page.text
    assert "路灯坏了" in page.text
    assert not WordVariant.objects.exists()
    page = here.administrator.open(HERE, text="亮眼泡坏了")
    assert "Both read the same." in page.text
    page = here.administrator.open(HERE, text="路灯", written="路凳", meant="路登")
    assert "go round in a circle" in page.text


def test_the_chief_reads_the_table_and_tries_words_and_sets_nothing(here: Office) -> None:
    set_variant(SYSTEM, "亮眼泡", "路灯", "dialect", timezone.now())
    page = here.duty_chief.open(HERE, text="亮眼泡坏了")
    assert "路灯坏了" in page.text
    assert not [form for form in page.forms if form.method == "post" and form.action == HERE]
    client = here.browser("duty_chief").client
    client.handler.enforce_csrf_checks = False
    for given in ({"do": "keep", "written": "路凳", "meant": "路灯", "kind": "typo"}, {"do": "end", "written": "亮眼泡"}):  # fmt: skip
        assert client.post(HERE, given).status_code in (403, 422)
    assert client.post(WORDS, {"do": "train"}).status_code in (403, 422)
    assert list(WordVariant.objects.values_list("written", flat=True)) == ["亮眼泡"]
    assert not WordSettings.objects.exclude(train_asked_at=None).exists()


def test_the_page_asks_as_many_queries_for_many_pairs_as_for_one(here: Office) -> None:
    def asked() -> int:
        here.administrator.open(HERE)
        with CaptureQueriesContext(
            connection,
        ) as caught:
            here.administrator.open(HERE)
        return len(caught)

    set_variant(SYSTEM, "亮眼泡", "路灯", "dialect", timezone.now())
    before = asked()
    for number in range(20):
        set_variant(SYSTEM, f"亮眼{chr(0x4E00 + number)}泡", "路灯", "dialect", timezone.now())
    assert asked() == before


def test_train_now_queues_and_the_worker_does_it(here: Office, tmp_path: Any) -> None:
    closed_cases(tmp_path, timezone.now() - timedelta(days=1))
    page = here.administrator.open(WORDS)
    page = here.administrator.send(page, WORDS, do="train")
    assert "Asked for by Administrator" in page.text
    assert "Train now" not in [value for form in page.forms for _, value in form.buttons]
    assert not WordModel.objects.exists()
    call_command("plan")
    assert WordModel.objects.get().state == "champion"
    page = here.administrator.open(WORDS)
    assert "Asked for by" not in page.text
    assert "Nothing was trained yet" not in page.text


def test_the_worker_says_on_the_page_why_it_made_no_model(here: Office) -> None:
    ask_for_training(SYSTEM, timezone.now())
    call_command("plan")
    page = here.administrator.open(WORDS)
    assert "The training that was asked for made no model:" in page.text
    assert "confirmed cases; a model needs 200" in page.text


def test_a_report_in_another_language_is_filed_as_ever_and_a_person_says_what_it_is(
    here: Office,
) -> None:
    at = timezone.now()
    words = "Фонарь у дома не горит, очень темно"
    cases.set_category(OTHER, "其他", name_en="Other", parent="03")
    word_settings.set_reading(SYSTEM, at, on=True, unsorted=OTHER)
    page = here.intake_officer.open("/desk/intake/", words=words)
    assert "It may be" not in page.text
    lat, lon = District.inside()
    sent = here.intake_officer.send(
        page, "/desk/intake/", words=words, category=LAMP, lat=str(lat), lon=str(lon), go="file"
    )
    assert sent.status == 200
    assert Case.objects.get().category.code == LAMP
    assert not Suggestion.objects.exists()
    report = suggesting.open_unsorted(Said(channel="portal", words=words, lat=lat, lon=lon), at)
    page = here.dispatcher.open("/desk/sort/")
    assert words[:20] in page.text
    here.dispatcher.send(page, f"/desk/cases/{report.case.number}/sort/", other="Street lamp")
    assert Case.objects.get(pk=report.case_id).category.code == LAMP
    assert Suggestion.objects.get().given == []
