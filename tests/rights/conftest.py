"""The town, built once for the tests of a file; what a test changes goes with the test."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import transaction

from tests.rights.asking import Asking
from tests.rights.things import Things
from tests.rights.town import Town, build


@pytest.fixture(scope="module")
def built(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Town, Things, Path]]:
    """One of everything, and where its photos lie."""
    folder = tmp_path_factory.mktemp("photos")
    with pytest.MonkeyPatch.context() as patched, django_db_blocker.unblock(), transaction.atomic():
        patched.setattr(django_settings, "MEDIA_ROOT", folder)
        town = build()
        yield town, Things(town), folder
        transaction.set_rollback(True)


@pytest.fixture
def town(built: tuple[Town, Things, Path], db: None, settings: Any) -> Town:
    """The town; photos are where it left them."""
    settings.MEDIA_ROOT = built[2]
    # Who is signed in is not what is tested here: a session costs no question to the database.
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
    return built[0]


@pytest.fixture
def things(built: tuple[Town, Things, Path]) -> Things:
    """What can be named in an address."""
    return built[1]


@pytest.fixture
def asking(town: Town) -> Asking:
    """A browser for each person."""
    return Asking(town.accounts)
