"""A unit stands in an area: who coordinates there orders it; a neighbour does only by agreement."""

import importlib
from dataclasses import replace
from datetime import timedelta

import pytest
from django.apps import apps

from commonward.core.refusals import Forbidden, Invalid, Missing, Refusal
from commonward.core.rights import SYSTEM, Actor
from commonward.people import actions as people
from commonward.people.queries import actor_for
from commonward.response.access import has_charge_of, may_send
from commonward.response.actions.ordering import give_order
from commonward.response.actions.recommending import recommend
from commonward.response.actions.reporting import report_position
from commonward.response.actions.ticking import forget_response
from commonward.response.actions.units import (
    UnitFacts,
    defects_told,
    go_off_duty,
    go_on_duty,
    note_for_next,
    set_unit,
)
from commonward.response.models import Assignment, Duty, Unit
from tests.district import DISTRICT, SINCE, STREETS, District
from tests.help import Help

SOUTH, NORTH = (f"/{DISTRICT}/{street}/" for street in STREETS)


def posted(aid: Help, role: str, area_path: str) -> Actor:
    """Somebody who holds this post below one street alone."""
    account = people.add_account(SYSTEM, f"{role}-there", "Neighbour", at=SINCE).pk
    people.grant(SYSTEM, account, role, at=SINCE, area_path=area_path)
    return actor_for(account, aid.at)


@pytest.fixture
def neighbour(aid: Help) -> Actor:
    """Who coordinates urgent help of the northern street alone."""
    return posted(aid, "response_coordinator", NORTH)


def facts(unit: Unit) -> UnitFacts:
    """What the administration said of a unit, to change some of it."""
    return UnitFacts(
        code=unit.code, radio_name=unit.radio_name, agency=unit.agency, team=unit.team_id,
        base_lat=unit.base_lat, base_lon=unit.base_lon, crew=unit.crew, gear=unit.gear,
        areas=tuple(unit.areas), skills=tuple(unit.skills),
    )  # fmt: skip


def in_the_north(aid: Help, kind: str = "other") -> str:
    """An incident in the northern street."""
    lat, lon = District.inside(2, 1)
    return aid.call(kind, lat=lat, lon=lon).case.number


def test_a_unit_has_the_area_that_its_station_lies_in(aid: Help) -> None:
    assert aid.units["police-1"].area == District.grid(0, 0)
    assert aid.units["fire-1"].area == District.grid(2, 0)
    moved = set_unit(replace(facts(aid.units["police-1"]), area=STREETS[1]), at=aid.at)
    assert moved.area == STREETS[1]
    far = set_unit(replace(facts(aid.units["police-1"]), base_lat=1.0), at=aid.at)
    assert far.area == ""
    with pytest.raises(Invalid) as no:
        set_unit(replace(facts(aid.units["police-1"]), area="no-such"), at=aid.at)
    assert no.value.field == "area"


def test_who_coordinates_a_street_has_charge_of_its_units_alone(
    aid: Help, neighbour: Actor
) -> None:
    theirs = {code for code, unit in aid.units.items() if has_charge_of(unit, neighbour)}
    assert theirs == {"fire-1", "utility-1"}
    assert all(has_charge_of(unit, aid.coordinator) for unit in aid.units.values())
    assert not any(has_charge_of(unit, aid.here.administrator) for unit in aid.units.values())


def test_a_neighbour_orders_no_unit_of_this_street(aid: Help, neighbour: Actor) -> None:
    number = in_the_north(aid)
    wanted = [aid.units["fire-1"].pk, aid.units["police-1"].pk]
    with pytest.raises(Forbidden, match="police-1 号"):
        give_order(number, wanted, neighbour, aid.later(9), key="k" * 16)
    assert not Assignment.objects.exists()
    give_order(number, wanted[:1], neighbour, aid.later(9), key="k" * 16)
    assert Assignment.objects.get().unit == aid.units["fire-1"]


def test_a_unit_that_serves_the_neighbours_too_may_be_sent_there(
    aid: Help, neighbour: Actor
) -> None:
    police = set_unit(
        replace(facts(aid.units["police-1"]), areas=(STREETS[0], STREETS[1])), at=aid.at
    )
    assert may_send(police, NORTH) and not may_send(aid.units["traffic-1"], NORTH)
    give_order(in_the_north(aid), [police.pk], neighbour, aid.later(9), key="k" * 16)
    assert Assignment.objects.get().unit == police


def test_what_a_neighbour_may_not_send_is_not_recommended_to_them_and_it_is_said_why(
    aid: Help, neighbour: Actor
) -> None:
    number = in_the_north(aid)
    found = recommend(number, neighbour, aid.later(5)).data
    assert found["picks"] == [] and found["short"]
    ours = recommend(number, aid.coordinator, aid.later(6)).data
    assert [p["unit"] for p in ours["picks"]] == [aid.units["police-1"].pk]


