"""A model of the words, trained on a site's own confirmed cases (分拣模型训练).

A linear support vector machine on words and runs of characters (Fan et al., LIBLINEAR, JMLR 2008),
taught with each text in whole and cut short, since half of what comes in is one sentence; its
scores become probabilities on held-out folds (calibrating). Near duplicates stay on one side.
Nothing random but the order of the groups, and that follows `seed`.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from commonward.core.triage import calibrating, topics
from commonward.core.triage.dividing import folds, groups
from commonward.core.triage.features import Lexicon, cut
from commonward.core.triage.features import learn as lexicon_of
from commonward.core.triage.model import Trained
from commonward.core.triage.reading import tokens
from commonward.core.triage.said import Example
from commonward.core.triage.spelling import Spelling, shipped
from commonward.core.triage.starting import Seed, Starting
from commonward.core.triage.topics import MOST_TEXTS

FEWEST_EXAMPLES = 60
"""Confirmed texts below which nothing is learnt and the seeds speak alone."""
FOLDS = 5
SHORT = (50,)
"""Characters to which the copies for learning are cut."""
HELD_SHORT = (100, 50, 20)
"""Characters to which the held-out texts are cut for the calibration."""
_COPY_WEIGHT = 0.5
_SEED_WEIGHT = 0.5
_C = 0.4
_C_TOPICS = 0.4
_RAREST = 3.0
"""How many times a rare code may count."""
FEW_EXAMPLES = 2_500
"""Examples up to which topics help; with more they cost time and change nothing."""
_MOST_WEIGHTS = 12_000_000
"""In half precision 24 MB: what a file may hold, however many codes a site has."""

Matrix = Any
"""A scipy.sparse CSR matrix of texts × features."""


@dataclass(frozen=True)
class Line:
    """One text to learn from: its tokens, the column of its code, how much it counts."""

    words: Sequence[str]
    code: int
    weight: float
    of: int
    """The example that it is, or was cut from; -1 for a seed."""


def train(
    examples: Sequence[Example],
    seeds: Sequence[Seed] = (),
    *,
    unlabelled: Sequence[str] = (),
    table: Spelling | None = None,
    seed: int = 0,
) -> Trained | Starting:
    """A model of these examples; `Starting` on the seeds alone while there are too few.

    `unlabelled` are texts whose code nobody has confirmed yet; they help while the examples are
    few (topics). `table` is the site's table of variants; the model keeps it. Takes about a minute
    for some thousands of texts; needs scikit-learn and scipy.
    """
    from scipy.sparse import vstack  # noqa: PLC0415 - only when something is learnt

    spelt = table or shipped()
    told = Counter(example.code for example in examples)
    if len(examples) < FEWEST_EXAMPLES or len(told) < 2:
        return Starting.of(seeds, spelt)
    codes = sorted({*told, *(s.code for s in seeds)})
    column = {code: number for number, code in enumerate(codes)}
    read = [tokens(example.words, spelt) for example in examples]
    few = len(examples) <= FEW_EXAMPLES
    others = [tokens(text, spelt) for text in unlabelled[:MOST_TEXTS]] if few else []
    # Copies of unconfirmed texts count once too: or a name told three times would be learnt.
    known = [example.group for example in examples] + [""] * len(others)
    every = groups([*read, *others], known)
    group_of = every[: len(read)]
    lexicon = lexicon_of(
        [(words, str(group)) for words, group in zip([*read, *others], every, strict=True)],
        most=_MOST_WEIGHTS // (len(codes) * (1 + few)),
    )
    lines = [
        Line(words, column[example.code], 1.0, number)
        for number, (words, example) in enumerate(zip(read, examples, strict=True))
    ]
    lines += [
        Line(cut(line.words, n), line.code, _COPY_WEIGHT, line.of)
        for line in list(lines)
        for n in SHORT
        if sum(map(len, line.words)) > n
    ]
    lines += [Line(tokens(s.text, spelt), column[s.code], _SEED_WEIGHT, -1) for s in seeds]
    rows_of = matrix(lexicon, [line.words for line in lines])
    right = np.array([line.code for line in lines])
    # A rare code counts more, so that it is not drowned; to a limit, so that a slip is not either.
    share = len(examples) / len(told) / np.array([max(told[code], 1) for code in codes])
    weight = np.array([line.weight for line in lines]) * np.minimum(share, _RAREST)[right]
    source = np.array([line.of for line in lines])
    axes = None
    if few:
        axes = topics.learn(vstack([rows_of, matrix(lexicon, others)]) if others else rows_of, seed)

    def learnt(taught: npt.NDArray[np.bool_]) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
        return learn(rows_of[taught], right[taught], weight[taught], len(codes), seed, axes)

    weights, offset = learnt(np.ones(len(lines), bool))
    fold = np.array(
        folds(group_of, right[: len(read)].tolist(), FOLDS if len(codes) <= 30 else 3, seed=seed)
    )
    scores, lengths, hits = [], [], []
    for number in range(max(fold) + 1):
        held = np.flatnonzero(fold == number).tolist()
        by_held, off = learnt((source < 0) | (fold[source] != number))
        for n in (None, *HELD_SHORT):
            words = [read[i] if n is None else cut(read[i], n) for i in held]
            rows = rows_of[held] if n is None else matrix(lexicon, words)
            scores.append(rows @ by_held + off)
            lengths += [len(one) for one in words]
            hits.append(right[held])
    stacked = np.vstack(scores).reshape(len(lengths), -1, len(codes))
    answers = np.concatenate(hits)
    calibration = calibrating.learn(stacked, lengths, answers)
    given = calibration(stacked, lengths)
    error = calibrating.calibration_error(given.max(axis=1), given.argmax(axis=1) == answers)
    return Trained(
        codes=tuple(codes),
        examples=tuple(told[code] for code in codes),
        lexicon=lexicon,
        weights=weights.astype(np.float16),
        offset=offset.astype(np.float32),
        calibration=calibration,
        table=spelt,
        about={
            "examples": len(examples),
            "groups": len(set(group_of)),
            "seeds": len(seeds),
            "seed": seed,
            "features": len(lexicon.names),
            "unlabelled": len(others),
            "held_out_error": round(error, 4),
        },
    )


def matrix(lexicon: Lexicon, read: Sequence[Sequence[str]]) -> Matrix:
    """The rows of many texts as one sparse matrix."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415 - only when something is learnt

    rows = [lexicon.row(words) for words in read]
    starts = np.concatenate([[0], np.cumsum([len(columns) for columns, _ in rows])])
    columns = np.concatenate([columns for columns, _ in rows]) if rows else np.empty(0, np.int32)
    values = np.concatenate([values for _, values in rows]) if rows else np.empty(0, np.float32)
    return csr_matrix((values, columns, starts), shape=(len(rows), len(lexicon.names)))


