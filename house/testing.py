"""The pytest plugin that decides where tests keep files and which database they use.

It is loaded by `-p house.testing` because both must be settled before Django's settings are
read: a fresh folder for COMMONWARD_VAR, and DATABASE_URL. SQLite is the default;
`--postgres` or COMMONWARD_TEST_DB=postgres starts a throw-away cluster unless DATABASE_URL
names a server. Each worker of pytest-xdist gets a folder and a throw-away cluster of its own: the
oldest running transaction of a cluster is one for all its databases, so that a long test of one
worker would hold up what the other one waits for.
"""

import contextlib
import os
import shutil
import tempfile
import zlib
from collections.abc import Generator
from pathlib import Path

import pytest

from house import postgres

PAGES = tuple(f"tests/doors/{door}/" for door in ("desk", "portal", "field", "look", "demo"))
"""Tests of what a page says: they read by the rooms' queries, whose own tests run on both."""

ONE_IN = 4

MEMORY, PLENTY = "/dev/shm", 4 << 30  # noqa: S108 -- a folder of its own is made in it

_OWN = "CLUSTER_OF_THESE_TESTS"
_ended = pytest.StashKey[contextlib.ExitStack]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--postgres` chooses PostgreSQL."""
    parser.addoption(
        "--postgres",
        action="store_true",
        default=os.environ.get("COMMONWARD_TEST_DB") == "postgres",
        help="run on PostgreSQL: DATABASE_URL, or a throw-away cluster",
    )

    parser.addoption(
        "--fewer-pages",
        action="store_true",
        help=f"of the tests of pages every {ONE_IN}th, always the same ones",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out most tests of pages where they run for the second time, on another database."""
    if not config.getoption("fewer_pages"):
        return
    kept: list[pytest.Item] = []
    left: list[pytest.Item] = []
    for item in items:
        page = item.nodeid.startswith(PAGES)
        (left if page and not _drawn(item.nodeid) else kept).append(item)
    config.hook.pytest_deselected(items=left)
    items[:] = kept


def _quickly_written() -> str | None:
    """Memory that looks like a folder, if there is plenty: SQLite waits for the disk at each commit."""
    with contextlib.suppress(OSError):
        if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > PLENTY:
            return MEMORY
    return None


def _drawn(name: str) -> bool:
    """Whether a test is one of those that stand for the others: by its name, on every machine."""
    return zlib.crc32(name.encode()) % ONE_IN == 0


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(
    early_config: pytest.Config, parser: pytest.Parser, args: list[str]
) -> Generator[None, None, None]:
    """Settle files and database before pytest-django reads the settings."""
    stack = contextlib.ExitStack()
    early_config.stash[_ended] = stack
    early_config.add_cleanup(stack.close)
    folder = Path(
        stack.enter_context(
            tempfile.TemporaryDirectory(prefix="commonward-test-", dir=_quickly_written())
        )
    )
    (folder / "static").mkdir()  # whitenoise warns about a missing one, and warnings are errors
    os.environ["COMMONWARD_VAR"] = str(folder)
    # Tests of the sign-in ask for it themselves; the others begin where somebody is signed in.
    os.environ["COMMONWARD_SECOND_FACTOR"] = "0"
    # What a thread writes a second later would be no part of a test's own transaction.
    os.environ["COMMONWARD_POSITION_SECONDS"] = "0"
    chosen = early_config.known_args_namespace
    named = "DATABASE_URL" in os.environ and _OWN not in os.environ
    if chosen.postgres and not (named or chosen.help or chosen.version):
        try:
            os.environ["DATABASE_URL"] = stack.enter_context(postgres.throwaway())
        except postgres.NoServer as refusal:
            raise pytest.UsageError(f"--postgres: {refusal}") from refusal
        os.environ[_OWN] = "1"
        stack.callback(os.environ.pop, _OWN, None)
        stack.callback(os.environ.pop, "DATABASE_URL", None)
    return (yield)


def pytest_report_header() -> str:
    """Name the database, so that nobody takes a SQLite run for a PostgreSQL one."""
    url = os.environ.get("DATABASE_URL", "")
    return f"database: {'PostgreSQL' if url.startswith('postgres') else 'SQLite (file)'}"
