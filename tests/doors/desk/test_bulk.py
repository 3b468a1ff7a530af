"""One step with many cases: what it would do is shown first, and each is done by itself."""

from typing import Any

import pytest

from commonward.cases import actions as cases
from commonward.cases.models import Case, Event, Task
from commonward.core.numbers import new_number
from tests.district import LAMP, QUESTION, District
from tests.doors.desk.conftest import Colleague, Office, Page

BULK = "/desk/several/"


def ready(district: District, count: int) -> list[str]:
    """Cases that wait for the dispatcher."""
    found = []
    for n in range(count):
        report = district.report(words=f"Rubbish {n}")
        district.act(report, "accept", district.intake_officer, 2)
        district.act(report, "file", district.duty_chief, 3)
        found.append(report.case.number)
    return found


def values(numbers: list[str]) -> list[str]:
    """As the list's ticks send them."""
    return [f"{n}:{Case.objects.get(number=n).version}" for n in numbers]


def chosen(office: Office, who: str, numbers: list[str], **more: str) -> Page:
    """The list's form sent with these cases ticked."""
    browser: Colleague = getattr(office, who)
    page = browser.open("/desk/queue/?state=all&order=newest")
    return browser.send(page, BULK, case=values(numbers), **more)


def sent(browser: Colleague, page: Page) -> Page:
    """The preview's own form, which does it."""
    [form] = [f for f in page.forms if f.fields.get("step") == ["run"]]
    return browser.post(BULK, form.fields)


def stage(number: str) -> str:
    """Where a case stands."""
    return Case.objects.get(number=number).stage


def test_many_are_sent_to_a_team_after_the_preview_said_so(office: Office) -> None:
    numbers = ready(office.district, 3)
    page = chosen(office, "dispatcher", numbers)
    assert "Send to the department" in page.text
    assert "all of them" in page.text
    page = office.dispatcher.send(page, BULK, verb="dispatch")
    assert "Possible for these" in page.text
    page = office.dispatcher.send(page, BULK, team="roads")
    assert page.text.count("→ Being handled") == 3
    assert {stage(n) for n in numbers} == {"dispatch"}
    page = sent(office.dispatcher, page)
    assert "3 of 3 done." in page.text
    assert {stage(n) for n in numbers} == {"handle"}
    assert set(Case.objects.values_list("team__code", flat=True)) == {"roads"}


def run(office: Office, who: str, numbers: list[str], verb: str, **given: str) -> Page:
    """From the list to the outcomes, with whatever the preview lets through."""
    browser: Colleague = getattr(office, who)
    page = chosen(office, who, numbers, verb=verb)
    if given:
        page = browser.send(page, BULK, **given)
    return sent(browser, page)


def test_those_for_whom_it_is_not_possible_are_named_with_the_reason_and_left_out(
    office: Office,
) -> None:
    numbers = ready(office.district, 2)
    fresh = office.district.report(LAMP).case.number
    page = chosen(office, "dispatcher", [*numbers, fresh], verb="dispatch")
    assert "Not possible (1)" in page.text
    assert "is not possible in the stage Received" in page.text
    page = office.dispatcher.send(page, BULK, team="roads")
    [form] = [f for f in page.forms if f.fields.get("step") == ["run"]]
    assert [value.partition(":")[0] for value in form.fields["case"]] == numbers
    assert "do it with 2 cases" in page.text


def test_a_case_that_somebody_changed_meanwhile_is_told_and_not_overwritten(
    office: Office,
) -> None:
    numbers = ready(office.district, 3)
    browser = office.dispatcher
    page = browser.send(chosen(office, "dispatcher", numbers, verb="dispatch"), BULK, team="roads")
    [form] = [f for f in page.forms if f.fields.get("step") == ["run"]]
    changed = Case.objects.get(number=numbers[1])
    cases.act(changed.number, "note", office.district.leader, changed.changed_at, {"words": "!"})
    done = browser.post(BULK, form.fields)
    assert "2 of 3 done." in done.text
    assert "was changed in the meantime" in done.text
    assert [stage(n) for n in numbers] == ["handle", "dispatch", "handle"]
    again = browser.post(BULK, form.fields)
    assert "0 of 3 done." in again.text


def test_what_changed_since_it_was_selected_is_shown_as_it_is_now(office: Office) -> None:
    [number] = ready(office.district, 1)
    page = office.dispatcher.open("/desk/queue/")
    old = f"{number}:1"
    page = office.dispatcher.send(page, BULK, case=[old], verb="dispatch")
    assert "changed since you selected it" in page.text


def test_a_page_that_is_only_opened_changes_nothing(office: Office) -> None:
    [number] = ready(office.district, 1)
    before = Event.objects.count()
    query = f"?case={number}&verb=dispatch&team=roads&step=run"
    page = office.dispatcher.open(f"{BULK}{query}")
    assert page.status == 200
    assert "This would happen" in page.text
    assert (stage(number), Event.objects.count()) == ("dispatch", before)


