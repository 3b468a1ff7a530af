"""Replaying with a progress bar: which data sets there are, and one of them from start to table."""

import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from commonward.cases.queries.figures import Figures, figures, replayed
from commonward.core.refusals import N_, Invalid
from commonward.doors.commands.replay import boston, synthetic, zurich
from commonward.doors.commands.replay.drive import Done, Replay
from commonward.doors.commands.replay.matters import DataSet
from commonward.doors.commands.replay.staff import settle

READERS: Mapping[str, Callable[[Path], DataSet]] = {"boston": boston.read, "zurich": zurich.read}


def shared_folder(named: Path | None = None) -> Path | None:
    """The folder of real data sets: named, COMMONWARD_SHARED, or beside the checkout; or None."""
    place = named or Path(os.environ.get("COMMONWARD_SHARED") or settings.ROOT.parent / "shared")
    return place if (place / "data").is_dir() else None


def data_set(name: str, shared: Path | None, count: int | None = None) -> DataSet:
    """The data set of that name; "synthetic" needs no folder. Raises Invalid."""
    if name == "synthetic":
        return synthetic.make(count or 2000)
    if name not in READERS:
        raise Invalid(
            N_("There is no data set “{name}”; known are {known}."),
            name=name,
            known=", ".join([*READERS, "synthetic"]),
            field="dataset",
        )
    if shared is None:
        raise Invalid(
            N_("The real data is not here: name its folder in COMMONWARD_SHARED or by --shared."),
            field="shared",
        )
    return READERS[name](shared)


def replay(
    console: Console, data: DataSet, *, limit: int | None = None, until: int | None = None
) -> tuple[Figures, Done]:
    """Set up the data set's district, replay it, and reckon. Refused where it was replayed before.

    With a limit the simulated time ends when the last of the first so many cases would: their
    figures are those of the whole data set's moment of reckoning.
    """
    if replayed(data.name):
        raise Invalid(
            N_("“{name}” has been replayed in this database; take an empty one."),
            name=data.name,
            field="dataset",
        )
    staff = settle(data)
    driven = Replay(data, staff, limit=limit, until=until)
    with Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        TextColumn("{task.fields[day]}"), console=console, transient=True,
    ) as progress:  # fmt: skip
        bar = progress.add_task(data.title_en, total=len(driven.matters), day="")

        def at(opened: int, moment: datetime) -> None:
            progress.update(bar, completed=opened, day=moment.date().isoformat())

        done = driven.run(at)
    return figures(datetime.fromtimestamp(driven.until, UTC), area=data.district), done
