"""How soon the map shows what others did, on either database, and what it does meanwhile."""

import subprocess
import sys
import threading
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection, transaction

from commonward.cases.queries.on_map import keeping, kept
from commonward.core.rights import SYSTEM
from commonward.core.tiles import Tile
from tests.cases.map_by_hand import Clock, agree, shown
from tests.district import small_district


def test_what_another_process_did_is_seen_within_five_seconds(
    transactional_db: None, clock: Clock
) -> None:
    district = small_district()
    report = district.report()
    tile = Tile.at(0, 0, 0)
    assert agree(tile, SYSTEM) == 1
    code = (
        "import django, sys; django.setup()\n"
        "from tests.district import AT, District\n"
        "from commonward.cases.actions import Said, open_case\n"
        "lat, lon = District.inside(1, 1)\n"
        "print(open_case('0301', Said(channel='counter', words='More.', lat=lat, lon=lon),"
        " AT).number)\n"
    )
    environment = {**django_environment(), "PYTHONPATH": str(django_settings.ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    clock.on(5)
    assert {p.number for p in shown(tile, SYSTEM).points} == {report.number, done.stdout.strip()}


def django_environment() -> dict[str, str]:
    """For another process on the very database of this test."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        url = f"sqlite:///{database['NAME']}"
    else:
        user, password = database["USER"], database["PASSWORD"]
        who = f"{user}:{password}@" if password else f"{user}@" if user else ""
        url = f"postgresql://{who}{database['HOST']}:{database['PORT']}/{database['NAME']}"
    return {
        "DATABASE_URL": url,
        "COMMONWARD_VAR": str(django_settings.VAR),
        "DJANGO_SETTINGS_MODULE": "commonward.config.settings",
        "PATH": "",
    }


def test_a_case_that_was_numbered_early_and_committed_late_is_seen(
    transactional_db: None, clock: Clock
) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("on SQLite one writes at a time: an event with a lower id is never later")
    district = small_district()
    district.report()
    tile = Tile.at(0, 0, 0)
    assert agree(tile, SYSTEM) == 1
    held, go_on = threading.Event(), threading.Event()
    late: list[Any] = []

    def slowly() -> None:
        try:
            with transaction.atomic():
                late.append(district.report(words="Numbered early."))
                held.set()
                go_on.wait(60)
        finally:
            held.set()
            connection.close()

    worker = threading.Thread(target=slowly)
    worker.start()
    held.wait(60)
    for _ in range(3):
        district.report(words="Numbered late.")
        clock.on(5)
        kept()
    assert agree(tile, SYSTEM) == 4
    go_on.set()
    worker.join(60)
    clock.on(5)
    assert agree(tile, SYSTEM) == 5
    number = kept().number
    for _ in range(3):
        clock.on(5)
        kept()
    assert kept().number == number, "what is read for good is not read again"
    assert keeping._keeper.reading.seen == set()


def test_while_one_reads_the_others_go_on_but_not_for_long(
    transactional_db: None, clock: Clock
) -> None:
    district = small_district()
    district.report()
    first = kept()
    district.report()
    with keeping._keeper.lock:
        clock.on(3)
        assert kept() is first
    clock.on(0.5)
    waiting: list[Any] = []

    def ask() -> None:
        waiting.append(kept())
        connection.close()

    with keeping._keeper.lock:
        clock.on(1)
        asks = threading.Thread(target=ask)
        asks.start()
        asks.join(0.3)
        assert waiting == [], "it is too old to be shown"
    asks.join(60)
    assert waiting[0].number == first.number + 1


def test_a_closed_case_leaves_the_map(transactional_db: None, clock: Clock) -> None:
    district = small_district()
    report = district.report()
    assert agree(Tile.at(0, 0, 0), SYSTEM) == 1
    district.act(report, "refuse", district.intake_officer, 2, reason="Not ours.")
    clock.on(1)
    assert len(shown(Tile.at(0, 0, 0), SYSTEM).points) == 1, "kept for two seconds"
    clock.on(4)
    assert agree(Tile.at(0, 0, 0), SYSTEM) == 0
