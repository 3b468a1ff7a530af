"""The rules of sending that are in force, and the versions before."""

from collections.abc import Sequence

from commonward.core.urgent.rules import SendingRules, read_rules
from commonward.people.queries import InMemory, revisions
from commonward.response.models import RulesVersion

MARK = "sending_rules"
MOST_VERSIONS = 50


def _newest() -> tuple[int, SendingRules]:
    found = RulesVersion.objects.order_by("-number").values_list("number", "data").first()
    return (0, SendingRules()) if found is None else (found[0], read_rules(found[1]))


_kept: InMemory[tuple[int, SendingRules]] = InMemory(MARK, _newest)


def rules_in_force() -> tuple[int, SendingRules]:
    """Number (0: nothing was decided, only the rests that the product brings) and rules in force;
    read once for each version (at most 2 queries)."""
    return _kept.at(revisions())


def rules_versions() -> Sequence[RulesVersion]:
    """The newest versions, the last one first (1 query)."""
    rows = RulesVersion.objects.select_related("by").order_by("-number")
    return list(rows[:MOST_VERSIONS])
