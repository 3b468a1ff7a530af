"""Desk lists at a million cases: random combinations of everything that a list offers."""

import os
import random
import time
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench import seed
from bench.rows import Context, Row, cpu_seconds, postgres_process, quantile
from commonward.areas.models import Area
from commonward.cases.models import Category
from commonward.cases.queries import lists
from commonward.cases.queries.listed import Filters
from commonward.core.rights import SYSTEM, Actor, Right
from commonward.people.models import Team

DATABASES = ("postgres",)
AT = datetime(2026, 6, 1, tzinfo=UTC)
CASES = 1_000_000
ASKED = 1_000
PLANNED = 150
WARMING = 50
BUDGET_MS = 50.0


def bench(ctx: Context) -> list[Row]:
    """Ask a thousand different lists, then look at the plans of some of them."""
    count = ctx.count(CASES, 1_000)
    seed.seed_reference(AT)
    seed.seed_cases(count, AT)
    draw = _Drawing(random.Random(7))
    # A web process and a database that have served a while have read their indexes once.
    for _ in range(WARMING):
        lists.case_list(*draw.asked(), AT)
    asked = [draw.asked() for _ in range(ctx.count(ASKED, 50))]
    took: dict[str, list[float]] = {"newest": [], "due": []}
    processes = (os.getpid(), postgres_process(int(settings.DATABASES["default"]["PORT"])))
    before = sum(cpu_seconds(pid) for pid in processes)
    for actor, filters, order in asked:
        begun = time.perf_counter()
        lists.case_list(actor, filters, order, AT)
        took[order].append((time.perf_counter() - begun) * 1000)
    spent = sum(cpu_seconds(pid) for pid in processes) - before
    both = took["newest"] + took["due"]
    scans = sum(_scans(*one) for one in asked[:PLANNED])
    p95 = quantile(both, 0.95)
    return [
        Row(
            f"a desk list, 50 rows, any filters, at {count:,} cases",
            f"p50 {quantile(both, 0.5):.0f} ms, p95 {p95:.0f} ms, longest {max(both):.0f} ms",
            f"p95 ≤ {BUDGET_MS:.0f} ms",
            p95 <= BUDGET_MS,
            f"{len(both)} combinations; p95 newest {quantile(took['newest'], 0.95):.0f} ms, "
            f"due {quantile(took['due'], 0.95):.0f} ms; "
            f"CPU of web and database {spent * 1000 / len(both):.0f} ms each",
        ),
        Row(
            f"plans of {min(PLANNED, len(asked))} of them that read the whole table",
            str(scans),
            "0",
            scans == 0,
        ),
    ]


class _Drawing:
    """Draws who asks, for what, in which order; each filter from what the district holds."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        ids = Team.objects.order_by("code").values_list("id", flat=True)
        self.departments = list(ids.filter(kind="department"))
        self.workers = list(ids.filter(kind="grid"))
        self.categories = list(Category.objects.order_by("code").values_list("code", flat=True))
        rows = Area.objects.order_by("code").values_list("level", "code")
        self.areas: dict[str, list[str]] = {}
        for level, code in rows:
            self.areas.setdefault(level, []).append(code)

    def asked(self) -> tuple[Actor, Filters, str]:
        """One list that somebody could ask for."""
        offered = self._offered()
        chosen = self.chance.sample(sorted(offered), self.chance.choice([0, 1, 1, 2, 2, 3, 4, 6]))
        given = {name: offered[name] for name in chosen}
        order = self.chance.choice(["newest", "newest", "due"])
        given["state"] = "open"
        if order == "newest":
            given["state"] = self.chance.choice(["open", "open", "closed", "all"])
        if "opened_from" in given and "opened_until" in given:
            span = sorted([given["opened_from"], given["opened_until"]])
            given["opened_from"], given["opened_until"] = span[0], span[1] + timedelta(days=1)
        return self._actor(), Filters(**given), order

    def _offered(self) -> dict[str, Any]:
        draw = self.chance
        level = draw.choice(["district", "street", "community", "grid"])
        found: dict[str, Any] = {
            "stages": (draw.choice(["collect", "verify", "handle", "check", "closed", "void"]),),
            "team": draw.choice(self.departments + self.workers[:40]),
            "handling_team": draw.choice(self.departments),
            "mine": True,
            "category": draw.choice([*self.categories, *seed.BIG_CLASSES * 10]),
            # The last street and the last big class occur only among the oldest cases.
            "area": draw.choice([*self.areas[level], self.areas["street"][-1]]),
            "grade": draw.choice(["ordinary", "urgent"]),
            "origin": draw.choice(["public", "patrol", "hotline", "split"]),
            "light": draw.choice(["green", "yellow", "red"]),
            "unrouted": draw.random() < 0.5,
            "paused": draw.random() < 0.5,
            "provisional": draw.random() < 0.5,
            "opened_from": AT - timedelta(days=draw.randint(1, 1_000)),
            "opened_until": AT - timedelta(days=draw.randint(0, 900)),
            "due_before": AT + timedelta(days=draw.randint(-3, 20)),
        }
        left_out = {f.name for f in fields(Filters)} - set(found) - {"state"}
        if left_out:
            raise AssertionError(f"filters that are not measured: {left_out}")
        return found

    def _actor(self) -> Actor:
        draw = self.chance
        team = frozenset(draw.sample(self.departments, 2))
        return draw.choice(
            [
                SYSTEM,
                Actor(rights=(Right("dispatcher", seed.DISTRICT),), teams=team),
                Actor(rights=(Right("handler"),), teams=team),
                Actor(rights=(Right("grid_worker", draw.choice(self.areas["grid"])),), teams=team),
                Actor(rights=(Right("leader", draw.choice(self.areas["street"]), ("01", "02")),)),
            ]
        )


def _scans(actor: Actor, filters: Filters, order: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        lists.case_list(actor, filters, order, AT)
    found = 0
    for query in captured:
        if query["sql"].startswith("SELECT") and '"cases_case"' in query["sql"]:
            with lists.planned(), connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN {query['sql']}")
                found += any("Seq Scan on cases_case" in row for (row,) in cursor.fetchall())
    return found
