"""The table of facts and rules of grading, as a site writes it (TOML), and what is refused in it."""

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from commonward.core.refusals import N_, Invalid

_FILE = Path(__file__).parent / "table.toml"
_NAME = re.compile(r"[a-z][a-z0-9_]{1,49}")

COLOURS = ("blue", "yellow", "red")
"""From the calmest to the most urgent (蓝、黄、红)."""

MOST_FACTS, MOST_RULES, MOST_FIGURE = 60, 100, 10**12
_LONGEST = 300

_OF_PEOPLE = re.compile(
    r"characters?(?!istic)|temper(?:ament)?\b|personalit|reputation|mental|psychiatr|disorder"
    r"|addict|alcohol|drunk|drug|gambl|convict|criminal|crime|felon|prison|jail|arrest|offen[cd]e"
    r"|police_?record|previous|prior[ _](?:case|dispute|incident)|history|past_|before_?this|petitioner|petitions?\b"
    r"|complains?\b|complain(?:t|er)s?_?(?:before|count|often|many)|troublemak|quarrelsome"
    r"|extrem(?:e|ist)|religio|faith|belief|believ|church|politic|party_member|dissident|ethnic"
    r"|nationalit|\brace\b|racial|tribe|caste|skin|migrant|hukou|household_registration|outsider"
    r"|foreigner|gender|\bsex\b|sexual|\bgay\b|marital|divorced|pregnan|disabilit|disabled"
    r"|\bage\b|age_of|education|schooling|illitera|occupation|jobless|unemploy|profession"
    r"|income|wealth|poor\b|poverty|credit|debts?_|social_score|scores?\b|rating"
    r"|risk_?person|key_?person|person_?type|type_?of_?person|kind_?of_?person|watch_?list"
    r"|dangerous_?person|name\b|names\b|phone|telephone|e_?mail|wechat|id_?card|passport"
    r"|性格|脾气|品行|人品|名声|作风|精神病|精神障碍|精神异常|心理疾病|前科|犯罪|刑满|服刑|社区矫正|吸毒"
    r"|涉毒|酗酒|赌博|劣迹|案底|历史上|曾经|以往|过去|缠访|闹访|上访|信访次数|信访人|投诉次数|爱闹"
    r"|刁民|偏执|极端|信仰|宗教|信教|政治面貌|党员|民族|籍贯|种族|外地人|外来人员|户籍|户口|性别|性取向"
    r"|婚姻状况|离异|怀孕|残疾|年龄|学历|文化程度|文盲|职业|无业|失业|收入|贫困|低保|信用|失信|积分"
    r"|重点人员|人员类型|重点人|特殊人群|高危人员|危险人员|稳控|姓名|电话|手机号|身份证|微信",
    re.IGNORECASE,
)
"""Words by which a question would ask about a person instead of a dispute."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One question about the dispute, in both languages; the answer is yes or no, or a whole
    number of `unit` (such as "yuan" or "days")."""

    name: str
    kind: str
    ask: str
    ask_zh: str
    unit: str = ""
    unit_zh: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """What one fact must be: `is` true or false, `at_least` or `at_most` a number.

    A number of None is the site's to give: until then the rule says nothing.
    """

    fact: str
    test: str
    value: bool | int | None


@dataclass(frozen=True, slots=True)
class GradeRule:
    """If all conditions hold the dispute is at least of this colour, for this reason."""

    name: str
    colour: str
    conditions: tuple[Condition, ...]
    reason: str
    reason_zh: str
    source: str = ""

    @property
    def waits(self) -> bool:
        """Whether the site has still to give a figure."""
        return any(condition.value is None for condition in self.conditions)


@dataclass(frozen=True, slots=True)
class GradeTable:
    """The facts that are asked and the rules, in one version (the beginning of a digest)."""

    version: str
    facts: tuple[Fact, ...]
    rules: tuple[GradeRule, ...]

    def fact(self, name: str) -> Fact | None:
        """The fact of that name, if it is asked."""
        return next((fact for fact in self.facts if fact.name == name), None)


