"""What every test may ask for. Which database and which folder: house/testing.py."""

import os
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from hypothesis import settings as hypothesis_settings

ROOT = Path(__file__).resolve().parent.parent

# No deadline: a busy machine is not a bug. The blob lets any failure be replayed elsewhere.
hypothesis_settings.register_profile("house", deadline=None, print_blob=True)
hypothesis_settings.register_profile("thorough", deadline=None, print_blob=True, max_examples=2_000)
hypothesis_settings.load_profile("house")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real inputs (it holds `data/`): COMMONWARD_SHARED, or beside the checkout."""
    named = os.environ.get("COMMONWARD_SHARED")
    folder = Path(named) if named else ROOT.parent / "shared"
    if not (folder / "data").is_dir():
        pytest.skip(
            f"real data is absent: no data/ in {folder}; name its folder in COMMONWARD_SHARED"
        )
    return folder


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """A SQLite file instead of memory: threads share it, and WAL and IMMEDIATE are the real ones."""
    database = django_settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        database.setdefault("TEST", {})["NAME"] = str(django_settings.VAR / "test.sqlite3")
