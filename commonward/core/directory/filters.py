"""Filters and paths of SCIM (RFC 7644, 3.4.2.2 and 3.5.2): read into conditions, or refused.

What is asked of accounts is narrow on purpose: equal to, and several of it with "and". There is no
search for a part of a name here.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from commonward.core.refusals import N_, Invalid

CORE_USER = "urn:ietf:params:scim:schemas:core:2.0:User"
CORE_GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
LONGEST = 2_000
"""Characters of a filter or path; longer ones are refused before they are read."""
MOST_CONDITIONS = 10

_NAME = re.compile(r"[A-Za-z$][\w$-]*", re.ASCII)
_ATTRIBUTE = re.compile(r"[A-Za-z$][\w$-]*(?:\.[A-Za-z$][\w$-]*)?", re.ASCII)
_URN = re.compile(r"urn:[A-Za-z0-9][\w.:-]*", re.ASCII)
_WORD = re.compile(r"\s*([A-Za-z]+)\s*")
_LITERAL = re.compile(r'"(?:[^"\\]|\\.)*"|true|false|null|-?\d+(?:\.\d+)?', re.IGNORECASE)
_NO_FILTER = N_('“{given}” is no filter that is understood here: write attribute eq "value".')
_NO_PATH = N_("“{given}” is no path of an attribute.")


@dataclass(frozen=True, slots=True)
class Condition:
    """An attribute is equal to a value (`eq`), or is there at all (`pr`)."""

    attribute: str
    value: Any = None
    present: bool = False


@dataclass(frozen=True, slots=True)
class Path:
    """Where a change goes: an attribute, those of its values that fit, a part of them.

    `schema` is the extension that the attribute stands in, "" for the resource itself; `attribute`
    is "" where the whole extension is meant.
    """

    attribute: str
    schema: str = ""
    conditions: tuple[Condition, ...] = ()
    part: str = ""

    def __str__(self) -> str:
        """As it is written on the line."""
        told = f"{self.schema}:{self.attribute}".rstrip(":") if self.schema else self.attribute
        if self.conditions:
            told += f"[{' and '.join(_written(one) for one in self.conditions)}]"
        return f"{told}.{self.part}" if self.part else told


def _written(one: Condition) -> str:
    return f"{one.attribute} pr" if one.present else f"{one.attribute} eq {json.dumps(one.value)}"


def read_filter(text: str) -> tuple[Condition, ...]:
    """The conditions of a filter, all of which hold. Raises Invalid with the code invalidFilter."""
    return _conditions(text, _NO_FILTER, "invalidFilter")


def asked(text: str, known: Mapping[str, type]) -> dict[str, Any]:
    """What a filter asks of these attributes, by their names. Raises Invalid (invalidFilter)."""
    names = {name.casefold(): name for name in known}
    found: dict[str, Any] = {}
    for one in read_filter(text):
        name = names.get(one.attribute.casefold())
        if name is None or one.present:
            raise Invalid(
                N_("Here {known} can be asked for with “eq”, and nothing else."),
                code="invalidFilter",
                known=", ".join(known),
            )
        value = truth(one.value) if known[name] is bool else one.value
        if not isinstance(value, known[name]) or found.get(name, value) != value:
            raise Invalid(_NO_FILTER, code="invalidFilter", given=text[:80])
        found[name] = value
    return found


def truth(value: Any) -> bool:
    """Yes or no, also where a directory writes it as a word. Raises Invalid (invalidValue)."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.strip().casefold() in ("true", "false"):
        return value.strip().casefold() == "true"
    raise Invalid(N_("“active” is true or false."), code="invalidValue", field="active")


