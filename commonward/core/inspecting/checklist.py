"""A checklist (检查清单): what is looked at in a place of one kind, as data in TOML.

Each item has the words in both languages, the law or standard that it comes from, how it is
answered, how grave a fault is, which category a fault is filed under and in what time it must be
put right. A site edits the text on the desk; every version stays, and a visit keeps its own.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from commonward.core.calendars import Limit
from commonward.core.inspecting.allowed import refuse_persons
from commonward.core.procedures.model import Text
from commonward.core.refusals import N_, Invalid

ANSWERS = ("yes_no", "number", "photo")
"""Yes or no; a number within bounds; yes or no with a photo that shows it. Each may be n.a."""
SEVERITIES = ("minor", "serious", "urgent")
NOT_APPLICABLE = "na"
LONGEST = 60_000
MOST_ITEMS = 60
_CODE = re.compile(r"[a-z][a-z0-9_]{1,29}")
_FOLDER = Path(__file__).parent / "checklists"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to look at; `least` and `most` bound a number, `unit` is what it is told in.

    `limit` is the time in which a fault must be put right; `always` that it applies everywhere.
    """

    code: str
    text: Text
    source: Text
    answer: str
    severity: str
    category: str
    limit: Limit
    good: str = "yes"
    least: float | None = None
    most: float | None = None
    unit: str = ""
    always: bool = False

    def is_defect(self, given: str | float) -> bool:
        """Whether this answer tells of something that is not in order."""
        if given == NOT_APPLICABLE:
            return False
        if self.answer != "number":
            return given != self.good
        number = float(given)
        return (self.least is not None and number < self.least) or (
            self.most is not None and number > self.most
        )


@dataclass(frozen=True, slots=True)
class Checklist:
    """The checklist of one kind of place."""

    kind: str
    title: Text
    items: tuple[Item, ...]

    def item(self, code: str) -> Item:
        """The item with this code. Raises Invalid."""
        for one in self.items:
            if one.code == code:
                return one
        raise Invalid(N_("This checklist has no item {code}."), code=code, field="answers")


def read_checklist(text: str) -> Checklist:
    """A checklist from its text. Raises Invalid with the first fault, naming the item."""
    if len(text) > LONGEST:
        raise Invalid(N_("A checklist has at most {most} characters."), most=LONGEST, field="text")
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Invalid(N_("This is no TOML: {error}"), error=str(error), field="text") from error
    kind = _word(data, "kind", "the head")
    title = _text(data, "title", "the head")
    rows = data.get("items")
    if not isinstance(rows, list) or not 1 <= len(rows) <= MOST_ITEMS:
        raise Invalid(N_("A checklist has 1 to {most} items."), most=MOST_ITEMS, field="text")
    items = tuple(_item(row) for row in rows)
    twice = sorted({one.code for one in items if sum(two.code == one.code for two in items) > 1})
    if twice:
        raise Invalid(N_("Two items have the code {code}."), code=twice[0], field="text")
    return Checklist(kind, title, items)


def answered(checklist: Checklist, given: Mapping[str, Any]) -> dict[str, str | float]:
    """The answers as they are kept, each item answered. Raises Invalid naming the item."""
    known = {one.code for one in checklist.items}
    for code in given:
        if code not in known:
            raise Invalid(N_("This checklist has no item {code}."), code=code, field="answers")
    return {one.code: _answer(one, given.get(one.code)) for one in checklist.items}


def defects(checklist: Checklist, answers: Mapping[str, str | float]) -> tuple[Item, ...]:
    """The items that are not in order, by these answers."""
    return tuple(
        one for one in checklist.items if one.code in answers and one.is_defect(answers[one.code])
    )


@cache
def shipped() -> Mapping[str, str]:
    """The texts that come with the product, by kind."""
    return {path.stem: path.read_text("utf-8") for path in sorted(_FOLDER.glob("*.toml"))}


def _item(row: Any) -> Item:
    if not isinstance(row, dict):
        raise Invalid(N_("Each item is a table [[items]]."), field="text")
    code = _word(row, "code", "an item")
    text, source = _text(row, "text", code), _text(row, "source", code)
    refuse_persons(text.zh, text.en)
    answer = _one_of(row, "answer", ANSWERS, code, "yes_no")
    severity = _one_of(row, "severity", SEVERITIES, code, "minor")
    good = _one_of(row, "good", ("yes", "no"), code, "yes")
    bounds = {name: _bound(row, name, code) for name in ("least", "most")}
    if answer == "number" and bounds["least"] is None and bounds["most"] is None:
        raise Invalid(
            N_("The number {code} needs `least` or `most`: else nothing is a fault."),
            code=code,
            field="text",
        )
    category = row.get("category")
    if not isinstance(category, str) or not category.strip():
        raise Invalid(
            N_("{code} needs the category under which a fault is filed."), code=code, field="text"
        )
    return Item(
        code, text, source, answer, severity, category.strip(),
        Limit.parse(str(row.get("limit", ""))), good,
        bounds["least"], bounds["most"], str(row.get("unit", ""))[:20], bool(row.get("always")),
    )  # fmt: skip


def _answer(item: Item, given: Any) -> str | float:
    if given is None or given == "":
        raise Invalid(
            N_("“{item}” is not answered yet."),
            item=item.text.en,
            field="answers",
            code="unanswered",
        )
    if given == NOT_APPLICABLE:
        if item.always:
            raise Invalid(
                N_("“{item}” applies everywhere: answer it."), item=item.text.en, field="answers"
            )
        return NOT_APPLICABLE
    if item.answer != "number":
        if given in ("yes", "no"):
            return str(given)
        raise Invalid(
            N_("“{item}” is answered yes, no or not applicable."),
            item=item.text.en,
            field="answers",
        )
    try:
        number = float(given)
    except (TypeError, ValueError):
        number = float("nan")
    if isinstance(given, bool) or not abs(number) < 1e9:
        raise Invalid(N_("“{item}” is answered with a number."), item=item.text.en, field="answers")
    return number


def _word(row: Mapping[str, Any], name: str, where: str) -> str:
    found = row.get(name)
    if not isinstance(found, str) or not _CODE.fullmatch(found):
        raise Invalid(
            N_("“{name}” of {where} is a word of small letters, digits and _."),
            name=name,
            where=where,
            field="text",
        )
    return found


def _text(row: Mapping[str, Any], name: str, where: str) -> Text:
    found = row.get(name)
    if not isinstance(found, dict) or not all(
        isinstance(found.get(code), str) and 1 <= len(found[code]) <= 300 for code in ("zh", "en")
    ):
        raise Invalid(
            N_("“{name}” of {where} is told in both languages: {{ zh = …, en = … }}."),
            name=name,
            where=where,
            field="text",
        )
    return Text(en=found["en"], zh=found["zh"])


def _one_of(
    row: Mapping[str, Any], name: str, known: tuple[str, ...], where: str, other: str
) -> str:
    found = row.get(name, other)
    if found not in known:
        raise Invalid(
            N_("“{name}” of {where} is one of {known}."),
            name=name,
            where=where,
            known=", ".join(known),
            field="text",
        )
    return str(found)


def _bound(row: Mapping[str, Any], name: str, where: str) -> float | None:
    found = row.get(name)
    if found is None:
        return None
    if isinstance(found, bool) or not isinstance(found, int | float):
        raise Invalid(N_("“{name}” of {where} is a number."), name=name, where=where, field="text")
    return float(found)
