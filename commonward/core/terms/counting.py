"""Counting a term (期间计算): from its event to the midnight at which its last day ends."""

import calendar as months
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from commonward.core.calendars import Calendar, datetime_of, instant_of
from commonward.core.refusals import N_, Invalid, Missing, Refusal
from commonward.core.terms.rule import TermRule, TermUnit

_DAY = timedelta(days=1)
# Longer than any term with its pauses; a fault in the data ends here and not in a loop.
_MOST_DAYS = 60 * 366


@dataclass(frozen=True, slots=True)
class Pause:
    """Time that does not count (扣除期间), for a reason such as "appraisal"; open if `until` is
    None. As with every period its first day is left out and its last day belongs to it."""

    why: str
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Longer:
    """More time (延长): so many of the rule's units, and what was given for it, such as
    "all_agree"."""

    amount: int
    because: str


@dataclass(frozen=True, slots=True)
class TermDue:
    """When a term ends (届满): at the moment `at` (UTC), which is the midnight after `last_day`.

    `nominal` is the last day before it moved to a working day. Provisional where nobody can say
    yet whether the last day is a holiday: the date stands unmoved, and is never too late.
    """

    at: datetime
    last_day: date
    nominal: date
    provisional: bool


def due(
    rule: TermRule,
    start: datetime | Sequence[datetime],
    calendar: Calendar,
    *,
    pauses: Collection[Pause] = (),
    longer: Longer | None = None,
) -> TermDue | None:
    """When the term ends that began with an event at `start`; None while a pause is open.

    Of several events the last one counts where the rule says so, else they are refused. Refuses
    working days in a year without a table of holidays, pauses for a reason that this rule does
    not leave out, and more time than, or for another reason than, the rule allows.
    """
    event = _event(rule, start)
    amount = rule.amount + _more(rule, longer)
    if rule.unit is TermUnit.HOUR:
        if pauses:
            raise _not_excluded(rule, next(iter(pauses)).why)
        return _hours(event, amount, calendar)
    first = event.astimezone(calendar.tz).date()
    left_out, open_since = _left_out(rule, pauses, event, calendar)
    if rule.unit is TermUnit.WORK_DAY:
        nominal = _work_days(first, amount, left_out, calendar)
    else:
        nominal = _days(first, _calendar_days(rule.unit, first, amount), left_out)
    if open_since is not None and nominal > open_since:
        return None
    last, provisional = _rolled(nominal, calendar) if rule.rolls else (nominal, False)
    return TermDue(_midnight_after(last, calendar), last, nominal, provisional)


def _event(rule: TermRule, start: datetime | Sequence[datetime]) -> datetime:
    events = [start] if isinstance(start, datetime) else list(start)
    if not events:
        raise Invalid(
            N_("The time limit {title} begins with an event; give its moment."),
            field="start",
            title=rule.title_en,
        )
    if len(events) > 1 and rule.of_many != "last":
        raise Invalid(
            N_("The time limit {title} begins with one event, not with {count}."),
            field="start",
            title=rule.title_en,
            count=len(events),
        )
    return datetime_of(max(instant_of(event) for event in events))


def _more(rule: TermRule, longer: Longer | None) -> int:
    if longer is None:
        return 0
    if not rule.longer_if:
        raise Refusal(
            N_("The time limit {title} cannot be made longer."), field="longer", title=rule.title_en
        )
    if longer.because != rule.longer_if:
        raise Refusal(
            N_("More time for {title} takes {wanted}; that was not given."),
            field="longer",
            title=rule.title_en,
            wanted=rule.longer_if,
        )
    if longer.amount < 1 or (rule.longer_most and longer.amount > rule.longer_most):
        raise Refusal(
            N_("{title} can be made longer by 1 to {most}."),
            field="longer",
            title=rule.title_en,
            most=rule.longer_most or "-",
        )
    return longer.amount


def _left_out(
    rule: TermRule, pauses: Collection[Pause], event: datetime, calendar: Calendar
) -> tuple[frozenset[date], date | None]:
    """The dates that pauses take out of the count, and the first day of one that is still open."""
    days: set[date] = set()
    open_since: date | None = None
    for pause in pauses:
        if pause.why not in rule.excludes:
            raise _not_excluded(rule, pause.why)
        since = max(datetime_of(instant_of(pause.since)), event)
        day = since.astimezone(calendar.tz).date()
        if pause.until is None:
            open_since = day if open_since is None else min(open_since, day)
            continue
        until = datetime_of(instant_of(pause.until))
        if until < pause.since:
            raise Invalid(
                N_("A pause from {since} cannot have ended before, at {until}."),
                field="pauses",
                since=pause.since.isoformat(),
                until=until.isoformat(),
            )
        while day < until.astimezone(calendar.tz).date():
            day += _DAY
            days.add(day)
    return frozenset(days), open_since


def _not_excluded(rule: TermRule, why: str) -> Refusal:
    return Refusal(
        N_("The time limit {title} goes on during {why}: its rule does not leave that out."),
        field="pauses",
        title=rule.title_en,
        why=why,
    )


def _hours(event: datetime, amount: int, calendar: Calendar) -> TermDue:
    # The hour of the event is left out, as its day is in longer terms; offsets of half an hour
    # have their hours begin elsewhere than UTC, so the wall clock is asked.
    local = event.astimezone(calendar.tz)
    into = timedelta(minutes=local.minute, seconds=local.second)
    at = event - into + timedelta(hours=1 + amount)
    last = (at - timedelta(seconds=1)).astimezone(calendar.tz).date()
    return TermDue(at, last, last, provisional=False)


def _calendar_days(unit: TermUnit, first: date, amount: int) -> int:
    """How many days a term of days, months or years has that begins after `first`."""
    if unit is TermUnit.DAY:
        return amount
    ahead = first.month - 1 + amount * (12 if unit is TermUnit.YEAR else 1)
    year, month = first.year + ahead // 12, ahead % 12 + 1
    last = date(year, month, min(first.day, months.monthrange(year, month)[1]))
    return (last - first).days


def _days(first: date, amount: int, left_out: frozenset[date]) -> date:
    """The day on which so many days after `first` are counted."""
    last = first + amount * _DAY
    counted_to = first
    while missing := sum(1 for day in left_out if counted_to < day <= last):
        counted_to, last = last, last + missing * _DAY
    return last


def _work_days(first: date, amount: int, left_out: frozenset[date], calendar: Calendar) -> date:
    day = first
    for _ in range(_MOST_DAYS):
        day += _DAY
        if day.year not in calendar.days.years:
            raise Missing(
                N_(
                    "Working days cannot be counted: the holidays of {year} are not known yet. "
                    "Import the table of that year."
                ),
                field="calendar",
                code="no_table",
                year=day.year,
            )
        if day not in left_out and calendar.is_work_day(day):
            amount -= 1
            if not amount:
                return day
    raise Invalid(N_("This calendar has not enough working days for the time limit."))


def _rolled(nominal: date, calendar: Calendar) -> tuple[date, bool]:
    """The first working day from `nominal` on, and whether a table is missing for saying so."""
    day = nominal
    for _ in range(_MOST_DAYS):
        if day.year not in calendar.days.years:
            return nominal, True
        if calendar.is_work_day(day):
            return day, False
        day += _DAY
    return nominal, True


def _midnight_after(day: date, calendar: Calendar) -> datetime:
    return datetime.combine(day + _DAY, time(), tzinfo=calendar.tz).astimezone(UTC)
