"""The eight invariants of what this is for: each has a test by name, and the schema holds to them."""

import importlib
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

from commonward.doors.commands.recording import registers
from commonward.doors.commands.recording_lying import is_sealed
from tests.architecture.test_no_register import REACHES_A_PERSON, is_person, own_models
from tests.architecture.test_promises import named_in

ROOT = Path(__file__).parents[2]

HELD: dict[str, tuple[str, ...]] = {
    "1 no register of people": (
        "tests/architecture/test_no_register.py::test_a_person_exists_inside_one_case_only",
        "tests/architecture/test_no_register.py::test_no_address_leads_to_people",
        "tests/architecture/test_no_register.py::test_no_door_searches_by_person",
        "tests/architecture/test_no_register.py::test_no_table_or_column_is_named_for_watching_people",
        "tests/architecture/test_invariants.py::test_what_is_sealed_can_be_looked_up_by_no_index",
        "tests/architecture/test_invariants.py::test_no_person_is_unique_beyond_their_own_case",
        "tests/cases/test_searching.py::test_a_reporters_details_find_nothing",
    ),
    "2 grades are of facts": (
        "tests/core/test_grading.py::test_a_question_about_a_person_is_refused_by_its_words",
        "tests/architecture/test_no_register.py::test_no_person_carries_a_score_grade_or_tag",
    ),
    "3 deadlines bind offices": (
        "tests/cases/test_loop.py::test_going_to_the_next_level_is_always_open_to_the_reporter",
        "tests/cases/test_loop.py::test_whoever_handled_cannot_check_even_with_the_post_for_it",
    ),
    "4 nothing is taken down for criticising": (
        "tests/cases/test_hiding.py::test_nothing_is_hidden_on_another_ground",
        "tests/cases/test_hiding.py::test_the_reporter_reads_why_and_may_object_once",
    ),
    "5 mediation is voluntary and closed": (
        "tests/disputes/test_registering.py::test_a_clear_no_ends_it_whenever_it_comes",
        "tests/core/test_caucus.py::test_whoever_holds_the_database_and_the_master_key_opens_nothing",
        "tests/doors/test_confidentiality.py::test_no_person_reads_at_any_address_in_any_stage_what_is_not_meant_for_them",
    ),
    "6 only units on duty have positions": (
        "tests/response/test_duty.py::test_a_unit_off_duty_is_not_located",
        "tests/response/test_duty.py::test_positions_are_thinned_after_a_day_and_deleted_on_time",
        "tests/architecture/test_invariants.py::test_a_moving_position_belongs_to_a_unit_alone",
    ),
    "7 a machine only suggests": (
        "tests/cases/test_words.py::test_one_click_accepts_and_it_is_kept_who_decided",
        "tests/cases/test_words.py::test_nothing_is_routed_without_a_person_unless_the_office_set_it",
    ),
    "8 staff are measured on their work": (
        "tests/core/indicators/test_shipped.py::test_what_staff_see_as_their_own_is_made_of_what_they_did",
        "tests/cases/test_side_moves.py::test_an_overtime_mark_can_be_appealed_once_and_the_raw_facts_stay",
    ),
    "public counts of five at least": (
        "tests/architecture/test_invariants.py::test_nothing_below_five_is_counted",
        "tests/core/publishing/test_hiding.py::test_an_attacker_with_every_number_never_bounds_a_secret_below_five",
        "tests/core/hotspots/test_beside.py::test_no_number_of_one_to_four_follows_from_map_and_tables",
    ),
}
"""Each invariant, and the tests that fail when it is broken."""

FEWEST = (
    "commonward.cases.queries.on_map.finding.FEWEST", "commonward.cases.queries.gaps.FEWEST",
    "commonward.core.hotspots.publishing.LEAST", "commonward.core.recurring.K",
    "commonward.core.outcomes.K", "commonward.core.surveys.showing.K",
    "commonward.core.marks.kind.FEWEST", "commonward.core.advising.FEWEST",
)  # fmt: skip
"""The borders below which nothing is told publicly."""


@pytest.mark.parametrize("invariant", HELD)
def test_each_invariant_has_its_tests(invariant: str) -> None:
    for one in HELD[invariant]:
        path, _, name = one.partition("::")
        assert name in named_in(ROOT / path), one


def indexed(model: type[models.Model]) -> set[str]:
    """The fields by which the database finds rows of a model quickly, or refuses a second one."""
    meta = model._meta
    found = {f.name for f in meta.local_fields if getattr(f, "db_index", False) or f.unique}
    for index in meta.indexes:
        found |= {name.removeprefix("-") for name in index.fields}
    for constraint in meta.constraints:
        found |= set(getattr(constraint, "fields", ()))
    return found


def test_what_is_sealed_can_be_looked_up_by_no_index() -> None:
    wrong = [
        f"{kept.model}.{field}"
        for _, kept in registers()
        for field in kept.fields
        if is_sealed(kept.model, field) and field in indexed(apps.get_model(kept.model))
    ]
    wrong += [
        f"{model._meta.label}.{field}"
        for model in own_models()
        if model._meta.app_label != "people"
        for field in indexed(model) & (REACHES_A_PERSON | {"contact", "name_of_reporter"})
    ]
    assert not wrong, f"An index finds who has the same: {wrong}"


def test_no_person_is_unique_beyond_their_own_case() -> None:
    wrong = []
    for model in own_models():
        if not is_person(model):
            continue
        within = {f.name for f in model._meta.local_fields if isinstance(f, models.ForeignKey)}
        for constraint in model._meta.constraints:
            fields = set(getattr(constraint, "fields", ()))
            # The hash of a drawn link is of this case's pass alone, and says nothing of who has it.
            drawn = all(name.endswith("_digest") for name in fields)
            if fields and not drawn and not fields & within:
                wrong.append(f"{model._meta.label}: {sorted(fields)}")
    assert not wrong, f"It tells the same person in two cases: {wrong}"


def test_a_moving_position_belongs_to_a_unit_alone() -> None:
    names = {model.__name__ for model in own_models() if "Position" in model.__name__}
    assert names, "positions of units are kept somewhere"
    for model in own_models():
        if "Position" in model.__name__:
            related = {f.related_model for f in model._meta.local_fields if f.is_relation}
            told = {one.__name__ for one in related if isinstance(one, type)}
            assert told and not told & {"Account", "Report", "Party"}, model._meta.label


def test_nothing_below_five_is_counted() -> None:
    for one in FEWEST:
        room, _, name = one.rpartition(".")
        assert getattr(importlib.import_module(room), name) >= 5, one
