"""A mapping as data (字段对应): which column, constant or value table each of our fields is read by.

It is JSON, drawn on the desk and kept by version:

    {"path": "data.orders", "datum": "wgs84", "zone": "Asia/Shanghai",
     "fields": {"ref": {"column": "工单号"}, "channel": {"constant": "hotline"},
                "category": {"column": "类别", "values": {"路面垃圾": "0301"}},
                "opened_at": {"column": "受理时间", "form": "%Y/%m/%d %H:%M"}},
     "back": {"columns": {"ref": "工单号", "status": "状态"}, "statuses": {"closed": "已办结"}}}
"""

from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from typing import Any, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from commonward.core.refusals import N_, Invalid

FIELDS: tuple[str, ...] = (
    "ref", "words", "category", "lat", "lon", "address", "opened_at", "due_at", "name", "phone",
    "email", "consent", "channel", "status",
)  # fmt: skip
"""What of ours a column may hold; `ref` is the number there."""
NEEDED = ("ref", "words", "category")
CONTACT = ("name", "phone", "email")
MOMENTS = ("opened_at", "due_at")
CHOICES: Map[str, tuple[str, ...]] = {
    "channel": ("hotline", "counter", "mail", "visit", "patrol", "api"),
    "status": ("open", "closed"),
    "consent": ("yes", "no"),
}
"""Fields that hold one of a few words here; a value table says which of theirs is which."""
TABLED = ("category", *CHOICES)
DIRECTIONS = ("in", "out", "both")
FILE_FORMS = ("csv", "xlsx", "json")
TIME_FORMS = (
    "auto", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d", "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M", "%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M", "%d.%m.%Y %H:%M", "%Y%m%d%H%M%S",
    "%Y年%m月%d日 %H:%M", "%Y年%m月%d日%H时%M分", "excel", "unix",
)  # fmt: skip
"""How they write a moment: "auto" takes the forms that can mean one thing only, "excel" the number
of days since 1899-12-30, "unix" seconds since 1970."""
DATUMS = ("wgs84", "gcj02")
BACK = ("ref", "number", "status", "outcome", "changed_at", "closed_at", "due_at")
"""What a file of statuses may tell them."""
MOST_VALUES = 500
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Rule:
    """How one field is read: from a column, else a constant; then through the table."""

    column: str = ""
    constant: str = ""
    values: Map[str, str] = field(default_factory=dict)
    form: str = "auto"

    @classmethod
    def from_data(cls, name: str, data: Any) -> Self:
        """The rule; raises Invalid naming the field."""
        if not isinstance(data, dict):
            raise Invalid(N_("The mapping of {name} is no table."), name=name, field=name)
        column, constant = (
            _line(name, data.get("column", "")),
            _line(name, data.get("constant", "")),
        )
        if column and constant:
            raise Invalid(
                N_("{name} has a column and a constant; choose one of them."), name=name, field=name
            )
        form = data.get("form", "auto")
        if form not in TIME_FORMS:
            raise Invalid(
                N_("{form} is no form of a time known here; known are: {known}."),
                form=str(form)[:40], known=", ".join(TIME_FORMS), field=name,
            )  # fmt: skip
        values = table_of(name, data.get("values", {}))
        known = CHOICES.get(name)
        for ours in (*values.values(), *([constant] if constant else [])):
            if known and ours not in known:
                raise Invalid(
                    N_("“{given}” is none of ours for {name}; ours are: {known}."),
                    given=ours, name=name, known=", ".join(known), field=name,
                )  # fmt: skip
        return cls(column, constant, values, form)

    def to_data(self) -> dict[str, Any]:
        """The same as it is kept."""
        found: dict[str, Any] = {}
        for name in ("column", "constant", "values"):
            if getattr(self, name):
                found[name] = getattr(self, name)
        if self.form != "auto":
            found["form"] = self.form
        return found


