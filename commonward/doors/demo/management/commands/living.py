"""`living make | act | addresses`: the district, its people at work, its pages."""

import json
import signal
import threading
import time
from dataclasses import asdict
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import close_old_connections
from django.utils import timezone
from django.utils.translation import gettext as _

from commonward.areas.models import Area
from commonward.cases.models import Case
from commonward.core.rights import SYSTEM
from commonward.disputes.actions.taking_over import take_over
from commonward.doors.demo import (
    helping,
    history,
    land,
    matters,
    mediation,
    names,
    neighbouring,
    planning,
    programmes,
    trusting,
)
from commonward.doors.demo.addresses import addresses
from commonward.doors.demo.answers import write_answers
from commonward.doors.demo.arrivals import Places, Residents
from commonward.doors.demo.moving import Drivers
from commonward.doors.demo.papers import write
from commonward.doors.demo.robots import SOURCE, Robots
from commonward.doors.demo.roles import PASSWORD, POSTS
from commonward.doors.demo.settling import SEED, seeded, settle
from commonward.doors.demo.staff import Staff
from commonward.doors.demo.undelivered import leave_stuck
from commonward.people.actions import change_speed, issue_key, set_site_clock
from commonward.people.models import Account
from commonward.people.queries import account_by_login, now, site_time

DAYS_AHEAD = 120
"""After so many days of its own time the demonstration stands still: it is bounded."""
KEYS = "demo-keys"
AHEAD = timedelta(hours=2)
OFTEN = timedelta(minutes=5)
_LEAD = timedelta(days=3)
_BREATH = 0.5