def read_table(text: str) -> GradeTable:
    """The table in a TOML text; refuses what is unclear, and every question about a person."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise Invalid(
            N_("The table of grading cannot be read: {fault}."), field="text", fault=str(fault)
        ) from None
    facts, rules = _rows(data.get("fact")), _rows(data.get("rule"))
    if set(data) != {"fact", "rule"} or not facts or not rules:
        raise Invalid(N_("A table of grading has [[fact]]s and [[rule]]s, no more."), field="text")
    if len(facts) > MOST_FACTS or len(rules) > MOST_RULES:
        raise Invalid(
            N_("A table of grading has at most {facts} facts and {rules} rules."),
            field="text",
            facts=MOST_FACTS,
            rules=MOST_RULES,
        )
    asked = tuple(_fact(row) for row in facts)
    _once(fact.name for fact in asked)
    kinds = {fact.name: fact.kind for fact in asked}
    read = tuple(_rule(row, kinds) for row in rules)
    _once(rule.name for rule in read)
    return GradeTable(hashlib.sha256(text.encode()).hexdigest()[:12], asked, read)


def asks_about_people(words: str) -> str:
    """The word by which these words ask about a person; "" where they do not."""
    found = _OF_PEOPLE.search(words)
    return found.group() if found else ""


def shipped_text() -> str:
    """The table that the product ships, as it is written."""
    return _FILE.read_text(encoding="utf-8")


@cache
def shipped_table() -> GradeTable:
    """The table that the product ships."""
    return read_table(shipped_text())


def _rows(given: Any) -> list[dict[str, Any]]:
    """The rows of a list of tables; none where it is anything else."""
    if isinstance(given, list) and all(isinstance(row, dict) for row in given):
        return given
    return []


def _fact(row: Mapping[str, Any]) -> Fact:
    name = _words(row, "name", {"name", "kind", "ask", "ask_zh", "unit", "unit_zh"}, "fact")
    kind = row.get("kind")
    if kind not in ("yes_no", "number"):
        raise Invalid(
            N_("The answer to {name} is of the kind yes_no or number."), field="text", name=name
        )
    fact = Fact(
        name,
        kind,
        _text(row, "ask", name),
        _text(row, "ask_zh", name),
        _text(row, "unit", name, needed=False),
        _text(row, "unit_zh", name, needed=False),
    )
    for words in (fact.name.replace("_", " "), fact.name, fact.ask, fact.ask_zh):
        if found := _OF_PEOPLE.search(words):
            raise Invalid(
                N_(
                    "The question {name} asks about people (“{word}”). A dispute is graded by what "
                    "is at stake in it now, never by who somebody is or what they did before."
                ),
                field="text",
                code="about_people",
                name=name,
                word=found.group(),
            )
    return fact


def _rule(row: Mapping[str, Any], kinds: Mapping[str, str]) -> GradeRule:
    known = {"name", "colour", "when", "reason", "reason_zh", "source"}
    name = _words(row, "name", known, "rule")
    colour, when = row.get("colour"), _rows(row.get("when"))
    if colour not in COLOURS[1:]:
        raise Invalid(
            N_("The rule {name} makes a dispute yellow or red; all others are blue."),
            field="text",
            name=name,
        )
    if not when:
        raise Invalid(
            N_("The rule {name} says in `when` which facts it needs."), field="text", name=name
        )
    rule = GradeRule(
        name,
        str(colour),
        tuple(_condition(name, condition, kinds) for condition in when),
        _text(row, "reason", name),
        _text(row, "reason_zh", name),
        _text(row, "source", name, needed=False),
    )
    for words in (rule.name.replace("_", " "), rule.name, rule.reason, rule.reason_zh):
        if found := _OF_PEOPLE.search(words):
            raise Invalid(
                N_("The rule {name} gives people as its reason (“{word}”), not the dispute."),
                field="text",
                code="about_people",
                name=name,
                word=found.group(),
            )
    return rule


def _condition(name: str, row: Mapping[str, Any], kinds: Mapping[str, str]) -> Condition:
    fact = str(row.get("fact"))
    tests = set(row) - {"fact"}
    if fact not in kinds or len(tests) != 1:
        raise Invalid(
            N_("The rule {name} compares a fact that is asked with one value."),
            field="text",
            name=name,
        )
    test = tests.pop()
    value = row[test]
    if kinds[fact] == "yes_no":
        fits = test == "is" and isinstance(value, bool)
    else:
        fits = test in ("at_least", "at_most") and (
            value == "site" or (type(value) is int and 0 <= value <= MOST_FIGURE)
        )
    if not fits:
        raise Invalid(
            N_(
                "In the rule {name}, {fact} is compared wrongly: a yes or no by `is`, a number by "
                "`at_least` or `at_most`, whose figure may be “site” until the site knows it."
            ),
            field="text",
            name=name,
            fact=fact,
        )
    return Condition(fact, test, None if value == "site" else value)


def _words(row: Mapping[str, Any], key: str, known: set[str], what: str) -> str:
    name = row.get(key)
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise Invalid(
            N_("A {what} has a name of small Latin letters and underscores."),
            field="text",
            what=what,
        )
    if unknown := sorted(set(row) - known):
        raise Invalid(
            N_("{name} has an unknown entry: {word}."), field="text", name=name, word=unknown[0]
        )
    return name


def _text(row: Mapping[str, Any], key: str, name: str, *, needed: bool = True) -> str:
    text = row.get(key, "")
    if not isinstance(text, str) or len(text) > _LONGEST or (needed and not text.strip()):
        raise Invalid(
            N_("{name} needs words for {key}, in at most {most} characters."),
            field="text",
            name=name,
            key=key,
            most=_LONGEST,
        )
    return text.strip()


def _once(names: Any) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise Invalid(N_("{name} stands twice; keep one."), field="text", name=name)
        seen.add(name)
