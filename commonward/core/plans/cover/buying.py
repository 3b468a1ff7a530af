"""What the next unit would buy: the plan for 1, 2, … units, and the gain of each step."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from commonward.core.plans.cover.given import Choice
from commonward.core.plans.cover.plan import Plan
from commonward.core.plans.running import Progress, Watch


@dataclass(frozen=True, slots=True)
class Step:
    """The plan with `count` units; `gain` is what the last of them improved the value by (≥ 0).

    The first step has no gain: there is nothing before it.
    """

    count: int
    plan: Plan
    gain: float | None


def next_units(
    model: Callable[[Choice, Watch], Plan],
    choice: Choice,
    counts: Sequence[int],
    watch: Watch | None = None,
) -> list[Step]:
    """One plan for each number of units, rising; stopped between them, it gives those it has.

    `model` plans for the choice it is given, as `lambda one, watch: maximal_cover(ground, 300, one,
    watch=watch)` does.
    """
    watch = watch or Watch()
    steps: list[Step] = []
    for number, count in enumerate(sorted(set(counts))):
        if watch.over:
            break
        plan = model(replace(choice, count=count), Watch(stop=watch.stop, seconds=watch.left))
        gain = abs(plan.value - steps[-1].plan.value) if steps else None
        steps.append(Step(count, plan, gain))
        watch.tell(Progress("units", number + 1, len(counts), plan.value, plan.bound))
    return steps
