"""A few rows of facts, told in a line each, and figures of March reckoned from them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from commonward.core.indicators.book import book, shipped
from commonward.core.indicators.facts import TABLES, Facts, Kind
from commonward.core.indicators.figures import Asked, Figure, figures
from commonward.core.indicators.reference import counter
from commonward.core.indicators.tallies import Group
from commonward.core.indicators.windows import window

ZONE = "Asia/Shanghai"
MARCH = window("month", datetime(2026, 3, 15, tzinfo=ZoneInfo(ZONE)).date(), ZONE)
HOUR = 3600
DAY = 24 * HOUR
_BLANK = {Kind.TEXT: "", Kind.YES_NO: False}
Row = Mapping[str, Any]


def march(day: int, hour: int = 9, month: int = 3) -> datetime:
    """A moment of March 2026 where the site is (or of another month)."""
    return datetime(2026, month, day, hour, tzinfo=ZoneInfo(ZONE))


def _row(facts: Facts, given: Mapping[str, Any]) -> dict[str, Any]:
    blank = {
        column.name: None if column.optional else _BLANK.get(column.kind, 0)
        for column in facts.columns.values()
    }
    assert not given.keys() - blank.keys(), given.keys() - blank.keys()
    return blank | {"counted": True} | dict(given)


def case(**given: Any) -> Row:
    """A case, opened on the 1st and filed under the service procedure unless told otherwise."""
    common = {"opened_at": march(1), "procedure": "service_matter", "origin": "public"}
    made = _row(TABLES["cases"], common | given)
    made["open"] = made["closed_at"] is None
    moments = [m for m in (made["closed_at"], made["due_at"]) if m is not None]
    if made["due_at"] is not None:
        made["limited"] = True
        made["reckoned_at"] = min(moments)
    return made


def act(verb: str, **given: Any) -> Row:
    """Something that was done on the 2nd, rightly."""
    return _row(TABLES["acts"], {"verb": verb, "at": march(2), "right": True} | given)


def limit(stage: str, **given: Any) -> Row:
    """The limit of a stage that began on the 1st."""
    return _row(TABLES["limits"], {"stage": stage, "kind": "stage", "started_at": march(1)} | given)


def report(**given: Any) -> Row:
    """A report that came on the 1st."""
    return _row(TABLES["reports"], {"received_at": march(1)} | given)


def dispute(outcome: str = "open", **given: Any) -> Row:
    """A dispute that was registered on the 1st."""
    return _row(TABLES["disputes"], {"outcome": outcome, "registered_at": march(1)} | given)


def grouped(
    name: str,
    by: Sequence[str] = (),
    areas: Mapping[str, int] | None = None,
    only: Mapping[str, tuple[str | int, ...]] | None = None,
    **tables: Sequence[Row],
) -> dict[Group, Figure]:
    """A shipped figure of March by group."""
    rows = {table: tables.get(table, ()) for table in TABLES}
    asked = Asked([name], [MARCH], by, only, areas)
    found = figures(book(shipped()), asked, counter(rows))[MARCH]
    return {group: inside[name] for group, inside in found.items()}


def figure(name: str, **given: Any) -> Figure:
    """A shipped figure of March over all rows."""
    return grouped(name, **given)[()]


def value(name: str, **given: Any) -> float | None:
    """Its value, to six places."""
    found = figure(name, **given).value
    return None if found is None else round(found, 6)
