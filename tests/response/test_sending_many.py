"""Two hundred overlapping calls through the acts of the room: none lost, nobody sent twice."""

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from commonward.core.plans.roads import generated
from commonward.core.refusals import Refusal, Stale
from commonward.core.rights import SYSTEM
from commonward.response.actions.ending import end_on_spot
from commonward.response.actions.ordering import answer, give_order, set_free
from commonward.response.actions.recommending import recommend, still_needed
from commonward.response.actions.ruling import adopt_rules
from commonward.response.actions.together import all_together, order_together
from commonward.response.models import Assignment, Incident, Suggestion, Unit
from commonward.response.queries import kept
from tests.help import Help
from tests.response.test_sending_rules import unit

CALLS, FORCES = 200, ("police", "fire", "ambulance")
KINDS = ("fire", "medical", "quarrel", "other")


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    kept._fleets.clear()
    yield
    kept._fleets.clear()


def explained(found: Suggestion) -> bool:
    """Whether every line says why, in words whose values are all there."""
    rows: list[Mapping[str, Any]] = [
        *found.data["picks"], *found.data["passed"], *found.data["short"],
    ]  # fmt: skip
    return all(
        row["why"] and all("{" not in w["text"].format(**w["values"]) for w in row["why"])
        for row in rows
    )


class Shift:
    """A coordinator at work, by seed; some orders are sent twice, some too late, some crosswise."""

    def __init__(self, aid: Help) -> None:
        self.aid, self.chance = aid, random.Random(7)
        self.at = aid.at
        self.open: list[str] = []
        self.refused = 0

    def work(self, calls: int) -> Counter[str]:
        """So many calls, then whatever is left; what became of all."""
        for which in range(calls):
            self.at += timedelta(seconds=self.chance.randrange(20, 90))
            self.call(which)
            for _ in range(self.chance.randrange(4)):
                self.crews()
            self.ends(keep=12)
        while self.open:
            self.at += timedelta(seconds=60)
            before = len(self.open)
            self.crews()
            for number in list(self.open):
                self.order(number)
            self.ends(keep=before - 1)
        return Counter(Incident.objects.values_list("case__stage", flat=True))

    def call(self, which: int) -> None:
        lat, lon = self.aid.here.inside(self.chance.randrange(3), self.chance.randrange(3))
        kind = self.chance.choice(KINDS)
        made = self.aid.call(kind, lat=lat, lon=lon, at=self.at, key=f"the call number {which:06}")
        self.open.append(made.case.number)
        if which % 10 == 9:
            self.together()
        else:
            self.order(made.case.number)

    def order(self, number: str) -> None:
        incident = self.aid.incident(number)
        if not any(need.number for need in still_needed(incident)):
            return
        found = recommend(number, self.aid.coordinator, self.at)
        assert explained(found)
        for place, need in enumerate(found.data["needs"]):
            given = sum(p["need"] == place for p in found.data["picks"])
            lacks = sum(s["missing"] for s in found.data["short"] if s["need"] == place)
            assert given + lacks == need["number"]
        chosen = [p["unit"] for p in found.data["picks"]]
        if self.chance.random() < 0.1:
            # Somebody chooses from an old page: a unit that may be held by now.
            chosen = [*chosen, self.chance.choice(list(self.units()))]
        if chosen:
            self.give(number, chosen, found.pk)

    def give(self, number: str, chosen: Sequence[int], upon: int) -> None:
        key = f"order {number} {self.at:%d%H%M%S} {len(chosen)}"
        for _ in range(self.chance.choice((1, 1, 2))):
            try:
                give_order(number, chosen, self.aid.coordinator, self.at, key=key, upon=upon)
            except Refusal:
                self.refused += 1

    def together(self) -> None:
        plan = all_together(self.aid.coordinator, self.at)
        assert plan is not None and plan.proven
        for share in plan.shares:
            if share.units:
                number = share.incident.case.number
                key = f"together {number} {self.at:%d%H%M%S}"
                try:
                    order_together(number, share.units, self.aid.coordinator, self.at, key=key)
                except Stale:
                    self.refused += 1

    def units(self) -> Iterator[int]:
        yield from Unit.objects.filter(agency__in=FORCES).values_list("pk", flat=True)

    def crews(self) -> None:
        """Some units answer, are on their way, are there, are free, or cannot go."""
        self.at += timedelta(seconds=15)
        held = list(Assignment.objects.exclude(step="free").order_by("pk"))
        for one in self.chance.sample(held, min(len(held), 6)):
            if self.chance.random() < 0.1:
                set_free(one.pk, "cannot", SYSTEM, self.at)
            elif one.step == "on_scene":
                set_free(one.pk, "done", SYSTEM, self.at)
            else:
                answer(one.pk, self.chance.choice(("acknowledged", "on_scene")), SYSTEM, self.at)

    def ends(self, *, keep: int) -> None:
        """The oldest end on the spot once somebody is there; those never sent to are sent to."""
        for number in list(self.open):
            if len(self.open) <= keep:
                return
            there = Assignment.objects.filter(order__incident__case__number=number)
            if there.filter(step="on_scene").exists():
                end_on_spot(number, self.aid.coordinator, self.at)
                self.open.remove(number)


def test_of_two_hundred_calls_none_is_lost_none_is_sent_twice_and_all_is_explained(
    aid: Help, settings: Any, tmp_path: Path
) -> None:
    lat, lon = aid.here.inside(1, 1)
    generated(3, rows=24, columns=24, lat=lat, lon=lon).save(tmp_path / "roads.npz")
    settings.ROAD_GRAPH = str(tmp_path / "roads.npz")
    for number in range(15):
        force = FORCES[number % 3]
        unit(aid, f"{force}-x{number}", force, aid.here.inside(number % 3), station="north")
    adopt_rules(
        {
            "rests": [{"due": 20, "ends": 24}],
            "minimums": [{"station": "north", "agency": "fire", "least": 1, "yields": "critical"}],
        },
        at=aid.at,
    )
    shift = Shift(aid)
    ended = shift.work(CALLS)
    assert sum(ended.values()) == CALLS and set(ended) == {"noting"}
    assert not Assignment.objects.exclude(step="free").exists()
    assert shift.refused > 5
    assert nobody_was_twice()


def nobody_was_twice() -> bool:
    """Whether no unit was held by two orders at any moment, by the stamps of all orders."""
    spans: dict[int, list[tuple[datetime, datetime]]] = {}
    rows = Assignment.objects.values_list("unit_id", "sent_at", "freed_at")
    for one, sent, freed in rows.order_by("unit_id", "sent_at", "pk"):
        assert sent is not None and freed is not None
        spans.setdefault(one, []).append((sent, freed))
    assert sum(map(len, spans.values())) > CALLS
    return all(
        before[1] <= after[0]
        for held in spans.values()
        for before, after in zip(held, held[1:], strict=False)
    )
