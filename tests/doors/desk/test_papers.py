"""The papers of a case, and the danger that is handed over from its page."""

from datetime import timedelta

from django.urls import reverse

from commonward.cases import actions as cases
from commonward.cases.models import Event, Report, Task
from tests.district import POTHOLE
from tests.doors.desk.conftest import Office, Page


def case_page(office: Office, report: Report, who: str = "duty_chief") -> Page:
    found: Page = getattr(office, who).open(reverse("desk:case", args=[report.case.number]))
    return found


def ordered(office: Office, report: Report) -> Task:
    """A written order to the street office, ten minutes after the beginning."""
    (task,) = cases.ask_tasks(
        report.case.number, "supervision", [office.district.teams["street"]],
        "Say by tomorrow when it will be clean.", office.district.leader,
        office.district.at + timedelta(minutes=20),
    )  # fmt: skip
    return task


def test_the_case_page_lists_every_paper_with_what_is_owed(office: Office) -> None:
    report = office.district.report()
    office.district.handled(report)
    task = ordered(office, report)
    other = cases.add_report(
        report.case.number, cases.Said("portal", words="Me too"), office.district.at
    )
    page = case_page(office, report)
    number = report.case.number
    wanted = [
        reverse("desk:paper_file", args=[number]),
        reverse("desk:paper_receipt", args=[number, report.number]),
        reverse("desk:paper_receipt", args=[number, other.number]),
        reverse("desk:paper_order", args=[number, task.pk]),
    ]
    assert [link for link in page.links if "/papers/" in link] == wanted
    assert "Written order to Street office Reply owed, due" in page.text
    for path in wanted:
        assert office.duty_chief.open(path).status == 200, path


def test_a_written_order_shows_what_was_asked_and_the_reply(office: Office) -> None:
    report = office.district.report()
    office.district.handled(report)
    task = ordered(office, report)
    path = reverse("desk:paper_order", args=[report.case.number, task.pk])
    before = office.leader.open(path)
    assert "Say by tomorrow when it will be clean." in before.text and "None yet." in before.text
    cases.act_on_task(
        task.pk, "reply", office.district.street_handler,
        office.district.at + timedelta(minutes=60), {"words": "Clean by noon."},
    )  # fmt: skip
    after = office.leader.open(path)
    assert "Clean by noon." in after.text and "None yet." not in after.text
    assert "Replied" in case_page(office, report, "leader").text


def test_the_file_holds_what_was_told_and_all_that_happened_in_its_order(office: Office) -> None:
    report = office.district.report(POTHOLE, "A deep hole.", answers={"HOWDEEP": 12})
    office.district.handled(report)
    page = office.dispatcher.open(reverse("desk:paper_file", args=[report.case.number]))
    assert "A deep hole." in page.text and "How deep is it" in page.text and "12" in page.text
    events = Event.objects.filter(case=report.case)
    assert page.html.count('class="event') == events.count() + 1, "one list, one line for each"
    assert page.text.index("Opened") < page.text.rindex("Dispatch")


def test_a_receipt_names_neither_the_reporter_nor_the_secret_link(office: Office) -> None:
    report = office.district.report(contact={"last_name": "Zhang", "phone": "13800138000"})
    path = reverse("desk:paper_receipt", args=[report.case.number, report.number])
    page = office.intake_officer.open(path)
    assert page.heading == "Receipt" and report.number in page.text
    assert "Zhang" not in page.html and "13800138000" not in page.html
    assert "/my/" not in page.html


def test_papers_of_another_case_are_not_given(office: Office) -> None:
    report, other = office.district.report(), office.district.report()
    task = ordered(office, other)
    for name, of in (("receipt", other.number), ("order", task.pk)):
        path = reverse(f"desk:paper_{name}", args=[report.case.number, of])
        assert office.duty_chief.open(path).status == 404


def test_danger_is_handed_over_from_an_open_case_with_one_press(office: Office) -> None:
    report = office.district.report(words="It smells of gas.")
    page = case_page(office, report)
    path = reverse("desk:danger", args=[report.case.number])
    after = office.duty_chief.send(page, path, to="119", words="Gas, ground floor.")
    assert after.path == reverse("desk:case", args=[report.case.number])
    assert "Danger handed over" in after.text and "Handed to 119" in after.text
    assert "Gas, ground floor." in after.text
    event = Event.objects.get(case=report.case, verb="handed_over")
    assert event.data == {"emergency": "119"}
    assert event.from_stage == event.to_stage, "the case goes on as it is"


def test_danger_is_noted_although_somebody_changed_the_case_meanwhile(office: Office) -> None:
    report = office.district.report()
    page = case_page(office, report)
    office.district.act(report, "accept", office.district.intake_officer, 2)
    path = reverse("desk:danger", args=[report.case.number])
    office.duty_chief.send(page, path, to="120")
    assert Event.objects.filter(case=report.case, verb="handed_over").exists()


def test_danger_goes_to_no_other_number_and_from_no_closed_case(office: Office) -> None:
    report = office.district.report()
    path = reverse("desk:danger", args=[report.case.number])
    wrong = office.duty_chief.send(case_page(office, report), path, to="12345")
    assert "Choose one of those that are offered." in wrong.text
    office.district.closed(report)
    assert 'class="danger-hand"' not in case_page(office, report).html
    assert "The case is closed" in office.duty_chief.open(path).text
    assert not Event.objects.filter(case=report.case, verb="handed_over").exists()
