"""How long each kind of paper of a dispute is kept (保管期限), as data that a site writes."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from commonward.core.refusals import N_, Invalid

_FILE = Path(__file__).parent / "keeping.toml"
_NAME = re.compile(r"[a-z][a-z_]{2,29}")
_MOST_YEARS = 100
_YEAR = timedelta(days=365.2425)

KINDS = (
    "caucus", "offer", "record", "application", "party", "agreement", "performance",
    "confirmation", "grading",
)  # fmt: skip
"""The kinds of paper whose time can be set; each model of the room that holds words is of one."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A kind of paper and its years after the end; None = as long as the procedure keeps cases."""

    name: str
    title: str
    title_en: str
    years: int | None


@dataclass(frozen=True, slots=True)
class Keeping:
    """The table: each kind exactly once."""

    papers: tuple[Paper, ...]

    def until(self, kind: str, ended: datetime, procedure_years: int) -> datetime:
        """When a paper of this kind is shredded, of a dispute that ended then.

        Never later than the case itself is forgotten: its key is destroyed with it.
        """
        return ended + self._kept(kind, procedure_years)

    def ended_before(self, kind: str, at: datetime, procedure_years: int) -> datetime:
        """Papers of this kind are over at `at` of disputes that ended before this moment."""
        return at - self._kept(kind, procedure_years)

    def _kept(self, kind: str, procedure_years: int) -> timedelta:
        paper = next(paper for paper in self.papers if paper.name == kind)
        years = procedure_years if paper.years is None else min(paper.years, procedure_years)
        return years * _YEAR


def read_keeping(text: str) -> Keeping:
    """The table in a TOML text; refuses one that leaves a kind out or knows another."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise Invalid(
            N_("The table of keeping cannot be read: {fault}."), field="text", fault=str(fault)
        ) from None
    rows = data.get("paper")
    if set(data) != {"paper"} or not isinstance(rows, list):
        raise Invalid(N_("A table of keeping has [[paper]]s, no more."), field="text")
    papers = tuple(_paper(row) for row in rows)
    names = [paper.name for paper in papers]
    if sorted(names) != sorted(KINDS):
        raise Invalid(
            N_("Each kind of paper stands exactly once in the table of keeping: {kinds}."),
            field="text",
            kinds=", ".join(KINDS),
        )
    return Keeping(papers)


def shipped_text() -> str:
    """The table that the product ships, as it is written."""
    return _FILE.read_text(encoding="utf-8")


@cache
def shipped_keeping() -> Keeping:
    """The table that the product ships."""
    return read_keeping(shipped_text())


def _paper(row: Any) -> Paper:
    known = {"name", "title", "title_en", "years"}
    if not isinstance(row, Mapping) or set(row) != known:
        raise Invalid(
            N_("A [[paper]] has a name, a title, a title_en and years, no more."), field="text"
        )
    name, years = row["name"], row["years"]
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise Invalid(N_("“{name}” is no kind of paper."), field="text", name=str(name)[:40])
    for key in ("title", "title_en"):
        if not isinstance(row[key], str) or not row[key].strip():
            raise Invalid(N_("The paper {name} needs its titles."), field="text", name=name)
    if years != "procedure" and (type(years) is not int or not 0 <= years <= _MOST_YEARS):
        raise Invalid(
            N_("The years of {name} are “procedure”, or a whole number from 0 to {most}."),
            field="text",
            name=name,
            most=_MOST_YEARS,
        )
    return Paper(name, row["title"], row["title_en"], None if years == "procedure" else years)
