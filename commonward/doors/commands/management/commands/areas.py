"""`areas import | grow | show`: the tree of areas from files, grown cells, and what stands."""

import argparse
from collections.abc import Iterable
from datetime import date, datetime, time
from pathlib import Path
from typing import IO, Any, cast
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _
from rich.console import Console
from rich.table import Table

from commonward.areas import actions, queries
from commonward.core.areaplan import TOLERANCE, Plan
from commonward.core.refusals import N_, Refusal

_SHOWN = 20
"""Rows of each kind that are printed unless --all is given."""


_FLAWS = {"overlap": N_("overlap"), "hole": N_("hole"), "outside": N_("outside")}
_LEVELS = {
    "province": N_("province"),
    "city": N_("city"),
    "district": N_("district"),
    "street": N_("street"),
    "community": N_("community"),
    "grid": N_("grid"),
    "micro": N_("micro-grid"),
}


class Command(BaseCommand):
    """Import areas from GeoJSON and lists of codes, grow synthetic cells, show the tree."""

    help = "Areas: import FILE…, grow, show"

    def add_arguments(self, parser: CommandParser) -> None:
        """`import`, `grow` and `show`, each with its own options."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        bring = verbs.add_parser("import", help="bring the tree in line with files")
        bring.add_argument("files", nargs="+", type=Path, metavar="FILE")
        bring.add_argument("--gcj02", action="store_true", help="outlines are in GCJ-02: convert")
        bring.add_argument("--level", default="", help="take only rows of this level")
        bring.add_argument("--within", default="", metavar="CODE", help="only what belongs to it")
        bring.add_argument(
            "--top", action="append", default=[], metavar="CODE", help="this area needs no parent"
        )
        bring.add_argument(
            "--complete", action="store_true", help="end areas that the files do not name"
        )
        bring.add_argument(
            "--tolerance",
            type=float,
            default=TOLERANCE,
            metavar="M2",
            help="report overlaps and holes above this size",
        )
        bring.add_argument("--dry-run", action="store_true", help="show the plan, change nothing")
        bring.add_argument("--all", action="store_true", help="print every row of the plan")
        grow = verbs.add_parser("grow", help="fill a district with synthetic grids")
        grow.add_argument(
            "district", nargs="?", metavar="CODE", help="left out: a whole invented district"
        )
        grow.add_argument("--count", type=int, default=800)
        grow.add_argument("--seed", type=int, default=1)
        show = verbs.add_parser("show", help="what stands, or one area")
        show.add_argument("code", nargs="?", default="", metavar="CODE")
        for verb in (bring, grow, show):
            verb.add_argument(
                "--at",
                type=_moment,
                default=None,
                metavar="DATE",
                help="in force from this day (local); default: now",
            )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the verb; a refusal ends with its words and exit code 1."""
        out = cast(IO[str], self.stdout)
        console = Console(
            file=out, markup=False, highlight=False, width=None if out.isatty() else 110
        )
        at = options["at"] or timezone.now()
        try:
            match options["verb"]:
                case "import":
                    _import(console, options, at)
                case "grow":
                    _grow(console, options, at)
                case _:
                    _show(console, options["code"], at)
        except Refusal as refusal:
            raise CommandError(_(refusal.text).format(**refusal.values)) from refusal


def _moment(text: str) -> datetime:
    """A day, from its local midnight on, or a moment with its zone."""
    try:
        if len(text) == 10:
            day = date.fromisoformat(text)
            return datetime.combine(day, time(), ZoneInfo(settings.SITE_ZONE))
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(_("write a day as 2026-01-31")) from None
    if moment.tzinfo is None:
        raise argparse.ArgumentTypeError(_("a moment needs its zone, such as +08:00"))
    return moment


def _import(console: Console, options: dict[str, Any], at: datetime) -> None:
    files = []
    for path in options["files"]:
        try:
            files.append((path.name, path.read_bytes()))
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
    plan = actions.import_areas(
        files,
        at=at,
        gcj02=options["gcj02"],
        level=options["level"],
        within=options["within"],
        tops=options["top"],
        complete=options["complete"],
        tolerance=options["tolerance"],
        dry_run=options["dry_run"],
    )
    _print_plan(console, plan, None if options["all"] else _SHOWN)
    if options["dry_run"]:
        console.print(_("Dry run: nothing was changed."))
    elif plan.empty:
        console.print(_("Nothing to change."))
    if plan.rejected and plan.empty and not plan.unchanged:
        raise CommandError(_("No row of the files could be used."))


