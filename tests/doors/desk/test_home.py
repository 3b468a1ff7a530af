"""The own work first: what waits, what changed, what would go wrong in silence, saved views."""

from datetime import timedelta

import pytest
from django.utils import timezone

from commonward.areas import actions as areas
from commonward.cases import actions as cases
from commonward.cases.actions.delivering import STUCK_AFTER as MAIL_STUCK_AFTER
from commonward.cases.actions.subscribing import subscribe
from commonward.cases.actions.ticking import STUCK_AFTER
from commonward.cases.models import Case, Clock, Delivery, SavedView
from commonward.core.rights import SYSTEM
from commonward.people import actions as people
from commonward.people.models import LastLook
from tests.district import LAMP, RUBBISH, SINCE
from tests.doors.desk.conftest import Office

HOME = "/desk/"


def test_what_waits_for_my_teams_stands_first_with_lights_in_words(office: Office) -> None:
    district = office.district
    late = district.report(standard=district.standards[RUBBISH], words="A heap at the school")
    district.handled(late)
    Case.objects.filter(pk=late.case_id).update(due_at=timezone.now() - timedelta(hours=3))
    district.handled(district.report(words="A bag at the gate"))
    page = office.street_handler.open(HOME)
    assert "2 Being handled" in page.text
    assert "1 overdue" in page.text
    assert "1 in time" in page.text
    assert page.text.index("A heap at the school") < page.text.index("A bag at the gate")
    assert "3 h late" in page.text
    assert "/desk/queue/?stage=handle&mine=yes" in page.links
    assert "No case waits for your teams." in office.second_handler.open(HOME).text


def test_a_task_asked_of_my_team_is_shown_with_its_clock(office: Office) -> None:
    district = office.district
    report = district.report()
    district.handled(report)
    at = district.at + timedelta(minutes=20)
    cases.ask_tasks(
        report.case.number, "whistle", [district.teams["lamps"]], "Come.", district.dispatcher, at
    )
    page = office.second_handler.open(HOME)
    assert "Whistle: Exposed rubbish" in page.text
    assert "overdue" in page.text


def test_what_others_changed_is_shown_until_i_say_that_i_have_seen_it(office: Office) -> None:
    report = office.district.report(words="A heap")
    office.district.handled(report)
    number, now = report.case.number, timezone.now()
    cases.act(number, "note", office.district.leader, now, {"words": "Hurry."})
    page = office.street_handler.open(HOME)
    assert "Note · Leader" in page.text
    page = office.street_handler.send(page, "/desk/seen/")
    assert "Noted" in page.text
    assert "Note · Leader" not in page.text
    assert LastLook.objects.count() == 1
    cases.act(number, "note", office.district.leader, timezone.now(), {"words": "Now."})
    assert "Note · Leader" in office.street_handler.open(HOME).text


@pytest.mark.parametrize("until", ["", "yesterday", "2026-01-01T00:00:00"])
def test_a_moment_that_is_none_is_refused_and_nothing_is_noted(office: Office, until: str) -> None:
    report = office.district.report()
    office.district.handled(report)
    cases.act(
        report.case.number, "note", office.district.leader, timezone.now(), {"words": "Hurry."}
    )
    page = office.street_handler.open(HOME)
    page = office.street_handler.send(page, "/desk/seen/", until=until)
    assert "This page is too old" in page.text
    assert not LastLook.objects.exists()


def test_nobody_has_seen_what_is_yet_to_come(office: Office) -> None:
    report = office.district.report()
    office.district.handled(report)
    cases.act(
        report.case.number, "note", office.district.leader, timezone.now(), {"words": "Hurry."}
    )
    page = office.street_handler.open(HOME)
    office.street_handler.send(page, "/desk/seen/", until="2999-01-01T00:00:00+00:00")
    assert LastLook.objects.get().at <= timezone.now()


def test_alarms_say_what_to_do(office: Office) -> None:
    district = office.district
    report = district.report(LAMP)
    Case.objects.filter(pk=report.case_id).update(unrouted=True, provisional=True)
    Clock.objects.filter(case=report.case).update(attempts=STUCK_AFTER, fault="no such calendar")
    empty = people.add_team(SYSTEM, "empty", "空队", at=SINCE, name_en="Empty").pk
    areas.set_rule(
        SYSTEM, "nowhere", duty="handle", team=empty, at=SINCE,
        duties=("handle",), categories=("0302",), category="0302",
    )  # fmt: skip
    page = office.dispatcher.open(HOME)
    for words in (
        "1 case that nobody answers for",
        "give them to a team",
        f"The clock of {report.case.number} is stuck",
        "no such calendar",
        "空队",
        "1 case has a provisional deadline",
    ):
        assert words in page.text
    assert "/desk/queue/?unrouted=yes" in page.links