class Command(BaseCommand):
    """Only a demonstration has this command."""

    # Three programs' beginnings would be a third of the time until the first page.
    requires_system_checks = ()
    help = "The demonstration: make the district, or let its people act"

    def add_arguments(self, parser: CommandParser) -> None:
        """`make`, `act` and `addresses`."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("make", help="database, static files, and once the district's month")
        act = verbs.add_parser("act", help="residents and staff follow the clock until stopped")
        verbs.add_parser("addresses", help="every page as JSON, for the camera")
        act.add_argument("--seconds", type=float, default=None, help="real seconds, then end")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the verb."""
        if not settings.DEMO:
            raise CommandError(_("This is no demonstration: set COMMONWARD_DEMO=1."))
        match options["verb"]:
            case "make":
                self._make()
            case "act":
                self._act(options["seconds"])
            case _:
                pages, owed = addresses(now())
                told = {"pages": [asdict(page) for page in pages], "owed": owed}
                self.stdout.write(json.dumps(told))

    def _make(self) -> None:
        call_command("migrate", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        if site_time() is not None:
            self._refuse_an_older_one()
            self.stdout.write(
                _("The district stands already (in {folder}).").format(folder=settings.VAR)
            )
            self._tell()
            return
        began = time.monotonic()
        ends = history.morning(timezone.now())
        begins = ends - history.LIVED
        drawn = settle(ends - history.MONTH - _LEAD)
        self._say(
            began,
            _("{grids} grids with their teams, {workers} grid workers").format(
                grids=names.GRIDS, workers=matters.WORKERS
            ),
        )
        places = Places(drawn)
        taken = history.take_over(places, begins)
        self._say(began, _("{count} earlier cases").format(count=taken))
        staff = Staff(begins)
        write(staff.of_role("duty_chief", 0), begins)
        write_answers(staff.of_role("duty_chief", 0), staff.of_role("duty_chief", 1), begins)
        done = history.live_through(places, staff, begins, ends).done
        self._say(
            began,
            _("{reports} reports and {steps} steps of {days} days").format(
                reports=done.reports, steps=sum(done.steps.values()), days=history.LIVED.days
            ),
        )
        chance = seeded("talks")
        spots = [places.somewhere(chance) for _ in range(mediation.OPEN_NOW)]
        begun = mediation.begin_talks([(lat, lon, told[0]) for lat, lon, told in spots], ends)
        self._say(began, _("{count} disputes under way").format(count=begun))
        out = helping.begin(*land.CENTRE, ends)
        self._say(began, _("{count} units ordered out").format(count=out))
        self._say(began, _("{count} plans asked for").format(count=planning.ask(ends)))
        made = programmes.begin(begins, ends)
        self._say(began, _("{count} things of the programmes").format(count=made))
        leave_stuck(ends)
        neighbouring.begin(ends)
        trusting.begin(ends)
        self._keys(ends)
        set_site_clock(ends, 1, real=timezone.now())
        self._tell()

    def _refuse_an_older_one(self) -> None:
        """A post that came with an update has nobody there: its robot and its pages would fail."""
        known = set(Account.objects.values_list("login", flat=True))
        if missing := [post.login for post in POSTS if post.login not in known]:
            told = _(
                "The district in {folder} was made by an earlier version and has no {logins}. Remove"
                " that folder and start again: it holds invented cases only."
            )
            raise CommandError(told.format(folder=settings.VAR, logins=", ".join(missing)))

    def _say(self, began: float, words: str) -> None:
        self.stdout.write(f"demo: {words} ({time.monotonic() - began:.0f} s)")

    def _tell(self) -> None:
        self.stdout.write(_("Every post, the clock and a tour: {address}").format(
            address=f"{settings.SITE_URL}/demo/"
        ))  # fmt: skip
        self.stdout.write(
            _("Log-ins: {logins}; password: {password}").format(
                logins=", ".join(post.login for post in POSTS), password=PASSWORD
            )
        )
        self.stdout.write(
            _("Keys for the own API and for Open311: {file}").format(file=settings.VAR / KEYS)
        )

    def _past_disputes(self) -> None:
        """The year before, in parts, so that nobody waits long for the database."""
        grids = list(
            Area.objects.filter(level="grid", valid_until=None).values_list("code", flat=True)
        )
        rows = mediation.last_year(sorted(grids), history.morning(timezone.now()))
        try:
            while part := list(islice(rows, 500)):
                take_over(part)
        finally:
            close_old_connections()

    def _keys(self, at: datetime) -> None:
        """Keys of programs, kept in a file that only its owner reads: they are told once."""
        lines = []
        for post in POSTS:
            account = account_by_login(post.login)
            secret = issue_key(SYSTEM, f"demo {post.login}", ["api"], at=at, account=account)[1]
            lines.append(f"{post.login} {secret}\n")
        rights = ["open311.report", "open311.update"]
        lines.append(f"open311 {issue_key(SYSTEM, 'demo Open311', rights, at=at)[1]}\n")
        path = settings.VAR / KEYS
        path.touch(mode=0o600)
        path.write_text("".join(lines), encoding="utf-8")

    def _act(self, seconds: float | None) -> None:
        stands = site_time()
        if stands is None:
            raise CommandError(_("There is no district yet: `living make` comes first."))
        stop = threading.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: stop.set())
        if not stands.speed:
            change_speed(1, real=timezone.now())
        begins = now()
        robots = Robots(Staff(begins), begins, OFTEN)
        robots.take_up(
            (row, row.category.code)
            for row in Case.objects.filter(source=SOURCE, is_open=True).select_related("category")
        )
        drivers = Drivers()
        # After the first page: thirty thousand disputes are half a minute of writing.
        year = threading.Thread(target=self._past_disputes, daemon=True)
        year.start()
        residents = Residents(Places(land.draw(names.SHARES, SEED, south=names.SOUTH)), mark="live")
        expected, horizon = begins, history.morning(timezone.now()) + timedelta(days=DAYS_AHEAD)
        ends = None if seconds is None else time.monotonic() + seconds
        while not stop.is_set() and (ends is None or time.monotonic() < ends):
            moment = now()
            stands = site_time()
            if moment > horizon and stands is not None and stands.speed:
                change_speed(0, real=timezone.now())
            while expected < moment + AHEAD:
                robots.expect(residents.between(expected, expected + AHEAD))
                expected += AHEAD
            robots.until(min(moment, horizon))
            helping.stay_on_duty(min(moment, horizon))
            drivers.until(min(moment, horizon))
            close_old_connections()
            stop.wait(_BREATH)
        # While nobody acts, nothing grows late.
        change_speed(0, real=timezone.now())
