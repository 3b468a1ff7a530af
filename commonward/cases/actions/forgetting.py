"""Forget on time: details are shredded and words blanked when their time is over (到期销毁)."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from commonward.cases.actions.answers_helping import forget_asked
from commonward.cases.actions.fielding import end_sent
from commonward.cases.actions.finding import find_no_more
from commonward.cases.actions.moving import act
from commonward.cases.actions.recording import record
from commonward.cases.actions.sealing import shred
from commonward.cases.models import (
    Case,
    CaseKey,
    Danger,
    DataRequest,
    Event,
    ExchangeItem,
    ExchangeRow,
    HandOver,
    HandOverConsent,
    HandOverLetter,
    HandOverPart,
    Photo,
    Receipt,
    Remark,
    Report,
    Suggestion,
)
from commonward.cases.queries.kept_too_long import UNREACHED, kept_too_long, waited_too_long
from commonward.cases.queries.reference import book
from commonward.core.rights import SYSTEM

BATCH = 200


def forget(at: datetime) -> int:
    """Forget what people wrote in every case whose time is over at `at`; says in how many.

    What remains is the problem: category, area, stages, moments. A case that is still open, or
    has open parts, is not forgotten however old it is; one that was closed and only waits for a
    call to its reporter ends without it then, as after three calls that reached nobody.
    """
    end_sent(at)
    forget_asked(at)
    done = 0
    for procedure_id, procedure in book().procedures.items():
        for number in waited_too_long(procedure_id, procedure, at):
            act(number, UNREACHED, SYSTEM, at)
        over = kept_too_long(procedure_id, procedure, at).order_by("closed_at", "id")
        while numbers := list(over.values_list("number", flat=True)[:BATCH]):
            for number in numbers:
                forget_one(number, at)
            done += len(numbers)
    return done


def forget_one(number: str, at: datetime) -> None:
    """Forget this case now, key, words, photos and receipts; the problem stays."""
    with transaction.atomic():
        case = Case.objects.select_for_update(of=("self",)).get(number=number)
        # A case without a key gets none any more: its leaves could be told from guesses.
        CaseKey.objects.bulk_create(
            [CaseKey(case=case, wrapped=None, destroyed_at=at)], ignore_conflicts=True
        )
        shred(case, at, SYSTEM)
        Report.objects.filter(case=case).update(
            words="", answers={}, contact=None, address="", media_url="", idempotency="", content_mark="", token="", marks={},
            lat=None, lon=None,
        )  # fmt: skip
        Suggestion.objects.filter(case=case).update(given=[])
        Danger.objects.filter(case=case).delete()
        HandOverLetter.objects.filter(hand_over__case=case).delete()
        HandOverConsent.objects.filter(hand_over__case=case).delete()
        HandOverPart.objects.filter(hand_over__case=case).delete()
        # A digest of an address is the same in every case of that address, and can be guessed.
        ExchangeItem.objects.filter(case=case).update(marks={})
        ExchangeRow.objects.filter(case=case).update(content=None)
        HandOver.objects.filter(case=case).update(content={}, reason="", told="")
        Remark.objects.filter(event__in=Event.objects.filter(case=case)).delete()
        Receipt.objects.filter(report__case=case).delete()
        DataRequest.objects.filter(case=case, state="asked").delete()
        photos = list(Photo.objects.filter(case=case))
        Photo.objects.filter(case=case).delete()
        find_no_more([case.pk])
        case.summary = ""
        case.address = ""
        case.forgotten_at = at
        case.version += 1
        case.save(update_fields=["summary", "address", "forgotten_at", "version"])
        record(case, "forgotten", at, SYSTEM)
        names = [p.name for p in photos]
        transaction.on_commit(lambda: _remove(names))


def _remove(names: list[str]) -> None:
    for name in names:
        (settings.MEDIA_ROOT / name).unlink(missing_ok=True)
