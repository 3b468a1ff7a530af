"""One transition: how many queries it takes, and how long, over whole loops."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench import site
from bench.rows import Context, Row, quantile
from commonward.cases.actions import Said, act, open_case
from commonward.core.rights import Actor
from commonward.people.models import Account
from commonward.people.queries import actor_for

DATABASES = ("postgres", "sqlite")
POLYGONS = 1_000
LOOPS = 300
WARMING, COUNTED = 5, 20
STEPS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("accept", {}),
    ("file", {}),
    ("dispatch", {}),
    ("take", {}),
    ("finish", {"result": "Done."}),
    ("pass_on", {}),
    ("pass_check", {}),
    ("close", {"outcome": "solved"}),
    ("content", {"satisfied": 5}),
)


def bench(ctx: Context) -> list[Row]:
    """Take cases through the loop, by people who are apart where they must be."""
    site.grown(POLYGONS)
    at = datetime(2026, 3, 2, 1, tzinfo=UTC)
    ids = Account.objects.filter(login__startswith="worker").order_by("id")[:2]
    people = [actor_for(account.pk, at) for account in ids]
    loops = ctx.count(LOOPS, WARMING + COUNTED + 5)
    took: list[float] = []
    queries: dict[str, int] = {}
    for number, (lat, lon) in enumerate(site.places(loops, POLYGONS, seed=3)):
        said = Said(channel="counter", words="Rubbish", lat=lat, lon=lon)
        case = open_case("0301", said, at).case
        for n, (verb, given) in enumerate(STEPS):
            # Whoever checks and closes is another person, of another team, than whoever did it.
            actor: Actor = people[1 if verb in ("pass_on", "pass_check", "close") else 0]
            filled = dict(given)
            if verb == "dispatch":
                filled["team"] = min(people[0].teams)
            when = at + timedelta(minutes=n + 1)
            if number < WARMING:
                act(case.number, verb, actor, when, filled)
            elif number < WARMING + COUNTED:
                with CaptureQueriesContext(connection) as captured:
                    act(case.number, verb, actor, when, filled)
                asked = [q for q in captured if q["sql"] not in ("BEGIN", "COMMIT")]
                queries[verb] = max(queries.get(verb, 0), len(asked))
            else:
                begun = time.perf_counter()
                act(case.number, verb, actor, when, filled)
                took.append((time.perf_counter() - begun) * 1000)
    worst = max(queries, key=lambda verb: queries[verb])
    p95 = quantile(took, 0.95)
    return [
        Row("one transition: queries", f"at most {queries[worst]} ({worst})", "≤ 10",
            queries[worst] <= 10),
        Row("one transition: time, durable",
            f"p50 {quantile(took, 0.5):.1f} ms, p95 {p95:.1f} ms", "p95 ≤ 30 ms", p95 <= 30,
            f"{len(took)} steps"),
    ]  # fmt: skip
