"""What somebody has to look at: alarms, clocks that are stuck, cases that nobody answers for."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from commonward.areas.models import AnsweringRule
from commonward.areas.queries import Coverage, coverage
from commonward.cases.access import seen_by
from commonward.cases.actions.delivering import STUCK_AFTER as DELIVERY_STUCK_AFTER
from commonward.cases.actions.ticking import STUCK_AFTER
from commonward.cases.models import Case, Delivery
from commonward.cases.models import Clock as ClockRow
from commonward.cases.queries.dangers import dangers_waiting
from commonward.cases.queries.ledger import late_minutes
from commonward.cases.queries.listed import Filters, Page
from commonward.cases.queries.lists import case_list
from commonward.core.rights import Actor
from commonward.people.models import Team
from commonward.people.queries import InMemory, team_states
from commonward.people.queries import revisions as read_revisions

MOST_COUNTED = 1_000


_WORST = 1_000


@dataclass(frozen=True, slots=True)
class EmptyTeam:
    """A team that rules name though it is closed or has no members: its cases go nowhere."""

    team: str
    name: str
    active: bool
    rules: int


@dataclass(frozen=True, slots=True)
class Alarms:
    """What the desk shows in red; counts are of the open cases that the asker may see.

    `MOST_COUNTED` stands for so many or more: a count that grows with the site is never finished.
    """

    unrouted: int
    provisional: int
    stuck: int
    mails: int
    calendars: tuple[Coverage, ...]
    teams: tuple[EmptyTeam, ...]
    dangers: int = 0
    """Cases whose words told of danger and that nobody has looked at."""
    ledger: int = 0
    """Minutes for which something waits to become a leaf of the public log; 0 for not too long."""

    def __bool__(self) -> bool:
        return self.silent or bool(self.dangers)

    @property
    def silent(self) -> bool:
        """Whether anything would go wrong without a word; danger is told aloud."""
        return any((self.unrouted, self.stuck, self.mails, self.calendars, self.teams, self.ledger))


@dataclass(frozen=True, slots=True)
class StuckClock:
    """A clock that the tick could not move: how often it failed, why, and when it tries again."""

    id: int
    case: str
    kind: str
    attempts: int
    fault: str
    next_at: datetime | None


def alarms(actor: Actor, at: datetime) -> Alarms:
    """Everything that would otherwise go wrong in silence (报警), by indexed counts."""
    marks = read_revisions()
    seen = Case.objects.filter(seen_by(actor, marks), is_open=True)
    return Alarms(
        unrouted=seen.filter(unrouted=True)[:MOST_COUNTED].count(),
        provisional=seen.filter(provisional=True)[:MOST_COUNTED].count(),
        stuck=len(stuck(actor, marks=marks)),
        mails=len(stuck_deliveries(actor, marks=marks)),
        calendars=tuple(coverage(at, marks)),
        teams=_empty_teams(at, marks),
        dangers=len(dangers_waiting(actor, at, most=MOST_COUNTED, marks=marks)),
        ledger=late_minutes(),
    )


def unrouted(actor: Actor, at: datetime, *, after: str = "", size: int = 50) -> Page:
    """The queue of cases that no team has, newest first."""
    return case_list(actor, Filters(unrouted=True), "newest", at, after=after, size=size)


def stuck(
    actor: Actor, *, most: int = 200, marks: Mapping[str, int] | None = None
) -> tuple[StuckClock, ...]:
    """The clocks that failed several times in a row (卡滞), the most often failed first.

    Looks through the 1,000 worst; more would be one fault of the whole site.
    """
    rows = list(
        # The second condition is the index's own, which SQLite does not see in the first.
        ClockRow.objects.filter(attempts__gte=STUCK_AFTER, attempts__gt=0)
        .order_by("-attempts", "id")
        .values_list("case_id", "id", "case__number", "kind", "attempts", "fault", "next_at")[
            :_WORST
        ]
    )
    visible = _seen_among({row[0] for row in rows}, actor, marks)
    return tuple(StuckClock(*row[1:]) for row in rows if row[0] in visible)[:most]


@dataclass(frozen=True, slots=True)
class StuckDelivery:
    """A mail that could not be delivered: how often it was tried, the server's reply, when next."""

    id: int
    case: str
    report: str
    state: str
    attempts: int
    fault: str
    next_at: datetime | None


def stuck_deliveries(
    actor: Actor, *, most: int = 200, marks: Mapping[str, int] | None = None
) -> tuple[StuckDelivery, ...]:
    """The mails that wait or were given up (投递受阻), of cases this person may see.

    Whom they go to is not told: the reporter can be called, or reads it on their own page. Looks
    through the 1,000 worst.
    """
    rows = list(
        # The second part is the index's own condition, word for word.
        Delivery.objects.filter(attempts__gte=DELIVERY_STUCK_AFTER, attempts__gt=0, hook=None)
        .exclude(state="sent")
        .filter(state__in=("waiting", "failed"), room="")
        .order_by("-attempts", "id")
        .values_list(
            "subscription__report__case_id",
            "id",
            "subscription__report__case__number",
            "subscription__report__number",
            "state",
            "attempts",
            "fault",
            "next_at",
        )[:_WORST]
    )
    visible = _seen_among({row[0] for row in rows}, actor, marks)
    return tuple(StuckDelivery(*row[1:]) for row in rows if row[0] in visible)[:most]


def _seen_among(cases: set[int], actor: Actor, marks: Mapping[str, int] | None) -> set[int]:
    """Which of these cases somebody may see.

    Asked for by their ids: joined to the condition, SQLite would list every case that is seen.
    """
    if not cases:
        return set()
    seen = Case.objects.filter(seen_by(actor, marks), pk__in=cases)
    return set(seen.values_list("pk", flat=True))


def _empty_teams(at: datetime, marks: Mapping[str, int]) -> tuple[EmptyTeam, ...]:
    named: Counter[int] = Counter()
    for team, since, until, rules in _rules.at(marks):
        if since <= at and (until is None or until > at):
            named[team] += rules
    states = team_states(at, marks)
    empty = [team for team in named if not states[team].active or states[team].members < 1]
    if not empty:
        return ()
    rows = Team.objects.filter(pk__in=empty).order_by("code").values_list("pk", "code", "name")
    return tuple(EmptyTeam(code, name, states[pk].active, named[pk]) for pk, code, name in rows)


def _read_rules() -> tuple[tuple[int, datetime, datetime | None, int], ...]:
    """How many rules name each team, by the time for which they stand."""
    rows = AnsweringRule.objects.order_by().values_list("team_id", "valid_from", "valid_until")
    return tuple(rows.annotate(Count("id")))


_rules = InMemory("answering", _read_rules)
