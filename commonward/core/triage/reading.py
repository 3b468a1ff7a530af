"""How a text is read before anything is learnt from it: one spelling, one language, its tokens (归一化与分词).

A report is written on a phone, in a hurry: full-width letters, traditional characters, homophones
and dialect words. `plain` brings these to one spelling, `language` says what it is written in, and
`tokens` takes it apart. Numbers, and codes with numbers in them, are passed over altogether: they
name a house or a person, never a matter.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from enum import StrEnum
from functools import cache, lru_cache

from commonward.core.finding import hidden
from commonward.core.masking import MASK
from commonward.core.triage.spelling import HAN, Spelling, shape, shipped, signs, simplified

LONGEST = 4_000
"""Characters of a text that are read: what a report is about stands at its beginning."""
_ROUNDS = 8
"""One pass may make what the next one changes; after so many it is left as it is."""

_PARTS = re.compile(f"[{HAN}]+|[^\\W\\d_{HAN}]+(?:['’-][^\\W\\d_{HAN}]+)*")
_WITH_NUMBER = re.compile(r"[a-z]*\d[a-z\d]*(?:[.,:/-][a-z\d]+)*")
_LONGEST_WORD = 30


class Language(StrEnum):
    """What a text is written in; OTHER gets no suggestion, and whoever asks is told so."""

    SIMPLIFIED = "zh-Hans"
    TRADITIONAL = "zh-Hant"
    ENGLISH = "en"
    OTHER = "other"
    NONE = ""
    """There is not one letter in it."""


@cache
def _tradition() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Characters that only traditional, and that only simplified, writing has."""
    import opencc  # noqa: PLC0415

    every = "\n".join(chr(c) for c in range(0x4E00, 0xA000))
    there = opencc.OpenCC("t2s").convert(every).split("\n")
    back = opencc.OpenCC("s2t").convert(every).split("\n")
    olds, news = set(), set()
    for char, simple, old in zip(every.split("\n"), there, back, strict=True):
        if simple != char:
            olds.add(char)
        elif old != char:
            news.add(char)
    return re.compile(f"[{''.join(sorted(olds))}]"), re.compile(f"[{''.join(sorted(news))}]")


def plain(text: str, table: Spelling | None = None) -> str:
    """The text in one spelling: NFKC, small letters, simplified characters, standard words.

    Reading twice changes nothing. At most `LONGEST` characters are kept.

    >>> plain("門口ＬＡＭＰ壞了，路登不亮")
    '门口lamp坏了,路灯不亮'
    """
    table = table or shipped()
    text = text[:LONGEST]
    for _ in range(_ROUNDS):
        before = text
        text = shape(text)[:LONGEST]
        if _tradition()[0].search(text):
            text = simplified(text)
        text = " ".join(table(text).split())[:LONGEST].rstrip()
        if text == before:
            break
    return text


_IS_HAN = re.compile(f"[{HAN}]")


def language(text: str) -> Language:
    """What the text is written in; undecided Chinese counts as simplified.

    >>> language("門口的路燈壞了"), language("The lamp is broken"), language("Лампа не горит")
    (<Language.TRADITIONAL: 'zh-Hant'>, <Language.ENGLISH: 'en'>, <Language.OTHER: 'other'>)
    """
    shown = unicodedata.normalize("NFKC", text[:LONGEST])
    words = [word.casefold() for word in _PARTS.findall(shown)]
    han = sum(len(word) for word in words if _IS_HAN.match(word))
    abc = [word for word in words if not _IS_HAN.match(word)]
    if not words:
        return Language.NONE
    latin = [word for word in abc if word.isascii() or _is_latin(word)]
    letters = sum(map(len, latin))
    other = sum(map(len, abc)) - letters
    # One Chinese character says about as much as three letters of an alphabet.
    if han and han * 3 >= letters and han > other:
        olds, news = _tradition()
        old = len(olds.findall(shown))
        return (
            Language.TRADITIONAL if old and old > len(news.findall(shown)) else Language.SIMPLIFIED
        )
    if other > letters:
        return Language.OTHER
    english, foreign = signs()
    known, strange = sum(w in english for w in latin), sum(w in foreign for w in latin)
    accented = sum(not w.isascii() for w in latin)
    if strange + accented > known or accented * 3 > len(latin):
        return Language.OTHER
    return Language.ENGLISH


def _is_latin(word: str) -> bool:
    return all("LATIN" in unicodedata.name(c, "") for c in word if c.isalpha())


def without_persons(text: str) -> str:
    """The text without what leads to a person, and without any number or code with one.

    What a model never sees can neither be learnt nor shown as a reason.
    """
    return hidden(text[:LONGEST]).replace(MASK, " ")


@cache
def _cutter() -> Callable[[str], Iterable[str]]:
    import rjieba  # noqa: PLC0415 - only where somebody reads words

    return rjieba.cut


@lru_cache(maxsize=1 << 15)
def _stem(word: str) -> str:
    """An English word without the commonest endings, so that "lamps" and "lamp" are one."""
    for ending, left in (("ies", "y"), ("sses", "ss"), ("ing", ""), ("ed", ""), ("s", "")):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            return word[: -len(ending)] + left
    return word


def tokens(text: str, table: Spelling | None = None) -> list[str]:
    """The words of a text that can say something about its matter, in order.

    Chinese is cut by a dictionary, English words lose their endings; numbers, passing words and
    whatever leads to a person are left out. A text that comes already cut, with a blank between
    its words, gives those words.

    >>> tokens("我叫李雷，门口的路灯坏了，电话13912345678")
    ['门口', '路灯', '坏', '电话']
    """
    table = table or shipped()
    shown = _WITH_NUMBER.sub(" ", plain(without_persons(text), table))
    found: list[str] = []
    cutter = _cutter()
    for part in _PARTS.findall(shown):
        if part[0] >= "\u3005":
            found += (part,) if len(part) == 1 else cutter(part)
        else:
            found.append(_stem(part[:_LONGEST_WORD]))
    return [word for word in found if word not in table.passing]
