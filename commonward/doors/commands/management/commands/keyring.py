"""`keyring show`, `keyring rotate`, `keyring destroy`: the master keys and what they wrap."""

import fcntl
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from commonward.cases.actions.rewrapping import BATCH, wrapped_by
from commonward.core.refusals import Refusal
from commonward.doors.commands.mastering import columns, rotate
from commonward.people import keyring
from commonward.people.queries import now


class Command(BaseCommand):
    """The master keys (主密钥): told by their marks, never shown."""

    help = "Tells which master key wraps how much, changes it while the site works, ends old ones."

    def add_arguments(self, parser: CommandParser) -> None:
        """The words of the command."""
        words = parser.add_subparsers(dest="word", required=True)
        words.add_parser("show", help="the keys by their marks, and how much each wraps")
        turn = words.add_parser("rotate", help="a new key; wrap everything by it; again goes on")
        turn.add_argument(
            "--settle", type=float, default=5, metavar="S",
            help="seconds for all processes to learn it (on a shared folder 90)",
        )  # fmt: skip
        turn.add_argument("--batch", type=int, default=BATCH, metavar="N", help="keys at a time")
        end = words.add_parser("destroy", help="end a retired key, and what its backups sealed")
        end.add_argument("mark", metavar="MARK")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what the word says; every refusal in words."""
        try:
            getattr(self, f"_{options['word']}")(options)
        except Refusal as refusal:
            raise CommandError(_(refusal.text).format(**refusal.values)) from None

    def _show(self, _options: Any) -> None:
        wraps = wrapped_by(columns())
        for one in keyring.ring():
            mark = keyring.master_of(one).mark
            self._tell(mark, wraps.pop(mark, 0), str(one.made_on or "–"))
        for name, at in keyring.retired():
            day = timezone.localtime(datetime.fromtimestamp(at, UTC)).date()
            self._tell(bytes.fromhex(name), wraps.pop(bytes.fromhex(name), 0), _("retired on {day}").format(day=day))  # fmt: skip
        for mark, many in wraps.items():
            self._tell(mark, many, _("MISSING"))

    def _tell(self, mark: bytes, many: int, word: str) -> None:
        self.stdout.write(f"{mark.hex()}  {many:>9,}  {word}")

    def _rotate(self, options: Any) -> None:
        with Path(settings.VAR, ".keyring").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise CommandError(_("Another one is changing the keys.")) from None
            day = timezone.localdate(now())
            retired = rotate(day, options["settle"], options["batch"], self.stdout.write)
        for mark in retired:
            self.stdout.write(
                _(
                    "The key {mark} is retired: backups of its time open with it alone. Once none "
                    "of them is kept: `keyring destroy {mark}`."
                ).format(mark=mark.hex())
            )

    def _destroy(self, options: Any) -> None:
        keyring.destroy(options["mark"])
        self.stdout.write(_("Destroyed: what it sealed in old backups opens no more."))
