"""Who answers for a duty at a place and a moment, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from commonward.areas.models import AnsweringRule
from commonward.core.refusals import N_
from commonward.core.routing import Decision, Facts, RoutingTable, Rule, Tried, Words
from commonward.people.models import Team
from commonward.people.queries import InMemory, team_states
from commonward.people.queries import revisions as read_revisions


def _load() -> RoutingTable:
    rows = AnsweringRule.objects.values_list(
        "id",
        "name",
        "number",
        "duty",
        "category",
        "area_code",
        "grade",
        "hours",
        "team_id",
        "valid_from",
        "valid_until",
    )
    return RoutingTable(Rule(*row) for row in rows.iterator(chunk_size=10_000))


_table = InMemory("answering", _load)
"""Every rule there ever was: the same table answers for past moments."""


def answering_for(
    duty: str,
    category: str,
    area_path: str,
    grade: str,
    at: datetime,
    office_open: bool,
    revisions: Mapping[str, int] | None = None,
) -> Decision:
    """The team that answers (派遣), by the rules and members of that moment, with the reason.

    `area_path` is "/43/4302/430211/" or "", `revisions` are the marks that the request already
    read (people.queries.revisions); given them, and from memory, this needs no query. Whether a team is active is
    known for now only.
    """
    known = read_revisions() if revisions is None else revisions
    return _table.at(known).route(
        Facts(duty, category, area_path, grade, office_open, at), team_states(at, known)
    )


def named_by_rules(duty: str, area_path: str, revisions: Mapping[str, int]) -> str:
    """What of a path decides who answers: `answering_for` says the same for this alone."""
    return _table.at(revisions).named(duty, area_path)


@dataclass(frozen=True, slots=True)
class Why:
    """The answer to "why did it go there?": where to, by which rule, what else applied.

    `rule` and `number` are "" and 0 when no single rule decided; `considered` are the other rules
    that applied, the most specific first, each with why it did not decide.
    """

    team: str
    rule: str
    number: int
    because: Words
    considered: tuple[Tried, ...]

    def lines(self) -> tuple[Words, ...]:
        """One sentence after another, each to be translated by the door."""
        if self.team:
            first = Words(N_("It went to “{team}”."), {"team": self.team})
        else:
            first = Words(N_("It stands in the unrouted queue."))
        return (
            first,
            self.because,
            *(
                line
                for other in self.considered
                for line in (
                    Words(
                        N_("Rule “{name}” no. {number} applies too and did not decide."),
                        {"name": other.name, "number": other.number},
                    ),
                    other.why_not,
                )
            ),
        )

    def __str__(self) -> str:
        return " ".join(str(line) for line in self.lines())


def why(decision: Decision) -> Why:
    """Why it went there (为什么派到这里), for people to read (at most 1 query)."""
    name = None
    if decision.team is not None:
        name = Team.objects.filter(pk=decision.team).values_list("name", flat=True).first()
    return Why(
        team=name or "",
        rule=decision.name,
        number=decision.number,
        because=decision.because,
        considered=decision.tried,
    )
