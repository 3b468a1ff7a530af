"""The fleet on duty: kept as units move and change, asked for what to send."""

from collections.abc import Collection, Iterable, Sequence

import numpy as np

from commonward.core.plans.dispatching import reasons
from commonward.core.plans.dispatching.cover import Cover, Move
from commonward.core.plans.dispatching.finding import finder
from commonward.core.plans.dispatching.joint import (
    Call,
    Chosen,
    Together,
    choose_one_by_one,
    choose_together,
)
from commonward.core.plans.dispatching.roster import Roster, Wanted
from commonward.core.plans.dispatching.said import Said
from commonward.core.plans.dispatching.telling import Telling
from commonward.core.plans.dispatching.units import (
    ForceCover,
    MoveUp,
    Need,
    PassedOver,
    Pick,
    Recommendation,
    Rules,
    Scene,
    Shortfall,
    Unit,
)
from commonward.core.plans.roads import RoadGraph
from commonward.core.refusals import N_, Invalid

Place = int | tuple[float, float]
_RESTORES = N_("Waiting at {station}, it would restore cover that sending the others takes away.")
_ADDS = N_("Waiting at {station}, it would reach {percent} % more of the places in time.")


class Fleet:
    """Units on duty (在岗单元) on a road graph at an hour, answering at once.

    With `graph.prepare(hour)` done before, a question takes microseconds and a moved unit a
    fraction of a millisecond; without it each question is one search of scipy over the graph, with
    the same answer. For one thread at a time.
    """

    def __init__(
        self,
        graph: RoadGraph,
        units: Iterable[Unit],
        rules: Rules | None = None,
        *,
        hour: int = 12,
    ) -> None:
        self.graph, self.hour, self.rules = graph, hour, rules or Rules()
        self.roster = Roster(list(units), self.rules)
        for unit in self.roster.units:
            self.node_of(unit.node)
        self.finder = finder(graph, self.roster, hour)
        self._cover: Cover | None = None

    def __len__(self) -> int:
        return len(self.roster.units)

    @property
    def cover(self) -> Cover:
        """The cover by force, made at the first question about it."""
        if self._cover is None:
            self._cover = Cover(self.graph, self.roster, self.rules, self.hour)
        return self._cover

    def unit(self, key: int) -> Unit:
        """The unit as it is now; Missing where none has this key."""
        return self.roster.units[self.roster.place_of(key)]

    def move(self, key: int, node: int) -> None:
        """The unit reports from another node."""
        column = self.roster.place_of(key)
        if self.roster.nodes[column] == self.node_of(node):
            return
        self.roster.moved(column, node)
        self.finder.moved(column)
        if self._cover is not None:
            self._cover.changed(column)

    def set_status(self, key: int, status: str, *, rest_due: bool | None = None) -> None:
        """The unit is free, reserved, busy, resting or out from now on."""
        column = self.roster.place_of(key)
        was = self.roster.units[column]
        self.roster.changed(column, status, was.rest_due if rest_due is None else rest_due)
        if self._cover is not None:
            self._cover.changed(column)

    def node_of(self, place: Place) -> int:
        """A node as given, or the nearest to (lat, lon); Invalid where the graph has none such."""
        if isinstance(place, tuple):
            return self.graph.nearest(*place)
        if not 0 <= place < len(self.graph):
            raise Invalid(N_("The road graph has no node {node}."), field="place", node=place)
        return place

    def choose(
        self,
        place: int,
        needs: Sequence[Need],
        *,
        area: str = "",
        kind: str = "",
        priority: int = 3,
    ) -> tuple[Chosen, ...]:
        """The units that meet the needs of one call soonest, exactly; no words, no cover."""
        scene = Scene(area, kind, priority)
        wanted = [self.roster.wanted(need, scene) for need in needs]
        if _apart(wanted):
            chosen = tuple(
                chosen
                for number, (one, need) in enumerate(zip(wanted, needs, strict=True))
                for chosen in self._nearest(place, one, number, need.number)
            )
            # No better plan exists; what each needs for itself must only leave the stations enough.
            if not len(self.roster.keeps) or self._spares(chosen, priority):
                return chosen
        call = Call(place, tuple(needs), area, kind=kind, priority=priority)
        return choose_together(self.roster, self.finder, [call]).chosen

    def _spares(self, chosen: Sequence[Chosen], priority: int) -> bool:
        """Whether the stations can spare these units for a call of this priority."""
        posts = self.roster.post[[one.unit for one in chosen]]
        gone = np.bincount(posts[posts >= 0], minlength=len(self.roster.keeps))
        return bool(((gone <= self.roster.spare()) | self.roster.waived(priority)).all())

    def choose_together(self, calls: Sequence[Call]) -> Together:
        """The units for all open calls at once, with the proof that no plan is better."""
        for call in calls:
            self.node_of(call.place)
        return choose_together(self.roster, self.finder, calls)

    def choose_one_by_one(self, calls: Sequence[Call]) -> Together:
        """What comes of serving one call after the other, each as well as is left; no proof."""
        for call in calls:
            self.node_of(call.place)
        return choose_one_by_one(self.roster, self.finder, calls)

    def recommend(
        self,
        place: Place,
        needs: Sequence[Need],
        *,
        area: str = "",
        kind: str = "",
        priority: int = 3,
        covered: bool = True,
    ) -> Recommendation:
        """What to send to a place, why, what was passed over, what lacks, and the cover left.

        `area` is the code of the place's area or the path of codes above it, for units that may
        serve only some; `kind` and `priority` (1 is the most pressing) are what rules ask of a
        call. `covered` False leaves out cover and move-ups. A person decides: nothing is sent,
        nothing changes.
        """
        node = self.node_of(place)
        chosen = self.choose(node, needs, area=area, kind=kind, priority=priority)
        return self.told(node, needs, Scene(area, kind, priority), chosen, covered=covered)

    def told(
        self,
        node: int,
        needs: Sequence[Need],
        scene: Scene,
        chosen: Sequence[Chosen],
        *,
        covered: bool = True,
        elsewhere: Collection[int] = (),
    ) -> Recommendation:
        """A choice for one call in words, also where it was made for all calls together: then
        `elsewhere` are the columns of the units that the other calls get."""
        telling = Telling(self.roster, self.finder, node, needs, scene, chosen, elsewhere)
        picks: list[Pick] = []
        over: list[PassedOver] = []
        lacks: list[Shortfall] = []
        for number in range(len(needs)):
            of_need, passed, lack = telling.need(number, self.rules.tell)
            picks += of_need
            over += passed
            lacks += [lack] if lack else []
        covers = self._covers(chosen) if covered else ()
        moves = self._move_ups(chosen, covers) if covered else ()
        return Recommendation(
            tuple(picks),
            tuple(over),
            tuple(lacks),
            float(np.mean([one.before for one in covers])) if covers else 1.0,
            float(np.mean([one.after for one in covers])) if covers else 1.0,
            moves,
            covers,
        )

    def _nearest(self, place: int, wanted: Wanted, need: int, number: int) -> list[Chosen]:
        """The nearest for a need whose units no other need wants; the tired where rested lack."""
        found = self.finder.nearest(place, wanted, 0, number)
        chosen = [
            Chosen(0, need, unit, took)
            for unit, took in zip(found.units.tolist(), found.milliseconds.tolist(), strict=True)
        ]
        if len(chosen) < number:
            more = self.finder.nearest(place, wanted, reasons.RESTS_SOON, number)
            rested = {one.unit for one in chosen}
            tired = [
                Chosen(0, need, unit, took, True)
                for unit, took in zip(more.units.tolist(), more.milliseconds.tolist(), strict=True)
                if unit not in rested
            ]
            chosen += tired[: number - len(chosen)]
        return sorted(chosen, key=lambda one: (one.milliseconds, one.unit))

    def _covers(self, chosen: Sequence[Chosen]) -> tuple[ForceCover, ...]:
        gone: dict[int, list[int]] = {}
        for one in chosen:
            gone.setdefault(int(self.roster.force[one.unit]), []).append(one.unit)
        names = list(self.roster.forces)
        return tuple(
            ForceCover(*names[force], *self.cover.shares(force, units))
            for force, units in gone.items()
        )

    def _move_ups(
        self, chosen: Sequence[Chosen], covers: Sequence[ForceCover]
    ) -> tuple[MoveUp, ...]:
        if not self.rules.stations:
            return ()
        gone = [one.unit for one in chosen]
        told = []
        for cover in covers:
            if cover.after >= cover.before:
                continue
            force = self.roster.forces[cover.agency, cover.kind]
            for move in self.cover.moves(force, gone, self.rules.move_ups):
                told.append(self._told_move(move, _RESTORES))
        return tuple(told)

    def move_ups(self, gone: Sequence[int] = (), *, least: float = 0.01) -> tuple[MoveUp, ...]:
        """Moves of free units that would add at least this share of places to their force's cover.

        `gone` are keys of units that are about to be sent. At most `rules.move_ups` of each force,
        the most gained first.
        """
        if not self.rules.stations:
            return ()
        away = [self.roster.place_of(key) for key in gone]
        found = [
            self._told_move(move, _ADDS)
            for force in self.roster.forces.values()
            for move in self.cover.moves(force, away, self.rules.move_ups)
            if move.gained >= least
        ]
        return tuple(sorted(found, key=lambda move: (-move.gained, move.unit)))

    def _told_move(self, move: Move, text: str) -> MoveUp:
        unit = self.roster.units[move.unit]
        seconds = self.graph.times(self.hour).to_place([unit.node], move.node)[0]
        values = {"station": move.station, "percent": round(100 * move.gained)}
        why = (Said(text, {name: told for name, told in values.items() if f"{{{name}}}" in text}),)
        return MoveUp(unit.key, move.station, move.node, float(seconds), move.gained, why)


def recommend(
    graph: RoadGraph,
    units: Sequence[Unit],
    place: Place,
    needs: Sequence[Need],
    *,
    area: str = "",
    kind: str = "",
    priority: int = 3,
    hour: int = 12,
    rules: Rules | None = None,
) -> Recommendation:
    """What to send, for a caller that keeps no fleet; see `Fleet.recommend`."""
    fleet = Fleet(graph, units, rules, hour=hour)
    return fleet.recommend(place, needs, area=area, kind=kind, priority=priority)


def _apart(wanted: Sequence[Wanted]) -> bool:
    """Whether no unit can suit two of the needs: then each takes its nearest."""
    forces = [force for one in wanted for force in one.forces.tolist()]
    return len(set(forces)) == len(forces)
