"""Parts of long texts that wait for each other: sealed files, so that what was answered is kept.

A file per part, named by a keyed hash of the one message that it belongs to. They are deleted when
the text is whole and was taken; what stays alone for a day is taken as it is, its gaps shown.
"""

import json
import os
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.crypto import salted_hmac

from commonward.cases.actions.sealing import masters
from commonward.core import sealing
from commonward.core.sms.parts import Place, whole

ALONE = timedelta(days=1)
GAP = "[…]"
_DONE = "done"


@dataclass(frozen=True, slots=True)
class Part:
    """One part as it came."""

    source: str
    destination: str
    text: str
    place: Place
    at: datetime


Take = Callable[[Part, str], None]
"""Takes a text that is whole: any part of it, and its words."""


def keep(part: Part, take: Take) -> None:
    """Keep a part, durably; when it was the last one, have the text taken and delete its parts.

    The same part once more changes nothing, also after the whole was taken; another part of the
    same place begins another text, and what there was is taken with its gaps.
    """
    name = _name(part)
    mine = _mark(part)
    done = _open(_folder() / f"{name}.{_DONE}", name)
    if done is not None:
        if mine in done["marks"]:
            return
        (_folder() / f"{name}.{_DONE}").unlink(missing_ok=True)
    there = _parts(name)
    held = there.get(part.place.number)
    if held is not None and held.text != part.text:
        _taken(name, there, take, gap=GAP)
    _write(f"{name}.{part.place.number}", name, _as_kept(part))
    # Read after it is written: of two that come at one moment one at least sees both.
    there = _parts(name)
    if len(there) == part.place.total:
        _taken(name, there, take)


def sweep(at: datetime, take: Take) -> int:
    """Take what waited too long for its other parts, and forget what was done; says how many."""
    taken = 0
    # What begins with a point is being written at this moment.
    for name in {path.name.partition(".")[0] for path in _folder().iterdir()} - {""}:
        done = _open(_folder() / f"{name}.{_DONE}", name)
        if done is not None and datetime.fromisoformat(done["at"]) < at - ALONE:
            (_folder() / f"{name}.{_DONE}").unlink(missing_ok=True)
        there = _parts(name)
        if there and max(one.at for one in there.values()) < at - ALONE:
            _taken(name, there, take, gap=GAP)
            taken += 1
    return taken


def _taken(name: str, there: dict[int, Part], take: Take, *, gap: str = "") -> None:
    first = there[min(there)]
    text = whole(first.place.total, {n: one.text for n, one in there.items()}, gap=gap)
    if text is None:
        return
    take(first, text)
    marks = [_mark(one) for one in there.values()]
    _write(f"{name}.{_DONE}", name, {"at": first.at.isoformat(), "marks": marks})
    for number in there:
        (_folder() / f"{name}.{number}").unlink(missing_ok=True)


def _parts(name: str) -> dict[int, Part]:
    return {one.place.number: one for one in _read(name)}


def _read(name: str) -> Iterator[Part]:
    for path in sorted(_folder().glob(f"{name}.[0-9]*")):
        kept = _open(path, name)
        if kept is not None:
            yield Part(
                kept["from"], kept["to"], kept["text"],
                Place(kept["reference"], kept["total"], kept["number"], kept["wide"]),
                datetime.fromisoformat(kept["at"]),
            )  # fmt: skip


def _as_kept(part: Part) -> dict[str, Any]:
    place = part.place
    return {
        "from": part.source, "to": part.destination, "text": part.text, "at": part.at.isoformat(),
        "reference": place.reference, "total": place.total, "number": place.number,
        "wide": place.wide,
    }  # fmt: skip


def _name(part: Part) -> str:
    place = part.place
    told = json.dumps([part.source, part.destination, place.reference, place.total, place.wide])
    return salted_hmac("commonward.sms.part", told, algorithm="sha256").hexdigest()[:32]


def _mark(part: Part) -> str:
    told = f"{part.place.number} {part.text}"
    return salted_hmac("commonward.sms.mark", told, algorithm="sha256").hexdigest()[:16]


def _folder() -> Path:
    folder = Path(settings.VAR) / "sms"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _keys() -> list[bytes]:
    return [
        HKDF(SHA256(), 32, None, b"commonward.sms.parts").derive(master.key) for master in masters()
    ]


def _write(file: str, name: str, kept: dict[str, Any]) -> None:
    data = sealing.seal(json.dumps(kept).encode(), _keys()[0], name)
    made = _folder() / f".{secrets.token_hex(8)}"
    with made.open("wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    made.replace(_folder() / file)


def _open(path: Path, name: str) -> dict[str, Any] | None:
    """None where it is not there (any more), or was sealed with a key that is gone."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    for key in _keys():
        try:
            found: dict[str, Any] = json.loads(sealing.open_sealed(data, key, name))
        except sealing.CannotOpen:
            continue
        return found
    return None
