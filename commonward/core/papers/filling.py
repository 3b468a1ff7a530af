"""Filling a paper: its description and a dispute's facts make a sheet that any renderer can draw.

A sheet knows neither Typst nor Word. Texts in it are plain: no renderer may read them as markup.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from commonward.core.papers import facts
from commonward.core.papers.facts import LETTERS, File, Side
from commonward.core.papers.kinds import Cell, Part, kinds, vocabulary
from commonward.core.papers.wording import GAP, shown, side
from commonward.core.refusals import N_, Invalid, Missing

LANGUAGES = ("zh", "en", "both")
_PLACE = re.compile(r"\{([^}]+)\}")
MOST_CHARACTERS = 20_000
"""Of one value on a paper; what is longer belongs into an annex."""


@dataclass(frozen=True, slots=True)
class Field:
    """One cell of a sheet: what it is called, what stands in it, and where that came from.

    `source` is the fact's own path ("sides[0].party.name"; "" = written by hand) and `typed`
    whether somebody wrote that fact down; `whole`: it has the whole line; `lines` is its least height.
    """

    label: str
    value: str
    source: str = ""
    typed: bool = False
    whole: bool = False
    lines: int = 1
    must: bool = False
    signed: bool = False
    """A line is left to sign on."""
    coded: bool = False
    """A word for a code, so that each language has its own."""


@dataclass(frozen=True, slots=True)
class Block:
    """One part of a sheet. `rows` of fields (grid, table, lines, signatures, boxes), or `texts`."""

    form: str
    title: str = ""
    texts: tuple[str, ...] = ()
    rows: tuple[tuple[Field, ...], ...] = ()
    inner: tuple[Field, ...] = ()
    """The facts that stand inside the texts."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One paper, ready to be drawn (一份文书). `which` tells the side or the session it is for."""

    kind: str
    number: str
    title: str
    law: str
    language: str
    rule_version: str
    file_number: str
    bare: bool
    big: bool
    which: str
    blocks: tuple[Block, ...]
    numbered: bool = True
    """Whether its pages carry numbers."""

    def fields(self) -> Iterator[Field]:
        """Every cell, in the order of the paper."""
        for block in self.blocks:
            for row in block.rows:
                yield from row
            yield from block.inner

    def lacking(self) -> tuple[str, ...]:
        """Labels of the cells that must be filled and are not."""
        return tuple(dict.fromkeys(f.label for f in self.fields() if f.must and not f.value))


@dataclass(frozen=True, slots=True)
class _Found:
    value: Any
    path: str
    typed: bool


class _Scope:
    """Where paths lead while one paper is filled."""

    def __init__(self, file: File, language: str, blank: bool) -> None:
        self.file, self.language, self.blank = file, language, blank
        self.known: dict[str, _Found] = {"": _Found(file, "", False)}

    def look(self, source: str) -> _Found:
        first, _, rest = source.partition(".")
        if first in ("it", "row"):
            found = self.known[first]
        else:
            found, rest = self.known[""], source
        for step in rest.split(".") if rest else ():
            found = _step(found, step)
        return found

    def text(self, words: str, inner: list[Field]) -> str:
        """A text with its places filled; an empty one is left open for writing."""

        def fill(place: re.Match[str]) -> str:
            path, _, how = place[1].partition("|")
            found = self.look(path)
            value = self.written(found.value, how, path)
            inner.append(Field(path, value, found.path, found.typed))
            return value or GAP

        return _PLACE.sub(fill, words)

    def written(self, value: Any, how: str, where: str) -> str:
        return clean(shown(value, how, self.language, self.file), where)


