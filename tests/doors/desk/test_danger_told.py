"""What told of danger, on the desk: above every list, on its case, seen with one press."""

from django.urls import reverse

from commonward.cases.models import Event
from tests.doors.desk.conftest import Office

FIRE = "楼道着火了，快来人"
PAGES = ("desk:home", "desk:queue", "desk:intake")


def test_it_stands_above_home_queue_and_intake_with_number_and_reason(office: Office) -> None:
    report = office.district.report(words=FIRE)
    for name in PAGES:
        page = office.intake_officer.open(reverse(name))
        assert "Perhaps danger now" in page.text, name
        assert "Fire or smoke" in page.text and "119" in page.text and "“着火”" in page.text
        assert reverse("desk:case", args=[report.case.number]) in page.links
    assert "perhaps danger" in office.intake_officer.open(reverse("desk:queue")).text
    for login in ("handler", "administrator"):
        part = getattr(office, login).open(reverse("desk:dangers"))
        assert part.text == ""


def test_where_nothing_was_told_nothing_is_said(office: Office) -> None:
    report = office.district.report()
    for path in (*map(reverse, PAGES), reverse("desk:case", args=[report.case.number])):
        assert "danger now" not in office.intake_officer.open(path).text


def test_one_press_says_who_has_seen_it(office: Office) -> None:
    report = office.district.report(words=FIRE)
    path = reverse("desk:case", args=[report.case.number])
    page = office.duty_chief.open(path)
    assert "Perhaps danger now" in page.text and "danger-rules-4" in page.text
    after = office.duty_chief.send(page, reverse("desk:danger_seen", args=[report.case.number]))
    assert after.path == path
    assert "Perhaps danger now" not in after.text and "has seen it." in after.text
    assert "A person has seen the danger" in after.text and "Its words told of danger" in after.text
    assert Event.objects.filter(verb="danger_seen").count() == 1
    assert office.dispatcher.open(reverse("desk:dangers")).text == ""


def test_from_the_list_it_leads_back_to_the_list(office: Office) -> None:
    report = office.district.report(words=FIRE)
    page = office.dispatcher.open(reverse("desk:home"))
    sent = reverse("desk:danger_seen", args=[report.case.number])
    assert office.dispatcher.send(page, sent, back="home").path == reverse("desk:home")


def test_a_call_taken_on_the_line_alarms_the_others_too(office: Office) -> None:
    page = office.intake_officer.open(reverse("desk:intake"))
    lat, lon = office.district.inside()
    office.intake_officer.send(
        page, reverse("desk:intake"), words=FIRE, category="0301",
        lat=str(lat), lon=str(lon), go="file",
    )  # fmt: skip
    assert "Perhaps danger now" in office.dispatcher.open(reverse("desk:home")).text


def test_a_script_is_answered_by_what_still_waits(office: Office) -> None:
    first, other = (office.district.report(words=FIRE).case.number for _ in range(2))
    page = office.dispatcher.open(reverse("desk:home"))
    part = office.dispatcher.send(page, reverse("desk:danger_seen", args=[first]), part="1")
    assert other in part.text and first not in part.text
