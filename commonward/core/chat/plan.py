"""Read a conversation from its file, and refuse what does not hold together, in words."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from commonward.core.chat.model import Reply
from commonward.core.refusals import N_, Invalid

TAKES = ("words", "place", "picture", "choice")
KEEPS = ("", "words", "where", "which", "side", "picture", "more", "add")
DOES = ("", "file")
COMMANDS = (
    "stop", "again", "back", "skip", "person", "help", "greeting", "english", "chinese", "yes", "no",
)  # fmt: skip
SAID_ALWAYS = frozenset(
    {
        "hello", "filed", "person_filed", "person_filed_web", "person_what", "person_asked", "added",
        "status", "no_news", "refused", "danger", "outside", "nobody_knows", "strange",
        "strange_large", "strange_unread", "strange_many", "kept", "cut", "slow", "late", "first",
        "must", "choice_place", "takes", "takes_words", "takes_place", "takes_picture", "takes_choice",
        "choice_none", "choice_skip", "choice_back", "choice_new", "nowhere", "shared",
    }
)  # fmt: skip
LONGEST_FORGOTTEN = 86_400
"""Seconds: what a conversation keeps is gone within a day, whatever the file says."""
_FILE = Path(__file__).with_name("report.toml")
_ENDS = re.compile(r"[\s.。!！,，~～]+$")


@dataclass(frozen=True, slots=True)
class Option:
    """An answer that a state offers: where it leads, and what it makes the door do."""

    code: str
    then: str
    does: str = ""


@dataclass(frozen=True, slots=True)
class State:
    """One question: its text, what it takes, what of the draft it fills, and what follows."""

    name: str
    asks: str
    takes: frozenset[str]
    keeps: str = ""
    then: str = ""
    which: str = ""
    side: str = ""
    enquiry: str = ""
    skip: bool = False
    choices: tuple[Option, ...] = ()

    @property
    def leads(self) -> frozenset[str]:
        """The states that may follow."""
        there = {self.then, self.which, self.side, self.enquiry, *(c.then for c in self.choices)}
        return frozenset(there - {""})


@dataclass(frozen=True, slots=True)
class Plan:
    """A conversation, checked."""

    begins: str
    gives_up: str
    forgotten_after: int
    an_hour: int
    most_choices: int
    most_pictures: int
    longest_words: int
    states: Mapping[str, State]
    heard: Mapping[str, str]
    """What is written, as it is compared → the command that it means."""
    status: tuple[str, ...]
    ask_ends: tuple[str, ...]
    ask_words: tuple[str, ...]
    says: Mapping[str, Mapping[str, str]]

    def text(self, name: str, language: str, values: Mapping[str, str] | None = None) -> str:
        """A text in this language ("zh-hans" or "en"), its places filled; lines that are left
        empty are left out."""
        found = self.says[name]["zh" if language.startswith("zh") else "en"]
        if values:
            # A value may itself hold braces: each place is filled once.
            found = re.sub(r"\{(\w+)\}", lambda hit: str(values.get(hit[1], hit[0])), found)
        return "\n".join(line.strip() for line in found.split("\n") if line.strip())

    def told(self, reply: Reply, language: str) -> str:
        """The words of a reply; a value with "@" before it is the name of a text."""
        return self.text(
            reply.text, language, {k: self.label(v, language) for k, v in reply.values.items()}
        )

    def label(self, choice: str, language: str) -> str:
        """An answer as it is offered."""
        named = choice[1:] if choice.startswith("@") else ""
        return self.text(named, language) if named in self.says else choice


def compared(text: str) -> str:
    """As commands and choices are compared.

    >>> compared(" Start  AGAIN。")
    'start again'
    """
    plain = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    return _ENDS.sub("", plain)


@cache
def shipped() -> Plan:
    """The conversation that is shipped."""
    return plan_of(_FILE.read_text(encoding="utf-8"))


def plan_of(text: str) -> Plan:
    """A conversation from its file. Raises Invalid, naming what is wrong and what would be right."""
    try:
        read = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise Invalid(N_("The conversation cannot be read: {why}"), why=str(fault)) from fault
    states = {name: _state(name, one) for name, one in _table(read, "states").items()}
    says = _table(read, "says")
    plan = Plan(
        begins=str(read.get("begins", "")),
        gives_up=str(read.get("gives_up", "")),
        forgotten_after=_number(read, "forgotten_after", 60, LONGEST_FORGOTTEN),
        an_hour=_number(read, "an_hour", 10, 1000),
        most_choices=_number(read, "most_choices", 2, 5),
        most_pictures=_number(read, "most_pictures", 0, 6),
        longest_words=_number(read, "longest_words", 100, 4000),
        states=states,
        heard=_heard(_table(read, "commands")),
        status=tuple(map(compared, _table(read, "status").get("words", ()))),
        ask_ends=tuple(_table(read, "asks").get("ends", ())),
        ask_words=tuple(map(compared, _table(read, "asks").get("words", ()))),
        says=says,
    )
    _checked_states(plan)
    _checked_texts(plan)
    return plan


def _table(read: Mapping[str, Any], name: str) -> dict[str, Any]:
    found = read.get(name)
    if not isinstance(found, dict):
        raise Invalid(N_("The conversation has no part [{part}]."), part=name)
    return found


def _number(read: Mapping[str, Any], name: str, least: int, most: int) -> int:
    found = read.get(name)
    if type(found) is not int or not least <= found <= most:
        raise Invalid(
            N_("“{name}” must be a whole number from {least} to {most}."),
            name=name, least=least, most=most,
        )  # fmt: skip
    return found


def _state(name: str, read: Mapping[str, Any]) -> State:
    allowed = {f for f in State.__slots__ if f != "name"}
    strange = sorted(set(read) - allowed)
    takes = frozenset(read.get("takes", ()))
    keeps = read.get("keeps", "")
    if strange or not takes <= set(TAKES) or not takes or keeps not in KEEPS:
        wrong = strange or sorted(takes - set(TAKES)) or [keeps or "takes"]
        raise Invalid(
            N_("The state “{state}” cannot have “{wrong}”; it may take {takes} and keep {keeps}."),
            state=name, wrong=wrong[0], takes=", ".join(TAKES), keeps=", ".join(KEEPS[1:]),
        )  # fmt: skip
    options = []
    for one in read.get("choices", ()):
        if (
            not one.get("code")
            or one.get("does", "") not in DOES
            or set(one) - {"code", "then", "does"}
        ):
            raise Invalid(
                N_("A choice of “{state}” needs a code and a state that follows; it may do: file."),
                state=name,
            )
        options.append(Option(one["code"], one.get("then", ""), one.get("does", "")))
    return State(
        name=name, asks=read.get("asks", ""), takes=takes, keeps=keeps, then=read.get("then", ""),
        which=read.get("which", ""), side=read.get("side", ""), enquiry=read.get("enquiry", ""),
        skip=bool(read.get("skip", False)), choices=tuple(options),
    )  # fmt: skip


def _heard(read: Mapping[str, Any]) -> dict[str, str]:
    if set(read) != set(COMMANDS):
        raise Invalid(
            N_("The commands are {right}, each with its words."), right=", ".join(COMMANDS)
        )
    found: dict[str, str] = {}
    for name, words in read.items():
        for word in words:
            plain = compared(word)
            if not plain or found.get(plain, name) != name or plain.isdecimal():
                raise Invalid(
                    N_("“{word}” cannot mean “{name}”: it is empty, a number, or means another."),
                    word=word, name=name,
                )  # fmt: skip
            found[plain] = name
    for name in ("stop", "again", "back", "skip"):
        if name not in found.values():
            raise Invalid(N_("Nothing that is written means “{name}”."), name=name)
    return found


def _checked_states(plan: Plan) -> None:
    for name in (plan.begins, plan.gives_up):
        if name not in plan.states:
            raise Invalid(N_("There is no state “{state}”."), state=name)
    for state in plan.states.values():
        _checked_state(plan, state)
    if "words" not in plan.states[plan.begins].takes:
        raise Invalid(N_("The first state must take words."))
    filing = {s.name for s in plan.states.values() if any(c.does == "file" for c in s.choices)}
    if not filing:
        raise Invalid(N_("No choice of the conversation files the report."))
    there, new = {plan.begins, plan.gives_up}, [plan.begins, plan.gives_up]
    while new:
        more = plan.states[new.pop()].leads - there
        there |= more
        new += more
    for name in sorted(set(plan.states) - there):
        raise Invalid(N_("Nothing leads to the state “{state}”."), state=name)


def _checked_state(plan: Plan, state: State) -> None:
    for leads in state.leads:
        if leads not in plan.states:
            raise Invalid(N_("There is no state “{state}”."), state=leads)
    if state.keeps and not state.then:
        raise Invalid(N_("Nothing follows the state “{state}”."), state=state.name)
    if "choice" in state.takes and not (state.choices or state.keeps in ("which", "side")):
        raise Invalid(N_("The state “{state}” offers no choice."), state=state.name)
    if any(not option.then for option in state.choices):
        raise Invalid(N_("Nothing follows the state “{state}”."), state=state.name)


def _checked_texts(plan: Plan) -> None:
    wanted = set(SAID_ALWAYS) | {state.asks for state in plan.states.values()}
    wanted |= {f"choice_{o.code}" for state in plan.states.values() for o in state.choices}
    for name in sorted(wanted):
        texts = plan.says.get(name, {})
        if not isinstance(texts, dict) or not (texts.get("en") and texts.get("zh")):
            raise Invalid(N_("The text “{name}” is needed in both languages (en, zh)."), name=name)