def learn(
    table: Matrix,
    right: npt.NDArray[np.intp],
    weight: npt.NDArray[Any],
    codes: int,
    seed: int,
    axes: npt.NDArray[np.float32] | None = None,
) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """Weights (features × learners · codes) and offset: on the features, and on topics if given."""
    weights, offset = _against(table, right, weight, codes, seed, _C)
    if axes is None:
        return weights, offset
    by_topic, off = _against(table @ axes, right, weight, codes, seed, _C_TOPICS)
    return np.hstack([weights, axes @ by_topic]), np.concatenate([offset, off])


def _against(
    table: Matrix,
    right: npt.NDArray[np.intp],
    weight: npt.NDArray[Any],
    codes: int,
    seed: int,
    strictness: float,
) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """Weights (columns × codes) and offset (codes) of one code against all others."""
    from sklearn.svm import LinearSVC  # noqa: PLC0415 - only when something is learnt

    weights = np.zeros((table.shape[1], codes))
    offset = np.full(codes, -1.0)
    there = np.unique(right)
    if len(there) < 2:
        return weights, offset
    made = LinearSVC(C=strictness, random_state=seed, tol=1e-3).fit(
        table, right, sample_weight=weight
    )
    if len(there) == 2:
        weights[:, there] = np.vstack([-made.coef_[0], made.coef_[0]]).T
        offset[there] = [-made.intercept_[0], made.intercept_[0]]
    else:
        weights[:, there] = made.coef_.T
        offset[there] = made.intercept_
    return weights, offset
