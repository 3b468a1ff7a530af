"""Rules of sending (调度规则): what stations keep, least crews, rests, and agreements across borders.

Plain values that a site edits as tables; both ways of finding units, by road and by the straight
line, follow the same ones. Each set in force is a version, and every recommendation names it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any, TypeVar

from commonward.core.refusals import N_, Invalid
from commonward.core.urgent.words import AGENCIES, PRIORITIES

MOST_ROWS, MOST_LEAST, MOST_CREW, MOST_HOURS, MOST_MINUTES = 200, 99, 99, 48, 120
PRESSING: Mapping[str, int] = {name: number for number, name in enumerate(PRIORITIES, 1)}
"""A priority as a number: 1 is the most pressing."""
TABLES: Mapping[str, str] = {
    "minimums": N_("What stations keep"),
    "crews": N_("Least crews"),
    "rests": N_("Rests"),
    "borders": N_("Agreements across borders"),
    "within": N_("Cover"),
}
"""The tables by their field, as a page names them; a refusal names them by their field."""
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Minimum:
    """A station keeps at least so many free units of a force (驻地保底); kind "" counts all kinds.

    For calls as pressing as `yields`, or more, it does not hold; "" never yields.
    """

    station: str
    agency: str
    least: int
    kind: str = ""
    yields: str = ""


@dataclass(frozen=True, slots=True)
class Crew:
    """Units of a force go out with so many at least (最低编成); kind "" is every kind."""

    agency: str
    least: int
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Rest:
    """After `due` hours on duty a unit goes only where no rested one is left, after `ends` hours
    not at all (休整). Agency "" is every force without a line of its own."""

    due: int
    ends: int
    agency: str = ""


@dataclass(frozen=True, slots=True)
class Border:
    """Units of the area `home` may come into the area `into` (跨区支援), for these kinds of call
    (none named: all) that are at least as pressing as `priority`. Agency and kind "" are any."""

    home: str
    into: str
    agency: str = ""
    kind: str = ""
    calls: tuple[str, ...] = ()
    priority: str = "routine"

    def holds(self, path: str, call: str, priority: str) -> bool:
        """Whether it lets units come to a call in the area of this path ("/43/4301/")."""
        return (
            f"/{self.into}/" in path
            and PRESSING.get(priority, 3) <= PRESSING[self.priority]
            and (not self.calls or call in self.calls)
        )

    def lets(self, agency: str, kind: str, homes: Iterable[str]) -> bool:
        """Whether it is about a unit of this force; `homes` are the paths of where it stands."""
        return (
            self.agency in ("", agency)
            and self.kind in ("", kind)
            and any(f"/{self.home}/" in path for path in homes)
        )


@dataclass(frozen=True, slots=True)
class SendingRules:
    """One table of rules. `within` minutes a place must be reached in to count as covered."""

    minimums: tuple[Minimum, ...] = ()
    crews: tuple[Crew, ...] = ()
    rests: tuple[Rest, ...] = (Rest(12, 16),)
    borders: tuple[Border, ...] = ()
    within: int = 5

    def to_data(self) -> dict[str, Any]:
        """Plain values, as a version keeps them."""
        return {
            "minimums": [_plain(one) for one in self.minimums],
            "crews": [_plain(one) for one in self.crews],
            "rests": [_plain(one) for one in self.rests],
            "borders": [_plain(one) for one in self.borders],
            "within": self.within,
        }

    def rest_of(self, agency: str) -> tuple[timedelta, timedelta]:
        """After how long on duty a force is due a rest, and after how long it must rest."""
        lines = {one.agency: one for one in self.rests}
        found = lines.get(agency) or lines.get("")
        if found is None:
            return timedelta.max, timedelta.max
        return timedelta(hours=found.due), timedelta(hours=found.ends)

    def least_crew(self, agency: str, kind: str) -> int:
        """The crew without which a force does not go out; 0 where nothing is said."""
        return max(
            (one.least for one in self.crews if one.agency == agency and one.kind in ("", kind)),
            default=0,
        )


def yields(minimum: Minimum, priority: str) -> bool:
    """Whether a line does not hold for a call of this priority."""
    return minimum.yields != "" and PRESSING.get(priority, 3) <= PRESSING[minimum.yields]


def read_rules(data: Mapping[str, Any]) -> SendingRules:
    """Rules from plain values, each line checked. Raises Invalid naming table and line."""
    within = _whole(data.get("within", 5), 1, MOST_MINUTES, "within", 1)
    made = SendingRules(
        _rows(data, "minimums", _minimum),
        _rows(data, "crews", _crew),
        _rows(data, "rests", _rest),
        _rows(data, "borders", _border),
        within,
    )
    for name, keys in (
        ("minimums", [(m.station, m.agency, m.kind) for m in made.minimums]),
        ("crews", [(c.agency, c.kind) for c in made.crews]),
        ("rests", [(r.agency,) for r in made.rests]),
    ):
        for number, key in enumerate(keys):
            if key in keys[:number]:
                raise Invalid(
                    N_("{table}, line {line}: an earlier line says the same already."),
                    table=name,
                    line=number + 1,
                    field=name,
                )
    return made


def _rows(
    data: Mapping[str, Any], name: str, read: Callable[[Mapping[str, Any], int], Row]
) -> tuple[Row, ...]:
    given = data.get(name, ())
    if not isinstance(given, list | tuple) or len(given) > MOST_ROWS:
        raise Invalid(
            N_("{table} is a list of at most {most} lines."), table=name, most=MOST_ROWS, field=name
        )
    return tuple(read(one, number) for number, one in enumerate(given, 1))


def _minimum(row: Mapping[str, Any], line: int) -> Minimum:
    return Minimum(
        _word(row, "station", 100, "minimums", line, needed=True),
        _agency(row, "minimums", line, needed=True),
        _whole(row.get("least"), 1, MOST_LEAST, "minimums", line),
        _word(row, "kind", 20, "minimums", line),
        _priority(row.get("yields", ""), "minimums", line, empty=True),
    )


def _crew(row: Mapping[str, Any], line: int) -> Crew:
    return Crew(
        _agency(row, "crews", line, needed=True),
        _whole(row.get("least"), 1, MOST_CREW, "crews", line),
        _word(row, "kind", 20, "crews", line),
    )


def _rest(row: Mapping[str, Any], line: int) -> Rest:
    due = _whole(row.get("due"), 1, MOST_HOURS, "rests", line)
    ends = _whole(row.get("ends"), 1, MOST_HOURS, "rests", line)
    if ends < due:
        raise Invalid(
            N_("{table}, line {line}: a unit is due a rest before it must rest."),
            table="rests",
            line=line,
            field="rests",
        )
    return Rest(due, ends, _agency(row, "rests", line))


def _border(row: Mapping[str, Any], line: int) -> Border:
    calls = row.get("calls", ())
    return Border(
        _word(row, "home", 20, "borders", line, needed=True),
        _word(row, "into", 20, "borders", line, needed=True),
        _agency(row, "borders", line),
        _word(row, "kind", 20, "borders", line),
        tuple(dict.fromkeys(str(one)[:20] for one in calls)),
        _priority(row.get("priority", "routine"), "borders", line),
    )


def _word(
    row: Mapping[str, Any], name: str, most: int, table: str, line: int, *, needed: bool = False
) -> str:
    given = str(row.get(name, "")).strip()
    if len(given) > most or "\x00" in given or "/" in given or (needed and not given):
        raise Invalid(
            N_(
                "{table}, line {line}: “{name}” is missing or too long (at most {most} characters)."
            ),
            table=table,
            line=line,
            name=name,
            most=most,
            field=table,
        )
    return given


def _agency(row: Mapping[str, Any], table: str, line: int, *, needed: bool = False) -> str:
    given = str(row.get("agency", ""))
    if (given or needed) and given not in AGENCIES:
        raise Invalid(
            N_("{table}, line {line}: “{agency}” is no force."),
            table=table,
            line=line,
            agency=given,
            field=table,
        )
    return given


def _priority(given: object, table: str, line: int, *, empty: bool = False) -> str:
    if given not in PRIORITIES and not (empty and given == ""):
        raise Invalid(
            N_("{table}, line {line}: “{priority}” is no priority."),
            table=table,
            line=line,
            priority=str(given),
            field=table,
        )
    return str(given)


def _whole(given: object, least: int, most: int, table: str, line: int) -> int:
    text = str(given).strip()
    if not text.isdecimal() or len(text) > 6 or not least <= int(text) <= most:
        raise Invalid(
            N_("{table}, line {line}: give a whole number from {least} to {most}."),
            table=table,
            line=line,
            least=least,
            most=most,
            field=table,
        )
    return int(text)


def _plain(row: Any) -> dict[str, Any]:
    return {
        one.name: list(value) if isinstance(value := getattr(row, one.name), tuple) else value
        for one in fields(row)
    }
