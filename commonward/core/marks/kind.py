"""A kind of mark (标志种类): what bears it, for how long, and by which criteria, as data.

A criterion is a figure of the record at a bound over so many days, evidence that is shown and
looked at by another team, or a list that another team ticks. A version that was published is
never changed: a mark is judged by the version it was nominated under.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from commonward.core.refusals import N_, Invalid

ABOUT: Mapping[str, str] = {
    "room": N_("A mediation room"),
    "area": N_("An area"),
    "place": N_("A place of the register"),
}
"""What can bear a mark: never a person, never a household."""
KINDS: Mapping[str, str] = {
    "figure": N_("A figure of the record"),
    "evidence": N_("Evidence, looked at by another team"),
    "checklist": N_("A list, ticked by another team"),
}
LEVELS = ("street", "community", "grid")
"""Areas that can bear a mark; a building would be a household or a few."""
FEWEST = 5
"""So many answers at least must lie under a figure that counts for a mark (k)."""
MOST_CRITERIA, MOST_ITEMS = 6, 12
NOTICE_DAYS = 5
"""Criteria stand published so many days before the first nomination."""
PANEL = 2
"""So many voices at least decide."""
REMIND_DAYS = 60
"""A mark that ends in so many days is reminded of, so that it can be nominated anew."""
_CODE = re.compile(r"[a-z][a-z0-9-]{2,29}")
FOLDER = Path(__file__).parent / "shipped"
_TITLE, _WORDS = 120, 600


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion (条件); the fields that its kind does not use are empty.

    `bound` is told in per cent for shares, else as a number; whether it is a floor or a ceiling
    follows from which way the indicator is better. `least` answers or cases must lie under a share. `items` are pairs of Chinese and English words.
    """

    kind: str
    title: str
    title_en: str
    indicator: str = ""
    bound: float = 0
    days: int = 0
    least: int = 0
    items: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of mark; the Chinese words first."""

    code: str
    about: str
    title: str
    title_en: str
    says: str
    says_en: str
    months: int
    criteria: tuple[Criterion, ...]

    def to_data(self) -> dict[str, Any]:
        """As it is kept and published."""
        data = asdict(self)
        data["criteria"] = [
            {**asdict(one), "items": [list(item) for item in one.items]} for one in self.criteria
        ]
        return data


def read(text: str) -> Kind:
    """A kind from a file in TOML. Raises Invalid."""
    try:
        return from_data(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise Invalid(N_("This is no TOML: {error}"), error=str(error), field="text") from error


@cache
def shipped() -> Mapping[str, Kind]:
    """The kinds that come with the product, by code."""
    found = [read(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.toml"))]
    return {one.code: one for one in found}


def from_data(data: Mapping[str, Any]) -> Kind:
    """A kind of the right shape, every word in both languages. Raises Invalid with its field.

    What its criteria may rest on is asked apart: `core.marks.allowed`.
    """
    code = str(data.get("code", ""))
    if not _CODE.fullmatch(code):
        raise Invalid(
            N_("A code has 3 to 30 small letters, digits or dashes and begins with a letter."),
            field="code",
        )
    about = str(data.get("about", ""))
    if about not in ABOUT:
        raise Invalid(N_("Say what bears the mark: choose one of the list."), field="about")
    months = _whole(data, "months", 1, 36)
    rows = data.get("criteria")
    if not isinstance(rows, list) or len(rows) < 2:
        raise Invalid(
            N_("A mark never rests on one figure or one look alone: write two criteria at least."),
            field="criteria",
            code="one_alone",
        )
    if len(rows) > MOST_CRITERIA:
        raise Invalid(
            N_("A mark has at most {most} criteria."), most=MOST_CRITERIA, field="criteria"
        )
    return Kind(
        code, about, _said(data, "title", _TITLE), _said(data, "title_en", _TITLE),
        _said(data, "says", _WORDS), _said(data, "says_en", _WORDS), months,
        tuple(_criterion(row) for row in rows),
    )  # fmt: skip


def _criterion(row: Mapping[str, Any]) -> Criterion:
    kind = str(row.get("kind", ""))
    title, title_en = _said(row, "title", 300), _said(row, "title_en", 300)
    if kind == "evidence":
        return Criterion(kind, title, title_en)
    if kind == "checklist":
        return Criterion(kind, title, title_en, items=_items(row.get("items")))
    if kind != "figure":
        raise Invalid(N_("Say what kind of criterion it is: choose one of the list."), field="kind")
    bound = row.get("bound")
    if isinstance(bound, bool) or not isinstance(bound, int | float) or not 0 <= bound <= 10**6:
        raise Invalid(N_("Give the bound of the figure as a number."), field="bound")
    return Criterion(
        kind, title, title_en, str(row.get("indicator", ""))[:80], float(bound),
        _whole(row, "days", 30, 730), _whole(row, "least", FEWEST, 100_000),
    )  # fmt: skip


def _items(rows: Any) -> tuple[tuple[str, str], ...]:
    if not isinstance(rows, list | tuple) or not 1 <= len(rows) <= MOST_ITEMS:
        raise Invalid(N_("A list has 1 to {most} lines."), most=MOST_ITEMS, field="items")
    found = []
    for one in rows:
        if not isinstance(one, list | tuple) or len(one) != 2:
            raise Invalid(N_("Each line is told in Chinese and in English."), field="items")
        pair = {"items": str(one[0])}, {"items": str(one[1])}
        found.append((_said(pair[0], "items", 200), _said(pair[1], "items", 200)))
    return tuple(found)


def _said(data: Mapping[str, Any], name: str, most: int) -> str:
    found = data.get(name)
    kept = found.replace("\r\n", "\n").strip() if isinstance(found, str) else ""
    if not kept:
        raise Invalid(N_("Tell it in both languages: it is published."), field=name)
    if len(kept) > most or "\x00" in kept:
        raise Invalid(
            N_("{which} is too long or unknown; at most {most} characters are taken."),
            which=name, most=most, field=name,
        )  # fmt: skip
    return kept


def _whole(data: Mapping[str, Any], name: str, least: int, most: int) -> int:
    found = data.get(name)
    if isinstance(found, bool) or not isinstance(found, int) or not least <= found <= most:
        raise Invalid(
            N_("Give a whole number from {least} to {most}."), least=least, most=most, field=name
        )
    return found
