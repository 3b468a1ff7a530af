"""`roads import FILE`: the roads under the map; `roads graph FILE`: those that units drive."""

from pathlib import Path
from typing import Any

import numpy as np
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from commonward.areas.actions.roads import import_roads
from commonward.core.refusals import Refusal
from commonward.core.roads import CLASSES
from commonward.doors.commands import terminal
from commonward.people.words import tell
from commonward.response.actions.roads import adopt_road_graph


class Command(BaseCommand):
    """Import the roads of a site (道路)."""

    help = "Roads: import FILE.geojson|FILE.osm.pbf (the map), graph FILE (recommendations by road)"

    def add_arguments(self, parser: CommandParser) -> None:
        """`import` and `graph` with their file."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        bring = verbs.add_parser("import", help="take these roads in place of the earlier ones")
        bring.add_argument("file", type=Path, metavar="FILE")
        bring.add_argument("--credit", default="", help="whom the map thanks for them")
        bring.add_argument("--gcj02", action="store_true", help="its coordinates are GCJ-02")
        graph = verbs.add_parser(
            "graph", help="make these the roads by which units are recommended"
        )
        graph.add_argument("file", type=Path, metavar="FILE")
        graph.add_argument("--gcj02", action="store_true", help="its coordinates are GCJ-02")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, and tell how many of each class; or make the graph, and tell how large it is."""
        if options["verb"] == "graph":
            self._graph(options["file"], gcj02=options["gcj02"])
            return
        try:
            found = import_roads(options["file"], credit=options["credit"], gcj02=options["gcj02"])
        except Refusal as refusal:
            raise CommandError(tell(refusal)) from refusal
        console = terminal.console(self.stdout, 100)
        counts = np.bincount(found.kinds, minlength=len(CLASSES)).tolist()
        for name, count in zip(CLASSES, counts, strict=True):
            console.print(f"{name:10} {count:8,}")
        console.print(_("{count} roads are under the map.").format(count=f"{len(found):,}"))

    def _graph(self, file: Path, *, gcj02: bool) -> None:
        try:
            made = adopt_road_graph(file, gcj02=gcj02)
        except Refusal as refusal:
            raise CommandError(tell(refusal)) from refusal
        told = _("{nodes} places and {arcs} stretches of road; units are recommended by them now.")
        self.stdout.write(told.format(nodes=f"{len(made):,}", arcs=f"{made.arcs:,}"))
