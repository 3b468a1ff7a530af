"""Spreading the visits of a campaign: 4,700 places over 131 teams and the days of two weeks."""

import random
import time
from datetime import date, timedelta

from bench.rows import Context, Row
from commonward.core.inspecting.spreading import Crew, Spot, Stop, spread, ways

DATABASES = ("",)
PLACES, TEAMS, SECONDS = 4_700, 131, 10.0


def bench(ctx: Context) -> list[Row]:
    """Places in sixty clusters; beside it the same places drawn to teams and days at random."""
    chance = random.Random(1)
    middles = [(30 + chance.gauss(0, 0.08), 112 + chance.gauss(0, 0.08)) for _ in range(60)]
    spots = []
    for n in range(ctx.count(PLACES, 300)):
        lat, lon = chance.choice(middles)
        spots.append(Spot(n, lat + chance.gauss(0, 0.01), lon + chance.gauss(0, 0.01)))
    crews = [Crew(n, 4, *chance.choice(middles)) for n in range(TEAMS)]
    days = [date(2026, 3, 2) + timedelta(days=n) for n in range(12) if n % 7 < 5]
    begun = time.process_time()
    stops = spread(spots, crews, days, 1)
    spent = time.process_time() - begun
    order = [(one.team, one.on, one.turn) for one in stops]
    chance.shuffle(order)
    apart = [Stop(one.place, *at) for one, at in zip(stops, order, strict=True)]
    near, far = ways(stops, spots) / 1000, ways(apart, spots) / 1000
    return [
        Row(
            f"spread {len(spots):,} visits over {TEAMS} teams, {len(days)} days",
            f"{spent:.2f} CPU s; {near:,.0f} km from visit to visit (drawn at random {far:,.0f} km)",
            f"≤ {SECONDS:.0f} s",
            spent <= SECONDS and len({one.place for one in stops}) == len(spots),
        )
    ]
