"""Two publications of the same closed period (修订): their difference must betray nobody either.

A number that was published stays, until what changed is nought or k and more everywhere it can be
seen: in each cell, in what is left of one count without an inner one, and in what the hidden
parts of each sum are together. Until then the first publication stands.
"""

from collections.abc import Mapping

from commonward.core.publishing.sheets import K, Key, Quantity, Sheet, Shown


def may_follow(
    old: Mapping[Key, Mapping[str, int]], sheet: Sheet, shown: Shown, k: int = K
) -> bool:
    """Whether a sheet may be published as `shown` after `old` was (its shown numbers alone).

    The same numbers are shown as before, no more and no fewer: what was hidden once could be
    reckoned from the two together.
    """
    if any((key in old and name in old[key]) != ((key, name) in shown)
           for key in {*sheet.cells, *old} for name in sheet.counts):  # fmt: skip
        return False

    def change(key: Key, kind: Quantity) -> int | None:
        names = (kind.count, kind.without) if kind.without else (kind.count,)
        if any((key, name) not in shown for name in names):
            return None
        new = sheet.of(Quantity(key, kind.count, kind.without))
        was = old[key][kind.count] - (old[key][kind.without] if kind.without else 0)
        return new - was

    kinds = [
        *(Quantity((), name) for name in sheet.counts),
        *(Quantity((), outer, inner) for inner, outer in sheet.inside),
    ]
    for kind in kinds:
        for key in sheet.cells:
            if 0 < abs(change(key, kind) or 0) < k:
                return False
        for one in sheet.sums:
            whole = change(one.whole, kind)
            if whole is None:
                continue
            seen = [change(part, kind) for part in one.parts]
            if None in seen and 0 < abs(whole - sum(s for s in seen if s is not None)) < k:
                return False
    return True


def shown_numbers(sheet: Sheet, shown: Shown) -> dict[Key, dict[str, int]]:
    """The numbers of a sheet that are shown, by cell."""
    found: dict[Key, dict[str, int]] = {}
    for key, name in sorted(shown):
        found.setdefault(key, {})[name] = sheet.value(key, name)
    return found
