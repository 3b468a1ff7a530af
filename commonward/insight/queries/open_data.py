"""What open data there is: the files of the newest day, their dictionary and their catalogue.

The catalogue follows DCAT-AP 3 (JSON-LD). The dictionary is made from `core.indicators.facts`, the
set of indicators in force and the columns themselves, so that it tells what the files hold.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext, override

from commonward.core.refusals import N_, Missing
from commonward.insight.queries.books import version_in_force
from commonward.insight.queries.measuring import book_in_force
from commonward.insight.queries.released import counts, indicators
from commonward.insight.queries.requests import COLUMNS
from commonward.people.queries import now

CURRENT = "current.json"
DICTIONARY = "dictionary.json"
_PLACES: Mapping[str, tuple[str, str]] = {
    "level": ("text", N_("what the number is of: site, street, community, part or category")),
    "street": ("text", N_("the street's code; empty where the number is of no street")),
    "community": ("text", N_("the community's code")),
    "part": ("text", N_("the big class (大类) of the problems")),
    "category": ("text", N_("the category's code")),
}
FIGURES: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "figures": {
        "month": ("text", N_("the closed month, YYYY-MM")),
        "indicator": ("text", N_("the figure's name; each is explained at /figures/NAME/")),
        **_PLACES,
        "value": ("real", N_("the figure; empty where it is held back or has nothing under it")),
        "over": ("real", N_("the numerator of a rate")),
        "under": ("real", N_("the denominator of a rate")),
        "unit": ("text", N_("what it is measured in: count, share (0 to 1), seconds, score, number")),
        "held_back": ("text", N_("yes: a number under it is one to four, or would betray one")),
    },
    "counts": {
        "month": ("text", N_("the closed month, YYYY-MM")),
        "count": ("text", N_("the count's name; “…__rows” are the cases behind a median")),
        **_PLACES,
        "number": ("real", N_("how many; empty where it is held back")),
        "held_back": ("text", N_("yes: it is one to four, or would betray one")),
    },
}  # fmt: skip
_FILES = {
    "requests": ("csv", "parquet", "geojson"),
    "figures": ("csv", "parquet"),
    "counts": ("csv", "parquet"),
}
ABOUT: Mapping[str, str] = {
    "requests": N_("Every public report with where it stands, as its page shows it"),
    "figures": N_("The public figures by month, street, big class, community and category"),
    "counts": N_("The counts behind the figures, of what everybody may see"),
    "releases": N_("Which months were published when, with the digest of each"),
    "dictionary": N_("What every column and every figure means"),
    "catalogue": N_("This list for machines (DCAT-AP)"),
}
MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "jsonld": "application/ld+json",
    "geojson": "application/geo+json",
    "parquet": "application/vnd.apache.parquet",
    "": "text/plain; charset=utf-8",
}


def current() -> dict[str, Any] | None:
    """The newest day's files: `version`, `made_at`, `files`; None before the first."""
    try:
        found: dict[str, Any] = json.loads((settings.OPEN_DATA / CURRENT).read_text("utf-8"))
    except FileNotFoundError:
        return None
    return found


def file(version: str, name: str) -> Path:
    """A published file. Raises Missing for anything else."""
    found = current()
    day = found["version"] if version == "latest" and found else version
    path: Path = settings.OPEN_DATA / day / name
    plain = all(part.replace("-", "").replace(".", "").isalnum() for part in (day, name))
    if not plain or day.startswith(".") or name.startswith(".") or not path.is_file():
        raise Missing(N_("There is no such file of open data."))
    return path


