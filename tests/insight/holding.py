"""A small set of counts, and all that the files of the figures hold."""

# ruff: noqa: S608 (statements are made of our own file names)

from typing import Any

from django.conf import settings

from commonward.core.indicators.book import Book, book
from commonward.insight.store import engine
from commonward.insight.store import manifest as manifests
from commonward.insight.store.manifest import Manifest

COUNTS: dict[str, Any] = {
    "conditions": {"cases": {"real": "outcome not in ('void', 'refused')"}},
    "counts": {
        "opened": {"of": "cases", "moment": "opened_at"},
        "late": {"of": "cases", "moment": "reckoned_at", "where": "real and not met"},
        "waiting": {"of": "cases", "moment": "opened_at", "where": "end - opened_at > 3600"},
        "seconds": {"of": "cases", "moment": "closed_at", "measure": "sum(took)"},
        "typical": {"of": "cases", "moment": "closed_at", "measure": "median(took)"},
        "open_now": {"of": "cases", "where": "open"},
        "steps": {"of": "acts", "moment": "at", "where": "known(spent)"},
        "right": {"of": "acts", "moment": "at", "where": "right and verb == 'dispatch'"},
        "kept": {"of": "limits", "moment": "reckoned_at", "where": "met"},
        "heard": {"of": "reports", "moment": "received_at", "where": "first"},
    },
    "indicators": {},
}


def small_book(**more: Any) -> Book:
    """The counts above, and more."""
    return book({**COUNTS, "counts": {**COUNTS["counts"], **more}})


def stored(found: Manifest | None = None) -> dict[str, list[Any]]:
    """Every row that the files hold, and every rollup, each in a plain order."""
    found = found or manifests.read(settings.FIGURES)
    assert found is not None
    con = engine.connect(settings.FIGURES)
    kept: dict[str, list[Any]] = {}
    for name, months in found.files.items():
        for month, one in months.items():
            for part, file in {"": one.name, **one.rolled}.items():
                read = con.execute(f"SELECT * FROM {engine.listed(settings.FIGURES, [file])}")
                kept[f"{name} {month} {part}"] = sorted(read.fetchall(), key=repr)
    con.close()
    return kept
