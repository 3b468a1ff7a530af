"""Which visits are looked at once more (随机复查): a draw that anybody can repeat.

The seed is made of the campaign's code, a day that was published before the first visit, and
the root of the public log as it stood when the draw was made on or after that day: nobody knew
it before, and nobody can change it after. Each visited place is drawn by itself with the
probability that was published: by the hash of the seed and the place's code. So whether a place
is drawn depends on no other place, on no result, and on nobody.

>>> drawn("C-7", "P-1", 1.0)
True
>>> drawn("C-7", "P-1", 0.0)
False
"""

import hashlib
from collections.abc import Iterable
from datetime import date

from commonward.core.refusals import N_, Invalid

METHOD = "sha256-first8"


def seed_of(campaign: str, on: date, root: str) -> str:
    """The seed of a draw: the three published parts with a line's end between them."""
    return hashlib.sha256(f"{campaign}\n{on.isoformat()}\n{root}".encode()).hexdigest()


def fate(seed: str, place: str) -> float:
    """A number from 0 to below 1 that belongs to this place in this draw."""
    first = hashlib.sha256(f"{seed}\n{place}".encode()).digest()[:8]
    return int.from_bytes(first, "big") / 2**64


def drawn(seed: str, place: str, probability: float) -> bool:
    """Whether the visit of this place is looked at once more."""
    if not 0 <= probability <= 1:
        raise Invalid(N_("A probability lies between 0 and 1."), field="probability")
    return fate(seed, place) < probability


def draw(seed: str, places: Iterable[str], probability: float) -> tuple[str, ...]:
    """Those of the visited places that are drawn, by their codes."""
    return tuple(sorted(one for one in set(places) if drawn(seed, one, probability)))
