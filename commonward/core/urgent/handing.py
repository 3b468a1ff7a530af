"""An incident as one centre hands it to another (移交文件): one JSON text with its checksum.

The checksum is SHA-256 over the package in canonical form (UTF-8, keys sorted, no spaces): a file
that was cut or changed on its way is refused. It says nothing about who made the file: that is for
the way it came by.
"""

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from commonward.core.refusals import N_, Invalid

FORMAT = "commonward incident hand-over 1"
MOST_BYTES = 200_000


@dataclass(frozen=True, slots=True)
class Handed:
    """What a file says: the other centre's number, and what is to be known of the incident."""

    number: str
    kind: str
    words: str
    callback: str
    place: str
    lat: float | None
    lon: float | None
    drill: bool


def packed(number: str, package: Mapping[str, Any]) -> str:
    """The text of a file; the same package gives the same text."""
    made = {
        "format": FORMAT,
        "number": number,
        "package": dict(package),
        "sha256": _digest(number, package),
    }
    return json.dumps(made, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def unpacked(given: bytes) -> Handed:
    """What such a file says. Raises Invalid: no such file, or changed on its way."""
    if len(given) > MOST_BYTES:
        raise Invalid(
            N_("A hand-over file has at most {most} bytes."), most=MOST_BYTES, field="file"
        )
    try:
        found = json.loads(given.decode("utf-8"))
        number, package, digest = found["number"], found["package"], found["sha256"]
        if found["format"] != FORMAT or not isinstance(package, dict):
            raise TypeError
        intact = isinstance(number, str) and _digest(number, package) == digest
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Invalid(N_("This is no hand-over file of another centre."), field="file") from None
    if not intact:
        raise Invalid(
            N_(
                "This file was changed or cut on its way: its checksum does not fit. Ask for it again."
            ),
            field="file",
        )
    try:
        return _read(number, package)
    except (KeyError, TypeError, ValueError, OverflowError):
        raise Invalid(N_("This is no hand-over file of another centre."), field="file") from None


def _read(number: str, package: Mapping[str, Any]) -> Handed:
    calls = [(str(call["words"]), str(call["callback"])) for call in package["calls"]]
    told = [str(package["reason"]), *(words for words, _callback in calls)]
    lat, lon = package["lat"], package["lon"]
    if (lat is None) != (lon is None) or not all(
        one is None or math.isfinite(float(one)) for one in (lat, lon)
    ):
        raise ValueError
    return Handed(
        number=number,
        kind=str(package["kind"]),
        words="\n".join(dict.fromkeys(one for one in told if one))[:2000],
        callback=next((callback for _words, callback in calls if callback), "")[:200],
        place=str(package["place"])[:200],
        lat=None if lat is None else float(lat),
        lon=None if lon is None else float(lon),
        drill=package["drill"] is True,
    )


def _digest(number: str, package: Mapping[str, Any]) -> str:
    canonical = json.dumps(
        [FORMAT, number, package], ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()
