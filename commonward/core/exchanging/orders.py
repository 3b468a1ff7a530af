"""One row as an order of ours (来单): every fault of it in words, what is wrong and what would be right."""

import hashlib
from collections.abc import Callable, Sequence
from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from typing import TypeVar

from commonward.core.exchanging.mapping import CHOICES, CONTACT, Mapping, Rule
from commonward.core.geo import to_wgs84
from commonward.core.incoming import EARLIEST, LONGEST_REF, LONGEST_WORDS, parsed_moment, place_of
from commonward.core.refusals import N_, Invalid

COMPARED = ("words", "category", "place", "address", "opened_at", "due_at", "channel", "status")
"""What is compared between there and here; how to reach somebody is not, nor is it kept apart."""
SAYS_YES = frozenset({"yes", "y", "true", "1", "是", "同意", "有", "已同意"})
SAYS_NO = frozenset({"no", "n", "false", "0", "否", "不同意", "无", "未同意", ""})
SAYS_CLOSED = frozenset({"closed", "已办结", "办结", "已关闭"})
SAYS_OPEN = frozenset({"open", "办理中", "未办结", "待办"})
_EXCEL = datetime(1899, 12, 30)  # noqa: DTZ001 (the caller adds the file's zone)
LONGEST_CONTACT = 200
_T = TypeVar("_T")
_NAMES = {"name": "last_name", "phone": "phone", "email": "email"}


@dataclass(frozen=True, slots=True)
class Order:
    """A row that is right; moments are in UTC, an empty text was not given."""

    line: int
    ref: str
    words: str
    category: str
    lat: float | None
    lon: float | None
    address: str
    opened_at: datetime | None
    due_at: datetime | None
    channel: str
    status: str
    contact: Map[str, str] = field(default_factory=dict)

    def compared(self) -> dict[str, str]:
        """What is compared, as plain texts; nothing that reaches a person."""
        return {
            "words": " ".join(self.words.split()),
            "category": self.category,
            "place": placed(self.lat, self.lon),
            "address": self.address,
            "opened_at": moment_text(self.opened_at),
            "due_at": moment_text(self.due_at),
            "channel": self.channel,
            "status": self.status,
        }

    def marks(self) -> dict[str, str]:
        """A short digest of each, by which a later sending of the same number is told to differ."""
        return {name: mark_of(text) for name, text in self.compared().items()}


@dataclass(frozen=True, slots=True)
class Read:
    """One row read: the order, or its faults; `ref` and `values` as far as they could be read."""

    line: int
    ref: str
    order: Order | None
    faults: tuple[Invalid, ...]
    values: Map[str, str]
    left_out: bool = False
    """Somebody's details stood there without consent: they were not read."""


