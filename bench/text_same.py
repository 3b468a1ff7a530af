"""Words: the original of a duplicate, the look-up among a million, hot issues (疑似重复, 热点问题)."""

import csv
import gzip
import os
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from bench.rows import Context, Row
from commonward.core.finding import grams
from commonward.core.triage import same, same_learning

_BESIDE = Path(__file__).resolve().parents[2] / "shared"
SHARED = Path(os.environ.get("COMMONWARD_SHARED") or _BESIDE) / "data"
FOLDS = 5
REACH_METRES = (150.0, 1500.0)
CLOSED_DAYS = 30
ORDINARY = 600


def boston(shared: Path = SHARED) -> "Boston":
    """The cases of a year in Boston and the pairs that its staff closed as duplicates."""
    with gzip.open(shared / "cases" / "boston311_2015.csv.gz", "rt", encoding="utf-8") as file:
        rows = sorted(csv.DictReader(file), key=lambda r: (r["OPEN_DT"], r["CASE_ENQUIRY_ID"]))
    with (shared / "text" / "boston_duplicate_pairs.csv").open(encoding="utf-8") as file:
        pairs = [(r["later"], r["earlier"]) for r in csv.DictReader(file)]
    return Boston(rows, pairs)


def _hours(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp() / 3600 if moment else np.inf


class Boston:
    """Candidates of a report among *earlier* cases only, as the office would have seen them."""

    def __init__(self, rows: list[dict[str, str]], pairs: list[tuple[str, str]]) -> None:
        self.rows = rows
        self.at = {row["CASE_ENQUIRY_ID"]: i for i, row in enumerate(rows)}
        self.opened = np.array([_hours(row["OPEN_DT"]) for row in rows])
        self.closed = np.array([_hours(row["CLOSED_DT"]) for row in rows])
        self.lats = np.array([float(row["LATITUDE"]) for row in rows])
        self.lons = np.array([float(row["LONGITUDE"]) for row in rows])
        kinds: dict[str, int] = {}
        self.kinds = np.array([kinds.setdefault(row["TYPE"], len(kinds)) for row in rows])
        self.originals: dict[str, set[str]] = defaultdict(set)
        for later, earlier in pairs:
            self.originals[later].add(earlier)
        self.later = sorted(self.originals, key=lambda one: self.at[one])

    def told(self, i: int, at: float) -> same.Told:
        """One case as it stood at a moment: what was closed later was open then."""
        row = self.rows[i]
        street = row["Location"].split("  ")[0].lower()
        return same.Told(
            lat=float(self.lats[i]),
            lon=float(self.lons[i]),
            hours=float(self.opened[i]),
            category=row["TYPE"],
            family=row["REASON"],
            words=frozenset(grams(row["CASE_TITLE"])),
            address=row["Location"],
            street=frozenset(re.findall(r"[a-z]{3,}|\d+", street)),
            channel=row["Source"],
            closed_hours=float(self.closed[i]) if self.closed[i] <= at else None,
        )

    def candidates(self, i: int) -> Any:
        """The earlier cases near by that were open or lately closed: any kind within 150 m, the
        same kind within 1,500 m."""
        metres = np.hypot(
            (self.lats[:i] - self.lats[i]) * 111_320, (self.lons[:i] - self.lons[i]) * 82_400
        )
        close, far = REACH_METRES
        near = (metres <= close) | ((metres <= far) & (self.kinds[:i] == self.kinds[i]))
        live = self.opened[i] - self.closed[:i] < CLOSED_DAYS * 24
        return np.flatnonzero(near & live)

    def looked(self, case: str) -> same_learning.Looked:
        """The candidates of one case, with what staff found to be its original."""
        i = self.at[case]
        found = self.candidates(i)
        at = float(self.opened[i])
        rows = same.features(self.told(i, at), [self.told(int(j), at) for j in found])
        truth = self.originals.get(case, set())
        return same_learning.Looked(
            same_learning.table(rows),
            np.array([self.rows[j]["CASE_ENQUIRY_ID"] in truth for j in found], bool),
        )

    def ordinary(self) -> list[str]:
        """Cases that nobody closed as a duplicate, evenly from the same months."""
        last = self.at[self.later[-1]]
        found = [
            row["CASE_ENQUIRY_ID"]
            for row in self.rows[:last]
            if "uplicate" not in row["CLOSURE_REASON"]
            and row["CASE_ENQUIRY_ID"] not in self.originals
        ]
        return found[:: max(len(found) // ORDINARY, 1)][:ORDINARY]

    def share(self) -> float:
        """The part of the cases of those months that staff closed as duplicates."""
        last = self.at[self.later[-1]]
        closed = sum("uplicate" in row["CLOSURE_REASON"] for row in self.rows[:last])
        return closed / last


def scores(model: same.Weights, one: same_learning.Looked) -> Any:
    """The candidates' scores from their steps."""
    return one.steps @ np.array([w for name in same.BOUND for w in model.steps[name]])


def found_at(model: same.Weights, looked: list[same_learning.Looked]) -> tuple[int, int]:
    """Pairs whose original stands first, and among the first three."""
    first = third = 0
    for one in looked:
        order = np.argsort(-scores(model, one), kind="stable")
        first += int(one.original[order[:1]].sum())
        third += int(one.original[order[:3]].sum())
    return first, third


def calibration(model: same.Weights, looked: Any, ordinary: Any, share: float) -> float:
    """ECE (ten bins of equal width) of the best candidate's probability, at the true share."""
    p, y, w = [], [], []
    for many, part in ((looked, share), (ordinary, 1 - share)):
        for one in many:
            if len(one.original):
                s = scores(model, one)
                p.append(model.probability(float(s.max())))
                y.append(float(one.original[int(s.argmax())]))
                w.append(part / len(many))
    probability, truth, weight = np.array(p), np.array(y), np.array(w)
    bins = np.minimum((probability * 10).astype(int), 9)
    gaps = [abs(float(weight[bins == b] @ (probability - truth)[bins == b])) for b in range(10)]
    return sum(gaps) / float(weight.sum())


def duplicates(data: Boston) -> dict[str, float]:
    """Top-1 and top-3 per pair, five folds by place and once by time; the model never saw them."""
    looked = [data.looked(case) for case in data.later]
    ordinary = [data.looked(case) for case in data.ordinary()]
    share = data.share()
    pairs = sum(len(data.originals[case]) for case in data.later)
    # One place on one side of a split: neighbours in a square of about a kilometre stay together.
    squares = [
        (int(data.lats[data.at[c]] * 100), int(data.lons[data.at[c]] * 100)) for c in data.later
    ]
    fold = np.array([(lat * 31 + lon * 17) % FOLDS for lat, lon in squares])
    first = third = 0
    ece = []
    for k in range(FOLDS):
        taught = [one for one, f in zip(looked, fold, strict=True) if f != k]
        held = [one for one, f in zip(looked, fold, strict=True) if f == k]
        model = same_learning.fit(
            taught, [o for n, o in enumerate(ordinary) if n % FOLDS != k], share, "fold"
        )
        a, b = found_at(model, held)
        first, third = first + a, third + b
        ece.append(calibration(model, held, ordinary[k::FOLDS], share))
    cut = int(len(looked) * 0.6)
    early = same_learning.fit(looked[:cut], ordinary, share, "early")
    late_pairs = sum(len(data.originals[case]) for case in data.later[cut:])
    a, b = found_at(early, looked[cut:])
    return {
        "pairs": pairs,
        "top1": first / pairs,
        "top3": third / pairs,
        "late_top1": a / late_pairs,
        "late_top3": b / late_pairs,
        "ece": float(np.mean(ece)),
        "share": share,
    }


def train(data: Boston) -> same.Weights:
    """The model that is shipped: from all pairs."""
    looked = [data.looked(case) for case in data.later]
    ordinary = [data.looked(case) for case in data.ordinary()]
    return same_learning.fit(looked, ordinary, data.share(), "boston2015-1")


# ---- Hot issues -----------------------------------------------------------------------------


def messages(shared: Path = SHARED) -> tuple[list[Any], dict[int, str]]:
    """All messages in the order of their days, and the issue of those that were annotated."""
    from commonward.core.triage.hot.reading import Spoken

    name = shared / "text" / "messages_unlabelled.csv.gz"
    with gzip.open(name, "rt", encoding="utf-8") as file:
        rows = sorted(csv.DictReader(file), key=lambda r: (r["time"], r["id"]))
    with (shared / "text" / "issues_sample.csv").open(encoding="utf-8") as file:
        issue = {r["id"]: r["issue"] for r in csv.DictReader(file)}
    texts = [Spoken(r["title"], r["body"], _hours(r["time"]) / 24) for r in rows]
    return texts, {i: issue[r["id"]] for i, r in enumerate(rows) if r["id"] in issue}


def agreement(
    found: list[int], truth: dict[int, str], only: Callable[[str], bool] = lambda issue: True
) -> dict[str, Any]:
    """B-cubed F and macro-F (the best cluster of each issue) of the annotated messages.

    The `whole` figures count every message of a cluster, so that one that nobody annotated is an
    error there; the others count annotated messages alone. `only` says which issues are scored;
    `precise` and `recalled` are of their messages, `each` the macro-F of each of them.
    """
    size, clusters = Counter(found), defaultdict(list)
    for i in truth:
        clusters[found[i]].append(i)
    issues = Counter(truth.values())
    precise, whole, recalled = [], [], []
    for i, its in truth.items():
        if not only(its):
            continue
        same = sum(truth[j] == its for j in clusters[found[i]])
        precise.append(same / len(clusters[found[i]]))
        whole.append(same / size[found[i]])
        recalled.append(same / issues[its])
    macro = {its: 0.0 for its in issues if only(its)}
    macro_whole = dict(macro)
    for its in macro:
        for number, members in clusters.items():
            same = 2 * sum(truth[j] == its for j in members)
            macro[its] = max(macro[its], same / (len(members) + issues[its]))
            macro_whole[its] = max(macro_whole[its], same / (size[number] + issues[its]))

    def f(p: list[float], r: list[float]) -> float:
        a, b = float(np.mean(p)), float(np.mean(r))
        return 2 * a * b / (a + b)

    return {
        "b3": f(precise, recalled),
        "macro": float(np.mean(list(macro.values()))),
        "b3_whole": f(whole, recalled),
        "macro_whole": float(np.mean(list(macro_whole.values()))),
        "precise": precise,
        "recalled": recalled,
        "each": list(macro.values()),
    }


def hot(shared: Path = SHARED) -> dict[str, float]:
    """All messages clustered in their order with the shipped weights, scored on the annotated."""
    from commonward.core.triage.hot.clustering import cluster

    texts, truth = messages(shared)
    return agreement(cluster(texts), truth)


def lookup(count: int = 1_000_000, asked: int = 200) -> float:
    """Processor milliseconds to find and weigh the sixty newest within 150 m among so many cases,
    by the cells of a thousandth of a degree that the product's index uses; the database itself is
    measured by `bench lists` (a place) on the same index."""
    from commonward.core.finding import place_mark, place_marks

    chance = np.random.default_rng(3)
    lats, lons = 27.7 + chance.random(count) * 0.3, 113.0 + chance.random(count) * 0.3
    cells: dict[str, list[int]] = defaultdict(list)
    for i, (lat, lon) in enumerate(zip(lats.tolist(), lons.tolist(), strict=True)):
        cells[place_mark(lat, lon)].append(i)
    words = [frozenset(grams(t)) for t in ("路灯不亮", "垃圾堆积", "井盖丢失", "噪音扰民")]
    before = time.process_time()
    for k in range(asked):
        lat, lon = float(lats[k]), float(lons[k])
        near = sorted((i for c in place_marks(lat, lon, 150) for i in cells[c]), reverse=True)[:60]
        known = [
            same.Told(float(lats[i]), float(lons[i]), float(i), "0201", "02", words[i % 4])
            for i in near
        ]
        same.alike(same.Told(lat, lon, float(count), "0201", "02", words[k % 4]), known)
    return (time.process_time() - before) / asked * 1000


def rows(ctx: Context) -> list[Row]:
    """The lines for the one table of `bench text`."""
    if not (SHARED / "text").is_dir():
        return [
            Row("the same problem, hot issues", "–", note="the data set is not on this machine")
        ]
    one, two, speed = duplicates(boston()), hot(), lookup(ctx.count(1_000_000))
    return [
        _row("original of a Boston duplicate, top-1", one["top1"], 0.75, "five folds by place"),
        _row("original of a Boston duplicate, top-3", one["top3"], 0.90, "five folds by place"),
        _row("the same, learned early and asked late, top-1", one["late_top1"], 0.75, "by time"),
        _row("the same, top-3", one["late_top3"], 0.90, "by time"),
        Row("probability of the best candidate: ECE", f"{one['ece']:.4f}"),
        _row("hot issues, B-cubed F", two["b3"], 0.92, "weights from the same 30 issues"),
        _row("hot issues, macro-F", two["macro"], 0.92, "weights from the same 30 issues"),
        Row("hot issues, every message of a cluster counted: B-cubed F / macro-F",
            f"{two['b3_whole']:.3f} / {two['macro_whole']:.3f}"),
        Row("look-up and weighing among 1,000,000", f"{speed:.1f} ms", "≤ 20 ms", speed <= 20,
            "processor time, cells in memory"),
    ]  # fmt: skip


def _row(work: str, value: float, goal: float, note: str) -> Row:
    return Row(work, f"{value:.3f}", f"≥ {goal:.2f}", value >= goal, note)
