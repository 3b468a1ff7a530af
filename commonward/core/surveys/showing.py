"""What of a survey's results may be shown (发布保护): nothing that fewer than five gave.

An area is shown with `LEAST_AREA` answers at least, so that its interval says something too. Where
one area alone would be hidden, the whole less the others would tell it: another is hidden with it.
The same holds for the options of a question.
"""

from collections.abc import Collection, Mapping

K = 5
LEAST_AREA = 20


def shown_areas(
    counts: Mapping[str, int], *, least: int = LEAST_AREA, never: Collection[str] = ()
) -> frozenset[str]:
    """The areas whose figures may stand beside the whole's, by how many answered in each.

    `never` are areas whose figure itself would tell of a few.

    >>> sorted(shown_areas({"a": 50, "b": 40, "c": 3}))
    ['a']
    """
    hidden = {key for key, n in counts.items() if n < least or key in never}
    return frozenset(set(counts) - _covered(counts, hidden, least))


def shown_options(counts: Mapping[str, int], *, k: int = K) -> frozenset[str]:
    """The options whose shares may be shown: none that one to four people chose.

    >>> sorted(shown_options({"a": 50, "b": 7, "c": 2}))
    ['a']
    >>> sorted(shown_options({"a": 50, "b": 0}))
    ['a', 'b']
    """
    hidden = {key for key, n in counts.items() if 0 < n < k}
    return frozenset(set(counts) - _covered(counts, hidden, k))


def _covered(counts: Mapping[str, int], hidden: set[str], least: int) -> set[str]:
    """`hidden`, and what must go with it so that a sum does not tell it."""
    hidden = set(hidden)
    rest = sorted((n, key) for key, n in counts.items() if key not in hidden and n > 0)
    while rest:
        protected = [counts[key] for key in hidden if counts[key]]
        if not protected or (len(protected) > 1 and sum(protected) >= least):
            break
        hidden.add(rest.pop(0)[1])
    return hidden


def figure_may_stand(n: int, yes: int, *, k: int = K) -> bool:
    """Whether a share with so many for and against may be shown."""
    return n >= k and not 0 < yes < k and not 0 < n - yes < k
