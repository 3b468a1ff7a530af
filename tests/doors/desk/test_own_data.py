"""A reporter asks on the portal, an officer answers at the desk, and the reporter reads the answer."""

from django.test import Client
from django.urls import reverse

from commonward.cases.actions.receipts import new_link
from commonward.cases.models import DataRequest, Report
from tests.doors.desk.conftest import Office


def asks(report: Report, office: Office, **filled: str) -> tuple[Client, str]:
    portal = Client(headers={"accept-language": "en"})
    path = f"/my/{new_link(report.pk, office.district.at)}/kept/"
    assert f'value="{filled["wish"]}"' in portal.get(path).content.decode()
    sent = portal.post(path, filled, follow=True)
    assert "You get an answer until:" in sent.content.decode()
    return portal, path


def test_what_is_asked_on_the_portal_is_answered_at_the_desk_and_read_on_the_portal(
    office: Office,
) -> None:
    report = office.district.report(words="A lamp is out", public=True)
    portal, path = asks(report, office, wish="correct words", words="Two lamps are out")
    made = DataRequest.objects.get()
    at_desk = reverse("desk:data_request", args=[report.case.number, made.pk])
    assert at_desk in office.intake_officer.open("/desk/").links
    assert at_desk in office.duty_chief.open(
        reverse("desk:case", args=[report.case.number])
    ).links  # fmt: skip
    assert at_desk not in office.grid_worker.open("/desk/").links
    assert office.grid_worker.open(at_desk).status == 403
    form = office.intake_officer.open(at_desk)
    assert "Two lamps are out" in form.text
    office.intake_officer.send(form, at_desk, grant="yes", reason="Looked at it.")
    report.refresh_from_db()
    assert report.words == "Two lamps are out"
    answer = portal.get(path).content.decode()
    assert "It was done:" in answer and "Looked at it." in answer
    assert "complain to the authority" in answer
    timeline = portal.get(path.replace("kept/", "")).content.decode()
    assert "The office agreed to your request about your data" in timeline


def test_a_no_is_read_with_its_reason_and_what_cannot_be_asked_is_said(office: Office) -> None:
    report = office.district.report(words="A lamp is out", contact={"phone": "13911112222"})
    portal, path = asks(report, office, wish="erase all")
    made = DataRequest.objects.get()
    at_desk = reverse("desk:data_request", args=[report.case.number, made.pk])
    form = office.duty_chief.open(at_desk)
    office.duty_chief.send(form, at_desk, grant="no", reason="A court needs it.")
    answer = portal.get(path).content.decode()
    assert "The office said no, for this reason:" in answer and "A court needs it." in answer
    assert "13911112222" not in answer
    wrong = portal.post(path, {"wish": "correct contact"}).content.decode()
    assert "Write what it should say." in wrong
    assert "Choose what is to be" in portal.post(path, {"wish": "x"}).content.decode()