def sheet(
    code: str,
    file: File | None,
    language: str = "zh",
    *,
    which: int = 0,
    big: bool = False,
) -> Sheet:
    """One paper of a file, or its blank form when `file` is None.

    `which` counts (from 0) the sides, sessions, inquiries or visits, for kinds drawn once for each.
    `language` "zh", "en", or "both" (Chinese with English beside it). Raises Missing when there
    is no such paper, Invalid when a text cannot stand on paper.
    """
    kind = kinds().get(code)
    if kind is None or language not in LANGUAGES:
        raise Missing(N_("There is no paper called “{name}”."), name=code)
    if language == "both":
        return _beside(
            sheet(code, file, "zh", which=which, big=big),
            sheet(code, file, "en", which=which, big=big),
        )
    scope = _Scope(file or File(), language, file is None)
    mark = ""
    if kind.each:
        every = _elements(scope, kind.each)
        if file is None and not every:
            every = [_Found(Side("a") if kind.each == "sides" else None, kind.each, False)]
        if which >= len(every):
            raise Missing(N_("There is nothing in this file for the paper “{name}”."), name=code)
        scope.known["it"] = every[which]
        mark = _mark(every[which].value, which, len(every), language)
    blocks = [b for part in kind.parts for b in _blocks(part, scope)]
    return Sheet(
        kind=code,
        number=kind.number,
        title=kind.title.inn(language),
        law=kind.law.inn(language) if kind.law else "",
        language=language,
        rule_version=clean(scope.file.rule_version, "rule_version"),
        file_number=clean(scope.file.number, "number"),
        bare=kind.bare,
        big=big,
        which=mark,
        blocks=tuple(blocks),
    )


def how_many(code: str, file: File) -> int:
    """How often a paper is drawn for this file: once for each side, session, visit …

    The written agreement and the oral one exclude each other.
    """
    kind = kinds()[code]
    if code in ("agreement", "oral") and (
        file.agreement is None or file.agreement.oral != (code == "oral")
    ):
        return 0
    return len(_elements(_Scope(file, "zh", False), kind.each)) if kind.each else 1


