"""Cases that look invented (虚假调解识别), listed so that somebody reads them again.

It flags cases, never people: nothing is counted per party, and what it says of a case is a reason
to look, not a finding. Four signs are weighed: many closed as settled from one desk within half
an hour; the same words as other cases; settled although not more than one side was ever met; and
signatures of sides that nobody met. A case that claims nothing settled is never flagged: there is
nothing to gain by inventing a failure.

Words are compared by keyed MinHash marks (Broder 1997), taken before the words are sealed: from
the marks and the site's secret one can tell that two texts are alike, and test a guess of a whole
text, but not read one; they are deleted with the case. Weights and threshold are a site's data;
the shipped ones were chosen on simulated districts and are tested on others.

>>> key = b"k" * 32
>>> alike(marks("The wall between 3 and 5 leaks when it rains.", key),
...       marks("The wall between 7 and 9 leaks when it rains.", key)) > 0.8
True
"""

import hashlib
import unicodedata
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

MARKS = 64
"""Marks of a text; 4 bytes each."""

SHORTEST = 12
"""Characters that a text needs before it is compared: shorter ones are alike by chance."""

_SHINGLE, _BAND, _LOOKED_AT = 3, 4, 50
_WINDOW = 1_800
SIGNS = ("burst", "words", "one_sided", "unmet_signature")


@dataclass(frozen=True, slots=True)
class Claim:
    """What is known of one registered dispute, without a name or a word.

    `desk` is where it was typed (a team's number), `typed_at` when (seconds since 1970), `marks`
    those of its words. `settled` says that an agreement is claimed. `met` are the letters of the
    sides that were met: that used their link or code, answered in their own name, or were present
    at a session or call recorded on its day; `signed` those said to have signed. Cases of one
    `bundle` (one group's claims, one case divided) are expected to be alike and typed together.
    """

    case: int
    desk: int
    typed_at: int
    marks: bytes = b""
    settled: bool = False
    met: frozenset[str] = frozenset()
    signed: frozenset[str] = frozenset()
    bundle: int = 0


@dataclass(frozen=True, slots=True)
class Limits:
    """How much each sign weighs (0 to 1 of it, by its size) and from which sum a case is listed."""

    weights: Mapping[str, float] = field(
        default_factory=lambda: {
            "burst": 0.8,
            "words": 1.0,
            "one_sided": 0.9,
            "unmet_signature": 0.7,
        }
    )
    threshold: float = 1.4
    burst_from: int = 4
    burst_full: int = 12
    alike_from: float = 0.6


@dataclass(frozen=True, slots=True)
class Flag:
    """A case to be read again: its sum, and each sign with the count or share behind it."""

    case: int
    weight: float
    signs: Mapping[str, float]


def marks(words: str, key: bytes) -> bytes:
    """The 256 bytes of a text's marks under a site's key (32 bytes); b"" for a short text.

    Case, spaces, signs and digits make no difference, so that changed house numbers or dates do
    not hide that a text was copied.
    """
    folded = "".join(
        "0" if c.isdigit() else c
        for c in unicodedata.normalize("NFKC", words).casefold()
        if c.isalnum()
    )
    if len(folded) < SHORTEST:
        return b""
    pieces = {folded[k : k + _SHINGLE] for k in range(len(folded) - _SHINGLE + 1)}
    hashed = np.array(
        [
            int.from_bytes(hashlib.blake2b(p.encode(), digest_size=8, key=key).digest(), "big")
            for p in sorted(pieces)
        ],
        np.uint64,
    )
    factors, offsets = _orders(key)
    mixed = hashed[:, None] * factors[None, :] + offsets[None, :]
    return bytes((mixed >> np.uint64(32)).min(axis=0).astype(">u4").tobytes())


def alike(first: bytes, second: bytes) -> float:
    """The estimated share (0 to 1) of three-character pieces that two texts have in common."""
    if not first or not second:
        return 0.0
    return float(np.mean(_numbers(first) == _numbers(second)))


