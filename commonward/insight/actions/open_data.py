"""Open data, written as files once a day (开放数据): a folder for each day, complete or not there.

Whoever takes a file gets a version with its checksums; the newest day is named in `current.json`.
Everything streams: a million cases need the memory of some thousands.
"""

import csv
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from commonward.core.indicators.facts import TABLES
from commonward.insight.queries import requests
from commonward.insight.queries.open_data import CURRENT, DICTIONARY, FIGURES, catalogue, dictionary
from commonward.insight.queries.released import (
    Ledger,
    figures_told,
    indicators,
    ledger,
    not_public,
    rows_of_counts,
)
from commonward.insight.queries.tabulating import COARSE, FINE, SITE

KEPT = 14
"""Days whose files are kept; the ledger of releases is kept for ever."""
_GROUP = 5_000
"""Rows that are in memory at once."""


def publish_files(at: datetime, *, again: bool = False) -> Path | None:
    """Write the files of today, unless they are there; the folder, or None where nothing was due."""
    folder: Path = settings.OPEN_DATA
    day = at.astimezone(ZoneInfo(settings.SITE_ZONE)).date().isoformat()
    target = folder / day
    if target.exists() and not again:
        return None
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f".{day}.{os.getpid()}"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    try:
        written = _written(draft, at, day)
        if target.exists():
            shutil.rmtree(target)
        draft.rename(target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    _swap(folder / CURRENT, {"version": day, "made_at": at.isoformat(), "files": written})
    for old in sorted(p for p in folder.iterdir() if p.is_dir() and p.name[:1] != ".")[:-KEPT]:
        shutil.rmtree(old)
    return target


def withdraw(at: datetime) -> bool:
    """Take back the files of earlier days, and write today's anew, once cases were forgotten.

    Their words (as the public read them, with private parts hidden) would else be told for as many
    days more as files are kept. Whether there were any.
    """
    folder: Path = settings.OPEN_DATA
    there = [p for p in folder.iterdir() if p.is_dir()] if folder.is_dir() else []
    if not there:
        return False
    new = publish_files(at, again=True)
    for old in there:
        if old != new:
            shutil.rmtree(old, ignore_errors=True)
    return True


def _written(draft: Path, at: datetime, day: str) -> list[dict[str, Any]]:
    language = settings.LANGUAGE_CODE
    told = ledger()
    _requests(draft, requests.rows(language))
    _table(draft, "figures", tuple(FIGURES["figures"]), _figures(told))
    _table(draft, "counts", tuple(FIGURES["counts"]), _counts(told))
    _json(draft / "releases.json", [_release(one) for one in told.releases])
    _json(draft / DICTIONARY, dictionary())
    _table(draft, "dictionary", ("file", "column", "type", "unit", "about", "about_zh"), (
        {"file": part["file"], **column} for part in dictionary()["files"] for column in part["columns"]
    ), parquet=False)  # fmt: skip
    files = [
        {"name": path.name, "bytes": path.stat().st_size, "sha256": _sha256(path)}
        for path in sorted(draft.iterdir())
    ]
    _json(draft / "catalogue.jsonld", catalogue(files, day, at))
    path = draft / "catalogue.jsonld"
    files.append({"name": path.name, "bytes": path.stat().st_size, "sha256": _sha256(path)})
    lines = "".join(f"{one['sha256']}  {one['name']}\n" for one in files)
    (draft / "SHA256SUMS").write_text(lines, encoding="utf-8")
    return files


def _requests(draft: Path, rows: Iterator[dict[str, Any]]) -> None:
    """One pass over the public cases writes all three forms."""
    columns = tuple(requests.COLUMNS)
    with (
        (draft / "requests.csv").open("w", encoding="utf-8", newline="") as flat,
        (draft / "requests.geojson").open("w", encoding="utf-8") as geo,
        _Parquet(draft / "requests.parquet", columns) as parquet,
    ):
        writer = csv.writer(flat, quoting=csv.QUOTE_ALL)
        writer.writerow(columns)
        geo.write('{"type": "FeatureCollection", "features": [')
        first = True
        for row in rows:
            writer.writerow([requests.harmless(row[name]) for name in columns])
            parquet.add(row)
            if row["lat"] is None or row["long"] is None:
                continue
            facts = {n: row[n] for n in columns if n not in ("lat", "long")}
            feature = {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [row["long"], row["lat"]]},
                "properties": facts,
            }
            geo.write(("" if first else ",") + "\n" + json.dumps(feature, ensure_ascii=False))
            first = False
        geo.write("\n]}\n")