class Reader:
    """Reads the rows of one source by one mapping; `now` bounds what may have happened."""

    def __init__(
        self,
        mapping: Mapping,
        columns: Sequence[str],
        now: datetime,
        categories: Map[str, str],
        zone: tzinfo | None = None,
    ) -> None:
        mapping.check_in()
        missing = [r.column for r in mapping.rules.values() if r.column and r.column not in columns]
        if missing:
            raise Invalid(
                N_("The file has no column {missing}. It has: {columns}."),
                missing=", ".join(missing), columns=", ".join(columns), field="mapping",
            )  # fmt: skip
        self._mapping = mapping
        self._at = {n: columns.index(r.column) for n, r in mapping.rules.items() if r.column}
        self.compares = frozenset(
            name for name in COMPARED if ("lat" if name == "place" else name) in mapping.rules
        )
        self._latest = now + timedelta(hours=1)
        self._categories = categories
        self._zone = mapping.zone or zone

    def row(self, line: int, cells: Sequence[str]) -> Read:
        """The row with all its faults."""
        faults: list[Invalid] = []
        values = {
            name: self._value(name, rule, cells) for name, rule in self._mapping.rules.items()
        }

        def tried(read: Callable[..., _T], *given: object) -> _T | None:
            try:
                return read(*given)
            except Invalid as fault:
                faults.append(fault)
                return None

        ref = tried(_bounded, "ref", values.get("ref", ""), LONGEST_REF, True)
        words = tried(_bounded, "words", values.get("words", ""), LONGEST_WORDS, True)
        category = tried(self._category, values.get("category", ""))
        place = tried(self._place, values.get("lat", ""), values.get("lon", ""))
        address = tried(_bounded, "address", values.get("address", ""), 300, False)
        if place == (None, None) and address == "":
            faults.append(
                Invalid(N_("The row says no place: neither an address nor coordinates."),
                        field="address")
            )  # fmt: skip
        opened = tried(self._moment, "opened_at", values.get("opened_at", ""))
        due = tried(self._moment, "due_at", values.get("due_at", ""))
        if due is not None and due <= (opened or EARLIEST):
            faults.append(
                Invalid(N_("The deadline {due} is not after the opening."), due=moment_text(due),
                        field="due_at")
            )  # fmt: skip
        channel = tried(self._choice, "channel", values.get("channel", "")) or "hotline"
        status = tried(self._choice, "status", values.get("status", "")) or "open"
        agreed = tried(self._choice, "consent", values.get("consent", ""))
        given = {name: values.get(name, "") for name in CONTACT if values.get(name, "")}
        contact = tried(_contact, given) if agreed == "yes" else {}
        for name in CONTACT:  # never shown again, never kept outside the case's own seal
            values.pop(name, None)
        if faults:
            return Read(line, (ref or "")[:LONGEST_REF], None, tuple(faults), values)
        lat, lon = place or (None, None)
        order = Order(
            line, ref or "", words or "", category or "", lat, lon, address or "", opened, due,
            channel, status, contact or {},
        )  # fmt: skip
        return Read(line, order.ref, order, (), values, bool(given) and agreed != "yes")

    def _value(self, name: str, rule: Rule, cells: Sequence[str]) -> str:
        place = self._at.get(name)
        if place is None:
            return rule.constant
        given = cells[place].strip() if place < len(cells) else ""
        return rule.values.get(given, given)

    def _category(self, code: str) -> str:
        if code in self._categories:
            return code
        named = [known for known, name in self._categories.items() if name == code and code]
        if len(named) == 1:
            return named[0]
        if not code:
            raise Invalid(N_("The category is empty."), field="category")
        raise Invalid(
            N_("The category “{given}” is none of ours: add it to the table of values, theirs → "
               "ours."),
            given=code[:60], field="category",
        )  # fmt: skip

    def _choice(self, name: str, given: str) -> str:
        known = CHOICES[name]
        lowered = given.lower()
        if lowered in known or (not given and name != "consent"):
            return lowered
        for says, ours in ((SAYS_YES, "yes"), (SAYS_NO, "no")):
            if name == "consent" and lowered in says:
                return ours
        for says, ours in ((SAYS_CLOSED, "closed"), (SAYS_OPEN, "open")):
            if name == "status" and lowered in says:
                return ours
        raise Invalid(
            N_("“{given}” is none of ours for {name} ({known}): add it to the table of values."),
            given=given[:60], name=name, known=", ".join(known), field=name,
        )  # fmt: skip

    def _place(self, lat: str, lon: str) -> tuple[float | None, float | None]:
        found = place_of(lat, lon)
        if found[0] is None or found[1] is None or self._mapping.datum == "wgs84":
            return found
        lons, lats = to_wgs84([found[1]], [found[0]])
        return round(float(lats[0]), 6), round(float(lons[0]), 6)

    def _moment(self, name: str, given: str) -> datetime | None:
        if not given:
            return None
        form = self._mapping.rules[name].form
        found = _parsed(given, form)
        if found is None:
            raise Invalid(
                N_("{name} “{given}” is not written as chosen: write it like {example}, or choose "
                   "another form."),
                name=name, given=given[:40], example=example_of(form), field=name,
            )  # fmt: skip
        if found.tzinfo is None:
            if self._zone is None:
                raise Invalid(N_("{name} “{given}” has no zone: choose the zone of the file."),
                              name=name, given=given[:40], field=name)  # fmt: skip
            found = found.replace(tzinfo=self._zone)
        try:
            found = found.astimezone(UTC)
        except OverflowError:
            found = EARLIEST - timedelta(days=1)
        if found < EARLIEST or (name == "opened_at" and found > self._latest):
            raise Invalid(
                N_("{name} {given} cannot be right: dates from {earliest} up to now are taken."),
                name=name, given=found.date().isoformat(), earliest=EARLIEST.date().isoformat(),
                field=name,
            )  # fmt: skip
        return found


def placed(lat: float | None, lon: float | None) -> str:
    """Coordinates as a text to compare: about a metre."""
    return "" if lat is None or lon is None else f"{lat:.5f}, {lon:.5f}"


def moment_text(at: datetime | None) -> str:
    """A moment as a text to compare: to the minute, in UTC."""
    return "" if at is None else at.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")


def mark_of(text: str) -> str:
    """A short digest: tells that it changed, not what it was."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _parsed(given: str, form: str) -> datetime | None:
    try:
        if form == "excel":
            return _EXCEL + timedelta(seconds=round(float(given) * 86400))
        if form == "unix":
            return datetime.fromtimestamp(float(given), UTC)
    except (ValueError, OverflowError, OSError):
        return parsed_moment(given)  # a cell that is a date in Excel comes as ISO 8601
    if form == "auto":
        return parsed_moment(given)
    try:
        return datetime.strptime(given, form)  # noqa: DTZ007 (the caller adds the file's zone)
    except ValueError:
        # Excel's own dates come as ISO 8601, whatever they looked like there.
        try:
            return datetime.fromisoformat(given) if len(given) > 10 and "-" in given else None
        except ValueError:
            return None


def example_of(form: str) -> str:
    """A moment as it is written in this form."""
    if form == "excel":
        return "46083.375"
    if form == "unix":
        return "1772413200"
    return datetime(2026, 3, 2, 9, 5).strftime("%Y-%m-%d %H:%M:%S" if form == "auto" else form)  # noqa: DTZ001 (an example of how it is written)


def _bounded(name: str, given: str, most: int, needed: bool) -> str:
    if needed and not given:
        raise Invalid(N_("{name} is empty."), name=name, field=name)
    if len(given) > most:
        raise Invalid(N_("{name} has {given} characters; at most {most} are taken."),
                      name=name, given=len(given), most=most, field=name)  # fmt: skip
    if "\x00" in given:
        raise Invalid(N_("{name} holds a NUL character; send plain text."), name=name, field=name)
    return given


def _contact(given: Map[str, str]) -> dict[str, str]:
    for name, value in given.items():
        if len(value) > LONGEST_CONTACT:
            raise Invalid(N_("{name} has {given} characters; at most {most} are taken."),
                          name=name, given=len(value), most=LONGEST_CONTACT, field=name)  # fmt: skip
    return {_NAMES[name]: value for name, value in given.items()}