@dataclass(frozen=True, slots=True)
class Mapping:
    """A whole mapping, checked; `back` says what they are told and in which words."""

    rules: Map[str, Rule]
    path: str = ""
    zone: ZoneInfo | None = None
    datum: str = "wgs84"
    back: Map[str, str] = field(default_factory=dict)
    statuses: Map[str, str] = field(default_factory=dict)

    @classmethod
    def from_data(cls, data: Any) -> Self:
        """The mapping. Raises Invalid for unknown fields, zones, forms and words."""
        if not isinstance(data, dict) or not isinstance(data.get("fields", {}), dict):
            raise Invalid(N_("A mapping is a table with a table “fields”."), field="mapping")
        given = data.get("fields", {})
        unknown = sorted(set(given) - set(FIELDS))
        if unknown:
            raise Invalid(
                N_("There is no field {unknown}; known are: {known}."),
                unknown=", ".join(unknown), known=", ".join(FIELDS), field="mapping",
            )  # fmt: skip
        read = ((name, Rule.from_data(name, given[name])) for name in FIELDS if name in given)
        rules = {name: rule for name, rule in read if rule.column or rule.constant}
        datum = data.get("datum", "wgs84")
        if datum not in DATUMS:
            raise Invalid(
                N_("Coordinates are in one of {known}."), known=", ".join(DATUMS), field="datum"
            )
        back = data.get("back", {})
        if not isinstance(back, dict):
            raise Invalid(N_("What is sent back is no table."), field="back")
        columns = table_of("back", back.get("columns", {}))
        if set(columns) - set(BACK):
            raise Invalid(
                N_("There is no field {unknown}; known are: {known}."),
                unknown=", ".join(sorted(set(columns) - set(BACK))), known=", ".join(BACK),
                field="back",
            )  # fmt: skip
        path = _line("path", data.get("path", ""))
        zone = _zone(_line("zone", data.get("zone", "")))
        # PostgreSQL keeps no order of what a table names: a file has that of BACK everywhere.
        ordered = {name: columns[name] for name in BACK if name in columns}
        return cls(
            rules, path, zone, datum, ordered, table_of("statuses", back.get("statuses", {}))
        )

    def to_data(self) -> dict[str, Any]:
        """The same as it is kept: equal mappings give equal data."""
        return {
            "path": self.path,
            "zone": self.zone.key if self.zone else "",
            "datum": self.datum,
            "fields": {name: rule.to_data() for name, rule in self.rules.items()},
            "back": {"columns": dict(self.back), "statuses": dict(self.statuses)},
        }

    def check_in(self) -> None:
        """Whether orders can be read by it; raises Invalid saying what is missing."""
        missing = [name for name in NEEDED if name not in self.rules]
        if missing:
            raise Invalid(
                N_("The mapping does not say which column holds {missing}."),
                missing=", ".join(missing), field=missing[0],
            )  # fmt: skip
        if not self.rules["ref"].column:
            raise Invalid(
                N_("The number there is each row's own: choose a column for it."), field="ref"
            )
        if ("lat" in self.rules) != ("lon" in self.rules):
            raise Invalid(N_("The mapping names only one of lat and lon."), field="lat")
        if "lat" not in self.rules and "address" not in self.rules:
            raise Invalid(
                N_("Say where it is: a column of addresses, or two of coordinates."),
                field="address",
            )
        if any(name in self.rules for name in CONTACT) and "consent" not in self.rules:
            raise Invalid(
                N_("Details of how to reach somebody are taken with their consent only: say which "
                   "column tells of it."),
                field="consent",
            )  # fmt: skip

    def check_out(self) -> None:
        """Whether statuses can be written by it; raises Invalid."""
        if not {"ref", "status"} <= set(self.back):
            raise Invalid(
                N_("A file of statuses has at least their number and the status: name both columns."),
                field="back",
            )  # fmt: skip
        titles = list(self.back.values())
        if len(set(titles)) != len(titles):
            raise Invalid(N_("Two columns of the file have the same title."), field="back")


def table_of(name: str, data: Any) -> dict[str, str]:
    """A table of words → words; raises Invalid naming the field."""
    if not isinstance(data, dict) or len(data) > MOST_VALUES:
        raise Invalid(
            N_("{name} has a table of at most {most} values."), name=name, most=MOST_VALUES,
            field=name,
        )  # fmt: skip
    found = {_line(name, key): _line(name, value) for key, value in data.items()}
    return {key: value for key, value in found.items() if key and value}


def _line(name: str, given: Any) -> str:
    if not isinstance(given, str) or len(given) > LONGEST or "\x00" in given:
        raise Invalid(
            N_("{name} is a text of at most {most} characters."),
            name=name,
            most=LONGEST,
            field=name,
        )
    return given.strip()


def _zone(name: str) -> ZoneInfo | None:
    if not name:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Invalid(
            N_("{given} is not a time zone; use a name such as Asia/Shanghai."),
            given=repr(name)[:80], field="zone",
        ) from None  # fmt: skip
