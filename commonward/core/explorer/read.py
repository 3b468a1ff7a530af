"""Read an explorer from its file: every wrong or missing entry is named in words."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from commonward.core.explorer.model import (
    Answer,
    Cited,
    Contact,
    Explorer,
    Fact,
    Field,
    Gate,
    Kind,
    Letter,
    Question,
    Route,
)
from commonward.core.procedures.model import Text
from commonward.core.refusals import N_, Invalid

_FILE = Path(__file__).parent / "explorer.toml"
_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
LONGEST = 400_000
"""Characters that an explorer's file may have."""
MOST_QUESTIONS = 300
"""Questions that it may have: they are followed one inside the other."""

_TOP = {"title", "start", "most", "questions", "gates", "kinds", "routes", "contacts", "letters"}
_QUESTION = {"ask", "hint", "answers"}
_ANSWER = {"code", "say", "hint", "next", "gate", "ends", "kind", "facts", "first", "last", "adds"}
_GATE = {"fact", "title", "why", "then", "source", "contacts", "urgent"}
_KIND = {"title", "routes", "letter"}
_ROUTE = {"title", "what", "limits", "cost", "papers", "contact", "letter", "registers"}
_CONTACT = {"title", "phone", "where", "hours"}
_LETTER = {"title", "fields", "text"}


def shipped_text() -> str:
    """The file that comes with the product."""
    return _FILE.read_text(encoding="utf-8")


@cache
def shipped() -> Explorer:
    """The explorer that comes with the product."""
    return parse(read_toml(shipped_text()))


def read_toml(text: str) -> dict[str, Any]:
    """A file's text as data. Raises Invalid with the line where it is not TOML."""
    if len(text) > LONGEST:
        raise Invalid(
            N_("The file has {given} characters; at most {most} are taken."),
            given=len(text),
            most=LONGEST,
            code="explorer",
        )
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as wrong:
        raise Invalid(
            N_("This is not a readable file: {wrong}."), wrong=str(wrong), code="explorer"
        ) from wrong


def parse(data: Mapping[str, Any]) -> Explorer:
    """The explorer in a parsed file. Raises Invalid naming the entry that is wrong.

    Whether the whole makes sense is `check`'s part.
    """
    _known(data, _TOP, "explorer")
    most = data.get("most")
    if not isinstance(most, int) or isinstance(most, bool) or not 1 <= most <= 30:
        raise _wrong("most", N_("{where}: a whole number from 1 to 30 belongs here."))
    if len(_tables(data, "questions")) > MOST_QUESTIONS:
        raise _wrong("questions", N_("{where}: at most {most} are taken."), most=MOST_QUESTIONS)
    return Explorer(
        title=_text(data.get("title"), "title"),
        start=_string(data.get("start"), "start"),
        most=most,
        questions={c: _question(c, d) for c, d in _tables(data, "questions")},
        gates={c: _gate(c, d) for c, d in _tables(data, "gates")},
        kinds={c: _kind(c, d) for c, d in _tables(data, "kinds")},
        routes={c: _route(c, d) for c, d in _tables(data, "routes")},
        contacts={c: _contact(c, d) for c, d in _tables(data, "contacts")},
        letters={c: _letter(c, d) for c, d in _tables(data, "letters")},
    )


def _wrong(where: str, text: str, **values: Any) -> Invalid:
    return Invalid(text, where=where, code="explorer", **values)


def _known(given: Mapping[str, Any], known: set[str], where: str) -> None:
    unknown = sorted(set(given) - known)
    if unknown:
        raise _wrong(
            where,
            N_("{where}: “{key}” is not an entry of an explorer. Known here are: {known}."),
            key=unknown[0],
            known=", ".join(sorted(known)),
        )


def _tables(data: Mapping[str, Any], name: str) -> list[tuple[str, Mapping[str, Any]]]:
    found = data.get(name, {})
    if not isinstance(found, Mapping) or not all(isinstance(v, Mapping) for v in found.values()):
        raise _wrong(name, N_("{where}: named tables belong here, such as [{where}.name]."))
    for code in found:
        _code(code, f"{name}.{code}")
    return list(found.items())


def _code(value: Any, where: str) -> str:
    if not isinstance(value, str) or not _CODE.fullmatch(value):
        raise _wrong(
            where,
            N_("{where}: a code is small Latin letters, digits and _, and begins with a letter."),
        )
    return value


