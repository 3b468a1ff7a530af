"""What words mean by the company they keep (潜在语义): for a site that has few confirmed cases yet.

Latent semantic analysis (Deerwester et al., JASIS 1990) of all texts, confirmed or not: "plane tree"
and "branch" stand in the same reports, so a few confirmed ones about branches teach something about
trees. A learner in that space is again linear in the words, so a model keeps and uses it like any
other. It needs no code of the texts, only the texts.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

TOPICS = 300
MOST_TEXTS = 2_000
"""Unconfirmed texts that are read for this; more cost time and say little more."""
_ROUNDS = 1


def learn(table: Any, seed: int) -> npt.NDArray[np.float32] | None:
    """Features × topics of texts × features, so scaled that a text has length one on the average.

    None where there are too few texts for even a handful of topics.
    """
    from sklearn.decomposition import TruncatedSVD  # noqa: PLC0415 - only when something is learnt

    wide = min(TOPICS, table.shape[0] // 4, table.shape[1] - 1)
    if wide < 2:
        return None
    found = TruncatedSVD(wide, n_iter=_ROUNDS, random_state=seed).fit(table)
    axes = found.components_.T.astype(np.float32)
    lengths = np.linalg.norm(table @ axes, axis=1)
    return np.asarray(axes / max(float(lengths.mean()), 1e-6), np.float32)
