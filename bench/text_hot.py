"""Words: how the links of hot issues are weighed, and what to expect of unknown issues (热点问题).

The weights are learnt from pairs of messages: both of one annotated issue, or of two, or one of
them and its nearest neighbours that are of no issue that was taught. Those neighbours are what
makes the difference: without them nothing teaches that the same words elsewhere are another matter.
"""

import time
from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from bench.rows import Context, Row
from bench.text_same import SHARED, agreement, messages
from commonward.core.triage.hot import linking
from commonward.core.triage.hot.clustering import placed
from commonward.core.triage.hot.linking import PARTS, Links
from commonward.core.triage.hot.reading import Read, read

NEIGHBOURS = 60
THRESHOLD, CLOSEST = -2.25, 0.8
_LARGE = 0.5
"""A pair of an issue with n messages weighs (n - 1) to the minus this: a giant has as many pairs
as all others, and would decide alone."""
FOLDS, PARTITIONS = 5, 1


def learnt(tables: Read, truth: Mapping[int, str], issues: Collection[str]) -> Links:
    """Weights from these issues alone; all other messages are taken for strangers to them."""
    taught = [i for i in sorted(truth) if truth[i] in issues]
    many = Counter(truth[i] for i in taught)
    strangers = np.setdiff1d(np.arange(len(tables.days)), taught)
    x: list[Any] = []
    same: list[bool] = []
    weight: list[float] = []
    for k, one in enumerate(taught):
        others = np.array(taught[:k], int)
        if len(others):
            x.append(linking.parts(tables, one, others))
            alike = [truth[int(j)] == truth[one] for j in others]
            same += alike
            weight += [(many[truth[one]] - 1) ** -_LARGE if a else 1.0 for a in alike]
        told = linking.parts(tables, one, strangers)
        # Place, heading and text: what a stranger may share with it.
        near = np.argsort(-told[:, [0, 4, 5]].sum(axis=1))[:NEIGHBOURS]
        x.append(told[near])
        same += [False] * len(near)
        weight += [1.0] * len(near)
    y, w = np.array(same), np.array(weight)
    w[y] *= y.sum() / w[y].sum()
    model = LogisticRegression(C=1.0, max_iter=500).fit(np.concatenate(x), y, sample_weight=w)
    weights = dict(zip(PARTS, (round(float(c), 3) for c in model.coef_[0]), strict=True))
    return Links("learnt", weights, round(float(model.intercept_[0]), 3), THRESHOLD, CLOSEST)


def by_folds(tables: Read, truth: Mapping[int, str], partitions: int = PARTITIONS) -> list[Any]:
    """(B-cubed F, macro-F) of issues that the weights never saw, for each partition of them."""
    issues = sorted(set(truth.values()))
    found = []
    for seed in range(partitions):
        shuffled = np.random.default_rng(seed).permutation(len(issues))
        fold = {issues[j]: k % FOLDS for k, j in enumerate(shuffled)}
        precise: list[float] = []
        recalled: list[float] = []
        macro: list[float] = []
        for held in range(FOLDS):
            links = learnt(tables, truth, {one for one in issues if fold[one] != held})
            asked = {one for one in issues if fold[one] == held}
            its = agreement(placed(tables, links=links), dict(truth), asked.__contains__)
            precise += its["precise"]
            recalled += its["recalled"]
            macro += its["each"]
        p, r = float(np.mean(precise)), float(np.mean(recalled))
        found.append((2 * p * r / (p + r), float(np.mean(macro))))
    return found


def rows(ctx: Context) -> list[Row]:
    """The lines for the one table of `bench text`."""
    if not (SHARED / "text").is_dir():
        return [Row("hot issues by folds", "–", note="the data set is not on this machine")]
    texts, truth = messages()
    began = time.process_time()
    ((b3, macro),) = by_folds(read(texts), truth)
    note = f"five folds of issues, weights from the others; {time.process_time() - began:.0f} s of processor"
    return [
        Row("hot issues never seen, B-cubed F", f"{b3:.3f}", "≥ 0.92", b3 >= 0.92, note),
        Row("hot issues never seen, macro-F", f"{macro:.3f}", "≥ 0.92", macro >= 0.92, note),
    ]
