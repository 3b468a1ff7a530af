"""What the two sides owe each other while one has the matter: status, words, the answer (进展)."""

import logging
from datetime import datetime

from django.db import transaction

from commonward.cases.actions.federating.standing import locked, standing_of, write
from commonward.cases.actions.finding import WORDS_ADDED
from commonward.cases.actions.moving import locked as locked_case
from commonward.cases.models import Case, Event, HandOver, Remark
from commonward.cases.queries.reference import book
from commonward.core.federation import handing
from commonward.core.figures import NO_CASE

log = logging.getLogger(__name__)

UNDONE = NO_CASE - {"joined"}
"""Outcomes with which a matter goes home undone."""


def prepare(at: datetime) -> int:
    """Owe each neighbour what happened with a matter between us; says how many letters that is."""
    live = HandOver.objects.filter(
        ended_at=None, state__in=[handing.ACTIVE, handing.AWAY]
    ).order_by("id")
    owed = 0
    for pk in list(live.values_list("pk", flat=True)):
        try:
            owed += _prepare_one(pk, at)
        except Exception:  # one that cannot be told must never hold up the others
            log.exception("What happened with the hand-over %s could not be written", pk)
    return owed


def _prepare_one(hand_over: int, at: datetime) -> int:
    with transaction.atomic():
        row = locked(hand_over)
        if row.case is None or row.state not in (handing.ACTIVE, handing.AWAY):
            return 0
        case = locked_case(row.case.number)
        new = list(Event.objects.filter(case=case, id__gt=row.told_event, task=None).order_by("id"))
        if not new:
            return 0
        now = standing_of(row)
        owed = (
            _from_the_taker(row, case, now, new, at)
            if row.side == handing.TAKER
            else _from_the_giver(row, now, new, at)
        )
        row.told_event = new[-1].pk
        row.save(update_fields=["told_event"])
    return owed


def _from_the_taker(
    row: HandOver, case: Case, now: handing.Standing, new: list[Event], at: datetime
) -> int:
    main = case if case.joined_to_id is None else Case.objects.get(pk=case.joined_to_id)
    words = _public_words(new)
    if case.away_since is not None:
        return 0  # handed on: its answer comes home through us
    if main.closed_at is not None:
        undone = main.outcome in UNDONE
        body = {"outcome": main.outcome, "words": words, "at": main.closed_at.isoformat()}
        write(row, (handing.give_back if undone else handing.answer)(now, body), at)
        # It went home: whoever wants it opened again asks the giver.
        case.away_since = at
        case.save(update_fields=["away_since"])
        return 1
    moved = [event for event in new if event.to_stage and event.from_stage != event.to_stage]
    if not moved and not words:
        return 0
    stage = book().procedures[main.procedure_id].stages[main.stage]
    body = {"stage": stage.title.en, "words": words, "at": new[-1].at.isoformat()}
    write(row, handing.say(now, body), at)
    return 1


def _from_the_giver(row: HandOver, now: handing.Standing, new: list[Event], at: datetime) -> int:
    """The reporter goes on to speak with us; their words go to whoever has it."""
    added = [event.pk for event in new if event.verb == WORDS_ADDED]
    remarks = Remark.objects.filter(event_id__in=added).order_by("event_id")
    words = "\n".join(one.words for one in remarks)[:4000]
    if not words:
        return 0
    write(row, handing.say(now, {"words": words, "at": new[-1].at.isoformat()}), at)
    return 1


def _public_words(new: list[Event]) -> str:
    """What everybody may read of it, each once: an answer that was passed on repeats another."""
    found = Remark.objects.filter(event_id__in=[e.pk for e in new], public=True)
    told = found.order_by("event_id").values_list("words", flat=True)
    return "\n".join(dict.fromkeys(told))[-4000:]
