"""Questions to a reporter on the desk: asked after a look, answered by telephone, taken back."""

from django.urls import reverse

from commonward.cases.models import Report
from commonward.cases.queries.asked import questions_of
from commonward.cases.queries.followed import followed
from tests.doors.desk.conftest import Office, Page


def asked(office: Office, words: str = "Which gate is it, the east one?") -> tuple[Report, Page]:
    """A question of the officer's, sent after what the resident will read was shown."""
    report = office.district.report()
    path = reverse("desk:question_ask", args=[report.case.number])
    first = office.intake_officer.send(office.intake_officer.open(path), path, words=words)
    return report, office.intake_officer.send(first, path)


def test_a_question_is_sent_only_after_its_asker_saw_what_the_resident_will_read(
    office: Office,
) -> None:
    report = office.district.report()
    path = reverse("desk:question_ask", args=[report.case.number])
    shown = office.intake_officer.send(
        office.intake_officer.open(path), path, words="Call 13800138000, which gate?"
    )
    assert "The resident will read" in shown.text
    assert "Only this resident reads it" in shown.text
    assert questions_of(report.case_id) == ()
    after = office.intake_officer.send(shown, path)
    assert after.path == reverse("desk:case", args=[report.case.number])
    (one,) = followed(report.pk, office.district.at.replace(year=2099)).questions
    # As the preview showed it: nothing is hidden from the one who is asked.
    assert one.words == "Call 13800138000, which gate?"
    assert one.words in shown.text


def test_the_case_page_shows_what_was_asked_and_lets_an_answer_be_noted(office: Office) -> None:
    report, page = asked(office)
    assert "Which gate is it, the east one?" in page.text and "Not answered yet." in page.text
    assert "The reporter was asked" in page.text
    (question,) = questions_of(report.case_id)
    path = reverse("desk:question_answer", args=[report.case.number, question.id])
    assert path in page.links
    form = office.intake_officer.open(path)
    assert question.words in form.text
    after = office.intake_officer.send(form, path, words="The west one.")
    assert "The west one." in after.text and path not in after.links
    assert questions_of(report.case_id)[0].answer == "The west one."


def test_a_question_is_taken_back_once(office: Office) -> None:
    report, _page = asked(office)
    (question,) = questions_of(report.case_id)
    path = reverse("desk:question_withdraw", args=[report.case.number, question.id])
    after = office.intake_officer.send(office.intake_officer.open(path), path)
    assert "Taken back:" in after.text
    assert questions_of(report.case_id)[0].withdrawn
    assert office.intake_officer.open(path).status == 404


def test_whoever_does_not_work_on_the_case_reads_the_questions_and_cannot_ask(
    office: Office,
) -> None:
    report, _page = asked(office)
    page = office.leader.open(reverse("desk:case", args=[report.case.number]))
    assert "Which gate is it, the east one?" in page.text
    assert not [link for link in page.links if "/questions/" in link]
