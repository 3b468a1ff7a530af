"""Known already? Public reports near the place that is told of, while it is told; joined or not."""

from datetime import timedelta

import pytest
from django.utils import timezone

from commonward.areas.models import PlaceName
from commonward.cases.models import Case, Report, SameAnswer
from commonward.people.actions import raise_revision
from tests.district import LAMP, District
from tests.doors.portal.conftest import Resident, last_report

SAID = "惠民花园门口路灯不亮 lamp dark"


@pytest.fixture
def known(district: District) -> Report:
    """An open lamp in the middle of a grid, and the name of the estate there."""
    lat, lon = district.inside()
    PlaceName.objects.create(
        name="惠民花园", kind="estate", lat=lat, lon=lon, source="t", licence="l"
    )
    raise_revision("gazetteer")
    at = timezone.now() - timedelta(hours=1)
    return district.report(LAMP, "路灯不亮，电话139 1234 5678", at=at)


def test_without_a_script_the_next_page_shows_it_and_one_button_joins(
    resident: Resident, known: Report
) -> None:
    page = resident.send(resident.open("/report/"), words=SAID)
    assert page.step == "category"
    assert "This was reported near by already:" in page.text
    assert f'value="{known.number}"' in page.html
    assert "139 1234" not in page.html
    contact = resident.send(page, join=known.number)
    assert contact.step == "contact"
    resident.send(resident.send(contact))
    assert last_report().case_id == known.case_id
    assert Case.objects.count() == 1
    kept = SameAnswer.objects.get()
    assert (kept.case_id, kept.same_id, kept.where) == (known.case_id, known.case_id, "portal")


def test_while_somebody_types_it_is_found_by_the_place_in_the_words_and_nothing_is_kept(
    resident: Resident, known: Report
) -> None:
    page = resident.open("/report/")
    part = resident.send(page, "/report/near/", words=SAID)
    assert known.number in part.html
    assert known.number not in resident.send(page, "/report/near/", words="路灯不亮").html
    assert known.number not in resident.send(page, "/report/near/", words="惠民花园很美").html
    assert Report.objects.count() == 1
    assert not SameAnswer.objects.exists()


def test_what_is_not_public_is_never_shown_whatever_is_typed(
    resident: Resident, known: Report
) -> None:
    Case.objects.update(public=False)
    Report.objects.update(public=False)
    page = resident.open("/report/")
    assert known.number not in resident.send(page, "/report/near/", words=SAID).html
    following = resident.send(page, words=SAID)
    assert "reported near by" not in following.text
    refused = resident.send(following, join=known.number)
    assert refused.step == "category"
    assert "please go on" in refused.text


def test_who_says_another_problem_is_kept_without_who(resident: Resident, known: Report) -> None:
    lat, lon = (f"{one:.6f}" for one in (known.lat, known.lon))
    resident.send(resident.told(SAID, category=LAMP, lat=lat, lon=lon))
    kept = SameAnswer.objects.get()
    assert kept.same_id is None
    assert kept.case_id == last_report().case_id != known.case_id
    assert [one["case"] for one in kept.looked] == [known.case_id]


def test_the_key_enter_presses_next_and_joins_nothing(resident: Resident, known: Report) -> None:
    page = resident.send(resident.open("/report/"), words=SAID)
    form = page.html[page.html.index('id="question"') :]
    first = form[form.index("<button") :].split(">", 1)[0]
    assert 'value="next"' in first
