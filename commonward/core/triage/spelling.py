"""The table of what people write and the standard word it stands for (错别字、同音字与方言表).

The package brings one (words.toml); a site adds pairs of its own and leaves others out. A table
never contradicts itself: no standard word holds a variant, so that one reading is enough.
"""

import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from commonward.core.refusals import N_, Invalid

HAN = "\u3005\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
LONGEST_WORD = 20
FEWEST_HAN, FEWEST_LATIN = 2, 3
"""Characters of a site's own variant: shorter ones stand inside too many other words."""
MOST_PAIRS = 500
"""Of a site's own: more is no longer a table that somebody looks after."""

_FILE = Path(__file__).parent / "words.toml"
_TABLES = ("typos", "dialect", "english")
_WORD = re.compile(f"[{HAN}]+|[^\\W\\d_{HAN}]+(?:['’-][^\\W\\d_{HAN}]+)*")


@dataclass(frozen=True, slots=True)
class Spelling:
    """The editable table: what is written, what it stands for, and what says nothing."""

    standard: Mapping[str, str]
    """Variant → standard word, both in plain spelling."""
    passing: frozenset[str]
    pattern: re.Pattern[str] | None

    def __call__(self, text: str) -> str:
        """The text with each variant replaced."""
        if self.pattern is None:
            return text
        return self.pattern.sub(lambda found: self.standard[found.group()], text)

    @property
    def told(self) -> dict[str, object]:
        """All of it as plain data, in a fixed order: `of_told` makes it again."""
        return {"standard": dict(sorted(self.standard.items())), "passing": sorted(self.passing)}


def of_told(told: Mapping[str, object]) -> Spelling:
    """The table of `Spelling.told`; raises ValueError or TypeError for what was never one."""
    standard, passing = told["standard"], told["passing"]
    if not isinstance(standard, dict) or not isinstance(passing, list):
        raise TypeError("no table of words")
    if not all(isinstance(w, str) and w for w in [*standard, *standard.values(), *passing]):
        raise ValueError("a word of the table is none")
    return _made(standard, frozenset(passing))


def spelling(table: Mapping[str, Mapping[str, Iterable[str]]], passing: str = "") -> Spelling:
    """A table as it is used; raises ValueError where it contradicts itself.

    >>> spelling({"typos": {"路灯": ["路登"]}})("路登不亮")
    '路灯不亮'
    """
    standard: dict[str, str] = {}
    for rows in table.values():
        for right, wrongs in rows.items():
            for wrong in wrongs:
                variant, meant = shape(wrong), shape(right)
                if not variant or variant == meant:
                    continue
                if standard.setdefault(variant, meant) != meant:
                    raise ValueError(f"{wrong!r} would stand for two words")
    made = _made(standard, frozenset(shape(passing).split()))
    for meant in set(standard.values()):
        if made(meant) != meant:
            raise ValueError(f"{meant!r} is a standard word and holds a variant of another")
    return made


def changed(base: Spelling, pairs: Mapping[str, str]) -> Spelling:
    """A table with a site's own pairs over it: variant → what it stands for, "" for itself.

    Both in the spelling that `variant_of` gives. Raises Invalid (field "written" or "meant"), in
    words, where the whole would contradict itself.

    >>> changed(shipped(), {"路凳": "路灯", "单车": ""})("路凳旁的单车")
    '路灯旁的单车'
    """
    if len(pairs) > MOST_PAIRS:
        raise Invalid(
            N_("A table holds at most {most} pairs of a site's own."),
            most=MOST_PAIRS, field="written",
        )  # fmt: skip
    standard = {w: m for w, m in base.standard.items() if w not in pairs}
    standard |= {w: m for w, m in pairs.items() if m}
    made = _made(standard, base.passing)
    for written, meant in standard.items():
        if made(meant) == meant:
            continue
        inside = made.pattern.search(meant) if made.pattern is not None else None
        holds = inside.group() if inside is not None else written
        raise Invalid(
            N_(
                "“{meant}” is what “{written}” stands for, and it holds “{holds}”, which stands for "
                "“{other}”: the words would go round in a circle."
            ),
            meant=meant, written=written, holds=holds, other=standard[holds],
            field="meant" if written in pairs else "written",
        )  # fmt: skip
    return made


def variant_of(given: str, field: str, *, fewest: bool = True) -> str:
    """One word as a table holds it: small letters, simplified characters; raises Invalid.

    `fewest`: it must be long enough to be a variant; a standard word may be of one character.
    """
    word = simplified(shape(given[: 4 * LONGEST_WORD])).strip()
    if not word:
        raise Invalid(N_("Give a word."), field=field)
    if len(word) > LONGEST_WORD:
        raise Invalid(N_("A word has at most {most} characters."), most=LONGEST_WORD, field=field)
    if not _WORD.fullmatch(word):
        raise Invalid(N_("Give one word, of letters alone: no blank and no number."), field=field)
    least = FEWEST_HAN if re.match(f"[{HAN}]", word) else FEWEST_LATIN
    if fewest and len(word) < least:
        raise Invalid(
            N_("“{word}” is too short: it would be found inside other words."),
            word=word, field=field,
        )  # fmt: skip
    return word


def _made(standard: Mapping[str, str], passing: frozenset[str]) -> Spelling:
    if not standard:
        return Spelling({}, passing, None)
    ordered = sorted(standard, key=lambda word: (-len(word), word))
    # The class of first characters spares most places the try of every variant.
    firsts = re.escape("".join(sorted({word[0] for word in ordered})))
    pattern = re.compile(f"(?=[{firsts}])(?:{'|'.join(map(_bounded, ordered))})")
    return Spelling(dict(standard), passing, pattern)


def _bounded(word: str) -> str:
    """Latin variants count as whole words, Chinese ones wherever they stand."""
    escaped = re.escape(word)
    return rf"(?<![a-z]){escaped}(?![a-z])" if word.isascii() else escaped


@cache
def shipped() -> Spelling:
    """The table of this package (words.toml)."""
    read = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return spelling({name: read.get(name, {}) for name in _TABLES}, read["passing"]["words"])


@cache
def signs() -> tuple[frozenset[str], frozenset[str]]:
    """Small words by which English, and other languages in Latin letters, are told."""
    read = tomllib.loads(_FILE.read_text(encoding="utf-8"))["signs"]
    return frozenset(read["english"].split()), frozenset(read["foreign"].split())


def shape(text: str) -> str:
    """NFKC and small letters."""
    return unicodedata.normalize("NFKC", text).casefold()


@cache
def _converter() -> Callable[[str], str]:
    import opencc  # noqa: PLC0415 - only where somebody reads words

    made = opencc.OpenCC("t2s")
    return lambda text: str(made.convert(text))


def simplified(text: str) -> str:
    """The text in simplified characters."""
    return _converter()(text)
