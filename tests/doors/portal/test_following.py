"""The receipt and what its holder may do: their own report, and nobody else's."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from commonward.cases import actions as cases
from commonward.cases.actions.codes import MOST_TRIES
from commonward.cases.actions.receipts import code_of, enter
from commonward.cases.models import Case, Receipt, Remark, Report
from commonward.core.refusals import Refusal
from tests.district import LAMP, District
from tests.doors.portal.conftest import Page, Resident, last_report


def handled(district: District, report: Report) -> None:
    """Take the case to the team that does the work, now."""
    district_now = timezone.now()
    for verb, who, given in (
        ("accept", district.intake_officer, {}),
        ("file", district.duty_chief, {}),
        ("dispatch", district.dispatcher, {"team": district.teams["street"]}),
    ):
        cases.act(report.case.number, verb, who, district_now, given)


def closed(district: District, report: Report) -> None:
    """Take the case all the way to its closing, now."""
    handled(district, report)
    steps: list[tuple[str, Any, dict[str, Any]]] = [
        ("finish", district.street_handler, {"result": "All was taken away."}),
        ("pass_on", district.dispatcher, {}),
        ("pass_check", district.second_grid_worker, {}),
        ("close", district.duty_chief, {"outcome": "solved"}),
    ]
    for verb, who, given in steps:
        cases.act(report.case.number, verb, who, timezone.now(), given)


def entered(resident: Resident, number: str, code: str) -> Page:
    """Number and code, typed at the door for those without the link."""
    return resident.send(resident.open("/follow/"), "/follow/", number=number, code=code)


def test_the_link_shows_who_has_it_by_when_and_why(resident: Resident, district: District) -> None:
    key, _ = resident.reported()
    begun = resident.open(f"/my/{key}/")
    assert "Who has it now Intake" in begun.text
    assert "Rule “intake everywhere” no. 1 is the most specific that fits." in begun.text
    handled(district, last_report())
    page = resident.open(f"/my/{key}/")
    assert page.heading == "Being handled"
    assert "Who has it now Street office" in page.text
    assert "By when" in page.text
    assert [t for t in page.texts if t == "Received"], "each step is told"


def test_why_it_was_passed_on_is_told_and_inner_notes_are_not(
    resident: Resident, district: District
) -> None:
    key, _ = resident.reported()
    report = last_report()
    handled(district, report)
    number = report.case.number
    cases.act(number, "note", district.street_handler, timezone.now(), {"words": "inner note"})
    cases.act(
        number, "hand_back", district.street_handler, timezone.now(),
        {"reason": "This gate belongs to the park; ring 139 1234 5678."},
    )  # fmt: skip
    page = resident.open(f"/my/{key}/")
    assert "This gate belongs to the park; ring •••" in page.text
    assert "inner note" not in page.html


def test_number_and_contact_code_open_it_without_the_link(resident: Resident) -> None:
    key, receipt = resident.reported()
    number = last_report().number
    code = code_of(key)
    assert f"{code[:3]} {code[3:]}" in receipt.text
    page = entered(
        Resident(), f" {number[:5]}-{number[5:].lower()}", f"{code[:3]}-{code[3:].lower()}"
    )
    assert page.heading == "Received"
    assert key not in page.html, "the link itself is not given away"


def test_a_wrong_code_opens_nothing_and_an_unknown_number_is_not_told_apart(
    resident: Resident,
) -> None:
    key, _ = resident.reported()
    wrong = entered(resident, last_report().number, "000000")
    unknown = entered(resident, "0000000000", code_of(key))
    assert "The number and the code do not belong together." in wrong.text
    assert "The number and the code do not belong together." in unknown.text
    assert "“?” is in no number" in entered(resident, "123456789?", "x").text


def test_after_too_many_wrong_codes_the_right_one_waits_too(resident: Resident) -> None:
    key, _ = resident.reported()
    number, code = last_report().number, code_of(key)
    at = timezone.now()
    for _n in range(MOST_TRIES):
        with pytest.raises(Refusal, match="do not belong together"):
            enter(number, "000000", at)
    with pytest.raises(Refusal, match=r"Try again in 60 minutes|Try again in 61 minutes"):
        enter(number, code, at)
    assert "Too many wrong codes" in entered(resident, number, code).text
    assert resident.open(f"/my/{key}/").status == 200, "the link still opens it"
    assert enter(number, code, at + timedelta(hours=1)).report.number == number


def test_a_new_link_closes_the_old_one_and_its_code(resident: Resident) -> None:
    key, _ = resident.reported()
    number = last_report().number
    page = resident.send(resident.open(f"/my/{key}/link/"), f"/my/{key}/link/", wish="new")
    fresh = re.match(r"/my/([^/]+)/receipt/", page.path)
    assert fresh
    assert "The old link and the old code open nothing any more." in page.text
    for path in (f"/my/{key}/", f"/my/{key}/receipt/", f"/my/{key}/link/", f"/my/{key}/add_words/"):
        gone = resident.open(path)
        assert (gone.status, gone.heading) == (404, "This link opens nothing")
    assert "do not belong together" in entered(resident, number, code_of(key)).text
    assert entered(resident, number, code_of(fresh.group(1))).heading == "Received"
    assert Receipt.objects.filter(revoked_at=None).count() == 1


def test_a_closed_link_opens_nothing_neither_by_an_earlier_entry(resident: Resident) -> None:
    key, _ = resident.reported()
    ticket = entered(resident, last_report().number, code_of(key)).path
    assert resident.open(ticket).status == 200
    closing = resident.send(resident.open(f"/my/{key}/link/"), f"/my/{key}/link/", wish="close")
    assert closing.heading == "Your link is closed"
    assert resident.open(f"/my/{key}/").status == 404
    assert resident.open(ticket).status == 404
    assert Report.objects.count() == 1


def test_looking_at_the_link_page_changes_nothing(resident: Resident) -> None:
    key, _ = resident.reported()
    resident.open(f"/my/{key}/link/", wish="close")
    assert resident.open(f"/my/{key}/").status == 200


@pytest.mark.parametrize(
    "key", ["0" * 40, "x", "%00", "MQ:1tFoo:bar", "a" * 3000, "☃", "..%2f..%2fadmin"]
)
def test_an_invented_link_opens_nothing(resident: Resident, key: str) -> None:
    resident.reported()
    page = resident.open(f"/my/{key}/")
    assert page.status == 404
    assert last_report().number not in page.html


def test_somebody_else_s_link_steps_only_in_their_own_case(
    resident: Resident, district: District
) -> None:
    key, _ = resident.reported()
    other = district.report(LAMP, "Another lamp")
    page = resident.open(f"/my/{key}/add_words/")
    resident.send(page, f"/my/{key}/add_words/", words="mine", number=other.number)
    kept = Remark.objects.select_related("event").get(words="mine")
    assert kept.event.case_id != other.case_id
    assert not Remark.objects.filter(event__case=other.case).exists()


def test_words_are_added_once_however_often_the_form_is_sent(resident: Resident) -> None:
    key, _ = resident.reported()
    form = resident.open(f"/my/{key}/add_words/")
    path = f"/my/{key}/add_words/"
    done = resident.send(form, path, words="It smells.")
    assert "Those who work on it can read it now." in done.text
    again = resident.send(form, path, words="It smells.")
    assert "Something new happened meanwhile" in again.text
    assert again.fields["words"] == "It smells."
    assert Remark.objects.filter(words="It smells.").count() == 1


def test_content_is_noted_with_its_mark_and_closes_for_good(
    resident: Resident, district: District
) -> None:
    key, _ = resident.reported()
    closed(district, last_report())
    path = f"/my/{key}/content/"
    form = resident.open(path)
    assert "Please choose a number from 1 to 5." in resident.send(form, path).text
    assert "Please choose a number" in resident.send(form, path, satisfied="9").text
    assert "Thank you for telling us." in resident.send(form, path, satisfied="4").text
    kept = last_report()
    assert (kept.case.stage, kept.satisfied, kept.solved) == ("closed", 4, True)


def test_not_content_asks_why_and_owes_a_second_answer(
    resident: Resident, district: District
) -> None:
    key, _ = resident.reported()
    closed(district, last_report())
    path = f"/my/{key}/not_content/"
    form = resident.open(path)
    assert "Please say it in a few words." in resident.send(form, path, satisfied="1").text
    page = resident.send(form, path, satisfied="1", words="Half is left.")
    assert "You are owed a second answer." in page.text
    assert page.heading == "A second answer is owed"
    assert "By when" in page.text
    assert last_report().satisfied == 1


def test_it_is_opened_again_within_the_window_that_is_shown(
    resident: Resident, district: District
) -> None:
    key, _ = resident.reported()
    closed(district, last_report())
    assert "You can have it opened again until:" in resident.open(f"/my/{key}/").text
    path = f"/my/{key}/reopen/"
    page = resident.send(resident.open(path), path, words="It is back.")
    assert page.heading == "Finding who must answer"
    assert last_report().case.stage == "dispatch"


def test_after_the_window_the_refusal_says_until_when(
    resident: Resident, district: District
) -> None:
    key, _ = resident.reported()
    report = last_report()
    closed(district, report)
    form = resident.open(f"/my/{key}/reopen/")
    long_ago = timezone.now() - timedelta(days=16)
    Case.objects.filter(pk=report.case_id).update(opened_at=long_ago, closed_at=long_ago)
    asked = resident.open(f"/my/{key}/reopen/")
    sent = resident.send(form, f"/my/{key}/reopen/", words="It is back.")
    for page in (asked, sent):
        assert "This was possible until" in page.text
        assert "You are welcome to make a new report." in page.text
    assert last_report().case.stage == "evaluate"


def test_the_next_level_is_one_button_always_and_says_when_it_is_too_early(
    resident: Resident, district: District
) -> None:
    key, _ = resident.reported()
    path = f"/my/{key}/raise/"
    assert path in resident.open(f"/my/{key}/").links
    assert "this button takes it to the next level" in resident.open(path).text
    closed(district, last_report())
    resident.send(resident.open(f"/my/{key}/content/"), f"/my/{key}/content/", satisfied="2")
    page = resident.send(resident.open(path), path, words="The answer was not an answer.")
    assert "It goes to the next level." in page.text
    assert last_report().case.stage == "answer_again"


def test_a_step_that_comes_too_early_is_refused_in_words_without_the_procedure_s_names(
    resident: Resident,
) -> None:
    key, _ = resident.reported()
    form = resident.open(f"/my/{key}/add_words/")
    page = resident.send(form, f"/my/{key}/reopen/", words="Again.")
    assert (
        "This is not possible while it is at “Received”. Possible now: Add something." in page.text
    )
    assert "collect" not in page.text


@pytest.mark.parametrize("verb", ["accept", "close", "force_close", "nonsense"])
def test_the_office_s_own_steps_are_no_pages_of_a_reporter(resident: Resident, verb: str) -> None:
    key, _ = resident.reported()
    form = resident.open(f"/my/{key}/add_words/")
    page = resident.send(form, f"/my/{key}/{verb}/", words="x")
    assert page.status == 404
    assert last_report().case.stage == "collect"


def test_whoever_joined_follows_the_case_that_is_worked_on(
    resident: Resident, district: District
) -> None:
    first = district.report(LAMP, "Lamp out", at=timezone.now())
    key, receipt = resident.reported(words="Lamp dark", category=LAMP, same=first.number)
    assert f"Worked on as {first.number}" in receipt.text
    page = resident.open(f"/my/{key}/")
    assert "Lamp dark" in page.text
    assert "Lamp out" not in page.text, "another reporter's words are theirs"


def test_when_a_case_is_forgotten_its_link_opens_nothing(
    resident: Resident, district: District
) -> None:
    key, _ = resident.reported()
    report = last_report()
    closed(district, report)
    resident.send(resident.open(f"/my/{key}/content/"), f"/my/{key}/content/", satisfied="5")
    cases.forget(timezone.now() + timedelta(days=6 * 366))
    assert not Receipt.objects.exists()
    assert resident.open(f"/my/{key}/").status == 404
