"""Personal data has a rule for its end, and every new field makes somebody decide."""

from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec

import pytest
from django.apps import AppConfig, apps
from django.db import models

from commonward.core.retention import Kept

CAN_HOLD_WORDS = (
    models.CharField,
    models.TextField,
    models.BinaryField,
    models.JSONField,
    models.FileField,
    models.GenericIPAddressField,
)


def fields_that_hold_words(model: type[models.Model]) -> set[str]:
    return {
        field.name
        for field in model._meta.local_fields
        if isinstance(field, CAN_HOLD_WORDS) and not field.auto_created
    }


def rooms_with_tables() -> list[AppConfig]:
    return [
        app
        for app in apps.get_app_configs()
        if app.name.startswith("commonward.") and any(app.get_models())
    ]


def sorted_fields(app: AppConfig) -> Iterator[tuple[str, str]]:
    """(model, field) for each line of the room's register, repeated when it stands twice."""
    register = import_module(f"{app.name}.retention")
    for kept in register.KEPT:
        label, _, model = kept.model.partition(".")
        assert label == app.label, f"{kept.model} is not a model of {app.name}"
        yield from ((model, field) for field in kept.fields)
    for model, fields in register.IMPERSONAL.items():
        yield from ((model, field) for field in fields)


@pytest.mark.parametrize("app", rooms_with_tables(), ids=lambda app: str(app.label))
def test_every_field_that_can_hold_words_is_sorted_exactly_once(app: AppConfig) -> None:
    assert find_spec(f"{app.name}.retention"), f"{app.name} has tables and no retention.py"
    listed = Counter(sorted_fields(app))
    there = {
        (model.__name__, field)
        for model in app.get_models()
        for field in fields_that_hold_words(model)
    }
    forgotten = sorted(there - set(listed))
    assert not forgotten, f"Personal (KEPT) or not (IMPERSONAL)? Decide: {forgotten}"
    unknown = sorted(set(listed) - there)
    assert not unknown, f"The register names what is not there: {unknown}"
    twice = sorted(name for name, times in listed.items() if times > 1)
    assert not twice, f"Sorted twice: {twice}"


@pytest.mark.parametrize("app", rooms_with_tables(), ids=lambda app: str(app.label))
def test_every_rule_is_a_kept_row(app: AppConfig) -> None:
    register = import_module(f"{app.name}.retention")
    assert all(isinstance(kept, Kept) for kept in register.KEPT)


def test_a_rule_without_an_end_is_refused() -> None:
    with pytest.raises(ValueError, match="how_long"):
        Kept("cases.Report", ("words",), "what was told", "to answer it", "", "the key is shredded")
