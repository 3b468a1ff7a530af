"""Kinds of papers, each a file in `kinds/` (文书格式): title, cells with their source, signatures.

A paper is added by adding a file; nothing is registered. Each source is a path into
`facts.File`, checked when the file is read: `it` is the element for which the paper is drawn
(one per side, session, …), `row` the element for which a part is repeated.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from pathlib import Path
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from commonward.core.disputes import KINDS, SOURCES
from commonward.core.papers import facts

FORMS = ("grid", "prose", "numbered", "table", "boxes", "lines", "signatures")
_FOLDER = Path(__file__).with_name("kinds")


@dataclass(frozen=True, slots=True)
class Words:
    """The same text in both languages."""

    zh: str
    en: str

    @classmethod
    def of(cls, given: Mapping[str, str]) -> "Words":
        """From {"zh": …, "en": …}; both are needed."""
        return cls(given["zh"].strip(), given["en"].strip())

    def inn(self, language: str) -> str:
        """The text in "zh" or "en"; where both stand beside each other, the Chinese."""
        return self.en if language == "en" else self.zh


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell to fill (栏): its label, where its value comes from ("" = by hand), how it is shown.

    `wide` gives it the whole line; `lines` is its least height; `must`: lacking when empty.
    """

    label: Words
    source: str = ""
    shown: str = ""
    wide: bool = False
    lines: int = 1
    must: bool = False
    optional: bool = False
    """Left out when there is nothing to fill in."""
    sign: bool = True
    """In a part for signatures: whether a line is left to sign on."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a paper: its form, its cells or its text; repeated for each of `each`.

    `when` names a path: the part is left out when it is empty (on a blank form it stays).
    """

    form: str
    title: Words | None = None
    text: Words | None = None
    each: str = ""
    when: str = ""
    cells: tuple[Cell, ...] = ()
    blank: int = 1
    """Rows left open for writing when there is nothing yet."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of paper. `number` is the official one, 1–11, or K1… for the counter kit."""

    code: str
    number: str
    title: Words
    each: str
    law: Words | None
    shows: str
    """Object of the table of confidentiality: who may see this paper."""
    bare: bool
    """Cover and back cover: without header, without page number."""
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the index (卷内目录): which papers stand there; `must`, and `unless_failed`.

    `code` is also the name under which a scan is kept; an agreement is owed only if one was made.
    """

    code: str
    title: Words
    must: bool
    kinds: tuple[str, ...]
    unless_failed: bool
    keep: str
    shows: str
    """Object of the table of confidentiality: who may see a scan kept here."""


@cache
def kinds() -> Mapping[str, Kind]:
    """Every kind of paper by code, in the order of their numbers. Raises ValueError on a bad file."""
    read = [_read(path) for path in sorted(_FOLDER.glob("*.toml"))]
    return {kind.code: kind for kind in sorted(read, key=lambda k: _rank(k.number))}


@cache
def entries() -> tuple[Entry, ...]:
    """The index's lines in their order (DOMAIN: 司法部 卷宗文书格式)."""
    data = tomllib.loads(Path(__file__).with_name("index.toml").read_text("utf-8"))
    return tuple(
        Entry(
            code=e["code"],
            title=Words.of(e["title"]),
            must=e.get("must", False),
            kinds=tuple(e.get("kinds", ())),
            unless_failed=e.get("unless_failed", False),
            keep=e["keep"],
            shows=e["shows"],
        )
        for e in data["entry"]
    )


@cache
def vocabulary() -> Mapping[str, Mapping[str, Words]]:
    """Words for codes: list → code → text in both languages."""
    data = tomllib.loads(Path(__file__).with_name("vocabulary.toml").read_text("utf-8"))
    listed = {
        name: {code: Words.of(words) for code, words in codes.items()}
        for name, codes in data.items()
    }
    disputes = {code: Words(f"{zh}纠纷", en) for code, (zh, en) in KINDS.items()}
    return {
        **listed,
        "kind": disputes,
        "source": {c: Words(*names) for c, names in SOURCES.items()},
    }


