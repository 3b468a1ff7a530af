"""Clocks of law in a dispute: started, paused, made longer, met; warned of, and never missed
without a word (法定期限)."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction

from commonward.areas.queries import calendar, calendar_name_for
from commonward.core.calendars import datetime_of, instant_of
from commonward.core.refusals import N_, Missing, Refusal
from commonward.core.rights import SYSTEM, Actor
from commonward.core.terms import Longer, Pause, TermDue, TermRule, TermUnit, due
from commonward.disputes.access import roles_in
from commonward.disputes.actions.recording import lock, note
from commonward.disputes.models import Dispute, DisputeClock
from commonward.disputes.queries.ruling import terms_in_force, terms_of

WARN = 0.8
"""The share of a term after which the coordinator is warned."""
BATCH = 500
LOOK_AGAIN = timedelta(days=1)
"""A provisional date is reckoned again so often: a table of holidays may have come."""
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=5), timedelta(hours=12)

TAKES_IN = ("court_acceptance",)
MEDIATES = {"general": "mediation", "medical": "mediation", "labour": "mediation"}
"""Track → the time limit of its talks, from when both sides agreed; labour from the asking."""

logger = logging.getLogger(__name__)


def start_term(
    dispute: Dispute,
    rule: str,
    from_: datetime | Sequence[datetime],
    at: datetime,
    actor: Actor = SYSTEM,
    *,
    track: str = "",
) -> DisputeClock:
    """Start the clock of a rule that begins with an event (or with the last of several).

    The one that runs already is given back where it began with the same event; another event is
    refused, as it would move a deadline. Where a year's holidays are not known the clock runs to
    a provisional date that is never too late, and is reckoned again each day. Must run in a
    transaction. Raises Missing for a rule or track that nobody knows, Refusal.
    """
    rules = terms_in_force(at)
    found = rules.find(rule, track=track or dispute.track, place=dispute.case.area_path)
    events = [from_] if isinstance(from_, datetime) else list(from_)
    case, at = lock(dispute, at)
    running = DisputeClock.objects.filter(dispute=dispute, rule=rule, ended_at=None).first()
    stored = [instant_of(event) for event in events]
    if running is not None:
        if running.events == stored:
            return running
        raise Refusal(
            N_("The time limit {title} runs already, from another day; end that one first."),
            code="runs",
            title=found.title_en,
        )
    clock = DisputeClock(
        dispute=dispute,
        rule=rule,
        track=track or dispute.track,
        table=rules.version,
        citation=found.citation[:200],
        binds=found.binds,
        events=stored,
        started_at=at,
    )
    _reckon(clock, found, dispute, at)
    clock.save(force_insert=True)
    note(dispute, "term_started", at, actor, role=_role(dispute, actor), data=_told(clock))
    return clock


def meet_term(dispute: Dispute, rule: str, at: datetime, actor: Actor = SYSTEM) -> bool | None:
    """End the clock of a rule because what it asks for was done; whether that was in time.

    None where no such clock runs. Must run in a transaction.
    """
    _, at = lock(dispute, at)
    clock = DisputeClock.objects.filter(dispute=dispute, rule=rule, ended_at=None).first()
    if clock is None:
        return None
    _end(clock, at)
    note(
        dispute, "term_met" if clock.met_at else "term_late", at, actor,
        role=_role(dispute, actor), data=_told(clock),
    )  # fmt: skip
    return clock.met_at is not None


def drop_term(dispute: Dispute, rule: str, at: datetime, actor: Actor = SYSTEM) -> None:
    """End the clock of a rule that no longer matters (the other side took its application
    back); neither met nor missed. Must run in a transaction. Raises Missing."""
    _, at = lock(dispute, at)
    clock = DisputeClock.objects.filter(dispute=dispute, rule=rule, ended_at=None).first()
    if clock is None:
        raise Missing(N_("No such time limit runs here."))
    clock.ended_at, clock.next_at = at, None
    clock.save(update_fields=["ended_at", "next_at"])
    note(dispute, "term_dropped", at, actor, role=_role(dispute, actor), data=_told(clock))


def lengthen_term(
    dispute: Dispute, rule: str, amount: int, because: str, at: datetime, actor: Actor
) -> DisputeClock:
    """More time, once, for what the rule says it takes (such as that all agree).

    Must run in a transaction. Raises Refusal where the rule does not allow it, Missing.
    """
    _, at = lock(dispute, at)
    clock = DisputeClock.objects.filter(dispute=dispute, rule=rule, ended_at=None).first()
    if clock is None:
        raise Missing(N_("No such time limit runs here."))
    if clock.more:
        raise Refusal(N_("This time limit was made longer already."), code="longer")
    clock.more = {"amount": amount, "because": because}
    clock.warned_at = clock.overdue_at = None
    _reckon(clock, _rule(clock, dispute, at), dispute, at)
    clock.save()
    note(
        dispute, "term_longer", at, actor, role=_role(dispute, actor),
        data={**_told(clock), "amount": amount, "because": because},
    )  # fmt: skip
    return clock


def pause_terms(dispute: Dispute, why: str, at: datetime) -> int:
    """Pause each running clock whose rule leaves time out for this reason; how many."""
    done = 0
    for clock, rule in _running(dispute, at):
        if why in rule.excludes and not any(until is None for _, _, until in clock.pauses):
            clock.pauses = [*clock.pauses, [why, instant_of(at), None]]
            _reckon(clock, rule, dispute, at)
            clock.save()
            done += 1
    return done


def resume_terms(dispute: Dispute, at: datetime) -> int:
    """Go on with each paused clock; how many."""
    done = 0
    for clock, rule in _running(dispute, at):
        if any(until is None for _, _, until in clock.pauses):
            clock.pauses = [
                [why, since, instant_of(at) if until is None else until]
                for why, since, until in clock.pauses
            ]
            _reckon(clock, rule, dispute, at)
            clock.save()
            done += 1
    return done


def begin_terms(dispute: Dispute, at: datetime) -> None:
    """The clocks that begin with the registration; must run in its transaction."""
    if dispute.track == "court":
        for rule in TAKES_IN:
            start_term(dispute, rule, at, at)
        start_term(dispute, _for_a_court(dispute), at, at)
    elif dispute.track == "labour":
        start_term(dispute, MEDIATES["labour"], at, at)


def follow_terms(dispute: Dispute, verb: str, at: datetime) -> None:
    """What a step of the procedure does to the clocks; must run in its transaction.

    Both sides agree: the time for talks begins. An appraisal pauses, its end goes on. Somebody
    takes a court's case up, both sign: that is met. With the end of the dispute those that bind
    the office end; those in which a party could still act run on.
    """
    if verb == "contact" and dispute.track == "court":
        for rule in TAKES_IN:
            meet_term(dispute, rule, at)
    elif (verb == "both_agree" or verb.startswith("to_")) and dispute.track in MEDIATES:
        rule = MEDIATES[dispute.track]
        if not DisputeClock.objects.filter(dispute=dispute, rule=rule).exists():
            start_term(dispute, rule, at, at)
    elif verb == "appraise":
        pause_terms(dispute, "appraisal", at)
    elif verb == "resume":
        resume_terms(dispute, at)
    if verb == "sign" or not dispute.case.is_open:
        for clock, _ in _running(dispute, at):
            if clock.binds == "office":
                meet_term(dispute, clock.rule, at)


@dataclass(slots=True)
class TermsTicked:
    """What a tick did."""

    warned: int = 0
    overdue: int = 0
    recomputed: int = 0
    failed: int = 0


def tick_terms(at: datetime, *, most: int = 100_000) -> TermsTicked:
    """Warn of each term of which four fifths are over, mark each that has ended unmet.

    Each clock in its own transaction with its event, looked at again under the lock; one that
    fails is pushed away with a growing pause and stays on the coordinator's list. Safe to run
    several at once, and again.
    """
    done = TermsTicked()
    seen: set[int] = set()
    while len(seen) < most:
        rows = list(
            DisputeClock.objects.filter(next_at__lte=at)
            .exclude(pk__in=seen)
            .order_by("next_at", "pk")
            .values_list("pk", flat=True)[:BATCH]
        )
        if not rows:
            break
        for row in rows:
            seen.add(row)
            _tick_one(row, at, done)
    return done


def _tick_one(row: int, at: datetime, done: TermsTicked) -> None:
    try:
        with transaction.atomic():
            clock = DisputeClock.objects.select_related("dispute__case").get(pk=row)
            _, moment = lock(clock.dispute, at)
            clock.refresh_from_db()
            if clock.next_at is None or clock.next_at > at:
                return
            _move_on(clock, at, moment, done)
    except Exception as fault:  # whatever it is, it must neither stop the rest nor be lost
        logger.exception("The term %s could not be looked at", row)
        done.failed += 1
        _push_away(row, at, fault)


def _move_on(clock: DisputeClock, at: datetime, moment: datetime, done: TermsTicked) -> None:
    dispute = clock.dispute
    before = clock.due_at, clock.provisional
    if clock.provisional or clock.fault:
        _reckon(clock, _rule(clock, dispute, at), dispute, at)
        if (clock.due_at, clock.provisional) != before:
            done.recomputed += 1
            note(dispute, "term_recomputed", moment, SYSTEM, data=_told(clock))
    if clock.due_at is not None and clock.due_at <= at and clock.overdue_at is None:
        clock.overdue_at = at
        done.overdue += 1
        note(dispute, "term_overdue", moment, SYSTEM, data=_told(clock))
    elif (warn := _warn_at(clock)) is not None and warn <= at and clock.warned_at is None:
        clock.warned_at = at
        done.warned += 1
        note(dispute, "term_warned", moment, SYSTEM, data=_told(clock))
    clock.failures = 0
    _look_next(clock, at)
    clock.save()


def _push_away(row: int, at: datetime, fault: Exception) -> None:
    clock = DisputeClock.objects.filter(pk=row).first()
    if clock is not None:
        clock.failures = min(clock.failures + 1, 1_000)
        clock.fault = f"{type(fault).__name__}: {fault}"[:200]
        clock.next_at = at + min(FIRST_PAUSE * 2 ** min(clock.failures - 1, 8), LONGEST_PAUSE)
        clock.save(update_fields=["failures", "fault", "next_at"])


def _reckon(clock: DisputeClock, rule: TermRule, dispute: Dispute, at: datetime) -> None:
    """Due, last day, provisional and the next look, from what is stored."""
    name = calendar_name_for(dispute.case.area_path)
    days = calendar(name)
    events = [datetime_of(event) for event in clock.events]
    pauses = [
        Pause(why, datetime_of(since), None if until is None else datetime_of(until))
        for why, since, until in clock.pauses
    ]
    longer = Longer(**clock.more) if clock.more else None
    clock.fault = ""
    found: TermDue | None
    try:
        found = due(rule, events, days, pauses=pauses, longer=longer)
        provisional = found is not None and found.provisional
    except Missing as unknown:
        # Every day counted as a working day gives a date that is never too late.
        every = replace(rule, unit=TermUnit.DAY, rolls=False)
        found, provisional = due(every, events, days, pauses=pauses, longer=longer), True
        clock.fault = unknown.code
    clock.due_at = found.at if found else None
    clock.last_day = found.last_day if found else None
    clock.provisional = provisional
    if clock.due_at is not None and clock.due_at > at:
        clock.overdue_at = None
    _look_next(clock, at)


def _look_next(clock: DisputeClock, at: datetime) -> None:
    if clock.ended_at is not None or clock.due_at is None:
        clock.next_at = None
        return
    ahead = [clock.due_at] if clock.overdue_at is None else []
    warn = _warn_at(clock)
    if warn is not None and clock.warned_at is None and clock.overdue_at is None:
        ahead.append(warn)
    if clock.provisional:
        ahead.append(at + LOOK_AGAIN)
    clock.next_at = min(ahead, default=None)


def _warn_at(clock: DisputeClock) -> datetime | None:
    if clock.due_at is None:
        return None
    begun = datetime_of(max(clock.events))
    return begun + (clock.due_at - begun) * WARN


def _end(clock: DisputeClock, at: datetime) -> None:
    clock.ended_at, clock.next_at = at, None
    clock.met_at = at if clock.due_at is None or at <= clock.due_at else None
    clock.save(update_fields=["ended_at", "next_at", "met_at"])


def _running(dispute: Dispute, at: datetime) -> list[tuple[DisputeClock, TermRule]]:
    rows = DisputeClock.objects.filter(dispute=dispute, ended_at=None).order_by("pk")
    return [(clock, _rule(clock, dispute, at)) for clock in rows]


def _rule(clock: DisputeClock, dispute: Dispute, at: datetime) -> TermRule:
    rules = terms_of(clock.table, at)
    return rules.find(clock.rule, track=clock.track, place=dispute.case.area_path)


def _for_a_court(dispute: Dispute) -> str:
    """Before filing unless the court's papers, stated as facts, say otherwise."""
    if dispute.facts.get("court_filed") is not True:
        return "mediation_before_filing"
    if dispute.facts.get("court_summary") is True:
        return "mediation_after_filing_summary"
    return "mediation_after_filing"


def _role(dispute: Dispute, actor: Actor) -> str:
    roles = roles_in(dispute, actor)
    return roles[0] if roles else ""


def _told(clock: DisputeClock) -> dict[str, object]:
    return {
        "rule": clock.rule,
        "due": None if clock.due_at is None else clock.due_at.isoformat(),
        "provisional": clock.provisional,
        "rules": clock.table,
    }
