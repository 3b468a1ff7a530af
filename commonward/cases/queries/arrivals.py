"""How many cases arrived when, where and of what kind: counts in one query, by the site's clock."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from django.db.models import Count, F, Func, IntegerField, Min

from commonward.cases.models import Case, Category
from commonward.core.forecast.arrivals import Arrivals
from commonward.core.rights import APART

QUARTER = 900
"""Seconds; every zone's offset is a multiple of it, so each quarter lies in one local hour."""
TOGETHER = "-"
"""Stands for disputes and urgent help, which are counted as one and without a place."""
_WEEKS, _LEAST = 4, 5


class _Quarter(Func):
    """The quarter of an hour since 1970 in which a moment lies."""

    output_field = IntegerField()

    def as_postgresql(self, *given: Any, **more: Any) -> Any:
        """As the database counts seconds."""
        more["template"] = f"FLOOR(EXTRACT(EPOCH FROM %(expressions)s) / {QUARTER})::bigint"
        return self.as_sql(*given, **more)

    def as_sqlite(self, *given: Any, **more: Any) -> Any:
        """Moments are stored as text in UTC."""
        more["template"] = f"(CAST(strftime('%%%%s', %(expressions)s) AS INTEGER) / {QUARTER})"
        return self.as_sql(*given, **more)


def arrivals(zone: ZoneInfo, until: date, most: int) -> Arrivals | None:
    """Counts of the last `most` whole local days before `until`, from the first case on.

    Every case counts, whatever became of it: it was work to take it. Disputes and incidents are
    counted together, without place or kind, and only where each of the last four weeks had at
    least five. None where nothing arrived. 3 queries.
    """
    begin, end = (_midnight(zone, day) for day in (until - timedelta(days=most), until))
    rows = Case.objects.filter(opened_at__gte=begin, opened_at__lt=end)
    first = rows.aggregate(first=Min("opened_at"))["first"]
    if first is None:
        return None
    # The first day is seldom whole: an installation begins in the middle of one.
    day = first.astimezone(zone).date()
    day += timedelta(days=int(day > until - timedelta(days=most)))
    if day >= until:
        return None
    counted = (
        rows.filter(opened_at__gte=_midnight(zone, day))
        .annotate(quarter=_Quarter(F("opened_at")))
        .values_list("quarter", "area_path", "category_id")
        .annotate(count=Count("id"))
        .order_by()
    )
    codes: dict[int, tuple[str, str]] = {}
    for pk, code, part in Category.objects.values_list("id", "code", "parent__code"):
        codes[pk] = (TOGETHER, "") if code.startswith(APART) else (code, part or code[:2])
    return _gathered(counted.iterator(chunk_size=20_000), codes, zone, day, until)


def _gathered(
    rows: Any, codes: Mapping[int, tuple[str, str]], zone: ZoneInfo, first: date, until: date
) -> Arrivals:
    areas: dict[str, int] = {}
    categories: dict[str, int] = {}
    parts: list[str] = []
    hours: dict[int, tuple[int, int]] = {}
    found: dict[tuple[int, int, int, int], int] = {}
    for quarter, path, category, count in rows:
        if quarter not in hours:
            local = datetime.fromtimestamp(quarter * QUARTER, UTC).astimezone(zone)
            hours[quarter] = ((local.date() - first).days, local.hour)
        code, part = codes[category]
        if code not in categories:
            categories[code] = len(categories)
            parts.append(part)
        place = areas.setdefault("" if code == TOGETHER else path, len(areas))
        key = (*hours[quarter], place, categories[code])
        found[key] = found.get(key, 0) + count
    days = (until - first).days
    table = np.array([(*key, n) for key, n in sorted(found.items())], dtype=np.int64)
    table = table.reshape(-1, 5)
    if TOGETHER in categories:
        table = _only_where_many(table, categories[TOGETHER], days)
    return Arrivals(first, days, tuple(areas), tuple(categories), tuple(parts), table)


def _only_where_many(table: Any, together: int, days: int) -> Any:
    """Without disputes and incidents, unless each of the last weeks had at least five of them."""
    own = table[table[:, 3] == together]
    weeks = [
        own[(own[:, 0] >= days - 7 * back) & (own[:, 0] < days - 7 * (back - 1)), 4].sum()
        for back in range(1, _WEEKS + 1)
    ]
    if days >= 7 * _WEEKS and min(weeks) >= _LEAST:
        return table
    return table[table[:, 3] != together]


def _midnight(zone: ZoneInfo, day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
