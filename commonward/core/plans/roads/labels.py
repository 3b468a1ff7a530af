"""Hub labels (枢纽标号): for each place the few others through which every shortest way passes.

Abraham, Delling, Goldberg, Werneck 2012: labels are made from the top of a contraction hierarchy
downwards, and an entry stays only if its hub is the most important place on all shortest ways to
it. The travel time between two places is the least sum over the hubs that both labels name.
"""

import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from commonward.core.plans.roads.by_hub import by_hub, fill, within
from commonward.core.plans.roads.compiled import compiled
from commonward.core.plans.roads.contraction import Hierarchy, contracted
from commonward.core.plans.roads.graph import LONGEST
from commonward.core.plans.running import Progress, Watch

if TYPE_CHECKING:
    from commonward.core.plans.roads.graph import RoadGraph

Whole = npt.NDArray[np.int64]
Short = npt.NDArray[np.int32]
_STEP = 4_000
_LONGEST_LABEL = 20_000
_FORM = 1


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """The labels of one direction: of node v, `hubs` and `took` from begins[v] to begins[v + 1].

    Hubs are numbers by importance, `took` milliseconds, nearest hub first.
    """

    begins: Whole
    hubs: Short
    took: Short

    def of(self, node: int) -> tuple[Short, Short]:
        """The hubs and milliseconds of one node."""
        part = slice(self.begins[node], self.begins[node + 1])
        return self.hubs[part], self.took[part]


@dataclass(frozen=True, slots=True, eq=False)
class Labels:
    """From each node to its hubs (`out`) and from them to it (`back`); one where roads go both ways."""

    out: Side
    back: Side

    @property
    def mean(self) -> float:
        """Hubs per label, on average over both directions."""
        return (len(self.out.hubs) + len(self.back.hubs)) / 2 / (len(self.out.begins) - 1)

    @property
    def octets(self) -> int:
        """Memory of the labels."""
        sides = [self.out] if self.out is self.back else [self.out, self.back]
        return sum(side.begins.nbytes + side.hubs.nbytes + side.took.nbytes for side in sides)

    def table(self, sources: Whole, targets: Whole) -> npt.NDArray[np.float64]:
        """Seconds from each source to each target, (s, t), inf where there is no way."""
        count = len(self.out.begins) - 1
        took = np.full((len(sources), len(targets)), LONGEST, np.int32)
        begins, number, entry = by_hub(*_arrays(self.back), targets, count)
        fill(*_arrays(self.out), sources, begins, number, entry, took)
        return np.where(took == LONGEST, np.inf, took / 1000.0)

    def reaching(self, places: Whole, limit: float) -> Callable[[int], Short]:
        """A function that tells which of the places a node reaches within so many milliseconds."""
        count = len(self.out.begins) - 1
        begins, number, entry = by_hub(*_arrays(self.back), places, count)
        seen = np.zeros(len(places), np.bool_)

        def reached(node: int) -> Short:
            return within(*self.out.of(node), begins, number, entry, int(limit), seen)

        return reached

    def save(self, path: Path, told: dict[str, str | int]) -> None:
        """Into one .npz file with what it was made for."""
        path.parent.mkdir(parents=True, exist_ok=True)
        words = np.frombuffer(json.dumps({"form": _FORM, **told}).encode(), np.uint8)
        parts: dict[str, npt.NDArray[Any]] = {"told": words}
        sides = {"out": self.out} if self.out is self.back else {"out": self.out, "back": self.back}
        for name, side in sides.items():
            parts |= {
                f"{name}_begins": side.begins,
                f"{name}_hubs": side.hubs,
                f"{name}_took": side.took,
            }
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".npz", delete=False) as file:
            np.savez(file, allow_pickle=False, **parts)
        Path(file.name).replace(path)

    @classmethod
    def load(cls, path: Path, told: dict[str, str | int]) -> "Labels | None":
        """What `save` wrote for the same graph and table; None where it is for another or absent."""
        if not path.is_file():
            return None
        with np.load(path, allow_pickle=False) as kept:
            if json.loads(kept["told"].tobytes()) != {"form": _FORM, **told}:
                return None
            out = Side(kept["out_begins"], kept["out_hubs"], kept["out_took"])
            if "back_begins" not in kept:
                return cls(out, out)
            return cls(out, Side(kept["back_begins"], kept["back_hubs"], kept["back_took"]))


def prepared(
    graph: "RoadGraph", hour: int, watch: Watch | None = None, folder: Path | None = None
) -> Labels:
    """The labels of a graph at an hour, from the folder if they were kept there before.

    Raises InterruptedError when the watch stops it: half the labels answer nothing.
    """
    told: dict[str, str | int] = {"graph": graph.hash, "table": graph.table_at(hour)}
    path = folder / f"{graph.hash[:16]}-{told['table']}.labels.npz" if folder else None
    kept = Labels.load(path, told) if path else None
    if kept is None:
        milliseconds = graph.milliseconds(hour)
        hierarchy = contracted(graph.begins, graph.heads, milliseconds, watch)
        kept = labelled(hierarchy, bool(np.array_equal(hierarchy.out, hierarchy.back)), watch)
        if path:
            kept.save(path, told)
    return kept


