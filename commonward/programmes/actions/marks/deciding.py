"""The panel (评审): voices with reasons, then a decision with its reasons, by nobody who had a part."""

import calendar
from datetime import date, datetime

from django.db import IntegrityError, transaction

from commonward.core.marks.kind import PANEL
from commonward.core.refusals import N_, Forbidden, Refusal
from commonward.core.rights import SYSTEM, Actor
from commonward.programmes.actions.council_rules import day_of
from commonward.programmes.actions.marks.frame import LONGEST_NOTE, kept, refuse_own, said, step
from commonward.programmes.models import Mark, MarkVoice
from commonward.programmes.queries.marks import checks_of, read_kind


def voice(number: str, reason: str, actor: Actor, at: datetime, *, good: bool) -> MarkVoice:
    """Give a voice for or against, with a reason; once. Raises Missing, Forbidden, Invalid, Refusal."""
    words = said("reason", reason, LONGEST_NOTE)
    with transaction.atomic():
        found, at = kept(number, actor, at, "panel")
        refuse_own(found, actor)
        if actor.account is None:
            raise Forbidden(N_("A voice is somebody's own."))
        step(found, "voice", actor, at, {"reason": words})
        try:
            with transaction.atomic():
                return MarkVoice.objects.create(
                    mark=found, by_id=actor.account, good=good, reason=words, at=at
                )
        except IntegrityError as twice:
            raise Refusal(N_("You gave your voice already."), code="bound") from twice


def decide(number: str, reason: str, actor: Actor, at: datetime, *, reason_en: str = "") -> Mark:
    """Decide as most of the panel say (授予或不予授予); the reasons are published.

    It is given only where every published criterion is met. Raises Missing, Forbidden, Invalid,
    Refusal.
    """
    why, why_en = said("reason", reason), said("reason_en", reason_en, needed=False)
    with transaction.atomic():
        found, at = kept(number, actor, at, "panel")
        refuse_own(found, actor)
        voices = list(MarkVoice.objects.filter(mark=found).values_list("good", flat=True))
        good, bad = sum(voices), len(voices) - sum(voices)
        if len(voices) < PANEL or good == bad:
            raise Refusal(
                N_("A panel decides by more voices than not, of {least} people at least."),
                least=PANEL,
                code="panel",
            )
        if good > bad:
            refuse_unmet(found)
        step(found, "give" if good > bad else "refuse", actor, at, {"reason": why})
        found.decision = "given" if good > bad else "refused"
        found.decided_at, found.why, found.why_en = at, why, why_en
        if good > bad:
            begin(found, at)
        found.save(
            update_fields=["decision", "decided_at", "why", "why_en", "valid_from", "valid_until"]
        )
    return found


def refuse_unmet(found: Mark) -> None:
    """Raises Refusal where a published criterion is not met: no panel passes over one."""
    unmet = [str(row.number) for row in checks_of(found) if not row.met]
    if unmet:
        raise Refusal(
            N_("Criteria {which} are not met; nobody gives a mark against what was published."),
            which=", ".join(unmet),
            code="unmet",
        )


def begin(found: Mark, at: datetime) -> None:
    """Set its first and last day; the mark that it renews ends now, its days go on from there."""
    old, today = found.renews, day_of(at)
    found.valid_from = today
    start = today
    if old is not None and old.ended_at is None and old.valid_until is not None:
        start = max(today, old.valid_until)
        old.refresh_from_db(fields=["case", "ended_at"])
        if old.case.stage == "given":
            step(old, "renew", SYSTEM, at)
            old.ended_as, old.ended_at = "renewed", at
            old.save(update_fields=["ended_as", "ended_at"])
    found.valid_until = after_months(start, read_kind(found.version).months)


def after_months(day: date, months: int) -> date:
    """The same day so many months later, or that month's last.

    >>> str(after_months(date(2026, 1, 31), 1))
    '2026-02-28'
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))