def _print_plan(console: Console, plan: Plan, shown: int | None) -> None:
    summary = Table(title=_("Plan"), show_header=False)
    for label, number in (
        (_("added"), len(plan.added)),
        (_("changed"), len(plan.changed)),
        (_("ended"), len(plan.ended)),
        (_("unchanged"), plan.unchanged),
        (_("outlines mended"), len(plan.mended)),
        (_("overlaps, holes, outside their parent"), len(plan.flaws)),
        (_("old codes replaced"), len(plan.renumbered)),
        (_("left out"), len(plan.rejected)),
    ):
        summary.add_row(label, f"{number:,}")
    console.print(summary)
    _rows(
        console,
        _("Changed"),
        (_("code"), _("name"), _("what"), "m²"),
        (
            (
                c.row.code.text,
                f"{c.was} → {c.row.name}" if c.was != c.row.name else c.was,
                ", ".join(c.what),
                f"{c.square_metres:,.0f}",
            )
            for c in plan.changed
        ),
        shown,
    )
    _rows(console, _("Ended"), (_("code"),), ((code,) for code in plan.ended), shown)
    _rows(
        console,
        _("Mended"),
        (_("code"), _("fault"), _("m² changed")),
        ((m.code, _(m.fault).format(**m.values), f"{m.square_metres:,.1f}") for m in plan.mended),
        shown,
    )
    flaws = sorted(plan.flaws, key=lambda f: -f.square_metres)
    _rows(
        console,
        _("Between outlines"),
        (_("kind"), _("code"), _("with"), "m²", _("near")),
        (
            (
                _(_FLAWS[f.kind]),
                f.code,
                f.other,
                f"{f.square_metres:,.0f}",
                f"{f.lat:.5f}, {f.lon:.5f}",
            )
            for f in flaws
        ),
        shown,
    )
    _rows(
        console,
        _("Old codes replaced"),
        (_("where"), _("reason")),
        ((where, _(reason)) for where, reason in plan.renumbered),
        shown,
    )
    _rows(
        console,
        _("Left out"),
        (_("where"), _("reason")),
        ((r.where, _(r.refusal.text).format(**r.refusal.values)) for r in plan.rejected),
        shown,
    )


def _rows(
    console: Console,
    title: str,
    heads: tuple[str, ...],
    rows: Iterable[tuple[str, ...]],
    shown: int | None,
) -> None:
    every = list(rows)
    if not every:
        return
    table = Table(title=title)
    for head in heads:
        table.add_column(head, justify="right" if "m²" in head else "left")
    for row in every[:shown]:
        table.add_row(*row)
    console.print(table)
    if shown is not None and len(every) > shown:
        console.print(
            _("… and {number} more (--all prints them)").format(number=len(every) - shown)
        )


def _grow(console: Console, options: dict[str, Any], at: datetime) -> None:
    if options["district"]:
        grown = actions.grow_grids(
            options["district"], at=at, count=options["count"], seed=options["seed"]
        )
    else:
        grown = actions.grow_district(at=at, seed=options["seed"], grids=options["count"])
    console.print(
        _(
            "Drawn: {streets} streets, {communities} communities, {grids} grids, all synthetic."
        ).format(streets=grown.streets, communities=grown.communities, grids=grown.grids)
    )


def _show(console: Console, code: str, at: datetime) -> None:
    if code:
        place = queries.area_by_code(code, at)
        above = queries.chain(place.path, at)
        console.print(" › ".join(f"{p.name} {p.code}" for p in above))
    table = Table(title=_("Areas in force"))
    for head in (_("level"), _("areas"), _("with outline"), _("synthetic")):
        table.add_column(head, justify="left" if head == _("level") else "right")
    for level, areas, drawn, synthetic in queries.counts(at, code):
        table.add_row(_(_LEVELS.get(level, level)), f"{areas:,}", f"{drawn:,}", f"{synthetic:,}")
    console.print(table)
    _rows(
        console,
        _("Directly below"),
        (_("code"), _("name"), _("English name")),
        ((p.code, p.name, p.name_en) for p in queries.children(code, at)),
        _SHOWN,
    )
