"""`gazetteer import FILE | learn`: names of places; `gazetteer ask TEXT`: what a text may mean."""

from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from commonward.areas.actions.gazetteer import ODBL, OSM, forget_gazetteer, import_gazetteer
from commonward.areas.queries.gazetteer import candidates, sources
from commonward.cases.actions.placing import SOURCE, adopt_case_places
from commonward.core.refusals import Refusal
from commonward.doors.commands import terminal
from commonward.people.queries import now
from commonward.people.words import tell


class Command(BaseCommand):
    """Names of places by which words are put on the map (地名词典)."""

    help = "Gazetteer: import FILE.osm.pbf, learn, forget SOURCE, list, ask TEXT"

    def add_arguments(self, parser: CommandParser) -> None:
        """One verb, and what it needs."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        bring = verbs.add_parser("import", help="take these names in place of the source's earlier")
        bring.add_argument("file", type=Path, metavar="FILE")
        bring.add_argument("--source", default=OSM, help="where they come from")
        bring.add_argument("--licence", default=ODBL, help="under which licence")
        verbs.add_parser("learn", help="take the places that many cases name, as every night")
        forget = verbs.add_parser("forget", help="take away the names of a source")
        forget.add_argument("source", metavar="SOURCE")
        verbs.add_parser("list", help="where the names come from")
        ask = verbs.add_parser("ask", help="which places a text may mean")
        ask.add_argument("text", metavar="TEXT")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do the verb, and tell what came of it."""
        try:
            getattr(self, f"_{options['verb']}")(**options)
        except Refusal as refusal:
            raise CommandError(tell(refusal)) from refusal

    def _import(self, *, file: Path, source: str, licence: str, **_options: Any) -> None:
        found = import_gazetteer(file, source=source, licence=licence)
        console = terminal.console(self.stdout, 100)
        for kind, count in sorted(Counter(one.kind.value for one in found).items()):
            console.print(f"{kind:10} {count:8,}")
        told = _("{count} places are in the gazetteer from “{source}” ({licence}).")
        console.print(told.format(count=f"{len(found):,}", source=source, licence=licence))

    def _learn(self, **_options: Any) -> None:
        found = adopt_case_places(now())
        told = _("{count} places that many cases name are in the gazetteer as “{source}”.")
        self.stdout.write(told.format(count=f"{len(found):,}", source=SOURCE))

    def _forget(self, *, source: str, **_options: Any) -> None:
        count = forget_gazetteer(source)
        self.stdout.write(_("{count} names were taken away.").format(count=f"{count:,}"))

    def _list(self, **_options: Any) -> None:
        console = terminal.console(self.stdout, 100)
        for source, licence, count in sources():
            console.print(f"{source:30} {licence:20} {count:8,}")

    def _ask(self, *, text: str, **_options: Any) -> None:
        said = candidates(text, now())
        console = terminal.console(self.stdout, 100)
        if not said:
            console.print(_("No place is named in this text."))
        for one in said:
            sign = "?" if one.ambiguous else "–" if not one.candidates else "="
            console.print(f"{one.words} {one.house}".strip() + f" ({one.kind}) {sign}")
            for place in one.candidates:
                console.print(
                    f"  {place.name} {place.lat:.5f}, {place.lon:.5f} {place.located.code}"
                    f" {place.alike:.2f}"
                )
