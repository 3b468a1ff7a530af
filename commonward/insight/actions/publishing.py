"""Closed months are published once, as they may be (定期发布); a later change only when it is large.

A month is published from its third day over on, whole; no month that still runs, no sum of several
months, no second way of cutting it. What was published stays. A recount is published as a further
version where core.publishing lets it follow; until then the first stands.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Min

from commonward.cases.models import Case
from commonward.core.indicators.book import Book
from commonward.core.indicators.figures import Counter
from commonward.core.indicators.windows import Window, window
from commonward.core.publishing.revising import may_follow
from commonward.core.publishing.sheets import K, Key, Sheet
from commonward.insight.models import Release
from commonward.insight.queries.hotspots_public import stands_beside
from commonward.insight.queries.measuring import book_in_force, counting, until
from commonward.insight.queries.tabulating import ROWS, Month, shown_of, tabulated

SETTLES = timedelta(days=2)
"""After its end a month's late records still come in; then it is published."""
NOT_PUBLIC = "not_public"
"""In what is published of a table: how many cases of the site are in none of its numbers."""
MONTHS = 13
"""How many closed months are published when a site publishes for the first time."""
_MINUTE = 60


def publish_months(at: datetime, *, months: int = MONTHS) -> list[Release]:
    """Publish each closed month that is not yet, the oldest first; what was published stays."""
    done = set(Release.objects.values_list("first", flat=True))
    since = first_case()
    missing = [
        one
        for one in closed_months(at, months)
        if one.first not in done and since is not None and one.end > since
    ]
    if not missing:
        return []
    with counting() as (counter, _):
        return [publish(one, at, until(at, counter)) for one in missing]


def first_case() -> datetime | None:
    """When the first case was opened: nothing is published of the time before (1 query)."""
    found: datetime | None = Case.objects.aggregate(first=Min("opened_at"))["first"]
    return found


def closed_months(at: datetime, months: int = MONTHS) -> list[Window]:
    """The latest months that are over and settled, the oldest first."""
    day = (at - SETTLES).astimezone(ZoneInfo(settings.SITE_ZONE)).date()
    last = window("month", day.replace(day=1) - timedelta(days=1), settings.SITE_ZONE)
    found = [last]
    while len(found) < months:
        found.append(found[-1].before())
    return found[::-1]


def publish(month: Window, at: datetime, counter: Counter | None = None) -> Release:
    """Publish a month; the release that stands already where the recount may not follow it.

    Raises ValueError for a month that is not over.
    """
    if month not in closed_months(at, 240):
        raise ValueError(f"{month} is no closed month")
    book = book_in_force()
    if counter is None:
        with counting() as (own, _):
            return publish(month, at, until(at, own))
    sheets = tabulated(book, month, counter)
    content = told(sheets, book)
    with transaction.atomic():
        last = Release.objects.filter(first=month.first).order_by("-version").first()
        if last is not None:
            _keep_measures(content, last.content)
            _keep_not_public(content, last.content)
        if last is not None and (
            last.content == content or not _may_follow(last, sheets, digest_of_book(book))
        ):
            return last
        made = Release(
            first=month.first,
            until=month.until,
            version=last.version + 1 if last is not None else 1,
            made_at=at,
            book=digest_of_book(book),
            digest=digest(content),
            content=content,
        )
        if last is not None and not stands_beside(made):
            return last
        made.save(force_insert=True)
        return made


def digest(content: Mapping[str, Any]) -> str:
    """The SHA-256 of what was published, as canonical JSON (RFC 8785)."""
    import rfc8785  # noqa: PLC0415 (late: only whoever publishes needs it)

    return hashlib.sha256(rfc8785.dumps(dict(content))).hexdigest()


def digest_of_book(book: Book) -> str:
    """The SHA-256 of the definitions behind the published figures."""
    lines = [
        f"{c.name}|{c.facts.name}|{c.moment}|{c.measure}|{c.text}" for c in book.counts.values()
    ]
    lines += [f"{i.name}|{i.text}|{i.unit}|{i.cut}|{i.public}" for i in book.indicators.values()]
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


def told(months: list[Month], book: Book) -> dict[str, Any]:
    """What is published of a month, as it is kept."""
    content: dict[str, Any] = {}
    for month in months:
        shown = shown_of(month)
        cells, hidden = [], []
        for key in {**month.fine.cells, **month.sheet.cells}:
            counts = {**month.fine.cells.get(key, {}), **month.sheet.cells.get(key, {})}
            same = month.same if key in month.sheet.cells else {}
            open_ = {n: counts[n] for n in counts if (key, n) in shown}
            open_ |= {n: open_[one] for n, one in same.items() if one in open_}
            measures = {
                name: _rounded(value, name, book)
                for name, value in month.measures.get(key, {}).items()
                if open_.get(name + ROWS, 0) >= K
            }
            held = sorted(n for n in (*counts, *same) if n not in open_)
            cells.append([list(key), {**open_, **measures}])
            if held:
                hidden.append([list(key), held])
        content[month.facts] = {"cells": sorted(cells), "held_back": sorted(hidden)}
        if month.not_public is not None:
            few = 0 < month.not_public < K
            content[month.facts][NOT_PUBLIC] = None if few else month.not_public
    found: dict[str, Any] = json.loads(json.dumps(content))
    return found


def _rounded(value: float, name: str, book: Book) -> float:
    """Times to the minute: a median is somebody's very case, and need not be told to the second."""
    count = book.counts[name]
    if count.unit.value == "seconds":
        return float(round(value / _MINUTE) * _MINUTE)
    return float(value)


def _may_follow(last: Release, months: list[Month], book: str) -> bool:
    if last.book != book or set(last.content) != {month.facts for month in months}:
        return False  # other definitions begin with the next month
    for month in months:
        shown = shown_of(month)
        for sheet in (month.sheet, month.fine):
            own = frozenset((k, n) for k, n in shown if n in sheet.cells.get(k, ()))
            if not may_follow(_before(last.content[month.facts]["cells"], sheet), sheet, own):
                return False
    return True


def _before(cells: Any, sheet: Sheet) -> dict[Key, dict[str, int]]:
    """The counts of a sheet that were kept, without the measures that stood on them."""
    return {
        tuple(key): {name: n for name, n in counts.items() if name in sheet.counts}
        for key, counts in cells
        if tuple(key) in sheet.cells
    }


def _keep_measures(content: Mapping[str, Any], last: Mapping[str, Any]) -> None:
    """Where no row came or went, a median stays: its change would tell of a single case."""
    for facts, told_now in content.items():
        before = {tuple(key): counts for key, counts in last.get(facts, {}).get("cells", ())}
        for key, counts in told_now["cells"]:
            was = before.get(tuple(key), {})
            for name in counts:
                if name + ROWS in counts and counts[name + ROWS] == was.get(name + ROWS):
                    counts[name] = was.get(name, counts[name])


def _keep_not_public(content: Mapping[str, Any], last: Mapping[str, Any]) -> None:
    """How many cases were not public stays as it was told, unless it changed by k or more."""
    for facts, told_now in content.items():
        if NOT_PUBLIC in told_now and NOT_PUBLIC in last.get(facts, {}):
            was, now = last[facts][NOT_PUBLIC], told_now[NOT_PUBLIC]
            if was is None or now is None or abs(now - was) < K:
                told_now[NOT_PUBLIC] = was


def first_day(text: str) -> date:
    """The first day of a month given as 2026-03. Raises ValueError."""
    return date.fromisoformat(f"{text}-01")
