"""Which numbers of a sheet are shown (单元格抑制): as many as keep every secret.

Small numbers are hidden first, then, in each sum whose hidden parts would together be small, the
smallest shown part; below a hidden number nothing is shown; at last the attacker of `attack` looks
at the whole, and whatever it still finds out costs one more number. The top of the tree is given
up last.
"""

from collections import Counter
from collections.abc import Iterator

from commonward.core.publishing.attack import given_away
from commonward.core.publishing.sheets import K, Key, Quantity, Sheet, Shown, Sum

_AT_ONCE = 20
"""Numbers given up between two looks of the attacker's: one may save several secrets."""


def protected(sheet: Sheet, k: int = K) -> Shown:
    """The numbers of a sheet that may be published together."""
    shown: set[tuple[Key, str]] = set()
    for part in sheet.parts_of():
        shown |= _Hiding(part, k).done()
    return frozenset(shown)


class _Hiding:
    """One group of counts, from everything shown to what may be."""

    def __init__(self, sheet: Sheet, k: int) -> None:
        self.sheet = sheet
        self.k = k
        self.shown = {(key, n) for key in sheet.cells for n in sheet.counts}
        self.about: dict[Key, list[tuple[Key, ...]]] = {}
        for one in sheet.sums:
            for key in (one.whole, *one.parts):
                self.about.setdefault(key, []).append((one.whole, *one.parts))
        above = Counter(part for one in sheet.sums for part in one.parts)
        self.only_below = {part for part, sums in above.items() if sums == 1}
        self.kinds = [
            *(Quantity((), name) for name in sheet.counts),
            *(Quantity((), outer, inner) for inner, outer in sheet.inside),
        ]

    def done(self) -> set[tuple[Key, str]]:
        """What is left to show when every secret is safe."""
        for one in self.sheet.secrets(self.k):
            self.hide(one)
        self.close()
        while betrayed := self.betrayed():
            for one in betrayed[:_AT_ONCE]:
                self.give(one)
            self.close()
        return self.shown

    def betrayed(self) -> list[Quantity]:
        """What the attacker finds out."""
        return given_away(self.sheet, frozenset(self.shown), self.k)

    def hide(self, one: Quantity) -> None:
        """Hide a small count; of a small rest the later of the two counts: the first are the most
        wanted."""
        both = [n for n in (one.count, one.without) if n]
        self.shown.discard((one.key, max(both, key=self.sheet.counts.index)))

    def sees(self, key: Key, one: Quantity) -> bool:
        """Whether a quantity can be read in a cell."""
        names = (one.count, one.without) if one.without else (one.count,)
        return all((key, name) in self.shown for name in names)

    def close(self) -> None:
        """In every sum: what the hidden parts are together is nought, or k and more."""
        changed = True
        while changed:
            changed = any(
                [self.below(one) for one in self.sheet.sums]
                + [self.close_one(one, kind) for one in self.sheet.sums for kind in self.kinds]
            )

    def close_one(self, one: Sum, kind: Quantity) -> bool:
        """Hide one more part of a sum where the hidden ones are too small; whether it had to."""
        if not self.sees(one.whole, kind):
            return False

        def value(key: Key) -> int:
            return self.sheet.of(Quantity(key, kind.count, kind.without))

        if not 0 < sum(value(p) for p in one.parts if not self.sees(p, kind)) < self.k:
            return False
        beside = [p for p in one.parts if self.sees(p, kind) and value(p) > 0]
        key = min(beside, key=lambda p: (value(p), p)) if beside else one.whole
        self.hide(Quantity(key, kind.count, kind.without))
        return True

    def below(self, one: Sum) -> bool:
        """Hide the parts of what is hidden; whether any was shown. In a table of two ways a cell
        stands below two sums, and one of them may well be shown without it."""
        gone = {
            (part, name)
            for name in self.sheet.counts
            if (one.whole, name) not in self.shown
            for part in one.parts
            if part in self.only_below and (part, name) in self.shown
        }
        self.shown -= gone
        return bool(gone)

    def give(self, one: Quantity) -> None:
        """One more number goes: the smallest shown beside the betrayed one, the tops last."""
        for wide in (False, True):
            found = [spot for spot in self.near(one, wide=wide) if spot in self.shown]
            if found:
                self.shown.discard(min(found, key=self.price))
                return

    def near(self, one: Quantity, *, wide: bool) -> Iterator[tuple[Key, str]]:
        """The numbers in the sums of a cell, in its own counts; `wide`: every number."""
        if wide:
            yield from ((key, n) for key in self.sheet.cells for n in self.sheet.counts)
            return
        own = [n for n in (one.count, one.without) if n]
        yield from ((one.key, n) for n in own)
        for line in self.about.get(one.key, ()):
            yield from ((key, n) for key in line for n in own)

    def price(self, spot: tuple[Key, str]) -> tuple[int, bool, int, Key, str]:
        """What hiding a number costs: a top costs most, then large numbers; noughts help nobody."""
        key, name = spot
        wholes = sum(one.whole == key for one in self.sheet.sums)
        value = self.sheet.value(key, name)
        return (wholes, value == 0, value, key, name)