def dictionary() -> dict[str, Any]:
    """Every file with its columns, every published figure and count, in both languages."""
    book = book_in_force()
    held = version_in_force(now())
    files = []
    for name, columns in {"requests": COLUMNS, **FIGURES}.items():
        files.append(
            {
                "file": name,
                "forms": list(_FILES[name]),
                "columns": [
                    {"column": column, "type": kind, "unit": _unit(column), **_both(about)}
                    for column, (kind, about) in columns.items()
                ],
            }
        )
    return {
        "definitions": held.label,
        "files": files,
        "indicators": [
            {
                "name": one.name,
                "title": one.titles["en"],
                "title_zh": one.titles["zh"],
                "about": one.about["en"],
                "about_zh": one.about["zh"],
                "unit": one.unit.value,
                "formula": one.text,
                "source": one.source,
                "explained": f"{settings.SITE_URL}/figures/{one.name}/",
            }
            for one in indicators()
        ],
        "counts": [
            {
                "name": one.name,
                "of": one.facts.name,
                "moment": one.moment,
                "where": one.text,
                "about": one.about["en"],
                "about_zh": one.about["zh"],
                "columns": [
                    {"column": c.name, "type": c.kind.value, **_both(c.about)}
                    for c in one.facts.columns.values()
                    if c.name in one.text or c.name == one.moment
                ],
            }
            for one in counts(book).values()
        ],
    }


def catalogue(files: Sequence[Mapping[str, Any]], version: str, at: datetime) -> dict[str, Any]:
    """The catalogue of these files as DCAT-AP (JSON-LD)."""
    base = f"{settings.SITE_URL}/data/"
    publisher = {"@type": "foaf:Agent", "foaf:name": settings.CONTACT or settings.SITE_URL}
    issued = {"@value": at.isoformat(), "@type": "xsd:dateTime"}
    datasets = []
    for name, about in ABOUT.items():
        own = [one for one in files if str(one["name"]).partition(".")[0] == name]
        if not own:
            continue
        told = _both(about)
        datasets.append(
            {
                "@id": f"{base}#{name}",
                "@type": "dcat:Dataset",
                "dct:identifier": name,
                "dct:title": _languages(told),
                "dct:description": _languages(told),
                "dct:publisher": publisher,
                "dct:modified": issued,
                "dct:accrualPeriodicity": {
                    "@id": "http://publications.europa.eu/resource/authority/frequency/DAILY"
                },
                "dcat:version": version,
                "dcat:distribution": [_distribution(one, base, version) for one in own],
            }
        )
    return {
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#",
            "dct": "http://purl.org/dc/terms/",
            "foaf": "http://xmlns.com/foaf/0.1/",
            "spdx": "http://spdx.org/rdf/terms#",
            "xsd": "http://www.w3.org/2001/XMLSchema#",
        },
        "@id": base,
        "@type": "dcat:Catalog",
        "dct:title": _languages(_both(N_("Open data"))),
        "dct:description": _languages(
            _both(N_("Problems of a district, what was done, and how fast"))
        ),
        "dct:publisher": publisher,
        "dct:modified": issued,
        "dct:license": {"@id": settings.OPEN_DATA_LICENCE},
        "dcat:dataset": datasets,
    }


def _distribution(one: Mapping[str, Any], base: str, version: str) -> dict[str, Any]:
    name = str(one["name"])
    return {
        "@type": "dcat:Distribution",
        "dct:title": name,
        "dcat:accessURL": {"@id": base},
        "dcat:downloadURL": {"@id": f"{base}{version}/{name}"},
        "dcat:mediaType": media(name).partition(";")[0],
        "dcat:byteSize": one["bytes"],
        "dct:license": {"@id": settings.OPEN_DATA_LICENCE},
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
            "spdx:checksumValue": one["sha256"],
        },
    }


def media(name: str) -> str:
    """The media type of a file by its name."""
    return MEDIA.get(name.rpartition(".")[2] if "." in name else "", MEDIA[""])


def _unit(column: str) -> str:
    return {"lat": "degrees", "long": "degrees"}.get(column, "")


def _languages(told: Mapping[str, str]) -> list[dict[str, str]]:
    return [
        {"@value": told["about"], "@language": "en"},
        {"@value": told["about_zh"], "@language": "zh-Hans"},
    ]


def _both(text: str) -> dict[str, str]:
    found = {}
    for code, name in (("en", "about"), ("zh-hans", "about_zh")):
        with override(code):
            found[name] = gettext(text)
    return found