def _rank(number: str) -> tuple[bool, int]:
    return (number.startswith("K"), int(number.lstrip("K")))


def _read(path: Path) -> Kind:
    data = tomllib.loads(path.read_text("utf-8"))
    each = data.get("each", "")
    it = _element(facts.File, each, path.name) if each else None
    parts = tuple(_part(p, it, path.name) for p in data["parts"])
    return Kind(
        code=path.stem,
        number=data["number"],
        title=Words.of(data["title"]),
        each=each,
        law=Words.of(data["law"]) if "law" in data else None,
        shows=data.get("shows", "papers"),
        bare=data.get("bare", False),
        parts=parts,
    )


def _part(data: Mapping[str, Any], it: Any, name: str) -> Part:
    if data["form"] not in FORMS:
        raise ValueError(f"{name}: there is no form {data['form']!r}; known are {', '.join(FORMS)}")
    scope: dict[str, Any] = {"": facts.File, "it": it}
    each = data.get("each", "")
    if each:
        scope["row"] = _element(*_root(scope, each), name)
    cells = tuple(
        Cell(
            label=Words(c["zh"], c["en"]),
            source=c.get("from", ""),
            shown=c.get("as", ""),
            wide=c.get("wide", False),
            lines=c.get("lines", 1),
            must=c.get("must", False),
            optional=c.get("optional", False),
            sign=c.get("sign", True),
        )
        for c in data.get("cells", ())
    )
    title = Words.of(data["title"]) if "title" in data else None
    text = Words.of(data["text"]) if "text" in data else None
    sources = [c.source for c in cells if c.source] + ([data["when"]] if "when" in data else [])
    for words in (title, text, *(c.label for c in cells)):
        if words:
            sources += [path for path, _ in places(words.zh) + places(words.en)]
    for source in sources:
        check(scope, source, name)
    return Part(
        form=data["form"],
        title=title,
        text=text,
        each=each,
        when=data.get("when", ""),
        cells=cells,
        blank=data.get("blank", 1),
    )


def places(text: str) -> list[tuple[str, str]]:
    """The named places of a text, `{path}` or `{path|shown}`, as (path, shown)."""
    found = []
    for piece in text.split("{")[1:]:
        path, _, shown = piece.partition("}")[0].partition("|")
        found.append((path, shown))
    return found


def check(scope: Mapping[str, Any], source: str, name: str) -> Any:
    """The type at a path; ValueError when the facts have no such thing."""
    kind, rest = _root(scope, source)
    for step in rest.split(".") if rest else ():
        kind = _step(kind, step, f"{name}: {source}")
    return kind


def _root(scope: Mapping[str, Any], source: str) -> tuple[Any, str]:
    first, _, rest = source.partition(".")
    if first in ("it", "row"):
        if scope.get(first) is None:
            raise ValueError(f"{source}: nothing is called “{first}” here")
        return scope[first], rest
    return scope[""], source


def _element(kind: Any, path: str, name: str) -> Any:
    for step in path.split("."):
        kind = _step(kind, step, f"{name}: {path}")
    return get_args(kind)[0] if get_origin(kind) is tuple else _present(kind)


def _step(kind: Any, step: str, where: str) -> Any:
    kind = _present(kind)
    if get_origin(kind) is tuple and get_args(kind)[0] is facts.Side and step in facts.LETTERS:
        return facts.Side
    if is_dataclass(kind):
        if step in {f.name for f in fields(kind)}:
            return get_type_hints(kind)[step]
        described = getattr(kind, step, None)
        if isinstance(described, property):
            return get_type_hints(described.fget)["return"]
    raise ValueError(f"{where}: the facts have no “{step}”")


def _present(kind: Any) -> Any:
    """The type without its None."""
    if isinstance(kind, UnionType):
        return next(k for k in get_args(kind) if k is not type(None))
    return kind
