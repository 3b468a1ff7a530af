"""What is wrong with an installation, and what to do about each thing (体检)."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import DatabaseError, connection
from django.http.request import validate_host
from django.utils.translation import gettext as _

from commonward.cases.queries.counted import (
    forgetting_owed,
    ledger_lag,
    newest_written,
    stuck_clocks,
)
from commonward.cases.queries.data_requests import late_requests
from commonward.cases.queries.outbox import WATCHED_AFTER
from commonward.cases.queries.outbox import counts as outbox_counts
from commonward.doors.commands.examining_keys import FAULT, OK, WARNING, keys_looked_at
from commonward.doors.look.beats import beats, last_done, newest
from commonward.doors.look.watching import database_answers, steps
from commonward.people.queries import now as site_now

SKEW = 30.0
"""Seconds by which two clocks may differ: followers of the public log allow 300."""
FORGETTING_AFTER = timedelta(days=2)
LARGE_WAL = 1 << 30
LITTLE, VERY_LITTLE = 0.10, 0.03
"""Parts of a disk that should, and that must be free."""
TICKING = frozenset({"work", "tick"})


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: how it stands, what is wrong and what to do ("" where "ok")."""

    about: str
    state: str
    told: str = ""
    do: str = ""


@dataclass(frozen=True, slots=True)
class _Asked:
    now: float
    backup_hours: float


_Found = Iterator[tuple[str, str, str]]


def examine(now: float, backup_hours: float) -> list[Finding]:
    """Look at everything; `now` is the machine's clock, in seconds since 1970."""
    asked = _Asked(now, backup_hours)
    found: list[Finding] = []
    there = database_answers()
    for about, check in _CHECKS.items():
        if about in _OF_THE_DATABASE and not there:
            continue
        try:
            wrong = [Finding(about, *one) for one in check(asked)]
        except DatabaseError as fault:
            wrong = [
                Finding(
                    about,
                    FAULT,
                    _("The database refused the question: {why}").format(why=fault),
                    _("Run `migrate`, then ask again."),
                )
            ]
        found += wrong or [Finding(about, OK)]
    return found


def _settings(_asked: _Asked) -> _Found:
    site = urlsplit(settings.SITE_URL)
    host = site.hostname or ""
    local = host in ("localhost", "127.0.0.1", "::1")
    if not validate_host(f"[{host}]" if ":" in host else host, settings.ALLOWED_HOSTS):
        yield (
            FAULT,
            _("The site's own address {address} is not answered.").format(address=site.geturl()),
            _("Add {host} to COMMONWARD_HOSTS.").format(host=host),
        )
    if settings.DEBUG and not local:
        yield (
            FAULT,
            _("Debug pages show the inside of the program to everybody."),
            _("Take COMMONWARD_DEBUG away."),
        )
    if settings.DEMO and not local:
        yield (
            WARNING,
            _("This is a demonstration: anybody signs in as anybody."),
            _("Take COMMONWARD_DEMO away where reports are real."),
        )
    if site.scheme != "https" and not local:
        yield (
            WARNING,
            _("Passwords and reports travel without TLS."),
            _("Put a web server with TLS before it and write https:// into COMMONWARD_SITE_URL."),
        )
    if not settings.SECOND_FACTOR and not settings.DEMO:
        yield (
            WARNING,
            _("Staff sign in with a password alone."),
            _("Set COMMONWARD_SECOND_FACTOR to 1."),
        )
    if not settings.MAIL and (settings.MAIL_FROM or settings.EMAIL_HOST != "localhost"):
        yield (
            FAULT,
            _("Mail is set up by half: none is offered or sent."),
            _("Set both COMMONWARD_SMTP and COMMONWARD_MAIL_FROM."),
        )
    for path in (Path(settings.MASTER_KEY_FILE), Path(settings.VAR) / "secret-key"):
        if path.exists() and path.stat().st_mode & 0o077:
            yield (
                FAULT,
                _("Others on this machine can read {file}.").format(file=path),
                _("chmod 600 {file}").format(file=path),
            )


def _database(_asked: _Asked) -> _Found:
    if not database_answers():
        yield (
            FAULT,
            _("The database does not answer."),
            _("Start it, and look at DATABASE_URL; what it tells is left out here."),
        )


def _migrations(_asked: _Asked) -> _Found:
    owed, newer = steps()
    if newer:
        yield (
            FAULT,
            _("A newer version has set the database up: {steps}.").format(
                steps=", ".join(newer[:5])
            ),
            _("Run that version, or restore a backup that was made before the upgrade."),
        )
    if owed:
        yield (
            FAULT,
            _("The database lacks {count} steps: run `migrate`.").format(count=len(owed)),
            _("Make a backup, stop the site, run `migrate`."),
        )


def _wal(_asked: _Asked) -> _Found:
    wanted = {"journal_mode": "wal"}
    if connection.vendor != "sqlite":
        wanted = dict.fromkeys(("fsync", "full_page_writes", "synchronous_commit"), "on")
    for name, value in wanted.items():
        is_ = _setting_of_the_database(name)
        if is_ not in (value, "local", "remote_write", "remote_apply"):
            yield (
                FAULT,
                _(
                    "The database's {name} is {value}: a power cut may lose acknowledged reports."
                ).format(name=name, value=is_),
                _("Set {name} to {value}.").format(name=name, value=value),
            )
    if connection.vendor == "sqlite":
        file = Path(f"{connection.settings_dict['NAME']}-wal")
        if file.exists() and file.stat().st_size > LARGE_WAL:
            yield (
                WARNING,
                _("SQLite's write-ahead log has {megabytes} MB: some program reads without end.").format(megabytes=file.stat().st_size >> 20),
                _("End that program, or start the site again."),
            )  # fmt: skip


