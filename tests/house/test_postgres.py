"""A throw-away cluster leaves nothing behind, however its asker ends."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest

from house import postgres
from house.testing import ONE_IN, pytest_collection_modifyitems

ROOT = Path(__file__).resolve().parents[2]
ASKER = """
import signal, time
from house import postgres
# Whoever was started in the background (as in many a CI) has inherited an ignored Ctrl-C.
signal.signal(signal.SIGINT, signal.default_int_handler)
with postgres.throwaway() as url:
    print(url, flush=True)
    time.sleep(600)
"""


@pytest.fixture(autouse=True)
def needs_binaries() -> None:
    if postgres.binaries() is None:
        pytest.skip("no PostgreSQL server binaries here")


@pytest.fixture
def asker() -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A process that holds a cluster, and the cluster's address."""
    process = subprocess.Popen(
        [sys.executable, "-c", ASKER],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    yield process, process.stdout.readline().strip()
    process.kill()
    process.wait()
    process.stdout.close()


def shown(url: str, setting: str) -> str:
    with psycopg.connect(url) as connection:
        row = connection.execute(f"SHOW {setting}").fetchone()
    assert row is not None
    return str(row[0])


def gone(url: str, folder: Path) -> bool:
    """Whether the server and its folder have ended, within a patient while."""
    for _ in range(600):
        try:
            psycopg.connect(url, connect_timeout=2).close()
        except psycopg.OperationalError:
            if not folder.exists():
                return True
        time.sleep(0.1)
    return False


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_the_cluster_ends_with_whoever_asked_for_it(
    asker: tuple[subprocess.Popen[str], str], ending: signal.Signals
) -> None:
    process, url = asker
    folder = Path(shown(url, "data_directory")).parent
    assert folder.exists()
    os.kill(process.pid, ending)
    process.wait(timeout=60)
    assert gone(url, folder)


def test_a_cluster_for_tests_does_not_sync_and_one_for_measurements_does() -> None:
    with postgres.throwaway() as url:
        assert shown(url, "fsync") == "off"
    with postgres.throwaway(durable=True) as url:
        assert [
            shown(url, name) for name in ("fsync", "synchronous_commit", "full_page_writes")
        ] == [
            "on",
            "on",
            "on",
        ]


def test_two_clusters_at_once_do_not_meet() -> None:
    with postgres.throwaway() as one, postgres.throwaway() as other:
        assert urlsplit(one).port != urlsplit(other).port
        with psycopg.connect(one) as connection:
            connection.execute("CREATE TABLE only_here ()")
        with psycopg.connect(other) as connection:
            row = connection.execute("SELECT to_regclass('only_here')").fetchone()
        assert row == (None,)


def test_of_the_tests_of_pages_always_the_same_fourth_stands_for_the_others() -> None:
    names = [
        *(f"tests/doors/desk/test_page.py::test_{n}" for n in range(400)),
        *(f"tests/cases/test_loop.py::test_{n}" for n in range(20)),
    ]
    items: list[Any] = [SimpleNamespace(nodeid=name) for name in names]
    left: list[Any] = []
    config: Any = SimpleNamespace(
        getoption={"fewer_pages": True}.get,
        hook=SimpleNamespace(pytest_deselected=lambda items: left.extend(items)),
    )
    pytest_collection_modifyitems(config, items)
    kept = [item.nodeid for item in items]
    assert kept[-20:] == names[-20:], "what is no page runs whole"
    assert len(kept) - 20 == pytest.approx(400 / ONE_IN, rel=0.25)
    assert len(left) + len(kept) == len(names)
    # On every machine the same.
    assert [name.rpartition("_")[2] for name in kept[:5]] == ["1", "3", "8", "11", "13"]
