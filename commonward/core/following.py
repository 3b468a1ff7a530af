"""How far a listener has followed a numbered record whose rows may appear out of order.

Numbers are given when a row is written, but a row is seen when its transaction ends: 104 may be
there before 103. Whoever remembered only "104" would lose 103 for ever. A position therefore
remembers the numbers that were still missing below the last one, each with the transaction
number that tells when it can no longer come (PostgreSQL documentation, "System information
functions": pg_snapshot_xmin; whom to wait for tells `cases.queries.running`).
"""

import re
from dataclasses import dataclass

from commonward.core.refusals import N_, Invalid

MOST_GAPS = 100
_GAP = r"~\d{1,19}-\d{1,19}_\d{1,19}"
_TEXT = re.compile(rf"\d{{1,19}}(?:{_GAP}){{0,{MOST_GAPS}}}")


@dataclass(frozen=True, slots=True)
class Gap:
    """Numbers that are missing, both ends included; all writers of them began before `until`."""

    first: int
    last: int
    until: int


@dataclass(frozen=True, slots=True)
class Position:
    """All numbers up to `last` were seen, but for those in `gaps` (in order, apart)."""

    last: int = 0
    gaps: tuple[Gap, ...] = ()

    def sees(self, number: int) -> bool:
        """Whether this number was seen, or can no longer come."""
        return number <= self.last and not any(g.first <= number <= g.last for g in self.gaps)

    def covers(self, other: "Position") -> bool:
        """Whether everything that the other has seen was seen here too."""
        if other.last > self.last:
            return False
        for gap in self.gaps:
            begin, end = gap.first, min(gap.last, other.last)
            for missing in other.gaps:
                if missing.first <= begin <= missing.last:
                    begin = missing.last + 1
            if begin <= end:
                return False
        return True

    def having(self, number: int, before: int) -> "Position":
        """This number was found by a look at which no transaction from `before` on had begun."""
        if number > self.last:
            missing = (Gap(self.last + 1, number - 1, before),) if number > self.last + 1 else ()
            return Position(number, self.gaps + missing)
        gaps = []
        for gap in self.gaps:
            if not gap.first <= number <= gap.last:
                gaps.append(gap)
                continue
            if gap.first < number:
                gaps.append(Gap(gap.first, number - 1, gap.until))
            if number < gap.last:
                gaps.append(Gap(number + 1, gap.last, gap.until))
        return Position(self.last, tuple(gaps))

    def settled(self, oldest: int) -> "Position":
        """What was missing at a look whose oldest running transaction was this cannot come now."""
        if not self.gaps:
            return self
        return Position(self.last, tuple(g for g in self.gaps if g.until > oldest))

    @property
    def crowded(self) -> bool:
        """Too much is missing for one more gap to be remembered: wait until some is settled."""
        return len(self.gaps) >= MOST_GAPS

    def to_text(self) -> str:
        """As one word for a header or an address: "105", or "105~103-103_7741"."""
        return f"{self.last}" + "".join(f"~{g.first}-{g.last}_{g.until}" for g in self.gaps)

    @classmethod
    def from_text(cls, text: str) -> "Position":
        """The position that `to_text` gave. Raises Invalid."""
        refused = Invalid(
            N_("“{given}” is no place in the record: take the one that the last answer gave."),
            field="id",
            given=text[:80],
        )
        if not _TEXT.fullmatch(text):
            raise refused
        told, *parts = text.split("~")
        gaps = tuple(Gap(*map(int, re.split("[-_]", part))) for part in parts)
        ends = [0]
        for gap in gaps:
            ends += (gap.first - 1, gap.last)
        if int(told) >= 2**63 or sorted(ends) != ends or ends[-1] > int(told):
            raise refused
        if any(g.first > g.last or g.until >= 2**63 for g in gaps):
            raise refused
        return cls(int(told), gaps)
