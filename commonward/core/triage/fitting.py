"""Which of some texts fits another one by its words, best first (答复参考): BM25, and why.

Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond (2009). Rare words
count more than frequent ones, and a long text is not better for being long.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import log

from commonward.core.triage.reading import tokens

_K, _B = 1.2, 0.75
_MOST_REASONS = 4


@dataclass(frozen=True, slots=True)
class Fit:
    """How well the text at this place of the list fits, and the words that both have."""

    place: int
    score: float
    because: tuple[str, ...]


def fitting(asked: str, texts: Sequence[str], *, most: int = 5) -> tuple[Fit, ...]:
    """The texts that share words with what is asked, the best first; equal ones in their order.

    >>> [fit.place for fit in fitting("路灯不亮", ["垃圾已清运。", "路灯已修好，灯亮了。"])]
    [1]
    """
    wanted = [word for word in dict.fromkeys(tokens(asked)) if len(word) > 1]
    read = [Counter(tokens(text)) for text in texts]
    if not wanted or not read:
        return ()
    known_in = Counter(word for one in read for word in one)
    length = sum(sum(one.values()) for one in read) / len(read) or 1.0
    found = []
    for place, one in enumerate(read):
        long = 1 - _B + _B * sum(one.values()) / length
        shares = {
            word: log(1 + (len(read) - known_in[word] + 0.5) / (known_in[word] + 0.5))
            * one[word] * (_K + 1) / (one[word] + _K * long)
            for word in wanted
            if one[word]
        }  # fmt: skip
        if shares:
            because = sorted(shares, key=lambda word: -shares[word])
            found.append(Fit(place, sum(shares.values()), tuple(because[:_MOST_REASONS])))
    found.sort(key=lambda fit: (-fit.score, fit.place))
    return tuple(found[:most])
