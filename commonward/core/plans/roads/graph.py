"""A road graph: places, directed arcs, and what each takes at an hour of the day."""

import hashlib
import importlib
import importlib.util
import json
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from commonward.core.plans.roads.profile import Profile
from commonward.core.refusals import N_, Invalid

if TYPE_CHECKING:
    from commonward.core.plans.roads.isochrone import Isochrone
    from commonward.core.plans.roads.labels import Labels
    from commonward.core.plans.roads.travel import TravelTimes
    from commonward.core.plans.running import Watch

EARTH = 6_371_008.8
"""The mean radius of the Earth in metres."""
LONGEST = 2**30
"""No travel time reaches this many milliseconds (12 days); it stands for "not at all"."""
_FORM = 1
_OUTLINE = "commonward.core.plans.roads.outline"


@dataclass(frozen=True, slots=True)
class Snapped:
    """The node of the roads nearest to a point, and how many metres of straight line lie between."""

    node: int
    metres: float


@dataclass(frozen=True, eq=False)
class RoadGraph:
    """Nodes 0 … n−1 and directed arcs in rows: the arcs out of v are `begins[v]:begins[v + 1]`.

    `lat`, `lon` float64 degrees (NaN where a graph has no places), `begins` (n + 1) int64, `heads`
    (m) int32, `free` (m) int32 milliseconds in free flow, `kinds` (m) uint8 numbers of
    `commonward.core.roads.CLASSES`, `metres` (m) float32. Times are whole milliseconds so that
    every method gives exactly the same sum.
    """

    lat: npt.NDArray[np.float64]
    lon: npt.NDArray[np.float64]
    begins: npt.NDArray[np.int64]
    heads: npt.NDArray[np.int32]
    free: npt.NDArray[np.int32]
    kinds: npt.NDArray[np.uint8]
    metres: npt.NDArray[np.float32]
    profile: Profile
    credit: str = ""
    _kept: dict[str, object] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        return len(self.begins) - 1

    @property
    def arcs(self) -> int:
        """How many directed arcs."""
        return len(self.heads)

    @property
    def tails(self) -> npt.NDArray[np.int32]:
        """Where each arc begins, (m) int32."""
        if "tails" not in self._kept:
            self._kept["tails"] = np.repeat(
                np.arange(len(self), dtype=np.int32), np.diff(self.begins)
            )
        return self._kept["tails"]  # type: ignore[return-value]

    def street_length(self) -> float:
        """How long all streets are, straight from node to node, in degrees of latitude.

        A street counts once, whether it is driven one way or both.
        """
        if "street length" not in self._kept:
            flat_lengths = importlib.import_module(_OUTLINE).flat_lengths
            low, high = np.minimum(self.tails, self.heads), np.maximum(self.tails, self.heads)
            once = np.unique(low * np.int64(len(self)) + high, return_index=True)[1]
            places = np.stack((self.lon, self.lat), axis=-1)
            lines = np.stack((places[self.tails[once]], places[self.heads[once]]), axis=1)
            self._kept["street length"] = float(flat_lengths(lines).sum())
        return self._kept["street length"]  # type: ignore[return-value]

    @property
    def hash(self) -> str:
        """SHA-256 over nodes, arcs, times and profile: what was prepared for one fits no other."""
        if "hash" not in self._kept:
            seen = hashlib.sha256(repr((self.profile, len(self))).encode())
            for part in self._arrays().values():
                seen.update(np.ascontiguousarray(part).tobytes())
            self._kept["hash"] = seen.hexdigest()
        return self._kept["hash"]  # type: ignore[return-value]

    def table_at(self, hour: int) -> int:
        """The number of the table that holds in this hour (0 … 23)."""
        if not 0 <= hour < len(self.profile.hours):
            raise Invalid(N_("An hour of the day is 0 to 23."), field="hour")
        return self.profile.hours[hour]

    def milliseconds(self, hour: int = 12) -> npt.NDArray[np.int32]:
        """What each arc takes at this hour, (m) int32, at least 1."""
        table = self.table_at(hour)
        name = f"milliseconds {table}"
        if name not in self._kept:
            factors = np.array(self.profile.factors[table])[self.kinds]
            self._kept[name] = np.clip(np.rint(self.free * factors), 1, LONGEST).astype(np.int32)
        return self._kept[name]  # type: ignore[return-value]

    def matrix(self, hour: int = 12, *, back: bool = False) -> csr_array:
        """The arcs as scipy's sparse matrix of milliseconds; `back` turns every arc round."""
        name = f"matrix {self.table_at(hour)} {back}"
        if name not in self._kept:
            made = csr_array(
                (self.milliseconds(hour).astype(np.float64), self.heads, self.begins),
                shape=(len(self), len(self)),
            )
            self._kept[name] = made.T.tocsr() if back else made
        return self._kept[name]

    @property
    def main(self) -> npt.NDArray[np.bool_]:
        """The nodes of the largest part in which each is reached from each, (n) bool.

        A point is snapped to this part only: a car park cut off by the map's border is no start.
        """
        if "main" not in self._kept:
            _, part = connected_components(self.matrix(), directed=True, connection="strong")
            self._kept["main"] = part == np.bincount(part).argmax()
        return self._kept["main"]  # type: ignore[return-value]

    def _tree(self) -> "tuple[npt.NDArray[np.int64], cKDTree]":
        if "tree" not in self._kept:
            nodes = np.flatnonzero(self.main & np.isfinite(self.lat) & np.isfinite(self.lon))
            if not len(nodes):
                raise Invalid(
                    N_("This road graph has no coordinates: name a node, not a point."),
                    field="place",
                )
            tree = cKDTree(_balls(self.lat[nodes], self.lon[nodes]))
            self._kept["tree"] = (nodes, tree)
        return self._kept["tree"]  # type: ignore[return-value]

    def snap(self, lat: float, lon: float) -> Snapped:
        """The nearest node of the main part and its distance; Invalid without coordinates."""
        nodes, tree = self._tree()
        if not (abs(lat) <= 90 and abs(lon) <= 180):
            raise Invalid(
                N_("A latitude lies between −90 and 90, a longitude between −180 and 180."),
                field="place",
            )
        chord, found = tree.query(_balls(np.array([lat]), np.array([lon]))[0])
        return Snapped(int(nodes[found]), float(2 * EARTH * np.arcsin(min(1.0, chord / 2))))

    def nearest(self, lat: float, lon: float) -> int:
        """The node nearest to a point in degrees (WGS-84)."""
        return self.snap(lat, lon).node

    def nearest_all(
        self, lat: npt.NDArray[np.float64], lon: npt.NDArray[np.float64]
    ) -> npt.NDArray[np.int64]:
        """The nodes nearest to points in degrees, (p) int64: thousands at once in milliseconds."""
        nodes, tree = self._tree()
        found: npt.NDArray[np.int64] = nodes[tree.query(_balls(lat, lon))[1]]
        return found

    def times(self, hour: int = 12) -> "TravelTimes":
        """Exact travel times at this hour: by labels once `prepare` was called, else by scipy."""
        travel = importlib.import_module("commonward.core.plans.roads.travel")
        prepared = self.labels(hour)
        return travel.ByLabels(self, prepared) if prepared else travel.ByScipy(self, hour)

    def labels(self, hour: int = 12) -> "Labels | None":
        """What `prepare` worked out for this hour's table; None before."""
        return self._kept.get(f"labels {self.table_at(hour)}")  # type: ignore[return-value]

    def prepare(
        self, hour: int = 12, watch: "Watch | None" = None, folder: Path | None = None
    ) -> bool:
        """Work out the labels of this hour's table once; False where numba is not installed.

        Seconds to half a minute of compute, or read from `folder`, where they are then kept; every
        later question costs microseconds. The answers are the same either way. Raises
        InterruptedError when the watch stops it.
        """
        name = f"labels {self.table_at(hour)}"
        if name not in self._kept:
            if importlib.util.find_spec("numba") is None:
                return False
            labels = importlib.import_module("commonward.core.plans.roads.labels")
            self._kept[name] = labels.prepared(self, hour, watch, folder)
        return True

    def isochrone(self, nodes: Iterable[int], seconds: float, hour: int = 12) -> "Isochrone":
        """Every node that at least one of `nodes` reaches within so many seconds, and when."""
        made = importlib.import_module("commonward.core.plans.roads.isochrone")
        return made.isochrone(self, nodes, seconds, hour)

    def with_milliseconds(self, free: npt.NDArray[np.int32]) -> "RoadGraph":
        """The same roads with other free-flow times, (m) int32."""
        return replace(self, free=free, _kept={})

    def save(self, path: Path) -> None:
        """Into one .npz file, which a reader sees whole or not at all."""
        path.parent.mkdir(parents=True, exist_ok=True)
        told = {
            "form": _FORM,
            "hash": self.hash,
            "credit": self.credit,
            "speeds": self.profile.speeds,
            "names": self.profile.names,
            "hours": self.profile.hours,
            "factors": self.profile.factors,
        }
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".npz", delete=False) as file:
            words = np.frombuffer(json.dumps(told).encode(), np.uint8)
            np.savez_compressed(file, allow_pickle=False, told=words, **self._arrays())
        Path(file.name).replace(path)

    @classmethod
    def load(cls, path: Path) -> "RoadGraph":
        """What `save` wrote; Invalid where the file was changed since or is none of ours."""
        try:
            with np.load(path, allow_pickle=False) as kept:
                told = json.loads(kept["told"].tobytes())
                profile = Profile(
                    {mode: tuple(speeds) for mode, speeds in told["speeds"].items()},
                    tuple(told["names"]),
                    tuple(told["hours"]),
                    tuple(tuple(row) for row in told["factors"]),
                )
                parts = {name: kept[name] for name in _PARTS}
                graph = cls(**parts, profile=profile, credit=told["credit"])
        except (OSError, KeyError, ValueError) as error:
            raise Invalid(
                N_("“{name}” is no saved road graph."), field="file", name=path.name
            ) from error
        if graph.hash != told["hash"]:
            raise Invalid(
                N_("“{name}” was changed after it was saved: make it again from its source."),
                field="file",
                name=path.name,
            )
        return graph

    def _arrays(self) -> dict[str, npt.NDArray[np.generic]]:
        return {name: getattr(self, name) for name in _PARTS}


