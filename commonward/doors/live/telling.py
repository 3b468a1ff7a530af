"""What is told of an event and of colleagues: the same for a stream and for a poll."""

import json
from collections.abc import Iterable
from typing import Any

from commonward.cases.queries.happened import Happening
from commonward.cases.queries.presence import Present
from commonward.core.following import Position


def event(happening: Happening) -> dict[str, Any]:
    """An event as JSON: number, verb, stage, version, moment and light; no words, no names."""
    return {
        "id": happening.id,
        "case": happening.filed.number,
        "verb": happening.verb,
        "stage": happening.stage,
        "version": happening.version,
        "at": happening.at.isoformat(),
        "light": happening.light,
    }


def colleagues(present: Iterable[Present], account: int | None) -> list[dict[str, str]]:
    """Those who look at the same case, but for the one who is told."""
    return [
        {"name": one.name, "since": one.since.isoformat()}
        for one in present
        if one.account != account
    ]


def message(name: str, data: Any, place: Position | None = None) -> bytes:
    """A message of the stream (WHATWG HTML, "Server-sent events"); its id is where to go on."""
    told = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    mark = f"id: {place.to_text()}\n" if place is not None else ""
    return f"{mark}event: {name}\ndata: {told}\n\n".encode()


def mark(place: Position) -> bytes:
    """A message that carries only where to go on; it tells that the connection lives, too."""
    return message("mark", {}, place)
