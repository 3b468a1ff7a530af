"""Question cards (问询卡) and run cards (出动预案): a kind of call × answers → priority and needs.

A card asks about what is happening, never about who somebody is: such a card is refused, as is a
table that grades disputes so. A site edits the text (TOML); each text is a version, and every
incident names the version that it was asked under.
"""

import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from commonward.core.grading import asks_about_people
from commonward.core.procedures.model import Text
from commonward.core.refusals import N_, Invalid
from commonward.core.urgent.words import AGENCIES, PRIORITIES

_FILE = Path(__file__).parent / "cards.toml"
_CODE = re.compile(r"[a-z][a-z0-9_]{1,19}")
MOST_CARDS, MOST_QUESTIONS, MOST_RULES, MOST_LEVEL, MOST_UNITS = 60, 12, 40, 9, 99
_LONGEST = 300

Answers = Mapping[str, bool | int]


@dataclass(frozen=True, slots=True)
class Question:
    """One question to the caller; the answer is "yes_no" or a whole "number"."""

    code: str
    kind: str
    ask: Text


@dataclass(frozen=True, slots=True)
class Wanted:
    """So many units of a force and kind ("" is any), each with these skills and this crew."""

    agency: str
    kind: str = ""
    number: int = 1
    skills: tuple[str, ...] = ()
    crew: int = 0

    def to_data(self) -> dict[str, Any]:
        """Plain values, as an incident keeps them."""
        return {
            "agency": self.agency, "kind": self.kind, "number": self.number,
            "skills": list(self.skills), "crew": self.crew,
        }  # fmt: skip


def wanted_from(data: Iterable[Mapping[str, Any]]) -> tuple[Wanted, ...]:
    """The same again from plain values."""
    return tuple(
        Wanted(
            agency=str(row["agency"]),
            kind=str(row.get("kind", "")),
            number=int(row.get("number", 1)),
            skills=tuple(row.get("skills", ())),
            crew=int(row.get("crew", 0)),
        )
        for row in data
    )


@dataclass(frozen=True, slots=True)
class Rule:
    """If every answer is as said, the priority is at least this and the alarm level too.

    `when` holds (question, test, value): test "is" for yes or no, "at_least" for a number.
    """

    when: tuple[tuple[str, str, bool | int], ...]
    priority: str
    level: int
    reason: Text


@dataclass(frozen=True, slots=True)
class Card:
    """Everything about one kind of call. `say` is what the caller is told meanwhile.

    A `confidential` one is seen by who coordinates and by the units sent, and by nobody else.
    """

    kind: str
    title: Text
    say: Text
    confidential: bool
    priority: str
    questions: tuple[Question, ...]
    rules: tuple[Rule, ...]
    levels: Mapping[int, tuple[Wanted, ...]]


@dataclass(frozen=True, slots=True)
class Cards:
    """All cards of one text; `version` is the beginning of its digest."""

    version: str
    cards: Mapping[str, Card]


@dataclass(frozen=True, slots=True)
class Assessed:
    """What the answers say: priority, alarm level, the units needed, and which rules said so."""

    priority: str
    level: int
    needs: tuple[Wanted, ...]
    reasons: tuple[Text, ...]


def assess(card: Card, answers: Answers) -> Assessed:
    """The most pressing of what the rules say of these answers; without any the card's own.

    Raises Invalid naming an answer that nobody asked for, or one of the wrong kind.
    """
    kinds = {q.code: q.kind for q in card.questions}
    for code, answer in answers.items():
        if code not in kinds:
            raise Invalid(N_("Nobody asks {question} on this card."), field=code, question=code)
        if isinstance(answer, bool) != (kinds[code] == "yes_no") or (
            not isinstance(answer, bool) and not 0 <= answer <= 1_000_000
        ):
            raise Invalid(
                N_("The answer to {question} is yes or no, or a whole number, as the card asks."),
                field=code,
                question=code,
            )
    priority, level, reasons = card.priority, 1, []
    order = list(PRIORITIES)
    for rule in card.rules:
        if all(_holds(test, value, answers.get(code)) for code, test, value in rule.when):
            reasons.append(rule.reason)
            level = max(level, rule.level)
            priority = min(priority, rule.priority, key=order.index)
    best = max((n for n in card.levels if n <= level), default=min(card.levels))
    return Assessed(priority, level, card.levels[best], tuple(reasons))


def _holds(test: str, value: bool | int, answer: bool | int | None) -> bool:
    if answer is None:
        return False
    return answer == value if test == "is" else answer >= value


def shipped_text() -> str:
    """The cards that the product ships, as they are written."""
    return _FILE.read_text(encoding="utf-8")


@cache
def shipped_cards() -> Cards:
    """The cards that the product ships."""
    return read_cards(shipped_text())


