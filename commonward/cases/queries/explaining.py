"""Why it went there, why it is due then, and what may be done now: each in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from commonward.areas.queries import Why, calendar
from commonward.areas.queries import why as why_decided
from commonward.cases.actions.rows import doers, waiting
from commonward.cases.models import Case
from commonward.cases.models import Clock as ClockRow
from commonward.cases.queries.reference import book
from commonward.core.calendars import Calendar
from commonward.core.clocks import Clock
from commonward.core.drawn import Drawing, drawn
from commonward.core.procedures import Procedure, Situation, Verb
from commonward.core.procedures.step import offered
from commonward.core.refusals import N_
from commonward.core.rights import Actor
from commonward.core.routing import Decision, Words
from commonward.people.queries import revisions as read_revisions


@dataclass(frozen=True, slots=True)
class Interval:
    """A stretch of a clock in which it counted, or did not; `until` is None while it lasts.

    `seconds` are those that counted (none in a pause), up to the moment of asking.
    """

    since: datetime
    until: datetime | None
    runs: bool
    seconds: int


@dataclass(frozen=True, slots=True)
class Explained:
    """A clock taken apart: `allowed`, `used` and `left` in counted seconds."""

    intervals: tuple[Interval, ...]
    allowed: int
    used: int
    left: int
    sentences: tuple[Words, ...]


CHOSEN = Words(N_("No rule was asked: somebody chose the team, or it stayed where it was."))


def why(case: Case) -> Why | None:
    """Why the case is where it is (为什么派到这里): the rule, its number, what else applied.

    None where no rule was asked: somebody chose the team, or it stayed with the one before.
    """
    return why_decided(Decision.from_data(case.routing)) if case.routing else None


def explain_clock(row: ClockRow, at: datetime) -> Explained:
    """Which stretches of time a clock counted, and what follows for its due moment."""
    clock = Clock.from_data(row.face)
    days = calendar(row.calendar)
    end = at if clock.stopped is None else min(at, clock.stopped)
    used = clock.used(days, at)
    intervals = []
    begun = clock.started
    for paused, resumed in clock.pauses:
        intervals.append(_interval(clock, days, begun, paused, end))
        intervals.append(Interval(paused, resumed, False, 0))
        begun = resumed or paused
    if not clock.paused:
        intervals.append(_interval(clock, days, begun, clock.stopped, end))
    return Explained(
        intervals=tuple(i for i in intervals if i.until is None or i.since < i.until),
        allowed=clock.allowed,
        used=used,
        left=clock.allowed - used,
        sentences=tuple(_sentences(row, clock)),
    )


def _interval(
    clock: Clock, days: Calendar, since: datetime, until: datetime | None, end: datetime
) -> Interval:
    begins = max(since, days.begins(clock.limit, clock.started))
    last = end if until is None else min(until, end)
    counted = days.measure(clock.limit, begins, last) if last > begins else 0
    return Interval(since, until, True, counted)


def _sentences(row: ClockRow, clock: Clock) -> list[Words]:
    told = [
        Words(
            N_("The limit is {limit}, counted on the calendar “{calendar}” from {started}."),
            {"limit": str(clock.limit), "calendar": row.calendar, "started": _text(clock.started)},
        )
    ]
    for extension in clock.extensions:
        told.append(
            Words(
                N_("It was extended by {seconds} counted seconds on {at}."),
                {"seconds": extension.seconds, "at": _text(extension.at)},
            )
        )
    for paused, resumed in clock.pauses:
        told.append(
            Words(
                N_("It was paused from {since} to {until}; that time does not count."),
                {"since": _text(paused), "until": _text(resumed)},
            )
            if resumed is not None
            else Words(N_("It has been paused since {since}."), {"since": _text(paused)})
        )
    if clock.stopped is not None:
        told.append(Words(N_("It was stopped on {at}."), {"at": _text(clock.stopped)}))
    if row.due_at is not None and not clock.paused:
        told.append(Words(N_("So it is due on {due}."), {"due": _text(row.due_at)}))
    if row.provisional:
        told.append(
            Words(N_("The holidays of that year are not announced yet: this may still change."))
        )
    return told


def _text(moment: datetime) -> str:
    return timezone.localtime(moment).isoformat(timespec="minutes")


def draw_clock(row: ClockRow, at: datetime) -> Drawing:
    """The clock as a picture with its days, for "why is it due on Thursday?"."""
    return drawn(Clock.from_data(row.face), calendar(row.calendar), at)


def offered_to(actor: Actor, case: Case, at: datetime) -> list[Verb]:
    """The verbs that this person could do with the case now, in the procedure's order."""
    procedure, situation = standing_of(case)
    return offered(procedure, actor, situation, at)


def standing_of(case: Case) -> tuple[Procedure, Situation]:
    """A case's procedure and where it stands in it, for all verbs of its stage (2 queries)."""
    known = book(read_revisions())
    procedure = known.procedures[case.procedure_id]
    verbs = procedure.by_stage[case.stage]
    done_by, teams = _done(case.pk, procedure, {n for verb in verbs for n in verb.apart_from})
    return procedure, Situation(
        stage=case.stage,
        area_path=case.area_path,
        category=known.categories[case.category_id].code,
        team=case.team_id,
        back_to=case.back_to,
        counters=case.counters,
        closed_at=case.closed_at,
        waits_for=waiting(case.pk) if any(verb.waits for verb in verbs) else 0,
        done_by=done_by,
        done_by_teams=teams,
    )


def _done(
    case: int, procedure: Procedure, verbs: set[str]
) -> tuple[Mapping[str, frozenset[int]], Mapping[str, frozenset[int]]]:
    if not verbs:
        return {}, {}
    rows = doers(case, verbs)
    # The event names who had the case: that is the doer's team only where it must be.
    own = {name for name in verbs if procedure.verbs[name].own_team}
    return (
        {name: frozenset(a for v, a, _ in rows if v == name and a is not None) for name in verbs},
        {name: frozenset(t for v, _, t in rows if v == name and t is not None) for name in own},
    )
