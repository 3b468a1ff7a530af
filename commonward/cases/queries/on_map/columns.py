"""Open cases as columns: one array for each fact, the rows in the order of their places."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connection
from django.db.models import F, FloatField, Func

from commonward.cases.models import Case
from commonward.cases.queries.on_map import packed
from commonward.cases.queries.shown import open_and_shown
from commonward.core import tiles
from commonward.core.rights import Right

Columns = dict[str, npt.NDArray[Any]]

NEVER = np.inf
_TYPES: dict[str, Any] = {
    "place": np.int64,
    "id": np.int64,
    "due": np.float64,
    "warn": np.float64,
    "category": np.int32,
    "path": np.int32,
    "team": np.int32,
    "handling": np.int32,
    "stage": np.int32,
    "shown": np.bool_,
    "number": "S20",
}
_FIELDS = (
    "id", "number", "lat", "lon", "due", "warn", "category_id", "area_path", "team_id",
    "handling_team_id", "procedure_id", "stage", "shown",
)  # fmt: skip
_CHUNK = 20_000
_AT_ONCE = 500


class Names:
    """Words that repeat in many rows, each kept once under a number from 0 on."""

    def __init__(self) -> None:
        self.all: list[Any] = []
        self._numbers: dict[Any, int] = {}

    def number(self, word: Any) -> int:
        """The number of this word, a new one when it was never seen."""
        found = self._numbers.get(word)
        if found is None:
            # Appended first: whoever meanwhile reads the list knows every number given out.
            self.all.append(word)
            found = self._numbers[word] = len(self.all) - 1
        return found


class Words:
    """The paths of areas, and the stages as (procedure, name)."""

    def __init__(self) -> None:
        self.paths = Names()
        self.stages = Names()
        self._below: dict[str, npt.NDArray[np.bool_]] = {}

    def below(self, area: str) -> npt.NDArray[np.bool_]:
        """For each path by its number, whether it leads through this area."""
        found = self._below.get(area, np.zeros(0, np.bool_))
        new = self.paths.all[len(found) :]
        if new:
            right = Right("", area)
            added = np.array([right.covers(path, "") for path in new], np.bool_)
            found = self._below[area] = np.concatenate([found, added])
        return found


def all_open(words: Words) -> Columns:
    """Every open case that has a place, read in parts: no long query, no second copy of a million."""
    if connection.vendor == "postgresql":
        return _all_packed(words)
    return one_by_one(words)


def _all_packed(words: Words) -> Columns:
    parts: list[Columns] = []
    last = 0
    while (rows := packed.packed(last)) is not None:
        last = int(rows["id"][-1])
        known = packed.named(rows, words.paths.number, words.stages.number)
        rows["place"] = tiles.woven(rows["lon"].astype(float), rows["lat"].astype(float))
        rows["warn"] = np.where(rows["due"] == NEVER, NEVER, rows["warn"])
        parts.append({name: rows[name].astype(kind)[known] for name, kind in _TYPES.items()})
        if not known.all():
            parts.append(these(rows["id"][~known].tolist(), words))
    return by_place(joined([columns([], words), *parts]))


def one_by_one(words: Words) -> Columns:
    """The same by the models, on any database: what the packed reading is compared with."""
    parts: list[Columns] = []
    last = 0
    while True:
        rows = list(
            _rows(Case.objects.filter(is_open=True, lat__isnull=False, id__gt=last))
            .order_by("id")
            .values_list(*_FIELDS)[:_CHUNK]
        )
        parts.append(columns(rows, words))
        if len(rows) < _CHUNK:
            return by_place(joined(parts))
        last = rows[-1][0]


def these(ids: Sequence[int], words: Words) -> Columns:
    """Those of these cases that are open and have a place."""
    parts = [columns([], words)]
    for begin in range(0, len(ids), _AT_ONCE):
        some = ids[begin : begin + _AT_ONCE]
        found = _rows(Case.objects.filter(pk__in=some, is_open=True, lat__isnull=False))
        parts.append(columns(list(found.values_list(*_FIELDS)), words))
    return by_place(joined(parts))


def _rows(cases: Any) -> Any:
    return cases.annotate(due=_moment("due_at"), warn=_moment("warn_at"), shown=open_and_shown())


def _moment(column: str) -> Any:
    """As seconds where the database can give them: half of a long reading is making datetimes."""
    if connection.vendor != "postgresql":
        return F(column)
    template = "EXTRACT(EPOCH FROM %(expressions)s)::float8"
    return Func(F(column), template=template, output_field=FloatField())


def columns(rows: Sequence[Sequence[Any]], words: Words) -> Columns:
    """Rows of `_FIELDS` as columns, in the same order."""
    made = {name: np.zeros(len(rows), kind) for name, kind in _TYPES.items()}
    if not rows:
        return made
    (
        ids, numbers, lats, lons, dues, warns, categories, paths, teams, handling, procedures,
        stages, shown,
    ) = zip(*rows, strict=True)  # fmt: skip
    made["place"][:] = tiles.woven(np.array(lons, float), np.array(lats, float))
    made["id"][:] = ids
    made["number"][:] = [number.encode() for number in numbers]
    made["due"][:] = _moments(dues)
    made["warn"][:] = np.where(made["due"] == NEVER, NEVER, _moments(warns))
    made["category"][:] = categories
    made["path"][:] = [words.paths.number(path) for path in paths]
    made["team"][:] = [team or 0 for team in teams]
    made["handling"][:] = [team or 0 for team in handling]
    made["stage"][:] = [words.stages.number(s) for s in zip(procedures, stages, strict=True)]
    made["shown"][:] = shown
    return made


def _moments(given: Iterable[datetime | float | None]) -> list[float]:
    return [
        NEVER if at is None else at if isinstance(at, float) else at.timestamp() for at in given
    ]


def joined(parts: Sequence[Columns]) -> Columns:
    """Rows after rows."""
    return {name: np.concatenate([part[name] for part in parts]) for name in _TYPES}


def by_place(rows: Columns) -> Columns:
    """The same rows in the order of their places, then of their ids."""
    return chosen(rows, np.lexsort((rows["id"], rows["place"])))


def chosen(rows: Columns, which: npt.NDArray[Any]) -> Columns:
    """Some rows, by their positions or by a mask."""
    return {name: column[which] for name, column in rows.items()}


def count(rows: Columns) -> int:
    """How many rows there are."""
    return len(rows["id"])
