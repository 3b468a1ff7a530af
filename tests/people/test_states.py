"""Migrations that draw little say to the database what Django's own would say."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.migrations import Migration, RunPython, RunSQL
from django.db.migrations.loader import MigrationLoader

from commonward.people.states import LIGHT, drawn_as_django_does

TOLD = ("cases", "disputes", "programmes", "people", "mfa", "socialaccount")
"""Rooms with keys to others, and two of allauth's that also alter columns."""


@pytest.fixture(scope="module")
def known() -> MigrationLoader:
    return MigrationLoader(None)


def last_of(known: MigrationLoader, label: str) -> Iterator[tuple[str, str]]:
    """The last two migrations of an app that change tables; none that runs code on rows."""
    names = sorted(name for app, name in known.disk_migrations if app == label)
    told = [
        name
        for name in names
        if not any(
            isinstance(o, RunPython | RunSQL) for o in known.disk_migrations[label, name].operations
        )
    ]
    yield from ((label, name) for name in told[-2:])


def statements(known: MigrationLoader, key: tuple[str, str]) -> list[str]:
    """What a migration would say, from the tables as they stand before it."""
    migration: Migration = known.disk_migrations[key]
    state: Any = known.project_state(key, at_end=False)
    _ = state.apps  # drawn before, as in a walk through all of them
    with connection.schema_editor(collect_sql=True, atomic=migration.atomic) as editor:
        migration.apply(state, editor, collect_sql=True)
    return [re.sub(r"\d{4}-\d\d-\d\d [\d:.]+", "now", one) for one in editor.collected_sql]


@pytest.mark.django_db(transaction=True)
def test_a_migration_says_the_same_however_much_is_drawn(known: MigrationLoader) -> None:
    for key in (key for label in TOLD for key in last_of(known, label)):
        lightly = statements(known, key)
        with drawn_as_django_does():
            assert statements(known, key) == lightly, key
        assert any(not one.startswith("--") for one in lightly), key


def test_most_of_our_migrations_draw_lightly_and_some_do_not(known: MigrationLoader) -> None:
    ours = [m for (app, _), m in known.disk_migrations.items() if app in ("cases", "programmes")]
    light = [m for m in ours if all(type(o) in LIGHT for o in m.operations)]
    assert len(ours) // 2 < len(light) < len(ours)