def test_a_mail_that_cannot_be_delivered_is_an_alarm_and_stands_on_the_board(
    office: Office,
) -> None:
    report = office.district.report()
    subscribe(report.pk, "resident@example.org", "en", office.district.at, own=True)
    Delivery.objects.update(attempts=MAIL_STUCK_AFTER, fault="550 no such mailbox")
    page = office.dispatcher.open(HOME)
    assert "1 mail to a reporter cannot be delivered" in page.text
    (stuck,) = (link for link in page.links if "tab=stuck" in link)
    board = office.dispatcher.open(stuck)
    assert "Mail to the reporter" in board.text and "550 no such mailbox" in board.text
    assert "resident@example.org" not in board.html
    # Whoever cannot see the case is told nothing of it.
    assert "cannot be delivered" not in office.handler.open(HOME).text


def test_a_day_without_alarms_is_quiet(office: Office) -> None:
    office.district.report()
    assert "go wrong in silence" not in office.dispatcher.open(HOME).text


def test_the_centre_sees_what_is_overdue_longest_and_a_handler_does_not(office: Office) -> None:
    report = office.district.report(words="A heap")
    Case.objects.filter(pk=report.case_id).update(due_at=timezone.now() - timedelta(days=4))
    assert "Overdue longest" in office.leader.open(HOME).text
    assert "4 days late" in office.leader.open(HOME).text
    assert "Overdue longest" not in office.handler.open(HOME).text


def test_a_list_is_saved_under_a_name_and_opened_by_colleagues_of_the_team(office: Office) -> None:
    page = office.dispatcher.open("/desk/views/?light=red&category=03&after=abc")
    team = str(office.district.teams["dispatch"])
    page = office.dispatcher.send(page, "/desk/views/", name="Red heaps", team=team)
    assert page.path == "/desk/queue/?light=red&category=03"
    assert "Red heaps" in page.text
    view = SavedView.objects.get()
    assert (view.query, view.team_id) == ("light=red&category=03", int(team))
    people.join_team(SYSTEM, office.district.accounts["handler"], int(team), at=SINCE)
    assert "Red heaps" in office.handler.open("/desk/queue/").text
    assert "Red heaps" not in office.leader.open("/desk/queue/").text


def test_a_view_is_deleted_by_its_owner_and_by_nobody_else(office: Office) -> None:
    page = office.dispatcher.open("/desk/views/?light=red")
    office.dispatcher.send(page, "/desk/views/", name="Red")
    address = f"/desk/views/{SavedView.objects.get().pk}/delete/"
    other = office.leader.open("/desk/views/")
    token = {"csrfmiddlewaretoken": other.form("/desk/views/").fields["csrfmiddlewaretoken"]}
    assert "not yours" in office.leader.post(address, token).text
    assert SavedView.objects.count() == 1
    page = office.dispatcher.open("/desk/views/")
    assert "The view was deleted." in office.dispatcher.send(page, address).text
    assert not SavedView.objects.exists()


@pytest.mark.parametrize(
    ("filled", "words"),
    [
        ({"name": " "}, "Give the view a name"),
        ({"name": "x", "query": "light=blue"}, "not known"),
        ({"name": "x", "team": "1000000"}, "your own teams"),
        ({"name": "x", "team": "mine"}, "named by its id"),
        ({"name": "x", "query": "q=13912345678"}, "cannot be searched for"),
    ],
)
def test_a_view_that_cannot_be_kept_is_refused_in_words(
    office: Office, filled: dict[str, str], words: str
) -> None:
    page = office.dispatcher.open("/desk/views/?light=red")
    page = office.dispatcher.send(page, "/desk/views/", **filled)
    assert page.status == 422
    assert words in page.text
    assert not SavedView.objects.exists()


def test_the_palette_leads_to_pages_cases_views_and_steps_of_the_case_at_hand(
    office: Office,
) -> None:
    report = office.district.report()
    number = report.case.number
    office.district.act(report, "accept", office.district.intake_officer, 2)
    office.district.act(report, "file", office.district.duty_chief, 3)
    page = office.dispatcher.open("/desk/go/", q=number.lower())
    assert page.links.index(f"/desk/cases/{number}/") >= 0
    page = office.dispatcher.open("/desk/go/", q="send", case=number, part="list")
    assert f"/desk/several/?case={number}&verb=dispatch" in page.links
    assert "/desk/queue/?q=send" in page.links
    page = office.dispatcher.open("/desk/go/", q="cas", part="list")
    assert "/desk/queue/" in page.links


def test_the_palette_names_no_case_that_one_may_not_see(office: Office) -> None:
    report = office.district.report(words="A secret heap")
    page = office.handler.open("/desk/go/", q=report.case.number, part="list")
    assert "A secret heap" not in page.text
    page = office.handler.open("/desk/go/", case=report.case.number, part="list")
    assert f"Step with {report.case.number}" not in page.text