def test_a_neighbour_neither_ends_a_shift_nor_reads_its_notes_nor_tells_where_a_unit_is(
    aid: Help, neighbour: Actor
) -> None:
    crew = aid.crews["police-1"]
    go_off_duty("police-1", crew, aid.at, note="The radio hums.")
    go_on_duty("police-1", aid.later(7200), crew, aid.later(60), defects="No rope on board.")
    duty = Duty.objects.get(unit__code="police-1", off_at=None)
    with pytest.raises(Forbidden):
        go_off_duty("police-1", neighbour, aid.later(90))
    with pytest.raises(Forbidden):
        report_position("police-1", *District.inside(), neighbour, aid.later(90))
    with pytest.raises(Forbidden):
        note_for_next(aid.units["police-1"], neighbour)
    with pytest.raises(Forbidden):
        defects_told(duty, neighbour)
    assert note_for_next(aid.units["police-1"], aid.coordinator) == "The radio hums."
    assert defects_told(duty, aid.coordinator) == "No rope on board."
    assert go_off_duty("fire-1", neighbour, aid.later(90)) is not None


def test_an_administrator_of_a_street_changes_its_units_and_takes_none_from_the_other(
    aid: Help,
) -> None:
    chief = posted(aid, "administrator", NORTH)
    kept = set_unit(replace(facts(aid.units["fire-1"]), gear="ladder"), at=aid.at, actor=chief)
    assert kept.gear == "ladder"
    police = facts(aid.units["police-1"])
    for wish in (replace(police, gear="rope"), replace(police, area=STREETS[1])):
        with pytest.raises(Forbidden):
            set_unit(wish, at=aid.at, actor=chief)
    with pytest.raises(Forbidden):
        set_unit(replace(facts(aid.units["fire-1"]), area=STREETS[0]), at=aid.at, actor=chief)


def test_a_right_that_only_looks_sends_nobody(aid: Help) -> None:
    account = people.add_account(SYSTEM, "looker", "Looker", at=SINCE).pk
    people.grant(SYSTEM, account, "response_coordinator", at=SINCE, verbs=["see"])
    looker = actor_for(account, aid.at)
    with pytest.raises(Refusal):
        give_order(in_the_north(aid), [aid.units["fire-1"].pk], looker, aid.later(9), key="k" * 16)
    with pytest.raises(Forbidden):
        go_off_duty("fire-1", looker, aid.later(9))


def test_two_on_duty_never_have_one_radio_name(aid: Help) -> None:
    go_off_duty("fire-1", aid.crews["fire-1"], aid.at)
    twin = set_unit(replace(facts(aid.units["fire-1"]), radio_name="police-1 号"), at=aid.at)
    with pytest.raises(Refusal, match="police-1 号") as no:
        go_on_duty("fire-1", aid.later(3600), aid.crews["fire-1"], aid.later(60))
    assert no.value.code == "radio_name" and not Duty.objects.filter(unit=twin, off_at=None)
    go_off_duty("police-1", aid.crews["police-1"], aid.later(70))
    assert go_on_duty("fire-1", aid.later(3600), aid.crews["fire-1"], aid.later(80)).radio_name
    with pytest.raises(Refusal):
        set_unit(replace(facts(aid.units["traffic-1"]), radio_name="police-1 号"), at=aid.at)
    assert Unit.objects.get(code="traffic-1").radio_name == "traffic-1 号"
    with pytest.raises(Missing):
        go_on_duty("no-such", aid.later(3600), aid.coordinator, aid.later(80))


def test_what_is_missing_at_the_start_of_a_shift_is_sealed_and_ends_with_its_note(
    aid: Help,
) -> None:
    crew = aid.crews["fire-1"]
    go_off_duty("fire-1", crew, aid.at)
    made = go_on_duty("fire-1", aid.later(3600), crew, aid.later(60), defects="Hose 3 leaks.")
    assert made.checked_at == aid.later(60)
    made.refresh_from_db()
    assert made.defects is not None and b"Hose" not in bytes(made.defects)
    go_off_duty("fire-1", crew, aid.later(90), note="Hose 3 still leaks.")
    made.refresh_from_db()
    made.unit = aid.units["fire-1"]
    assert defects_told(made, crew) == "Hose 3 leaks."
    assert note_for_next(aid.units["fire-1"], crew) == "Hose 3 still leaks."
    forget_response(aid.at + timedelta(days=31))
    made.refresh_from_db()
    made.unit = aid.units["fire-1"]
    assert defects_told(made, crew) == "" and made.note_key is None


def test_the_migration_takes_area_and_radio_name_from_what_is_there(aid: Help) -> None:
    filled = importlib.import_module("commonward.response.migrations.0004_unit_area_and_shifts")
    Unit.objects.update(area="")
    Unit.objects.filter(code="police-1").update(base_lat=1.0)
    Duty.objects.update(radio_name="")
    Unit.objects.filter(code="fire-1").update(radio_name="traffic-1 号")
    filled.areas_of_stations(apps, None)
    filled.names_on_duty(apps, None)
    assert Unit.objects.get(code="utility-1").area == District.grid(2, 1)
    assert Unit.objects.get(code="police-1").area == ""
    names = Duty.objects.values_list("radio_name", flat=True)
    assert sorted(names)[0] == "" and len(set(names)) == 7
