"""Each report is put where it belongs when it comes (在线聚类), and stays there.

A report joins the cluster for which the weighed mean of its three closest links and of its links
to all members passes the threshold: the closest alone would chain one problem to the next,
all alone would shatter a large issue whose reporters tell of it in many ways. Where most of a
cluster's members are surely of another place, no words make up for it. Only reports of the last
`WINDOW` days are looked at, so that the work per report does not grow with the years.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from commonward.core.triage.hot import linking
from commonward.core.triage.hot.linking import Links
from commonward.core.triage.hot.reading import Read, Spoken, read

WINDOW = 365.0
"""Days after its last report in which a problem is still the same one."""
CLOSEST = 3
LOOKED_AT = 150
"""Reports that share most with a new one; it is compared with all members of their clusters."""
_APART = 0.5


def cluster(
    texts: Sequence[Spoken],
    known: Mapping[int, int] | None = None,
    kept_apart: Callable[[int, int], bool] | None = None,
    links: Links | None = None,
) -> list[int]:
    """The cluster of each text, by the order of their days; `known` ones keep theirs.

    `known` gives the cluster of the texts (by index) that were placed before; new clusters are
    numbered after the highest known. `kept_apart(text, cluster)` is true where a person has
    decided that a text does not belong there.
    """
    return placed(read(texts), known, kept_apart, links) if texts else []


def placed(
    tables: Read,
    known: Mapping[int, int] | None = None,
    kept_apart: Callable[[int, int], bool] | None = None,
    links: Links | None = None,
) -> list[int]:
    """The same of texts that were read."""
    weights = links or linking.shipped()
    count = len(tables.days)
    found = np.full(count, -1)
    for one, its in (known or {}).items():
        found[one] = its
    following = int(found.max(initial=-1)) + 1
    waiting = [int(i) for i in np.flatnonzero(found < 0)]
    for one in sorted(waiting, key=lambda i: (tables.days[i], i)):
        best = _best(tables, one, found, weights, kept_apart)
        if best < 0:
            best, following = following, following + 1
        found[one] = best
    return [int(c) for c in found]


def _best(
    tables: Read,
    one: int,
    found: npt.NDArray[np.int_],
    weights: Links,
    kept_apart: Callable[[int, int], bool] | None,
) -> int:
    """The cluster in which a text belongs, -1 for none."""
    lately = (found >= 0) & (tables.days >= tables.days[one] - WINDOW)
    others = np.flatnonzero(lately & (tables.days <= tables.days[one]))
    if not len(others):
        return -1
    if len(others) > LOOKED_AT:
        rough = np.asarray(
            (tables.placed[others] @ tables.placed[one].T).todense()
            + (tables.title[others] @ tables.title[one].T).todense()
            + (tables.body[others] @ tables.body[one].T).todense()
        ).ravel()
        near = others[np.argpartition(-rough, LOOKED_AT)[:LOOKED_AT]]
        others = others[np.isin(found[others], found[near])]
    told = linking.parts(tables, one, others)
    scores = linking.logits(told, weights)
    apart = linking.apart(tables, one, others)
    its = found[others]
    best, value = -1, weights.threshold
    for candidate in np.unique(its[scores > weights.threshold - 3]):
        members = its == candidate
        if apart[members].mean() > _APART or (kept_apart and kept_apart(one, int(candidate))):
            continue
        closest = np.sort(scores[members])[::-1][:CLOSEST].mean()
        now = weights.closest * closest + (1 - weights.closest) * scores[members].mean()
        if now > value:
            best, value = int(candidate), now
    return best
