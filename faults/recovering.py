"""PostgreSQL put back to a named second: a base backup, and the log of every change since.

The commands are those of docs/how-to/operate.md, word for word; a test holds both together.
"""

import contextlib
import shutil
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from faults.book import Book
from faults.cluster import Cluster, own, running
from faults.installation import Site, site
from faults.killing import folder
from faults.load import Load
from faults.outcome import Outcome
from house.postgres import USER

WAL, BASE = "/srv/wal", "/srv/base"
"""Where the page keeps them; another folder here."""
ARCHIVE = "test ! -f /srv/wal/%f && cp %p /srv/wal/.%f && sync /srv/wal/.%f && mv /srv/wal/.%f /srv/wal/%f"
SETTINGS = {"wal_level": "replica", "archive_mode": "on", "archive_timeout": "60"}
FETCH = "cp /srv/wal/%f %p"


class Kept:
    """A folder of base backups and one of the log, and how to go back by them."""

    def __init__(self, home: Path) -> None:
        self.wal, self.base = home / "wal", home / "base"
        for path in (home, self.wal, self.base):
            path.mkdir(exist_ok=True)
            own(path)

    def settings(self) -> dict[str, str]:
        """For postgresql.conf."""
        return SETTINGS | {"archive_command": f"'{ARCHIVE.replace(WAL, str(self.wal))}'"}

    def back_up(self, server: Cluster, name: str) -> None:
        """`pg_basebackup`, while the site works."""
        server.call(
            "pg_basebackup", "-h", server.host, "-p", str(server.port), "-U", USER, "-D",
            str(self.base / name), "--checkpoint=fast", "--wal-method=none", "--no-sync",
        )  # fmt: skip

    def flush(self, server: Cluster, patience: float = 60) -> None:
        """Until the change that was made last is in the folder of the log."""
        segment = server.sql("SELECT pg_walfile_name(pg_switch_wal())")
        until = time.monotonic() + patience
        while not (self.wal / segment).exists():
            if time.monotonic() > until:
                raise TimeoutError(f"{segment} was not kept: {server.last_words()}")
            time.sleep(0.2)

    @contextlib.contextmanager
    def restored(self, name: str, home: Path, second: datetime | None) -> Iterator[Cluster]:
        """Another server, at the state of this moment; None: as far as the log goes."""
        made = Cluster(home)
        shutil.copytree(self.base / name, made.data)
        for path in (made.data, *made.data.rglob("*")):
            own(path)
        made.data.chmod(0o700)
        fetch = FETCH.replace(WAL, str(self.wal))
        lines = [f"restore_command = '{fetch}'", "archive_mode = off", f"port = {made.port}",
                 f"unix_socket_directories = '{home}'"]  # fmt: skip
        if second is not None:
            lines += [f"recovery_target_time = '{second.isoformat()}'",
                      "recovery_target_action = 'promote'"]  # fmt: skip
        with (made.data / "postgresql.auto.conf").open("a") as conf:
            conf.writelines(f"{line}\n" for line in lines)
        (made.data / "recovery.signal").touch()
        own(made.data / "recovery.signal")
        try:
            made.start()
            until = time.monotonic() + 120
            while made.sql("SELECT pg_is_in_recovery()") == "t":
                if time.monotonic() > until:
                    raise TimeoutError(made.last_words())
                time.sleep(0.2)
            yield made
        finally:
            made.stop()


def recovery(told: Outcome, rounds: int) -> None:
    """A site is put back to a named second: what was acknowledged before is there, nothing of after."""
    with folder() as place:
        kept = Kept(place / "kept")
        with (
            running(place / "pg", **kept.settings()) as server,
            site(place, database=server.url) as at_work,
        ):
            book = Book(at_work.folder / "book")
            kept.back_up(server, "night")
            with Load(at_work, book, portal=False) as load:
                load.wait_for(5 * rounds)
                second = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=1)
                while datetime.now(UTC) < second:
                    time.sleep(0.01)
                load.wait_for(5 * rounds)
                load.stop()
            at_work.inside("look")  # all of it is in the public log now
            at_work.stop()
            kept.flush(server)
            server.stop()
            _to_second(told, at_work, kept, place, second, book)
            _to_the_end(told, at_work, kept, place, book)


def _to_second(
    told: Outcome, at_work: Site, kept: Kept, place: Path, second: datetime, book: Book
) -> None:
    began = time.monotonic()
    with kept.restored("night", place / "back", second) as back:
        took = time.monotonic() - began
        at_work.environment["DATABASE_URL"] = back.url
        seen = at_work.inside("look")
    before = int(second.timestamp() * 1000)
    there = {number for number, *_ in seen["reports"]}
    lines = book.lines("report")
    early = {one["number"] for one in lines if one["at"] < before}
    late = {one["number"] for one in lines if one["asked_at"] >= before}
    told.wrong += [f"lost: {one}" for one in sorted(early - there)]
    told.wrong += [f"of after the second: {one}" for one in sorted(late & there)]
    told.wrong += [f"half: {one}" for one in seen["found"]]
    if not (early and late):
        told.wrong.append("the second did not divide what was reported")
    if not seen["refused"]:
        told.wrong.append("the public log went on behind what it had published")
    told.say(
        f"to {second:%H:%M:%S}: {len(early)} acknowledged before it there, {len(late)} asked after "
        f"it gone, in {took:.1f} s; the public log refused to go on over what it had published"
    )


def _to_the_end(told: Outcome, at_work: Site, kept: Kept, place: Path, book: Book) -> None:
    began = time.monotonic()
    with kept.restored("night", place / "end", None) as back:
        took = time.monotonic() - began
        at_work.environment["DATABASE_URL"] = back.url
        seen = at_work.inside("look")
    there = {number for number, *_ in seen["reports"]}
    lost = {one["number"] for one in book.lines("report")} - there
    told.wrong += [f"lost: {one}" for one in sorted(lost)]
    told.wrong += [*seen["found"], *seen["chain"], *seen["refused"]]
    told.say(f"to the end of the log: all {len(there)} there, chain intact, in {took:.1f} s")
