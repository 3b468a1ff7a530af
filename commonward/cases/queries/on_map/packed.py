"""All open cases from PostgreSQL as packed arrays: a million in a few seconds, not twenty.

The database packs each column of some thousand cases into one value of equal pieces, which numpy
reads as it is. Words that repeat come as numbers (hashes of 64 bits); one case of each is then
asked what its word is. A case whose word is not as it was is read the slow way.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import transaction

from commonward.cases.queries.shown import OPEN_AND_SHOWN
from commonward.people.rows import fixed_cursor

MANY = 20_000
"""Cases of one statement: none runs long."""
_NUMBER = 20

# In the order of the statement. `||` of bytes pads with zeros, as numpy's own fixed bytes are.
_COLUMNS: tuple[tuple[str, str, str], ...] = (
    ("id", ">i8", "id"),
    (
        "number",
        f"S{_NUMBER}",
        f"substring(convert_to(number, 'UTF8') || decode(repeat('00', {_NUMBER}), 'hex')"
        f" FROM 1 FOR {_NUMBER})",
    ),
    ("lat", ">f8", "lat"),
    ("lon", ">f8", "lon"),
    ("due", ">f8", "COALESCE(EXTRACT(EPOCH FROM due_at)::float8, 'Infinity')"),
    ("warn", ">f8", "COALESCE(EXTRACT(EPOCH FROM warn_at)::float8, 'Infinity')"),
    ("category", ">i8", "category_id"),
    ("path", ">i8", "hashtextextended(area_path, 0)"),
    ("team", ">i8", "COALESCE(team_id, 0)"),
    ("handling", ">i8", "COALESCE(handling_team_id, 0)"),
    ("stage", ">i8", "hashtextextended(procedure_id || ' ' || stage, 0)"),
    (
        "shown",
        "?",
        OPEN_AND_SHOWN.format(case="one"),
    ),
)
_PACKED = f"""
SELECT {", ".join(f"array_send(array_agg({name}))" for name, _, _ in _COLUMNS)}
FROM (
  SELECT {", ".join(f"{sql} AS {name}" for name, _, sql in _COLUMNS)}
  FROM cases_case AS one WHERE is_open AND lat IS NOT NULL AND id > %s ORDER BY id LIMIT %s
) AS part
"""  # noqa: S608 (constants)
_WORDS = """
SELECT id, hashtextextended(area_path, 0), area_path,
       hashtextextended(procedure_id || ' ' || stage, 0), procedure_id, stage
FROM cases_case WHERE id = ANY(%s)
"""
_HEAD = 20
"""Bytes before the first piece: dimensions, flags, type, length, first place."""

Arrays = dict[str, npt.NDArray[Any]]


def packed(after: int) -> Arrays | None:
    """The next `MANY` open cases with a place beyond this id, by column; None for no more."""
    with transaction.atomic(), fixed_cursor() as cursor:
        # Compiling the statement would take longer than answering it.
        cursor.execute("SELECT set_config('jit', 'off', true)")
        cursor.execute(_PACKED, [after, MANY])
        row = cursor.fetchone()
    if row[0] is None:
        return None
    return {
        name: _pieces(bytes(value), kind)
        for (name, kind, _), value in zip(_COLUMNS, row, strict=True)
    }


def _pieces(value: bytes, kind: str) -> npt.NDArray[Any]:
    """An array as PostgreSQL sends it, without nulls: each piece after its length."""
    return np.frombuffer(value, [("length", ">i4"), ("piece", kind)], offset=_HEAD)["piece"]


def named(
    rows: Arrays, path: Callable[[str], int], stage: Callable[[tuple[int, str]], int]
) -> npt.NDArray[np.bool_]:
    """Put our numbers of the words into `path` and `stage`, and tell which rows have both."""
    firsts = {name: np.unique(rows[name], return_index=True)[1] for name in ("path", "stage")}
    asked = rows["id"][np.union1d(firsts["path"], firsts["stage"])].tolist()
    known: dict[str, dict[int, int]] = {"path": {}, "stage": {}}
    with fixed_cursor() as cursor:
        cursor.execute(_WORDS, [asked])
        for _, path_hash, path_word, stage_hash, procedure, stage_word in cursor.fetchall():
            known["path"][path_hash] = path(path_word)
            known["stage"][stage_hash] = stage((procedure, stage_word))
    whole = np.ones(len(rows["id"]), np.bool_)
    for name, numbers in known.items():
        rows[name], found = _translated(rows[name], numbers)
        whole &= found
    return whole


def _translated(
    column: npt.NDArray[Any], numbers: dict[int, int]
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.bool_]]:
    hashes = np.array(sorted(numbers), np.int64)
    ours = np.array([numbers[one] for one in hashes.tolist()], np.int32)
    if not len(hashes):
        return np.zeros(len(column), np.int32), np.zeros(len(column), np.bool_)
    at = np.minimum(np.searchsorted(hashes, column), len(hashes) - 1)
    return ours[at], hashes[at] == column
