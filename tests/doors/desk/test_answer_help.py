"""What helps with an answer: it fits, it is only offered, and it is kept which text was used."""

from datetime import timedelta

import pytest
from django.utils import timezone

from commonward.cases.actions.answers import add_answer
from commonward.cases.actions.texts import add_text
from commonward.cases.actions.word_settings import set_reading
from commonward.cases.models import Case, Event
from commonward.cases.queries.helping import help_with, used
from commonward.core.rights import SYSTEM
from tests.district import RUBBISH
from tests.doors.desk.conftest import Office

BINS = "The bins were emptied and the place was cleaned."
FURNITURE = "The old furniture was taken away by the truck."


@pytest.fixture
def case(office: Office) -> Case:
    """Rubbish that the street office is handling; the like was solved elsewhere."""
    here = office.district
    earlier = here.report(
        RUBBISH, "Old furniture stands in front of the gate, ring 13912345678.",
        lat=here.inside(1, 2)[0], lon=here.inside(1, 2)[1],
    )  # fmt: skip
    here.closed(earlier)
    report = here.report(RUBBISH, "Somebody left old furniture, a sofa, near the school.")
    here.handled(report)
    for name, words in (("Bins", BINS), ("Furniture", FURNITURE)):
        add_text(here.administrator, name, words, here.at, language="en", category=RUBBISH)
    add_answer(
        here.administrator, "Who takes old furniture away?", "Order the truck at 12345-0.",
        here.at, language="en", category=RUBBISH,
    )  # fmt: skip
    return Case.objects.get(pk=report.case_id)


def finish(case: Case) -> str:
    return f"/desk/cases/{case.number}/steps/finish/"


def test_the_text_that_fits_the_words_comes_first(office: Office, case: Case) -> None:
    found = help_with(case, office.district.street_handler, timezone.now(), language="en")
    assert [text.name for text in found.texts] == ["Furniture", "Bins"]
    assert [one.question for one in found.answers] == ["Who takes old furniture away?"]


def test_solved_cases_of_other_places_are_shown_masked_with_what_was_done(
    office: Office, case: Case
) -> None:
    [one] = help_with(case, office.district.duty_chief, timezone.now(), language="en").solved
    assert one.line.outcome == "solved"
    assert "furniture" in one.because
    assert one.result == "Done as asked."
    page = office.street_handler.open(finish(case))
    assert "Solved at other places" in page.text
    assert "Done as asked." in page.text


def test_nobody_is_shown_a_case_that_is_not_theirs_to_see(office: Office, case: Case) -> None:
    here = office.district
    for outside in (here.second_handler, here.administrator):
        assert help_with(case, outside, timezone.now(), language="en").solved == ()


def test_a_case_at_the_same_place_is_a_duplicate_and_no_example(office: Office, case: Case) -> None:
    here = office.district
    same = here.report(RUBBISH, "Old furniture near the school, a sofa.")
    here.closed(same)
    found = help_with(case, here.duty_chief, timezone.now(), language="en").solved
    assert same.case.number not in {one.line.number for one in found}


def test_nothing_is_sent_by_itself_and_the_step_keeps_which_text_was_used(
    office: Office, case: Case
) -> None:
    page = office.street_handler.open(finish(case))
    assert page.form(finish(case)).fields["result"] == [""]
    shown = office.street_handler.send(page, finish(case), result=f"{FURNITURE} Thank you.")
    office.street_handler.send(shown, finish(case), result=f"{FURNITURE} Thank you.")
    event = Event.objects.get(case=case, verb="finish")
    [text] = event.data["used"]
    assert (text["name"], text["version"]) == ("Furniture", 1)
    assert (
        "With the text: Furniture v1" in office.duty_chief.open(f"/desk/cases/{case.number}/").text
    )


def test_a_text_that_was_changed_is_no_longer_that_text(office: Office, case: Case) -> None:
    found = help_with(case, office.district.street_handler, timezone.now(), language="en")
    filled = {text.id: text.words for text in found.texts}
    assert used("The old furniture was burnt.", found.texts, found.answers, filled) == []
    both = used(f"{BINS}\n{FURNITURE}", found.texts, found.answers, filled)
    assert {one["name"] for one in both} == {"Bins", "Furniture"}


def test_switched_off_the_texts_stand_in_their_own_order(office: Office, case: Case) -> None:
    set_reading(SYSTEM, timezone.now() - timedelta(days=1), on=False)
    found = help_with(case, office.district.street_handler, timezone.now(), language="en")
    assert [text.name for text in found.texts] == ["Bins", "Furniture"]
    assert not found.answers
    assert not found.solved
