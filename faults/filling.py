"""A disk that fills, and a folder of photos that takes nothing: what the site answers, and what it keeps."""

import contextlib
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from faults.book import Book
from faults.checking import faults_of
from faults.cluster import running
from faults.installation import Site, site
from faults.killing import folder
from faults.load import Load
from faults.outcome import Outcome, Skipped


@contextlib.contextmanager
def small(place: Path, megabytes: int) -> Iterator[Path]:
    """A small disk of its own at this folder."""
    if os.geteuid() != 0:
        raise Skipped("a small disk can be mounted by root alone")
    place.mkdir(parents=True, exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "none", str(place)]
    if subprocess.run(command, check=False).returncode:
        raise Skipped("no small disk could be mounted here")
    try:
        yield place
    finally:
        for _ in range(50):
            if subprocess.run(["umount", str(place)], check=False, stderr=-3).returncode == 0:
                break
            time.sleep(0.2)


def fill(place: Path) -> Path:
    """Write until nothing more fits."""
    path = place / "filling"
    with path.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(b"\0" * 65536)
    with path.open("ab", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(b"\0")
    return path


def _refused(told: Outcome, running_: Site, load: Load, mend: Callable[[], None]) -> None:
    """Let it be broken for a while: every refusal says when to ask again. Then it is mended."""
    load.refusals.clear()
    until = time.monotonic() + 60
    while len(load.refusals) < 20 and time.monotonic() < until:
        time.sleep(0.1)
    refusals = list(load.refusals)
    plain = [one for one in refusals if one[0] != 503 or not one[1] or "Traceback" in one[2]]
    if not refusals:
        told.wrong.append("nobody was refused while it was broken: was it?")
    told.wrong += [f"refused without saying when to ask again: {one}" for one in plain[:5]]
    moment = time.monotonic()
    mend()
    back = load.back_after(moment)
    told.say(
        f"{len(refusals)} refused, {len(plain)} of them without 503 and Retry-After; "
        f"writes back {'never' if back is None else f'{back:.1f} s'} after it was mended"
    )
    if back is None:
        told.wrong.append("writes did not come back")


def full_sqlite(told: Outcome, rounds: int) -> None:
    """The disk of COMMONWARD_VAR (SQLite, photos, log) fills under load, and is emptied."""
    with folder() as place, small(place / "var", 64) as disk, site(place) as at_work:
        book = Book(place / "book")
        with Load(at_work, book) as load:
            for _ in range(rounds):
                load.wait_for(20)
                path = fill(disk)
                _refused(told, at_work, load, path.unlink)
            load.stop()
        told.say(f"{rounds} times full, {book.count:,} acknowledged")
        told.wrong += load.odd + faults_of(at_work, book)


def full_postgresql(told: Outcome, rounds: int) -> None:
    """The disk of PostgreSQL fills under load, and is emptied; its service begins it again."""
    with (
        folder() as place,
        small(place / "pg", 400) as disk,
        running(place / "pg") as server,
        site(place, database=server.url) as at_work,
    ):
        book = Book(place / "book")
        with Load(at_work, book) as load:
            for _ in range(rounds):
                load.wait_for(20)
                path = fill(disk)
                with contextlib.suppress(RuntimeError):
                    server.sql("SELECT pg_switch_wal()")  # so that it needs another file at once
                _refused(told, at_work, load, path.unlink)
            load.stop()
        told.say(f"{rounds} times full, {book.count:,} acknowledged")
        told.wrong += load.odd + faults_of(at_work, book)


def _writable(place: Path) -> None:
    subprocess.run(["mount", "-o", "remount,rw", str(place)], check=True)


def photos(told: Outcome, rounds: int) -> None:
    """The folder of photos takes nothing (read-only, then full): the report is refused whole."""
    with folder() as place:
        media = place / "var" / "media"
        with small(media, 8), site(place) as at_work:
            book = Book(place / "book")
            with Load(at_work, book, photos=True) as load:
                for number in range(rounds):
                    load.wait_for(20)
                    if number % 2:
                        path = fill(media)
                        _refused(told, at_work, load, path.unlink)
                    else:
                        subprocess.run(["mount", "-o", "remount,ro", str(media)], check=True)
                        _refused(told, at_work, load, lambda: _writable(media))
                load.stop()
            told.say(f"{rounds} times broken, {book.count:,} acknowledged")
            told.wrong += load.odd + faults_of(at_work, book)
            seen = at_work.inside("look")
            left = {str(path.relative_to(media)) for path in media.rglob("*") if path.is_file()}
            orphans = len(left - set(seen["names"]))
            told.say(f"{orphans} files left of reports that were refused")
            if orphans:
                told.wrong.append(f"half: {orphans} files without a row")