def _string(value: Any, where: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _wrong(where, N_("{where}: a text is missing here."))
    return value.strip()


def _text(value: Any, where: str) -> Text:
    both = isinstance(value, Mapping) and set(value) == {"en", "zh"}
    if not both or not all(isinstance(t, str) and t.strip() for t in value.values()):
        raise _wrong(
            where, N_("{where}: give the text in both languages, {{ en = “…”, zh = “…” }}.")
        )
    return Text(value["en"].strip(), value["zh"].strip())


def _perhaps(value: Any, where: str) -> Text | None:
    return None if value is None else _text(value, where)


def _list(value: Any, where: str) -> Sequence[Any]:
    if not isinstance(value, list):
        raise _wrong(where, N_("{where}: a list belongs here, such as [ … ]."))
    return value


def _codes(value: Any, where: str) -> tuple[str, ...]:
    return tuple(_code(one, where) for one in _list(value, where))


def _flag(value: Any, where: str) -> bool:
    if not isinstance(value, bool):
        raise _wrong(where, N_("{where}: true or false belongs here."))
    return value


def _entry(value: Any, known: set[str], where: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise _wrong(where, N_("{where}: an entry in braces belongs here, such as {{ … }}."))
    _known(value, known, where)
    return value


def _question(code: str, data: Mapping[str, Any]) -> Question:
    where = f"questions.{code}"
    _known(data, _QUESTION, where)
    answers: list[Answer] = []
    for place, given in enumerate(_list(data.get("answers", []), f"{where}.answers"), 1):
        answer = _answer(given, f"{where}.answers[{place}]")
        if any(answer.code == a.code for a in answers):
            raise _wrong(
                where, N_("{where}: the answer “{answer}” stands twice."), answer=answer.code
            )
        answers.append(answer)
    return Question(
        code=code,
        ask=_text(data.get("ask"), f"{where}.ask"),
        hint=_perhaps(data.get("hint"), f"{where}.hint"),
        answers=tuple(answers),
    )


def _answer(given: Any, place: str) -> Answer:
    data = _entry(given, _ANSWER, place)
    code = _code(data.get("code"), f"{place}.code")
    where = f"{place} ({code})"
    return Answer(
        code=code,
        say=_text(data.get("say"), f"{where}.say"),
        hint=_perhaps(data.get("hint"), f"{where}.hint"),
        next=_code(data["next"], f"{where}.next") if "next" in data else "",
        gate=_code(data["gate"], f"{where}.gate") if "gate" in data else "",
        ends=_flag(data.get("ends", False), f"{where}.ends"),
        kind=_code(data["kind"], f"{where}.kind") if "kind" in data else "",
        facts=_facts(data.get("facts", {}), f"{where}.facts"),
        first=_codes(data.get("first", []), f"{where}.first"),
        last=_codes(data.get("last", []), f"{where}.last"),
        adds=_codes(data.get("adds", []), f"{where}.adds"),
    )


def _facts(value: Any, where: str) -> dict[str, Fact]:
    if not isinstance(value, Mapping):
        raise _wrong(where, N_("{where}: an entry in braces belongs here, such as {{ … }}."))
    for name, fact in value.items():
        _code(name, where)
        if not isinstance(fact, bool | int | float):
            raise _wrong(where, N_("{where}: “{name}” must be true, false or a number."), name=name)
    return dict(value)


def _gate(code: str, data: Mapping[str, Any]) -> Gate:
    where = f"gates.{code}"
    _known(data, _GATE, where)
    return Gate(
        code=code,
        fact=_code(data.get("fact"), f"{where}.fact"),
        title=_text(data.get("title"), f"{where}.title"),
        why=_text(data.get("why"), f"{where}.why"),
        then=_text(data.get("then"), f"{where}.then"),
        source=_text(data.get("source"), f"{where}.source"),
        contacts=_codes(data.get("contacts", []), f"{where}.contacts"),
        urgent=_flag(data.get("urgent", False), f"{where}.urgent"),
    )


def _kind(code: str, data: Mapping[str, Any]) -> Kind:
    where = f"kinds.{code}"
    _known(data, _KIND, where)
    return Kind(
        code=code,
        title=_text(data.get("title"), f"{where}.title"),
        routes=_codes(data.get("routes", []), f"{where}.routes"),
        letter=_code(data["letter"], f"{where}.letter") if "letter" in data else "",
    )


def _cited(given: Any, where: str) -> Cited:
    data = _entry(given, {"text", "source", "kinds"}, where)
    return Cited(
        text=_text(data.get("text"), f"{where}.text"),
        source=_perhaps(data.get("source"), f"{where}.source"),
        kinds=_codes(data.get("kinds", []), f"{where}.kinds"),
    )


def _route(code: str, data: Mapping[str, Any]) -> Route:
    where = f"routes.{code}"
    _known(data, _ROUTE, where)
    limits = enumerate(_list(data.get("limits", []), f"{where}.limits"), 1)
    papers = enumerate(_list(data.get("papers", []), f"{where}.papers"), 1)
    return Route(
        code=code,
        title=_text(data.get("title"), f"{where}.title"),
        what=_text(data.get("what"), f"{where}.what"),
        contact=_code(data["contact"], f"{where}.contact") if "contact" in data else "",
        limits=tuple(_cited(d, f"{where}.limits[{n}]") for n, d in limits),
        cost=_cited(data["cost"], f"{where}.cost") if "cost" in data else None,
        papers=tuple(_text(d, f"{where}.papers[{n}]") for n, d in papers),
        letter=_code(data["letter"], f"{where}.letter") if "letter" in data else "",
        registers=_flag(data.get("registers", False), f"{where}.registers"),
    )


def _contact(code: str, data: Mapping[str, Any]) -> Contact:
    where = f"contacts.{code}"
    _known(data, _CONTACT, where)
    phone = data.get("phone", "")
    if not isinstance(phone, str) or not re.fullmatch(r"[0-9 +()-]{0,30}", phone):
        raise _wrong(where, N_("{where}: a telephone number is digits, spaces, + and - only."))
    return Contact(
        code=code,
        title=_text(data.get("title"), f"{where}.title"),
        phone=phone.strip(),
        where=_perhaps(data.get("where"), f"{where}.where"),
        hours=_perhaps(data.get("hours"), f"{where}.hours"),
    )


def _letter(code: str, data: Mapping[str, Any]) -> Letter:
    where = f"letters.{code}"
    _known(data, _LETTER, where)
    fields: list[Field] = []
    for place, given in enumerate(_list(data.get("fields", []), f"{where}.fields"), 1):
        at = f"{where}.fields[{place}]"
        entry = _entry(given, {"code", "label", "long"}, at)
        fields.append(
            Field(
                code=_code(entry.get("code"), f"{at}.code"),
                label=_text(entry.get("label"), f"{at}.label"),
                long=_flag(entry.get("long", False), f"{at}.long"),
            )
        )
    return Letter(
        code=code,
        title=_text(data.get("title"), f"{where}.title"),
        fields=tuple(fields),
        text=_text(data.get("text"), f"{where}.text"),
    )
