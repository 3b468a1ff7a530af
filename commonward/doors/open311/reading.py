"""Read single values as the standard writes them; each refusal says what would be right."""

import re
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _

from commonward.core.numbers import normalise
from commonward.core.refusals import Invalid
from commonward.doors.open311.asking import Ask, Problem

_MOMENT = re.compile(
    r"(\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?)(?:\.(\d{1,9}))?(Z|[ +-]\d\d:?\d\d)", re.ASCII | re.I
)
_DEGREES = re.compile(r"[+-]?\d{1,3}(?:\.\d{0,20})?", re.ASCII)
_ATTRIBUTE = re.compile(r"attribute\[([^\[\]]{1,80})\](?:\[\])?")
_EARLIEST, _LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


def moment(ask: Ask, name: str, *, last: bool = False) -> datetime | None:
    """A moment with its zone; None when absent. A "+" that became a space is understood.

    Answers show whole seconds, so the `last` moment of a span means the end of its second.
    """
    text = ask.one(name)
    if not text:
        return None
    found = _MOMENT.fullmatch(text)
    at = None
    if found is not None:
        try:
            at = datetime.fromisoformat(
                found[1].upper() + found[3].upper().replace(" ", "+").replace("Z", "+00:00")
            )
            fraction = found[2] or ("999999" if last else "")
            at = at.replace(microsecond=int(fraction[:6].ljust(6, "0")))
        except ValueError:
            at = None
    try:
        known = at is not None and _EARLIEST <= at <= _LATEST
    except OverflowError:
        known = False
    if at is None or not known:
        raise Problem(
            400,
            _(
                "{name} “{given}” is not a moment with a zone. Write 2026-01-31T08:00:00+08:00, "
                "or 2026-01-31T00:00:00Z for the same in UTC."
            ).format(name=name, given=text[:60]),
        )
    return at


def degrees(ask: Ask, name: str, most: int) -> float | None:
    """A coordinate in decimal degrees; None when absent."""
    text = ask.one(name)
    if not text:
        return None
    if not _DEGREES.fullmatch(text):
        raise Problem(
            400,
            _(
                "{name} “{given}” is not a number of degrees; write it like 27.8273, with a point."
            ).format(name=name, given=text[:60]),
        )
    value = float(text)
    if abs(value) > most:
        raise Problem(
            400,
            _(
                "{name} {given} is not on the earth: it lies between −{most} and {most}. "
                "Are lat and long the right way round?"
            ).format(name=name, given=text[:60], most=most),
        )
    return value


def point(ask: Ask) -> tuple[float, float] | None:
    """lat and long together; None when both are absent."""
    lat, lon = degrees(ask, "lat", 90), degrees(ask, "long", 180)
    if lat is None and lon is None:
        return None
    if lat is None or lon is None:
        missing = "lat" if lat is None else "long"
        raise Problem(
            400, _("{missing} required: lat and long are given together.").format(missing=missing)
        )
    return lat, lon


def count(ask: Ask, name: str, default: int, most: int) -> int:
    """A whole number from 1; more than `most` counts as `most`."""
    text = ask.one(name)
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and int(text) > 0):
        raise Problem(
            400,
            _("{name} “{given}” is not a whole number from 1.").format(name=name, given=text[:60]),
        )
    return min(int(text), most)


def flag(ask: Ask, name: str) -> bool:
    """Whether a parameter says yes."""
    return ask.one(name).lower() in ("true", "1", "yes")


def known_number(text: str) -> str | None:
    """The canonical number of a report; None when it cannot be one."""
    try:
        return normalise(text)
    except Invalid:
        return None


def attributes(ask: Ask) -> dict[str, Any]:
    """The answers `attribute[code]=…` and `attribute[code][]=…`; empty ones are absent."""
    found: dict[str, Any] = {}
    for name in ask.form:
        if not name.startswith("attribute"):
            continue
        match = _ATTRIBUTE.fullmatch(name)
        if match is None:
            raise Problem(
                400,
                _(
                    "“{name}” is not an attribute; write attribute[code] or attribute[code][]."
                ).format(name=name[:100]),
            )
        values = [v for v in ask.form.getlist(name) if v.strip()]
        if values:
            before = found.get(match[1], [])
            found[match[1]] = [*(before if isinstance(before, list) else [before]), *values]
    return {code: v[0] if len(v) == 1 else v for code, v in found.items()}
