"""Code that is older than its database refuses to touch it, in words."""

from collections.abc import Iterator

import pytest
from django.core.management import CommandError, call_command
from django.core.management.base import SystemCheckError
from django.db import connection
from django.utils import translation

from commonward.core.refusals import Refusal
from commonward.people.queries import schema


@pytest.fixture
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def newer(db: None) -> None:
    """The database took a step that this code does not know, as after a downgrade."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) "
            "VALUES ('cases', '9999_of_tomorrow', CURRENT_TIMESTAMP), "
            "('of_another_product', '9999_theirs', CURRENT_TIMESTAMP)"
        )


@pytest.mark.django_db
def test_a_database_of_this_version_is_worked_with_and_owes_nothing() -> None:
    schema.require_own_schema()
    assert schema.lacking(schema.steps_taken()) == []
    assert "people" in schema.steps_of_this_code()


@pytest.mark.usefixtures("newer", "english")
def test_a_newer_database_is_refused_by_migrate_by_checks_and_by_every_worker() -> None:
    with pytest.raises(Refusal, match="cases.9999_of_tomorrow") as refused:
        schema.require_own_schema()
    assert "theirs" not in str(refused.value)
    with pytest.raises(SystemCheckError, match="set up by a newer version"):
        call_command("check", databases=["default"])
    with pytest.raises(SystemCheckError, match="set up by a newer version"):
        call_command("migrate", verbosity=0, skip_checks=False)
    with pytest.raises(CommandError, match="set up by a newer version"):
        call_command("tick", "--every", "60")


@pytest.mark.django_db
def test_a_step_that_is_not_taken_yet_is_owed() -> None:
    taken = [one for one in schema.steps_taken() if one != ("people", "0001_initial")]
    assert schema.lacking(taken) == ["people.0001_initial"]
