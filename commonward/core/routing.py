"""Who answers (派遣规则): the most specific rule decides, and every decision can be explained.

A rule names a duty (a stage's work) and may narrow it to a category prefix, an area with all
below it, a grade, and office hours or the time outside them. It applies when all it names fits.
Of those that apply the most specific wins, compared by `SPECIFICITY`, in that order:

    category  the longer prefix        a department answers for its subject wherever it is
    area      the deeper area          the grid before the community before the street
    grade     named before any
    hours     named before any

Category comes before area because a subject's owner ("lamps, whole district") must not lose its
work to whoever answers for the rest of a place ("this grid, anything"); a duty that belongs to
the place (a grid's own check) is given by rules that name no category, and there area decides.

Nothing falls through silently: when two equally specific rules name different teams, when the
winner's team is inactive or has no members, or when no rule applies, the answer is no team, with
the reason. A less specific rule never steps in: its team was not meant, and nobody would notice.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from commonward.core.refusals import N_

SPECIFICITY = ("category", "area", "grade", "hours")
"""What is compared first, second, third, last."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: `hours` is "", "office" or "closed"; empty fields fit everything.

    It is in force from `valid_from` (always, if None) until just before `valid_until`.
    """

    id: int
    name: str
    number: int
    duty: str
    category: str
    area: str
    grade: str
    hours: str
    team: int
    valid_from: datetime | None = None
    valid_until: datetime | None = None

    def in_force(self, at: datetime) -> bool:
        """Whether the rule stands at this moment."""
        return (self.valid_from is None or self.valid_from <= at) and (
            self.valid_until is None or at < self.valid_until
        )


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of the case: `area_path` is "/43/4302/430211/", "" when no area is known."""

    duty: str
    category: str
    area_path: str
    grade: str
    at_office_hours: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class TeamState:
    """Whether a team works at all, and how many belong to it at the moment asked about."""

    active: bool
    members: int


@dataclass(frozen=True, slots=True)
class Words:
    """A sentence with named places and what fills them, so that a door can translate it."""

    text: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text.format(**self.values)


@dataclass(frozen=True, slots=True)
class Tried:
    """A rule that applied and did not decide, and why not."""

    rule: int
    name: str
    number: int
    why_not: Words