def clean(text: str, where: str) -> str:
    """The text as it may stand on paper: one kind of line break, tabs as spaces.

    Refuses (Invalid) other control signs, signs that turn the writing direction, scripts written
    from right to left, and what is too long: a paper must read the same for everybody.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    if len(text) > MOST_CHARACTERS:
        raise Invalid(
            N_("{where} has {given} characters; a paper takes {most}. Put the rest in an annex."),
            where=where,
            given=len(text),
            most=MOST_CHARACTERS,
            field=where,
        )
    bad = {c for c in text if c != "\n" and _refused(c)}
    if bad:
        raise Invalid(
            N_(
                "{where} holds signs that cannot stand on a paper: {signs}. Write it in Chinese"
                " characters or Latin letters."
            ),
            where=where,
            signs=", ".join(sorted(f"U+{ord(c):04X}" for c in bad)),
            field=where,
        )
    return text


def _refused(character: str) -> bool:
    return (
        unicodedata.category(character) in ("Cc", "Cs", "Co", "Cn")
        or unicodedata.bidirectional(character)
        in ("R", "AL", "AN", "RLE", "LRE", "RLO", "LRO", "PDF", "RLI", "LRI", "FSI", "PDI")
        or character in "\u200e\u200f\u061c\u2028\u2029\ufeff"
    )


def _step(found: _Found, step: str) -> _Found:
    value = found.value
    path = f"{found.path}.{step}" if found.path else step
    if isinstance(value, tuple):
        for place, element in enumerate(value):
            if element.letter == step:
                return _Found(element, f"{found.path}[{place}]", False)
        return _Found(None, path, False)
    if value is None:
        return _Found(None, path, False)
    described = type(value).__dataclass_fields__.get(step)
    typed = bool(described and described.metadata.get("typed"))
    return _Found(getattr(value, step), path, typed)


def _elements(scope: _Scope, path: str) -> list[_Found]:
    found = scope.look(path)
    if found.value is None:
        return []
    if isinstance(found.value, tuple):
        return [
            _Found(element, f"{found.path}[{place}]", found.typed)
            for place, element in enumerate(found.value)
        ]
    return [found]


def _rows(part: Part, scope: _Scope) -> Iterator[None]:
    """Sets `row` to each element in turn, or to what a blank form leaves open."""
    every = _elements(scope, part.each)
    if not every:
        every = [
            _Found(Side(LETTERS[n]) if part.each == "sides" else None, f"{part.each}[{n}]", False)
            for n in range(part.blank)
        ]
    for found in every:
        scope.known["row"] = found
        yield
    scope.known.pop("row", None)


def _blocks(part: Part, scope: _Scope) -> list[Block]:
    if part.when and (part.each if scope.blank else not scope.look(part.when).value):
        return []
    if part.form == "grid":
        return [_grid(part, scope) for _ in (_rows(part, scope) if part.each else (None,))]
    inner: list[Field] = []
    title = scope.text(part.title.inn(scope.language), inner) if part.title else ""
    if part.text:
        texts = _texts(part, part.text.inn(scope.language), scope, inner)
        return [Block(part.form, title, texts, inner=tuple(inner))]
    rows = tuple(
        tuple(_cell(c, scope, sign=part.form == "signatures") for c in part.cells)
        for _ in (_rows(part, scope) if part.each else (None,))
    )
    if part.form == "table":
        heads = tuple(c.label.inn(scope.language) for c in part.cells)
        return [Block("table", title, heads, rows)]
    return [Block(part.form, title, rows=tuple((cell,) for row in rows for cell in row))]


def _texts(part: Part, words: str, scope: _Scope, inner: list[Field]) -> tuple[str, ...]:
    if part.each:
        return tuple(scope.text(words, inner) for _ in _rows(part, scope))
    lines = words.split("\n") if part.form == "numbered" else [words]
    return tuple(scope.text(line, inner) for line in lines)


def _grid(part: Part, scope: _Scope) -> Block:
    inner: list[Field] = []
    title = scope.text(part.title.inn(scope.language), inner) if part.title else ""
    rows: list[tuple[Field, ...]] = []
    half: Field | None = None
    for described in part.cells:
        cell = _cell(described, scope)
        if described.optional and not cell.value and not scope.blank:
            continue
        if cell.whole:
            rows += [(replace(half, whole=True),)] if half else []
            rows.append((cell,))
            half = None
        elif half:
            rows.append((half, cell))
            half = None
        else:
            half = cell
    rows += [(replace(half, whole=True),)] if half else []
    return Block("grid", title, rows=tuple(rows))


def _cell(described: Cell, scope: _Scope, *, sign: bool = False) -> Field:
    label = scope.text(described.label.inn(scope.language), [])
    if not described.source:
        return Field(
            label, "", whole=described.wide, lines=described.lines, signed=sign and described.sign
        )
    found = scope.look(described.source)
    return Field(
        label=label,
        value=scope.written(found.value, described.shown, label),
        source=found.path,
        typed=found.typed,
        whole=described.wide,
        lines=described.lines,
        must=described.must,
        signed=sign and described.sign,
        coded=described.shown in (*vocabulary(), "yes_no", "years", "side", "title"),
    )


def _mark(value: Any, which: int, count: int, language: str) -> str:
    if isinstance(value, facts.Side):
        return side(value.letter, language)
    if isinstance(value, facts.Session):
        return f"第{value.number}次" if language == "zh" else f"Session {value.number}"
    return "" if count == 1 else (f"第{which + 1}份" if language == "zh" else f"No. {which + 1}")


def _beside(zh: Sheet, en: Sheet) -> Sheet:
    """Chinese with English under each label and text; values as the Chinese paper has them."""
    blocks = tuple(_both(a, b) for a, b in zip(zh.blocks, en.blocks, strict=True))
    return replace(
        zh,
        language="both",
        title=f"{zh.title}\n{en.title}",
        law=_joined(zh.law, en.law),
        blocks=blocks,
    )


def _both(zh: Block, en: Block) -> Block:
    rows = tuple(
        tuple(
            replace(a, label=_joined(a.label, b.label), value=_value(a, b))
            for a, b in zip(left, right, strict=True)
        )
        for left, right in zip(zh.rows, en.rows, strict=True)
    )
    return Block(
        zh.form,
        _joined(zh.title, en.title),
        tuple(_joined(a, b) for a, b in zip(zh.texts, en.texts, strict=True)),
        rows,
        zh.inner,
    )


def _joined(zh: str, en: str) -> str:
    return zh if zh == en else f"{zh}\n{en}"


def _value(zh: Field, en: Field) -> str:
    if not zh.coded or zh.value == en.value:
        return zh.value
    return f"{zh.value}  {en.value}"


def filled_share(sheets: Sequence[Sheet]) -> tuple[int, int]:
    """(cells filled by the system, all cells) over these papers.

    A cell is the system's when nobody writes into it: a fact it knows by itself, or one that
    was typed already for another cell. The first cell of each typed fact and a cell that stayed
    empty count as written by hand; a fact inside a running text is a cell. A line on which
    somebody must sign is none: the law wants a hand there.
    """
    seen: set[str] = set()
    own = every = 0
    for cell in (field for paper in sheets for field in paper.fields()):
        if cell.signed and not cell.source:
            continue
        every += 1
        if cell.value:
            own += not cell.typed or cell.source in seen
            seen.add(cell.source)
    return own, every