def scores(claims: Sequence[Claim], limits: Limits | None = None) -> list[Flag]:
    """Every case that claims a settlement with its sum of signs, in the order given."""
    limits = limits or Limits()
    copies = _copies(claims, limits.alike_from)
    together = _bursts(claims)
    found = []
    for claim, copied, at_once in zip(claims, copies, together, strict=True):
        if not claim.settled:
            continue
        span = max(1, limits.burst_full - limits.burst_from)
        sizes = {
            "burst": min(1.0, max(0.0, (at_once - limits.burst_from) / span)),
            "words": min(1.0, copied / 2),
            "one_sided": 1.0 if len(claim.met) <= 1 else 0.0,
            "unmet_signature": len(claim.signed - claim.met) / max(1, len(claim.signed)),
        }
        told = {"burst": float(at_once), "words": float(copied), "one_sided": float(len(claim.met)),
                "unmet_signature": float(len(claim.signed - claim.met))}  # fmt: skip
        weight = sum(limits.weights.get(sign, 0.0) * size for sign, size in sizes.items())
        found.append(
            Flag(claim.case, round(weight, 6), {s: told[s] for s in SIGNS if sizes[s] > 0})
        )
    return found


def flags(claims: Sequence[Claim], limits: Limits | None = None) -> list[Flag]:
    """The cases to be read again, the heaviest first."""
    limits = limits or Limits()
    heavy = [one for one in scores(claims, limits) if one.weight >= limits.threshold]
    return sorted(heavy, key=lambda one: (-one.weight, one.case))


def _orders(key: bytes) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
    """The 64 orders in which pieces are ranked, drawn from the key."""
    drawn = hashlib.shake_256(b"commonward marks 1" + key).digest(MARKS * 16)
    both = np.frombuffer(drawn, ">u8").astype(np.uint64)
    return both[:MARKS] | np.uint64(1), both[MARKS:]


def _numbers(given: bytes) -> npt.NDArray[np.uint32]:
    return np.frombuffer(given, ">u4").astype(np.uint32)


def _copies(claims: Sequence[Claim], alike_from: float) -> list[int]:
    """For each case how many others, outside its bundle, have the same words; counted to 50."""
    numbers = np.zeros((len(claims), MARKS), np.uint32)
    for place, claim in enumerate(claims):
        if claim.marks:
            numbers[place] = _numbers(claim.marks)
    shelves: list[dict[bytes, list[int]]] = [defaultdict(list) for _ in range(MARKS // _BAND)]
    width = _BAND * 4
    for place, claim in enumerate(claims):
        if claim.marks:
            for band, shelf in enumerate(shelves):
                shelf[claim.marks[band * width : (band + 1) * width]].append(place)
    counts = []
    for place, claim in enumerate(claims):
        near: set[int] = set()
        if claim.marks:
            for band, shelf in enumerate(shelves):
                near.update(shelf[claim.marks[band * width : (band + 1) * width]][: _LOOKED_AT + 1])
        others = [
            other
            for other in near
            if other != place and not (claim.bundle and claims[other].bundle == claim.bundle)
        ]
        shares = (numbers[others] == numbers[place]).mean(axis=1) if others else np.zeros(0)
        counts.append(min(_LOOKED_AT, int((shares >= alike_from).sum())))
    return counts


def _bursts(claims: Sequence[Claim]) -> list[int]:
    """For each case how many settled ones its desk typed in the busiest half hour around it.

    One bundle counts as one.
    """
    desks: dict[int, list[tuple[int, int]]] = defaultdict(list)
    seen: set[tuple[int, int]] = set()
    for claim in claims:
        if not claim.settled or (claim.desk, claim.bundle) in seen:
            continue
        if claim.bundle:
            seen.add((claim.desk, claim.bundle))
        desks[claim.desk].append((claim.typed_at, claim.case))
    times = {desk: sorted(at for at, _ in typed) for desk, typed in desks.items()}
    counts = []
    for claim in claims:
        known = times.get(claim.desk, [])
        first = bisect_left(known, claim.typed_at - _WINDOW)
        last = bisect_right(known, claim.typed_at)
        most = 0
        for begin in known[first:last]:
            most = max(most, bisect_right(known, begin + _WINDOW) - bisect_left(known, begin))
            if most > _LOOKED_AT:
                break
        counts.append(most)
    return counts