def _table(
    draft: Path,
    name: str,
    columns: Sequence[str],
    rows: Iterable[Mapping[str, Any]],
    *,
    parquet: bool = True,
) -> None:
    """A table as CSV and Parquet."""
    with (draft / f"{name}.csv").open("w", encoding="utf-8", newline="") as flat:
        writer = csv.writer(flat)
        writer.writerow(columns)
        if not parquet:
            writer.writerows([requests.harmless(row[n]) for n in columns] for row in rows)
            return
        with _Parquet(draft / f"{name}.parquet", columns) as binary:
            for row in rows:
                writer.writerow([requests.harmless(row[n]) for n in columns])
                binary.add(row)


class _Parquet:
    """A Parquet file that is written a group of rows at a time."""

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        import pyarrow as pa  # noqa: PLC0415 (late: only whoever publishes needs it)
        import pyarrow.parquet as pq  # noqa: PLC0415

        numbers = {"lat", "long", "value", "number", "over", "under"}
        self.schema = pa.schema(
            [(name, pa.float64() if name in numbers else pa.string()) for name in columns]
        )
        self.make: Callable[..., Any] = pa.Table.from_pylist
        self.writer = pq.ParquetWriter(path, self.schema, compression="zstd")
        self.rows: list[dict[str, Any]] = []

    def __enter__(self) -> "_Parquet":
        return self

    def __exit__(self, *_: object) -> None:
        self.flush()
        self.writer.close()

    def add(self, row: Mapping[str, Any]) -> None:
        """One more row; a full group goes to the file."""
        self.rows.append({name: row[name] for name in self.schema.names})
        if len(self.rows) >= _GROUP:
            self.flush()

    def flush(self) -> None:
        """Write what is gathered."""
        if self.rows:
            self.writer.write_table(self.make(self.rows, schema=self.schema))
            self.rows = []


def _figures(told: Ledger) -> Iterator[dict[str, Any]]:
    chosen = {one.name: one for one in indicators()}
    for by in ((), *COARSE, *FINE):
        for one in figures_told(told, list(chosen), by):
            yield {
                "month": f"{one.month:%Y-%m}",
                "indicator": one.indicator,
                **_place(one.key),
                "value": _plain(one.value),
                "over": _plain(one.over),
                "under": _plain(one.under),
                "unit": chosen[one.indicator].unit.value,
                "held_back": "yes" if one.held_back else "no",
            }


def _plain(number: float | None) -> float | None:
    """A number as it is written: whole ones without a point."""
    return int(number) if number is not None and number == int(number) else number


def _counts(told: Ledger) -> Iterator[dict[str, Any]]:
    for month, name, key, number in rows_of_counts(told):
        yield {
            "month": f"{month:%Y-%m}",
            "count": name,
            **_place(key),
            "number": number,
            "held_back": "yes" if number is None else "no",
        }


def _place(key: Sequence[str]) -> dict[str, str]:
    found = dict.fromkeys(("street", "community", "part", "category"), "")
    level = "site" if tuple(key) == SITE else key[-2]
    found.update(dict(zip(key[0::2], key[1::2], strict=False)))
    return {"level": level, **{n: found[n] for n in ("street", "community", "part", "category")}}


def _release(one: Any) -> dict[str, Any]:
    return {
        "month": f"{one.first:%Y-%m}",
        "version": one.version,
        "made_at": one.made_at.isoformat(),
        "definitions": one.book,
        "sha256": one.digest,
        "tables": sorted(set(one.content) & set(TABLES)),
        "not_public": not_public(one),
    }


def _json(path: Path, data: Any) -> None:
    path.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _swap(path: Path, data: Any) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    _json(draft, data)
    draft.replace(path)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