def labelled(hierarchy: Hierarchy, both_ways: bool, watch: Watch | None = None) -> Labels:
    """Labels from a hierarchy, the most important place first."""
    n = len(hierarchy.number)
    size = 24 * n + 4 * _LONGEST_LABEL
    sides = [_Growing(n, size) for _ in range(1 if both_ways else 2)]
    far = np.full(n, LONGEST, np.int32)
    touched = np.empty(n, np.int32)
    done = 0
    while done < n:
        if watch is not None:
            watch.tell(Progress("labels", done, n))
            if watch.over:
                raise InterruptedError("the labels were not finished")
        for side in sides:
            side.grow()
        out, back = sides[0], sides[-1]
        done = write_labels(
            done,
            min(n, done + _STEP),
            both_ways,
            hierarchy.begins,
            hierarchy.ups,
            hierarchy.out,
            hierarchy.back,
            out.begins,
            out.hubs,
            out.took,
            back.begins,
            back.hubs,
            back.took,
            far,
            touched,
        )
    made = [side.by_node(hierarchy.number) for side in sides]
    return Labels(made[0], made[-1])


class _Growing:
    """Labels of one direction while they are written, by importance."""

    def __init__(self, count: int, size: int) -> None:
        self.begins = np.zeros(count + 1, np.int64)
        self.hubs, self.took = np.empty(size, np.int32), np.empty(size, np.int32)
        self.count = count

    def grow(self) -> None:
        if len(self.hubs) - self.begins.max() < _STEP * 400 + _LONGEST_LABEL:
            more = len(self.hubs) // 2 + _STEP * 400
            self.hubs = np.concatenate((self.hubs, np.empty(more, np.int32)))
            self.took = np.concatenate((self.took, np.empty(more, np.int32)))

    def by_node(self, number: Short) -> Side:
        """In the order of the graph's nodes."""
        sizes = np.diff(self.begins)[number]
        begins = np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)
        hubs, took = np.empty(begins[-1], np.int32), np.empty(begins[-1], np.int32)
        reorder(number, self.begins, self.hubs, self.took, begins, hubs, took)
        return Side(begins, hubs, took)


def _arrays(side: Side) -> tuple[Whole, Short, Short]:
    return side.begins, side.hubs, side.took


@compiled
def reorder(
    number: Short,
    old_begins: Whole,
    old_hubs: Short,
    old_took: Short,
    begins: Whole,
    hubs: Short,
    took: Short,
) -> None:
    """Copy labels by importance into the order of nodes."""
    for v in range(len(number)):
        shift = old_begins[number[v]] - begins[v]
        for place in range(begins[v], begins[v + 1]):
            hubs[place] = old_hubs[place + shift]
            took[place] = old_took[place + shift]


@compiled
def one_label(  # noqa: C901 - one pass: calls inside would cost more than it does
    v: int,
    begins: Whole,
    ups: Short,
    takes: Short,
    own_begins: Whole,
    own_hubs: Short,
    own_took: Short,
    other_begins: Whole,
    other_hubs: Short,
    other_took: Short,
    far: Short,
    touched: Short,
) -> None:
    """The label of v in one direction at the end of `own`, from those of its more important ones.

    `other` holds the labels of the opposite direction of all more important places: with them an
    entry that a more important hub covers as well is left out.
    """
    far[v] = 0
    touched[0] = v
    count = 1
    for arc in range(begins[v], begins[v + 1]):
        if takes[arc] == LONGEST:
            continue
        x = ups[arc]
        for place in range(own_begins[x], own_begins[x + 1]):
            hub = own_hubs[place]
            reach = takes[arc] + own_took[place]
            if far[hub] == LONGEST:
                touched[count] = hub
                count += 1
                far[hub] = reach
            elif reach < far[hub]:
                far[hub] = reach
    end = own_begins[v]
    for number in range(count):
        hub = touched[number]
        reach = far[hub]
        stays = True
        if hub != v:
            for place in range(other_begins[hub], other_begins[hub + 1]):
                step = other_took[place]
                if step > reach:
                    break
                through = other_hubs[place]
                if through != hub and far[through] + step <= reach:
                    stays = False
                    break
        if stays:
            # Keep the label in the order of its times while it grows.
            place = end
            while place > own_begins[v] and own_took[place - 1] > reach:
                own_took[place] = own_took[place - 1]
                own_hubs[place] = own_hubs[place - 1]
                place -= 1
            own_took[place] = reach
            own_hubs[place] = hub
            end += 1
    own_begins[v + 1] = end
    for number in range(count):
        far[touched[number]] = LONGEST


@compiled
def write_labels(
    first: int,
    last: int,
    both_ways: bool,
    begins: Whole,
    ups: Short,
    out: Short,
    back: Short,
    out_begins: Whole,
    out_hubs: Short,
    out_took: Short,
    back_begins: Whole,
    back_hubs: Short,
    back_took: Short,
    far: Short,
    touched: Short,
) -> int:
    """Labels of the places from first to before last, or until memory runs low; how far it came."""
    for v in range(first, last):
        low = len(out_hubs) - out_begins[v] < 20_000 or len(back_hubs) - back_begins[v] < 20_000
        if low:
            return v
        one_label(
            v,
            begins,
            ups,
            out,
            out_begins,
            out_hubs,
            out_took,
            back_begins,
            back_hubs,
            back_took,
            far,
            touched,
        )
        if not both_ways:
            one_label(
                v,
                begins,
                ups,
                back,
                back_begins,
                back_hubs,
                back_took,
                out_begins,
                out_hubs,
                out_took,
                far,
                touched,
            )
    return last
