"""kill -9 of the site's own programs at random moments, under load."""

import contextlib
import random
import sqlite3
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from faults import cluster
from faults.book import Book
from faults.checking import faults_of, repeats
from faults.installation import Site, site
from faults.load import Load
from faults.outcome import Outcome, times


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    """A folder on a disk (and not in memory: syncing is a part of what is tried)."""
    with tempfile.TemporaryDirectory(
        prefix="commonward-faults-", ignore_cleanup_errors=True
    ) as made:
        Path(made).chmod(0o755)
        yield Path(made)


def sqlite(told: Outcome, rounds: int) -> None:
    """Web, worker and the log's writer on SQLite."""
    with folder() as place, site(place) as running:
        _rounds(told, running, rounds, _integrity)


def postgresql(told: Outcome, rounds: int) -> None:
    """Web, worker and the log's writer on PostgreSQL; each fifth time its postmaster."""
    with (
        folder() as place,
        cluster.running(place / "pg") as server,
        site(place, database=server.url) as at_work,
    ):
        _rounds(told, at_work, rounds, lambda _site: [], server)


def _rounds(
    told: Outcome,
    running: Site,
    rounds: int,
    look: Callable[[Site], list[str]],
    server: cluster.Cluster | None = None,
) -> None:
    book = Book(running.folder / "book")
    chance = random.Random()
    back: list[float | None] = []
    victims: Counter[str] = Counter()
    broken: list[str] = []
    with Load(running, book) as load:
        for number in range(rounds):
            load.wait_for(chance.randint(1, 12), patience=300)
            time.sleep(chance.uniform(0, 0.05))
            victim = chance.choice(("web", "web", "a process of web", "work", "ledger", "all"))
            if server is not None and number % 5 == 4:
                victim = "the postmaster"
            victims[victim] += 1
            moment = time.monotonic()
            if server is not None and victim == "the postmaster":
                server.kill()
            else:
                _kill(running, victim)
            broken += look(running)
            if victim not in ("work", "ledger"):
                back.append(load.back_after(moment, settling=1))
            if number % 20 == 19:
                print(f"   {number + 1} rounds, {book.count} acknowledged", flush=True)
        load.stop()
    told.say(f"{rounds} times kill -9 ({', '.join(f'{n} {v}' for v, n in victims.items())})")
    told.say(f"{book.count:,} acknowledged, {load.lost_answers:,} askings without an answer")
    told.say(f"writes back: {times(back)}")
    told.wrong += broken + load.odd + faults_of(running, book)
    came, again = repeats(running)
    told.say(f"{came:,} deliveries came, {again} of them a second time under the same key")


def _kill(running: Site, victim: str) -> None:
    if victim == "a process of web":
        if not running.programs["web"].kill_child():
            running.programs["web"].kill()
        return
    for name, one in running.programs.items():
        if victim in (name, "all"):
            one.kill()


def _integrity(running: Site) -> list[str]:
    """The file as it lies there after the kill, read by another program."""
    name = running.var / "commonward.sqlite3"
    with contextlib.closing(sqlite3.connect(name, timeout=20)) as opened:
        found = [str(row[0]) for row in opened.execute("PRAGMA quick_check").fetchall()]
    return [f"file: {one}" for one in found if one != "ok"]