def _disk(_asked: _Asked) -> _Found:
    for place in dict.fromkeys((Path(settings.VAR), Path(settings.LEDGER))):
        if not place.exists():
            continue
        usage = shutil.disk_usage(place)
        part = usage.free / usage.total
        if part < LITTLE:
            yield (
                FAULT if part < VERY_LITTLE else WARNING,
                _("{percent} % of the disk of {folder} are free.").format(
                    percent=round(part * 100, 1), folder=place
                ),
                _("Make room: old backups, logs, open data of past years."),
            )


def _clock(asked: _Asked) -> _Found:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT extract(epoch FROM clock_timestamp())")
            row = cursor.fetchone()
        yield from _differs(_("the database server"), float(row[0]) - asked.now, both=True)
    written = newest_written()
    if written is not None:
        ahead = (written - datetime.fromtimestamp(asked.now, UTC)).total_seconds()
        yield from _differs(_("whoever wrote the newest event"), ahead)
    for host in sorted({one.host for one in beats() if one.at - asked.now > SKEW}):
        last = max(one.at for one in beats() if one.host == host)
        yield from _differs(host, last - asked.now)


def _differs(whose: str, ahead: float, *, both: bool = False) -> _Found:
    if ahead > SKEW or (both and ahead < -SKEW):
        yield (
            FAULT,
            _("The clock of {whose} is {seconds} s ahead of this machine's.").format(
                whose=whose, seconds=round(ahead)
            ),
            _("Keep all clocks in step (NTP): deadlines and the public log depend on them."),
        )


def _deadlines(_asked: _Asked) -> _Found:
    stuck = stuck_clocks()
    if stuck:
        yield (
            WARNING,
            _("{count} clocks failed several times.").format(count=stuck),
            _("Look at /api/v1/stuck, which tells the fault of each."),
        )


def _workers(asked: _Asked) -> _Found:
    seen = newest()
    if not TICKING & seen.keys():
        yield (
            FAULT,
            _("No worker ever ticked the clocks from here: nobody is warned of a deadline."),
            _("Start `work --every 15`; on several hosts share COMMONWARD_VAR."),
        )
    for name, one in seen.items():
        if one.is_late(asked.now):
            yield (
                FAULT,
                _("`{worker}` gave no sign of life for {minutes} minutes.").format(
                    worker=name, minutes=round((asked.now - one.at) / 60)
                ),
                _(
                    "Look at its output and start it again. If it was ended for good, delete its "
                    "file in {folder}."
                ).format(folder=Path(settings.VAR) / "beats"),
            )


def _outbox(_asked: _Asked) -> _Found:
    for channel, count in outbox_counts(site_now()).items():
        if count.oldest_due > WATCHED_AFTER.total_seconds():
            yield (
                FAULT,
                _("{count} messages of the channel {channel} are due, for {hours} hours.").format(
                    count=count.due, channel=channel, hours=round(count.oldest_due / 3600, 1)
                ),
                _("Is `work` or `deliver` running, does the provider answer? Its output says why."),
            )
        if count.dead:
            yield (
                WARNING,
                _("{count} messages of the channel {channel} were given up.").format(
                    count=count.dead, channel=channel
                ),
                _("Look at the outbox at the desk: send them again, or tell people otherwise."),
            )


def _ledger(_asked: _Asked) -> _Found:
    found = ledger_lag()
    if found.late:
        yield (
            FAULT,
            _("The public log is {minutes} minutes behind.").format(
                minutes=round(found.seconds / 60)
            ),
            _("Is `ledger sequence` running? Its output says why it stands still."),
        )


def _forgetting(_asked: _Asked) -> _Found:
    owed = forgetting_owed(site_now() - FORGETTING_AFTER)
    if owed:
        yield (
            FAULT,
            _("The keeping time of {count} cases is over, and they are not forgotten.").format(
                count=owed
            ),
            _("Run `forget`, and run it every night."),
        )
    late = late_requests(site_now())
    if late:
        yield (
            WARNING,
            _("{count} requests to correct or delete personal data have no answer in time.").format(
                count=late
            ),
            _("The officers of the centre find them on their first page: have them answered."),
        )


def _backup(asked: _Asked) -> _Found:
    last = last_done("backup")
    if last is None:
        yield (
            WARNING,
            _("No backup was ever made from here, as far as is known."),
            _("Run `backup make FOLDER` every night, and keep the master key elsewhere."),
        )
    elif asked.now - last > asked.backup_hours * 3600:
        yield (
            FAULT,
            _("The last backup was made {hours} hours ago.").format(
                hours=round((asked.now - last) / 3600)
            ),
            _("Run `backup make FOLDER`, and look why it was not run by itself."),
        )


def _setting_of_the_database(name: str) -> str:
    ask = "PRAGMA" if connection.vendor == "sqlite" else "SHOW"
    with connection.cursor() as cursor:
        cursor.execute(f"{ask} {name}")  # names of ours alone
        row = cursor.fetchone()
    return str(row[0]) if row else ""


_CHECKS: dict[str, Callable[[_Asked], _Found]] = {
    "settings": _settings,
    "database": _database,
    "migrations": _migrations,
    "wal": _wal,
    "disk": _disk,
    "clock": _clock,
    "deadlines": _deadlines,
    "workers": _workers,
    "outbox": _outbox,
    "ledger": _ledger,
    "forgetting": _forgetting,
    "backup": _backup,
    "keys": lambda asked: keys_looked_at(asked.now),
}
_OF_THE_DATABASE = frozenset(
    {"migrations", "wal", "clock", "deadlines", "outbox", "ledger", "forgetting", "keys"}
)
