"""What stands in an offer (移送内容), and in the other letters: shapes, bounds, nothing else.

What a reporter wrote goes along; name, telephone and address of a reporter never stand in an
offer: they follow with the commit, where that reporter agreed to this hand-over.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from commonward.core.federation.letters import canonical
from commonward.core.federation.promising import Promise, read_promise
from commonward.core.refusals import N_, Invalid

MOST_WORDS, MOST_LINE, MOST_REPORTS, MOST_PARTS = 4000, 300, 20, 6
MOST_ANSWERS = 8000
MOST_PART_BYTES = 8 * 1024 * 1024
WHAT = ("case", "task")
CONTACT_FIELDS = ("first_name", "last_name", "email", "phone")
"""What of a reporter's details may go along, with their consent."""
_DIGEST = re.compile(r"[0-9a-f]{64}")
_LANGUAGE = re.compile(r"[A-Za-z-]{0,10}")


@dataclass(frozen=True, slots=True)
class Told:
    """What one reporter told: the giver's number of it, the words, when and in which language."""

    number: str
    words: str
    received_at: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Attached:
    """A picture that follows in parts."""

    digest: str
    size: int


@dataclass(frozen=True, slots=True)
class Offered:
    """An offer that was read. `ref` is the giver's number of the case."""

    what: str
    ref: str
    category: str
    category_name: str
    grade: str
    reason: str
    lat: float | None
    lon: float | None
    address: str
    reports: tuple[Told, ...]
    promise: Promise
    parts: tuple[Attached, ...]
    way: tuple[str, ...]
    answers: Mapping[str, Any] = field(default_factory=dict)
    """What the first reporter answered to the giver's questions, by their codes."""
    public: bool = False

    def to_data(self) -> dict[str, Any]:
        """The body of the letter, without the way."""
        return {
            "what": self.what, "ref": self.ref, "category": self.category,
            "category_name": self.category_name, "grade": self.grade, "reason": self.reason,
            "lat": self.lat, "lon": self.lon, "address": self.address,
            "reports": [
                {"number": r.number, "words": r.words, "received_at": r.received_at,
                 "language": r.language} for r in self.reports
            ],
            "answers": dict(self.answers),
            "public": self.public,
            "clock": self.promise.to_data(),
            "parts": [{"digest": p.digest, "size": p.size, "type": "image/jpeg"}
                      for p in self.parts],
        }  # fmt: skip


def read_offer(body: Mapping[str, Any]) -> Offered:
    """The offer in a letter's body. Raises Invalid for whatever is not one."""
    lat, lon = body.get("lat"), body.get("lon")
    if (lat is None) != (lon is None):
        raise _none("lat")
    way = body.get("way")
    if not isinstance(way, list) or not 1 <= len(way) <= 64:
        raise _none("way")
    return Offered(
        what=_one_of(body, "what", WHAT),
        ref=_line(body, "ref", 40),
        category=_line(body, "category", 40),
        category_name=_line(body, "category_name", 120),
        grade=_line(body, "grade", 20),
        reason=words_of(body, "reason", 1000),
        lat=_degrees(lat, 90, "lat"),
        lon=_degrees(lon, 180, "lon"),
        address=_line(body, "address", MOST_LINE),
        reports=tuple(_told(one) for one in _list(body, "reports", MOST_REPORTS)),
        promise=read_promise(body.get("clock")),
        parts=tuple(_attached(one) for one in _list(body, "parts", MOST_PARTS)),
        way=tuple(_text(one, 130, "way") for one in way),
        answers=_answers(body.get("answers", {})),
        public=body.get("public") is True,
    )


def words_of(body: Mapping[str, Any], name: str, most: int = MOST_WORDS) -> str:
    """Free words of a letter, "" where there are none. Raises Invalid."""
    return _text(body.get(name, ""), most, name)


def contacts_of(body: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Details that go along with a commit, by the giver's number of the report. Raises Invalid."""
    given = body.get("contacts", {})
    if not isinstance(given, Mapping) or len(given) > MOST_REPORTS:
        raise _none("contacts")
    found = {}
    for number, details in given.items():
        if not isinstance(details, Mapping) or not set(details) <= set(CONTACT_FIELDS):
            raise _none("contacts")
        found[_text(number, 40, "contacts")] = {
            str(name): _text(value, 200, "contacts") for name, value in details.items()
        }
    return found


def _answers(given: object) -> dict[str, Any]:
    if not isinstance(given, Mapping) or len(canonical(dict(given))) > MOST_ANSWERS:
        raise _none("answers")
    return dict(given)


def _told(given: object) -> Told:
    if not isinstance(given, Mapping):
        raise _none("reports")
    language = _line(given, "language", 10)
    if not _LANGUAGE.fullmatch(language):
        raise _none("language")
    return Told(
        _line(given, "number", 40), words_of(given, "words"), _line(given, "received_at", 40),
        language,
    )  # fmt: skip


def _attached(given: object) -> Attached:
    if not isinstance(given, Mapping):
        raise _none("parts")
    digest, size = given.get("digest"), given.get("size")
    if (
        not isinstance(digest, str) or not _DIGEST.fullmatch(digest)
        or type(size) is not int or not 0 < size <= MOST_PART_BYTES
        or given.get("type") != "image/jpeg"
    ):  # fmt: skip
        raise _none("parts")
    return Attached(digest, size)


def _list(body: Mapping[str, Any], name: str, most: int) -> Sequence[Any]:
    found = body.get(name, [])
    if not isinstance(found, list) or len(found) > most:
        raise _none(name)
    return found


def _line(body: Mapping[str, Any], name: str, most: int) -> str:
    return " ".join(_text(body.get(name, ""), most, name).split())


def _text(given: object, most: int, name: str) -> str:
    if not isinstance(given, str) or len(given) > most or "\x00" in given:
        raise _none(name)
    return given


def _one_of(body: Mapping[str, Any], name: str, allowed: Sequence[str]) -> str:
    found = body.get(name)
    if found not in allowed:
        raise _none(name)
    return str(found)


def _degrees(given: object, most: int, name: str) -> float | None:
    if given is None:
        return None
    if isinstance(given, bool) or not isinstance(given, int | float) or not -most <= given <= most:
        raise _none(name)
    return float(given)


def _none(field: str) -> Invalid:
    return Invalid(N_("The letter's field “{name}” cannot be read."), field=field, name=field)
