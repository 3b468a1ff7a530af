"""The rules of who answers as those who administer read them, and a change tried in memory."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from commonward.areas.models import AnsweringRule
from commonward.areas.queries.tree import valid
from commonward.core.refusals import N_, Missing
from commonward.core.routing import RoutingTable, Rule

ON_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class RulePage:
    """Some rules in force by name; `after` asks for those that follow, "" on the last page."""

    rows: tuple[AnsweringRule, ...]
    after: str


@dataclass(frozen=True, slots=True)
class RuleCard:
    """The newest number of a rule's name, and every number it had, the newest first."""

    rule: AnsweringRule
    numbers: Sequence[AnsweringRule]


@dataclass(frozen=True, slots=True)
class Trial:
    """The rules in force, and the same with one changed, put in or taken out."""

    before: RoutingTable
    after: RoutingTable
    duties: frozenset[str]
    """Those whose answers can differ between the two."""


def rules(at: datetime, *, text: str = "", duty: str = "", after: str = "") -> RulePage:
    """The rules in force by name, of one duty or all, whose name, category, area or team's name
    holds the text (1 query)."""
    rows = AnsweringRule.objects.filter(valid(at)).select_related("team")
    if after:
        rows = rows.filter(name__gt=after)
    if duty:
        rows = rows.filter(duty=duty)
    if text:
        rows = rows.filter(
            Q(name__icontains=text)
            | Q(category__startswith=text)
            | Q(area_code__startswith=text)
            | Q(team__name__icontains=text)
        )
    found = list(rows.order_by("name")[: ON_A_PAGE + 1])
    shown = found[:ON_A_PAGE]
    return RulePage(tuple(shown), shown[-1].name if len(found) > ON_A_PAGE else "")


def rule_card(rule: int) -> RuleCard:
    """The rule that this row is a number of (2 queries). Raises Missing."""
    name = AnsweringRule.objects.filter(pk=rule).values_list("name", flat=True).first()
    if name is None:
        raise Missing(N_("There is no rule {id}."), field="rule", id=rule)
    rows = AnsweringRule.objects.select_related("team").filter(name=name).order_by("-number")
    numbers = tuple(rows[:ON_A_PAGE])
    return RuleCard(numbers[0], numbers)


def trial(name: str, proposed: Rule | None, at: datetime) -> Trial:
    """The table in force at this moment, and the one with this rule instead (1 query).

    Both hold at every moment, so that past cases can be asked about under today's rules.
    """
    fields = ("id", "name", "number", "duty", "category", "area_code", "grade", "hours", "team_id")
    standing = [Rule(*row) for row in AnsweringRule.objects.filter(valid(at)).values_list(*fields)]
    others = [rule for rule in standing if rule.name != name]
    now = [rule for rule in standing if rule.name == name]
    then: Iterable[Rule] = [] if proposed is None else [proposed]
    return Trial(
        RoutingTable(standing),
        RoutingTable([*others, *then]),
        frozenset(rule.duty for rule in (*now, *then)),
    )