@dataclass(frozen=True, slots=True)
class Decision:
    """The team that answers, or None with the reason; by which rule, and which others applied.

    `rule`, `name` and `number` name the most specific rule even when its team cannot take the
    work; they are None, "" and 0 when no rule applies or when several tie.
    """

    team: int | None
    rule: int | None
    name: str
    number: int
    because: Words
    tried: tuple[Tried, ...] = ()

    def to_data(self) -> dict[str, Any]:
        """As JSON, to be kept with the case."""
        return {
            "team": self.team,
            "rule": self.rule,
            "name": self.name,
            "number": self.number,
            "because": [self.because.text, dict(self.because.values)],
            "tried": [
                [t.rule, t.name, t.number, t.why_not.text, dict(t.why_not.values)]
                for t in self.tried
            ],
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Decision":
        """The decision that `to_data` wrote down."""
        text, values = data["because"]
        return cls(
            team=data["team"],
            rule=data["rule"],
            name=data["name"],
            number=data["number"],
            because=Words(text, values),
            tried=tuple(
                Tried(rule, name, number, Words(words, filled))
                for rule, name, number, words, filled in data["tried"]
            ),
        )


_Bucket = tuple[Rule, ...]
_ByArea = dict[str, dict[tuple[str, str], _Bucket]]


class RoutingTable:
    """All rules, found by what they name: a decision looks at prefixes × depth, never at all.

    Rules may include those ended or not yet in force: each question says at which moment.
    """

    def __init__(self, rules: Iterable[Rule]) -> None:
        buckets: dict[tuple[str, str, str, str, str], list[Rule]] = defaultdict(list)
        for rule in rules:
            key = (rule.duty, rule.category, rule.area, rule.grade, rule.hours)
            buckets[key].append(rule)
        self._duties: dict[str, dict[str, _ByArea]] = {}
        for (duty, category, area, grade, hours), found in buckets.items():
            categories = self._duties.setdefault(duty, {})
            areas = categories.setdefault(category, {})
            # An order of its own, so that the same rules always give the same explanation.
            found.sort(key=lambda rule: (rule.name, rule.number, rule.id))
            areas.setdefault(area, {})[grade, hours] = tuple(found)
        self._lengths = {
            duty: sorted({len(category) for category in categories}, reverse=True)
            for duty, categories in self._duties.items()
        }
        self._places = {
            duty: {area for areas in categories.values() for area in areas}
            for duty, categories in self._duties.items()
        }

    def named(self, duty: str, area_path: str) -> str:
        """What of a path the rules of a duty name: the decision is the same for this alone.

        So thousands of areas that no rule names have one decision in common.
        """
        places = self._places.get(duty)
        if not places:
            return ""
        return "/".join([code for code in area_path.split("/") if code and code in places])

    def levels(self, facts: Facts) -> Iterator[_Bucket]:
        """The rules that apply, most specific first; those of one bucket are equally specific."""
        categories = self._duties.get(facts.duty)
        if categories is None:
            return
        places = [*(code for code in reversed(facts.area_path.split("/")) if code), ""]
        open_or_closed = "office" if facts.at_office_hours else "closed"
        grades = (facts.grade, "") if facts.grade else ("",)
        narrowings = [(grade, hours) for grade in grades for hours in (open_or_closed, "")]
        for length in self._lengths[facts.duty]:
            if length > len(facts.category):
                continue
            areas = categories.get(facts.category[:length])
            if areas is None:
                continue
            for place in places:
                narrowed = areas.get(place)
                if narrowed is None:
                    continue
                for narrowing in narrowings:
                    standing = tuple(
                        rule for rule in narrowed.get(narrowing, ()) if rule.in_force(facts.at)
                    )
                    if standing:
                        yield standing

    def route(self, facts: Facts, teams: Mapping[int, TeamState]) -> Decision:
        """The decision for these facts; teams that `teams` does not name count as inactive."""
        levels = self.levels(facts)
        first = next(levels, None)
        if first is None:
            return Decision(
                team=None,
                rule=None,
                name="",
                number=0,
                because=Words(
                    N_("No rule says who answers for “{duty}” here."), {"duty": facts.duty}
                ),
            )
        others = tuple(_less_specific(rule, first[0]) for level in levels for rule in level)
        if len({rule.team for rule in first}) > 1:
            return _tied(first, others)
        return _decided(first, others, teams)


def route(rules: Iterable[Rule], facts: Facts, teams: Mapping[int, TeamState]) -> Decision:
    """The decision by these few rules; for many questions build a `RoutingTable` once."""
    return RoutingTable(rules).route(facts, teams)


def _decided(first: _Bucket, others: tuple[Tried, ...], teams: Mapping[int, TeamState]) -> Decision:
    winner, *same = first
    state = teams.get(winner.team, TeamState(active=False, members=0))
    known = {"name": winner.name, "number": winner.number}
    if not state.active:
        because = Words(
            N_("Rule “{name}” no. {number} names a team that is no longer active."), known
        )
    elif state.members < 1:
        because = Words(N_("Rule “{name}” no. {number} names a team without members."), known)
    else:
        because = Words(N_("Rule “{name}” no. {number} is the most specific that fits."), known)
    return Decision(
        team=winner.team if state.active and state.members > 0 else None,
        rule=winner.id,
        name=winner.name,
        number=winner.number,
        because=because,
        tried=tuple(
            Tried(rule.id, rule.name, rule.number, Words(N_("It names the same team.")))
            for rule in same
        )
        + others,
    )


def _tied(first: _Bucket, others: tuple[Tried, ...]) -> Decision:
    names = ", ".join(f"{rule.name} {rule.number}" for rule in first)
    return Decision(
        team=None,
        rule=None,
        name="",
        number=0,
        because=Words(
            N_("Rules tie: {names} are equally specific and name different teams."),
            {"names": names},
        ),
        tried=tuple(
            Tried(rule.id, rule.name, rule.number, Words(N_("It ties with another rule.")))
            for rule in first
        )
        + others,
    )


def _less_specific(rule: Rule, winner: Rule) -> Tried:
    """Says by which of `SPECIFICITY` the winner came before this rule."""
    by = next(what for what in SPECIFICITY if getattr(rule, what) != getattr(winner, what))
    return Tried(rule.id, rule.name, rule.number, Words(_WHY_NOT[by]))


_WHY_NOT = {
    "category": N_("Another rule names the category more closely."),
    "area": N_("Another rule names a smaller area."),
    "grade": N_("Another rule names this grade."),
    "hours": N_("Another rule names this time of day."),
}
