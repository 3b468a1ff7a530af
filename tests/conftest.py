"""What every test may ask for. Which database and which folder: house/testing.py."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db.backends.base.operations import BaseDatabaseOperations
from hypothesis import settings as hypothesis_settings

from commonward.cases.queries.on_map import keeping
from commonward.doors.tiles import views as tiles
from commonward.response.queries import kept as fleets
from tests import migrated

ROOT = Path(__file__).resolve().parent.parent

# No deadline: a busy machine is not a bug. The blob lets any failure be replayed elsewhere.
hypothesis_settings.register_profile("house", deadline=None, print_blob=True)
hypothesis_settings.register_profile("thorough", deadline=None, print_blob=True, max_examples=2_000)
hypothesis_settings.load_profile("house")


@pytest.fixture(autouse=True)
def _nothing_of_another_test_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test has a database of its own: the map and the fleets kept of another are not of it."""
    monkeypatch.setattr(keeping, "_keeper", keeping._Keeper())
    for kept in ("_cases", "_ground"):
        monkeypatch.setattr(tiles, kept, type(getattr(tiles, kept))(1_000_000))
    fleets._fleets.clear()
    # A command that steps back behind the pages would make every test after it step back, too.
    monkeypatch.setattr(os, "nice", lambda more: 0, raising=False)


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
def kept_database(request: pytest.FixtureRequest) -> Path | None:
    """Where the empty database of these migrations is kept; None on PostgreSQL."""
    if not django_settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        return None
    return request.config.cache.mkdir("migrated") / f"{migrated.digest()}.sqlite3"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, kept_database: Path | None
) -> None:
    """A SQLite file instead of memory: threads share it, and WAL and IMMEDIATE are the real ones."""
    if kept_database is not None:
        made = django_settings.VAR / "test.sqlite3"
        django_settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = str(made)
        migrated.bring(kept_database, made)


@pytest.fixture(scope="session")
def django_db_keepdb(kept_database: Path | None) -> bool:
    """On SQLite Django takes the copied file as it is: the folder goes with the run anyhow."""
    return kept_database is not None


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, kept_database: Path | None) -> None:
    """What the migrations made is kept for the next run before the first test writes into it."""
    if kept_database is not None and not kept_database.exists():
        migrated.keep(django_settings.VAR / "test.sqlite3", kept_database)


@pytest.fixture(scope="session", autouse=True)
def _emptying_passes_the_append_only_triggers() -> Iterator[None]:
    """Between transactional tests the tables are emptied; only there the triggers step aside."""
    plain = BaseDatabaseOperations.execute_sql_flush

    def emptied(ops: Any, statements: list[str]) -> None:
        if not statements:
            return
        # The full-text index belongs to no model, so that Django does not empty it.
        statements = [*statements, "DELETE FROM cases_found;"]
        if ops.connection.vendor == "postgresql":
            plain(ops, ["SET LOCAL session_replication_role = replica;", *statements])
            return
        with ops.connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
        plain(
            ops,
            [
                *(f"DROP TRIGGER {name}" for name, _ in triggers),
                *statements,
                *(sql for _, sql in triggers),
            ],
        )

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(BaseDatabaseOperations, "execute_sql_flush", emptied)
        yield
