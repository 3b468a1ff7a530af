"""`ledger`: the public log, for who keeps it, who follows it, who witnesses it.

`verify`, `monitor` and `cosign` need no database: whoever holds a receipt or follows a log has none.
"""

import time
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _
from rich.progress import Progress

from commonward.cases.actions import cosigning, ledger_keys, sequencing
from commonward.cases.actions.ledger_checks import check_and_keep
from commonward.cases.queries.ledger import State, state
from commonward.cases.queries.ledger_checks import check_is_due
from commonward.core.ledger.following import SKEW
from commonward.core.refusals import Refusal
from commonward.doors.commands import ledgering, terminal
from commonward.doors.look.repeating import Repeating
from commonward.people.words import tell


class Command(Repeating):
    """Keep, check, follow the log (公开账本)."""

    help = "The public log: keys, rotate, sequence, check; verify, monitor, cosign (no database)"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """A word, and what it needs."""
        words = parser.add_subparsers(dest="word", required=True)
        keys = words.add_parser("keys", help="show the log's name, its keys and its witnesses")
        keys.add_argument("--witness", default="", metavar="KEY", help="take its cosignatures")
        keys.add_argument("--end-witness", default="", metavar="NAME", help="take them no more")
        words.add_parser("rotate", help="replace the log's key by a new one")
        sequence = words.add_parser("sequence", help="make leaves of all that happened")
        super().add_arguments(sequence)
        compare = words.add_parser("check", help="compare every leaf with the database")
        super().add_arguments(compare)
        compare.add_argument("--most", type=int, default=50, help="findings to print")
        verify = words.add_parser("verify", help="check a receipt")
        verify.add_argument("file", type=Path, metavar="RECEIPT.json")
        verify.add_argument(
            "--key", action="append", required=True, help="a key of the log, or a file of keys"
        )
        verify.add_argument("--log", default="", metavar="WHERE", help="is it in this log, too?")
        monitor = words.add_parser("monitor", help="look at a log; an alarm where it was changed")
        self._followed(monitor)
        monitor.add_argument(
            "--key", default="", help="a key of the log; else its first is believed"
        )
        monitor.add_argument(
            "--note", type=Path, default=None, metavar="FILE", help="another checkpoint to compare"
        )
        cosign = words.add_parser("cosign", help="a witness signs what it saw; --add takes that in")
        cosign.add_argument("where", nargs="?", default="", metavar="WHERE")
        cosign.add_argument("--state", type=Path, metavar="FILE")
        cosign.add_argument("--skew", type=float, default=SKEW, metavar="SECONDS")
        cosign.add_argument("--key-file", type=Path, metavar="FILE", help="the witness's own key")
        cosign.add_argument("--new-key", default="", metavar="NAME", help="make that file")
        cosign.add_argument("--out", type=Path, metavar="FILE", help="where the checkpoint goes")
        cosign.add_argument("--add", type=Path, metavar="FILE", help="a cosigned checkpoint")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what the word says; 1: the log was changed, 2: nothing can be said."""
        try:
            if options["word"] == "sequence" or options.get("every") is not None:
                super().handle(*args, **options)
            else:
                getattr(self, f"_{options['word']}")(options)
        except Refusal as refusal:
            raise CommandError(tell(refusal), returncode=ledgering.NOT_LOOKED) from refusal

    def once(self, options: dict[str, Any], *, quiet: bool) -> None:
        """Make leaves of what happened; or compare all of it, where that is due."""
        if options["word"] == "check":
            if check_is_due(timezone.now()):
                check_and_keep()
            return
        try:
            count = sequencing.sequence(leaving=self.leaving.is_set)
        except Refusal as refusal:
            if not quiet:
                raise
            # It goes on as soon as a person has looked; the desk shows that it waits.
            self.stderr.write(tell(refusal))
            return
        if not quiet:
            self.stdout.write(_("{count} leaves were added.").format(count=f"{count:,}"))

    def _followed(self, parser: CommandParser) -> None:
        parser.add_argument("where", metavar="WHERE", help="an address or a folder")
        parser.add_argument("--state", type=Path, required=True, metavar="FILE")
        parser.add_argument("--skew", type=float, default=SKEW, metavar="SECONDS")

    def _keys(self, options: dict[str, Any]) -> None:
        at = timezone.now()
        sequencing.sequence(most=0)
        if options["witness"]:
            ledger_keys.add_witness(options["witness"], at)
        if options["end_witness"]:
            ledger_keys.end_witness(options["end_witness"], at)
        self._tell(state(at))

    def _tell(self, told: State) -> None:
        self.stdout.write(_("The log {origin} has {size} leaves.").format(
            origin=told.origin, size=f"{told.size:,}"
        ))  # fmt: skip
        if told.queued:
            self.stdout.write(
                _("{count} events that may wait are entered meanwhile.").format(
                    count=f"{told.queued:,}"
                )
            )
        for key in told.keys:
            ended = _("until {moment:%Y-%m-%d %H:%M}").format(moment=key.retired_at) if (
                key.retired_at
            ) else _("in force")  # fmt: skip
            self.stdout.write(f"{key.verifier}  ({key.since:%Y-%m-%d %H:%M}, {ended})")
        for one in told.witnesses:
            seen = _("never yet") if one.seen_at is None else f"{one.seen_at:%Y-%m-%d %H:%M}"
            self.stdout.write(
                _("witness {key}: {size} leaves, {seen}").format(
                    key=one.verifier, size=f"{one.size:,}", seen=seen
                )
            )

    def _rotate(self, _options: dict[str, Any]) -> None:
        sequencing.rotate(timezone.now())
        self._tell(state())

    def _check(self, options: dict[str, Any]) -> None:
        console = terminal.console(self.stdout, 140)
        with Progress(console=console, transient=True) as progress:
            bar = progress.add_task(_("leaves"), total=None)
            done = check_and_keep(lambda count: progress.update(bar, completed=count))
        for one in done.findings[: options["most"]]:
            console.print(f"{one.kind}: {_(one.text).format(**one.values)}")
        if done.findings:
            raise CommandError(
                _("{count} things do not fit together in {seen} leaves.").format(
                    count=len(done.findings), seen=f"{done.leaves:,}"
                ),
                returncode=ledgering.ALARM,
            )
        console.print(
            _("{seen} leaves fit the database; of {gone} the key is destroyed.").format(
                seen=f"{done.leaves:,}", gone=f"{done.unprovable:,}"
            )
        )

    def _verify(self, options: dict[str, Any]) -> None:
        found = ledgering.verify_receipt(options["file"], options["key"], options["log"])
        for one in found:
            for line in ledgering.told_of(one):
                self.stdout.write(line)
        self.stdout.write(
            _("All of it is in the log: {count} events, in a state of {size} leaves.").format(
                count=len(found), size=f"{found[0].size:,}"
            )
        )

    def _monitor(self, options: dict[str, Any]) -> None:
        new = not options["state"].exists()
        seen = ledgering.watch(
            options["where"], options["state"], options["key"], options["note"],
            options["skew"], time.time(),
        )  # fmt: skip
        if new and not options["key"]:
            self.stdout.write(
                _("Its key was believed, as nobody named one: {key}").format(key=seen.key)
            )
        self.stdout.write(
            _("{origin}: {size} leaves, nothing was changed.").format(
                origin=seen.origin, size=f"{seen.seen.size:,}"
            )
        )

    def _cosign(self, options: dict[str, Any]) -> None:
        if options["add"]:
            try:
                note = options["add"].read_text("utf-8")
            except (OSError, UnicodeDecodeError) as fault:
                raise CommandError(str(fault), returncode=ledgering.NOT_LOOKED) from None
            names = cosigning.take_cosignature(note)
            self.stdout.write(_("Taken from {names}.").format(names=", ".join(names)))
            return
        if options["key_file"] is None:
            raise CommandError(_("Name the witness's --key-file."))
        if options["new_key"]:
            made = ledgering.new_witness(options["new_key"], options["key_file"])
            self.stdout.write(str(made))
            return
        if not options["where"] or options["state"] is None:
            raise CommandError(_("Name the log, and --state with the file of the last look."))
        note = ledgering.cosign(
            options["where"], options["state"], options["key_file"], options["skew"], time.time()
        )
        if options["out"] is None:
            self.stdout.write(note, ending="")
        else:
            options["out"].write_text(note, "utf-8")
