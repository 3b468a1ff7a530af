"""Suggestions at the desk: accepted with one click, kept, measured, switched off, taken back."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from commonward.cases import actions as cases
from commonward.cases.actions import suggesting, training, word_settings
from commonward.cases.actions.opening import Said
from commonward.cases.models import AutoRoute, Case, Suggestion, WordModel
from commonward.cases.queries.reading import reading
from commonward.core.rights import SYSTEM
from tests.corpus import closed_cases
from tests.district import LAMP, RUBBISH, District
from tests.doors.desk.conftest import Office

OTHER = "0999"
WORDS = "北门的路灯整夜漆黑，灯泡不亮了，照明灯也一闪一闪，已经好几天了，灯杆旁的庭院灯没有灯泡，the street lamp is dark"


@pytest.fixture(scope="module")
def taught(
    set_up: District, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[District]:
    """The district with a model of its own and a category for what nobody sorted."""
    at = timezone.now() - timedelta(days=1)
    with django_db_blocker.unblock(), transaction.atomic():
        closed_cases(tmp_path_factory.mktemp("corpus"), at)
        assert training.train(at).state == "champion"
        cases.set_category(OTHER, "其他", name_en="Other", parent="03")
        word_settings.set_reading(SYSTEM, at, on=True, unsorted=OTHER)
        yield set_up
        transaction.set_rollback(True)


@pytest.fixture
def here(taught: District, db: None) -> Office:
    """Everybody at their desk there."""
    return Office(taught)


def told(words: str = WORDS) -> Case:
    lat, lon = District.inside()
    report = suggesting.open_unsorted(
        Said(channel="portal", words=words, lat=lat, lon=lon), timezone.now()
    )
    return Case.objects.select_related("category").get(pk=report.case_id)


def routed(confidence: float = 0.6) -> Case:
    word_settings.set_route(SYSTEM, LAMP, confidence, "Lamps are plain.", timezone.now())
    case = told()
    assert case.category.code == LAMP
    return case


def test_the_intake_shows_how_sure_the_model_is_and_why(here: Office) -> None:
    page = here.intake_officer.open("/desk/intake/", words=WORDS)
    assert "Street lamp" in page.text
    assert " %" in page.text
    assert ("suggested", LAMP) in page.form("/desk/intake/").buttons


def test_what_the_officer_chose_is_kept_beside_what_was_suggested(here: Office) -> None:
    lat, lon = District.inside()
    page = here.intake_officer.open("/desk/intake/", words=WORDS)
    sent = here.intake_officer.send(
        page, "/desk/intake/", words=WORDS, category=LAMP, lat=str(lat), lon=str(lon), go="file"
    )
    assert sent.status == 200
    kept = Suggestion.objects.get()
    assert kept.accepted
    assert kept.decided_by is not None
    assert kept.decided_by.login == "intake_officer"


def test_without_a_kind_it_waits_in_the_list_and_one_click_sorts_it(here: Office) -> None:
    case = told()
    page = here.dispatcher.open("/desk/sort/")
    assert case.number in page.text
    form = page.form(f"/desk/cases/{case.number}/sort/")
    assert ("kind", LAMP) in form.buttons
    page = here.dispatcher.send(page, f"/desk/cases/{case.number}/sort/", kind=LAMP)
    assert page.heading == "To sort"
    assert "Nothing waits to be sorted." in page.text
    case.refresh_from_db()
    assert case.category.code == LAMP
    page = here.dispatcher.open(f"/desk/cases/{case.number}/")
    assert "Dispatcher chose “Street lamp”" in page.text
    assert "A person said what it is" in page.text


def test_the_same_on_the_cases_own_page_also_another_kind_by_its_name(here: Office) -> None:
    case = told()
    page = here.intake_officer.open(f"/desk/cases/{case.number}/")
    assert "What its words suggest" in page.text
    done = here.intake_officer.send(
        page, f"/desk/cases/{case.number}/sort/", other="Exposed rubbish"
    )
    assert "Exposed rubbish" in done.text
    assert Suggestion.objects.get().chosen == RUBBISH


def test_a_leader_sees_what_was_suggested_and_cannot_decide(here: Office) -> None:
    case = told()
    page = here.leader.open(f"/desk/cases/{case.number}/")
    assert "A person has not decided yet." in page.text
    assert f"/desk/cases/{case.number}/sort/" not in page.html


def test_a_routed_case_says_so_and_one_click_gives_it_back(here: Office) -> None:
    case = routed()
    page = here.dispatcher.open(f"/desk/cases/{case.number}/")
    version = WordModel.objects.get(state="champion").version
    assert "Routed without a person." in page.text
    assert version in page.text
    assert "Routed by its words, without a person" in page.text
    page = here.dispatcher.send(page, f"/desk/cases/{case.number}/sort/", do="back")
    assert "A person sorts this case now." in page.text
    case.refresh_from_db()
    assert case.category.code == OTHER
    assert case.number in here.dispatcher.open("/desk/sort/").text


def test_two_at_one_case_are_told(here: Office) -> None:
    case = told()
    first = here.dispatcher.open("/desk/sort/")
    here.duty_chief.send(
        here.duty_chief.open("/desk/sort/"), f"/desk/cases/{case.number}/sort/", kind=LAMP
    )
    late = here.dispatcher.send(first, f"/desk/cases/{case.number}/sort/", kind=RUBBISH)
    assert late.status in (404, 422)
    assert Suggestion.objects.get().chosen == LAMP


def test_the_page_of_administration_shows_the_model_and_its_card(here: Office) -> None:
    row = WordModel.objects.get(state="champion")
    page = here.administrator.open("/desk/admin/words/")
    assert f"Model {row.version} answers" in page.text
    assert "a person decides everywhere" in page.text
    card = here.administrator.open(f"/desk/admin/words/models/{row.version}/")
    for part in ("By category", "By length", "By kind of area", "Known failures", "Street lamp"):
        assert part in card.text


def test_the_chief_reads_and_sets_nothing(here: Office) -> None:
    page = here.duty_chief.open("/desk/admin/words/")
    assert page.status == 200
    assert not [f for f in page.forms if f.action == "/desk/admin/words/"]
    kind = here.duty_chief.open(f"/desk/admin/words/kinds/{LAMP}/")
    assert "were right" in kind.text
    given = {"do": "keep", "confidence": "90", "reason": "x"}
    client = here.browser("duty_chief").client
    client.handler.enforce_csrf_checks = False
    answer = client.post(f"/desk/admin/words/kinds/{LAMP}/", given)
    assert answer.status_code in (403, 422)
    assert not AutoRoute.objects.exists()


def test_the_slider_shows_what_was_measured_without_a_script(here: Office) -> None:
    page = here.administrator.open(f"/desk/admin/words/kinds/{LAMP}/", confidence="70")
    assert "At 70 %:" in page.text
    assert "% were right" in page.text
    page = here.administrator.send(
        page,
        f"/desk/admin/words/kinds/{LAMP}/",
        do="keep",
        confidence="70",
        reason="They are plain.",
    )
    assert "From 70 % on this kind needs no person." in page.text
    kept = AutoRoute.objects.get()
    assert kept.precision is not None
    assert kept.set_by is not None
    assert kept.set_by.login == "administrator"
    overview = here.administrator.open("/desk/admin/words/")
    assert "They are plain." in overview.text
    page = here.administrator.open(f"/desk/admin/words/kinds/{LAMP}/")
    here.administrator.send(page, f"/desk/admin/words/kinds/{LAMP}/", do="end")
    assert not AutoRoute.objects.exists()


@pytest.mark.parametrize("code", ["D201", "E-1", "none", "9999"])
def test_a_category_that_there_is_not_is_said_so(here: Office, code: str) -> None:
    assert here.administrator.open(f"/desk/admin/words/kinds/{code}/").status == 404


@pytest.mark.parametrize("given", ["", "101", "-3", "٥٥", "999999999999", "nan"])
def test_a_confidence_that_is_none_is_refused_in_words(here: Office, given: str) -> None:
    page = here.administrator.open(f"/desk/admin/words/kinds/{LAMP}/", confidence="80")
    page = here.administrator.send(
        page, f"/desk/admin/words/kinds/{LAMP}/", do="keep", confidence=given, reason="Why not."
    )
    assert page.status == 422
    assert not AutoRoute.objects.exists()


def test_switched_off_the_intake_suggests_nothing(here: Office) -> None:
    page = here.administrator.open("/desk/admin/words/")
    page = here.administrator.send(page, "/desk/admin/words/", do="switch", on="0", unsorted=OTHER)
    assert "No words are read from now on." in page.text
    assert not reading().on
    assert "It may be" not in here.intake_officer.open("/desk/intake/", words=WORDS).text


def test_one_click_takes_an_earlier_model_back(here: Office, tmp_path: Any) -> None:
    first = WordModel.objects.get(state="champion").version
    at = timezone.now()
    closed_cases(tmp_path, at, count=60, days=1, seed=5, name="more")
    assert training.train(at).state == "champion"
    page = here.administrator.open("/desk/admin/words/")
    page = here.administrator.send(page, "/desk/admin/words/", do="back", version=first)
    assert f"{first} answers again." in page.text
    now = reading().model
    assert now is not None
    assert now.version == first