def read_path(text: str) -> Path:
    """A path of a change. Raises Invalid with the code invalidPath."""
    if not isinstance(text, str) or len(text) > LONGEST:
        raise Invalid(_NO_PATH, code="invalidPath", given=str(text)[:80])
    given = text.strip()
    schema, rest = _schema(given)
    if not rest:
        if schema in ("", CORE_USER, CORE_GROUP):
            raise Invalid(_NO_PATH, code="invalidPath", given=given[:80])
        return Path("", schema)
    schema = "" if schema in (CORE_USER, CORE_GROUP) else schema
    name = _NAME.match(rest)
    if name is None:
        raise Invalid(_NO_PATH, code="invalidPath", given=given[:80])
    after = rest[name.end() :]
    conditions: tuple[Condition, ...] = ()
    if after.startswith("["):
        ends = _closing(after)
        if ends < 0:
            raise Invalid(_NO_PATH, code="invalidPath", given=given[:80])
        conditions = _conditions(after[1:ends], _NO_PATH, "invalidPath")
        after = after[ends + 1 :]
    part = ""
    if after.startswith("."):
        if not _NAME.fullmatch(after[1:]):
            raise Invalid(_NO_PATH, code="invalidPath", given=given[:80])
        part, after = after[1:], ""
    if after:
        raise Invalid(_NO_PATH, code="invalidPath", given=given[:80])
    return Path(name.group(), schema, conditions, part)


def _schema(given: str) -> tuple[str, str]:
    """The schema before an attribute, and the attribute with what follows it."""
    if given[:4].casefold() != "urn:":
        return "", given
    for known in (ENTERPRISE, CORE_USER, CORE_GROUP):
        if given.casefold() == known.casefold():
            return known, ""
        if given.casefold().startswith(f"{known.casefold()}:"):
            return known, given[len(known) + 1 :]
    head, _, _ = given.partition("[")
    schema, _, _ = head.rpartition(":")
    if not _URN.fullmatch(schema):
        raise Invalid(_NO_PATH, code="invalidPath", given=given[:80])
    return schema, given[len(schema) + 1 :]


def _closing(text: str) -> int:
    """Where the bracket that opens this text is closed, outside of quoted values; -1 nowhere."""
    at, quoted = 1, False
    while at < len(text):
        if quoted and text[at] == "\\":
            at += 1
        elif text[at] == '"':
            quoted = not quoted
        elif text[at] == "]" and not quoted:
            return at
        at += 1
    return -1


def _conditions(text: str, refusal: str, code: str) -> tuple[Condition, ...]:
    given = text.strip() if isinstance(text, str) else ""
    if not given or len(given) > LONGEST:
        raise Invalid(refusal, code=code, given=given[:80])
    found: list[Condition] = []
    rest = given
    while True:
        one, rest = _condition(rest, refusal, code)
        found.append(one)
        if not rest.strip():
            return tuple(found)
        joined = _WORD.match(rest)
        if joined is None or joined.group(1).casefold() != "and" or len(found) >= MOST_CONDITIONS:
            raise Invalid(refusal, code=code, given=given[:80])
        rest = rest[joined.end() :]


def _condition(text: str, refusal: str, code: str) -> tuple[Condition, str]:
    text = text.lstrip()
    schema, rest = _schema(text.split(" ", 1)[0]) if text[:4].casefold() == "urn:" else ("", text)
    if schema:
        rest = text[len(schema) + 1 :]
    name = _ATTRIBUTE.match(rest)
    how = _WORD.match(rest, name.end()) if name is not None else None
    if name is None or how is None:
        raise Invalid(refusal, code=code, given=text[:80])
    attribute = (
        name.group() if schema in ("", CORE_USER, CORE_GROUP) else f"{schema}:{name.group()}"
    )
    operator = how.group(1).casefold()
    if operator == "pr":
        return Condition(attribute, present=True), rest[how.end() :]
    literal = _LITERAL.match(rest, how.end())
    if operator != "eq" or literal is None:
        raise Invalid(refusal, code=code, given=text[:80])
    try:
        value = json.loads(_lowered(literal.group()))
    except ValueError:
        raise Invalid(refusal, code=code, given=text[:80]) from None
    return Condition(attribute, value), rest[literal.end() :]


def _lowered(literal: str) -> str:
    return literal if literal.startswith('"') else literal.lower()


def fits(item: Mapping[str, Any], conditions: Iterable[Condition]) -> bool:
    """Whether a value of several is the one that is meant."""
    return all(_holds(item, one) for one in conditions)


def _holds(item: Mapping[str, Any], one: Condition) -> bool:
    found = next((v for k, v in item.items() if k.casefold() == one.attribute.casefold()), None)
    if one.present:
        return found not in (None, "", [])
    if isinstance(found, bool) or isinstance(one.value, bool):
        return _flag(found) is not None and _flag(found) == _flag(one.value)
    return bool(found == one.value)


def _flag(value: Any) -> bool | None:
    try:
        return truth(value)
    except Invalid:
        return None
