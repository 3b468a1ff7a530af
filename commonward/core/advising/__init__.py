"""Advice on preventing harm (防范提示): when counts of problems or the season call for which text.

A rule proposes, a person publishes. What is counted are problems at places; nobody is described by
it, and a text that points at people is refused.
"""

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from commonward.core.refusals import N_, Invalid

VERSION = "advice-1"
"""Of the rule; kept beside each proposal."""
KINDS = ("theft", "fraud", "fire", "season", "traffic", "home")
WINDOW = 28
"""Days of one count; whole weeks, so that each holds the same days of the week."""
BEFORE = 3
"""So many windows before are what is usual."""
FEWEST = 5
"""Below it nothing is proposed and no number is told."""
RISE = 1.5
"""A count so many times the usual one is a rise."""
STANDS = 28
"""Days that a published text stands, unless who publishes it says otherwise."""
LONGEST_TITLE = 60
LONGEST_LINE = 160
MOST_LINES = 6

_CODE = re.compile(r"[a-z][a-z0-9_]{2,39}")
_FILE = Path(__file__).parent / "advice.toml"
_POINTS_AT_PEOPLE = (
    "外来人员", "外地人", "流动人口", "可疑人员", "形迹可疑", "重点人员", "闲散人员", "社会闲杂",
    "精神病人", "吸毒人员", "刑满释放", "上访", "suspicious person", "suspicious people",
    "suspicious individual", "strange people", "migrant", "foreigner", "outsiders", "vagrant",
    "homeless people", "ex-convict", "addict", "petitioner",
)  # fmt: skip
"""Who is watched because of such words has done nothing."""


@dataclass(frozen=True, slots=True)
class Advice:
    """One text: for which categories (prefixes of codes) it is meant, and in which months.

    `lines` are what to do, a sentence each; `lines_en` are as many or none. With `months` it is
    advice of a season. `quiet` tells no number with it, because the cases counted are not public.
    """

    code: str
    kind: str
    title: str
    lines: tuple[str, ...]
    categories: tuple[str, ...] = ()
    months: tuple[int, ...] = ()
    title_en: str = ""
    lines_en: tuple[str, ...] = ()
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a text is proposed: "rise" or "season", the newest count, and the usual one."""

    rule: str
    count: int
    usual: float


def reason(counts: Sequence[int], month: int, months: Sequence[int]) -> Reason | None:
    """Why a text should be told now; None where nothing calls for it.

    `counts` are those of windows of `WINDOW` days, the newest first; `BEFORE` more are what is
    usual. A rise is at least `RISE` times the usual count and never fewer than `FEWEST`; where
    nothing is known of before, nothing is a rise. A season needs `FEWEST` as well.

    >>> reason([12, 6, 8, 7], 5, ())
    Reason(rule='rise', count=12, usual=7.0)
    >>> reason([4, 0, 0, 0], 5, ()), reason([9], 5, ())
    (None, None)
    """
    newest, before = counts[0], counts[1 : 1 + BEFORE]
    if newest < FEWEST:
        return None
    usual = sum(before) / len(before) if before else float(newest)
    if before and newest >= RISE * usual:
        return Reason("rise", newest, usual)
    if month in months:
        return Reason("season", newest, usual)
    return None


def checked(given: Advice) -> Advice:
    """The same text without spaces around, if it can be used. Raises Invalid naming the field."""
    made = Advice(
        code=given.code.strip(),
        kind=given.kind,
        title=_plain(given.title),
        lines=tuple(filter(None, map(_plain, given.lines))),
        categories=tuple(dict.fromkeys(filter(None, (c.strip() for c in given.categories)))),
        months=tuple(sorted(set(given.months))),
        title_en=_plain(given.title_en),
        lines_en=tuple(filter(None, map(_plain, given.lines_en))),
        quiet=given.quiet,
    )
    if not _CODE.fullmatch(made.code):
        raise Invalid(
            N_("The name is small letters, digits and “_”, 3 to 40 of them."), field="code"
        )
    if made.kind not in KINDS:
        raise Invalid(N_("Choose one of the list."), field="kind")
    if not made.title or not made.lines:
        raise Invalid(
            N_("A title and at least one line are needed."),
            field="title" if not made.title else "lines",
        )
    if bool(made.title_en) != bool(made.lines_en):
        raise Invalid(
            N_("The English text has a title and lines, or neither."),
            field="lines_en" if made.title_en else "title_en",
        )
    _check_lengths(made)
    if any(not 1 <= month <= 12 for month in made.months):
        raise Invalid(N_("A month is a number from 1 to 12."), field="months")
    if not made.categories:
        raise Invalid(
            N_("Name at least one category whose problems call for this advice."),
            field="categories",
        )
    _refuse_people(made)
    return made


def _check_lengths(made: Advice) -> None:
    for name, title in (("title", made.title), ("title_en", made.title_en)):
        if len(title) > LONGEST_TITLE:
            raise Invalid(
                N_("This is too long; at most {most} characters are taken."),
                most=LONGEST_TITLE,
                field=name,
            )
    for name, lines in (("lines", made.lines), ("lines_en", made.lines_en)):
        if len(lines) > MOST_LINES or any(len(line) > LONGEST_LINE for line in lines):
            raise Invalid(
                N_("At most {lines} lines of {most} characters: it is read in passing."),
                lines=MOST_LINES,
                most=LONGEST_LINE,
                field=name,
            )


def _refuse_people(made: Advice) -> None:
    """Advice says what one can do, never whom to watch."""
    for name, texts in (
        ("lines", (made.title, *made.lines)),
        ("lines_en", (made.title_en, *made.lines_en)),
    ):
        for text in texts:
            small = unicodedata.normalize("NFKC", text).casefold()
            found = next((word for word in _POINTS_AT_PEOPLE if word in small), None)
            if found is not None:
                raise Invalid(
                    N_(
                        "“{word}” points at people. Say what anybody can do to prevent the harm;"
                        " nobody is to be watched or suspected for who they are."
                    ),
                    word=found,
                    field=name,
                )


def _plain(text: str) -> str:
    """One line without signs that cannot be seen."""
    kept = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in text)
    return " ".join(kept.split())


@dataclass(frozen=True, slots=True)
class Shipped:
    """A text that comes with the product, and the words by which a site's categories are found."""

    advice: Advice
    words: tuple[str, ...]

    def of(self, known: Mapping[str, str]) -> Advice:
        """The text for a site whose categories have these words (code → names and keywords);
        without categories where none fits."""
        found = [
            code
            for code, said in sorted(known.items())
            if any(word in said.casefold() for word in self.words)
        ]
        return replace(self.advice, categories=(*self.advice.categories, *found))


@cache
def shipped() -> tuple[Shipped, ...]:
    """The texts that come with the product; a site edits its own copies."""
    read: Mapping[str, Mapping[str, Any]] = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return tuple(
        Shipped(
            Advice(
                code=code,
                kind=one["kind"],
                title=one["zh"]["title"],
                lines=tuple(one["zh"]["lines"]),
                categories=tuple(one.get("categories", ())),
                months=tuple(one.get("months", ())),
                title_en=one["en"]["title"],
                lines_en=tuple(one["en"]["lines"]),
                quiet=one.get("quiet", False),
            ),
            tuple(word.casefold() for word in one.get("words", ())),
        )
        for code, one in read.items()
    )
