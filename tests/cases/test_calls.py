"""On the line: danger handed over, answers at once, and places found by what is said."""

import pytest

from commonward.areas.queries.named import areas_named
from commonward.cases.actions.calls import ANSWER, hand_over, open_answered, open_handed_over
from commonward.cases.actions.opening import Said
from commonward.cases.models import Case, Event, Remark
from commonward.cases.queries.places import places_named
from commonward.cases.queries.reference import book
from commonward.cases.queries.verifying import verify
from commonward.core.refusals import Forbidden, Invalid, Missing, Refusal
from tests.district import COMMUNITIES, LAMP, QUESTION, RUBBISH, STREETS, District


def test_a_danger_is_noted_with_whom_it_was_handed_to(here: District) -> None:
    report = here.report()
    hand_over(report.number, "119", here.intake_officer, here.at, words="Smoke in the stairs.")
    event = Event.objects.get(verb="handed_over")
    assert (event.data, event.role, event.from_stage) == (
        {"emergency": "119"},
        "intake_officer",
        "",
    )
    assert Remark.objects.get(event=event).words == "Smoke in the stairs."
    assert Case.objects.get().version == 2


def test_danger_is_handed_to_known_numbers_by_those_who_work_on_the_case(here: District) -> None:
    report = here.report()
    with pytest.raises(Invalid, match="110, 119, 120"):
        hand_over(report.number, "911", here.intake_officer, here.at)
    with pytest.raises(Forbidden):
        hand_over(report.number, "110", here.outsider, here.at)
    with pytest.raises(Missing):
        hand_over("0000000000", "110", here.intake_officer, here.at)
    assert not Event.objects.filter(verb="handed_over").exists()


def test_a_case_opened_for_a_danger_is_urgent_and_noted_once(here: District) -> None:
    said = Said("phone", "Gas leak", idempotency="call-1")
    for _ in range(2):
        report = open_handed_over(RUBBISH, said, "119", here.intake_officer, here.at)
    assert Case.objects.get().grade == "urgent"
    assert Event.objects.filter(verb="handed_over").count() == 1
    assert report.case.number == Case.objects.get().number
    assert list(verify()) == []


def test_an_enquiry_is_answered_on_the_line_once(here: District) -> None:
    said = Said("phone", "When are you open?", idempotency="call-2")
    for _ in range(2):
        open_answered(QUESTION, said, "From 9 to 5.", here.intake_officer, here.at)
    assert (Case.objects.get().stage, Case.objects.get().outcome) == ("evaluate", "answered")
    assert Remark.objects.get().words == "From 9 to 5."


def test_what_cannot_be_answered_at_once_opens_nothing(here: District) -> None:
    assert book().offers_at_once(QUESTION, ANSWER)
    assert not book().offers_at_once(LAMP, ANSWER)
    assert not book().offers_at_once("77", ANSWER)
    with pytest.raises(Refusal):
        open_answered(LAMP, Said("phone", "x"), "y", here.intake_officer, here.at)
    assert not Case.objects.exists()


def test_areas_are_found_by_a_part_of_their_name_with_a_point_inside(here: District) -> None:
    [street] = areas_named("第2街道", here.at)
    assert (street.code, round(street.lat, 3)) == (STREETS[1], 27.825)
    found = areas_named("Grid 1", here.at)
    assert [area.code for area in found] == [here.grid(0, column) for column in range(3)]
    assert [a.code for a in areas_named(COMMUNITIES[0], here.at)] == [COMMUNITIES[0]]
    assert len(areas_named("网格", here.at, most=2)) == 2
    assert areas_named("100%", here.at) == ()


def test_addresses_of_earlier_cases_come_before_areas(here: District) -> None:
    lat, lon = here.inside(1, 1)
    for address in ("幸福路3号", "幸福路3号", "幸福路5号"):
        here.report(address=address, lat=lat, lon=lon)
    here.report(address="别处", words="离幸福路很远")
    found = places_named(here.intake_officer, "幸福路", here.at)
    assert [(p.name, p.cases, p.lat) for p in found] == [
        ("幸福路3号", 2, lat),
        ("幸福路5号", 1, lat),
    ]
    [area] = places_named(here.intake_officer, "第3社区", here.at)
    assert (area.name_en, area.cases, bool(area.area)) == ("Community 3", 0, True)
    assert places_named(here.outsider, "幸福路", here.at) == ()
    assert places_named(here.intake_officer, "x", here.at) == ()
    assert places_named(here.intake_officer, "13912345678", here.at) == ()
