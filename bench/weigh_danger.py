"""Trains the weights of danger (险情权衡) and writes commonward/core/danger_weights.json.

    python -m bench.weigh_danger

Learns from reports and calm words that were written for it and from half of the shared messages
(those with an even place in the file); the other half and the strangers' part that is held only
measure. A run of signs of a message is kept only where it stands in at least five of them.
"""

import csv
import gzip
import json
import random
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from bench.text_same import SHARED
from commonward.core import danger
from commonward.core.danger_weighing import signs
from tests.core.triage.written.dangers import reports
from tests.core.triage.written.shorts import framed, lines

WRITTEN = Path(danger.__file__).parents[2] / "tests/core/triage/written"
TARGET = Path(danger.__file__).parent / "danger_weights.json"
BORDERS = {
    "brief_zh": {"told": 0.8, "calm": 1.5, "doubtful": -1.5, "families": 0.0},
    "brief_en": {"told": 1.5, "calm": 1.5, "doubtful": -1.5, "families": 0.0},
    "long": {"told": 5.0, "calm": 1.0, "doubtful": 0.0, "families": 0.0},
}
"""Set by what was left out in turn of the texts learnt from, five parts."""
LEAST_TEXTS = 5
LEAST_WEIGHT = 0.03
_FIT = {"C": 0.3, "max_iter": 300, "solver": "liblinear"}


def main() -> None:
    """Learn, and write the file."""
    chance = random.Random(3)
    texts: list[tuple[dict[str, str], int, int]] = []
    kinds: list[tuple[dict[str, str], str]] = []
    strangers = tomllib.loads((WRITTEN / "strangers.toml").read_text(encoding="utf-8"))
    told = tomllib.loads((WRITTEN / "told.toml").read_text(encoding="utf-8"))
    for one in strangers["dev"]:
        texts.append((whole(one["text"]), 1, 8))
        kinds += [(whole(one["text"]), one["kind"])] * 3
    for name, value, weight in (("danger", 1, 6), ("calm", 0, 6)):
        for line in (told[f"{name}_zh"] + told[f"{name}_en"]).splitlines():
            if line:
                texts.append((whole(line), value, weight))
    texts += [(whole(one["text"]), 0, 6) for one in strangers["dev_calm"]]
    short = lines("zh", learnt=True) + lines("en", learnt=True)
    texts += [(whole(text), 0, 8) for text in short]
    texts += [(whole(text), 0, 2) for text in framed(learnt=True)]
    for report in chance.sample(reports(), 1000):
        texts.append((whole(report.text), 1, 3))
        if report.kinds:
            kinds.append((whole(report.text), report.kinds[0]))
    for words in danger.words_by_kind().items():
        for word in words[1]:
            texts.append((whole(word), 1, 2))
            kinds.append((whole(word), words[0]))
    spread: Counter[str] = Counter(sign for found, _, _ in texts for sign in found)
    kept = {sign for sign, count in spread.items() if count > 1}
    messages: Counter[str] = Counter()
    with gzip.open(SHARED / "text/messages_unlabelled.csv.gz", "rt", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))[::2]
    for row in rows:
        found = list(breaths(f"{row['title']}\n{row['body']}"))
        messages.update({sign for one in found for sign in one})
        texts.append((whole(row["title"]), 0, 2))
        texts += [(one, 0, 1) for one in chance.sample(found, min(6, len(found)))]
    kept |= {sign for sign, count in messages.items() if count >= LEAST_TEXTS}
    table = {
        "version": danger.VERSION,
        "borders": BORDERS,
        **learnt(
            [t for t, _, _ in texts], [v for _, v, _ in texts], kept, [w for _, _, w in texts]
        ),
        "kinds": {
            name: renamed(learnt([t for t, _ in kinds], [int(k == name) for _, k in kinds], kept))
            for name in danger.words_by_kind()
        },
    }
    TARGET.write_text(
        json.dumps(table, ensure_ascii=False, indent=0, sort_keys=True) + "\n", encoding="utf-8"
    )
    print(len(table["danger"]), "weights,", TARGET.stat().st_size, "bytes")


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
