"""The tables behind `locate`: built once for each state of the tree, kept as files, mapped."""

import bisect
import fcntl
import os
import shutil
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from django.conf import settings

from commonward.areas.models import Area, Shape
from commonward.areas.queries.tree import valid
from commonward.core.locator import Locator

_FORM = 1
"""Raised when the files change their form, so that old ones are not read."""
_IN_MEMORY = 6
_ON_DISK = 12


@dataclass(frozen=True, slots=True)
class Layer:
    """Areas of one kind with their locator; the arrays are in the locator's order.

    `ids` int64, `codes` and `paths` ASCII bytes.
    """

    locator: Locator
    ids: npt.NDArray[np.int64]
    codes: npt.NDArray[np.bytes_]
    paths: npt.NDArray[np.bytes_]


@dataclass(frozen=True, slots=True)
class Layers:
    """First the leaves (areas without a drawn child), then those above, the deepest first."""

    all: tuple[Layer, ...]


class _Kept:
    """What this process has mapped, and the moments at which the tree changes."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.moments: tuple[int, list[datetime]] = (0, [])
        self.layers: OrderedDict[tuple[int, int], Layers] = OrderedDict()


_kept = _Kept()


def layers_at(at: datetime, revisions: Mapping[str, int]) -> Layers:
    """The layers in force at a moment, for the state of the tree that `revisions` names.

    The first process to ask builds them (100,000 outlines: some seconds) under a lock on the
    folder, the others wait and map the files. Without any mark there are no areas to keep.
    """
    mark = revisions.get("areas", 0)
    if not mark:
        return _build(at)
    with _kept.lock:
        if _kept.moments[0] != mark:
            _kept.moments = (mark, _moments())
        epoch = bisect.bisect_right(_kept.moments[1], at)
        layers = _kept.layers.get((mark, epoch))
        if layers is None:
            layers = _from_disk(mark, epoch, at)
            _kept.layers[mark, epoch] = layers
            while len(_kept.layers) > _IN_MEMORY:
                _kept.layers.popitem(last=False)
        else:
            _kept.layers.move_to_end((mark, epoch))
        return layers


def _moments() -> list[datetime]:
    """Every moment at which an area or an outline begins or ends to be in force."""
    found: set[datetime] = set()
    for model in (Area, Shape):
        for column in ("valid_from", "valid_until"):
            rows = model._default_manager.values_list(column, flat=True).distinct()
            found.update(moment for moment in rows if moment is not None)
    return sorted(found)


def _from_disk(mark: int, epoch: int, at: datetime) -> Layers:
    folder = settings.VAR / "places"
    folder.mkdir(parents=True, exist_ok=True)
    wanted = folder / f"{_FORM}-{mark}-{epoch}"
    while True:
        try:
            os.utime(wanted)  # the least recently used go first
            return _load(wanted)
        except FileNotFoundError:  # not built yet, or cleared away by another process just now
            with (folder / "lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                if not wanted.exists():
                    _write(_build(at), folder, wanted)


def _write(layers: Layers, folder: Path, wanted: Path) -> None:
    """Into a folder of its own, then renamed: a reader sees all of it or nothing."""
    made = Path(tempfile.mkdtemp(prefix="making-", dir=folder))
    try:
        for number, layer in enumerate(layers.all):
            part = made / str(number)
            part.mkdir()
            layer.locator.save(part)
            for name in ("ids", "codes", "paths"):
                np.save(part / f"{name}.npy", getattr(layer, name))
        made.rename(wanted)
    finally:
        shutil.rmtree(made, ignore_errors=True)
    ready = [path for path in folder.iterdir() if path.is_dir()]
    ready.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    for old in ready[_ON_DISK:]:
        gone = old.with_name(f"gone-{old.name}")
        old.rename(gone)  # at once, so that nobody reads half of it
        shutil.rmtree(gone, ignore_errors=True)


def _load(folder: Path) -> Layers:
    parts = sorted((part for part in folder.iterdir()), key=lambda part: int(part.name))
    return Layers(
        tuple(
            Layer(
                Locator.load(part), *(np.load(part / f"{n}.npy") for n in ("ids", "codes", "paths"))
            )
            for part in parts
        )
    )


def _build(at: datetime) -> Layers:
    rows = list(
        Shape.objects.filter(valid(at))
        .filter(area__in=Area.objects.filter(valid(at)))
        .order_by("area__code")
        .values_list("area_id", "area__code", "area__path", "wkb")
    )
    return layered(rows)


def layered(rows: list[tuple[int, str, str, Any]]) -> Layers:
    """The layers of (id, code, path, WKB), sorted by code: in memory, for a draft too."""
    drawn = {code for _, code, _, _ in rows}
    above: set[str] = set()
    for _, code, path, _ in rows:
        above.update(c for c in path.strip("/").split("/") if c != code)
    above &= drawn
    sets = [[row for row in rows if row[1] not in above]]
    for length in sorted({len(code) for code in above}, reverse=True):
        sets.append([row for row in rows if row[1] in above and len(row[1]) == length])
    return Layers(tuple(_layer(part) for part in sets))


def _layer(rows: list[tuple[int, str, str, Any]]) -> Layer:
    shapes = shapely.from_wkb(np.array([bytes(wkb) for *_, wkb in rows], dtype=object))
    return Layer(
        Locator.build(list(shapes)),
        np.array([area for area, *_ in rows], dtype=np.int64),
        np.array([code for _, code, _, _ in rows], dtype=np.bytes_),
        np.array([path for _, _, path, _ in rows], dtype=np.bytes_),
    )
