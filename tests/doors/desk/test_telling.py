"""The desk tells by hand whom no mail reaches, and an administrator names an office's mailbox."""

from typing import Any

import pytest

from commonward.disputes import actions as disputes
from commonward.disputes.models import InterpretingService, Notice, OfficeMail, Session
from tests.chosen import appointed, choosing
from tests.district import ZONE
from tests.doors.desk.conftest import Colleague, Office, Page
from tests.talks import Talks, mediation


@pytest.fixture
def talks(office: Office) -> Talks:
    """Mediation in the district of the office."""
    return mediation(office.district)


def sends(desk: Colleague, path: str, **given: Any) -> Page:
    """A form of that page with these fields."""
    token = next(
        form.fields["csrfmiddlewaretoken"][0]
        for form in desk.open(path).forms
        if "csrfmiddlewaretoken" in form.fields
    )
    return desk.post(path, {"csrfmiddlewaretoken": token, **given})


def test_whoever_gave_no_address_stands_on_the_list_until_a_person_told_them(
    office: Office, talks: Talks
) -> None:
    made = talks.registered()
    disputes.take_step(made.number, "contact", talks.coordinator, talks.later(20))
    disputes.invite(made.number, "b", talks.coordinator, talks.later(21))
    desk = office.browser("coordinator")
    page = desk.open("/desk/disputes/to-tell/")
    assert "赵小梅" in page.html and made.number in page.html
    (notice,) = Notice.objects.all()
    sends(desk, "/desk/disputes/to-tell/", do="told", notice=notice.pk, how="phone")
    notice.refresh_from_db()
    assert notice.told_how == "phone" and notice.told_by_id == talks.accounts["coordinator"]
    assert made.number not in desk.open("/desk/disputes/to-tell/").html


def test_nobody_reads_or_notes_what_is_to_be_told_of_anothers_dispute(
    office: Office, talks: Talks
) -> None:
    made = talks.registered()
    disputes.take_step(made.number, "contact", talks.coordinator, talks.later(20))
    disputes.invite(made.number, "b", talks.coordinator, talks.later(21))
    other = office.browser("second_mediator")
    assert made.number not in other.open("/desk/disputes/to-tell/").html
    (notice,) = Notice.objects.all()
    given = {"do": "told", "notice": notice.pk, "how": "phone"}
    assert sends(other, "/desk/disputes/to-tell/", **given).status == 404
    notice.refresh_from_db()
    assert notice.told_at is None


def test_an_administrator_names_the_courts_mailbox_and_reads_what_is_wrong(
    office: Office, talks: Talks
) -> None:
    desk = office.browser("administrator")
    path = f"/desk/admin/teams/{talks.teams['court']}/"
    page = sends(
        desk,
        path,
        do="mail",
        address="court@court.example.org",
        language="en",
        certificate="rubbish",
    )
    assert page.status == 422 and "rubbish" in page.html and "X.509" in page.html
    sends(desk, path, do="mail", address="court@court.example.org", language="en", certificate="")
    assert OfficeMail.objects.get().address == "court@court.example.org"
    assert "court@court.example.org" in desk.open(path).html
    roads = f"/desk/admin/teams/{talks.here.teams['roads']}/"
    assert "certificate" not in desk.open(roads).html


def test_needs_are_noted_at_the_counter_and_the_search_shows_and_uses_them(
    office: Office, talks: Talks
) -> None:
    case = choosing(talks)
    appointed(case)
    desk = office.browser("coordinator")
    path = f"/desk/disputes/{case.number}/sides/b/"
    wrong = sends(desk, path, do="keep", wants="Keep the wall.", away="soon")
    assert wrong.status == 422 and "Give a day." in wrong.text
    kept = sends(desk, path, do="keep", wants="Keep the wall.", hour=["thu-pm"], language="ug",
                 interpreter="1")  # fmt: skip
    assert "Keep the wall." in kept.text and "can come: Thursday afternoon" in kept.text
    service = {"do": "service", "service_name": "翻译中心", "service_language": ["ug"]}
    sends(desk, "/desk/disputes/mediators/", **service)
    page = desk.open(f"/desk/disputes/{case.number}/sessions/")
    form = next(f for f in page.forms if ("do", "plan") in f.buttons)
    (slot,) = form.fields["slot"]
    assert slot.endswith(f"|{InterpretingService.objects.get().pk}")
    assert form.fields["language"] == ["ug"]
    planned = desk.post(f"/desk/disputes/{case.number}/sessions/",
                        {**form.fields, "do": "plan", "interpreter": "阿依古丽"})  # fmt: skip
    assert "翻译中心" in planned.text and "阿依古丽" in planned.text
    made = Session.objects.get()
    assert (made.language, made.start.astimezone(ZONE).weekday()) == ("ug", 3)