_PARTS = ("lat", "lon", "begins", "heads", "free", "kinds", "metres")


def graph_of(
    lat: npt.ArrayLike,
    lon: npt.ArrayLike,
    tails: npt.ArrayLike,
    heads: npt.ArrayLike,
    free: npt.ArrayLike,
    kinds: npt.ArrayLike,
    profile: Profile,
    *,
    metres: npt.ArrayLike | None = None,
    credit: str = "",
) -> RoadGraph:
    """A graph from arcs in any order; of parallel arcs the quickest stays, loops go.

    `free` in milliseconds of free flow. Raises Invalid when there is no arc, an arc names no
    node, or a time is not at least 1 ms.
    """
    north, east = np.asarray(lat, np.float64), np.asarray(lon, np.float64)
    start, end = np.asarray(tails, np.int64), np.asarray(heads, np.int64)
    time, kind = np.asarray(free, np.int64), np.asarray(kinds, np.uint8)
    far = metres_between(north[start], east[start], north[end], east[end]) if metres is None else 0
    length = np.asarray(far if metres is None else metres, np.float32)
    straight = start != end
    if not straight.any():
        raise Invalid(N_("There is no road in this file."), field="file")
    if (time[straight] < 1).any() or (time >= LONGEST).any():
        raise Invalid(N_("A road takes at least a millisecond and at most 12 days."), field="free")
    order = np.lexsort((time, end, start))
    order = order[straight[order]]
    first = np.ones(len(order), np.bool_)
    ends, starts = end[order], start[order]
    first[1:] = (ends[1:] != ends[:-1]) | (starts[1:] != starts[:-1])
    order = order[first]
    count = np.bincount(start[order], minlength=len(north))
    return RoadGraph(
        lat=north,
        lon=east,
        begins=np.concatenate(([0], np.cumsum(count))).astype(np.int64),
        heads=end[order].astype(np.int32),
        free=time[order].astype(np.int32),
        kinds=kind[order],
        metres=length[order],
        profile=profile,
        credit=credit,
    )


def metres_between(
    lat: npt.NDArray[np.float64],
    lon: npt.NDArray[np.float64],
    other_lat: npt.NDArray[np.float64],
    other_lon: npt.NDArray[np.float64],
) -> npt.NDArray[np.float64]:
    """Straight-line metres between points in degrees, on the sphere."""
    chord = np.linalg.norm(_balls(lat, lon) - _balls(other_lat, other_lon), axis=-1)
    far: npt.NDArray[np.float64] = 2 * EARTH * np.arcsin(np.minimum(1.0, chord / 2))
    return far


def _balls(lat: npt.NDArray[np.float64], lon: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Points of the unit sphere, (n, 3): straight chords order as distances on the ground do."""
    north, east = np.radians(lat), np.radians(lon)
    return np.stack(
        (np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)), axis=-1
    )
