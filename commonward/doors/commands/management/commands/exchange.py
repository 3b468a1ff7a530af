"""`exchange in|out|reconcile NAME FILE`: bulk from other systems, as the desk does it."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from rich.progress import Progress
from rich.table import Table

from commonward.cases.actions import exchanging
from commonward.cases.actions.exchanging.reporting import report_bytes
from commonward.cases.actions.exchanging.rights import exchange_named, run_numbered
from commonward.cases.actions.exchanging.telling import statuses_file
from commonward.cases.models import ExchangeRun
from commonward.core.refusals import Refusal
from commonward.core.rights import SYSTEM
from commonward.doors.commands import terminal
from commonward.people.queries import now as site_now

_SUMS = ("taken", "updated", "same", "differing", "refused", "only_there", "only_here")


class Command(BaseCommand):
    """Take orders in, write statuses out, compare two lists; stopped, the same word goes on."""

    help = "Exchange: in NAME FILE · out NAME FILE · ack NAME NUMBER · reconcile NAME FILE · go-on"

    def add_arguments(self, parser: CommandParser) -> None:
        """The words and what each takes."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        for name, told in (
            ("in", "take in their file; the same file again goes on"),
            ("out", "write the statuses that changed since the last acknowledged file"),
            ("reconcile", "compare their list with ours"),
        ):
            one = verbs.add_parser(name, help=told)
            one.add_argument("name", metavar="NAME")
            one.add_argument("file", type=Path, metavar="FILE")
            if name == "out":
                one.add_argument("--again", type=int, metavar="NUMBER", help="this earlier file")
            else:
                one.add_argument("--report", type=Path, metavar="FILE", help="write CSV or XLSX")
        ack = verbs.add_parser("ack", help="the other system has this file of statuses")
        ack.add_argument("name", metavar="NAME")
        ack.add_argument("number", type=int, metavar="NUMBER")
        verbs.add_parser("go-on", help="go on with every run that has not ended")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it; what cannot be done is said in words and ends with code 1."""
        try:
            getattr(self, "_" + options["verb"].replace("-", "_"))(options)
        except OSError as error:
            raise CommandError(str(error)) from error
        except Refusal as refusal:
            raise CommandError(_(refusal.text).format(**refusal.values)) from refusal

    def _in(self, options: dict[str, Any]) -> None:
        self._run(options, "in")

    def _reconcile(self, options: dict[str, Any]) -> None:
        self._run(options, "reconcile")

    def _run(self, options: dict[str, Any], kind: str) -> None:
        file: Path = options["file"]
        console = terminal.console(self.stdout, 110)
        run = exchanging.begin(
            SYSTEM, options["name"], kind, file.read_bytes(), file=file.name, at=site_now()
        )
        with Progress(console=console, transient=True) as progress:
            bar = progress.add_task(_("rows"), total=None)
            run = exchanging.carry_on(
                run.pk, site_now, progress=lambda now: progress.update(bar, completed=now.line)
            )
        _print(self, run)
        if options["report"]:
            report: Path = options["report"]
            report.write_bytes(report_bytes(run, report.suffix.removeprefix(".")))

    def _out(self, options: dict[str, Any]) -> None:
        file: Path = options["file"]
        if options["again"]:
            exchange = exchange_named(options["name"])
            found: ExchangeRun | None = run_numbered(exchange, options["again"], "out")
        else:
            found = exchanging.make_statuses(SYSTEM, options["name"], site_now())
        if found is None:
            self.stdout.write(_("Nothing changed since the last acknowledged file."))
            return
        file.write_bytes(statuses_file(found)[1])
        self.stdout.write(
            _("File {number}: {count} statuses. Acknowledge it once they have it.").format(
                number=found.number, count=found.taken
            )
        )

    def _ack(self, options: dict[str, Any]) -> None:
        exchanging.acknowledge(SYSTEM, options["name"], options["number"], site_now())
        self.stdout.write(_("File {number} is acknowledged.").format(number=options["number"]))

    def _go_on(self, options: dict[str, Any]) -> None:
        exchanging.carry_on_all(site_now)


def _print(command: BaseCommand, run: ExchangeRun) -> None:
    console = terminal.console(command.stdout, 110)
    titles = {
        "taken": _("taken in"), "updated": _("updated"), "same": _("equal"),
        "differing": _("differing"), "refused": _("refused"), "only_there": _("only there"),
        "only_here": _("only here"),
    }  # fmt: skip
    table = Table(title=_("Run {number}").format(number=run.number), show_header=False)
    for name in _SUMS:
        table.add_row(titles[name], f"{getattr(run, name):,}")
    console.print(table)