def read_cards(text: str) -> Cards:
    """The cards of a TOML text. Raises Invalid with the first fault, in words."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise Invalid(
            N_("The cards cannot be read: {fault}."), field="text", fault=str(fault)
        ) from None
    rows = _rows(data.get("card"))
    if set(data) != {"card"} or not 1 <= len(rows) <= MOST_CARDS:
        raise Invalid(
            N_("Cards are [[card]]s and nothing else, at most {most}."), field="text",
            most=MOST_CARDS,
        )  # fmt: skip
    cards: dict[str, Card] = {}
    for row in rows:
        card = _card(row)
        if card.kind in cards:
            raise _wrong(N_("The card {card} stands twice."), card.kind)
        cards[card.kind] = card
    return Cards(hashlib.sha256(text.encode()).hexdigest()[:12], cards)


def _card(row: Mapping[str, Any]) -> Card:
    kind = str(row.get("kind", ""))
    known = {"kind", "title", "say", "confidential", "priority", "question", "rule", "level"}
    if not _CODE.fullmatch(kind) or set(row) - known:
        raise _wrong(
            N_("The card {card} needs a short kind, and only the entries that cards have."), kind
        )
    questions = tuple(_question(kind, q) for q in _rows(row.get("question")))
    rules = _rows(row.get("rule"))
    if len(questions) > MOST_QUESTIONS or len(rules) > MOST_RULES:
        raise _wrong(N_("The card {card} is too long: a caller is waiting."), kind)
    if len({q.code for q in questions}) != len(questions):
        raise _wrong(N_("The card {card} asks a question twice."), kind)
    kinds = {q.code: q.kind for q in questions}
    return Card(
        kind=kind,
        title=_text(kind, row.get("title")),
        say=_text(kind, row.get("say")) if row.get("say") else Text("", ""),
        confidential=row.get("confidential") is True,
        priority=_priority(kind, row.get("priority", "routine")),
        questions=questions,
        rules=tuple(_rule(kind, r, kinds) for r in rules),
        levels=_levels(kind, _rows(row.get("level"))),
    )


def _question(kind: str, row: Mapping[str, Any]) -> Question:
    code, sort = str(row.get("code", "")), str(row.get("kind", ""))
    if not _CODE.fullmatch(code) or sort not in ("yes_no", "number"):
        raise _wrong(N_("A question of the card {card} has a short code, and asks yes_no or number."), kind)  # fmt: skip
    ask = _text(kind, row.get("ask"))
    for words in (code.replace("_", " "), ask.en, ask.zh):
        if word := asks_about_people(words):
            raise Invalid(
                N_(
                    "The card {card} asks about people (“{word}”). Help is sent by what is "
                    "happening, never by who somebody is or what they did before."
                ),
                field="text",
                code="about_people",
                card=kind,
                word=word,
            )
    return Question(code, sort, ask)


def _rule(kind: str, row: Mapping[str, Any], kinds: Mapping[str, str]) -> Rule:
    when = []
    for code, value in (row.get("when") or {}).items():
        if code not in kinds or isinstance(value, bool) != (kinds[code] == "yes_no"):
            raise _wrong(N_("A rule of the card {card} looks at an answer that is not asked for."), kind)  # fmt: skip
        if not isinstance(value, bool | int):
            raise _wrong(N_("A rule of the card {card} compares with yes, no or a number."), kind)
        when.append((code, "is" if isinstance(value, bool) else "at_least", value))
    if not when:
        raise _wrong(N_("A rule of the card {card} says in `when` which answers it needs."), kind)
    return Rule(
        tuple(when),
        _priority(kind, row.get("priority", "routine")),
        _whole(kind, row.get("level", 1), 1, MOST_LEVEL),
        _text(kind, row.get("reason")),
    )


def _levels(kind: str, rows: Sequence[Mapping[str, Any]]) -> Mapping[int, tuple[Wanted, ...]]:
    found: dict[int, tuple[Wanted, ...]] = {}
    for row in rows:
        number = _whole(kind, row.get("number"), 1, MOST_LEVEL)
        needs = tuple(_wanted(kind, n) for n in _rows(row.get("send")))
        if not needs or number in found:
            raise _wrong(N_("Each level of the card {card} stands once, and sends somebody."), kind)
        found[number] = needs
    if not found:
        raise _wrong(N_("The card {card} sends nobody: give it a level."), kind)
    return found


def _wanted(kind: str, row: Mapping[str, Any]) -> Wanted:
    agency = str(row.get("agency", ""))
    if agency not in AGENCIES or set(row) - {"agency", "kind", "number", "skills", "crew"}:
        raise Invalid(
            N_("The card {card} sends “{agency}”; the forces are {known}."),
            field="text",
            card=kind,
            agency=agency,
            known=", ".join(AGENCIES),
        )
    return Wanted(
        agency,
        str(row.get("kind", ""))[:20],
        _whole(kind, row.get("number", 1), 1, MOST_UNITS),
        tuple(sorted(str(s)[:20] for s in row.get("skills", ()))),
        _whole(kind, row.get("crew", 0), 0, MOST_UNITS),
    )


def _priority(kind: str, given: Any) -> str:
    if given not in PRIORITIES:
        raise _wrong(N_("A priority of the card {card} is critical, urgent or routine."), kind)
    return str(given)


def _whole(kind: str, given: Any, least: int, most: int) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or not least <= given <= most:
        raise _wrong(N_("A number of the card {card} is missing or out of bounds."), kind)
    return given


def _text(kind: str, given: Any) -> Text:
    both = (given.get("en"), given.get("zh")) if isinstance(given, Mapping) else ()
    if len(both) != 2 or not all(isinstance(t, str) and 0 < len(t) <= _LONGEST for t in both):
        raise _wrong(N_("The card {card} needs each text in both languages."), kind)
    return Text(str(both[0]), str(both[1]))


def _rows(given: Any) -> list[dict[str, Any]]:
    if isinstance(given, list) and all(isinstance(row, dict) for row in given):
        return given
    return []


def _wrong(text: str, kind: str) -> Invalid:
    return Invalid(text, field="text", card=kind)
