"""The clock of the site's programs jumps an hour and a day, ahead and back, under load."""

import time
from pathlib import Path

from faults.book import Book
from faults.checking import faults_of
from faults.installation import site
from faults.killing import folder
from faults.load import Load
from faults.outcome import Outcome, Skipped, times

JUMPS = (3600, 0, -3600, 0, 86_400, 0, -86_400, 0)
"""Seconds beside the machine's own clock, one after the other."""


def library() -> Path:
    """libfaketime, for programs with threads. Raises Skipped."""
    for found in sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1")):
        return found
    raise Skipped("libfaketime not found (Debian: libfaketime)")


def clock(told: Outcome, rounds: int) -> None:
    """No case's record runs backwards, no lease of another time sticks, nothing is lost."""
    lib = library()
    with folder() as place:
        stands = place / "clock"
        stands.write_text("+0\n")
        more = {
            "LD_PRELOAD": str(lib), "FAKETIME_TIMESTAMP_FILE": str(stands),
            "FAKETIME_CACHE_DURATION": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "FAKETIME_DONT_RESET": "1",
        }  # fmt: skip
        with site(place, more=more) as at_work:
            book = Book(place / "book")
            back: list[float | None] = []
            with Load(at_work, book) as load:
                for jump in JUMPS * rounds:
                    load.wait_for(15)
                    if not jump:
                        # Whoever is killed now leaves leases of a time that is no more.
                        at_work.programs["work"].kill()
                    stands.write_text(f"{jump:+d}\n")
                    back.append(load.back_after(time.monotonic()))
                load.stop()
            told.say(f"{len(JUMPS) * rounds} jumps, {book.count:,} acknowledged")
            told.say(f"next write after a jump: {times(back)}")
            told.wrong += load.odd + faults_of(at_work, book)
