"""`migrate` goes forward; backwards it goes only for who says that they know what is lost."""

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

pytestmark = pytest.mark.django_db


def test_going_back_is_refused_in_words_and_touches_nothing() -> None:
    with (
        translation.override("en"),
        pytest.raises(CommandError, match="restore a backup that was made before") as refused,
    ):
        call_command("migrate", "programmes", "0010", verbosity=0, skip_checks=True)
    assert "programmes.0011_places" in str(refused.value)
    with translation.override("en"), pytest.raises(CommandError, match="goes back over"):
        call_command("migrate", "insight", "zero", verbosity=0, skip_checks=True)


def test_what_does_not_exist_is_told_by_django_and_a_plan_may_be_looked_at() -> None:
    with pytest.raises(CommandError, match="9999"):
        call_command("migrate", "cases", "9999", verbosity=0, skip_checks=True)
    call_command("migrate", "programmes", "0010", plan=True, verbosity=0, skip_checks=True)
