"""The tick over a million running clocks: with one in a hundred due, and with none."""

import time
from datetime import UTC, datetime, timedelta

from bench import seed
from bench.rows import Context, Row
from commonward.cases.actions import tick
from commonward.cases.models import Clock

DATABASES = ("postgres",)
AT = datetime(2026, 6, 1, tzinfo=UTC)
CLOCKS = 1_000_000


def bench(ctx: Context) -> list[Row]:
    """Tick twice at the same moment: the second time nothing is due any more."""
    count = ctx.count(CLOCKS, 1_000)
    seed.seed_reference(AT - timedelta(days=2_000))
    seed.seed_cases(count, AT, open_share=2.0)
    seed.seed_clocks(AT, due_share=0.01)
    running = Clock.objects.filter(stopped_at=None).count()
    due = Clock.objects.filter(next_at__lte=AT).count()
    begun = time.perf_counter()
    done = tick(AT)
    first = time.perf_counter() - begun
    if done.failed or done.rungs < due:
        raise AssertionError(f"of {due} due clocks: {done}")
    begun = time.perf_counter()
    again = tick(AT)
    second = time.perf_counter() - begun
    if again.rungs:
        raise AssertionError("the second tick at the same moment did something")
    return [
        Row(
            f"tick over {running:,} running clocks, {due:,} due",
            f"{first:.1f} s, {due / first:,.0f} clocks/s",
            "≤ 60 s",
            first <= 60,
        ),
        Row(f"tick over {running:,} running clocks, none due", f"{second:.2f} s", "≤ 1 s",
            second <= 1),
    ]  # fmt: skip
