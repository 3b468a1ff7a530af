"""The run of a cover plan, without the database; the models are imported here, late."""

import importlib
from collections.abc import Mapping
from typing import Any

from commonward.core.plans.running import Watch
from commonward.core.refusals import N_, Refusal
from commonward.response.planning import Keep
from commonward.response.queries.roads import road_graph


def planned(given: Mapping[str, Any], seed: int, watch: Watch, keep: Keep) -> dict[str, Any]:
    """The posts of each part of the day, judged by simulation (see core.plans.siting)."""
    siting = importlib.import_module("commonward.core.plans.siting")
    asked = siting.Question.of(given)
    graph = road_graph() if given["roads"] else None
    if given["roads"] and (graph is None or graph.hash != given["roads"]):
        raise Refusal(N_("The road graph was changed in the meantime: ask for the plan again."))
    speed = given["speed"] / 3.6

    def travel(period: Any) -> Any:
        if graph is None:
            return siting.straight(asked.cells, asked.sites, speed, given["side"])
        return siting.by_road(graph, asked.cells, asked.sites, period.middle, speed, given["side"])

    answer: dict[str, Any] = siting.answered(asked, travel, seed, watch, keep)
    return answer
