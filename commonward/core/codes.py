"""Codes of areas (区划代码): GB/T 2260's six digits, then town, village, grid and micro-grid."""

from collections.abc import Mapping
from dataclasses import dataclass

from commonward.core.refusals import N_, Invalid

LEVELS: Mapping[int, str] = {
    2: "province",
    4: "city",
    6: "district",
    9: "street",
    12: "community",
    15: "grid",
    17: "micro",
}
"""Number of digits → level of the tree."""

LENGTHS: Mapping[str, int] = {level: length for length, level in LEVELS.items()}

PROVINCES = frozenset(
    [
        "11",
        "12",
        "13",
        "14",
        "15",
        "21",
        "22",
        "23",
        "31",
        "32",
        "33",
        "34",
        "35",
        "36",
        "37",
        "41",
        "42",
        "43",
        "44",
        "45",
        "46",
        "50",
        "51",
        "52",
        "53",
        "54",
        "61",
        "62",
        "63",
        "64",
        "65",
        "71",
        "81",
        "82",
    ]
)
"""The first two digits that GB/T 2260 gives out."""

SYNTHETIC_PROVINCE = "99"
"""Given to nobody by the standard: for invented districts, which cannot be mistaken for real."""


@dataclass(frozen=True, slots=True)
class Alias:
    """An old code that still occurs in data, the one that replaced it, and why."""

    now: str
    because: str


ALIASES: Mapping[str, Alias] = {
    "411626": Alias(
        "411603",
        N_(
            "Huaiyang 淮阳 is no longer the county 411626 but, since 2019, a district of Zhoukou "
            "with the code 411603"
        ),
    ),
}
"""District codes that were replaced; the codes of everything below them changed alike."""


@dataclass(frozen=True, slots=True)
class Code:
    """A checked code: `text` in its shortest form, its level, and its parent's code ("" on top).

    `alias` is set when the code was given in an old form.
    """

    text: str
    level: str
    parent: str
    alias: Alias | None = None

    @property
    def ancestors(self) -> tuple[str, ...]:
        """The codes from the province down to the parent."""
        chain: list[str] = []
        above = self.parent
        while above:
            chain.append(above)
            above = _parent(above)
        return tuple(reversed(chain))


def parse(given: object) -> Code:
    """Check a code and derive its level and parent.

    Takes text or a whole number. Statistical forms padded with zeros are shortened ("430200"
    and "430200000000" are the city "4302"), replaced codes are translated (`ALIASES`). Raises
    Invalid, saying what a right code looks like.
    """
    text = _digits(given)
    short = _shortened(text)
    alias = ALIASES.get(short[:6])
    if alias is not None:
        short = alias.now + short[6:]
    if short[:2] not in PROVINCES and short[:2] != SYNTHETIC_PROVINCE:
        raise Invalid(
            N_("{given} begins with {province}, which GB/T 2260 gives to no province"),
            field="code",
            given=text,
            province=short[:2],
        )
    if len(short) > 12 and not short[12:15].strip("0"):
        raise Invalid(
            N_("{given} has the grid number 000; grids are numbered from 001"),
            field="code",
            given=text,
        )
    return Code(short, LEVELS[len(short)], _parent(short), alias)


def child(parent: str, number: int) -> str:
    """The code of the `number`-th area (from 1) directly below `parent`.

    Raises Invalid when the level below cannot hold so many, or there is none.
    """
    lengths = sorted(LEVELS)
    below = next((n for n in lengths if n > len(parent)), None)
    if below is None:
        raise Invalid(N_("{given} is a micro-grid: no code lies below it"), given=parent)
    width = below - len(parent)
    if not 1 <= number < 10**width:
        raise Invalid(
            N_("{given} can have children 1 to {most}, not {number}"),
            given=parent,
            most=10**width - 1,
            number=number,
        )
    return f"{parent}{number:0{width}d}"


def _digits(given: object) -> str:
    if isinstance(given, bool) or not isinstance(given, int | str):
        raise Invalid(
            N_("{given} is not a code: a code is text or a whole number such as 430211001003"),
            field="code",
            given=repr(given)[:60],
        )
    text = str(given).strip()
    if not (text.isascii() and text.isdigit()):
        raise Invalid(
            N_("{given} is not a code: only digits are allowed, such as 430211001003"),
            field="code",
            given=repr(text[:60]),
        )
    if len(text) not in LEVELS:
        raise Invalid(
            N_(
                "{given} has {digits} digits; codes have 2 (province), 4 (city), 6 (district), "
                "9 (street), 12 (community), 15 (grid) or 17 (micro-grid)"
            ),
            field="code",
            given=text[:60],
            digits=len(text),
        )
    return text


def _shortened(text: str) -> str:
    if len(text) > 12:
        return text
    for longer, shorter in ((12, 9), (9, 6), (6, 4), (4, 2)):
        if len(text) == longer and not text[shorter:].strip("0"):
            text = text[:shorter]
    return text


def _parent(text: str) -> str:
    """Cities without districts (441900) hold streets directly: their parent is the city."""
    shorter = max((n for n in LEVELS if n < len(text)), default=0)
    return _shortened(text[:shorter]) if shorter else ""
