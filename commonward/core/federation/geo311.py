"""What neighbours that speak Open311 say (GeoReport v2 and FixMyStreet's updates), JSON or XML.

Real servers differ: moments without a zone, one thing instead of a list, everything below an
`errors`, numbers where words are meant, a page of HTML with status 200. What can be understood is;
what cannot is refused in words, and one bad request never spoils the others of its page.
"""

import json
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any

from commonward.core.refusals import N_, Invalid, Refusal

MOST_BYTES = 8 * 1024 * 1024
MOST_WORDS = 4000
CLOSED = frozenset({"closed", "fixed", "fixed - council", "fixed - user", "no further action"})


@dataclass(frozen=True, slots=True)
class Service:
    """A kind of request there."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Request:
    """A request there; `ref` is its number, "" while there is only a `token`."""

    ref: str
    token: str
    service: str
    words: str
    closed: bool
    lat: float | None
    lon: float | None
    address: str
    asked_at: datetime | None
    updated_at: datetime | None
    notes: str


@dataclass(frozen=True, slots=True)
class Update:
    """Something said of a request there."""

    id: str
    ref: str
    words: str
    closed: bool
    at: datetime | None


def services(body: bytes, form: str) -> tuple[Service, ...]:
    """The kinds of request. Raises Refusal for an error or what is no list of them."""
    return tuple(
        Service(_text(one, "service_code"), _text(one, "service_name"))
        for one in _rows(body, form, "service")
        if _text(one, "service_code")
    )


def requests(body: bytes, form: str, zone: tzinfo) -> tuple[Request, ...]:
    """The requests of a page, each once; moments without a zone are of `zone`. Raises Refusal."""
    found: dict[str, Request] = {}
    for one in _rows(body, form, "request"):
        read = _request(one, zone)
        if read is not None:
            found[read.ref or f"token {read.token}"] = read
    return tuple(found.values())


def updates(body: bytes, form: str, zone: tzinfo) -> tuple[Update, ...]:
    """The updates of a page, each once. Raises Refusal."""
    found: dict[str, Update] = {}
    for one in _rows(body, form, "request_update"):
        id_, ref = _text(one, "update_id"), _text(one, "service_request_id")
        if id_ and ref:
            found[id_] = Update(
                id_, ref, _text(one, "description")[:MOST_WORDS],
                _text(one, "status").lower() in CLOSED, _moment(one, "updated_datetime", zone),
            )  # fmt: skip
    return tuple(found.values())


def taken(body: bytes, form: str) -> tuple[str, str]:
    """Number and token that a server gave for what it took. Raises Refusal where it gave neither."""
    for one in _rows(body, form, "request"):
        ref, token = _text(one, "service_request_id"), _text(one, "token")
        if ref or token:
            return ref, token
    raise Refusal(N_("The other system gave no number for it."), code="no_number")


def update_taken(body: bytes, form: str) -> str:
    """The id that a server gave to an update of ours. Raises Refusal."""
    return next((id_ for one in _rows(body, form, "request_update")
                 if (id_ := _text(one, "update_id"))), "")  # fmt: skip


def _request(one: Mapping[str, Any], zone: tzinfo) -> Request | None:
    ref, token = _text(one, "service_request_id"), _text(one, "token")
    if not ref and not token:
        return None
    lat, lon = _degrees(one, "lat", 90), _degrees(one, "long", 180)
    if lat is None or lon is None or (lat == 0 and lon == 0):
        lat = lon = None
    return Request(
        ref[:80], token[:80], _text(one, "service_code")[:80],
        _text(one, "description")[:MOST_WORDS], _text(one, "status").lower() in CLOSED, lat, lon,
        _text(one, "address")[:300], _moment(one, "requested_datetime", zone),
        _moment(one, "updated_datetime", zone), _text(one, "status_notes")[:MOST_WORDS],
    )  # fmt: skip


def _rows(body: bytes, form: str, name: str) -> Iterator[Mapping[str, Any]]:
    if len(body) > MOST_BYTES:
        raise Invalid(N_("The other system's answer is too large."), field="answer")
    found = _of_xml(body, name) if form == "xml" else _of_json(body, name)
    for one in found:
        if isinstance(one, Mapping):
            yield one


def _of_json(body: bytes, name: str) -> Sequence[Any]:
    try:
        found = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise _no_answer() from None
    for _depth in range(3):
        if not isinstance(found, dict):
            break
        if "errors" in found or "error" in found:
            raise Refusal(N_("The other system refused it."), code="refused_there")
        inner = next((found[k] for k in (f"{name}s", name, f"service_{name}s",
                                         "service_request_updates") if k in found), None)  # fmt: skip
        if inner is None:
            return [found]  # one thing where a list is meant
        found = inner
    if not isinstance(found, list):
        raise _no_answer()
    if any(isinstance(one, dict) and set(one) >= {"code", "description"}
           and "service_request_id" not in one and "service_code" not in one for one in found):  # fmt: skip
        raise Refusal(N_("The other system refused it."), code="refused_there")
    return found


def _of_xml(body: bytes, name: str) -> Sequence[Any]:
    # No entity of somebody else is ever expanded: a document that declares one is not read.
    if b"<!DOCTYPE" in body[:4096].upper() or b"<!ENTITY" in body.upper():
        raise _no_answer()
    try:
        top = ET.fromstring(body)  # noqa: S314 (no document type gets here)
    except (ET.ParseError, ValueError, LookupError):
        raise _no_answer() from None
    if top.tag.endswith("errors"):
        raise Refusal(N_("The other system refused it."), code="refused_there")
    rows = [top] if top.tag == name else list(top.iter(name))
    return [{child.tag: (child.text or "").strip() for child in row} for row in rows]


def _text(one: Mapping[str, Any], name: str) -> str:
    found = one.get(name)
    if found is None or isinstance(found, dict | list | bool):
        return ""
    return str(found).replace("\x00", "").strip()


def _degrees(one: Mapping[str, Any], name: str, most: int) -> float | None:
    try:
        found = float(_text(one, name))
    except ValueError:
        return None
    return found if -most <= found <= most else None


def _moment(one: Mapping[str, Any], name: str, zone: tzinfo) -> datetime | None:
    text = _text(one, name)
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        try:
            found = datetime.fromtimestamp(int(text), UTC)
        except (ValueError, OverflowError, OSError):
            return None
    if not 1990 <= found.year <= 2200:
        return None
    return found if found.tzinfo else found.replace(tzinfo=zone)


def _no_answer() -> Invalid:
    return Invalid(N_("The other system's answer cannot be read."), field="answer")