def test_without_a_token_nothing_is_done(office: Office) -> None:
    [number] = ready(office.district, 1)
    given = {"case": number, "verb": "dispatch", "team": "roads", "step": "run"}
    assert office.dispatcher.client.post(BULK, given).status_code == 403
    assert stage(number) == "dispatch"


@pytest.mark.parametrize("who", ["intake_officer", "street_handler", "leader", "grid_worker"])
def test_rights_are_asked_for_each_case_whatever_the_form_says(office: Office, who: str) -> None:
    [number] = ready(office.district, 1)
    browser: Colleague = getattr(office, who)
    page = browser.open("/desk/queue/")
    token = next(f.fields["csrfmiddlewaretoken"] for f in page.forms if f.method == "post")
    given = {
        "csrfmiddlewaretoken": token, "case": number, "verb": "dispatch", "team": "roads",
        "step": "run",
    }  # fmt: skip
    done = browser.post(BULK, given)
    assert "0 of 1 done." in done.text
    assert stage(number) == "dispatch"


def test_a_whistle_goes_to_a_team_for_each_case(office: Office) -> None:
    numbers = ready(office.district, 2)
    done = run(
        office, "dispatcher", numbers, "ask_whistle", team="lamps", words="Please come at once."
    )
    assert "2 of 2 done." in done.text
    tasks = Task.objects.filter(kind="whistle", team__code="lamps")
    assert {task.case.number for task in tasks} == set(numbers)


def test_duplicates_are_joined_to_one_case_and_that_one_not_to_itself(office: Office) -> None:
    numbers = ready(office.district, 3)
    done = run(office, "dispatcher", numbers, "join", into=numbers[0], words="The same heap.")
    assert "2 of 2 done." in done.text
    assert [stage(n) for n in numbers] == ["dispatch", "joined", "joined"]


def test_to_a_team_is_the_step_that_does_it_where_most_of_them_stand(office: Office) -> None:
    numbers = ready(office.district, 2)
    page = chosen(office, "dispatcher", numbers, verb="to_a_team")
    assert page.heading.startswith("Send to the department")
    fresh = [office.district.report().case.number for _ in range(3)]
    page = chosen(office, "dispatcher", [*numbers, *fresh], verb="to_a_team")
    assert page.heading.startswith("Give to a team")


def test_what_was_typed_stays_when_something_is_missing_and_the_field_is_named(
    office: Office,
) -> None:
    [number] = ready(office.district, 1)
    page = chosen(office, "dispatcher", [number], verb="join")
    page = office.dispatcher.send(page, BULK, words="The same heap.")
    assert (page.status, "Fill in what is needed." in page.text) == (422, True)
    [form] = [f for f in page.forms if f.fields.get("step") == ["preview"]]
    assert form.fields["words"][0].strip() == "The same heap."
    page = office.dispatcher.send(page, BULK, into="123")
    assert "A number has 10 characters" in page.text
    assert "do it with" not in page.text


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "Select at least one case"),
        ({"case": "123"}, "A number has 10 characters"),
        ({"verb": "content"}, "cannot be done with several"),
        ({"verb": "locate"}, "cannot be done with several"),
        ({"verb": "fly"}, "cannot be done with several"),
        ({"verb": "dispatch", "step": "preview", "team": "nobody"}, "no team"),
        ({"verb": "recategorise", "step": "preview", "category": QUESTION}, "another procedure"),
    ],
)
def test_what_cannot_be_is_refused_in_words(
    office: Office, given: dict[str, str], words: str
) -> None:
    [number] = ready(office.district, 1)
    asked: dict[str, Any] = {"case": number, **given} if given else {}
    page = office.dispatcher.open(BULK, **asked)
    assert words in page.text


def test_more_than_two_hundred_are_too_many_at_once(office: Office) -> None:
    numbers = [new_number() for _ in range(201)]
    page = office.dispatcher.open(BULK, case=numbers)
    assert (page.status, "At most 200" in page.text) == (422, True)


def test_a_case_that_one_may_not_see_is_as_one_that_is_not_there(office: Office) -> None:
    [number] = ready(office.district, 1)
    page = office.second_handler.open(BULK, case=number, verb="note")
    assert f"There is no case {number}, or none that you may see." in page.text
    assert "Rubbish" not in page.text


def test_outcomes_are_in_the_readers_language_and_come_one_by_one(office: Office) -> None:
    numbers = ready(office.district, 2)
    browser = office.browser("dispatcher", "zh-CN")
    page = browser.open(BULK, case=numbers[0], verb="note", words="好", step="preview")
    [form] = [f for f in page.forms if f.fields.get("step") == ["run"]]
    answer = browser.client.post(BULK, {**form.fields, "case": values(numbers)})
    parts = [part.decode() for part in answer]
    assert len(parts) == 5  # the page's head, each case, the sum, the page's end
    assert "1/2" in parts[1]
    assert numbers[1] in parts[2]
