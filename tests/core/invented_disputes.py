"""A year of simulated disputes, some of them invented at a desk; seeds make them.

Four ways of inventing, as the field tells of them: a month's quota typed in an afternoon from one
template; a few a day with the same words; new words each time, but typed together and met by
nobody; a true applicant and an invented other side. The honest ones are made hard: paper forms
typed together once a week, groups with the same claim, stock phrases, oral cases met on the spot
with nothing but a worker's note, and now and then a trace that is missing.
"""

import random
from dataclasses import dataclass

from commonward.core.fabrication import Claim, marks

KEY = b"the secret of a simulated town.."
DAY = 86_400
PLACES = ("the north stairs", "the market gate", "the old pump house", "block seven", "the lane",
          "the bus yard", "the tea shop", "the school wall", "the mill", "the second court")  # fmt: skip
THINGS = ("a leaking roof", "noise after eleven at night", "a shared drain", "unpaid wages",
          "a parked cart", "a fallen tree", "a dog that bites", "a broken lease", "a dented car",
          "water from upstairs", "a fence moved by half a metre", "smoke from a kitchen",
          "a deposit kept back", "bins at the door", "a bicycle in the stairwell")  # fmt: skip
SAID = ("has asked twice", "wants it repaired", "will not talk", "offers half", "needs a date",
        "is away until spring", "blames the builder", "has photographs", "paid already",
        "lost two weeks' income", "cannot sleep", "agrees with the cause", "doubts the bill")  # fmt: skip
STOCK = (
    "The two sides fell out over {thing} near {place} and after patient work shook hands.",
    "Over {thing} near {place} they quarrelled; the mediator explained the law; both were content.",
    "A dispute about {thing} at {place} arose, was explained, and was settled on the spot.",
)


@dataclass(frozen=True)
class Told:
    """A simulated case, and whether it was invented."""

    claim: Claim
    invented: bool


def own_words(chance: random.Random) -> str:
    parts = [f"About {chance.choice(THINGS)} near {chance.choice(PLACES)}."]
    for _ in range(chance.randint(2, 5)):
        parts.append(f"One side {chance.choice(SAID)}, the other {chance.choice(SAID)}.")
    chance.shuffle(parts)
    return " ".join(parts)


def stock_words(chance: random.Random, which: int) -> str:
    text = STOCK[which].format(thing=THINGS[which * 5], place=chance.choice(PLACES))
    return f"{text} House {chance.randint(1, 400)}, day {chance.randint(1, 28)}."


def town(seed: int, honest: int = 1_500, invented: int = 150) -> list[Told]:
    """A town's year: 12 desks, in the order of typing."""
    chance = random.Random(seed)
    made: list[tuple[Claim, bool]] = [
        (one, False) for _ in range(honest) for one in [_honest(chance)]
    ]
    for group in range(1, honest // 150 + 1):
        made += [(one, False) for one in _group(chance, group)]
    while sum(is_invented for _, is_invented in made) < invented:
        way = chance.choice((_quota, _trickle, _fresh, _other_side))
        made += [(one, True) for one in way(chance)]
    made.sort(key=lambda pair: pair[0].typed_at)
    return [
        Told(
            Claim(number, one.desk, one.typed_at, one.marks, one.settled, one.met, one.signed,
                  one.bundle),
            is_invented,
        )
        for number, (one, is_invented) in enumerate(made)
    ]  # fmt: skip


def _moment(chance: random.Random) -> int:
    return chance.randrange(250) * DAY + chance.randrange(0, 8 * 3600)


def _met(chance: random.Random, share: float) -> frozenset[str]:
    return frozenset(letter for letter in "ab" if chance.random() < share)


def _claim(
    chance: random.Random, desk: int, at: int, words: str, settled: bool, met: frozenset[str],
    signed: frozenset[str], bundle: int = 0,
) -> Claim:  # fmt: skip
    return Claim(0, desk, at, marks(words, KEY), settled, met, signed, bundle)


def _honest(chance: random.Random) -> Claim:
    at, desk = _moment(chance), chance.randrange(12)
    if chance.random() < 0.3:  # paper forms wait for the clerk's hour, Friday at four
        at = at // (7 * DAY) * 7 * DAY + 4 * DAY + 7 * 3600 + chance.randrange(3600)
    settled = chance.random() < 0.45
    words = (
        stock_words(chance, chance.randrange(3)) if chance.random() < 0.02 else own_words(chance)
    )
    met = _met(chance, 0.99) if settled else _met(chance, 0.5)
    signed = frozenset("ab") if settled and chance.random() < 0.7 else frozenset()
    return _claim(chance, desk, at, words, settled, met, signed)


def _group(chance: random.Random, bundle: int) -> list[Claim]:
    """Wages of one site: the same claim from many, typed in an afternoon."""
    desk, at, words = chance.randrange(12), _moment(chance), own_words(chance)
    return [
        _claim(chance, desk, at + 60 * k, words, True, _met(chance, 0.98), frozenset("ab"), bundle)
        for k in range(chance.randint(6, 23))
    ]


def _quota(chance: random.Random) -> list[Claim]:
    desk, at, which = chance.randrange(12), _moment(chance), chance.randrange(3)
    return [
        _claim(chance, desk, at + 200 * k + chance.randrange(120), stock_words(chance, which), True,
               _met(chance, 0.03), frozenset("ab"))
        for k in range(chance.randint(8, 30))
    ]  # fmt: skip


def _trickle(chance: random.Random) -> list[Claim]:
    desk, which = chance.randrange(12), chance.randrange(3)
    return [
        _claim(chance, desk, _moment(chance), stock_words(chance, which), True,
               frozenset("a") if chance.random() < 0.5 else frozenset(), frozenset("ab"))
        for _ in range(chance.randint(4, 12))
    ]  # fmt: skip


def _fresh(chance: random.Random) -> list[Claim]:
    desk, at = chance.randrange(12), _moment(chance)
    return [
        _claim(chance, desk, at + 150 * k, own_words(chance), True, _met(chance, 0.08),
               frozenset("ab"))
        for k in range(chance.randint(6, 15))
    ]  # fmt: skip


def _other_side(chance: random.Random) -> list[Claim]:
    desk = chance.randrange(12)
    signed = frozenset("ab") if chance.random() < 0.95 else frozenset("a")
    return [
        _claim(chance, desk, _moment(chance), own_words(chance), True, frozenset("a"), signed)
        for _ in range(chance.randint(1, 4))
    ]
